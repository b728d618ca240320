"""The vector index: equal to brute force where it promises so, near it elsewhere, and nothing excluded ever."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.arrays import Floats, Ids
from index.errors import SnapshotDamaged, StorageUnavailable
from index.segments.vectors import VectorIndex, build

N, DIMENSION = 25_000, 32


def invent(n: int, seed: int) -> Floats:
    """Unit vectors in clusters around one common direction, as e5 makes them."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(7).normal(size=(50, DIMENSION))
    vectors = 4.0 + centres[rng.integers(50, size=n)] + 0.6 * rng.normal(size=(n, DIMENSION))
    return np.ascontiguousarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


VECTORS = invent(N, 0)
QUERIES = invent(40, 1)
KEYS: Ids = np.random.default_rng(2).permutation(10 * N)[:N].astype(np.int64) + 1  # neither dense nor ascending


def batches(keys: Ids = KEYS, vectors: Floats = VECTORS) -> Iterator[tuple[Ids, Floats]]:
    """The vectors in uneven pieces."""
    for start in range(0, len(keys), 777):
        yield keys[start : start + 777], vectors[start : start + 777]


def write(path: Path, n: int = N, kind: str = "auto") -> str:
    """An index of the first `n` vectors."""
    return build(path, batches(KEYS[:n], VECTORS[:n]), count=n, dimension=DIMENSION, kind=kind)


