"""`Heard`: whether a customer spoke of a value that a model put into a query.

A value shares a word with the question, or, said in other words or another language, it is the one of its column's
values that is nearest to it. Of a brand only its own words count, of a category those in the question's script.
"""

from __future__ import annotations

from decimal import Decimal

from index.arrays import Floats
from index.database.sheets import Column
from index.embedding.embedder import Embedder
from index.lexicon import alike, word_set
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold
from retriever.concepts import plain_name
from retriever.planner.query import Comparison
from retriever.translation import Dictionary

TIE = 0.004
"""Difference of cosines up to which two values are as near."""
NEAREST = 3
"""Values among which one is near enough that is in another language than the question: a model translates well."""
LONG = 3
"""Characters of a value from which on one of them alone is no word of it: 电饭煲 is no 电热水器."""
ALL = 0.95
"""Share of the rows that have a cell of a column below which not all products have what it tells."""
CALLED = 0.3
"""Share of the words of a product's name that the question must have for that product to be meant."""
MOST = 0.7
"""Share of the words of a text that is looked for that the question must have."""


class Heard:
    """A question and what it says."""

    def __init__(self, question: str, embedder: Embedder, dictionary: Dictionary | None = None) -> None:
        self._question, self._embedder = question, embedder
        groups = dictionary.groups(question) if dictionary is not None else ()
        self._foreign = {term for renderings in groups for rendering in renderings for term in rendering}
        self._plain = fold(simplified(question))
        self._terms = set(terms(alike(self._plain)))
        self._vector: Floats | None = None

    def holds(self, test: Comparison) -> bool:
        """Whether the customer may have meant this test; numbers are judged elsewhere."""
        if isinstance(test.value, Decimal):
            return True
        if test.column.sort == "truth" or fold(test.value) in word_set("truth", "yes"):
            return self._says(test.column.header) or is_chinese(test.column.header) != is_chinese(self._question)
        if test.column.name == "name" and test.operator == "=":  # one of those that were found for it, and shown
            return is_chinese(test.value) != is_chinese(self._question) or self._says(test.value, CALLED)
        if self._says(test.value, MOST if test.column.sort == "text" and test.operator != "=" else 0.0):
            return True
        foreign = is_chinese(test.value) != is_chinese(self._question)
        if foreign and self._foreign.issuperset(terms(fold(simplified(test.value)))):
            return True
        if test.column.name == "sku" or (test.column.name == "brand" and not (foreign and test.column.choices)):
            return False
        if test.column.sort == "text":
            return foreign and (not self._foreign or not self._foreign.isdisjoint(terms(fold(simplified(test.value)))))
        if test.column.name == "category" and not foreign:
            return False
        return self._is_near(test.value, list(test.column.choices), NEAREST if foreign else 1)

    def names(self, column: Column) -> bool:
        """Whether the customer names a column of what a product has, or not: "with bluetooth" is any value but "No"."""
        may_lack = column.filled < ALL or any(map(denies, column.choices))
        return column.sort == "choice" and may_lack and self.says_all(plain_name(column.header))

    def says_all(self, text: str) -> bool:
        """Whether the question has all the words of a text."""
        own = set(terms(alike(fold(simplified(text)))))
        return bool(own) and own <= self._terms

    def is_said(self, test: Comparison) -> bool:
        """Whether the question has a word of a test's value, in either language."""
        if isinstance(test.value, Decimal):
            return True
        return self._says(test.value) or not self._foreign.isdisjoint(terms(fold(simplified(test.value))))

    def meant(self, column: Column, value: str) -> list[str]:
        """The values of a column that have all the words of `value` that were said, where some of its were not: "USB"
        is Type-A as well as Type-C. `value` alone where it was said in full, or in other words."""
        own = set(terms(alike(fold(simplified(value)))))
        said = own & self._terms
        if not said or said == own or fold(simplified(value)) in self._plain:
            return [value]
        others = (other for other in column.choices if said <= set(terms(alike(fold(simplified(other))))))
        return list(dict.fromkeys((value, *others)))

    def _says(self, value: str, share: float = 0.0) -> bool:
        """Whether the question has more than this share of a value's words, or all of it as it stands."""
        plain = fold(simplified(value))
        own = {term for term in terms(alike(plain)) if len(term) > 1 or len(plain) < LONG}
        return len(own & self._terms) > share * len(own) or plain in self._plain

    def _is_near(self, value: str, values: list[str], first: int) -> bool:
        """Whether a value is among the first that are nearest to the question, or as near as these."""
        if value not in values:
            return True
        cosines = self._cosines(values)
        least = sorted(cosines.tolist(), reverse=True)[: min(first, len(values))][-1]
        return bool(cosines[values.index(value)] >= least - TIE)

    def _cosines(self, texts: list[str]) -> Floats:
        if self._vector is None:
            self._vector = self._embedder.embed_queries([self._question])[0]
        cosines: Floats = self._embedder.embed_queries(texts) @ self._vector
        return cosines


def denies(value: str) -> bool:
    """Whether a value says that there is none."""
    return fold(value) in word_set("truth", "no")
