"""`Money`: the price that a cell states, with its currency and what it is for: "2 for 5.00", "ab 19,90 €", 3.2万元.

It knows how prices are written, and not which of a row's prices is the customer's. What is not certain is None: such a
cell is told as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from index.text.currencies import currencies, currency
from index.text.numerals import SCALES
from index.text.units import unit
from ingest.money_forms import Kind, Tax, forms
from ingest.numbers import ASSUMED, PLAIN, WRITTEN, Convention, plain, unsigned

ONE = Decimal(1)
LONGEST = 80
"""Characters of a cell that may be a price; a longer one is prose."""
SHARED = frozenset("$¥")
"""Signs of several currencies: a code beside one says which."""
WHOLE = Convention("")
_QUICK = re.compile(rf"([^\d\s.,()+~/'-]*) ?({WRITTEN}) ?([^\d\s,()+~/'*-]*)(?: ?/ ?([^\d\s/]+))?")
_FOOTNOTE = re.compile(r"[\s*†‡^]+$")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money; `high` is the end of a range, `count` how many pieces it buys, `per` a measure ("100 g").

    `tax` is what the cell says of it.
    """

    amount: Decimal
    currency: str | None = None
    kind: Kind = "exact"
    high: Decimal | None = None
    count: Decimal = ONE
    per: str = ""
    tax: Tax = ""

    @property
    def comparable(self) -> bool:
        """Whether it is the price of one piece, so that it can be compared, counted and averaged with others."""
        return self.kind == "exact" and self.count == 1 and not self.per


@lru_cache(16_384)
def money_of(text: str, convention: Convention = ASSUMED) -> Money | None:
    """The price that a cell states; None for words, several prices, negatives and whatever could mean two things."""
    if PLAIN.fullmatch(text):
        return Money(Decimal(text)) if text[0] != "-" else None
    if not text or len(text) > LONGEST:
        return None
    text = _FOOTNOTE.sub("", plain(text))
    return _quick(text, convention) or _simple(text, convention) or _worded(text, convention)


def is_price(text: str) -> bool:
    """Whether a cell states the price of one piece."""
    money = money_of(text)
    return money is not None and money.comparable


def _quick(text: str, convention: Convention) -> Money | None:
    """The commonest forms, without a search for words: a number, a currency's word, one for a piece behind a slash."""
    found = _QUICK.fullmatch(text)
    if found is None:
        return None
    before, number, after, per = found.groups()
    if per is not None and per.casefold() not in forms().each:
        return None
    known = currencies()
    signs = [sign for sign in (before.casefold(), after.casefold()) if sign]
    if len(signs) > 1 or any(sign not in known for sign in signs):
        return None
    return _amount_of(number, known[signs[0]] if signs else None, after, convention)


def _amount_of(number: str, code: str | None, after: str, convention: Convention) -> Money | None:
    if after == "€" and not convention.shown:
        convention = WHOLE  # 1.299 € is no fraction
    value = unsigned(number, convention)
    return None if value is None else Money(value, code)


def _simple(text: str, convention: Convention) -> Money | None:
    """A number with at most a currency before or behind it: "€ 12.50", "12,- EUR", １２９９元."""
    found = forms().simple.fullmatch(text)
    if found is None:
        return _small(text, convention)
    sides = [side for side in (found["before"].strip(), found["after"].strip()) if side]
    named = [currency(side) for side in sides]
    if None in named:
        return _small(text, convention)
    sure = {code for side, code in zip(sides, named, strict=True) if side not in SHARED} or set(named)
    if len(sure) > 1:
        return None
    code = sure.pop() if sure else None
    money = _amount_of(found["number"], code, found["after"].strip(), convention)
    return replace(money, amount=money.amount * 1000) if money is not None and found["thousands"] else money


def _small(text: str, convention: Convention) -> Money | None:
    if found := forms().tenths.fullmatch(text):  # 3块5
        return Money(Decimal(f"{found['whole']}.{found['tenths'] or found['cents']}"), "CNY")
    found = forms().cents.fullmatch(text)
    value = found and unsigned(found["number"], convention)
    return Money(value / 100) if value else None


def _worded(text: str, convention: Convention) -> Money | None:
    """A price with words around it, which are taken off until the bare price is left."""
    kind: Kind = "exact"
    tax: Tax = ""
    for said, pattern in forms().taxes.items():
        if left := _without(pattern, text):
            text, tax = left, tax or said
    text = _without(forms().only, text) or text
    for name, pattern in forms().kinds.items():
        if left := _without(pattern, text):
            if kind != "exact":
                return None
            text, kind = left, name
    money = _bare(text, convention) or _divided(text, convention) or _with_an_aside(text, convention)
    if money is None or (kind != "exact" and money.kind != "exact"):
        return None
    return replace(money, kind=kind if kind != "exact" else money.kind, tax=tax or money.tax)


def _without(pattern: re.Pattern[str], text: str) -> str:
    """The text without the words at its beginning or end, "" where they are not there or are all of it."""
    for found in pattern.finditer(text):
        if found.start() == 0 or found.end() == len(text):
            return (text[: found.start()] + text[found.end() :]).strip()
    return ""


def _bare(text: str, convention: Convention) -> Money | None:
    return _simple(text, convention) or _range(text, convention)


def _range(text: str, convention: Convention) -> Money | None:
    for found in forms().to.finditer(text):
        low, high = _simple(text[: found.start()], convention), _simple(text[found.end() :], convention)
        if low is None or high is None or (low.currency and high.currency and low.currency != high.currency):
            continue
        least = low.amount
        if not SCALES.keys() & set(text[: found.start()]):  # 3-5万元
            least *= max((SCALES[sign] for sign in SCALES.keys() & set(text[found.end() :])), default=1)
        if least < high.amount:
            return Money(least, low.currency or high.currency, "range", high.amount)
    return None


def _divided(text: str, convention: Convention) -> Money | None:
    """A price of a measure or of several pieces: "1.29 / 100 g", 每件99元, 两件99元, "2 for 5.00"."""
    for pattern in forms().per:
        if found := pattern.fullmatch(text):
            money = _bare(found["price"].strip(), convention)
            parted = _amount(found["amount"], named=found["sign"] == "/")
            if money is not None and parted is not None:
                return replace(money, count=parted[0], per=parted[1])
    for pattern in forms().several:
        if found := pattern.fullmatch(text):
            money = _bare(found["price"].strip(), convention)
            count = unsigned(found["count"].strip(), ASSUMED)
            if money is not None and count is not None and count >= 1 and count == int(count):
                return replace(money, count=count)
    return None


def _amount(text: str, named: bool) -> tuple[Decimal, str] | None:
    """(pieces, measure) that a price is for: "100 pcs" are 100 pieces, "100 g" is a measure; None for other words."""
    found = forms().amount.fullmatch(text.strip())
    if found is None or (named and not found["name"]):
        return None
    number = unsigned(found["number"], ASSUMED) if found["number"] else ONE
    name = found["name"].strip().rstrip(".")
    if number is None or number <= 0:
        return None
    if not name or name.casefold() in forms().each or f"{name.casefold()}." in forms().each:
        return number, ""
    measured = unit(name)
    return (ONE, text.strip()) if measured is not None and not measured.dimension.startswith("money") else None


def _with_an_aside(text: str, convention: Convention) -> Money | None:
    """ "12,50 € (3,13 €/100 g)": what one measure of it costs is beside the price."""
    found = forms().aside.fullmatch(text)
    aside = found and money_of(found["aside"], convention)
    return _bare(found["price"], convention) if found and aside and (aside.per or aside.count != 1) else None
