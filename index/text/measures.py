"""Measures: the attributes of a product that are one number, in base units, so that ranges of them can be asked for.

They are kept beside the attributes when a chunk is written: "Power (W)": "1200" is 1200 W, "Capacity": "1.7 L" is
1700 ml. What is a range itself ("50-60 dB"), or words, is no measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from index.text.quantities import quantities
from index.text.units import HEADER_UNIT, Unit, header_unit, is_header_unit, unit

MEASURES_VERSION = 3
"""Rises where other measures are read of the same rows, so that rows are written anew."""
TYPED = frozenset(("sku", "name", "brand", "category", "currency", "price", "stock", "valid_from", "valid_to"))
"""Attributes with a column of their own in the database."""
UNCOMPARED = "?"
"""In place of a dimension: the mark of a row whose cell cannot be compared with others."""
BETWEEN = " / "
"""What stands between the values of a cell that is a list."""
_PARTS = re.compile(rf"{BETWEEN}|[;、]\s?|,\s")
SEVERAL = 12
"""Values of a list of measures at most; a longer one is a table."""
LONGEST = 32
"""Characters of a value that may be one number; a longer one is prose."""
MULTIPLIED = frozenset(("volume", "mass", "power", "charge", "energy", "storage"))
"""Dimensions in which 2 × 3 L is 6 L. Of lengths it is an area."""

OF_A_WORD = "~"
"""What the dimension begins with of a number of something that is no known unit: "~x"."""
_COUNTED = re.compile(r"(\d{1,9}(?:\.\d+)?)-?([a-zA-Z]{1,8}|[\u4e00-\u9fff]{1,2}|[×″′])")
_ABOUT = re.compile(r"(?i)^(?:[~≈≤≥<>±]|约|大约|最大|最高|(?:about|approx\.?|ca\.|circa|up to|max\.?)(?=\s))\s*")
_ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]$")
_TIMES = re.compile(r"(\d{1,2})\s*[x×*]\s*(?=\d)", re.IGNORECASE)
_INCHES = re.compile(r"[(（\[](?:in\.?|\"|″)[)）\]]\s*$", re.IGNORECASE)  # a word of prose elsewhere
_WHOLE = re.compile(r"[^\W\d_]{5,}|[\u4e00-\u9fff]{2,}")
"""A header that may be nothing but a unit ("Lumens", 流明); a shorter one is a word more often."""
_LAST_WORD = re.compile(r"[\s_,/]+([^\s_,/()（）]{2,8})$")


def measures(attributes: Mapping[str, object]) -> dict[str, float]:
    """`measure_key` -> value in base units, of every attribute that is a measure."""
    found: dict[str, float] = {}
    for name, value in attributes.items():
        if name in TYPED:
            continue
        if (measured := measure(name, value)) is not None:
            found[measure_key(name, measured[1])] = float(measured[0])
        elif several := _several(name, value):
            found |= {measure_key(one_of(name, at), of): float(one) for at, (one, of) in enumerate(several)}
            found[measure_key(name, UNCOMPARED)] = 1.0
    return found


def _several(name: str, value: object) -> list[tuple[Decimal, str]]:
    """The measures of a list of them: of "450 / 2000 lm" two; none where a part is no measure, or another one."""
    parts = _PARTS.split(value) if isinstance(value, str) else []
    if not 1 < len(parts) <= SEVERAL:
        return []
    tail = re.sub(r"^[\d.,\s]+", "", parts[-1])
    read = [measure(name, part if re.search(r"[^\d.,\s]", part) else f"{part}{tail}") for part in parts]
    found = [one for one in read if one is not None]
    return found if len(found) == len(parts) and len({dimension for _, dimension in found}) == 1 else []


def one_of(name: str, place: int) -> str:
    """What one value of a list is kept under beside the others: a column of its own to whoever compares."""
    return f"⟨{place + 1}⟩ {name}"


def measure_key(name: str, dimension: str) -> str:
    """The name a measure is kept under: the column's and the dimension's, as one column may hold litres and grams.

    Marks that a path into JSON cannot hold are replaced.
    """
    return re.sub(r"[\"\\\x00-\x1f]", "_", f"{name} [{dimension}]")


def measure(name: str, value: object) -> tuple[Decimal, str] | None:
    """(value in base units, dimension) of an attribute; the unit stands with the value or, else, in the column's name.

    The dimension is "" where neither names a unit.
    """
    if isinstance(value, bool):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return _measure(column_unit(name), text) if len(text) <= LONGEST else None


@lru_cache(4096)
def column_unit(name: str) -> Unit | None:
    """The unit in a column's name: in brackets at its end ("Power (W)"), its last word ("weight_kg"), or all of it."""
    if found := header_unit(name):
        return found
    if _INCHES.search(name):
        return unit("inch")
    if _WHOLE.fullmatch(name.strip()) or (name.isascii() and is_header_unit(name.strip())):
        return unit(name)
    last = _LAST_WORD.search(name)
    return unit(last[1]) if last else None


@lru_cache(4096)
def unit_name(name: str) -> str:
    """The unit in a column's name, as it is written there; "" where it names none."""
    if column_unit(name) is None:
        return ""
    found = HEADER_UNIT.search(name) or _LAST_WORD.search(name)
    return found[1].strip() if found else name.strip()


def _counted(text: str) -> tuple[Decimal, str] | None:
    """A number of what is no unit: of "83x" 83, of "21速" 21, each comparable with others of the same word alone."""
    found = _COUNTED.fullmatch(text)
    return (Decimal(found[1]), f"{OF_A_WORD}{found[2].casefold()}") if found else None


@lru_cache(16_384)
def _measure(column: Unit | None, text: str) -> tuple[Decimal, str] | None:
    text = _ASIDE.sub("", _ABOUT.sub("", text.strip())).strip()
    times = 1
    if (multiplied := _TIMES.match(text)) and text[multiplied.end() :]:
        times, text = int(multiplied[1]), text[multiplied.end() :]
    found = quantities(text, bare=True)
    if len(found) != 1 or found[0].written != text:
        return _counted(text) if times == 1 and not multiplied else None
    value, dimension = found[0].value, found[0].dimension
    if not dimension and column is not None:
        value, dimension = value * column.factor, column.dimension
    if times != 1 or multiplied:
        return (value * times, dimension) if dimension in MULTIPLIED else None
    return value, dimension
