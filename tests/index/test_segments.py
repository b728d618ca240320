"""Segments find what one fresh index of the living would, whatever came and died, and write no file twice."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Floats, Ids
from index.errors import SnapshotDamaged, StorageUnavailable
from index.segments.growth import SMALL, TAIL_ROWS, append, build_segments, longest_tail
from index.segments.segment import Segment
from index.segments.segments import Segments
from index.segments.vectorfile import VectorFile
from index.segments.vectors import EXACT_UP_TO
from tests.waiting import LONGEST

DIMENSION = 16
NONE: Ids = np.zeros(0, np.int64)


def keys(numbers: Sequence[int] | Ids) -> Ids:
    """Ids as content hashes are: in no order; the same number always has the same."""
    mixed = np.asarray(numbers, np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed ^ (mixed >> np.uint64(29))) >> np.uint64(1)).astype(np.int64) + 1


def vectors_of(ids: Ids) -> Floats:
    """A unit vector for each id, always the same; clustered, as texts are."""
    seeds = np.asarray(ids, np.uint64)[:, None] * (np.arange(DIMENSION, dtype=np.uint64) * np.uint64(2) + np.uint64(1))
    seeds ^= seeds >> np.uint64(31)
    seeds *= np.uint64(0xBF58476D1CE4E5B9)
    noise = (seeds >> np.uint64(11)).astype(np.float64) / 2**53 - 0.5
    centres = np.random.default_rng(7).normal(size=(40, DIMENSION))
    found = 2.0 + centres[np.asarray(ids) % 40] + 2.0 * noise
    return np.ascontiguousarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


QUERIES = vectors_of(keys(np.arange(10**6, 10**6 + 30)))


class Growing:
    """An index that lives through changes, and beside it the ids that should live in it."""

    def __init__(self, folder: Path, kind: str = "auto") -> None:
        self.folder, self.kind = folder, kind
        self.segments: tuple[Segment, ...] = ()
        self.living: Ids = NONE
        self.asked: list[int] = []
        self.step = 0

    def start(self, ids: Ids) -> None:
        """A fresh index."""
        self.living = np.sort(ids)
        pages = ((page, vectors_of(page)) for page in np.array_split(self.living, 7))
        self.segments = build_segments(
            self.folder, "1-000000", pages, count=len(ids), dimension=DIMENSION, kind=self.kind
        )

    def change(self, new: Ids, dead: Ids) -> str:
        """Append, and remember what was asked for."""
        self.step += 1
        name = f"1-{self.step:06d}"
        self.segments, words = append(
            self.folder, name, self.segments, self._added, new, dead, dimension=DIMENSION, kind=self.kind
        )
        self.living = np.union1d(np.setdiff1d(self.living, dead), new)
        return words

    def _added(self, ids: Ids) -> Floats:
        self.asked += ids.tolist()
        return vectors_of(ids)

    def open(self, reuse: Segments | None = None) -> Segments:
        """The index as it stands."""
        return Segments.open(self.folder, self.segments, DIMENSION, device="cpu", reuse=reuse)

    def truth(self, queries: Floats, k: int, among: Ids | None = None) -> tuple[Floats, Ids]:
        """Brute force over the living."""
        ids = self.living if among is None else np.intersect1d(self.living, among)
        products = queries @ vectors_of(ids).T
        best = np.argsort(-products, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(products, best, 1), ids[best]


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path)


def recall(found: Ids, wanted: Ids) -> float:
    """The share of the wanted ids that were found."""
    return float(np.mean([len(set(f) & set(w)) / len(w) for f, w in zip(found.tolist(), wanted.tolist(), strict=True)]))


def same_as_fresh(growing: Growing, k: int = 10) -> None:
    """Search, filter, vectors, ids: all as one fresh flat index of the living vectors has them."""
    index = growing.open()
    scores, ids = index.search(QUERIES, k)
    true_scores, true_ids = growing.truth(QUERIES, k)
    there = true_ids.shape[1]
    assert ids[:, :there].tolist() == true_ids.tolist()
    np.testing.assert_allclose(scores[:, :there], true_scores, atol=1e-5)
    assert ids[:, there:].tolist() == [[-1] * (k - there)] * len(QUERIES)
    assert bool(np.all(np.isneginf(scores[:, there:])))
    assert index.search(QUERIES[:1], k)[1].tolist() == ids[:1].tolist()  # one query goes other ways than a batch
    assert index.count == len(growing.living)
    assert index.ids().tolist() == growing.living.tolist()
    assert np.array_equal(index.vectors(growing.living), vectors_of(growing.living))
    assert index.has(growing.living).all()
    index.close()
    for segment in growing.segments:  # sorted, so that nothing is sorted at opening
        assert VectorFile.open(growing.folder / segment.file).header.ascending


def bytes_of(folder: Path) -> dict[str, str]:
    """Each file's checksum."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_many_nights_find_what_a_fresh_index_finds(growing: Growing) -> None:
    """After each of 40 changes of any size the index equals a fresh one, and no file that was there has changed."""
    rng = np.random.default_rng(0)
    growing.start(keys(np.arange(6000)))
    fresh, words = 6000, set()
    for step in range(40):
        dying = rng.choice(growing.living, rng.integers(0, 200), replace=False)
        size = int(rng.choice([0, 1, 30, 400, 2500])) if step % 10 else 0
        new = keys(np.arange(fresh, fresh + size))
        fresh += size
        before = bytes_of(growing.folder)
        words.add(growing.change(new, dying).split()[0])
        after = bytes_of(growing.folder)
        assert {name: after[name] for name in before} == before
        same_as_fresh(growing)
    assert {"appended", "marked"} <= words
    assert sorted(set(growing.asked)) == sorted(keys(np.arange(6000, fresh)).tolist())
    assert len(growing.asked) == fresh - 6000  # each new vector was asked for once, no old one ever


