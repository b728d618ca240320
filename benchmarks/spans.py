"""Does the reply, of at most two sentences, hold the gold answer? End to end: ingest, retriever, evidence, wording.

    python benchmarks/spans.py FILE --models MODELS [--home HOME] [--questions 300] [--paragraphs odd]

FILE is in SQuAD's layout (`cmrc2018_trial.json`, `xquad.en.json`). Each paragraph becomes a text file called by its
number alone, ingested by the default settings; the question goes to `Answerer.ask` without a language model, and a
refusal counts as a miss. "odd" asks only the paragraphs that `tuning.evidence` leaves out, over all paragraphs. A hit
is a reply whose quotes, joined, contain a gold answer. HOME is made where it does not exist, and used again where it
does.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from answer.answer import Answered
from answer.answerer import Answerer
from answer.evidence import EvidenceSelector
from answer.reader import open_reader
from server.parts import open_parts
from server.settings import read_settings
from tuning.squad import paragraphs

BOOTSTRAP = 2000


def read(file: Path) -> tuple[list[str], list[tuple[int, str, tuple[str, ...]]]]:
    """All paragraphs, and (paragraph's number, question, golds) in a fixed random order."""
    found = paragraphs(file)
    asked = [
        (paragraph.number, one.question, one.golds)
        for paragraph in found
        for one in paragraph.asked
        if one.question.strip()  # two of CMRC's are blank
    ]
    random.Random(7).shuffle(asked)
    return [paragraph.text for paragraph in found], asked


def plain(text: str) -> str:
    """Text without blanks, by which alone a quote may differ from its source."""
    return "".join(text.split())


def make_home(home: Path, models: Path, texts: Iterable[str]) -> None:
    """Ingest the paragraphs, each as a file of its own."""
    home.mkdir(parents=True)
    (home / "models").symlink_to(models.resolve())
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.txt").write_text(text, "utf-8")
        subprocess.run([Path(sys.executable).with_name("ingest"), folder, "--home", str(home)], check=True)


def interval(hits: np.ndarray) -> str:
    """The mean with its 95 % bootstrap interval."""
    means = np.random.default_rng(7).choice(hits, (BOOTSTRAP, len(hits))).mean(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{hits.mean():.3f} ({low:.3f} to {high:.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--paragraphs", choices=["all", "odd"], default="all")
    options = parser.parse_args()
    texts, asked = read(options.file)
    asked = [one for one in asked if options.paragraphs == "all" or one[0] % 2][: options.questions]
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        if not home.exists():
            make_home(home, options.models, texts)
        settings = read_settings({}, {"home": str(home)})
        rows = []
        with open_parts(settings) as parts:
            embedder = parts.retriever.embedder
            reader = open_reader(embedder)
            answerer = Answerer(parts.retriever, None, embedder, refuse_below=settings.refuse_below, reader=reader)
            selector = EvidenceSelector(embedder, reader)
            for number, query, golds in asked:
                (answer,) = [event.answer for event in answerer.ask(query) if isinstance(event, Answered)]
                quotes = " ".join(citation.quote for citation in answer.citations)
                passages = parts.retriever.search(query, top_k=5).passages
                nearest = [item.unit.text for item in selector.select(query, passages)]
                said = (quotes, nearest[0], " ".join(nearest[:2]))
                held = [any(plain(gold) in plain(text) for gold in golds) for text in said]
                held.append(
                    held[0]
                    or any(plain(citation.quote) in plain(gold) for citation in answer.citations for gold in golds)
                )
                found = any(passage.chunk.document == f"{number}.txt" for passage in passages)
                rows.append([*held, answer.refused, answer.reason == "not_stated", found, len(answer.citations) <= 2])
    columns = np.array(rows, dtype=float).T
    names = (
        "the reply holds a gold answer",
        "the best sentence does, were nothing refused",
        "the best two do, were nothing refused",
        "the reply holds one, or one of its quotes is a part of it",
        "refused",
        "refused because no passage states it",
        "a passage of the paragraph is among the first five",
        "the reply has at most two quotes",
    )
    print(f"{options.file.name}: {len(rows)} questions, {len(texts)} paragraphs\n\n| | share (95 %) |\n|---|---|")
    for name, column in zip(names, columns, strict=True):
        print(f"| {name} | {interval(column)} |")


if __name__ == "__main__":
    main()
