"""Public texts for the embedding benchmarks: a realistic mix of chunks, and retrieval tasks with known answers.

Read from a folder of public data sets (each with its origin and licence in SOURCE.md); nothing of it is in this
repository.
"""

from __future__ import annotations

import csv
import json
import random
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Task:
    """`answers[i]` is the set of rows of `documents` that answer `queries[i]`."""

    name: str
    queries: list[str]
    documents: list[str]
    answers: list[set[int]]


def mixed_chunks(data: Path, rows: int = 900, sections: int = 300, seed: int = 7) -> list[str]:
    """A shop's folder as the splitter cuts it: short product rows and manual sections, English and Chinese."""
    rng = random.Random(seed)
    short = [*_adventureworks_rows(data), *_magento_rows(data)]
    long = [text for _, _, text in (*_sections(data, "en"), *_sections(data, "zh_CN"))]
    rng.shuffle(short)
    rng.shuffle(long)
    chunks = (short * (rows // len(short) + 1))[:rows] + (long * (sections // len(long) + 1))[:sections]
    chunks = [f"{chunk} #{number}" for number, chunk in enumerate(chunks)]  # no two alike
    rng.shuffle(chunks)
    return chunks


def tasks(data: Path) -> list[Task]:
    """The retrieval tasks, smallest first."""
    return [
        *_parallel_descriptions(data),
        _product_questions(data),
        _section_titles(data, "en", "en"),
        _section_titles(data, "zh_CN", "zh_CN"),
        _section_titles(data, "zh_CN", "en"),
        _cmrc(data),
    ]


def _products(data: Path) -> list[dict[str, str]]:
    lines = (data / "adventureworks/products_en_zh.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _adventureworks_rows(data: Path) -> list[str]:
    rows = []
    for product in _products(data):
        for language in ("en", "zh"):
            fields = ("sku", "name", "category", "subcategory", "color", "list_price", f"description_{language}")
            rows.append("\n".join(f"{field}: {product[field]}" for field in fields if product[field]))
    return rows


def _magento_rows(data: Path) -> list[str]:
    with (data / "magento_catalog/products.csv").open(encoding="utf-8", newline="") as file:
        products = list(csv.DictReader(file))
    rows = []
    for product in products[::3]:
        description = re.sub(r"<[^>]+>|\s+", " ", product["description"])[:120]
        rows.append(f"sku: {product['sku']}\nname: {product['name']}\nprice: {product['price']}\n{description}")
    return rows


def _sections(data: Path, language: str) -> list[tuple[str, str, str]]:
    """(file and number, heading, body) of every section of the board guides, cut to about 900 or 450 characters."""
    found = []
    limit = 900 if language == "en" else 450
    for path in sorted((data / "esp_boards" / language).rglob("*.rst")):
        text = path.read_text(encoding="utf-8")
        parts = re.split(r"^(\S.*)\n[=\-~^\"#*]{4,}\n", text, flags=re.MULTILINE)
        title = parts[1].strip() if len(parts) > 1 else path.stem
        for number, (heading, body) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
            body = re.sub(r"\n\s*\n+", "\n", re.sub(r"^\s*(\.\.|:\w+).*$", "", body, flags=re.MULTILINE)).strip()
            if len(body) > limit / 3:
                key = f"{path.relative_to(data / 'esp_boards' / language)}:{number}"
                found.append((key, f"{title}: {heading.strip()}", body[:limit]))
    return found


def _parallel_descriptions(data: Path) -> list[Task]:
    pairs = {(p["description_en"], p["description_zh"]) for p in _products(data) if p["description_en"]}
    english, chinese = zip(*sorted(pairs), strict=True)
    right = [{number} for number in range(len(english))]
    return [
        Task("product descriptions zh->en", list(chinese), list(english), right),
        Task("product descriptions en->zh", list(english), list(chinese), right),
    ]


def _product_questions(data: Path) -> Task:
    path = data / "product_qa_sample/hetPQA_answer_generation_dev.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    documents = sorted({row["candidate"] for row in rows})
    queries = sorted({row["question"] for row in rows})
    answers = [{documents.index(row["candidate"]) for row in rows if row["question"] == query} for query in queries]
    return Task("customer questions en->en", queries, documents, answers)


def _section_titles(data: Path, asked: str, read: str) -> Task:
    headings = {key: heading for key, heading, _ in _sections(data, asked)}
    sections = [(key, body) for key, _, body in _sections(data, read) if key in headings]
    documents = [body for _, body in sections]
    queries = [headings[key] for key, _ in sections]
    answers = [{row for row, text in enumerate(documents) if text == body} for _, body in sections]
    return Task(f"guide sections {asked[:2]}->{read[:2]}", queries, documents, answers)


def _cmrc(data: Path) -> Task:
    entries = json.loads((data / "cmrc2018_trial/cmrc2018_trial.json").read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for entry in entries for paragraph in entry["paragraphs"]]
    asked = [(qa["question"], number) for number, p in enumerate(paragraphs) for qa in p["qas"]]
    return Task(
        "cmrc2018 trial zh->zh",
        [question for question, _ in asked],
        [paragraph["context"] for paragraph in paragraphs],
        [{number} for _, number in asked],
    )
