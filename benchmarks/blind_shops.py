"""How well questions are answered over a shop that nobody had seen (`blind_shops.md`), as its customers would be.

    python benchmarks/blind_shops.py benchmarks/blind_shop_sheets.jsonl --folder FOLDER --home HOME --models MODELS \\
        [--planner auto|off] [--plan-seconds 30] [--out results.jsonl]
    python benchmarks/blind_shops.py --table results.jsonl ...

FOLDER is ingested into HOME where nothing is published there yet; MODELS, a folder of models, is linked into it. The
second form makes the table again, of several sets together.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from blind_set import Blind, judged, read_blind, within_reach
from home_sets import chunks_of

from answer.answer import Answer, Answered
from server.parts import Parts, open_home, open_parts, published
from server.settings import Settings, read_settings

Line = dict[str, Any]
COLUMNS = (
    "", "n", "correct", "handled", "refused needlessly", "offered", "no answer, answered", "gold in first 3",
    "gold shown", "rows exact", "right language",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("set", type=Path, nargs="?")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--planner", default="auto")
    parser.add_argument("--plan-seconds", type=float, default=30.0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--table", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    if options.table:
        texts = [path.read_text(encoding="utf-8") for path in options.table]
        show([json.loads(line) for text in texts for line in text.splitlines()])
        return
    if not (options.set and options.home):
        parser.error("name a set and --home, or --table with results")
    settings = read_settings(
        {}, {"home": str(options.home), "planner_model": options.planner, "plan_seconds": options.plan_seconds}
    )
    ingest(settings, options.folder, options.models)
    blinds = read_blind(options.set)
    reach = list(within_reach(blinds, chunks_of(options.home)))
    print(
        f"in the index: gold {share([gold for gold, _ in reach])}, names of rows {share([rows for _, rows in reach])}"
    )
    with open_parts(settings) as parts:
        parts.answerer.warm()  # as a service does when it begins
        lines = list(asked(parts, blinds))
    if options.out is not None:
        written = [json.dumps(line, ensure_ascii=False, default=str) + "\n" for line in lines]
        options.out.write_text("".join(written), encoding="utf-8")
    show(lines)


def ingest(settings: Settings, folder: Path | None, models: Path | None) -> None:
    """Publish the folder, where nothing is published."""
    home = open_home(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    if models is not None and not home.models.exists():
        home.models.symlink_to(models.resolve(), target_is_directory=True)
    if published(home) is None:
        if folder is None:
            sys.exit(f"nothing is published in {settings.home}; name --folder")
        command = "import sys; from server.cli import ingest_main; sys.exit(ingest_main())"
        subprocess.run([sys.executable, "-c", command, folder, "--home", settings.home, "--force"], check=True)


def asked(parts: Parts, blinds: Sequence[Blind]) -> Iterator[Line]:
    """Every question put, with the verdict on its reply."""
    for number, blind in enumerate(blinds, 1):
        question = blind.question
        print(f"\r{number} of {len(blinds)}", end="" if number < len(blinds) else "\n", file=sys.stderr, flush=True)
        began = time.perf_counter()
        events = parts.answerer.ask(question.query, history=question.history)
        (answer,) = [event.answer for event in events if isinstance(event, Answered)]
        seconds = time.perf_counter() - began
        yield {
            "id": question.id,
            "kind": question.kind,
            "language": question.language,
            "answerable": question.answerable,
            **asdict(judged(blind, answer)),
            "seconds": round(seconds, 3),
            "model": model_called(answer),
            "passages": [passage.chunk.document for passage in answer.passages],
            "plan": getattr(answer, "plan", None),
            "text": answer.text,
        }


def model_called(answer: Answer) -> bool:
    """Whether a language model worded the reply or planned it."""
    plan = getattr(answer, "plan", None)
    return bool(answer.model or answer.usage.completion_tokens or getattr(plan, "model", ""))


def show(lines: Sequence[Line]) -> None:
    """The table by kind and by language, numbers that nothing supports, and times."""
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    for key in ("kind", "language"):
        for value in sorted({line[key] for line in lines}):
            print(row(value, [line for line in lines if line[key] == value]))
    print(row("all", lines))
    print(f"\nunsupported numbers: {sum(len(line['unsupported']) for line in lines)}")
    for name, model in (("without a model", False), ("with a model", True)):
        seconds = [line["seconds"] for line in lines if line["model"] == model]
        if seconds:
            p50, p95 = np.percentile(seconds, [50, 95])
            print(f"{name}: {share([line['model'] == model for line in lines])}, p50 {p50:.2f} s, p95 {p95:.2f} s")


def row(name: str, lines: Sequence[Line]) -> str:
    """The figures of some lines as a row of the table."""
    answerable = [line for line in lines if line["answerable"]]
    hopeless = [line for line in lines if line["kind"] == "unanswerable"]
    wishes = [line for line in lines if line["rows"] is not None]

    def of(some: Sequence[Line], test: Callable[[Line], bool]) -> str:
        return share([test(line) for line in some])

    cells = (
        name,
        str(len(lines)),
        of(answerable, lambda line: line["handled"]),
        of(lines, lambda line: line["handled"]),
        of(answerable, lambda line: line["outcome"] == "refused"),
        of(answerable, lambda line: line["outcome"] == "offered"),
        of(hopeless, lambda line: line["outcome"] == "answered"),
        of(answerable, lambda line: line["gold_first"]),
        of(answerable, lambda line: line["gold_shown"]),
        of(wishes, lambda line: line["rows"]),
        of(lines, lambda line: line["right_language"]),
    )
    return "| " + " | ".join(cells) + " |"


def share(hits: Sequence[bool]) -> str:
    """How many hit, and of how many; "" where there is no case."""
    return f"{sum(hits) / len(hits):.2f} ({sum(hits)} of {len(hits)})" if hits else ""


if __name__ == "__main__":
    main()