def test_what_is_done_is_said(growing: Growing) -> None:
    """In words: what came, what died, how many segments were merged; and files are made only for what changed."""
    growing.start(keys(np.arange(20_000)))
    assert [(s.file, s.kind, s.count, s.dead_file, s.dead) for s in growing.segments] == [
        ("1-000000.vectors", "flat", 20_000, "", 0)
    ]
    assert growing.change(NONE, NONE) == "unchanged"
    assert growing.change(keys(range(20_000, 20_012)), NONE) == "appended 12"
    assert growing.change(NONE, growing.living[:3]) == "marked 3 dead"
    assert growing.change(keys(range(20_012, 20_020)), NONE) == "appended 8, merged 1 segment"
    assert [(s.file, s.count, s.dead_file, s.dead) for s in growing.segments] == [
        ("1-000000.vectors", 20_000, "1-000003.0.dead", 3),
        ("1-000004.vectors", 20, "", 0),
    ]
    assert json.loads(json.dumps([asdict(s) for s in growing.segments]))[0]["dead"] == 3
    assert sorted(bytes_of(growing.folder)) == [
        "1-000000.vectors",
        "1-000002.vectors",
        "1-000003.0.dead",
        "1-000004.vectors",
    ]
    assert growing.change(NONE, keys(range(20_000, 20_020))) == "marked 20 dead"
    assert len(growing.segments) == 1  # a segment whose rows are all dead is left out
    same_as_fresh(growing)


def test_the_segments_stay_few(growing: Growing) -> None:
    """200 appends of 1 to 900 vectors: each segment exceeds twice all newer ones or there is but one small; no vector
    is written often."""
    rng = np.random.default_rng(1)
    growing.start(keys(np.arange(SMALL + 10_000)))
    fresh, most, written = SMALL + 10_000, 0, 0
    for _ in range(200):
        size = int(rng.integers(1, 90))
        growing.change(keys(np.arange(fresh, fresh + size)), rng.choice(growing.living, 5, replace=False))
        fresh += size
        most = max(most, len(growing.segments))
        written += growing.segments[-1].count
        living = [segment.living for segment in growing.segments]
        assert all(living[i] > max(SMALL, 2 * sum(living[i + 1 :])) - 5 for i in range(len(living) - 1))
    assert most <= 4
    assert written < 30 * (fresh - 10_000 - SMALL)
    same_as_fresh(growing)


