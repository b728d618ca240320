"""`Scores`: what was right and what was wrong about one reply, each point by itself, and the faults in words.

Everything is checked anew here, from the reply and the passages it cites; what the product says of itself is not taken
for granted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from answer.answer import Answer
from answer.citations import Citation, source_of
from answer.language import detect
from answer.links import without_links
from answer.numbers import unsupported
from answer.parts import Offer
from answer.stated import Stated
from evaluation.check import listed
from evaluation.overlap import exact, f1, says
from evaluation.questions import Question, Source
from index.chunk import readable_name
from index.text.letters import fold
from retriever.passage import Passage

TOP = 5
"""A source counts as retrieved among the first so many passages."""
LONG_LIST = 10
"""Of a longer list of rows that meet a constraint, citing so many is enough."""
BY_OFFER = frozenset({"howto", "policy"})
"""Kinds of question that passages shown as an offer answer, where they hold the answer: who asks for a value, a row or
a list was told none."""
_MARK = re.compile(r"\s*[\[【［]\d{1,3}[\]】］]")
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|「[^」]*」|『[^』]*』|\"[^\"\n]*\"")
_END = re.compile(r"[。！？!?]+|(?<![\d.])\.(?=\s|$)|\n+")
_WORD = re.compile(r"[^\W\d_]")
_FEW = 2
"""Letters from which on what is left of a reply beside its quotes tells a language."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Points that do not apply to a question are None.

    `correct`: every group of `must` is said, nothing of `must_not`, the rows are right and nothing was refused, nor
    merely offered but to a question `BY_OFFER`; of an unanswerable question, that it was not answered. `gold_shown`:
    every group of `must` is said by an answer or an offer. `grounded`: cited at all (where there is a source to cite),
    every quote verbatim and every number supported. `unsupported`: the numbers that neither the cited passages nor the
    question state. `sentences`: how many the reply has. `problems`: what is wrong, for a reader.
    """

    correct: bool
    refused: bool
    offered: bool = False
    gold_shown: bool | None = None
    says_all: bool | None = None
    says_nothing_wrong: bool | None = None
    rows_exact: bool | None = None
    exact_match: bool | None = None
    f1: float | None = None
    contains_gold: bool | None = None
    grounded: bool | None = None
    quotes_verbatim: bool | None = None
    unsupported: tuple[str, ...] = ()
    citation_precision: float | None = None
    citation_recall: float | None = None
    source_found: bool | None = None
    right_language: bool | None = None
    free_of_markup: bool | None = None
    sentences: int = 0
    judged: bool | None = None
    problems: tuple[str, ...] = ()


def failed(question: Question, reason: str) -> Scores:
    """The scores of a question that could not even be put."""
    return Scores(
        correct=False,
        refused=False,
        source_found=False if question.sources else None,
        rows_exact=False if question.skus else None,
        problems=(f"it could not be asked: {reason}",),
    )


def score(question: Question, answer: Answer, judged: bool | None = None) -> Scores:
    """Judge one answer; `judged` is what a model that was asked says of it."""
    text = answer.text
    missing = [group for group in question.must if not any(says(text, one) for one in group)]
    forbidden = [one for one in question.must_not if says(text, one)]
    rows = rows_exact(question.skus, answer) if question.skus else None
    as_expected = not missing and not forbidden and rows is not False
    loose = _loose_numbers(question, answer)
    verbatim = all(is_verbatim(citation) for citation in answer.citations) if answer.citations else None
    told, offered = not answer.refused, answer.outcome == "offered"
    settled = answer.outcome == "answered" or (offered and question.kind in BY_OFFER)
    cited = bool(answer.citations) or not (question.sources or question.skus)  # else there is nothing to cite
    precision, recall = _citations(question, answer) if settled and question.answerable else (None, None)
    found = any(is_source(p, s) for p in answer.passages[:TOP] for s in question.sources) if question.sources else None
    language = in_language(question.language, answer)
    bare = without_links(text) == text
    gold = question.gold if question.answerable else ""
    problems = [
        *(["it was refused"] if answer.refused and question.answerable and not question.nothing_meets else []),
        *(["it was only offered passages"] if offered and not settled and question.answerable else []),
        *(["it was answered, and should be refused"] if told and not offered and not question.answerable else []),
        *(
            f"it does not say {' or '.join(group)}"
            for group in missing
            if told or not question.answerable or question.nothing_meets
        ),
        *(f"it says {one}" for one in forbidden),
        *([_rows_in_words(question.skus, answer)] if rows is False else []),
        *([f"no passage states {listed(loose, 5)}"] if loose else []),
        *(["a quote is not verbatim"] if verbatim is False else []),
        *(["nothing is cited"] if told and not cited else []),
        *(["its source is not among the passages"] if found is False else []),
        *([f"it is not in {question.language}"] if not language else []),
        *(["it holds a link or markup"] if not bare else []),
    ]
    return Scores(
        correct=as_expected and (settled or question.nothing_meets if question.answerable else not told or offered),
        refused=answer.refused,
        offered=offered,
        gold_shown=told and not missing if question.must and question.answerable else None,
        says_all=not missing if question.must else None,
        says_nothing_wrong=not forbidden if question.must_not else None,
        rows_exact=rows,
        exact_match=exact(_plain(text), gold) if gold else None,
        f1=round(f1(_plain(text), gold), 4) if gold else None,
        contains_gold=says(text, gold) if gold else None,
        grounded=(cited and verbatim is not False and not loose) if told else None,
        quotes_verbatim=verbatim,
        unsupported=tuple(loose),
        citation_precision=precision,
        citation_recall=recall,
        source_found=found,
        right_language=language,
        free_of_markup=bare,
        sentences=len([piece for piece in _END.split(_plain(text)) if _WORD.search(piece)]),
        judged=judged,
        problems=tuple(problems),
    )


def is_source(passage: Passage, source: Source) -> bool:
    """Whether a passage comes from a place: the same document, and what is given of the locator."""
    if _composed(passage.chunk.document) != _composed(source.document):
        return False
    place = passage.chunk.locator.as_dict()
    return all(_composed(place.get(part)) == _composed(value) for part, value in source.locator.items())


def is_verbatim(citation: Citation) -> bool:
    """Whether a quote stands in its passage, sign by sign."""
    return bool(citation.quote.strip()) and citation.quote in citation.passage.chunk.text


def cited_skus(answer: Answer) -> frozenset[str]:
    """The SKUs of the rows that an answer cites, folded."""
    skus = (citation.passage.chunk.attributes.get("sku") for citation in answer.citations)
    return frozenset(fold(str(sku)) for sku in skus if sku is not None)


def rows_exact(skus: Iterable[str], answer: Answer) -> bool:
    """Whether the cited rows are these and no others; of a long list `LONG_LIST` of them are enough."""
    wanted, cited = frozenset(map(fold, skus)), cited_skus(answer)
    return cited <= wanted and len(cited) >= min(LONG_LIST, len(wanted))


def in_language(tag: str, answer: Answer) -> bool:
    """Whether a reply, without what it quotes (the values of rows, too) and the names of its sources, is in the
    language; one that is nothing else is judged whole.
    """
    rest = _plain(answer.text)
    cited = [(one.quote, one.passage.chunk) for one in answer.citations]
    own = {text for quote, chunk in cited for text in (quote, chunk.label, chunk.title, *chunk.section)}
    own |= {cell.text for _, chunk in cited for cell in chunk.cells}
    own |= {name for _, chunk in cited for name in (readable_name(chunk.document), chunk.locator.sheet or "")}
    own |= {text for part in answer.parts if isinstance(part, Offer) for one in part.passages for text in one.quoted}
    for text in sorted(filter(None, own), key=len, reverse=True):
        rest = rest.replace(text, " ")
    rest = _QUOTED.sub(" ", rest)
    told = rest if len(_WORD.findall(rest)) >= _FEW else _plain(answer.text)
    return detect(told) == detect_of(tag)


def detect_of(tag: str) -> str:
    """What `answer.language.detect` calls text in a language; those it cannot tell apart count as English."""
    language = tag.lower().partition("-")[0]
    if language in ("zh", "cmn", "yue"):
        return "zh"
    return language if language in ("ja", "ko", "ru", "ar", "th") else "en"


def _plain(text: str) -> str:
    return _MARK.sub("", text)


def _composed(value: object) -> object:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _loose_numbers(question: Question, answer: Answer) -> list[str]:
    """The numbers of a reply that nothing supports: no cited passage or its place, not the question with what came
    before it, and not what the product itself computed and says so.
    """
    sources: list[str | Stated] = [question.query, *(turn.content for turn in question.history)]
    sources += [question.as_of.isoformat()] if question.as_of else []
    sources += [str(value) for value in _computed(answer)]
    for citation in answer.citations:
        chunk = citation.passage.chunk
        sources += [source_of(chunk), chunk.label, chunk.document, str(chunk.locator)]
    return sorted(unsupported(_plain(answer.text), sources))


def _computed(answer: Answer) -> Iterable[Any]:
    """The figures that an answer marks as computed from rows, where it can."""
    values: Any = getattr(answer, "computed", None) or ()
    if isinstance(values, str | int | float | Decimal):
        return (values,)
    return values.values() if isinstance(values, dict) else tuple(values)


def _citations(question: Question, answer: Answer) -> tuple[float | None, float | None]:
    """Precision: the share of cited passages that are a source. Recall: 1 where any source is cited, as any one of them
    answers; of a question for rows, the shares of the rows.
    """
    if question.skus:
        wanted, cited = frozenset(map(fold, question.skus)), cited_skus(answer)
        precision = len(cited & wanted) / len(cited) if cited else None
        return precision, min(1.0, len(cited & wanted) / min(LONG_LIST, len(wanted)))
    if not question.sources:
        return None, None
    passages = {citation.passage.chunk.id: citation.passage for citation in answer.citations}.values()
    right = [any(is_source(passage, source) for source in question.sources) for passage in passages]
    return (sum(right) / len(right) if right else None), float(any(right))


def _rows_in_words(skus: Iterable[str], answer: Answer) -> str:
    wanted, cited = {fold(sku): sku for sku in skus}, cited_skus(answer)
    wrong = sorted(cited - wanted.keys())
    missing = sorted(wanted[sku] for sku in wanted.keys() - cited)
    parts = [f"rows that do not belong are cited: {listed(wrong, 5)}"] if wrong else []
    if len(cited & wanted.keys()) < min(LONG_LIST, len(wanted)):
        parts.append(f"rows are not cited: {listed(missing, 5)}")
    return "; ".join(parts)
