"""Refusals where no passage holds the answer, and answers where one does: the product beside the bare prompt.

    python benchmarks/noise_refusals.py --xquad FOLDER --home FOLDER [--models FOLDER] [-n 100] [--minutes 6] [--show 3]

FOLDER of --xquad holds xquad.en.json and xquad.zh.json; the paragraphs are ingested into --home at the first run. The
questions are those of the paragraphs with an odd number, in a fixed random order. "Noise" are the best passages without
any of the gold paragraph; "gold" are the best passages, the gold paragraph's among them. The product is asked as it is
served; the bare prompt has the same passages, the same model, and the instruction to say where it does not know. It is
asked the first questions, for --minutes in each language.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from answer.answer import Answered
from answer.answerer import Answerer
from answer.probe import best_style
from answer.reader import open_reader
from engine.engine import Message, Sampling
from engine.llama.engine import LlamaEngine
from engine.llm_facts import llm_facts
from engine.model_files import prepare_llm
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from ingest.pipeline import ingest_folder
from retriever.passage import Passage
from retriever.retriever import Found, Retriever
from retriever.translation import Dictionary, prepare_dictionary
from server.settings import read_settings
from tuning.squad import paragraphs

SHOWN = 3
"""Passages that both are given."""
TOLD = 40
"""Tokens of a bare reply at most."""
REFUSED = re.compile(
    r"\b(?:(?:do|does|did) not (?:know|say|state|mention|contain|provide|specify)|don't know"
    r"|doesn't (?:say|mention|state)"
    r"|not (?:mentioned|stated|provided|specified|given|found|available)|no (?:information|mention)|unknown"
    r"|unable to|cannot (?:answer|find|be)|can't (?:answer|find)|sorry)\b"
    r"|不知道|没有提|未提|没有说|无法|不能回答|没有答案|没有信息|不清楚|抱歉",
    re.IGNORECASE,
)
BARE = {
    "en": "Answer the question from the passages. If the passages do not contain the answer, say that you do not know."
    "\n\n{passages}\n\nQuestion: {query}",
    "zh": "根据下面的资料回答问题。如果资料里没有答案，就说不知道。\n\n{passages}\n\n问题：{query}",
}


@dataclass(frozen=True)
class Case:
    """A question, the file of its paragraph, and its gold answers."""

    query: str
    document: str
    golds: tuple[str, ...]


class Given:
    """A searcher that gives the retriever's passages with or without those of one document."""

    def __init__(self, retriever: Retriever) -> None:
        self.retriever = retriever
        self.gold, self.noise = "", False
        self.last: tuple[Passage, ...] = ()

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        collection: str = "default",
        filters: Mapping[str, Any] | None = None,
        as_of: date | None = None,
    ) -> Found:
        """The best passages; with `noise` none of the gold document, else one of them at least."""
        found = self.retriever.search(query, top_k=10)
        gold = [passage for passage in found.passages if passage.chunk.document == self.gold]
        others = [passage for passage in found.passages if passage.chunk.document != self.gold]
        kept = others[:SHOWN] if self.noise else [p for p in found.passages if p in (*gold[:1], *others[: SHOWN - 1])]
        self.last = tuple(kept)
        return replace(found, passages=self.last)


