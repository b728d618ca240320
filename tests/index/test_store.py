"""The store: what a generation shows, whatever is written after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from index.chunk import Chunk, Locator, chunk_id
from index.database.census import columns, conflicting_prices, moved
from index.database.database import SCHEMA, connect
from index.database.filters import Condition
from index.database.history import history, record
from index.database.rows import key
from index.database.store import Store
from index.database.version import Version
from index.database.view import View
from index.database.withdrawals import release, withdraw, withdrawals
from index.database.writing import Writing
from index.errors import BadRequest, StorageUnavailable, WriterBusy

TODAY = "2026-01-15"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once in each kind of database."""
    if request.param == "sqlite":
        store = Store.open(f"sqlite:///{tmp_path / 'xuanji.db'}", lock_wait=0.1)
    else:
        store = Store.open(request.getfixturevalue("postgresql"))
    yield store
    store.close()


def product(sku: str, price: float, brand: str = "Acme", row: int = 2) -> Chunk:
    return Chunk(
        id=chunk_id("default", "prices.csv", sku),
        document="prices.csv",
        ordinal=row - 2,
        text=f"SKU: {sku}\nBrand: {brand}\nPrice: {price}",
        title=f"Kettle {sku}",
        locator=Locator(sheet="Prices", row=row),
        attributes={"sku": sku, "brand": brand, "price": price, "Colour": "red"},
        tokens=9,
    )


def seen(store: Store, collection: int, generation: int, today: str = TODAY, newest: int = 0) -> list[Chunk]:
    """All chunks that a reader of a generation sees on a day."""
    view = View(generation, today, newest)
    return list(store.chunks(store.matching(collection, view, ()).tolist(), collection, view).values())


def version(document_id: int, file_hash: str = "h1") -> Version:
    return Version(document_id, "prices.csv", "csv", "prices", file_hash, "r1", 2, 2, (), None, False)


def first_generation(store: Store, *chunks: Chunk) -> tuple[int, int]:
    """Write chunks as generation 1; the collection's and the document's ids."""
    writing = Writing(store, published=0)
    collection = writing.collection("default", "/shop")
    document = writing.document(collection, "prices.csv")
    writing.add(collection, document, chunks)
    writing.record(version(document))
    return collection, document


def test_a_chunk_comes_back_as_it_went_in(store: Store) -> None:
    """Every field of a chunk survives the database."""
    chunk = product("007", 19.5)
    collection, _ = first_generation(store, chunk)
    (id,) = store.matching(collection, View(1, TODAY), ()).tolist()
    assert store.chunks([id], collection, View(1, TODAY)) == {id: chunk}
    assert id == chunk.text_id


def test_a_generation_is_not_touched_by_the_next(store: Store) -> None:
    """A reader of generation 1 sees the old price after generation 2 replaced it, and never both."""
    collection, document = first_generation(store, product("A", 10), product("B", 20, row=3))
    writing = Writing(store, published=1)
    old = store.living(document, 1)[key(product("A", 10))]
    writing.retire([old])
    writing.add(collection, document, [product("A", 11)])
    prices = {
        generation: sorted(chunk.attributes["price"] for chunk in seen(store, collection, generation))
        for generation in (1, 2)
    }
    assert prices == {1: [10, 20], 2: [11, 20]}
    assert (store.count(collection, 1), store.count(collection, 2)) == (2, 2)


def test_an_unpublished_generation_leaves_nothing_behind(store: Store) -> None:
    """What a run wrote before it died is gone when the next one begins, and what it retired is back."""
    collection, document = first_generation(store, product("A", 10))
    dying = Writing(store, published=1)
    dying.add(collection, document, [product("B", 20)])
    dying.withdraw(document)
    assert store.count(collection, 2) == 0
    Writing(store, published=1)
    assert store.count(collection, 2) == 1
    assert store.versions(collection, 2)["prices.csv"] == version(document)


def test_forget_takes_back_one_document(store: Store) -> None:
    """A file that fails half-way loses what was written of it, and no other document does."""
    collection, document = first_generation(store, product("A", 10))
    writing = Writing(store, published=1)
    other = writing.document(collection, "other.csv")
    writing.add(collection, other, [product("C", 30)])
    writing.add(collection, document, [product("B", 20)])
    writing.forget(document)
    chunks = seen(store, collection, 2)
    assert sorted(str(chunk.attributes["sku"]) for chunk in chunks) == ["A", "C"]


