"""Citations: which passages a text stands on, each with a verbatim quote, and the check that it really does.

Nothing reaches a customer here that only the model knows: a sentence with a number that its passages do not state is
replaced by the evidence's own words, a mark [n] of no passage is removed, and links and markup are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from answer.evidence import named_models
from answer.links import without_links
from answer.numbers import numbers, unsupported
from answer.orders import without_orders
from answer.stated import Stated, stated
from answer.units import Unit, split
from answer.words import words
from index.chunk import Chunk
from retriever.passage import Passage

_MARK = re.compile(r"\s*[\[【［](\d{1,3})[\]】］]")
_SENTENCE_END = re.compile(
    r"(?:[。！？!?]+|(?:(?<=[^\s.\d]{2})|(?<=\d)|(?<=\d\s[A-Za-z]))\.(?=\s)|\n)(?:\s*[\[【［]\d{1,3}[\]】］][。.]?)*\s*"
)
SUPPORT = 0.4
"""Share of a sentence's words that a passage must have to be cited for it without having been named."""


@dataclass(frozen=True, slots=True)
class Citation:
    """`[n]` in the answer: the passage it points to and the span of it that supports the answer, verbatim."""

    n: int
    passage: Passage
    quote: str


def source_of(chunk: Chunk) -> Stated:
    """What a chunk states in numbers: in its title, its headings and its text, prices in its row's currency."""
    text = "\n".join((chunk.label, *chunk.section, chunk.text))
    return stated(text, chunk.cells)


class SentenceCutter:
    """Cuts streamed text into whole sentences, each with the citation marks that follow it."""

    def __init__(self) -> None:
        self._text = ""

    def push(self, piece: str) -> Iterator[str]:
        """The sentences that are complete now: a sentence is, once the next one has begun."""
        self._text += piece
        while end := self._end():
            sentence, self._text = self._text[:end], self._text[end:]
            yield sentence

    def rest(self) -> str:
        """What is left at the end of the stream."""
        text, self._text = self._text, ""
        return text

    def _end(self) -> int:
        match = _SENTENCE_END.search(self._text)
        # a mark such as [1] may still be on its way while nothing else has followed
        return match.end() if match and match.end() < len(self._text) and self._text[match.end()] not in "[【［" else 0


class CitationChecker:
    """Checks sentence by sentence and gathers the citations of the whole answer.

    `shown` are the passages in the order of their numbers, with the units of each that the model was given.
    """

    def __init__(self, query: str, shown: Sequence[tuple[Passage, Sequence[Unit]]]) -> None:
        self._query = query
        self._shown = shown
        self._cited: dict[tuple[int, str], Citation] = {}
        self._sources: dict[int, Stated] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Made so far, by number."""
        return tuple(sorted(self._cited.values(), key=lambda citation: citation.n))

    def checked(self, sentence: str) -> str:
        """The sentence as it may be told to the customer; "" where nothing of it may."""
        lead = sentence[: len(sentence) - len(sentence.lstrip())]
        tail = sentence[len(sentence.rstrip()) :]
        named = [int(n) for n in _MARK.findall(sentence) if 1 <= int(n) <= len(self._shown)]
        words_only = without_links(_MARK.sub("", sentence)).strip()
        if not words(words_only) and not numbers(words_only):
            return ""
        sources = dict.fromkeys(named) or dict.fromkeys(self._supporters(words_only))
        if not unsupported(words_only, map(self._stated, sources)) - self._customers_own(sources):
            marks = "".join(self.cite(n, self._best_unit(n, words_only)) for n in sources)
            return f"{lead}{words_only}{' ' if marks and words_only.isascii() else ''}{marks}{tail}"
        return self._own_words(words_only, sources, lead, tail)

    def _customers_own(self, sources: Iterable[int]) -> frozenset[str]:
        """The model numbers of the question, which a reply may repeat though its passages do not name them.

        Never bare numbers: "it is 10 years, right?" does not make it ten. And not where a product's row is cited,
        which speaks of its own product alone.
        """
        of_a_row = any(self._shown[n - 1][0].chunk.locator.row is not None for n in sources)
        return frozenset() if of_a_row else named_models(self._query)

    def _own_words(self, sentence: str, sources: Iterable[int], lead: str, tail: str) -> str:
        """What the cited passages (the best one, where none is cited) say themselves, unless it has been told."""
        for n in list(sources) or [1]:
            unit = self._best_unit(n, sentence)
            if (n, unit.text) not in self._cited:
                return f"{lead}{without_links(unit.text)} {self.cite(n, unit)}{tail}"
        return ""

    def cite(self, n: int, unit: Unit) -> str:
        """Record a citation of passage `n` and give its mark."""
        self._cited.setdefault((n, unit.text), Citation(n, unit.passage, unit.text))
        return f"[{n}]"

    def _stated(self, n: int) -> Stated:
        if n not in self._sources:
            self._sources[n] = source_of(self._shown[n - 1][0].chunk)
        return self._sources[n]

    def _texts(self, sources: Iterable[int]) -> list[str]:
        chunks = [self._shown[n - 1][0].chunk for n in sources]
        return [f"{chunk.label}\n{chunk.text}" for chunk in chunks]

    def _supporters(self, sentence: str) -> list[int]:
        """The one passage that best covers an uncited sentence, if it covers enough of it."""
        wanted = set(words(sentence))
        if not wanted:
            return []
        shares = [
            len(wanted.intersection(words(text))) / len(wanted) for text in self._texts(range(1, len(self._shown) + 1))
        ]
        best = max(range(len(shares)), key=shares.__getitem__, default=-1)
        return [best + 1] if best >= 0 and shares[best] >= SUPPORT else []

    def _best_unit(self, n: int, sentence: str) -> Unit:
        passage, units = self._shown[n - 1]
        wanted, stated = set(words(sentence)), numbers(sentence)

        def match(unit: Unit) -> float:
            shared = len(wanted.intersection(words(unit.text))) / (len(wanted) or 1)
            return shared + len(stated & numbers(unit.text)) / (len(stated) or 1)

        return max(units or without_orders(split(passage)) or split(passage), key=match)
