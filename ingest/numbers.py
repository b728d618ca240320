"""Numbers in cells: `Convention`, which sign is the decimal one in a column, and what a cell's number is under it.

"1.299" is 1299 beside "24,90" and 1.299 beside "0.75": a column, and where it does not tell, its file decides. It knows
neither money nor units.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from index.text.numerals import HAN, SCALES, han_value

Kind = Literal["measure", "money", "count"]
MOSTLY = 0.9
"""Share of a column's cells that must agree where they do not all: a slip is no convention."""
LONGEST = 40
"""Characters of a cell that may show a convention; a longer one is prose."""
ENOUGH = 2000
"""Cells that showed their decimal sign after which no more are looked at."""
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True)
class Convention:
    """`decimal` is ".", "," or, where every mark groups, ""; None where a column contradicts itself.

    `shown` is whether cells showed it. Else it is assumed: a lone comma before three digits groups, a dot does not.
    """

    decimal: str | None = "."
    shown: bool = False

    @property
    def group(self) -> str:
        """The mark that groups thousands where one of the two does; blanks and apostrophes always may."""
        return _OTHER.get(self.decimal or "", "")


ASSUMED = Convention()
"""Where nothing is known of a column."""
PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?")
"""Numbers that mean one thing under every convention."""
WRITTEN = r"(?:\d[\d.,' ]*\d|\d|\.\d+)"
"""A number in figures, in a text that went through `plain`."""
_MARKED = re.compile(WRITTEN)
_GROUPS = {
    mark: re.compile(rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,2}}(?:{sign}\d{{2}})+{sign}\d{{3}}")  # 1,29,900 in India
    for mark in ",. '"
    for sign in (re.escape(mark),)
}
_EXPONENT = re.compile(r"\d+(?:\.\d+)?e[+-]?\d{1,2}", re.IGNORECASE)
_SCALED = re.compile(rf"(?P<number>{WRITTEN}) ?(?P<scale>[{''.join(SCALES)}])")
_RAISED = re.compile(r"(?<=[\d€$£])[ \u00a0]?[¹²³⁰⁴-⁹]+")
_MINUS = str.maketrans("−–’`´‘\u00a0\u202f\u2009\u3000", "--''''    ")


def plain(text: str) -> str:
    """A cell in compatibility form, with one kind of minus, apostrophe and blank; a raised figure is a footnote's."""
    if text.isascii():
        return text.strip()
    text = _RAISED.sub("^", text)
    return unicodedata.normalize("NFKC", text.translate(_MINUS)).translate(_MINUS).strip()


class Marks:
    """What a column's cells show of their decimal sign, taken in as they pass."""

    __slots__ = ("_bare", "_seen", "_unclear")

    def __init__(self) -> None:
        self._seen = {".": 0, ",": 0}
        self._unclear = {".": 0, ",": 0}
        self._bare = 0

    def take(self, cells: Iterable[str]) -> Marks:
        """Learn from more cells, until enough is known; prose and blanks say nothing."""
        if sum(self._seen.values()) > ENOUGH:
            return self
        for cell in cells:
            if PLAIN.fullmatch(cell):
                if "." in cell:
                    self._seen["."] += 1
                else:
                    self._bare += 1
            elif cell and len(cell) <= LONGEST:
                for number in _MARKED.findall(plain(cell)):
                    self._learn(number)
        return self

    def _learn(self, number: str) -> None:
        mark, certain = _decimal_in(number)
        if mark == "":
            if groups := {",", "."} & set(number):  # 1.250.000
                self._seen[_OTHER[groups.pop()]] += 1
            else:
                self._bare += 1
        elif not certain:
            self._unclear[mark] += 1
        elif mark != "?" and (len(number) - number.rindex(mark) <= 4 or number[0] in "0.,"):  # 450,2000 is a list
            self._seen[mark] += 1

    def convention(self, hint: Convention | None = None, kind: Kind = "measure") -> Convention:
        """The convention that the cells show; `hint` is that of the file's other columns.

        Where no cell tells, a count is a whole number ("1.250" pieces), and so is money where some prices have no mark
        at all ("1.299" beside "899").
        """
        seen, unclear = self._seen, self._unclear
        if told := seen["."] + seen[","]:
            mark = max(seen, key=seen.__getitem__)
            return Convention(mark if seen[mark] >= MOSTLY * told else None, True)
        if kind == "count":
            return Convention("")
        if hint is not None and hint.shown and hint.decimal:
            return hint
        if unclear["."] and unclear[","]:
            return Convention(None)
        return Convention(",") if kind == "money" and unclear["."] and self._bare else Convention()


