"""`Stated`: all that a text states in numbers: quantities, dates, times of day, model numbers, counts, bare numbers.

A bare number in a cell has the unit that its header gives ("Power (W): 2200"). It knows texts, not passages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from answer.dates import Clock, Reading, take_dates, take_times
from answer.fields import BY_NAME
from index.cell import Cell
from index.text.currencies import codes
from index.text.quantities import Quantity, number, quantities
from index.text.spelled import in_digits
from index.text.units import Unit, header_unit, unit

_CITATION = re.compile(r"\[\d{1,3}\]")
_LIST_MARK = re.compile(r"(?m)^[ \t]*\d{1,2}[.)、](?=\s)")
# a model number: letters first, digits in it (K200, BX-12/3); hyphens do not tell two of them apart
_MODEL = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z_-]*[0-9])[A-Za-z]+(?:[-_]?[A-Za-z0-9]+|(?<=[0-9])\.[0-9]+)*", re.ASCII)
_JOINED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)+", re.ASCII)
_MONEY_FIRST = re.compile(rf"(?<![A-Za-z])({'|'.join(sorted(codes()))}|RMB)(?=\d)", re.IGNORECASE)
VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+){2,}(?![\d])")
_CODE = re.compile(r"(?<![\d.,])0\d{3,}(?![\d.,]*\d)")
NUMBER = re.compile(r"(?:(?<![\w.)\]])[-\u2212])?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_TWO = re.compile(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,])")
_WRITTEN = re.compile(r"\d(?:[\d.,]*\d)?[万亿]?|[零〇一二两三四五六七八九十百千万亿]+")
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f\u2009'](?=\d{3}(?!\d))")
_PER_CENT = re.compile(r"(?<=\d)\s?per\s?cent\b", re.IGNORECASE)
_WIDE = re.compile("([，；：])")
_WIDE_CLOCK = re.compile(r"(?<=\d)：(?=\d\d)")
# a minus behind a Han sign (范围-20), where that is no unit (10元-20元)
_BELOW_ZERO = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![元块角月日号天年周时分秒点米寸克斤升瓦伏安度倍折件台个])(?=[-\u2212]\d)"
)
_BLANKS = re.compile(r"[ \t]{2,}")
_CROSS = re.compile(r"(?<=\d)\s?[x×*](?=\s?\d)", re.IGNORECASE)
_COUNTED = re.compile(
    r"\s?(?:件|台|个|只|把|套|支|盒|包|瓶|双|张|条|节|号|格|档|种|杯|人|片|颗|粒|层|根|款"
    r"|(?:pieces?|pcs|items?|units?|left|available|articles?|copies|cups?|slots?|persons?|people|times|speeds?|settings?"
    r"|levels?|program(?:me)?s?|servings?|loads?|batteries|attachments?)(?![a-z])"
    r"|(?:are |is )?(?:still )?(?:left )?in stock)",
    re.IGNORECASE,
)
_LIST = re.compile(r"[^\S\n]*(?:[/,、或和及]|or|and|至|到|to|[-–—~])[^\S\n]*", re.IGNORECASE)
_PARTS = re.compile(r"[;；]\s")
_CELL = re.compile(r"\s*(?P<header>[^:：|\n]{1,60}?)\s*[:：]\s?(?P<value>[^|\n]+)")
_HEADER_TAIL = re.compile(r"(?:[\s_/,，]|(?<=[\u4e00-\u9fff]))([A-Za-z°%]+|[\u4e00-\u9fff]{1,2}?)数?$")
_SIZE = re.compile(r"\d\s*(?:[A-Za-z°%]{1,5}|[\u4e00-\u9fff]{1,3})\s*$")
_MONEY_HEADER = re.compile(r"currency|币种|货币", re.IGNORECASE)


@dataclass(slots=True)
class Stated:
    """All that a text states in numbers. `written` are the numbers alone, whatever their units, `bare` those without
    one; `counts` those of things (48 left)."""

    models: set[str] = field(default_factory=set)
    dates: list[Reading] = field(default_factory=list)
    times: list[Clock] = field(default_factory=list)
    quantities: list[tuple[Quantity, Decimal]] = field(default_factory=list)
    bare: Counter[Decimal] = field(default_factory=Counter)
    counts: set[Decimal] = field(default_factory=set)
    written: set[Decimal] = field(default_factory=set)


def stated(text: str, cells: Sequence[Cell] = ()) -> Stated:
    """What a source states; `cells` are those of a product row, of which the text has the lines.

    A bare number in a cell has the unit that its header gives: "Power (W): 2200", "weight_kg: 3", a table's column.
    """
    plain = prepared(text)
    found = read_plain(plain)
    lines = text.split("\n")
    _add_lists(found, plain)
    if cells:
        add_cells(found, ((cell.text, _unit_of_cell(cell), cell.role == "stock") for cell in cells))
    else:
        add_cells(found, told_cells(lines, _currency_of(lines)))
    found.models.update(re.sub(r"[-_/.]", "", match[0]).lower() for match in _JOINED.finditer(plain))
    for reading in found.dates:
        for date in reading:
            found.written.update(Decimal(part) for part in (date.year, date.month, date.day) if part)
    found.written.update(Decimal(clock.minutes // 60) for clock in found.times)
    # "1,2" may be two numbers of a list
    found.written.update(Decimal(part) for match in _TWO.finditer(text) for part in match.groups())
    return found


def prepared(text: str) -> str:
    """The text in plain digits, without marks that are no numbers."""
    text = _GROUPED.sub("", _LIST_MARK.sub(" ", _CITATION.sub(" ", text)))
    text = _WIDE_CLOCK.sub(":", in_digits(text))
    if not unicodedata.is_normalized("NFKC", text):  # but "，2" is no decimal
        text = "".join(part if part in "，；：" else unicodedata.normalize("NFKC", part) for part in _WIDE.split(text))
    text = _BLANKS.sub(" ", _BELOW_ZERO.sub(" ", _MONEY_FIRST.sub(r"\1 ", text)))
    return _CROSS.sub(" x ", _PER_CENT.sub("%", text))


def without_models(text: str) -> tuple[str, set[str]]:
    """The text without its model numbers, and these: K-200 as "k200"."""
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        token = match[0]
        if re.fullmatch(r"x\d+", token):
            return token
        found.add(re.sub(r"[-_]", "", token).lower())
        return " ; "

    return _MODEL.sub(take, text), found


def read_plain(plain: str) -> Stated:
    """What a prepared text states, the units of headers aside."""
    found = Stated()
    found.dates, rest = take_dates(plain)
    rest, found.models = without_models(rest)
    found.times, rest = take_times(rest)
    for pattern in (VERSION, _CODE):
        found.models.update(match[0] for match in pattern.finditer(rest))
        rest = pattern.sub(" ; ", rest)
    pieces = []
    at = 0
    for quantity in quantities(rest, bare=True):
        pieces.append(rest[at : quantity.start])
        at = quantity.end
        value = number_in(quantity.written)
        found.written.add(value)
        if quantity.dimension:
            found.quantities.append((quantity, value))
            found.written.add(abs(value))
        elif _COUNTED.match(rest, quantity.end):
            found.counts.add(value)
        else:
            found.bare[value] += 1
    for match in NUMBER.finditer(" ; ".join((*pieces, rest[at:]))):
        found.bare[Decimal(match[0].replace("\u2212", "-").replace(",", ""))] += 1
    found.written.update(found.bare)
    return found


def number_in(written: str) -> Decimal:
    """The number of a written quantity: "1,7 L" is 1.7, "€ 79.90" is 79.9."""
    match = _WRITTEN.search(written)
    value = number(match[0]) if match else None
    if match is None or value is None:
        return Decimal(0)
    return -value if written[: match.start()].rstrip().endswith(("-", "\u2212")) else value


def unit_of(quantity: Quantity) -> Decimal:
    """The factor of the unit it was written in."""
    shown = number_in(quantity.written)
    return (quantity.value / shown).quantize(Decimal("1e-9")) if shown else Decimal(1)


def _add_lists(found: Stated, plain: str) -> None:
    """In "50/60 Hz", "S, 3 or 4 kg" the unit of the last number is that of those before it."""
    rest, _ = without_models(plain)
    read = quantities(rest, bare=True)
    for earlier, later in zip(reversed(read[:-1]), reversed(read[1:]), strict=True):
        if earlier.dimension or not later.dimension or not _LIST.fullmatch(rest[earlier.end : later.start]):
            continue
        value = number_in(earlier.written)
        spread = Quantity(value * unit_of(later), later.dimension, 0, 0, f"{value} {later.written}")
        found.quantities.append((spread, value))


def _unit_of_cell(cell: Cell) -> Unit | None:
    return unit(cell.unit) if cell.unit else _unit_in(cell.header)


def told_cells(lines: list[str], money: Unit | None = None) -> Iterator[tuple[str, Unit | None, bool]]:
    """(value, unit of its header, whether it is a count) of what stands as "header: value" in a document's table."""
    for header, value in _cells(lines):
        of = _unit_in(header)
        if of is None and BY_NAME["price"].header.search(header):
            of = money
        yield value, of, bool(BY_NAME["stock"].header.search(header))