def test_a_few_are_simply_written_again(growing: Growing) -> None:
    """A flat index of up to `SMALL` vectors stays one segment without dead rows whenever something comes."""
    growing.start(keys(range(500)))
    growing.change(keys(range(500, 510)), growing.living[:50])
    assert [(s.count, s.dead) for s in growing.segments] == [(460, 0)]
    same_as_fresh(growing)


def test_from_nothing_to_nothing(growing: Growing) -> None:
    """An empty index is no segment, can be searched, grows, and may become empty again."""
    growing.start(NONE)
    assert growing.segments == ()
    empty = growing.open()
    assert (empty.count, empty.kind, empty.device) == (0, "flat", "cpu (nothing to search)")
    assert empty.search(QUERIES[:1], 2)[1].tolist() == [[-1, -1]]
    assert (empty.ids().tolist(), empty.has(keys([1])).tolist()) == ([], [False])
    assert empty.vectors(NONE).shape == (0, DIMENSION)
    assert growing.change(keys(range(5)), NONE) == "appended 5"
    same_as_fresh(growing)
    growing.change(NONE, growing.living)
    assert growing.segments == ()


def test_the_dead_are_never_found(growing: Growing) -> None:
    """Not by their own vector, not where the filter names them, not by id; the living around them are."""
    growing.start(keys(range(9000)))
    dead = growing.living[::7]
    growing.change(keys(range(9000, 9100)), dead)
    index = growing.open()
    ids = index.search(vectors_of(dead), 10)[1]
    assert not set(ids.ravel().tolist()) & set(dead.tolist())
    assert recall(ids, growing.truth(vectors_of(dead), 10)[1]) == 1.0
    for allowed in (np.union1d(dead, growing.living[:50]), np.union1d(dead, growing.living), dead[::-1], dead[:1]):
        ids = index.search(vectors_of(dead[:20]), 10, allowed)[1]
        true = growing.truth(vectors_of(dead[:20]), 10, allowed)[1]
        assert ids[:, : true.shape[1]].tolist() == true.tolist()
        assert ids[:, true.shape[1] :].tolist() == [[-1] * (10 - true.shape[1])] * 20
    assert index.has(np.array([dead[0], growing.living[0], 5])).tolist() == [False, True, False]
    with pytest.raises(KeyError, match=f"no vector has the id {dead[3]}"):
        index.vectors(np.array([growing.living[0], dead[3]]))


@pytest.mark.parametrize("kind", ["flat", "ivf8"])
def test_where_all_the_nearest_are_dead_the_next_are_found(tmp_path: Path, kind: str) -> None:
    """A withdrawn brand: the 3,000 nearest to a query are dead, and the next ten come, exactly."""
    growing = Growing(tmp_path, kind)
    growing.start(keys(range(24_000)))
    assert growing.open().kind == kind
    nearest = growing.truth(QUERIES[:1], 3000)[1][0]
    growing.change(NONE, nearest)
    index = growing.open()
    for k in (1, 10, 500):
        assert recall(index.search(QUERIES[:1], k)[1], growing.truth(QUERIES[:1], k)[1]) >= 0.95
    assert not set(index.search(QUERIES, 100)[1].ravel().tolist()) & set(nearest.tolist())


def test_a_trained_base_with_a_tail(tmp_path: Path) -> None:
    """ivf8 and exact segments, with 30 % of the nearest dead: recall@10 of 0.95, all of the tail found, none dead."""
    growing = Growing(tmp_path, "ivf8")
    growing.start(keys(range(30_000)))
    near = growing.truth(QUERIES, 100)[1]
    dead = np.unique(near[:, np.random.default_rng(3).permutation(100)[:30]])
    new = keys(range(30_000, 34_000))
    assert growing.change(new, dead) == f"appended 4,000, marked {len(dead)} dead"
    growing.change(keys(range(34_000, 34_100)), new[:10])
    index = growing.open()
    assert (index.kind, index.count) == ("ivf8 + flat", len(growing.living))
    scores, ids = index.search(QUERIES, 10)
    true_ids = growing.truth(QUERIES, 10)[1]
    assert recall(ids, true_ids) >= 0.95
    tail = set(new[10:].tolist())
    assert [set(row) & tail for row in true_ids.tolist()] <= [set(row) & tail for row in ids.tolist()]
    assert not set(ids.ravel().tolist()) & set(dead.tolist()) | set(ids.ravel().tolist()) & set(new[:10].tolist())
    np.testing.assert_allclose(
        scores, np.einsum("qd,qkd->qk", QUERIES, vectors_of(ids.ravel()).reshape(30, 10, -1)), atol=1e-5
    )
    assert bool(np.all(np.diff(scores, axis=1) <= 0))
    for allowed in (growing.living, growing.living[::2], np.sort(new)):
        assert recall(index.search(QUERIES, 10, allowed)[1], growing.truth(QUERIES, 10, allowed)[1]) >= 0.95


