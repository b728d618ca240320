"""The sample catalogue and its gold questions: every gold answer really stands where the question says.

Reads the files with plain libraries, not with `ingest`, so that a reading error cannot confirm itself.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOG = ROOT / "catalog"
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "benchmarks" / "questions.jsonl").read_text("utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
SKU = re.compile(r"[A-Z]{1,2}-\d{4}|\d{6}")

Place = tuple[str | int, ...]
"""Where a text stands: (page,), (row,), (sheet, row), (heading,) or ()."""


def normal(text: str) -> str:
    """The text without white space, so that a line break inside a cell or a page does not matter."""
    return re.sub(r"\s+", "", text)


def cell_text(value: object) -> str:
    """A cell as a person sees it; a price also with two decimals."""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return f"{value} {value:.2f}"
    return "" if value is None else str(value)


class Sections(HTMLParser):
    """Collects the text under each heading of an HTML page, and the title element."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Place, str] = {}
        self.heading = ""
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A heading begins."""
        if re.fullmatch(r"h[1-6]", tag):
            self.heading, self.inside = "", True

    def handle_endtag(self, tag: str) -> None:
        """A heading ends."""
        if re.fullmatch(r"h[1-6]", tag):
            self.inside = False

    def handle_data(self, data: str) -> None:
        """Text belongs to the heading itself or to what stands under it."""
        if self.inside:
            self.heading += data
        else:
            self.found[(self.heading,)] = self.found.get((self.heading,), "") + "\n" + data


def workbook_rows(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Every row of every sheet with its cells as texts."""
    import openpyxl

    book = openpyxl.load_workbook(path)
    for sheet in book:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            yield (sheet.title, number), [cell_text(value) for value in row]


def csv_rows(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Every record of the feed, the header being 1."""
    with path.open(encoding="gb18030", newline="") as file:
        yield from (((number,), row) for number, row in enumerate(csv.reader(file), 1))


def jsonl_rows(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Every record of the feed, the first being 1, its SKU in front."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        record = json.loads(line)
        yield (number,), [record.pop("sku"), *(str(value) for value in record.values())]


def pdf_places(path: Path) -> dict[Place, str]:
    """The text layer of every page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return {(n,): page.get_textpage().get_text_bounded() for n, page in enumerate(document, 1)}
    finally:
        document.close()


def pptx_places(path: Path) -> dict[Place, str]:
    """Titles, bullets, tables and notes of every slide."""
    from pptx import Presentation

    found: dict[Place, str] = {}
    for number, slide in enumerate(Presentation(str(path)).slides, 1):
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        for shape in slide.shapes:
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide:
            texts.append(slide.notes_slide.notes_text_frame.text)
        found[(number,)] = "\n".join(texts)
    return found


def docx_places(path: Path) -> dict[Place, str]:
    """Paragraphs and tables under every heading."""
    from docx import Document
    from docx.table import Table

    found: dict[Place, str] = {}
    heading = ""
    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            text = "\n".join(cell.text for row in block.rows for cell in row.cells)
        elif block.style and (block.style.name or "").startswith(("Heading", "Title")):
            heading = block.text
            continue
        else:
            text = block.text
        found[(heading,)] = found.get((heading,), "") + "\n" + text
    return found


def markdown_places(path: Path) -> dict[Place, str]:
    """The text under every heading."""
    parts = re.split(r"^#+ (.+)$", path.read_text("utf-8"), flags=re.MULTILINE)
    return {(heading,): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)}


def text_places(path: Path) -> dict[Place, str]:
    """A plain text as a whole; the older notices are in GB18030."""
    data = path.read_bytes()
    try:
        return {(): data.decode("utf-8")}
    except UnicodeDecodeError:
        return {(): data.decode("gb18030")}


def html_places(path: Path) -> dict[Place, str]:
    """The text under every heading."""
    parser = Sections()
    parser.feed(path.read_text("utf-8"))
    return parser.found


