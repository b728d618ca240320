"""Whether an answer says what was expected of it: width, case, blanks and the spelling of numerals do not matter."""

from __future__ import annotations

import re
import unicodedata

from answer.numbers import numbers

_CITATION = re.compile(r"\s*\[\d{1,3}\]")
_NUMERAL = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d]|[.,]\d)")
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BLANK_BY_HAN = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_NUMBER_ALONE = re.compile(r"\d+(?:\.\d+)?")


def comparable(text: str) -> str:
    """Text in the form in which it is compared: NFKC, casefolded, blanks collapsed and none beside a Chinese character,
    1,299.00 as 1299, citation marks left out.
    """
    text = _CITATION.sub("", text).replace("，", ", ")  # NFKC would make RC30，269 元 one number, 30,269
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _BLANK_BY_HAN.sub("", " ".join(text.split()))
    return _NUMERAL.sub(_plain, text)


def contains(answer: str, expected: str) -> bool:
    """Whether an answer says what is expected, in these words; a number alone may also be spelled out (三百, twenty).

    A number is never found inside a longer one: "24 months" does not stand in "124 months".
    """
    wanted = comparable(expected)
    if _NUMBER_ALONE.fullmatch(wanted):
        return numbers(wanted) <= numbers(answer)
    before = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, comparable(answer)) is not None


def _plain(match: re.Match[str]) -> str:
    """Without thousands separators and the zeros that end a fraction; leading zeros stay (007 is not 7)."""
    digits = match[0].replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