def test_the_revived_are_found_once(growing: Growing) -> None:
    """An id that is dead in an old segment may live in a newer one, die there, and come again."""
    growing.start(keys(range(8000)))
    again = growing.living[100:200]
    for _ in range(2):
        growing.change(NONE, again)
        assert not growing.open().has(again).any()
        growing.change(again, NONE)
        same_as_fresh(growing)
        assert growing.open().search(vectors_of(again), 1)[1].ravel().tolist() == again.tolist()
    assert growing.change(again, again).startswith("appended 100")  # a vector that is written anew
    same_as_fresh(growing)


def test_equal_scores_come_by_id(growing: Growing) -> None:
    """Two segments with the same vector under several ids: the lesser id first, wherever it stands."""
    same = vectors_of(keys([5]))

    def added(ids: Ids) -> Floats:
        return np.repeat(same, len(ids), axis=0)

    growing.start(keys(range(10, 8000)))
    growing.segments, _ = append(growing.folder, "x", growing.segments, added, keys([1, 2]), NONE, dimension=DIMENSION)
    base = replace(growing.segments[1], file="y.vectors")
    build_segments(growing.folder, "y", [(keys([3, 4]), added(keys([3, 4])))], count=2, dimension=DIMENSION)
    index = Segments.open(growing.folder, (*growing.segments, base), DIMENSION)
    assert index.search(same, 4)[1].tolist() == [sorted(keys([1, 2, 3, 4]).tolist())]


def test_a_fifth_dead_is_rebuilt(growing: Growing) -> None:
    """At 20 % dead rows are only marked; one more and the living are written anew, from the files alone."""
    growing.start(keys(range(10_000)))
    assert growing.change(NONE, growing.living[:2000]) == "marked 2,000 dead"
    assert growing.change(NONE, growing.living[:1]) == "rebuilt: 20% dead"
    assert [(s.count, s.dead, s.dead_file) for s in growing.segments] == [(7999, 0, "")]
    assert growing.asked == []
    same_as_fresh(growing)


def test_a_long_tail_is_trained(tmp_path: Path) -> None:
    """A trained base is trained again with its tail when that exceeds its share and its floor, not before."""
    growing = Growing(tmp_path, "ivf8")
    growing.start(keys(range(4000)))
    growing.change(keys(range(4000, 4000 + TAIL_ROWS)), NONE)
    assert growing.open().kind == "ivf8 + flat"
    before = growing.segments[0].file
    assert (
        growing.change(keys([10**6]), NONE) == f"rebuilt: {TAIL_ROWS + 1:,} vectors came after the training with 4,000"
    )
    assert [(s.kind, s.count) for s in growing.segments] == [("ivf8", 4001 + TAIL_ROWS)]
    assert growing.segments[0].file != before
    growing.kind = "flat"
    assert growing.change(NONE, growing.living[:1]) == "rebuilt: exact search is asked for"
    same_as_fresh(growing)


def test_how_long_a_tail_may_be() -> None:
    """A tenth of the base, between the floor and what is compared exactly anyhow."""
    assert [longest_tail(base) for base in (4000, 200_000, 300_000, 10**6)] == [20_000, 20_000, 30_000, EXACT_UP_TO]