@cache
def places(document: str) -> dict[Place, str]:
    """Everything a document says, by place."""
    path = CATALOG / document
    readers = {".xlsx": workbook_rows, ".csv": csv_rows, ".jsonl": jsonl_rows}
    if path.suffix in readers:
        return {place: "\n".join(cells) for place, cells in readers[path.suffix](path)}
    by_suffix = {".pdf": pdf_places, ".pptx": pptx_places, ".docx": docx_places, ".md": markdown_places}
    return by_suffix.get(path.suffix, html_places if path.suffix == ".html" else text_places)(path)


def skus() -> list[str]:
    """The SKUs of every product row and record."""
    rows = [
        *workbook_rows(CATALOG / "price-list-2026.xlsx"),
        *csv_rows(CATALOG / "feed/products.csv"),
        *jsonl_rows(CATALOG / "feed/accessories.jsonl"),
    ]
    return [cells[0] for _, cells in rows if SKU.fullmatch(cells[0])]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_the_gold_answer_stands_at_every_source(question: dict[str, Any]) -> None:
    """Each named source holds the answer, or an alternative, at the page, row or heading named."""
    wanted = [normal(text) for text in (question["answer"], *question["answer_alternatives"])]
    for source in question["sources"]:
        where = source["locator"]
        place = tuple(where[name] for name in ("page", "sheet", "row", "heading") if name in where)
        text = normal(places(source["document"])[place])
        assert any(answer in text for answer in wanted), (source, text[:300])


def test_the_first_source_holds_the_answer_itself() -> None:
    """The gold answer, not only an alternative, is verbatim in the first source."""
    for question in ANSWERABLE:
        source = question["sources"][0]
        where = source["locator"]
        place = tuple(where[name] for name in ("page", "sheet", "row", "heading") if name in where)
        assert normal(question["answer"]) in normal(places(source["document"])[place]), question["id"]


def test_the_questions_are_forty_in_two_languages() -> None:
    """Twenty for each language, four of them unanswerable, with unique names."""
    assert Counter(question["language"] for question in QUESTIONS) == {"en": 20, "zh": 20}
    silent = [question for question in QUESTIONS if not question["answerable"]]
    assert Counter(question["language"] for question in silent) == {"en": 4, "zh": 4}
    assert len({question["id"] for question in QUESTIONS}) == 40
    for question in silent:
        assert question["answer"] is None
        assert question["sources"] == []
        assert question["kind"] == "none"


def test_every_kind_of_question_is_asked() -> None:
    """Rows, pages, tables, sections and policies all have questions."""
    kinds = Counter(question["kind"] for question in ANSWERABLE)
    assert set(kinds) == {"row", "page", "table", "section", "policy"}
    assert min(kinds.values()) >= 3


def test_every_product_has_its_own_sku() -> None:
    """105 products and parts in three files, no SKU twice, leading zeros kept as text."""
    found = skus()
    assert len(found) == 105
    assert [sku for sku, count in Counter(found).items() if count > 1] == []
    assert sorted(sku for sku in found if sku.startswith("00"))[:2] == ["004501", "004502"]


def test_prices_stand_only_with_the_products() -> None:
    """No manual, guide, notice or slide repeats a product's price beside its SKU or name, so none can go stale."""
    money = re.compile(r"\d+(\.\d+)? ?(EUR|CNY|€|¥|元)")
    for path in [*CATALOG.glob("manuals/*"), *CATALOG.glob("notices/*"), CATALOG / "new-season.pptx"]:
        for place, text in places(path.relative_to(CATALOG).as_posix()).items():
            assert money.search(text) is None, (path.name, place)


def test_every_part_number_in_the_manuals_exists() -> None:
    """An SKU that a document mentions is one the shop sells."""
    known = set(skus())
    mention = re.compile(r"\b(?:PK|PC|PB|SM|BL|NY|BR|SU|OR|ZG|DJ|BH|SN|A)-\d{4}\b|(?<!\d)00\d{4}(?!\d)")
    for path in CATALOG.rglob("*"):
        if path.is_file():
            for text in places(path.relative_to(CATALOG).as_posix()).values():
                assert set(mention.findall(text)) <= known, path.name


def test_the_catalogue_is_small() -> None:
    """The committed files stay under 1.5 MB."""
    assert sum(path.stat().st_size for path in CATALOG.rglob("*") if path.is_file()) < 1_500_000
