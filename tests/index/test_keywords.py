"""Keyword files: scores that can be worked out by hand, merging, what is dead, and what is damaged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.arrays import Floats, Ids
from index.chunk import Chunk
from index.errors import SnapshotDamaged
from index.segments.growth import append, build_segments
from index.segments.keyword_building import build_keywords, merge_keywords
from index.segments.keyword_fields import FIELDS, FINGERPRINT, WEIGHTS, Fields, Weights, fields_of
from index.segments.keyword_growth import averages_of, write_keywords
from index.segments.keywords import KeywordFile, term_hashes
from index.segments.segment import Segment
from index.segments.segments import Segments
from index.text.analysis import terms
from tests.rows import cells_of

TOLERANCE = 2e-3  # impacts are float16


def text(title: str = "", sku: str = "", attributes: str = "", section: str = "", said: str = "") -> Fields:
    """A text by field, without marks."""
    return title, sku, attributes, section, said, ""


STOCK = [
    text("Steel kettle", "K-200/EU", "Acme Kettles", "", "A kettle of 1.7 litres for tea"),
    text("Glass kettle", "K-210", "Acme Kettles", "Care", "Boils 1,7 L in five minutes, kettle and lid of glass"),
    text("电热水壶", "SH-17", "", "规格", "容量1.7升，双层不锈钢"),
    text("Toaster", "T-9", "Bolt", "Care Cleaning", "Shake the crumbs out; a brush helps"),
    text("", "", "", "", "Of and the"),
    text("Brush", "B-1", "", "", "A brush, a brush, a brush"),
]


def page(texts: Sequence[Fields]) -> list[tuple[Ids, Sequence[Fields]]]:
    return [(np.arange(len(texts)), texts)]


def bm25f(query: str, texts: Sequence[Fields], weights: Weights = WEIGHTS) -> list[float]:
    """The formula of `index.segments.keyword_fields`, in plain Python."""
    fields = [[terms(field) for field in text] for text in texts]
    lengths = [[len(text[f]) for text in fields if text[f]] for f in range(len(FIELDS))]
    averages = [sum(some) / len(some) if some else 1.0 for some in lengths]
    scores = []
    for text in fields:
        score = 0.0
        for term in terms(query):
            df = sum(any(term in field for field in other) for other in fields)
            idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
            tf = 0.0
            for field, weight, b, average in zip(text, weights.weight, weights.b, averages, strict=True):
                tf += weight * field.count(term) / (1 - b + b * len(field) / average)
            score += idf * tf / (weights.k1 + tf)
        scores.append(score)
    return scores


def vectors(ids: Ids) -> Floats:
    return np.ones((len(ids), 4), np.float32) / 2


class Shelf:
    """Segments in a folder, of texts by id; it counts the texts that were asked for."""

    def __init__(self, folder: Path, texts: dict[int, Fields]) -> None:
        self.folder, self.stock, self.asked = folder, texts, list[int]()
        ids = np.array(sorted(texts), np.int64)
        made = build_segments(folder, "0", [(ids, vectors(ids))], count=len(ids), dimension=4)
        self.segments = write_keywords(folder, "0", made, self.texts)

    def texts(self, ids: Ids) -> list[Fields]:
        self.asked += ids.tolist()
        return [self.stock[id] for id in ids.tolist()]

    def change(self, name: str, new: dict[int, Fields], dead: Sequence[int] = ()) -> str:
        self.stock |= new
        self.asked.clear()
        ids, gone = np.array(sorted(new), np.int64), np.array(dead, np.int64)
        self.segments, words = append(
            self.folder, name, self.segments, vectors, ids, gone, dimension=4, texts=self.texts
        )
        return words

    def open(self) -> Segments:
        return Segments.open(self.folder, self.segments, 4, device="cpu")

    def found(self, query: str, k: int = 10, allowed: Ids | None = None) -> dict[int, float]:
        index = self.open()
        scores, ids = index.keyword_search(terms(query), k, allowed)
        index.close()
        return dict(zip(ids.tolist(), scores.tolist(), strict=True))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, {10 * (number + 1): text for number, text in enumerate(STOCK)})


def test_a_score_worked_out_by_hand(tmp_path: Path) -> None:
    """Two texts of one field and b = 0: "lid" is once in one of them, twice in none; idf = log 2, tf = 1, k1 = 1."""
    plain = Weights((1,) * len(FIELDS), (0,) * len(FIELDS), 1.0)
    path = tmp_path / "a.keywords"
    build_keywords(path, page([text(said="lid"), text(said="cup cup cup")]), 2, weights=plain)
    file = KeywordFile.open(path)
    scores = np.zeros(2, np.float32)
    file.add_scores(term_hashes(["lid", "cup", "spoon"]), np.array([math.log(2)] * 3, np.float32), scores)
    assert scores == pytest.approx([math.log(2) / 2, math.log(2) * 3 / 4], abs=TOLERANCE)
    assert (file.header.count, file.header.terms, file.header.postings) == (2, 2, 2)


@pytest.mark.parametrize("query", ["kettle", "k200eu", "1700 ml kettle", "水壶容量", "brush brush crumbs", "acme care"])
def test_scores_are_those_of_the_formula(shelf: Shelf, query: str) -> None:
    """Fields, lengths, rarity, and a term that the question says twice."""
    expected = {10 * (n + 1): score for n, score in enumerate(bm25f(query, STOCK)) if score}
    assert expected
    assert shelf.found(query) == pytest.approx(expected, abs=TOLERANCE)


def test_a_sku_is_found_however_it_is_typed(shelf: Shelf) -> None:
    """The best hit for k200eu, K 200, K-200 and k200 is K-200/EU."""
    for typed in ("k200eu", "K 200", "K-200", "k200", "K-200/EU"):
        assert next(iter(shelf.found(typed))) == 10
    assert set(shelf.found("1700 ml")) == {10, 20, 30}


def test_best_first_equal_ones_by_id_and_no_more_than_asked_for(shelf: Shelf) -> None:
    """Only texts that have a term come; k is a limit."""
    found = shelf.found("kettle brush")
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert list(shelf.found("kettle brush", k=2)) == list(found)[:2]
    assert shelf.found("of the and") == shelf.found("spaceship") == shelf.found("") == {}
    with pytest.raises(ValueError, match="k is 0"):
        shelf.found("kettle", k=0)


def test_the_best_of_many_are_the_best(tmp_path: Path) -> None:
    """Among so many that whole blocks are passed over, with filters too."""
    dice = np.random.default_rng(0)
    words = [f"w{chr(97 + n)}x" for n in range(20)]
    stock = {n: text(said=" ".join(dice.choice(words, dice.integers(1, 30)))) for n in range(3000)}
    shelf = Shelf(tmp_path, stock)
    index = shelf.open()
    ids = np.arange(3000)
    for allowed in (None, ids[::3], ids[100:104]):
        here = ids if allowed is None else allowed
        scores = index.keyword_scores(words[:3], here)
        order = np.lexsort((here, -scores))[:5]
        found, best = index.keyword_search(words[:3], 5, allowed)
        assert best.tolist() == [id for id, score in zip(here[order], scores[order], strict=True) if score > 0]
        assert found == pytest.approx(scores[order][: len(found)], abs=1e-6)
    index.close()


def test_only_allowed_texts_come(shelf: Shelf) -> None:
    """A filter is the ids that it allows, strangers among them."""
    assert list(shelf.found("kettle", allowed=np.array([20, 40, 99]))) == [20]
    assert shelf.found("kettle", allowed=np.array([], np.int64)) == {}


def test_scores_of_given_texts(shelf: Shelf) -> None:
    """In their order; nothing for one without the terms, dead or unknown."""
    shelf.change("1", {}, dead=[20])
    index = shelf.open()
    scores = index.keyword_scores(terms("kettle"), np.array([60, 10, 20, 999]))
    index.close()
    assert scores == pytest.approx([0, bm25f("kettle", STOCK)[0], 0, 0], abs=TOLERANCE)


def test_the_dead_are_not_found(tmp_path: Path) -> None:
    """From the change on; the file is the same."""
    shelf = Shelf(tmp_path, dict(enumerate(STOCK * 5)))
    file = shelf.segments[0].keywords
    shelf.change("1", {}, dead=[0])
    assert shelf.segments[0].keywords == file
    assert 0 not in shelf.found("kettle", k=99)
    assert 6 in shelf.found("kettle", k=99)


def test_runs_merged_are_what_one_run_is(tmp_path: Path) -> None:
    """Byte for byte, where the averages are the same."""
    texts = STOCK * 3
    whole, parts = tmp_path / "whole.keywords", tmp_path / "parts.keywords"
    build_keywords(whole, page(texts), len(texts))
    pages = [(np.array([row]), [text]) for row, text in enumerate(texts)]
    build_keywords(parts, pages, len(texts), averages=averages_of(whole), run_size=40)
    assert parts.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts.keywords", "whole.keywords"]


def test_merging_drops_what_is_left_out(tmp_path: Path) -> None:
    """Rows get new numbers; a term that no row has any more is no term."""
    one, other, both = (tmp_path / name for name in ("one", "other", "both"))
    build_keywords(one, page(STOCK), len(STOCK))
    build_keywords(other, page(STOCK[:1]), 1)
    numbers = np.array([1, -1, 2, -1, -1, -1])
    merge_keywords(both, [(KeywordFile.open(one), numbers), (KeywordFile.open(other), np.array([0]))], 3)
    file = KeywordFile.open(both)
    start, end = file.find(term_hashes(["kettl", "toaster", "volume=1700"]))
    assert [file.rows[a:b].tolist() for a, b in zip(start, end, strict=True)] == [[0, 1], [], [0, 1, 2]]
    assert np.all(file.terms[1:] > file.terms[:-1])


def test_a_change_reads_only_what_came(tmp_path: Path) -> None:
    """A segment that stays is linked, one that is merged is not taken apart again, until the index has doubled."""
    shelf = Shelf(tmp_path, dict(enumerate(STOCK * 5)))
    new = {100 + n: STOCK[0] for n in range(10)}
    shelf.change("1", new)
    assert sorted(shelf.asked) == sorted(new)
    shelf.change("2", {200: STOCK[1]}, dead=[0, 100])
    assert shelf.asked == [200]
    shelf.change("3", {300 + n: STOCK[2] for n in range(40)})
    assert len(shelf.asked) == len(set(shelf.asked)) == shelf.open().count


def test_segments_score_as_one_file_does(tmp_path: Path) -> None:
    """What came later is measured by the base's averages, and rarity counts all segments."""
    shelf = Shelf(tmp_path, dict(enumerate(STOCK * 500)))
    shelf.change("1", {10_000 + n: text for n, text in enumerate(STOCK)})
    shelf.change("2", {}, dead=[1])
    scores = shelf.found("glass kettle", k=9999)
    assert scores[10_001] == scores[7]
    assert 1 not in scores
    index = shelf.open()
    n, df = 3006, 501
    assert index.idf(["boil", "spaceship"]) == pytest.approx(
        [math.log(1 + (n - df + 0.5) / (df + 0.5)), math.log(1 + (n + 0.5) / 0.5)], rel=1e-5
    )
    index.close()


