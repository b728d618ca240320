"""Search sets in the BEIR layout for `xuanji evaluate`, from public data and from homes.

    python benchmarks/retrieval_sets.py --data ../shared/data --xquad DIR --cmrc FILE --out DIR [--homes DIR]

Each set becomes a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv. The texts come from public data outside
this repository (origin and licence in each SOURCE.md): XQuAD (a folder with xquad.en.json and xquad.zh.json), CMRC 2018
(its development set as FILE, for learning; the trial set in `--data`, for testing), product questions (hetPQA's
development set in `--data`; its training set as `--hetpqa`, for learning), AdventureWorks and Magento's sample shop.
XQuAD's paragraphs stand whole in both halves of the questions: those on even paragraphs (`-learn`) are for learning
weights, those on odd ones (`-test`) for testing.

With `--homes`, the sets of `home_sets.py` too, whose passages are chunks as ingest cuts them, from the homes below
HOMES that are there:

    ingest ../shared/data/esp_boards/en --home HOMES/boards-en
    ingest ../shared/data/esp_boards/zh_CN --home HOMES/boards-zh
    ingest catalog --home HOMES/sample
    ingest ROWS --home HOMES/rows     # ROWS: AdventureWorks' products_en_zh.jsonl, Magento's products*.csv less reviews

product-qa takes only the file with customers' questions: the other one pairs attributes with sentences.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from home_sets import (
    BUSINESS_QUESTIONS,
    SAMPLE_QUESTIONS,
    board_sets,
    catalogue_sets,
    chunks_of,
    read_questions,
    sku_set,
)
from search_set import Query, SearchSet, Text

from tuning.squad import paragraphs


def xquad(folder: Path) -> Iterator[SearchSet]:
    """English and Chinese questions over paragraphs of either language; both files have the same order."""
    both = {language: paragraphs(folder / f"xquad.{language}.json") for language in ("en", "zh")}
    texts = {
        language: [Text(f"p{n:03}", paragraph.text) for n, paragraph in enumerate(found)]
        for language, found in both.items()
    }
    for name, asked, read in (("en", "en", "en"), ("zh", "zh", "zh"), ("zh-en", "zh", "en"), ("en-zh", "en", "zh")):
        for half, odd in (("learn", 0), ("test", 1)):
            queries = [
                Query(one.id, one.question, asked, frozenset([f"p{n:03}"]))
                for n, paragraph in enumerate(both[asked])
                if n % 2 == odd
                for one in paragraph.asked
            ]
            yield SearchSet(f"xquad-{name}-{half}", texts[read], queries)
    # a bilingual shop: two paragraphs in English alone, two in Chinese alone, and so on, asked for in both
    mixed = [texts["en" if n // 2 % 2 == 0 else "zh"][n] for n in range(len(texts["en"]))]
    for half, odd in (("learn", 0), ("test", 1)):
        queries = [
            Query(f"{asked}-{one.id}", one.question, asked, frozenset([f"p{n:03}"]))
            for asked, found in both.items()
            for n, paragraph in enumerate(found)
            if n % 2 == odd
            for one in paragraph.asked
        ]
        yield SearchSet(f"xquad-mixed-{half}", mixed, queries)


def cmrc(name: str, path: Path) -> SearchSet:
    """Chinese questions over Chinese paragraphs; equal paragraphs are one passage."""
    ids: dict[str, str] = {}
    queries = {}
    for paragraph in paragraphs(path):
        id = ids.setdefault(paragraph.text, f"p{len(ids):03}")
        for one in paragraph.asked:
            queries[one.id] = Query(one.id, one.question, "zh", frozenset([id]))
    return SearchSet(name, [Text(id, text) for text, id in ids.items()], list(queries.values()))


def product_questions(name: str, path: Path, every: int = 1) -> SearchSet:
    """Customers' questions over statements of makers and customers; a statement answers what it was given for."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[::every]
    ids = {candidate: f"c{n:03}" for n, candidate in enumerate(sorted({row["candidate"] for row in rows}))}
    answers: dict[str, set[str]] = {}
    for row in rows:
        answers.setdefault(row["question"], set()).add(ids[row["candidate"]])
    queries = [Query(f"q{n:03}", text, "en", frozenset(found)) for n, (text, found) in enumerate(answers.items())]
    return SearchSet(name, [Text(id, text) for text, id in ids.items()], queries)