def read(path: Path, folder: Path) -> list[Case]:
    """The questions of the odd paragraphs; writes every paragraph as a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for paragraph in paragraphs(path):
        name = f"{paragraph.number:03}.txt"
        (folder / name).write_text(paragraph.text, encoding="utf-8")
        if paragraph.number % 2:
            cases += [Case(one.question, name, one.golds) for one in paragraph.asked]
    random.Random(7).shuffle(cases)
    return cases


def plain(text: str) -> str:
    """Without case, blanks and marks."""
    return re.sub(r"[\W_]+", "", text).casefold()


def correct(text: str, golds: Sequence[str]) -> bool:
    """Whether a reply contains a gold answer."""
    return any(plain(gold) in plain(text) for gold in golds)


def bare_reply(engine: LlamaEngine, language: str, query: str, passages: Sequence[Passage]) -> str:
    """What the model says to the passages as they are."""
    texts = "\n\n".join(passage.chunk.text for passage in passages)
    message = Message("user", BARE[language].format(passages=texts, query=query))
    with engine.generate([message], Sampling(max_tokens=TOLD)) as generation:
        return "".join(generation)


def measure(
    language: str,
    cases: Sequence[Case],
    minutes: float,
    home: Home,
    embedder: Embedder,
    engine: LlamaEngine,
    dictionary: Dictionary,
    show: int,
) -> None:
    """Print one line for the product and one for the bare prompt."""
    store = Store.open(home.database_url)
    retriever = Retriever(home, store, embedder, dictionary=dictionary)
    given = Given(retriever)
    answerer = Answerer(
        given, None, embedder, refuse_below=read_settings({}, {}).refuse_below, reader=open_reader(embedder)
    )
    counts = {way: dict.fromkeys(("refused", "right", "refused_gold"), 0) for way in ("product", "bare")}
    seconds = {"product": 0.0, "bare": 0.0}
    bare = 0
    for number, case in enumerate(cases):
        asked_too = seconds["bare"] < 60 * minutes
        bare += asked_too
        for noise in (True, False):
            given.gold, given.noise = case.document, noise
            began = time.perf_counter()
            (answer,) = [event.answer for event in answerer.ask(case.query) if isinstance(event, Answered)]
            seconds["product"] += time.perf_counter() - began
            tell(counts["product"], noise, answer.refused, correct(answer.text, case.golds))
            if noise and number < show:
                print(f"  {case.query} -> {answer.text[:150]!r}")
            if asked_too:
                began = time.perf_counter()
                text = bare_reply(engine, language, case.query, given.last)
                seconds["bare"] += time.perf_counter() - began
                tell(counts["bare"], noise, bool(REFUSED.search(text)), correct(text, case.golds))
                if noise and number < show:
                    print(f"    bare: {text[:150]!r}")
    for way, asked in (("product", len(cases)), ("bare", bare)):
        if asked:
            shares = {name: count / asked for name, count in counts[way].items()}
            print(
                f"| {language} | {way} | {asked} | {shares['refused']:.3f} | {shares['right']:.3f} "
                f"| {shares['refused_gold']:.3f} | {seconds[way] / asked / 2:.2f} s |",
                flush=True,
            )
    retriever.close()
    store.close()


def tell(counts: dict[str, int], noise: bool, refused: bool, right: bool) -> None:
    """Count a reply."""
    if noise:
        counts["refused"] += refused
    else:
        counts["right"] += right and not refused
        counts["refused_gold"] += refused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--xquad", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path(".xuanji-test/models"))
    parser.add_argument("-n", type=int, default=100, help="questions of each language")
    parser.add_argument("--minutes", type=float, default=3.5, help="of the bare prompt, each language")
    parser.add_argument("--languages", default="en,zh")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    embedder = open_embedder(prepare_embedder(options.models))
    file = prepare_llm(options.models, probe=best_style)
    dictionary = prepare_dictionary(options.models)
    engine = LlamaEngine(file, context=3072, threads=options.threads, flash=llm_facts(file).flash)
    print("| language | way | questions | refused on noise | right with gold | refused with gold | each |")
    print("|---|---|---|---|---|---|---|")
    for language in options.languages.split(","):
        folder = options.home / language / "texts"
        cases = read(options.xquad / f"xquad.{language}.json", folder)[: options.n]
        home = Home(options.home / language)
        home.create()
        if home.current() is None:
            store = Store.open(home.database_url)
            ingest_folder(folder, home=home, store=store, embedder=embedder)
            store.close()
        measure(language, cases, options.minutes, home, embedder, engine, dictionary, options.show)
    engine.close()


if __name__ == "__main__":
    main()