def add_cells(found: Stated, cells: Iterable[tuple[str, Unit | None, bool]]) -> None:
    """Bare numbers in cells, with the units that their headers give; each cell as `told_cells` has it."""
    for value, of, counts in cells:
        if of is None and not counts:
            continue
        for bare in quantities(in_digits(value), bare=True):
            if bare.dimension:
                continue
            found.bare[bare.value] -= 1  # a measure is no count of things
            if of is not None:
                found.quantities.append(
                    (Quantity(bare.value * of.factor, of.dimension, 0, 0, bare.written), bare.value)
                )
            else:
                found.counts.add(bare.value)


def _cells(lines: list[str]) -> Iterator[tuple[str, str]]:
    """(header, value) of lines "header: value; header: value" and of the rows of tables in pipes."""
    heads: list[str] = []
    for line in lines:
        if line.lstrip().startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            yield from zip(heads, cells, strict=False)
            yield from ((cells[0], cell) for cell in cells[1:2])
            heads = heads or cells
            continue
        heads = []
        for part in _PARTS.split(line):
            if cell := _CELL.match(part):
                yield cell["header"], cell["value"]


@lru_cache(4096)
def _unit_in(header: str) -> Unit | None:
    """The unit in a header's brackets, or its last word: "Power (W)", "weight_kg", 重量kg, 保修月数."""
    if found := header_unit(header) or unit(header):
        return found
    if _SIZE.search(header):  # in a name: "suitcase 20 inch: 500"
        return None
    tail = _HEADER_TAIL.search(header.strip())
    return unit(tail[1]) if tail else None


def _currency_of(lines: list[str]) -> Unit | None:
    named = (unit(value.strip()) for header, value in _cells(lines) if _MONEY_HEADER.search(header))
    return next((found for found in named if found and found.dimension.startswith("money")), None)
