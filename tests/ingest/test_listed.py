"""Lists of prices in documents are product rows, with typed cells and the place they stand at."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.declared import TableOptions
from ingest.document import Element
from ingest.findings import Finding
from ingest.formats import detect
from ingest.places import with_kinds
from ingest.reading import read

WEB = "<html><body><h2>{0}</h2>{1}</body></html>"


def table(*rows: str) -> str:
    """An HTML table, its cells parted by bars."""
    cells = ["".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def elements(folder: Path, content: str, options: TableOptions = TableOptions()) -> list[object]:
    """What a web page is read as."""
    path = folder / "list.html"
    path.write_text(content, encoding="utf-8")
    return list(read(path, detect(path), ocr=False, options=options))


def rows(found: list[object]) -> list[Element]:
    """The product rows among them."""
    return [element for element in found if isinstance(element, Element) and element.kind == "row"]


@pytest.mark.parametrize(
    ("lines", "price", "currency"),
    [
        (["Code|Profile|Price GBP", "A-1|Oak rail|24.15"], 24.15, "GBP"),
        (["型号|品名|售价（元）", "A-1|橡木条|24.15"], 24.15, "CNY"),
        (["Artikelnr.|Bezeichnung|Preis", "A-1|Eichenleiste|24,15 €"], 24.15, "EUR"),
        (["SKU|Name|Was|Now", "A-1|Oak rail|£30.00|£24.15"], 24.15, "GBP"),
    ],
)
def test_a_price_list_of_a_page_is_rows(tmp_path: Path, lines: list[str], price: float, currency: str) -> None:
    """Typed as in a sheet, whatever the language."""
    (row,) = rows(elements(tmp_path, WEB.format("Rails", table(*lines))))
    said = row.attributes
    assert (said["sku"], said["price"], said["currency"]) == ("A-1", price, currency)
    assert [cell.value for cell in row.row if cell.chosen and cell.role == "price"] == [price]


@pytest.mark.parametrize(
    "lines",
    [
        ["Shipping to|Cost", "Germany|4.90", "France|9.90"],
        ["Step|Do this|Time", "1|Fill it|5", "2|Boil it|3"],
        ["Model|Power|Weight", "K1|2200 W|1.2 kg"],
        ["Model|Price", "see page 4|ask us", "see page 5|ask us"],
    ],
)
def test_another_table_stays_a_table(tmp_path: Path, lines: list[str]) -> None:
    """Rates, steps and specifications are no products for sale."""
    found = elements(tmp_path, WEB.format("Rails", table(*lines)))
    assert rows(found) == []
    assert sum(isinstance(element, Element) and element.kind == "table" for element in found) == 1


def test_a_row_says_its_page_and_no_two_share_a_place(tmp_path: Path) -> None:
    """Two lists under one heading are counted on, so that every row is told apart."""
    lists = [table("Model|Name|Price", f"A-{n}|Rail|{n}.00") for n in (1, 2)]
    found = rows(elements(tmp_path, WEB.format("Rails", "".join(lists))))
    assert [row.locator.row for row in found] == [2, 4]
    assert len({str(row.locator) for row in found}) == 2


def test_a_footer_that_was_taken_for_a_line_is_text(tmp_path: Path) -> None:
    """It fills few cells and has no price."""
    found = elements(tmp_path, table("Code|Name|Length|Price", "A-1|Rail|2 m|9.00", "Prices include VAT|||Page 1 of 2"))
    assert [row.attributes["sku"] for row in rows(found)] == ["A-1"]
    texts = [element.text for element in found if isinstance(element, Element) and element.kind == "text"]
    assert texts == ["Prices include VAT Page 1 of 2"]


def test_what_is_private_in_a_list_is_held_back_and_told_once(tmp_path: Path) -> None:
    """Neither a cell nor a text has it."""
    lists = [table("Model|Name|Price|Dealer price", f"A-{n}|Rail|9.00|6.6{n}") for n in (1, 2)]
    found = elements(tmp_path, WEB.format("Rails", "<p>and</p>".join(lists)))
    told = [finding.column for finding in found if isinstance(finding, Finding)]
    assert told == ["Dealer price"]
    assert "6.6" not in repr([(row.text, row.attributes, row.row) for row in rows(found)])
    public = TableOptions(public=("*",))
    assert "6.61" in repr(rows(elements(tmp_path, WEB.format("Rails", lists[0]), public))[0].text)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Lamps", "Lamps"), ("2. Unsere Lampen", "Lampen"), ("Terms and offers", None), ("台灯", "台灯")],
)
def test_a_heading_that_names_a_ware_is_the_kind(tmp_path: Path, heading: str, kind: str | None) -> None:
    """Of a document only a ware: its other headings are of texts."""
    found = elements(tmp_path, WEB.format(heading, table("Model|Name|Price", "A-1|Ida|9.00")))
    (row,) = rows(list(with_kinds("list.html", found, document=True)))  # type: ignore[arg-type]
    assert row.attributes.get("category") == kind


def test_headers_that_run_together_in_a_list_are_held_back(tmp_path: Path) -> None:
    """As a PDF gives them: two columns under one text, of which one word is private."""
    lines = ["SKU|Name|Wholesale cost Profit||Price", "S-1|Gale torch|31.45|31.46|20", "S-2|Heath lamp|31.48|31.49|21"]
    found = elements(tmp_path, table(*lines))
    assert [row.attributes["price"] for row in rows(found)] == [20.0, 21.0]
    assert "31.4" not in repr(found)