@pytest.fixture(scope="module", params=["flat", "ivf8"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    """All vectors, in each kind of index."""
    path = tmp_path_factory.mktemp("index") / "vectors.index"
    assert write(path, kind=request.param) == request.param
    opened = VectorIndex.open(path, device="cpu")
    yield opened
    opened.close()


def truth(queries: Floats, k: int, allowed: npt.NDArray[np.intp] | None = None) -> tuple[Floats, Ids]:
    """Brute force among these rows."""
    rows = np.arange(N) if allowed is None else allowed
    products = queries @ VECTORS[rows].T
    best = np.argsort(-products, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(products, best, 1), KEYS[rows[best]]


def recall(found: Ids, wanted: Ids) -> float:
    """The share of the wanted ids that were found."""
    return float(np.mean([len(set(f) & set(w)) / len(w) for f, w in zip(found.tolist(), wanted.tolist(), strict=True)]))


def test_finds_what_brute_force_finds(index: VectorIndex) -> None:
    """Exact search equals brute force; clusters keep their promise of 0.95, with true scores in falling order."""
    scores, ids = index.search(QUERIES, 10)
    true_scores, true_ids = truth(QUERIES, 10)
    if index.kind == "flat":
        assert ids.tolist() == true_ids.tolist()
        np.testing.assert_allclose(scores, true_scores, atol=1e-5)
    assert recall(ids, true_ids) >= 0.95
    assert bool(np.all(np.diff(scores, axis=1) <= 0))
    np.testing.assert_allclose(
        scores, np.einsum("qd,qkd->qk", QUERIES, index.vectors(ids.ravel()).reshape(40, 10, -1)), atol=1e-5
    )


@pytest.mark.parametrize("share", [1, 2, 13, 1000, 25_000])
def test_a_filter_is_exact_at_any_selectivity(index: VectorIndex, share: int) -> None:
    """Among the allowed ids the result equals brute force, however many or few they are; no other id comes."""
    rows = np.arange(0, N, share)
    scores, ids = index.search(QUERIES, 10, KEYS[rows])
    true_scores, true_ids = truth(QUERIES, 10, rows)
    wanted = true_ids.shape[1]
    assert set(ids[:, :wanted].ravel()) <= set(KEYS[rows].tolist())
    if index.kind == "flat" or len(rows) <= 20_000:
        assert ids[:, :wanted].tolist() == true_ids.tolist()
        np.testing.assert_allclose(scores[:, :wanted], true_scores, atol=1e-5)
    assert recall(ids[:, :wanted], true_ids) >= 0.95
    assert ids[:, wanted:].tolist() == [[-1] * (10 - wanted)] * 40


def test_a_filter_that_excludes_the_nearest_is_still_answered_well(index: VectorIndex) -> None:
    """Where just the nearest are excluded, over-fetching finds none of the rest and must not give up."""
    query = QUERIES[:1]
    rows = np.sort(np.argsort(-(query @ VECTORS.T)[0])[3000:])  # 22,000 are allowed, the nearest 3,000 are not
    _, ids = index.search(query, 10, KEYS[rows])
    assert ids.tolist() == truth(query, 10, rows)[1].tolist()


def test_a_loose_filter_keeps_every_excluded_id_out(index: VectorIndex) -> None:
    """With nine tenths allowed the candidates are over-fetched and checked: the very nearest stay out all the same."""
    rows = np.delete(np.arange(N), np.arange(0, N, 10))
    excluded = VECTORS[0:400:10]
    ids = index.search(excluded, 10, KEYS[rows])[1]
    assert not set(ids.ravel()) & set(KEYS[::10].tolist())
    assert recall(ids, truth(excluded, 10, rows)[1]) >= 0.95


def test_ids_that_are_not_stored_are_nobody(index: VectorIndex) -> None:
    """A filter may name strangers and name an id twice."""
    scores, ids = index.search(VECTORS[5:6], 3, np.array([KEYS[5], -4, KEYS[5], 0, 10**15, KEYS[9]]))
    assert ids.tolist() == [[KEYS[5], KEYS[9], -1]]
    assert scores[0, 2] == -np.inf
    assert index.search(VECTORS[5:6], 2, np.array([], np.int64))[1].tolist() == [[-1, -1]]


def test_more_than_there_are(index: VectorIndex) -> None:
    """k may exceed what clusters are good for; then the search is exhaustive."""
    ids = index.search(QUERIES[:2], 2000)[1]
    assert recall(ids, truth(QUERIES[:2], 2000)[1]) == 1.0


def test_gives_vectors_back(index: VectorIndex) -> None:
    """Stored vectors come back bit for bit, in the order asked for; an unknown id is named."""
    assert np.array_equal(index.vectors(KEYS[[7, 3, 7]]), VECTORS[[7, 3, 7]])
    with pytest.raises(KeyError, match="no vector has the id 0"):
        index.vectors(np.array([KEYS[0], 0]))


def test_many_threads_get_what_one_gets(index: VectorIndex) -> None:
    """Concurrent searches do not disturb each other."""
    alone = [index.search(QUERIES[i : i + 1], 5)[1].tolist() for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda i: index.search(QUERIES[i % 40 : i % 40 + 1], 5)[1].tolist(), range(400)))
    assert together == alone * 10


def test_wrong_shapes_are_refused(index: VectorIndex) -> None:
    """A query of another dimension and a k of nothing are the caller's mistakes."""
    with pytest.raises(ValueError, match="dimension 32"):
        index.search(np.zeros((1, 31), np.float32), 1)
    with pytest.raises(ValueError, match="at least 1"):
        index.search(QUERIES, 0)


def test_an_empty_index(tmp_path: Path) -> None:
    """Nothing stored, nothing found, nothing broken."""
    assert build(tmp_path / "i", [], count=0, dimension=8) == "flat"
    index = VectorIndex.open(tmp_path / "i")
    assert index.search(np.zeros((2, 8), np.float32), 2)[1].tolist() == [[-1, -1], [-1, -1]]
    assert index.search(np.zeros((1, 8), np.float32), 1, np.array([4]))[1].tolist() == [[-1]]
    assert index.vectors(np.array([], np.int64)).shape == (0, 8)


def test_small_is_exact_by_itself(tmp_path: Path) -> None:
    """`auto` does not cluster a few vectors, and ascending ids are as good as any."""
    order = np.argsort(KEYS[:300])
    assert build(tmp_path / "i", [(KEYS[order], VECTORS[order])], count=300, dimension=DIMENSION) == "flat"
    index = VectorIndex.open(tmp_path / "i", threads=1)
    assert (index.kind, index.count, index.dimension) == ("flat", 300, DIMENSION)
    assert index.search(VECTORS[:300], 1)[1].ravel().tolist() == KEYS[:300].tolist()


def test_vectors_that_compression_ruins_stay_exact(tmp_path: Path) -> None:
    """Where no effort reaches the recall promised, the index is flat, whatever was asked for."""
    rng = np.random.default_rng(0)
    far = rng.normal(size=(3000, 64))
    far[300:] = (
        far[0] + 0.01 * far[300:]
    )  # nearly all are too close together for one byte, as the others need its range
    far = (far / np.linalg.norm(far, axis=1, keepdims=True)).astype(np.float32)
    assert build(tmp_path / "i", [(np.arange(3000), far)], count=3000, dimension=64, kind="ivf8") == "flat"
    assert VectorIndex.open(tmp_path / "i").search(far[555:556], 1)[1].tolist() == [[555]]


@pytest.mark.parametrize("kind", ["flat", "ivf8"])
def test_damage_is_noticed(tmp_path: Path, kind: str) -> None:
    """Missing, empty, cut short, too long, or with a flipped byte in header, ids or clusters: the file is refused."""
    path = tmp_path / "i"
    with pytest.raises(SnapshotDamaged, match="missing"):
        VectorIndex.open(path)
    assert write(path, 2000, kind) == kind
    whole = path.read_bytes()
    ids_at = 4096 + 2000 * DIMENSION * 4
    flipped = [10, 40, ids_at + 5, *([len(whole) - 100] if kind == "ivf8" else [])]
    broken = [b"", whole[:100], whole[:-1], whole + b"x", b"x" * 9000]
    broken += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in flipped]
    for content in broken:
        path.write_bytes(content)
        with pytest.raises(SnapshotDamaged, match="damaged"):
            VectorIndex.open(path)


def test_wrong_batches_leave_the_old_file(tmp_path: Path) -> None:
    """Too few, too many, misshapen or repeated: an error, no trace, and what stood there still does."""
    path = tmp_path / "i"
    write(path, 100)
    before = path.read_bytes()
    one = (np.array([1]), VECTORS[:1])
    for wrong in ([], [one], [one, one], [one, one, one], [(np.array([1, 2]), VECTORS[:2, :5])]):
        with pytest.raises(ValueError, match=r"."):
            build(path, wrong, count=2, dimension=DIMENSION)
    with pytest.raises(ValueError, match="unknown kind"):
        build(path, [], count=0, dimension=1, kind="best")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["i"]


@pytest.mark.parametrize(("kind", "limit"), [("flat", 100_000), ("ivf8", 2000 * (4 * DIMENSION + 8) + 10_000)])
def test_a_full_disk_is_named_and_leaves_no_trace(tmp_path: Path, kind: str, limit: int) -> None:
    """A disk that refuses more, among the vectors or in the clusters, is an error about storage."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
    try:
        with pytest.raises(StorageUnavailable, match="Nothing was published"):
            write(tmp_path / "i", 2000, kind)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A file where the folder should be is an error about storage."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageUnavailable):
        write(tmp_path / "file" / "i", 10)


def test_says_why_there_is_no_gpu(tmp_path: Path) -> None:
    """Asked for a GPU that is not there, the index goes on with the CPU and says so."""
    import faiss

    if faiss.get_num_gpus():
        pytest.skip("this machine has a GPU")
    write(tmp_path / "i", 10)
    assert VectorIndex.open(tmp_path / "i", device="gpu").device == "cpu (faiss sees no GPU)"
    assert VectorIndex.open(tmp_path / "i", device="auto").device == "cpu"
    with pytest.raises(ValueError, match="unknown device"):
        VectorIndex.open(tmp_path / "i", device="tpu")


@pytest.mark.gpu
def test_the_gpu_finds_the_same(tmp_path: Path) -> None:
    """On a GPU: what brute force finds, nothing excluded, from many threads at once."""
    import faiss

    if not faiss.get_num_gpus():
        pytest.skip("faiss sees no GPU")
    write(tmp_path / "i")
    index = VectorIndex.open(tmp_path / "i", device="gpu")
    assert index.device == "gpu"
    assert recall(index.search(QUERIES, 10)[1], truth(QUERIES, 10)[1]) >= 0.99
    rows = np.arange(0, N, 2)
    for share in (np.arange(1, N), rows, rows[:100]):
        ids = index.search(QUERIES, 10, KEYS[share])[1]
        assert set(ids.ravel()) <= set(KEYS[share].tolist())
        assert recall(ids, truth(QUERIES, 10, share)[1]) >= 0.99
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: int(index.search(VECTORS[i : i + 1], 1)[1][0, 0]), range(200)))
    assert found == KEYS[:200].tolist()
    index.close()
