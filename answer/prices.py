"""Which of a row's prices a question asks for: the price, one of a kind by its name, that of a number of pieces, or
what it is without its sale. Which price is *the* price, `ingest` has decided (`Cell.chosen`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from index.cell import Cell
from index.lexicon import folded, pattern, sections, words
from index.text.price_kinds import kind_of, least_pieces
from index.text.quantities import quantities
from index.text.spelled import in_digits

USUAL = frozenset(("regular", "list", "sale", "recommended", "included", "excluded"))
"""Kinds of price that a customer may name who means the price."""
_LASTING = ("", "regular", "list")
"""Kinds of price that hold where no sale does."""
_PHRASE = re.compile(r"(?:[\w-]+ ){0,3}\b(?:prices?|costs?|fees?)\b(?: [\w.+-]+){0,4}|[\u3400-\u9fff\d]{0,6}[价费金]")
"""A price in a question with the words around it, which say which one."""


@lru_cache(1024)
def asked_prices(query: str) -> frozenset[str]:
    """The kinds of price (`Cell.kind`) that a question asks for by name: "member price", 批发价, "to rent"; empty where
    it asks for the price."""
    text = folded(query.casefold())
    phrases = _PHRASE.findall(text)
    found = {kind for phrase in phrases if (kind := _kind_in(phrase))}
    found |= {tax for tax in ("included", "excluded") if any(map(pattern("prices", tax).search, phrases))}
    for table in sections("prices").values():
        found |= {kind for kind, said in table.get("asked", {}).items() if re.search(said, text)}
        found |= {kind_of(name) for name in table.get("alone", ()) if _stands_in(name, text)}
    return frozenset(found)


def asks_another_price(query: str) -> bool:
    """Whether a question asks by name for a price that is not the one everybody pays: a dealer's, a member's."""
    return bool(asked_prices(query) - USUAL)


def _stands_in(name: str, text: str) -> bool:
    """Whether a name that stands for a price by itself (RRP, UVP, 押金) is in a question."""
    named = kind_of(name) in ("recommended", "deposit")
    return named and bool(re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", text))


def _kind_in(phrase: str) -> str:
    """The kind that the words around a price name, as a header with them would be of it."""
    return "" if any(phrase.strip().endswith(one) for one in words("prices", "plain")) else kind_of(phrase)


@lru_cache(256)
def said_of_prices(text: str) -> tuple[tuple[int, int], ...]:
    """The parts of a question in small letters that say which price it asks for: "normally", "if I take 10"."""
    said = [one for table in sections("prices").values() for one in table.get("asked", {}).values()]
    patterns = (*map(re.compile, said), pattern("prices", "taken"))
    return tuple(match.span() for one in patterns for match in one.finditer(text))


def price_label(kind: str, form: str) -> str:
    """What a reply calls a price of a kind; "" for the price itself."""
    return str(sections("prices")[form]["labels"].get(kind, ""))


def of_asked_prices(query: str, cells: Sequence[Cell]) -> frozenset[str]:
    """The kinds and taxes of price that a question asks for by name, as far as these cells make a difference of it.

    The words of a product's own name ask for none: a "day pack" has no pack's price.
    """
    names = [re.escape(cell.text) for cell in cells if cell.role == "name"]
    kinds = asked_prices(re.sub("|".join(names), "X", query, flags=re.IGNORECASE) if names else query)
    on_sale = any(cell.chosen and cell.kind == "sale" for cell in cells)
    known = {named for cell in cells if cell.role == "price" for named in (cell.kind, cell.tax)}
    usual = kinds <= USUAL and not kinds & (known | ({"regular", "list"} if on_sale else set()))
    return frozenset() if usual else kinds


def told_prices(query: str, kinds: frozenset[str], row: Sequence[Cell]) -> list[Cell]:
    """Those of a row's prices that the question asks for; `kinds` are those that it names."""
    prices = [cell for cell in row if cell.role == "price"]
    chosen = [cell for cell in prices if cell.chosen]
    if count := _count_for(query, row):
        kinds -= {"break"} if any(cell.kind == "pack" for cell in prices) else {"break", "pack"}
        if not kinds and (found := _at(count, prices)):
            return _lower(found, chosen)
    named = [cell for cell in prices if {cell.kind, cell.tax} & kinds]
    if named or not kinds:
        return named or chosen
    if kinds & {"old", "regular", "list"} and any(cell.kind == "sale" for cell in chosen):
        return [cell for cell in prices if cell.kind in _LASTING and not cell.chosen][:1]
    return chosen if kinds <= {"regular", "list", "sale"} else []


def _count_for(query: str, row: Iterable[Cell]) -> int:
    """How many pieces the question speaks of, 0 where it does not say: a number that the row's name has beside the same
    word ("10 frames", "size 9") is none of pieces."""
    own = " ".join(folded(cell.text.casefold()) for cell in row if cell.role in ("name", "sku"))
    return next((count for count, beside in _counts(query) if not re.search(beside, own)), 0)


@lru_cache(256)
def _counts(query: str) -> tuple[tuple[int, str], ...]:
    """(number, how it stands between its neighbours, as an expression)"""
    text = folded(in_digits(query).casefold())
    measured = {found.start for found in quantities(text) if found.dimension}
    matches = pattern("prices", "taken").finditer(text)
    places = [match.span(group) for match in matches for group in range(1, len(match.groups()) + 1) if match[group]]
    return tuple((int(text[start:end]), _beside(text, start, end)) for start, end in places if start not in measured)


def _beside(text: str, start: int, end: int) -> str:
    number, none = text[start:end], r"(?!)"
    before, after = re.search(r"[^\W\d_]+(?=\W*$)", text[:start]), re.match(r"\W*([a-zà-ÿ]{1,4}|[^\W\d_])", text[end:])
    left = rf"{before[0]}\W*{number}(?!\d)" if before else none
    right = rf"(?<!\d){number}\W*{after[1]}" if after else none
    return f"{left}|{right}"


def _at(count: int, prices: Iterable[Cell]) -> Cell | None:
    """The price of the largest number of pieces that is no more than these."""
    steps = [(least_pieces(cell.header), cell) for cell in prices if cell.kind == "break"]
    steps = [step for step in steps if 0 < step[0] <= count]
    return max(steps, key=lambda step: step[0])[1] if steps else None


def _lower(found: Cell, chosen: list[Cell]) -> list[Cell]:
    """The price of a number of pieces, unless everybody pays less today."""
    of_all = [cell.value for cell in chosen if isinstance(cell.value, (int, float))]
    return chosen if of_all and isinstance(found.value, (int, float)) and min(of_all) < found.value else [found]
