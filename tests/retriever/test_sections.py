"""The section around a passage, as it was served with it."""

from __future__ import annotations

from pathlib import Path

from index.database.store import Store
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from ingest.pipeline import ingest_folder
from retriever.retriever import Retriever

STEPS = [f"Step number {n}: turn the brass knob marked K{n} until it clicks." for n in range(1, 81)]


def test_a_procedure_of_several_pieces_is_put_together(tmp_path: Path) -> None:
    """All steps in order from any of them, nothing of other sections; alone once another snapshot is served, or where
    it is a row."""
    folder = tmp_path / "catalog"
    folder.mkdir()
    parts = ["# Manual", "## Storing", "Keep it dry.", "## Setting up", "\n\n".join(STEPS), "## Cleaning", "Wipe it."]
    (folder / "manual.md").write_text("\n\n".join(parts), encoding="utf-8")
    (folder / "prices.csv").write_text("sku,name,price\nA1,Kettle,20 EUR\nA2,Lamp,30 EUR\n", encoding="utf-8")
    home = Home(tmp_path / "home")
    home.create()
    store = Store.open(home.database_url)
    embedder = HashingEmbedder(tmp_path / "hashing", dimension=256)
    ingest_folder(folder, home=home, store=store, embedder=embedder, jobs=1)
    retriever = Retriever(home, store, embedder, threads=1)
    found = retriever.search("Step number 12: turn the brass knob marked K12", top_k=20)
    first = next(passage for passage in found.passages if "knob marked K12 " in passage.chunk.text)
    row = next(passage for passage in found.passages if passage.chunk.locator.row is not None)
    section, alone = retriever.sections(found, [first, row])
    assert len(section) > 1
    assert [line for passage in section for line in passage.chunk.text.split("\n") if line] == STEPS
    assert first in section
    assert alone == [row]
    (folder / "note.md").write_text("# Note\n\nClosed on Mondays.", encoding="utf-8")
    ingest_folder(folder, home=home, store=store, embedder=embedder, jobs=1)
    assert retriever.sections(found, [first]) == [[first]]
    retriever.close()
    store.close()
