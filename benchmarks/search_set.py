"""`SearchSet`: questions, passages and which answer which, written in the BEIR layout."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Text:
    """A passage: `text` under a `title`, with whatever else is known of it in `metadata`."""

    id: str
    text: str
    title: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Query:
    """A question, and the ids of the passages that answer it."""

    id: str
    text: str
    language: str
    answers: frozenset[str]


@dataclass(frozen=True)
class SearchSet:
    """A name, the passages and the questions over them."""

    name: str
    texts: list[Text]
    queries: list[Query]

    def write(self, out: Path) -> None:
        """Write the set below `out`. Raises ValueError where two ids are equal or an answer is no passage."""
        ids = {text.id for text in self.texts}
        if len(ids) < len(self.texts) or len({query.id for query in self.queries}) < len(self.queries):
            raise ValueError(f"{self.name}: two passages or two questions have the same id")
        if wrong := [query.id for query in self.queries if not query.answers or not query.answers <= ids]:
            raise ValueError(f"{self.name}: no passage answers {', '.join(wrong[:5])}")
        folder = out / self.name
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        _write_lines(
            folder / "corpus.jsonl",
            ({"_id": t.id, "title": t.title, "text": t.text, "metadata": dict(t.metadata)} for t in self.texts),
        )
        _write_lines(
            folder / "queries.jsonl",
            ({"_id": q.id, "text": q.text, "metadata": {"language": q.language}} for q in self.queries),
        )
        judged = [f"{query.id}\t{answer}\t1\n" for query in self.queries for answer in sorted(query.answers)]
        (folder / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), encoding="utf-8")


def _write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    path.write_text("".join(lines), encoding="utf-8")
