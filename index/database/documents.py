"""What the documents of a collection are called: the words of their paths and titles, by which a question means one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from index.chunk import readable_name
from index.database.tables import DocumentRow, VersionRow, alive
from index.text.analysis import terms

MOST = 2_000
"""Documents whose names are known; where there are more, none is meant by its name."""
RARE = 0.34
"""Share of the documents that a word may name and still tell one from the others."""


@dataclass(frozen=True, slots=True)
class DocumentNames:
    """The rare words of each document's path and title, by its path, and its database id."""

    words: dict[str, frozenset[str]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def meant(self, question: str) -> frozenset[str]:
        """The documents, by their paths, that a question names most words of; none where it names none."""
        asked = set(terms(question))
        shared = {path: len(asked & words) for path, words in self.words.items()}
        most = max(shared.values(), default=0)
        return frozenset(path for path, count in shared.items() if most and count == most)


def read_document_names(engine: Engine, collection_id: int, generation: int) -> DocumentNames:
    """The names of a collection's documents in a generation."""
    statement = (
        select(DocumentRow.id, DocumentRow.path, VersionRow.title)
        .join(VersionRow, VersionRow.document_id == DocumentRow.id)
        .where(DocumentRow.collection_id == collection_id, alive(VersionRow, generation), VersionRow.refused.is_(None))
        .limit(MOST + 1)
    )
    with engine.connect() as connection:
        rows = connection.execute(statement).all()
    if len(rows) > MOST:
        return DocumentNames()
    named = {path: f"{' '.join(map(readable_name, path.split('/')))} {title}" for _, path, title in rows}
    # a Chinese sign alone is a part of many words: the 家 of 家具 stands in 你们家, too
    said = {path: {term for term in terms(name) if len(term) > 1 or term.isascii()} for path, name in named.items()}
    common = Counter(word for words in said.values() for word in words)
    most = max(1.0, RARE * len(said))
    rare = {path: frozenset(word for word in words if common[word] <= most) for path, words in said.items()}
    return DocumentNames(rare, {path: id for id, path, _ in rows})
