"""Verifying a home with its folders, and proving that nothing answers for what was withdrawn."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from answer.answer import Answer, Answered
from answer.answerer import Answerer
from evaluation.verify import Proof, prove_withdrawn, verify
from index.database.withdrawals import release, withdraw
from index.keeping.purge import purge_withdrawn
from index.snapshot.shelf import pin
from retriever.retriever import Retriever
from tests.index.test_audit import Shop, lamps


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


@pytest.fixture
def retriever(shop: Shop) -> Iterator[Retriever]:
    retriever = Retriever(shop.home, shop.store, shop.embedder, today=lambda: date(2026, 5, 1))
    yield retriever
    retriever.close()


def said(proof: Proof) -> dict[str, tuple[bool, str]]:
    return {check.name: (check.ok, check.sentence) for check in proof.checks}


def test_a_folder_that_changed_is_a_note(shop: Shop) -> None:
    """New, changed and missing files are named; the home is clean all the same, and a mended folder is silent."""
    for name in ("a.csv", "b.csv", "c.csv"):
        shop.write([(name, f"Lantern {name}", "Acme", "1")], name)
    shop.night()
    assert (verify(shop.home, shop.store).clean, verify(shop.home, shop.store).notes) == (True, ())
    assert verify(shop.home, shop.store).checked["folder files"] == 3
    (shop.folder / "a.csv").rename(shop.folder / "d.csv")
    shop.write(lamps(2), "b.csv")
    found = verify(shop.home, shop.store)
    assert found.clean
    assert [(note.about, note.collection, note.message) for note in found.notes] == [
        ("folder", "default", "1 files new since: d.csv"),
        ("folder", "default", "1 files changed since: b.csv"),
        ("folder", "default", "1 files gone since: a.csv"),
    ]
    shop.folder.rename(shop.folder.with_name("away"))
    (note,) = verify(shop.home, shop.store).notes
    assert note.message.endswith("catalog does not exist")
    assert verify(shop.home, shop.store).as_dict()["clean"] is True


def test_a_disagreement_is_not_clean(shop: Shop) -> None:
    """What the audit finds comes through, notes apart."""
    shop.write(lamps(3))
    shop.night()
    shop.sql("UPDATE chunks SET price = 1 WHERE sku = 'lx-1'")
    shop.sql("INSERT INTO embeddings VALUES ('abc', 'hashing-256', x'00')")
    found = verify(shop.home, shop.store)
    assert (found.clean, len(found.disagreements), len(found.notes)) == (False, 1, 1)
    assert found.as_dict()["disagreements"] == [
        {
            "about": "database",
            "collection": "default",
            "message": "1 rows are not what they were when they were written: prices.csv, row 3 (price)",
            "severity": "wrong",
        }
    ]


def test_what_is_withdrawn_answers_in_no_snapshot(shop: Shop, retriever: Retriever) -> None:
    """From the next search on, in a retriever that was open before; proven for the served and for a pinned snapshot,
    by its texts of both nights; and no longer when it is released."""
    shop.write(lamps(20))
    pin(shop.home, str(shop.night().snapshot))
    shop.write(lamps(20, price=70))
    shop.night()
    assert len(retriever.search("zirconia3", filters={"sku": "LX-3"}).passages) == 1
    before = prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3")
    assert {name for name, (ok, _) in said(before).items() if not ok} == {"withdrawn", "search", "id"}
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    proof = prove_withdrawn(retriever, shop.store, shop.home, "sku", "lx-3")
    assert proof.clean
    told = said(proof)
    # two texts, one title, one SKU; with and without the filter; two snapshots
    assert told["search"][1] == "none of 16 searches for its stored texts, its name and itself brought it"
    assert told["stored"][1].startswith("2 rows of it are still stored, unanswerable")
    assert "was not purged" in told["free pages"][1]
    release(shop.store.engine, "sku", "LX-3")
    assert not prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3").clean


def test_what_is_withdrawn_is_asked_for_in_every_language(shop: Shop, retriever: Retriever) -> None:
    """Before, questions are answered from it; after, from none of it. Words that another file repeats are told."""
    shop.write(lamps(5))
    guide = "# Lantern guide\n\nNever burn the lantern for more than nine hours.\n"
    (shop.folder / "guide.md").write_text(guide, encoding="utf-8")
    (shop.folder / "说明.md").write_text("# 灯笼说明\n\n灯笼每次最多点九个小时。\n", encoding="utf-8")
    shop.night()
    answerer = Answerer(retriever, None, shop.embedder, refuse_below=0.05)
    asked: list[str] = []

    def ask(question: str, collection: str) -> Answer:
        asked.append(question)
        events = answerer.ask(question, collection=collection)
        return next(event.answer for event in events if isinstance(event, Answered))

    for kind, name in (("sku", "LX-3"), ("document", "guide.md"), ("document", "说明.md")):
        before = said(prove_withdrawn(retriever, shop.store, shop.home, kind, name, ask))["asking"]
        assert (before[0], before[1].startswith("it is answered from: “")) == (False, True)
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    withdraw(shop.store.engine, "document", "guide.md", by="test")
    asked.clear()
    told = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3", ask))["asking"]
    assert told == (True, f"none of {len(asked)} questions about it, in de, en, zh, was answered from it")
    assert {"How much is the LX-3?", "LX-3多少钱？", "Was kostet Lantern zirconia3?"} <= set(asked)
    assert said(prove_withdrawn(retriever, shop.store, shop.home, "document", "guide.md", ask))["asking"][0]
    (shop.folder / "copy.md").write_text(f"{guide}\nKeep this.\n", encoding="utf-8")
    shop.night()
    again = said(prove_withdrawn(retriever, shop.store, shop.home, "document", "guide.md", ask))["asking"]
    assert (again[0], "the same words stand in copy.md" in again[1]) == (True, True)


def test_a_withdrawal_that_never_matched_is_not_proven(shop: Shop, retriever: Retriever) -> None:
    """What an older version let pass: nothing answers for a name that nothing has, and that proves nothing."""
    shop.write(lamps(3))
    shop.night()
    withdraw(shop.store.engine, "sku", "prices", by="test")
    told = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "prices"))["withdrawn"]
    assert (told[0], "nothing was withdrawn by it" in told[1]) == (False, True)
    withdraw(shop.store.engine, "sku", "LX-1", by="test")
    purge_withdrawn(shop.home, shop.store, shop.embedder, by="test")
    assert said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-1"))["withdrawn"][0]
    assert not prove_withdrawn(retriever, shop.store, shop.home, "sku", "prices").clean


def test_a_leak_by_a_kept_snapshot_alone_is_found(shop: Shop, retriever: Retriever) -> None:
    """A row whose folded SKU does not stand in its column escapes the withdrawal: the proof says so."""
    shop.write(lamps(5))
    shop.night()
    shop.write(lamps(2))
    shop.night()
    withdraw(shop.store.engine, "document", "prices.csv", by="test")
    assert prove_withdrawn(retriever, shop.store, shop.home, "document", "./prices.csv").clean
    shop.sql("UPDATE withdrawals SET value = 'else.csv'")
    withdraw(shop.store.engine, "sku", "LX-4", by="test")
    shop.sql("UPDATE chunks SET sku = 'lx-4' WHERE sku = 'lx-1' AND died IS NULL")
    shop.sql("UPDATE chunks SET attributes = replace(attributes, 'LX-1', 'LX-4')")
    shop.sql("UPDATE chunks SET sku = 'other' WHERE sku = 'lx-4' AND died IS NULL")
    told = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-4"))
    assert (told["withdrawn"][0], told["search"][0]) == (True, False)
    assert told["search"][1].startswith("1 of its passages came")


def test_rows_of_another_day_are_proven_too(shop: Shop, retriever: Retriever) -> None:
    """A row that is valid next year only cannot be previewed either."""
    path = shop.folder / "next.csv"
    path.write_text("SKU,Name,valid_from\nNY-1,Lantern of next year,2027-01-01\n", encoding="utf-8")
    shop.night()
    found = retriever.search("lantern", as_of=date(2027, 2, 1)).passages
    assert [passage.chunk.attributes["valid_from"] for passage in found] == ["2027-01-01"]
    before = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "NY-1"))
    assert (before["search"][0], before["id"][0]) == (False, False)
    withdraw(shop.store.engine, "sku", "NY-1", by="test")
    assert prove_withdrawn(retriever, shop.store, shop.home, "sku", "NY-1").clean


def test_a_withdrawal_in_one_collection_is_proven_there(shop: Shop, retriever: Retriever) -> None:
    """The other collection goes on answering, and that is no fault."""
    shop.write(lamps(5))
    shop.night()
    other = shop.folder.parent / "other"
    other.mkdir()
    shutil.copy(shop.folder / "prices.csv", other)
    shop.night("shop2", other)
    withdraw(shop.store.engine, "sku", "LX-3", by="test", collection_id=1)
    assert len(retriever.search("p", collection="shop2", filters={"sku": "LX-3"}).passages) == 1
    proof = prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3")
    assert proof.clean
    assert " in default since " in said(proof)["withdrawn"][1]


def test_manuals_that_name_a_sku_are_listed(shop: Shop, retriever: Retriever) -> None:
    """They are answered from until their file is withdrawn, so the operator is told which they are."""
    shop.write(lamps(5))
    (shop.folder / "manual.md").write_text("# Spares\n\nThe wick fits the LX-3 alone.\n", encoding="utf-8")
    (shop.folder / "near.md").write_text("# Glass\n\nThe glass fits LX-30 and ALX-3.\n", encoding="utf-8")
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    proof = prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3")
    assert proof.clean
    assert said(proof)["mentions"][1].startswith("1 other texts name it, and are withdrawn by their file: manual.md")


def test_after_a_purge_nothing_is_left_and_leftovers_are_found(shop: Shop, retriever: Retriever) -> None:
    """Clean after the purge. A row that came back and was deleted without a trace in the tables is found by its bytes
    in the file's free pages, until a purge clears them."""
    shop.write(lamps(400))
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    purge_withdrawn(shop.home, shop.store, shop.embedder, by="test")
    proof = prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3")
    assert proof.clean
    assert said(proof)["stored"][1].startswith("no row of it")
    assert "(0 free pages)" in said(proof)["free pages"][1]
    shop.write(lamps(401))
    shop.night()
    again = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3"))
    assert again["stored"] == (
        True,
        "1 rows of it are still stored, unanswerable; xuanji withdraw --purge removes them",
    )
    assert again["free pages"][0]
    with sqlite3.connect(shop.home.path / "xuanji.db") as connection:
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM chunks WHERE sku >= 'lx-3' AND sku <= 'lx-39'")
    connection.close()
    left = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3"))
    assert left["free pages"][0] is False
    assert "xuanji withdraw --purge clears the rest" in left["free pages"][1]
    purge_withdrawn(shop.home, shop.store, shop.embedder, by="test")
    assert said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3"))["free pages"][0]


def test_a_vector_without_a_row_is_not_proven(shop: Shop, retriever: Retriever) -> None:
    """A row that somebody deleted by hand leaves its vector: the proof does not pass over it."""
    shop.write(lamps(4))
    shop.night()
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    shop.sql("DELETE FROM chunks WHERE sku = 'lx-3'")
    told = said(prove_withdrawn(retriever, shop.store, shop.home, "sku", "LX-3"))
    assert told["stored"][0] is False
    assert told["stored"][1].startswith("1 vectors of snapshot ")