def test_segments_without_keywords_find_nothing_and_say_so(shelf: Shelf) -> None:
    """As those of a snapshot that was made before there were any, or by another analysis."""
    shelf.segments = tuple(replace(segment, keywords="") for segment in shelf.segments)
    index = shelf.open()
    assert len(index.keyword_search(["kettl"], 5)[1]) == 0
    assert index.keyword_scores(["kettl"], np.array([10])).tolist() == [0]
    index.close()
    build_keywords(shelf.folder / "other", page(STOCK), 6, weights=Weights(k1=9.0))
    shelf.segments = tuple(replace(segment, keywords="other") for segment in shelf.segments)
    assert len(shelf.open().keyword_search(["kettl"], 5)[1]) == 0


@pytest.mark.parametrize("damage", ["missing", "head", "short", "terms", "strange"])
def test_a_damaged_file_is_refused_by_name(shelf: Shelf, damage: str) -> None:
    """Whatever is wrong with it, nothing is searched."""
    path = shelf.folder / shelf.segments[0].keywords
    data = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "strange":
        build_keywords(path, page(STOCK[:2]), 2)
    else:
        at = {"head": 20, "terms": len(data) - 30, "short": 0}[damage]
        data[at] ^= 255
        path.write_bytes(data[:-8] if damage == "short" else data)
    with pytest.raises(SnapshotDamaged, match=path.name):
        shelf.open()


