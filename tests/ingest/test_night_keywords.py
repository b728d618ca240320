"""Keywords of nights: written with the vectors, taken over with them, made anew without embedding, purged, saved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.database.withdrawals import withdraw
from index.keeping.backup import backup
from index.keeping.purge import purge_withdrawn
from index.keeping.restore import restore
from index.segments.keyword_building import build_keywords
from index.segments.keyword_fields import FINGERPRINT, WEIGHTS, Fields, Weights
from index.segments.keywords import KeywordFile, term_hash
from index.segments.segments import Segments
from index.snapshot.home import Home
from index.snapshot.manifest import FileEntry
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest
from index.snapshot.snapshot import Snapshot
from index.text.analysis import terms
from tests.index.test_audit import Shop, lamps


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.store.close()


def opened(shop: Shop) -> Snapshot:
    return Snapshot.open(shop.home, current_manifest(shop.home).snapshot, shop.embedder, device="cpu")


def skus(shop: Shop, index: Segments, query: str) -> list[str]:
    """What the keywords find, best first."""
    ids = index.keyword_search(terms(query), 100)[1].tolist()
    manifest = current_manifest(shop.home)
    chunks = [chunk for chunk in shop.store.of_rows(range(1, 500)).values() if chunk.text_id in ids]
    assert manifest.collections["default"].keywords == FINGERPRINT
    by_id = {chunk.text_id: str(chunk.attributes.get("sku")) for chunk in chunks}
    return [by_id[id] for id in ids]


def files(shop: Shop, kind: str) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in shop.current().glob(f"*.{kind}")}


def as_before_keywords(shop: Shop) -> None:
    """The published snapshot as a version without keywords would have made it."""
    path = shop.current() / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for entry in manifest["collections"].values():
        del entry["keywords"]
        for segment in entry["segments"]:
            (shop.current() / segment["keywords"]).unlink()
            del manifest["files"][segment.pop("keywords")]
    path.write_text(json.dumps(manifest))


def test_a_night_writes_keywords_beside_the_vectors(shop: Shop) -> None:
    """They are found from then on, and what is gone is not."""
    shop.write(lamps(20))
    shop.night()
    with opened(shop) as snapshot:
        assert skus(shop, snapshot.index("default"), "lx7") == ["LX-7"]
        assert len(snapshot.index("default").keyword_search(terms("lantern"), 100)[1]) == 20
    shop.write([*lamps(7), *lamps(20)[8:], ("LX-50", "Lantern with a dimmer", "Acme", "60")])
    shop.night()
    with opened(shop) as snapshot:
        assert skus(shop, snapshot.index("default"), "dimmer") == ["LX-50"]
        assert len(snapshot.index("default").keyword_search(terms("lx7"), 100)[1]) == 0
    assert shop.told() == []


def test_a_small_change_leaves_the_big_keyword_file_alone(shop: Shop) -> None:
    """It is linked, and what is written is in proportion to the change."""
    shop.write(lamps(2_500))
    shop.night()
    big = files(shop, "keywords")
    shop.write([*lamps(2_499), ("LX-9999", "Lantern with a dimmer", "Acme", "60")])
    report = shop.night()
    after = files(shop, "keywords")
    assert big.items() <= after.items()
    (small,) = after.keys() - big.keys()
    assert KeywordFile.open(shop.current() / small).header.count == report.embedded == 1
    with opened(shop) as snapshot:
        assert len(snapshot.index("default").keyword_search(terms("lantern"), 5_000)[1]) == 2_500


def test_a_snapshot_without_keywords_opens_and_the_next_night_makes_them(shop: Shop) -> None:
    """Nothing changed and nothing is embedded; the vectors are linked."""
    shop.write(lamps(20))
    shop.night()
    vectors = files(shop, "vectors")
    as_before_keywords(shop)
    with opened(shop) as snapshot:
        index = snapshot.index("default")
        assert len(index.keyword_search(terms("lantern"), 5)[1]) == 0
    told = "the keyword files are missing or made by another version: the next run makes them anew"
    assert ("keywords", told) in shop.told("note")
    report = shop.night()
    assert (report.published, report.embedded) == (True, 0)
    assert current_manifest(shop.home).story["built"] == {"default": "keywords made anew"}
    assert files(shop, "vectors") == vectors
    with opened(shop) as snapshot:
        assert skus(shop, snapshot.index("default"), "lx7") == ["LX-7"]
    assert not shop.night().published


def test_keywords_of_another_version_are_made_anew_with_the_change(shop: Shop) -> None:
    """By all segments: the kept one's too."""
    shop.write(lamps(20))
    shop.night()
    path = shop.current() / "manifest.json"
    path.write_text(path.read_text().replace(FINGERPRINT, "0" * 16))
    shop.write([*lamps(19), ("LX-50", "Lantern with a dimmer", "Acme", "60")])
    report = shop.night()
    assert report.embedded == 1
    assert current_manifest(shop.home).story["built"]["default"].endswith("keywords made anew")
    with opened(shop) as snapshot:
        assert skus(shop, snapshot.index("default"), "dimmer lx7") == ["LX-50", "LX-7"]
    assert shop.told() == []


