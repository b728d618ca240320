"""`Asked`: a small shop's files, read by `ingest` and asked through the whole product, with no model but hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType

from openpyxl import Workbook

from answer.answer import Answer, Answered
from answer.answerer import Answerer
from engine.engine import Message
from index.database.store import Store
from index.hashing import HashingEmbedder
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from ingest.pipeline import Source, ingest_folders
from retriever.retriever import Retriever

TODAY = date(2026, 11, 29)

Sheets = Mapping[str, Sequence[Sequence[object]]]


class Asked:
    """The shop with these files (text, or a workbook's sheets), published; `ask` gives the reply to a question."""

    def __init__(self, folder: Path, files: Mapping[str, str | Sheets]) -> None:
        for name, content in files.items():
            file = folder / "shop" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                file.write_text(content, encoding="utf-8")
            else:
                _save(file, content)
        home = Home(folder / "home")
        home.create()
        self.store = Store.open(home.database_url)
        embedder = HashingEmbedder(folder / "embedder")
        source = Source("default", folder / "shop")
        self.outcome = ingest_folders(
            [source], home=home, store=self.store, embedder=embedder, gate=Ungated("a test"), tolerant=True
        )
        self.retriever = Retriever(home, self.store, embedder, device="cpu", today=lambda: TODAY)
        self._answerer = Answerer(self.retriever, None, embedder, refuse_below=0.0, today=lambda: TODAY)

    def answer(self, query: str, history: Sequence[Message] = ()) -> Answer:
        """The reply with what it rests on."""
        events = self._answerer.ask(query, history=history)
        (answer,) = [event.answer for event in events if isinstance(event, Answered)]
        return answer

    def ask(self, query: str) -> str:
        """The reply."""
        return self.answer(query).text

    def names(self, query: str) -> list[str]:
        """What the reply's list calls the products, in its order."""
        lines = [line[2:] for line in self.ask(query).split("\n") if line.startswith("- ")]
        return [line.replace("：", ": ").partition(": ")[0].partition(" [")[0] for line in lines]

    def __enter__(self) -> Asked:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.retriever.close()
        self.store.close()


def _save(file: Path, sheets: Sheets) -> None:
    book = Workbook()
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.active if not number else book.create_sheet()
        assert sheet is not None
        sheet.title = name
        for row in rows:
            sheet.append(list(row))
    book.save(file)