def file_convention(columns: Iterable[Convention]) -> Convention | None:
    """What the columns of a file show together, to judge those by that show nothing; None where they differ."""
    shown = {column.decimal for column in columns if column.shown and column.decimal}
    return Convention(shown.pop(), True) if len(shown) == 1 else None


def number_of(text: str, convention: Convention = ASSUMED) -> Decimal | None:
    """The number that a cell is: "1,200" -> 1200, "1.299,00" -> 1299, "(12.50)" -> -12.5, 一千二百 -> 1200.

    None for what is no number, or could be two.
    """
    if PLAIN.fullmatch(text):
        return Decimal(text)
    return _number(plain(text), convention)


def unsigned(text: str, convention: Convention) -> Decimal | None:
    """The number of a plain text without a sign, in figures or in Chinese."""
    if _MARKED.fullmatch(text):
        return figures(text, convention)
    if scaled := _SCALED.fullmatch(text):
        value = figures(scaled["number"], convention)
        return None if value is None else value * SCALES[scaled["scale"]]
    if all(char in HAN for char in text):
        value_in_words = han_value(text)
        return None if value_in_words is None else Decimal(value_in_words)
    return Decimal(f"{Decimal(text):f}") if _EXPONENT.fullmatch(text) else None


def _number(text: str, convention: Convention) -> Decimal | None:
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    elif text[:1] in "+-":
        negative, text = text.startswith("-"), text[1:].strip()
    elif text.endswith("-"):
        negative, text = True, text[:-1].strip()
    if not text:
        return None
    value = unsigned(text, convention)
    return -value if negative and value is not None else value


@lru_cache(4096)
def figures(text: str, convention: Convention) -> Decimal | None:
    """The value of `WRITTEN`."""
    mark, certain = _decimal_in(text)
    if mark == "?":
        return None
    if not certain:
        if convention.decimal is None:
            return None
        mark = convention.decimal if convention.decimal == mark else ""
    whole, _, rest = text.rpartition(mark) if mark else (text, "", "")
    digits = re.sub(r"[., ']", "", whole)
    return Decimal(f"{digits or '0'}.{rest}" if rest else digits)


def _decimal_in(text: str) -> tuple[str, bool]:
    """(the decimal mark of a number, whether that is certain): "" where it has none, "?" where the text is no number.

    Where it is not certain, the mark is the one that may be decimal or may group.
    """
    comma, dot = text.rfind(","), text.rfind(".")
    if comma < 0 and dot < 0:
        return ("", True) if text.isdecimal() or _grouped(text, " '") else ("?", True)
    mark = "." if dot > comma else ","
    whole, _, rest = text.rpartition(mark)
    if mark in whole:  # twice: it groups
        return ("", True) if _grouped(text, mark) else ("?", True)
    if not rest.isdecimal():
        return "?", True
    if not whole.isdecimal():
        return (mark, True) if not whole or _grouped(whole, ",. '".replace(mark, "")) else ("?", True)
    return mark, len(rest) != 3 or len(whole) > 3 or whole[0] == "0"


def _grouped(text: str, marks: str) -> bool:
    return any(_GROUPS[mark].fullmatch(text) for mark in marks)