def test_what_was_rolled_back_is_not_published_for_its_keywords(shop: Shop) -> None:
    """The older snapshot goes on until the catalogue changes."""
    shop.write(lamps(5))
    first = shop.night().snapshot
    shop.write(lamps(6))
    shop.night()
    as_before_keywords(shop)
    roll_back(shop.home, shop.store, by="test")
    report = shop.night()
    assert (report.published, report.snapshot, report.exit_code) == (False, first, 0)


def test_a_purged_row_leaves_no_term(shop: Shop) -> None:
    """Not its words, not their hashes, in any file of the home."""
    shop.write(lamps(12))
    shop.night()
    shop.write([*lamps(3), ("LX-3", "Lantern zirconia3 obsidian", "Acme", "9"), *lamps(12)[4:]])
    shop.night()
    needles = [term_hash(term).to_bytes(8, "little") for term in ("zirconia3", "lx3", "=lx3", "obsidian")]

    def holding() -> set[str]:
        everything = [path for path in shop.home.path.rglob("*") if path.is_file()]
        return {path.suffix for path in everything if any(needle in path.read_bytes() for needle in needles)}

    assert holding() == {".keywords"}
    withdraw(shop.store.engine, "sku", "LX-3", by="test")
    purge_withdrawn(shop.home, shop.store, shop.embedder, by="test")
    assert holding() == set()
    with opened(shop) as snapshot:
        assert len(snapshot.index("default").keyword_search(terms("lantern"), 100)[1]) == 11
    assert shop.told() == []


def test_a_backup_holds_the_keywords(shop: Shop, tmp_path: Path) -> None:
    """A restored home finds by them at once."""
    shop.write(lamps(9))
    shop.night()
    saved = tmp_path / "saved.xuanji"
    backup(shop.home, shop.store, saved)
    home = Home(tmp_path / "restored")
    restore(saved, home)
    with Snapshot.open(home, str(home.current()), shop.embedder, device="cpu") as snapshot:
        assert len(snapshot.index("default").keyword_search(terms("lx7"), 9)[1]) == 1


def rebuilt(shop: Shop, texts: list[Fields], weights: Weights = WEIGHTS) -> None:
    """The published keyword file made of other texts, and its checksum in the manifest as if that were right."""
    (name,) = files(shop, "keywords")
    path = shop.current() / name
    build_keywords(path, [(np.arange(len(texts)), texts)], len(texts), weights=weights)
    manifest = json.loads((shop.current() / "manifest.json").read_bytes())
    entry = FileEntry.of(path)
    manifest["files"][name] |= {"sha256": entry.sha256, "bytes": entry.bytes, "written": entry.written}
    (shop.current() / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("wrong", ["other terms", "no terms", "other weights"])
def test_keywords_that_are_not_those_of_the_texts_are_named(shop: Shop, wrong: str) -> None:
    """Whatever the checksums say."""
    shop.write(lamps(8))
    shop.night()
    assert shop.told() == []
    said = {"other terms": "lantern", "no terms": "", "other weights": "lantern"}[wrong]
    rebuilt(shop, [("", "", "", "", said, "")] * 8, Weights(k1=5.0) if wrong == "other weights" else WEIGHTS)
    ((about, message),) = shop.told()
    assert about == "keywords"
    if wrong == "other weights":
        assert message.endswith(".keywords is of another segment or version.")
    else:
        assert message.startswith("8 of 8 texts have other terms in ")


def test_a_flipped_byte_of_a_keyword_file_is_named(shop: Shop) -> None:
    """By the checksum of the file, and by the texts whose terms are others now."""
    shop.write(lamps(8))
    shop.night()
    (name,) = files(shop, "keywords")
    path = shop.current() / name
    data = bytearray(path.read_bytes())
    data[4096] ^= 1  # the first row of the first term
    path.write_bytes(data)
    told = shop.told()
    assert {about for about, _ in told} == {"keywords"}
    assert told[0][1] == f"{path} is damaged: its bytes are not those that were published"


def test_both_kinds_of_search_see_one_moment(shop: Shop) -> None:
    """Every living text of the snapshot has both its vector and its terms, after nights of every kind."""
    for night in range(4):
        shop.write([*lamps(30 - night, price=10 + night), (f"N-{night}", f"Lantern of night {night}", "Acme", "5")])
        shop.night()
        with opened(shop) as snapshot:
            index = snapshot.index("default")
            found = index.keyword_search(terms("lantern"), 1_000)[1]
            assert np.array_equal(np.sort(found), index.ids())