def test_purge_keeps_what_the_oldest_generation_sees(store: Store) -> None:
    """Rows that died before the oldest kept snapshot go, with their vectors; those it shows stay."""
    old, new = product("A", 10), product("A", 11)
    collection, document = first_generation(store, old)
    writing = Writing(store, published=1)
    writing.cache([old.content_hash, new.content_hash], np.eye(2, dtype=np.float32), "f")
    writing.withdraw(document)
    writing.add(collection, document, [new])
    writing.purge(oldest=1, fingerprints=None)
    assert store.count(collection, 1) == 1
    writing.purge(oldest=2, fingerprints=None)
    assert store.count(collection, 1) == 0
    assert writing.uncached([old.content_hash, new.content_hash], "f") == {old.content_hash}
    writing.purge(oldest=2, fingerprints=["g"])
    assert writing.uncached([new.content_hash], "f") == {new.content_hash}


def test_vectors_come_with_their_ids(store: Store) -> None:
    """Each chunk's cached vector comes back exactly, and the chunks without one are named."""
    a, b = product("A", 10), product("B", 20, row=3)
    collection, _ = first_generation(store, a, b)
    writing = Writing(store, published=0)
    collection, _ = first_generation(store, a, b)
    vector = np.array([[0.6, 0.8]], np.float32)
    writing.cache([b.content_hash], vector, "f")
    (ids, vectors), *rest = store.vectors(collection, 1, "f", 2)
    assert not rest
    assert store.chunks(ids.tolist(), collection, View(1, TODAY))[int(ids[0])] == b
    np.testing.assert_array_equal(vectors, vector)
    assert [chunk for page in store.unembedded(collection, 1, "f") for chunk in page] == [a]
    assert [chunk for page in store.unembedded(collection, 1, "g") for chunk in page] == [a, b]


@pytest.mark.parametrize(
    ("condition", "skus"),
    [
        (Condition("brand", ("acme",)), ["A", "B"]),
        (Condition("brand", ("ACME", "Bolt")), ["A", "B", "C"]),
        (Condition("brand", ("acme",), negated=True), ["C", "D"]),
        (Condition("price", minimum=10, maximum=20), ["A", "B"]),
        (Condition("price", maximum=10, negated=True), ["B", "C", "D"]),
        (Condition("price", (20.0,)), ["B"]),
        (Condition("sku", ("a",)), ["A"]),
        (Condition("Colour", ("red",)), ["A", "B", "C", "D"]),
        (Condition("Colour", ("Red",)), []),
        (Condition("no such column", ("x",)), []),
    ],
)
def test_conditions_are_exact(store: Store, condition: Condition, skus: list[str]) -> None:
    """Each condition lets through its rows and no other; a row without the attribute meets only negations."""
    nameless = Chunk("00" * 10, "prices.csv", 3, "SKU: D", attributes={"sku": "D", "Colour": "red"})
    collection, _ = first_generation(
        store, product("A", 10), product("B", 20, row=3), product("C", 30, "Bolt", row=4), nameless
    )
    view = View(1, TODAY)
    ids = store.matching(collection, view, [condition]).tolist()
    assert sorted(str(chunk.attributes["sku"]) for chunk in store.chunks(ids, collection, view).values()) == skus
    everything = store.matching(collection, view, ()).tolist()
    assert sorted(store.chunks(everything, collection, view, [condition])) == ids


def test_the_schema_constant_is_the_newest_migration() -> None:
    """`SCHEMA` lets an up-to-date database open without Alembic, so it must not fall behind."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "index" / "database" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_the_migrations_make_the_tables(store: Store) -> None:
    """What the migrations build is what `tables.py` declares: Alembic finds nothing to change."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from index.database.tables import Base

    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_locked_database_is_named(tmp_path: Path) -> None:
    """A writer that meets another's lock says so, and has changed nothing."""
    store = Store.open(f"sqlite:///{tmp_path / 'xuanji.db'}", lock_wait=0.1)
    collection, document = first_generation(store, product("A", 10))
    other = connect(f"sqlite:///{tmp_path / 'xuanji.db'}")
    writing = Writing(store, published=1)
    with other.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(WriterBusy, match="locked by another process"):
            writing.add(collection, document, [product("B", 20)])
    other.dispose()
    assert store.count(collection, 2) == 1
    store.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """Opening something else as a database says what is wrong with which file."""
    (tmp_path / "x.db").write_bytes(b"not a database, " * 100)
    with pytest.raises(StorageUnavailable, match=r"x\.db.*not a database"):
        Store.open(f"sqlite:///{tmp_path / 'x.db'}")


def test_a_url_that_means_nothing_is_refused() -> None:
    """A database URL of no known kind is the caller's to correct."""
    with pytest.raises(BadRequest, match="database URL"):
        Store.open("no such url")


