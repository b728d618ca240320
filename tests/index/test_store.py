"""The store: what a generation shows, whatever is written after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from index.chunk import Chunk, Locator, chunk_id
from index.database import SCHEMA, connect
from index.errors import BadRequest, StorageUnavailable, WriterBusy
from index.filters import Condition
from index.store import Store, Version, Writing, key


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once in each kind of database."""
    if request.param == "sqlite":
        store = Store.open(f"sqlite:///{tmp_path / 'xuanji.db'}", lock_wait=0.1)
        yield store
        store.close()
        return
    store = Store.open(request.getfixturevalue("postgresql"))
    yield store
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
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
    (id,) = store.matching(collection, 1, ()).tolist()
    assert store.chunks([id], 1) == {id: chunk}


def test_a_generation_is_not_touched_by_the_next(store: Store) -> None:
    """A reader of generation 1 sees the old price after generation 2 replaced it, and never both."""
    collection, document = first_generation(store, product("A", 10), product("B", 20, row=3))
    writing = Writing(store, published=1)
    old = store.living(document, 1)[key(product("A", 10))]
    writing.retire([old])
    writing.add(collection, document, [product("A", 11)])
    prices = {
        generation: sorted(
            chunk.attributes["price"]
            for chunk in store.chunks(store.matching(collection, generation, ()).tolist(), generation).values()
        )
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
    chunks = store.chunks(store.matching(collection, 2, ()).tolist(), 2).values()
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
    assert store.chunks(ids.tolist(), 1)[int(ids[0])] == b
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
    ids = store.matching(collection, 1, [condition]).tolist()
    assert sorted(str(chunk.attributes["sku"]) for chunk in store.chunks(ids, 1).values()) == skus
    assert store.matching(collection, 1, [condition], among=ids[:1]).tolist() == ids[:1]


def test_the_schema_constant_is_the_newest_migration() -> None:
    """`SCHEMA` lets an up-to-date database open without Alembic, so it must not fall behind."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "index" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_the_migrations_make_the_tables(store: Store) -> None:
    """What the migrations build is what `tables.py` declares: Alembic finds nothing to change."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from index.tables import Base

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
