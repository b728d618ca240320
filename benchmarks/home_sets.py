"""Search sets whose passages are chunks as ingest cut them: board guides, the sample catalogue, SKUs.

`corpus.jsonl` holds a chunk's title and text, and in `metadata` its document, section, locator and attributes, so that
whoever measures can build the chunk again. `esp_boards_questions.jsonl` was written from the guides alone, before
anything was searched with it; each question names the sentence, cell or phrase that answers it (`answer_span`, and
`answer_span_en` in the English guide of the same name), and every chunk of that document that holds it is an answer.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from search_set import Query, SearchSet, Text
from sqlalchemy import select

from index.chunk import Chunk
from index.database.store import Store
from index.database.tables import ChunkRow, DocumentRow
from index.database.view import View, seen
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest

TODAY = "2026-11-26"
"""Rows that are not valid on this day are left out, as a search on it would leave them out."""

BOARD_QUESTIONS = Path(__file__).with_name("esp_boards_questions.jsonl")
SAMPLE_QUESTIONS = Path(__file__).with_name("questions.jsonl")
BUSINESS_QUESTIONS = Path(__file__).parents[1] / "evaluation/business/questions.jsonl"
SENTENCES = {"en": "Do you have {} in stock, and what does it cost?", "zh": "请问{}还有货吗，多少钱？"}


def chunks_of(home: Path) -> list[Chunk]:
    """The chunks of a home's default collection, in the order in which they were read; of equal texts the first."""
    store = Store.open(Home(home).database_url)
    try:
        generation = current_manifest(Home(home)).generation
        collection, _ = store.collections()["default"]
        statement = (
            select(ChunkRow.id)
            .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
            .where(ChunkRow.collection_id == collection, *seen(behind=False))
            .order_by(DocumentRow.path, ChunkRow.ordinal)
        )
        with store.engine.connect() as connection:
            ids = connection.execute(statement, View(generation, TODAY).values).scalars().all()
        found = store.of_rows(ids)
    finally:
        store.close()
    return list({found[id].text_id: found[id] for id in reversed(ids)}.values())[::-1]


def text_of(chunk: Chunk) -> Text:
    """A chunk as a passage of a search set."""
    metadata = {
        "document": chunk.document,
        "section": list(chunk.section),
        "locator": chunk.locator.as_dict(),
        "attributes": dict(chunk.attributes),
    }
    return Text(chunk.id, chunk.text, chunk.title, metadata)