def test_nothing_is_built_by_searching(shelf: Shelf) -> None:
    """A hundred questions write no file and read no text."""
    before = {path.name: path.stat().st_mtime_ns for path in shelf.folder.iterdir()}
    shelf.asked.clear()
    index = shelf.open()
    for number in range(100):
        index.keyword_search(terms(f"kettle {number}"), 5)
    index.close()
    assert shelf.asked == []
    assert {path.name: path.stat().st_mtime_ns for path in shelf.folder.iterdir()} == before


def test_fields_hold_nothing_that_the_embedded_text_has_not() -> None:
    """Two chunks that embed the same have the same terms, whatever a sheet's reader made of their brand."""
    attributes = {"sku": "K-200", "brand": "ACME Ltd", "category": "Kettles", "price": 9.0}
    chunk = Chunk(
        "1", "a.csv", 0, "SKU: K-200\nCategory: Kettles\nBrand: Acme", "Kettle", ("Kitchen",), attributes=attributes
    )
    assert fields_of(chunk)[:5] == ("Kettle", "K-200", " Kettles", "Kitchen", chunk.text)


def test_the_fingerprint_tells_weights_apart() -> None:
    """So that files that score otherwise are made anew."""
    assert Weights().fingerprint == FINGERPRINT
    assert Weights(k1=1.0).fingerprint != FINGERPRINT
    assert Segment("a", "flat", 1, "", 0).keywords == ""


def test_the_unit_of_a_header_stands_beside_its_number() -> None:
    """Whoever asks for 1.7 litres finds the cell 1.7 under "Capacity (L)"."""
    text = "Name: Kettle\nCapacity (L): 1.7\nPower: 2200 W"
    chunk = Chunk("k", "p.csv", 0, text, "Kettle", cells=cells_of(text))
    found = terms(fields_of(chunk)[FIELDS.index("text")])
    assert (found.count("volume=1700"), found.count("power=2200")) == (1, 1)