def test_a_row_is_seen_from_its_first_day_to_its_last(store: Store) -> None:
    """Outside its dates a row is not there, at no reindex; both days belong to it."""
    offer = replace(product("A", 10), attributes={"sku": "A", "valid_from": "2026-03-01", "valid_to": "2026-03-31"})
    collection, _ = first_generation(store, offer)
    days = ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    assert [len(seen(store, collection, 1, day)) for day in days] == [0, 1, 1, 0]


def test_what_is_withdrawn_by_hand_is_seen_by_nobody(store: Store) -> None:
    """A SKU, however it is written, and a document are gone at once, and back when they are released."""
    collection, _ = first_generation(store, product("K-200", 10), product("B", 20, row=3))
    withdraw(store.engine, "sku", "ｋ-200 ", by="test")
    assert [chunk.attributes["sku"] for chunk in seen(store, collection, 1)] == ["B"]
    withdraw(store.engine, "document", "prices.csv", by="test", collection_id=collection)
    assert seen(store, collection, 1) == []
    assert [(one.kind, one.written) for one in withdrawals(store.engine)] == [
        ("sku", "ｋ-200 "),
        ("document", "prices.csv"),
    ]
    assert release(store.engine, "sku", "K-200") == 1
    assert release(store.engine, "document", "prices.csv") == 1
    assert len(seen(store, collection, 1)) == 2


def test_a_withdrawal_in_one_collection_leaves_the_other(store: Store) -> None:
    """The same SKU of another collection is still seen."""
    collection, _ = first_generation(store, product("A", 10))
    writing = Writing(store, published=1)
    other = writing.collection("other", "/shop")
    writing.add(other, writing.document(other, "prices.csv"), [product("A", 10)])
    withdraw(store.engine, "sku", "A", by="test", collection_id=other)
    assert (len(seen(store, collection, 2)), len(seen(store, other, 2))) == (1, 0)


def test_an_older_reader_does_not_see_what_is_gone_from_the_newest(store: Store) -> None:
    """While a reader is still on generation 1, a changed row keeps its old words and a withdrawn one is not seen."""
    collection, document = first_generation(store, product("A", 10), product("B", 20, row=3))
    writing = Writing(store, published=1)
    writing.retire(list(store.living(document, 1).values()))
    writing.add(collection, document, [product("A", 11)])
    assert [chunk.attributes["price"] for chunk in seen(store, collection, 1)] == [10, 20]
    assert [chunk.attributes["price"] for chunk in seen(store, collection, 1, newest=2)] == [10]


def test_texts_that_came_and_went(store: Store) -> None:
    """A text dies when the last chunk that said it dies; moving it to another row is no birth and no death."""
    a, b = product("A", 10), product("B", 20, row=3)
    collection, document = first_generation(store, a, b)
    writing = Writing(store, published=1)
    living = store.living(document, 1)
    writing.retire([living[key(a)], living[key(b)]])
    elsewhere = replace(a, locator=Locator(sheet="Prices", row=9))
    writing.add(collection, document, [elsewhere, product("C", 30)])
    assert store.dead_texts(collection, 2).tolist() == [b.text_id]
    assert set(store.born_texts(collection, 2)) == {a.text_id, product("C", 30).text_id}
    assert moved(store, collection, 2) == (0, 0, 0)
    assert columns(store, document, 2) == (2, 2, 2)


def offer(sku: str, price: float, sheet: str, row: int, document: str = "prices.csv", **more: str) -> Chunk:
    """A product's row in some sheet."""
    chunk = replace(product(sku, price, row=row), document=document, locator=Locator(sheet=sheet, row=row))
    ordinal = row + 100 * (sheet in ("Sale", "America"))  # these sheets come after the others
    return replace(chunk, attributes={**chunk.attributes, **more}, ordinal=ordinal)


def conflicts(store: Store, collection: int, generation: int) -> list[tuple[str, str, str]]:
    """(SKU, place, other place) of each conflict."""
    return [
        (str(one.attributes["sku"]), f"{one.document}, {one.locator}", f"{other.document}, {other.locator}")
        for one, other in conflicting_prices(store, collection, generation)
    ]


def test_two_prices_of_one_sku_are_a_conflict(store: Store) -> None:
    """The same SKU at two prices in two documents is named with both rows; an equal price is none."""
    collection, _ = first_generation(store, product("A", 10), product("B", 20, row=3))
    writing = Writing(store, published=1)
    other = writing.document(collection, "sale.csv")
    sale = offer("A", 12, "Sale", 7, "sale.csv")
    writing.add(collection, other, [sale, offer("B", 20, "Sale", 8, "sale.csv")])
    ((first, last),) = conflicting_prices(store, collection, 2)
    assert (first, last) == (product("A", 10), sale)
    assert conflicting_prices(store, collection, 1) == []


