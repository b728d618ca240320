"""`Proof`: that nothing answers for what was withdrawn: not a search, not an id, not a kept snapshot; and what is left
of it. It only looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from answer.answer import Answer
from evaluation.check import listed
from evaluation.remains import ProofCheck, Remains
from index.chunk import Chunk
from index.database.rows import PAGE
from index.database.store import Store
from index.database.tables import ChunkRow, DocumentRow, Kind
from index.database.view import View
from index.database.withdrawals import Withdrawal, comparable, covers, withdrawals
from index.errors import SnapshotDamaged
from index.keeping.target import ever_matched
from index.lexicon import sections
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from index.snapshot.shelf import leased_manifest, snapshots
from index.snapshot.snapshot import Snapshot
from index.text.letters import fold
from retriever.retriever import Retriever

TOP_K = 50
ASKED = 5
"""Stored texts about which questions are asked."""
MOST = 200
"""Stored texts that are tried as questions, evenly picked where there are more; and other limits of what is tried."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried to get an answer for something withdrawn."""

    kind: Kind
    written: str
    checks: tuple[ProofCheck, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing answers for it."""
        return all(check.ok for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "kind": self.kind,
            "value": self.written,
            "clean": self.clean,
            "checks": [asdict(check) for check in self.checks],
        }


Ask = Callable[[str, str], Answer]
"""The whole product's answer to a question in a collection."""


def prove_withdrawn(
    retriever: Retriever, store: Store, home: Home, kind: Kind, written: str, ask: Ask | None = None
) -> Proof:
    """Try to get a withdrawn SKU or document by search and by id, out of every kept snapshot, and look for what is
    left of it; with `ask`, by asking for it in every language, too. Errors are those of `Retriever.search`, less
    NotFound.
    """
    return Proof(kind, written, tuple(_Proving(retriever, store, home, kind, written, ask).checks()))


class _Proving:
    """One proof in the making."""

    def __init__(
        self, retriever: Retriever, store: Store, home: Home, kind: Kind, written: str, ask: Ask | None
    ) -> None:
        self.retriever, self.store, self.home, self.kind, self.written = retriever, store, home, kind, written
        self.ask = ask
        self.value = comparable(kind, written)
        self.standing = [one for one in withdrawals(store.engine) if (one.kind, one.value) == (kind, self.value)]
        ids = {name: id for name, (id, _) in store.collections().items()}
        self.everywhere = not self.standing or any(one.collection_id is None for one in self.standing)
        named = {one.collection_id for one in self.standing}
        self.collections = {name: id for name, id in ids.items() if self.everywhere or id in named}
        self.rows = self._stored()

    def checks(self) -> Iterator[ProofCheck]:
        yield self._stands()
        yield self._by_search()
        yield self._by_id()
        if self.ask is not None:
            yield self._by_asking(self.ask)
        remains = Remains(self.store, self.home, self.collections, self.kind, self.value)
        yield remains.stored(len(self.rows))
        yield remains.free_pages()
        if self.kind == "sku" and (told := remains.mentions()) is not None:
            yield told

    def _matching(self) -> Any:
        whole = Withdrawal(self.kind, self.written, None, "", "", "")
        return and_(covers(whole), ChunkRow.collection_id.in_(list(self.collections.values())))

    def _stored(self) -> list[Any]:
        """Its rows in every generation, whoever may see them."""
        wanted = (ChunkRow.id, ChunkRow.collection_id, ChunkRow.text_id, ChunkRow.valid_from, ChunkRow.valid_to)
        statement = select(*wanted).join(DocumentRow, DocumentRow.id == ChunkRow.document_id).where(self._matching())
        with self.store.engine.connect() as connection:
            return list(connection.execute(statement.order_by(ChunkRow.id)))

    def _is_it(self, chunk: Chunk) -> bool:
        if self.kind == "document":
            return chunk.document == self.value
        return fold(str(chunk.attributes.get("sku", ""))) == self.value

    def _stands(self) -> ProofCheck:
        if not self.standing:
            return ProofCheck(
                "withdrawn", False, f"{self.kind} {self.written} is not withdrawn: xuanji withdraw does that"
            )
        if not any(ever_matched(self.store, one) for one in self.standing):
            told = f"nothing that is or was stored is called {self.written}, so nothing was withdrawn by it"
            return ProofCheck("withdrawn", False, f"{told}: release it, and withdraw what was meant")
        first = self.standing[0]
        where = "in every collection" if self.everywhere else f"in {', '.join(sorted(self.collections))}"
        return ProofCheck("withdrawn", True, f"{self.kind} {self.written} is withdrawn {where} since {first.at}")

    def _by_search(self) -> ProofCheck:
        """Its own texts, its name and its SKU as questions, to the served snapshot and to every kept one."""
        picked = _spread(self.rows, MOST)
        chunks = self.store.of_rows([row.id for row in picked])
        asked: dict[tuple[str, date | None], None] = {(self.written, None): None}
        for row in picked:
            chunk, day = chunks[row.id], _day(row.valid_from or row.valid_to)
            for words in (chunk.embedded_text, chunk.label):
                if words.strip():
                    asked |= {(words, None): None, (words, day): None}
        found: set[str] = set()
        tried = 0
        with self._every_snapshot() as retrievers:
            for retriever, manifest in retrievers:
                for name in self.collections.keys() & manifest.collections.keys():
                    for query, day in asked:
                        narrowed = [None, {"sku": self.written}] if self.kind == "sku" else [None]
                        for filters in narrowed:
                            got = retriever.search(query, top_k=TOP_K, collection=name, filters=filters, as_of=day)
                            tried += 1
                            found |= {passage.chunk.id for passage in got.passages if self._is_it(passage.chunk)}
        if found:
            told = f"{len(found):,} of its passages came, in {tried:,} searches: {listed(sorted(found), SHOWN)}"
            return ProofCheck("search", False, told)
        texts = (
            f"{len(picked):,} of its {len(self.rows):,} stored texts"
            if len(picked) < len(self.rows)
            else "its stored texts"
        )
        return ProofCheck("search", True, f"none of {tried:,} searches for {texts}, its name and itself brought it")

    @contextmanager
    def _every_snapshot(self) -> Iterator[Sequence[tuple[Retriever, Manifest]]]:
        """A retriever for the served snapshot and one for each other kept one, with its manifest."""
        self.retriever.refresh()
        opened: list[tuple[Retriever, Manifest]] = []
        held: list[Snapshot] = []
        try:
            for id, manifest in snapshots(self.home).items():
                if manifest is None or manifest.fingerprint != self.retriever.embedder.fingerprint:
                    continue  # nobody can search it
                if id == self.retriever.snapshot:
                    opened.append((self.retriever, manifest))
                    continue
                try:
                    held.append(Snapshot.open(self.home, id, self.retriever.embedder, device="cpu"))
                except SnapshotDamaged:
                    continue
                one = Retriever(
                    self.home,
                    self.store,
                    self.retriever.embedder,
                    device="cpu",
                    today=self.retriever.today,
                    snapshot=held[-1],
                    dictionary=self.retriever.dictionary,
                )
                opened.append((one, manifest))
            yield opened
        finally:
            for snapshot in held:
                snapshot.close()

    def _by_id(self) -> ProofCheck:
        """The texts of its rows, asked for by id, as every kept snapshot's readers would."""
        days = {self.retriever.today().isoformat()}
        days |= {day for row in self.rows for day in (row.valid_from, row.valid_to) if day}
        newest = self.store.published()
        generations = {manifest.generation for manifest in snapshots(self.home).values() if manifest is not None}
        came: set[str] = set()
        asked = 0
        for id in self.collections.values():
            texts = sorted({row.text_id for row in self.rows if row.collection_id == id})
            for generation in sorted(generations):
                for day in sorted(days)[:MOST]:
                    for start in range(0, len(texts), PAGE):
                        page = texts[start : start + PAGE]
                        got = self.store.chunks(page, id, View(generation, day, newest))
                        asked += len(page)
                        came |= {chunk.id for chunk in got.values() if self._is_it(chunk)}
        if came:
            return ProofCheck(
                "id", False, f"{len(came):,} of its passages can be read by id: {listed(sorted(came), SHOWN)}"
            )
        return ProofCheck("id", True, f"none of its {asked:,} texts asked for by id came as its own")

    def _by_asking(self, ask: Ask) -> ProofCheck:
        """What a customer may ask about it, in every language, of the whole product."""
        chunks = self.store.of_rows([row.id for row in _spread(self.rows, ASKED)])
        names = {self.written: None} if self.kind == "sku" else {}
        names |= {
            name: None for chunk in chunks.values() for name in (chunk.label, *chunk.section[-1:]) if name.strip()
        }
        questions = [
            question.format(name=name)
            for words in sections("asking").values()
            for question in words["about"]
            for name in names
        ]
        texts = [chunk.text for chunk in chunks.values()] if self.kind == "document" else []  # cells repeat anywhere
        came: set[str] = set()
        others: set[str] = set()
        asked = 0
        with leased_manifest(self.home, self.home.current()) as manifest:
            served = self.collections.keys() & (manifest.collections.keys() if manifest is not None else set())
        for name in sorted(served):
            for question in questions:
                answer = ask(question, name)
                asked += 1
                passages = (*answer.passages, *(citation.passage for citation in answer.citations))
                came |= {f"“{question}”" for passage in passages if self._is_it(passage.chunk)}
                others |= {
                    citation.passage.chunk.document
                    for citation in answer.citations
                    if any(citation.quote in text for text in texts)
                }
        if came:
            return ProofCheck("asking", False, f"it is answered from: {listed(sorted(came), SHOWN)}")
        told = f"none of {asked:,} questions about it, in {', '.join(sections('asking'))}, was answered from it"
        if others:
            told += f"; the same words stand in {listed(sorted(others), SHOWN)}, and are withdrawn by their file"
        return ProofCheck("asking", True, told)


def _spread(rows: Sequence[Any], most: int) -> Sequence[Any]:
    """At most so many of them, evenly picked."""
    return rows[:: max(1, -(-len(rows) // most))]


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
