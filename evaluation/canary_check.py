"""The check of the shop's own questions: each canary is searched and, where it needs an answer, asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

from answer.answer import Answer
from evaluation.canaries import Canary
from evaluation.check import Check, Stopwatch, sentence
from evaluation.wording import contains
from index.errors import XuanjiError
from index.text.letters import fold
from retriever.passage import Passage
from retriever.retriever import Found

Search = Callable[[str, str, int], Found]
"""The passages for a question, a collection and a `top_k`, in the snapshot that is being judged."""
Ask = Callable[[Canary], Answer]
"""The answer to a canary's question, from the snapshot that is being judged."""
SHOWN = 3
"""Things found instead that a sentence names."""
LONGEST = 200
"""Characters of an answer that a sentence quotes."""


def check_canaries(canaries: Sequence[Canary], search: Search, ask: Ask | None) -> Check:
    """Whether every canary finds, says or refuses what it must.

    Without `ask`, canaries that need an answer fail, and say so. A canary that cannot be asked at all (its collection
    is unknown) fails with the error's text, and the others go on.
    """
    watch = Stopwatch()
    failures: list[str] = []
    met = 0
    for canary in canaries:
        try:
            wrong = [*_searched(canary, search), *_asked(canary, ask)]
        except XuanjiError as error:
            wrong = [f"{_question(canary)} could not be asked: {sentence(error)}"]
        failures += wrong
        met += not wrong
    return watch.settled(
        "canaries",
        failures,
        f"All {met:,} canary questions are met." if canaries else "There are no canary questions.",
    )


def _searched(canary: Canary, search: Search) -> Iterator[str]:
    if canary.sku is None and canary.document is None:
        return
    passages = search(canary.question, canary.collection, canary.top_k).passages
    if canary.sku is not None and not any(_has_sku(passage, canary.sku) for passage in passages):
        yield f"{_question(canary)} should find the SKU {canary.sku}, but found {_found(passages)}."
    if canary.document is not None and not any(_is_from(passage, canary.document) for passage in passages):
        yield f"{_question(canary)} should find the document {canary.document}, but found {_found(passages)}."


def _asked(canary: Canary, ask: Ask | None) -> Iterator[str]:
    if not canary.asks:
        return
    if ask is None:
        yield f"{_question(canary)} needs an answer, and nothing answers here: it could not be checked."
        return
    answer = ask(canary)
    if canary.refused:
        if answer.outcome == "answered":  # an offer claims nothing
            yield f"{_question(canary)} should be refused, but was answered: {_quote(answer)}"
    elif answer.outcome != "answered":
        instead = "was refused" if answer.refused else "passages were only offered"
        yield (
            f"{_question(canary)} should be answered with “{canary.answer_contains}”, but {instead}, having found "
            f"{_found(answer.passages)}."
        )
    elif not contains(answer.text, canary.answer_contains or ""):
        yield f"{_question(canary)} should be answered with “{canary.answer_contains}”, but was: {_quote(answer)}"


def _has_sku(passage: Passage, sku: str) -> bool:
    return fold(str(passage.chunk.attributes.get("sku", ""))) == fold(sku)


def _is_from(passage: Passage, document: str) -> bool:
    # some file systems hand out decomposed letters
    return unicodedata.normalize("NFC", passage.chunk.document) == unicodedata.normalize("NFC", document)


def _question(canary: Canary) -> str:
    return f"“{canary.question}”" + ("" if canary.collection == "default" else f" in collection “{canary.collection}”")


def _found(passages: Sequence[Passage]) -> str:
    """The best passages by SKU, or by document where they have none."""
    names = dict.fromkeys(str(passage.chunk.attributes.get("sku") or passage.chunk.document) for passage in passages)
    return ", ".join(list(names)[:SHOWN]) or "nothing"


def _quote(answer: Answer) -> str:
    text = " ".join(answer.text.split())
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”."