def test_two_sheets_of_a_workbook_that_differ_in_a_price(store: Store) -> None:
    """They are a conflict as two files are; twice in one sheet is another matter, told where that is read."""
    collection, _ = first_generation(
        store,
        offer("A", 10, "List", 2),
        offer("B", 20, "List", 3),
        offer("B", 21, "List", 4),
        offer("C", 5, "List", 5),
        offer("C", 6, "List", 6),
        offer("A", 12, "Sale", 2),
        offer("C", 5, "Sale", 3),
    )
    assert conflicts(store, collection, 1) == [
        ("A", "prices.csv, sheet List, row 2", "prices.csv, sheet Sale, row 2"),
        ("C", "prices.csv, sheet List, row 6", "prices.csv, sheet Sale, row 3"),
    ]


def test_prices_that_are_meant_to_differ_are_no_conflict(store: Store) -> None:
    """Rows of one SKU in two sheets may have two currencies or two periods; two prices in one of them are told."""
    may, june = {"valid_from": "2026-05-01"}, {"valid_from": "2026-06-01"}
    collection, _ = first_generation(
        store,
        offer("A", 10, "Europe", 2, currency="EUR"),
        offer("B", 10, "Europe", 3, **may),
        offer("C", 10, "Europe", 4, currency="EUR", valid_to="2026-05-31"),
        offer("D", 10, "Europe", 5, currency="EUR", **may),
        offer("A", 12, "America", 2, currency="USD"),
        offer("B", 12, "America", 3, **june),
        offer("C", 12, "America", 4, currency="EUR"),
        offer("D", 12, "America", 5, currency="EUR", **may),
    )
    assert conflicts(store, collection, 1) == [
        ("D", "prices.csv, sheet Europe, row 5", "prices.csv, sheet America, row 5")
    ]


def test_the_oldest_generation_of_any_home_is_kept(store: Store) -> None:
    """Two homes over one database: what either of them still serves is not dropped."""
    writing = Writing(store, published=0)
    assert writing.hold("one", [4, 5, 6]) == 4
    assert writing.hold("two", [2, 6]) == 2
    assert writing.hold("two", [6]) == 4


def test_the_record_keeps_its_order(store: Store) -> None:
    """Events come back newest first as they happened, whatever the clock said."""
    record(store.engine, "published", "ann", "s1", {"seconds": 1.5})
    record(store.engine, "rolled back", "bob", "s0", {"reason": "prices"})
    assert [(event.what, event.by, event.snapshot) for event in history(store.engine)] == [
        ("rolled back", "bob", "s0"),
        ("published", "ann", "s1"),
    ]
    assert history(store.engine, last=1)[0].as_dict()["reason"] == "prices"


def test_a_second_writer_is_told_who_the_first_is(store: Store) -> None:
    """One writer to a database, wherever it comes from; the second hears who holds it, and the next may."""
    other = Store(create_engine(store.engine.url))
    told = r"reindex \(process 7 on shop1\) has been writing to .* since 20"
    with store.alone("reindex (process 7 on shop1)"), pytest.raises(WriterBusy, match=told), other.alone("another"):
        pass
    with other.alone("another"):
        pass
    other.close()


def test_the_first_tables_are_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first version keeps its rows, and each learns the id of its text."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parents[2] / "index" / "database" / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        chunk = product("A", 10)
        connection.exec_driver_sql("INSERT INTO collections VALUES (1, 'default', '/shop')")
        connection.exec_driver_sql("INSERT INTO documents VALUES (1, 1, 'prices.csv')")
        connection.exec_driver_sql("INSERT INTO generations VALUES (1, 'first')")
        connection.exec_driver_sql(
            "INSERT INTO versions VALUES (1, 1, 'csv', 'prices', 'h1', 'r1', 1, 1, '[]', NULL, 0, 1, NULL)"
        )
        connection.exec_driver_sql(
            "INSERT INTO chunks (id, collection_id, document_id, uid, signature, content_hash, ordinal, title, section,"
            " text, locator, attributes, tokens, sku, price, born) VALUES (7, 1, 1, ?, 's', ?, 0, ?, '[]', ?, '{}', ?,"
            " 9, 'a', 10, 1)",
            (chunk.id, chunk.content_hash, chunk.title, chunk.text, '{"sku": "A", "price": 10}'),
        )
    engine.dispose()
    store = Store.open(url)
    assert list(store.versions(1, 1)) == ["prices.csv"]
    assert store.versions(1, 1)["prices.csv"].findings == ()
    assert [found.text for found in seen(store, 1, 1)] == [chunk.text]
    assert store.texts(1, 1).tolist() == [chunk.text_id]
    store.close()
