"""`Constraint`: one thing a question asks of the products, as an exact test and in words; and the text being read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from index.database.filters import Condition, Restriction
from index.text.currencies import name_in
from retriever.concepts import PRICE, Measured


@dataclass(frozen=True, slots=True)
class Constraint:
    """`field` is "price", "stock", "currency", "brand", "kind" or a column's name; `words` those of the question.

    `zh` and `en` name it in a reply.
    """

    field: str
    test: Restriction
    words: str
    zh: str
    en: str

    def told(self, form: str) -> str:
        """How it is named in a reply."""
        return self.zh if form == "zh" else self.en


class Reading:
    """A question while it is being understood: its text, and which of its characters are accounted for.

    The text is in compatibility form, but for the Chinese comma, which is no decimal one: 4升，500元.
    """

    def __init__(self, query: str) -> None:
        self.text = "".join(sign if sign in "，：；" else unicodedata.normalize("NFKC", sign) for sign in query).strip()
        folded = self.text.casefold()
        self.lower = folded if len(folded) == len(self.text) else self.text.lower()
        if len(self.lower) != len(self.text):
            self.text = self.lower
        self._taken = [False] * len(self.text)

    def take(self, start: int, end: int) -> str:
        """Account for some characters; the words they are."""
        self._taken[start:end] = [True] * (end - start)
        return self.text[start:end].strip()

    def give_back(self, start: int, end: int) -> None:
        """Leave some characters to be accounted for after all."""
        self._taken[start:end] = [False] * (end - start)

    def free(self, start: int, end: int) -> bool:
        """Whether nothing of a span has been accounted for."""
        return not any(self._taken[start:end])

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """The matches of a pattern among what is not accounted for yet."""
        for match in pattern.finditer(self.lower):
            if self.free(*match.span()):
                yield match

    def rest(self) -> str:
        """What is left, with marks where something was taken out."""
        return "".join("\x00" if taken else char for char, taken in zip(self.lower, self._taken, strict=True))


def price_range(
    minimum: Decimal | None, maximum: Decimal | None, strict: bool, currency: str | None, words: str, about: bool
) -> Constraint:
    """A constraint on the price; amounts in the currency's unit."""
    zh, en = _range_words(
        f"{_plain(minimum)} {name_in(currency or '', 'zh')}".strip() if minimum is not None else None,
        f"{_plain(maximum)} {name_in(currency or '', 'zh')}".strip() if maximum is not None else None,
        f"{_plain(minimum)} {currency or ''}".strip() if minimum is not None else None,
        f"{_plain(maximum)} {currency or ''}".strip() if maximum is not None else None,
        strict,
    )
    return _ranged(PRICE, minimum, maximum, strict, words, zh, en, about)


def measured_range(
    field: Measured,
    minimum: tuple[Decimal, str] | None,
    maximum: tuple[Decimal, str] | None,
    strict: bool,
    words: str,
    about: bool = False,
) -> Constraint:
    """A constraint on a measure; each bound in base units and as it was written."""
    low, high = (bound[1] if bound else None for bound in (minimum, maximum))
    zh, en = _range_words(low, high, low, high, strict)
    low_value, high_value = (bound[0] if bound else None for bound in (minimum, maximum))
    return _ranged(field, low_value, high_value, strict, words, zh, en, about)


def _ranged(
    field: Measured,
    minimum: Decimal | None,
    maximum: Decimal | None,
    strict: bool,
    words: str,
    zh: str,
    en: str,
    about: bool,
) -> Constraint:
    name, *also = field.names
    test = Condition(
        name,
        minimum=None if minimum is None else float(minimum),
        maximum=None if maximum is None else float(maximum),
        strict=strict,
        dimension=field.dimension,
        also=tuple(also),
    )
    around = ("（按上下浮动 15% 计）", " (taken as ±15 %)") if about else ("", "")
    return Constraint(name, test, words, f"{field.zh}{zh}{around[0]}", f"{field.en} {en}{around[1]}")


def _range_words(
    low_zh: str | None, high_zh: str | None, low_en: str | None, high_en: str | None, strict: bool
) -> tuple[str, str]:
    if low_zh is not None and high_zh is not None:
        if low_zh == high_zh:
            return f"为 {low_zh}", f"of {low_en}"
        return f"在 {low_zh} 到 {high_zh} 之间", f"between {low_en} and {high_en}"
    if high_zh is not None:
        return (f"低于 {high_zh}", f"under {high_en}") if strict else (f"不超过 {high_zh}", f"at most {high_en}")
    return (f"高于 {low_zh}", f"over {low_en}") if strict else (f"不低于 {low_zh}", f"at least {low_en}")


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