def test_too_many_for_exact_search_are_trained(growing: Growing) -> None:
    """`auto`: a flat base whose tail takes it beyond `EXACT_UP_TO` becomes ivf8, and goes back when it shrinks."""
    growing.start(keys(range(EXACT_UP_TO - 100)))
    assert growing.change(keys(range(10**6, 10**6 + 100)), NONE) == "appended 100"
    assert growing.change(keys([10**7]), NONE) == "rebuilt: 50,001 vectors are too many to compare with each"
    assert [(s.kind, s.count) for s in growing.segments] == [("ivf8", EXACT_UP_TO + 1)]
    assert growing.change(NONE, growing.living[: EXACT_UP_TO // 4]) == "rebuilt: 25% dead"
    assert [s.kind for s in growing.segments] == ["flat"]


def test_wrong_changes_are_refused(growing: Growing) -> None:
    """Who does not live cannot die, who lives cannot come, twice is not once, and vectors are one for each id."""
    growing.start(keys(range(5000)))
    old = growing.segments
    before = bytes_of(growing.folder)
    with pytest.raises(ValueError, match="does not live in it"):
        growing.change(NONE, np.array([4]))
    with pytest.raises(ValueError, match="lives in it already"):
        growing.change(growing.living[:1], NONE)
    with pytest.raises(ValueError, match="an id came twice"):
        growing.change(np.array([4, 4]), NONE)
    with pytest.raises(ValueError, match=r"shape \(1, 16\) came for 3 ids"):
        append(growing.folder, "n", old, lambda _: QUERIES[:1], keys([10**6, 10**7, 10**8]), NONE, dimension=DIMENSION)
    with pytest.raises(ValueError, match="an index of none"):
        build_segments(growing.folder, "n", [(keys([1]), QUERIES[:1])], count=0, dimension=DIMENSION)
    assert (growing.segments, bytes_of(growing.folder)) == (old, before)
    index = growing.open()
    with pytest.raises(ValueError, match="dimension 16"):
        index.search(np.zeros((1, 3), np.float32), 1)
    with pytest.raises(ValueError, match="at least 1"):
        index.search(QUERIES, 0)
    with pytest.raises(ValueError, match="unknown device"):
        Segments.open(growing.folder, old, DIMENSION, device="tpu")


def test_snapshots_share_what_they_have_in_common(growing: Growing, tmp_path: Path) -> None:
    """A file of the same name is opened once, serves on when either closes, and is read no more from its folder."""
    growing.start(keys(range(7000)))
    first = growing.open()
    expected = first.search(QUERIES, 5)[1].tolist()
    dead = growing.truth(QUERIES[:1], 1)[1][0]
    growing.change(keys(range(7000, 7010)), dead)
    (growing.folder / "1-000000.vectors").unlink()  # the mapping holds it; to open it again would fail
    second = growing.open(reuse=first)
    assert first.search(QUERIES, 5)[1].tolist() == expected  # the older still sees whom it saw
    first.close()
    first.close()
    assert first.search(QUERIES[:1], 1)[1].tolist() == [[-1]]
    third = growing.open(reuse=second)
    base = third._parts[0].shared.index
    second.close()
    assert base.count == 7000
    assert third.search(QUERIES, 5)[1].tolist() == growing.truth(QUERIES, 5)[1].tolist()
    third.close()
    assert base.count == 0  # the last one closed it
    with pytest.raises(SnapshotDamaged, match="missing"):  # nothing is left to share
        growing.open(reuse=third)


def test_a_failed_opening_gives_back_what_it_shared(growing: Growing) -> None:
    """Where a later file is broken, the shared ones belong to their first user as before."""
    growing.start(keys(range(7000)))
    first = growing.open()
    growing.change(keys(range(7000, 7010)), NONE)
    (growing.folder / "1-000001.vectors").write_bytes(b"broken")
    with pytest.raises(SnapshotDamaged, match="damaged"):
        growing.open(reuse=first)
    (growing.folder / "1-000000.vectors").unlink()
    assert first.search(QUERIES, 5)[1][:, 0].all()
    first.close()
    growing.segments = growing.segments[:1]
    with pytest.raises(SnapshotDamaged, match="missing"):
        growing.open(reuse=first)


def test_searches_do_not_notice_snapshots_that_come_and_go(growing: Growing) -> None:
    """Eight threads search one snapshot while others that share its files are opened and closed."""
    growing.start(keys(range(7000)))
    growing.change(keys(range(7000, 7100)), growing.living[:500])
    index = growing.open()
    expected = [index.search(QUERIES[i : i + 1], 5)[1].tolist() for i in range(len(QUERIES))]
    assert expected == [[row] for row in growing.truth(QUERIES, 5)[1].tolist()]
    enough = threading.Event()

    def come_and_go() -> int:
        times = 0
        while not enough.is_set() or times < 20:
            other = growing.open(reuse=index)
            assert other.search(QUERIES[:1], 5)[1].tolist() == expected[0]
            other.close()
            times += 1
        return times

    with ThreadPoolExecutor(10) as pool:
        going = [pool.submit(come_and_go) for _ in range(2)]
        numbers = [i % len(QUERIES) for i in range(400)]
        found = list(pool.map(lambda i: index.search(QUERIES[i : i + 1], 5)[1].tolist(), numbers))
        enough.set()
        assert min(times.result(LONGEST) for times in going) >= 20
    assert found == [expected[i] for i in numbers]


def test_damage_is_noticed(growing: Growing) -> None:
    """Dead rows that are missing, cut, too long, flipped or another's are refused, in opening and in growing."""
    growing.start(keys(range(5000)))
    growing.change(NONE, growing.living[-40:])
    path = growing.folder / growing.segments[0].dead_file
    whole = path.read_bytes()
    growing.change(NONE, growing.living[-1:])
    other = (growing.folder / growing.segments[0].dead_file).read_bytes()
    growing.segments = (replace(growing.segments[0], dead_file=path.name, dead=40),)
    broken = [b"", whole[:10], whole[:-4], whole + b"1234", other, b"x" * len(whole)]
    broken += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in (3, 9, 13, 20, len(whole) - 1)]
    for content in broken:
        path.write_bytes(content)
        with pytest.raises(SnapshotDamaged, match=r"dead rows .* is damaged"):
            growing.open()
        with pytest.raises(SnapshotDamaged, match=r"dead rows .* is damaged"):
            growing.change(keys([10**6]), NONE)
    path.unlink()
    with pytest.raises(SnapshotDamaged, match=r"dead rows .* is missing"):
        growing.open()
    path.mkdir()
    with pytest.raises(StorageUnavailable, match="Cannot read"):
        growing.open()
    path.rmdir()
    path.write_bytes(whole)
    assert growing.open().count == 4960


def test_a_manifest_and_files_that_disagree_are_refused(growing: Growing) -> None:
    """A file of another size or kind than the manifest says, or dead rows beyond it, are no snapshot."""
    growing.start(keys(range(3000)))
    growing.change(NONE, growing.living[-40:])
    (segment,) = growing.segments
    build_segments(growing.folder, "short", [(keys(range(9)), vectors_of(keys(range(9))))], count=9, dimension=16)
    wrong = {
        "instead of": [
            replace(segment, count=2999),
            replace(segment, kind="ivf8"),
            replace(segment, file="short.vectors"),
        ],
        "of another vector file": [replace(segment, file="short.vectors", count=9)],
        "names no file": [replace(segment, dead_file="")],
    }
    for said, segments in wrong.items():
        for one in segments:
            with pytest.raises(SnapshotDamaged, match=said):
                Segments.open(growing.folder, [one], DIMENSION)
    with pytest.raises(SnapshotDamaged, match="instead of"):
        append(growing.folder, "n", [replace(segment, count=2999)], vectors_of, NONE, NONE, dimension=DIMENSION)


@pytest.mark.gpu
def test_the_gpu_takes_the_largest(tmp_path: Path) -> None:
    """On a GPU: the base is there, the tail is not, and the dead stay dead."""
    import faiss

    if not faiss.get_num_gpus():
        pytest.skip("faiss sees no GPU")
    growing = Growing(tmp_path, "flat")
    growing.start(keys(range(30_000)))
    nearest = np.unique(growing.truth(QUERIES, 30)[1])
    growing.change(keys(range(30_000, 33_000)), nearest)
    index = Segments.open(tmp_path, growing.segments, DIMENSION, device="gpu")
    assert index.device == "gpu"
    ids = index.search(QUERIES, 10)[1]
    assert recall(ids, growing.truth(QUERIES, 10)[1]) >= 0.99
    assert not set(ids.ravel().tolist()) & set(nearest.tolist())
    again = Segments.open(tmp_path, growing.segments, DIMENSION, device="gpu", reuse=index)
    index.close()
    assert again.search(QUERIES, 10)[1].tolist() == ids.tolist()
    again.close()