def adventureworks(data: Path) -> Iterator[SearchSet]:
    """What a buyer says of a product in one language, over the descriptions in the other.

    A passage is one distinct description, whatever the number of sizes and colours that share it. English questions:
    the model's name with the first sentence of the English description, and its second sentence (the first, where it
    is the only one) alone, unless it is shorter than four words. Chinese questions: the same sentences without a name,
    for the data has no Chinese ones; eight characters at least. A description answers when its original contains the
    sentence: some stand in several. English descriptions carry the model's name as their title; Chinese ones carry
    none, so that a name found on both sides does not decide.
    """
    lines = (data / "adventureworks/products_en_zh.jsonl").read_text(encoding="utf-8").splitlines()
    products = [
        product for product in map(json.loads, lines) if product["description_en"] and product["description_zh"]
    ]
    for asked, read in (("en", "zh"), ("zh", "en")):
        written, translated = f"description_{asked}", f"description_{read}"
        ids = {text: f"d{n:03}" for n, text in enumerate(sorted({p[translated] for p in products}))}
        wishes: dict[str, str] = {}  # what is asked, and the sentence in it
        models: dict[str, str] = {}
        for product in products:
            parts = _sentences(product[written])
            wishes |= {f"{product['model']}: {parts[0]}" if asked == "en" else parts[0]: parts[0]}
            wishes |= {parts[min(1, len(parts) - 1)]: parts[min(1, len(parts) - 1)]}
            models[ids[product[translated]]] = product["model"]
        queries = [
            Query(
                f"q{n:03}", wish, asked, frozenset(ids[p[translated]] for p in products if _says(p, written, sentence))
            )
            for n, (wish, sentence) in enumerate(wishes.items())
            if (len(wish.split()) >= 4 if asked == "en" else len(wish) >= 8)
        ]
        texts = [Text(id, text, models[id] if read == "en" else "") for text, id in ids.items()]
        yield SearchSet(f"adventureworks-{asked}-{read}", texts, queries)


def _says(product: Mapping[str, str], field: str, sentence: str) -> bool:
    return sentence.casefold() in product[field].casefold()


def _sentences(text: str) -> list[str]:
    """The sentences of a description, without their final stops."""
    parts = re.split(r"(?<=[.!?])\s+|[。！？]", text.strip())
    return [part.strip().rstrip(".!?") for part in parts if part.strip()]


def magento(data: Path) -> SearchSet:
    """Names of products as a customer writes them, over descriptions; sizes and colours of a product are left out.

    The descriptions stand without their titles. Most mention the product, often by a shortened name.
    """
    folder = data / "magento_catalog"
    rows: list[dict[str, str]] = []
    for name in ("products", "products_gear_bags", "products_gear_fitness_equipment", "products_gear_watches"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row.get("product_type", "") in ("", "configurable")]
    ids: dict[str, str] = {}
    answers: dict[str, set[str]] = {}
    for row in rows:
        text = plain(row["description"])
        if text:
            id = ids.setdefault(text, f"m{len(ids):03}")
            answers.setdefault(plain(row["name"]).lower(), set()).add(id)
    queries = [Query(f"q{n:03}", text, "en", frozenset(found)) for n, (text, found) in enumerate(answers.items())]
    return SearchSet("magento", [Text(id, text) for text, id in ids.items()], queries)


def plain(markup: str) -> str:
    """Text of an HTML fragment: tags and runs of blanks become one blank."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|&\w+;", " ", markup)).strip()


def public_sets(data: Path, xquad_folder: Path, cmrc_file: Path, hetpqa: Path | None) -> Iterator[SearchSet]:
    """The sets that need no ingest, one after the other."""
    yield from xquad(xquad_folder)
    yield cmrc("cmrc-learn", cmrc_file)
    yield cmrc("cmrc-test", data / "cmrc2018_trial/cmrc2018_trial.json")
    yield product_questions("product-qa", data / "product_qa_sample/hetPQA_answer_generation_dev.csv")
    if hetpqa is not None:
        yield product_questions("product-learn", hetpqa, every=2)
    yield from adventureworks(data)
    yield magento(data)


def home_sets(homes: Path) -> Iterator[SearchSet]:
    """The sets over chunks, for those of the four homes that are there."""
    english, chinese, sample, rows = (homes / name for name in ("boards-en", "boards-zh", "sample", "rows"))
    if english.exists() and chinese.exists():
        yield from board_sets(chunks_of(english), chunks_of(chinese))
    if sample.exists():
        chunks = chunks_of(sample)
        yield from catalogue_sets("sample", chunks, read_questions(SAMPLE_QUESTIONS))
        if BUSINESS_QUESTIONS.exists():
            yield from catalogue_sets("business", chunks, read_questions(BUSINESS_QUESTIONS))
        if rows.exists():
            yield sku_set([*chunks_of(rows), *chunks])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--xquad", type=Path, required=True, help="folder with xquad.en.json and xquad.zh.json")
    parser.add_argument("--cmrc", type=Path, required=True, help="cmrc2018_dev.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--homes", type=Path, help="folder with the homes boards-en, boards-zh, sample and rows")
    parser.add_argument("--hetpqa", type=Path, help="hetPQA's answer_generation/train.csv, of which every second row")
    options = parser.parse_args()
    sets = public_sets(options.data, options.xquad, options.cmrc, options.hetpqa)
    for found in itertools.chain(sets, home_sets(options.homes) if options.homes else ()):
        found.write(options.out)
        print(f"{found.name:24} {len(found.texts):>5} passages {len(found.queries):>5} questions", flush=True)


if __name__ == "__main__":
    main()
