"""`QuestionSet`: documents, queries and judgements of a folder in the BEIR layout (Thakur et al. 2021).

`corpus.jsonl` ({"_id", "title", "text", "metadata"}), `queries.jsonl` ({"_id", "text", "metadata"}) and
`qrels/test.tsv` (query-id, corpus-id, score under a header). How documents are searched is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answer.language import detect
from evaluation.questions import spread
from index.disk import reason
from index.errors import BadRequest

CORPUS, QUERIES, QRELS = "corpus.jsonl", "queries.jsonl", "qrels/test.tsv"
START = 400
"""Characters of a text that its language is told by."""


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """One line of the corpus. `metadata` may hold "language"."""

    id: str
    title: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """As the metadata say, else by the text's script."""
        return str(self.metadata.get("language") or detect(f"{self.title} {self.text}"[:START]))


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the grades (above 0) of the documents that answer it; none: the set has no answer to it."""

    id: str
    text: str
    language: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The documents by id, and the judged queries in the order of their file."""

    name: str
    documents: Mapping[str, CorpusDocument]
    queries: tuple[Query, ...]

    def direction(self, query: Query) -> str:
        """ "zh>en": the query's language, and that of the documents that answer it ("en+zh" where they differ)."""
        languages = sorted({self.documents[id].language for id in query.grades})
        return f"{query.language}>{'+'.join(languages) or 'none'}"


def is_beir(folder: Path) -> bool:
    """Whether a folder has the layout."""
    return all((folder / name).is_file() for name in (CORPUS, QUERIES, QRELS))


def read_set(folder: Path, limit: int = 0) -> QuestionSet:
    """The set of a folder, of its judged queries `limit` (0: all), see `spread`. BadRequest names file and line."""
    if missing := [name for name in (CORPUS, QUERIES, QRELS) if not (folder / name).is_file()]:
        raise BadRequest(f"{folder} is not in the BEIR layout: it has no {missing[0]}")
    documents: dict[str, CorpusDocument] = {}
    for where, parts in _objects(folder / CORPUS):
        id = _text(parts, "_id", where)
        if id in documents:
            raise BadRequest(f"{where}: the _id {id!r} stands there twice")
        title, text = _text(parts, "title", where, ""), _text(parts, "text", where)
        if f"{title}{text}".strip():  # nothing to search, as some public sets have it
            documents[id] = CorpusDocument(id, title, text, parts.get("metadata") or {})
    grades = _grades(folder / QRELS)
    queries: list[Query] = []
    for where, parts in _objects(folder / QUERIES):
        id, text = _text(parts, "_id", where), _text(parts, "text", where)
        if id in grades and text.strip():
            right = {document: grade for document, grade in grades[id].items() if grade > 0}
            if unknown := [document for document in right if document not in documents]:
                raise BadRequest(f"{folder / QRELS}: query {id} names the document {unknown[0]!r}, not in {CORPUS}")
            language = (parts.get("metadata") or {}).get("language")
            queries.append(Query(id, text, str(language or detect(text)), right))
    if not queries:
        raise BadRequest(f"{folder}: no query of {QUERIES} is judged in {QRELS}")
    return QuestionSet(folder.resolve().name, documents, tuple(spread(queries, limit)))


def _objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line's object with its place."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                where = f"{path}, line {number}"
                try:
                    parts = json.loads(line)
                except ValueError as error:
                    raise BadRequest(f"{where}: this is not JSON ({error})") from error
                if not isinstance(parts, dict):
                    raise BadRequest(f"{where}: this is not a JSON object")
                if not isinstance(parts.get("metadata") or {}, dict):
                    raise BadRequest(f"{where}: metadata is not an object")
                yield where, parts
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: {_why(error)}") from error


def _text(parts: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = parts.get(key, default)
    if isinstance(value, int) and key == "_id":
        return str(value)
    if not isinstance(value, str) or (key == "_id" and not value.strip()):
        raise BadRequest(f"{where}: there is no {key}, or it is not text")
    return value


def _grades(path: Path) -> dict[str, dict[str, int]]:
    grades: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read: {_why(error)}") from error
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().lstrip("-").isdigit()):
            continue
        try:
            query, document, grade = cells[0].strip(), cells[1].strip(), int(cells[2])
        except (IndexError, ValueError) as error:
            wanted = "query-id, corpus-id and a whole number, with tabs between"
            raise BadRequest(f"{path}, line {number}: this is not {wanted}") from error
        grades.setdefault(query, {})[document] = grade
    return grades


def _why(error: OSError | UnicodeDecodeError) -> str:
    return reason(error) if isinstance(error, OSError) else "it is not UTF-8"
