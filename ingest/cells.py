"""A workbook's cell as the text a person sees: number formats, dates, truth values. It knows no workbook's form."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.')
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
"""Day 0 of a workbook's dates."""
LAST_DAY = 2_958_465
"""9999-12-31."""


class Format:
    """What a number format asks for: a mask of zeros, decimals, a percentage, signs before and after."""

    def __init__(self, code: str) -> None:
        section = code.split(";")[0]
        # a sign that stands in quotes or in [$...] is taken out first, so that it is not read as a placeholder
        signs: list[str] = []

        def keep(found: re.Match[str]) -> str:
            literal = (found[1] or found[2] or found[3] or "").strip()
            if not literal:
                return ""
            signs.append(literal)
            return chr(0xE000 + len(signs) - 1)

        pattern = LITERAL.sub(keep, section).strip()
        digits = re.search(r"[0#?][0#?,.\- ]*", pattern)
        body = digits.group().strip() if digits else ""
        self.elapsed = re.search(r"\[(h+|m+|s+)\]", section, re.IGNORECASE) is not None
        self.dated = self.elapsed or re.search("[dmhysDMHYS]", pattern) is not None
        self.percent = "%" in pattern
        self.mask = body if re.fullmatch(r"0[0\- ]*0", body) and not self.percent else ""
        self.decimals = len(re.match(r"0*", body.partition(".")[2]).group()) if "." in body else 0  # type: ignore[union-attr]
        before, after = (pattern[: digits.start()], pattern[digits.end() :]) if digits else ("", "")
        self.before, self.after = self._shown(before, signs), self._shown(after, signs)

    @staticmethod
    def _shown(part: str, signs: list[str]) -> str:
        """The currency signs and units around the digits."""
        shown = "".join(signs[ord(char) - 0xE000] if 0xE000 <= ord(char) < 0xE100 else char for char in part)
        return "" if shown.strip() in ("General", "@", "%", "E+", "E") else re.sub(r"[%()]", "", shown).strip()

    def show(self, value: float) -> str:
        """The number; never with fewer digits than it has."""
        if self.mask and value >= 0 and float(value).is_integer():
            return self._masked(int(value))
        sign, value = ("-", -value) if value < 0 else ("", value)
        number = plain_number(round(value * 100, 10) if self.percent else value)
        if self.decimals and "e" not in number:
            whole, _, rest = number.partition(".")
            number = f"{whole}.{rest.ljust(self.decimals, '0')}"
        if self.percent:
            number += "%"
        space = " " if len(self.before) > 1 and self.before[-1].isalpha() else ""
        after = f" {self.after}" if self.after.isascii() and self.after.isalpha() else self.after
        return f"{sign}{self.before}{space}{number}{after}"

    def _masked(self, value: int) -> str:
        digits = list(str(value).rjust(self.mask.count("0"), "0"))
        shown = [digits.pop() if char == "0" else char for char in reversed(self.mask)]
        return self.before + "".join(digits) + "".join(reversed(shown)) + self.after


@lru_cache(1024)
def format_of(code: str) -> Format | None:
    """The parsed format, or None where it is the general one."""
    return None if code in ("General", "", "@") else Format(code)


def plain_number(value: float) -> str:
    """`1.0` as `1`, `0.30000000000000004` as `0.3`; 15 digits are what a workbook holds."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.15g}"


def number_text(value: float, code: str = "General", *, since_1904: bool = False) -> str:
    """A cell's number under its number format, which may make it a date, a time of day or a length of time."""
    parsed = format_of(code)
    if parsed is None:
        return plain_number(value)
    if not parsed.dated or not 0 <= value <= LAST_DAY:
        return parsed.show(value)
    length = timedelta(milliseconds=round(value * 86_400_000))
    if parsed.elapsed:
        return str(length)
    if value < 1:
        return (datetime.min + length).time().isoformat()
    if value < 60 and not since_1904:  # the 29th of February 1900, which Excel counts, never was
        length += timedelta(days=1)
    return cell_text((EPOCH_1904 if since_1904 else EPOCH) + length)


def cell_text(value: object, code: str = "General") -> str:
    """A cell's value under its number format. Dates are ISO 8601, truth values TRUE and FALSE."""
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value, code)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def iso_text(text: str) -> str:
    """A date and time as the standards of workbooks write them, without a midnight; another text as it is."""
    try:
        return cell_text(datetime.fromisoformat(text))
    except ValueError:
        return text
