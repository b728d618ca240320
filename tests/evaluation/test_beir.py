"""Sets in the BEIR layout: reading, a snapshot of one chunk a document, and the measures of a search over it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evaluation.beir import read_set
from evaluation.corpus_index import as_chunk, publish_corpus
from evaluation.retrieval import MEASURES, run_searches
from index.database.store import Store
from index.errors import BadRequest
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from retriever.passage import Passage
from retriever.retriever import Found, Retriever

CORPUS = [
    {"_id": "kettle", "title": "Kettle", "text": "boils water quickly"},
    {"_id": "lamp", "title": "Lamp", "text": "lights the desk", "metadata": {"attributes": {"sku": "L-1"}}},
    {"_id": "壶", "title": "", "text": "电水壶 烧水 很快", "metadata": {"section": ["厨房"], "document": "zh.md"}},
    {"_id": "twin", "title": "Lamp", "text": "lights the desk"},
    {"_id": "empty", "title": "", "text": " "},
]
QUERIES = [
    {"_id": "q1", "text": "boils water"},
    {"_id": "q2", "text": "lights desk"},
    {"_id": "q3", "text": "烧水 很快", "metadata": {"language": "zh"}},
    {"_id": "q4", "text": "water quickly boils desk"},
    {"_id": "q5", "text": "piano"},
    {"_id": "q6", "text": "never judged"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\tkettle\t2\nq2\ttwin\t1\nq3\t壶\t1\nq4\tlamp\t1\nq4\tkettle\t0\nq5\tlamp\t0\n"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(corpus: list[dict[str, object]] = CORPUS, queries: object = QUERIES, qrels: str = QRELS) -> Path:
        folder = tmp_path / "shop"
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        for name, lines in (("corpus", corpus), ("queries", queries)):
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)  # type: ignore[attr-defined]
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        (folder / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
        return folder

    return written


class Shelf:
    """A home for a corpus, and an embedder that counts what it is asked to embed."""

    def __init__(self, tmp_path: Path) -> None:
        self.home = Home(tmp_path / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(tmp_path / "hashing", dimension=1024)
        self.embedded = 0

    def publish(self, folder: Path) -> str:
        def told(embedded: int, documents: int) -> None:
            self.embedded = embedded

        self.embedded = 0
        documents = read_set(folder).documents
        return publish_corpus(documents, home=self.home, store=self.store, embedder=self.embedder, told=told)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.store.close()


def test_a_set_is_read(write: Write) -> None:
    """Documents without a text are left out, and queries without a judgement; languages are told by script."""
    found = read_set(write())
    assert (found.name, list(found.documents)) == ("shop", ["kettle", "lamp", "壶", "twin"])
    assert [(query.id, query.language, dict(query.grades)) for query in found.queries] == [
        ("q1", "en", {"kettle": 2}),
        ("q2", "en", {"twin": 1}),
        ("q3", "zh", {"壶": 1}),
        ("q4", "en", {"lamp": 1}),
        ("q5", "en", {}),
    ]
    assert [found.direction(query) for query in found.queries] == ["en>en", "en>en", "zh>zh", "en>en", "en>none"]
    assert [query.id for query in read_set(write(), 2).queries] == ["q1", "q3"]


@pytest.mark.parametrize(
    ("qrels", "words"),
    [
        ("q1\tpiano\t1\n", "query q1 names the document 'piano'"),
        ("query-id\tcorpus-id\tscore\nq1 kettle 1\n", "line 2: this is not query-id"),
        ("query-id\tcorpus-id\tscore\nother\tkettle\t1\n", "no query of queries.jsonl is judged"),
    ],
)
def test_what_does_not_fit_is_named(write: Write, qrels: str, words: str) -> None:
    """Files that do not belong together, and lines that are no judgement."""
    with pytest.raises(BadRequest, match=words):
        read_set(write(qrels=qrels))


def test_a_corpus_becomes_a_snapshot_once(write: Write, shelf: Shelf) -> None:
    """One chunk a document, with what its metadata know; the same corpus is not published again, and of a changed one
    only what changed is embedded."""
    folder = write()
    first = shelf.publish(folder)
    assert shelf.embedded == 3  # the twins say the same
    assert shelf.publish(folder) == first
    assert shelf.embedded == 0
    changed = [*CORPUS[1:3], {"_id": "kettle", "title": "Kettle", "text": "new words"}]
    second = shelf.publish(write(corpus=changed, qrels="q1\tkettle\t1\n"))
    assert second != first
    assert shelf.embedded == 1
    with closing(Retriever(shelf.home, shelf.store, shelf.embedder)) as retriever:
        found = {p.chunk.text: p.chunk for p in retriever.search("desk", top_k=10).passages}
    assert found.keys() == {"new words", "lights the desk", "电水壶 烧水 很快"}
    assert found["lights the desk"].attributes == {"sku": "L-1"}
    assert (found["电水壶 烧水 很快"].document, found["电水壶 烧水 很快"].section) == ("zh.md", ("厨房",))


def test_a_search_is_measured(write: Write) -> None:
    """Right first: 1 everywhere. A twin counts as found where its equal is. Nothing right: not measured."""
    questions = read_set(write())
    orders = {"q1": ["kettle"], "q2": ["lamp", "壶"], "q3": ["kettle", "lamp"], "q4": ["kettle", "壶", "twin"]}

    def search(query: str, top_k: int) -> Found:
        (id,) = [one.id for one in questions.queries if one.text == query]
        chunks = [as_chunk(questions.documents[name]) for name in orders.get(id, ["lamp"])]
        return Found(tuple(Passage(chunk, 0.5, 0.25) for chunk in chunks[:top_k]), "000001", 2.0)

    lines = {line.id: line for line in run_searches(questions, {"fused": search}, lambda what, done, of: None)}
    assert lines["q1"].measures == dict.fromkeys(MEASURES, 1.0)
    assert [(gold["document"], gold["grade"], gold["rank"]) for gold in lines["q1"].gold] == [("kettle", 2, 1)]
    assert (lines["q2"].measures["hit@1"], lines["q2"].gold[0]["document"]) == (1.0, "lamp")
    assert (lines["q3"].measures, lines["q3"].gold[0]["rank"]) == (dict.fromkeys(MEASURES, 0.0), None)
    late = lines["q4"]
    assert (late.gold[0]["rank"], late.found[0]["document"], late.found[0]["grade"]) == (3, "kettle", 0)
    assert late.measures == dict.fromkeys(MEASURES, 1.0) | {
        "nDCG@10": 0.5,  # 1 / log2(3 + 1)
        "RR": 0.333333,
        "hit@1": 0.0,
        "R@1": 0.0,
        "R@2": 0.0,
    }
    assert (lines["q5"].measures, lines["q5"].gold, len(lines["q5"].found)) == ({}, [], 1)
