"""Snapshots: whole or not there, and never another embedder's."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Floats, Ids
from index.disk import checksum
from index.errors import (
    EmbedderMismatch,
    NotFound,
    NothingPublished,
    SnapshotDamaged,
    StorageUnavailable,
    WriterBusy,
)
from index.hashing import HashingEmbedder
from index.segments.growth import build_segments
from index.snapshot.building import Building
from index.snapshot.home import Home
from index.snapshot.manifest import CollectionEntry, Manifest
from index.snapshot.shelf import current_manifest, pin, prune, published_generation
from index.snapshot.snapshot import Snapshot


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    return HashingEmbedder(tmp_path / "hashing", dimension=4)


def page(first_id: int = 1) -> tuple[Ids, Floats]:
    """Four unit vectors along the axes, with ids from `first_id`."""
    return np.arange(first_id, first_id + 4), np.eye(4, dtype=np.float32)


def publish(
    home: Home, generation: int, embedder: HashingEmbedder, names: tuple[str, ...] = ("default",), first_id: int = 1
) -> Manifest:
    """Publish collections of four vectors each; those that the current snapshot has are taken over."""
    previous = current_manifest(home) if home.current() else None
    with Building(home, generation, embedder) as building:
        entries = {}
        for id, name in enumerate(names, 1):
            if previous is not None and name in previous.collections:
                entries[name] = previous.collections[name]
                building.link(previous, entries[name].files)
                continue
            made = build_segments(building.folder, f"{id}-{building.id}", iter([page(first_id)]), count=4, dimension=4)
            entries[name] = CollectionEntry(id, 1, 4, 0, 0, made)
        manifest = building.manifest(entries, {"by": "test"}, previous)
        building.publish(manifest)
    return manifest


def test_what_is_published_is_found(home: Home, embedder: HashingEmbedder) -> None:
    """A published snapshot is current, opens, and finds its own vectors."""
    manifest = publish(home, 1, embedder, first_id=10)
    assert home.current() == manifest.snapshot
    assert current_manifest(home) == manifest
    with Snapshot.open(home, manifest.snapshot, embedder) as snapshot:
        scores, ids = snapshot.index("default").search(np.eye(4, dtype=np.float32)[[2]], 1)
        assert (scores.tolist(), ids.tolist()) == ([[1.0]], [[12]])
        with pytest.raises(NotFound, match=r"no collection 'other'.*default"):
            snapshot.index("other")


def test_nothing_published_is_said(home: Home) -> None:
    """An empty home says what to run."""
    with pytest.raises(NothingPublished, match="run: ingest FOLDER"):
        current_manifest(home)
    assert published_generation(home) == 0


def test_a_flipped_byte_is_found(home: Home, embedder: HashingEmbedder) -> None:
    """One changed bit in any file of a snapshot keeps it from opening, and the file is named."""
    manifest = publish(home, 1, embedder)
    for name in manifest.files:
        path = home.snapshots / manifest.snapshot / name
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        with pytest.raises(SnapshotDamaged, match=name):
            Snapshot.open(home, manifest.snapshot, embedder)
        path.write_bytes(good)
    Snapshot.open(home, manifest.snapshot, embedder).close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 2, "snapshot": "x"}'])
def test_a_broken_manifest_is_damage(home: Home, embedder: HashingEmbedder, text: str) -> None:
    """A manifest that is not one is damage, not a crash, and its generation number is still not used again."""
    manifest = publish(home, 7, embedder)
    (home.snapshots / manifest.snapshot / "manifest.json").write_text(text)
    with pytest.raises(SnapshotDamaged):
        current_manifest(home)
    assert published_generation(home) == 7


def test_another_embedder_is_refused(home: Home, embedder: HashingEmbedder, tmp_path: Path) -> None:
    """Vectors of one space are never searched with queries of another."""
    manifest = publish(home, 1, embedder)
    with pytest.raises(EmbedderMismatch, match="run ingest"):
        Snapshot.open(home, manifest.snapshot, HashingEmbedder(tmp_path / "other", dimension=8))


def test_an_untouched_collection_is_linked(home: Home, embedder: HashingEmbedder) -> None:
    """Publishing one collection carries the other over, byte for byte, without a copy."""
    first = publish(home, 1, embedder, ("a",))
    (kept,) = first.collections["a"].files
    second = publish(home, 2, embedder, ("a", "b"), first_id=5)
    assert set(second.collections) == {"a", "b"}
    assert second.files[kept] == first.files[kept]
    paths = [home.snapshots / manifest.snapshot / kept for manifest in (first, second)]
    assert paths[0].stat().st_ino == paths[1].stat().st_ino


def test_a_snapshot_that_was_not_finished_is_nothing(home: Home, embedder: HashingEmbedder) -> None:
    """A folder that a dying process left does not count, and is swept away by the next run."""
    manifest = publish(home, 1, embedder)
    left = home.snapshots / "000002-20260101T000000Z.building"
    left.mkdir()
    (left / "1.faiss").write_bytes(b"half")
    assert published_generation(home) == 1
    assert prune(home) == {manifest.snapshot: manifest}
    assert not left.exists()


def test_the_newest_are_kept_and_the_current_always(home: Home, embedder: HashingEmbedder) -> None:
    """Pruning keeps the newest snapshots, and the current one even when it is old."""
    made = [publish(home, number, embedder) for number in range(1, 6)]
    home.point_to(made[0].snapshot)
    kept = {manifest.generation for manifest in prune(home, keep=2).values() if manifest}
    assert kept == {1, 4, 5}
    assert sorted(path.name for path in home.snapshots.iterdir()) == [made[at].snapshot for at in (0, 3, 4)]


def test_one_writer_at_a_time(home: Home) -> None:
    """A second writer is told so at once."""
    with (
        home.writing(),
        pytest.raises(WriterBusy, match=rf"process {os.getpid()} on .* has been writing to .*home since 20"),
        Home(home.path).writing(),
    ):
        raise AssertionError("two writers")


def test_a_full_disk_publishes_nothing(home: Home, embedder: HashingEmbedder) -> None:
    """When the disk refuses, the current snapshot stays and no half of the new one remains."""
    manifest = publish(home, 1, embedder)
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))  # a write beyond 16 bytes fails, as on a full disk
    try:
        with pytest.raises(StorageUnavailable):
            publish(home, 2, embedder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert current_manifest(home) == manifest
    assert [path.name for path in home.snapshots.iterdir()] == [manifest.snapshot]


def test_a_checksum_is_sha256(tmp_path: Path) -> None:
    """The checksum is the one anybody can compute with sha256sum."""
    (tmp_path / "x").write_bytes(b"abc")
    assert checksum(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_manifest_survives_the_disk(home: Home, embedder: HashingEmbedder) -> None:
    """Reading a manifest gives the one that was written."""
    manifest = publish(home, 3, embedder)
    assert Manifest.read(home.snapshots / manifest.snapshot) == manifest
    assert manifest.generation == 3
    assert manifest.fingerprint == "hashing-4"


def test_a_snapshot_that_is_read_is_not_cleared_away(home: Home, embedder: HashingEmbedder) -> None:
    """An open snapshot stays, however many are published after it; closed, it goes."""
    first = publish(home, 1, embedder)
    with Snapshot.open(home, first.snapshot, embedder) as reading:
        for number in (2, 3, 4):
            publish(home, number, embedder)
        assert {manifest.generation for manifest in prune(home, keep=1).values() if manifest} == {1, 4}
        assert reading.index("default").count == 4
    assert {manifest.generation for manifest in prune(home, keep=1).values() if manifest} == {4}


def test_a_pinned_snapshot_stays(home: Home, embedder: HashingEmbedder) -> None:
    """A pin keeps a snapshot until it is taken out; only what exists can be pinned."""
    first = publish(home, 1, embedder)
    pin(home, first.snapshot)
    publish(home, 2, embedder)
    assert {manifest.generation for manifest in prune(home, keep=1).values() if manifest} == {1, 2}
    with pytest.raises(NotFound, match="no snapshot 000009"):
        pin(home, "000009")
    pin(home, first.snapshot, release=True)
    assert {manifest.generation for manifest in prune(home, keep=1).values() if manifest} == {2}


def test_files_shared_with_an_open_snapshot_are_not_read_again(home: Home, embedder: HashingEmbedder) -> None:
    """A newer snapshot shares the older one's open files, and searches on after that one is closed."""
    first = publish(home, 1, embedder)
    second = publish(home, 2, embedder)
    old = Snapshot.open(home, first.snapshot, embedder)
    new = Snapshot.open(home, second.snapshot, embedder, reuse=old)
    old.close()
    assert new.index("default").search(np.eye(4, dtype=np.float32)[[2]], 1)[1].tolist() == [[3]]
    new.close()


def test_intact_is_told_by_size_and_time_first(home: Home, embedder: HashingEmbedder) -> None:
    """Changed bytes at another time are found; a touched file is compared by its checksum and is whole."""
    manifest = publish(home, 1, embedder)
    folder = home.snapshots / manifest.snapshot
    (name,) = manifest.files
    assert manifest.intact(folder)
    os.utime(folder / name, ns=(1, 1))
    assert manifest.intact(folder)
    (folder / name).write_bytes(b"x" * manifest.files[name].bytes)
    assert not manifest.intact(folder)
    (folder / name).unlink()
    assert not manifest.intact(folder)