def read_questions(path: Path) -> list[dict[str, Any]]:
    """The questions of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def one_line(text: str) -> str:
    """Text with every run of blanks as one blank, for looking a span up in it."""
    return " ".join(text.split())


def holding(chunks: Iterable[Chunk], documents: Sequence[str], span: str) -> frozenset[str]:
    """The ids of the chunks of these documents that hold a span."""
    return frozenset(
        chunk.id for chunk in chunks if chunk.document in documents and one_line(span) in one_line(chunk.text)
    )


def board_sets(english: Sequence[Chunk], chinese: Sequence[Chunk]) -> Iterator[SearchSet]:
    """English and Chinese questions over guides in their own language, and Chinese ones over the English guides."""
    questions = read_questions(BOARD_QUESTIONS)
    for name, asked, folder, chunks, span in (
        ("esp_boards-en", "en", "en/", english, "answer_span"),
        ("esp_boards-zh", "zh", "zh_CN/", chinese, "answer_span"),
        ("esp_boards-zh-en", "zh", "zh_CN/", english, "answer_span_en"),
    ):
        queries = []
        for question in questions:
            if question["language"] == asked and span in question:
                documents = [path.removeprefix(folder) for path in (question["document"], *question.get("also", ()))]
                answers = holding(chunks, documents, question[span])
                queries.append(Query(question["id"], question["question"], asked, answers))
        yield SearchSet(name, [text_of(chunk) for chunk in chunks], queries)


def catalogue_sets(name: str, chunks: Sequence[Chunk], questions: Sequence[dict[str, Any]]) -> Iterator[SearchSet]:
    """A set for each language in which the catalogue's questions are asked.

    Questions without a source, with a history or of another collection are left out, and those whose source is not
    valid on that day. A chunk answers where it stands at a named source and says all that the answer needs; where no
    chunk does so in these words, all that stand there answer.
    """
    for language in sorted({question["language"] for question in questions}):
        queries = []
        for question in questions:
            other = question.get("history") or question.get("collection", "default") != "default"
            if question["language"] != language or other or not question.get("sources"):
                continue
            there = [chunk for chunk in chunks if any(_stands_at(chunk, source) for source in question["sources"])]
            if not there:
                continue
            exact = [chunk for chunk in there if _says(chunk, question)]
            answers = frozenset(chunk.id for chunk in exact or there)
            queries.append(Query(question["id"], question.get("question") or question["query"], language, answers))
        yield SearchSet(f"{name}-{language}", [text_of(chunk) for chunk in chunks], queries)


def _says(chunk: Chunk, question: dict[str, Any]) -> bool:
    needed = question.get("must") or [[question["answer"], *question.get("answer_alternatives", ())]]
    text = _folded(chunk.text)
    return all(any(_folded(word) in text for word in words) for words in needed)


def _stands_at(chunk: Chunk, source: dict[str, Any]) -> bool:
    place = chunk.locator.as_dict()
    return chunk.document == source["document"] and all(
        place.get(part) == value for part, value in source.get("locator", {}).items()
    )


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def sku_set(chunks: Sequence[Chunk], each: int = 150, seed: int = 7) -> SearchSet:
    """SKUs and model numbers in the forms people type, over product rows.

    At most `each` SKUs from each document, every one in two of six forms in turn: as written, in lower case, with
    blanks or nothing in the place of separators, in an English sentence, in a Chinese one. A row answers that has the
    SKU, separators and case aside; a variant (MH01-XS-Black) does not answer for its parent (MH01). Model numbers are
    words of letters and digits in the names of rows; every row with the word in its name answers.
    """
    rows = [chunk for chunk in chunks if chunk.attributes.get("sku")]
    with_sku: dict[str, set[str]] = {}
    with_model: dict[str, set[str]] = {}
    skus: dict[str, list[str]] = {}
    models: set[str] = set()
    for row in rows:
        sku = str(row.attributes["sku"])
        with_sku.setdefault(_compact(sku), set()).add(row.id)
        skus.setdefault(row.document, []).append(sku)
        for model in re.findall(r"(?<![\w-])[A-Za-z]+-?\d+[A-Za-z]*(?:-[A-Z])?(?![\w-])", row.title):
            with_model.setdefault(_compact(model), set()).add(row.id)
            models.add(model)
    rng = random.Random(seed)
    asked: dict[str, tuple[str, set[str]]] = {}
    for document in sorted(skus):
        for number, sku in enumerate(rng.sample(sorted(set(skus[document])), min(each, len(set(skus[document]))))):
            for form in (FORMS[number % 6], FORMS[(number + 3) % 6]):
                asked[form(sku)] = ("sku", with_sku[_compact(sku)])
    for number, model in enumerate(sorted(models)):
        for form in (FORMS[number % 6], FORMS[(number + 3) % 6]):
            asked.setdefault(form(model), ("model", with_model[_compact(model)]))
    queries = [
        Query(f"{kind}-{n:04}", text, "zh" if re.search("[一-鿿]", text) else "en", frozenset(answers))
        for n, (text, (kind, answers)) in enumerate(asked.items())
    ]
    return SearchSet("skus", [text_of(row) for row in rows], queries)


FORMS: list[Callable[[str], str]] = [
    str,
    str.lower,
    lambda sku: re.sub(r"[^\w]|_", " ", sku),
    lambda sku: re.sub(r"[^\w]|_", "", sku),
    SENTENCES["en"].format,
    SENTENCES["zh"].format,
]


def _compact(sku: str) -> str:
    return re.sub(r"[^\w]|_", "", unicodedata.normalize("NFKC", sku)).casefold()
