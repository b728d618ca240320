"""What people see in a terminal: progress bars and talk on stderr, tables, passages and sources on stdout.

Text from documents and models is data: control characters in it never reach the terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from server.talk import plain
from server.wire import AnswerBody, PassageBody

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

EXCERPT = 160
"""Characters of a passage or quote that a listing shows."""


@contextmanager
def preparing() -> Iterator[Callable[[str, float], None]]:
    """A bar for the models that are made at first use; nothing is shown where none is made."""
    bars: Bars | None = None
    task: Any = None

    def tell(what: str, fraction: float) -> None:
        nonlocal bars, task
        if bars is None:
            bars = open_bars()
            bars.start()
            task = bars.add_task("", total=1.0)
        bars.update(task, description=f"Preparing: {what}", completed=fraction)

    try:
        yield tell
    finally:
        if bars is not None:
            bars.stop()


def open_bars(*, force: bool = False) -> Bars:
    """Bars on stderr, shown in a terminal alone unless `force` is set."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True, force_terminal=True if force else None)
    return Progress(*columns, console=console, disable=not (force or sys.stderr.isatty()))


def show_passages(passages: Sequence[PassageBody]) -> None:
    """Numbered passages with where they stand."""
    if not passages:
        print("nothing found")
    for passage in passages:
        print(plain(f"[{passage.n}] {passage.score:.3f}  {passage.title or passage.document}"))
        print(plain(f"    {_place(passage.document, passage.locator)}"))
        print(plain(f"    {_excerpt(passage.text)}"))


def show_sources(answer: AnswerBody) -> None:
    """The cited places with their quotes, which an offer tells itself; for a refusal, that there are none."""
    print()
    if answer.standalone:
        print(plain(f"understood as: {answer.standalone}"))
    if not answer.citations:
        if answer.passages or answer.reason:
            print("no source was cited" + (f" ({plain(answer.reason)})" if answer.reason else ""))
        return
    print("Sources:" if not answer.language.startswith("zh") else "来源：")
    told: set[int] = set()
    for citation in answer.citations:
        if answer.outcome == "offered" and citation.n in told:
            continue
        told.add(citation.n)
        print(plain(f"[{citation.n}] {_place(citation.document, citation.locator)}"))
        if answer.outcome != "offered":
            print(plain(f"    “{_excerpt(citation.quote)}”"))


def _place(document: str, locator: dict[str, str | int]) -> str:
    return ", ".join([document, *(f"{name} {value}" for name, value in locator.items())])


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def print_json(value: Any) -> None:
    """One JSON object on stdout."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2) + b"\n")
