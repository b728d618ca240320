"""Folders of broken files: the run ends by itself, everything is accounted for, and good files are in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.database.store import Store
from index.database.view import View
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from ingest.pipeline import ingest_folder
from ingest.workers import Limits

VIEW = View(1, "2026-01-15")


@pytest.mark.parametrize(
    "folder", ["bad_documents", "parsing_unstructured", "parsing_markitdown", "parsing_pdf_samples"]
)
def test_every_broken_file_costs_only_itself(shared_data: Path, tmp_path: Path, folder: str) -> None:
    """Fuzzed, encrypted, truncated and odd files: each is indexed or refused with a reason, and the good one is in."""
    catalog = tmp_path / "catalog"
    shutil.copytree(shared_data / folder, catalog)
    (catalog / "good.csv").write_text("SKU,Name,Price\n007,Kettle,19.50\n", encoding="utf-8")
    files = [path for path in catalog.rglob("*") if path.is_file() and not path.name.startswith(".")]
    home = Home(tmp_path / "home")
    home.create()
    store = Store.open(home.database_url)
    embedder = HashingEmbedder(tmp_path / "hashing")
    report = ingest_folder(catalog, home=home, store=store, embedder=embedder, jobs=2, limits=Limits(seconds=60))
    whole = [refusal for refusal in report.refused if not refusal.where]
    assert report.files.seen == len(files)
    assert report.files.refused == len(whole)
    assert report.reconciles
    assert all(len(refusal.reason) > 10 for refusal in report.refused)
    assert not [refusal for refusal in report.refused if "Traceback" in refusal.reason]
    entry = store.collections()["default"][0]
    texts = [chunk.text for chunk in store.chunks(store.matching(entry, VIEW, ()).tolist(), entry, VIEW).values()]
    assert "SKU: 007\nName: Kettle\nPrice: 19.50" in texts
    again = ingest_folder(catalog, home=home, store=store, embedder=embedder, jobs=2, limits=Limits(seconds=60))
    assert (again.embedded, again.published) == (0, False)
    assert again.refused == report.refused
    store.close()
