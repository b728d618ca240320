"""Web pages and Markdown as a reader sees them: struck and hidden words are gone, nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Element
from ingest.formats import detect
from ingest.reading import read


def lines(folder: Path, content: str, name: str = "a.html") -> list[str]:
    """The text of each element of a page, a table's as its rows."""
    path = folder / name
    path.write_text(content if name != "a.html" else f"<html><body>{content}</body></html>", encoding="utf-8")
    found = [piece for piece in read(path, detect(path), ocr=False) if isinstance(piece, Element)]
    return [element.text or " / ".join(" | ".join(row) for row in element.cells) for element in found]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p><del>49,00 €</del> <ins>29,00 €</ins></p>", ["29,00 €"]),
        ("<p>Stool <s>80 EUR</s> 60 EUR, <strike>oak</strike> beech</p>", ["Stool 60 EUR, beech"]),
        ('<p><span style="TEXT-DECORATION: line-through red">¥99</span> ¥79</p>', ["¥79"]),
        ('<p>Rug <span class="text-sm line-through">12</span> 9 EUR</p>', ["Rug 9 EUR"]),
        (
            "<style>.was, p .old{color:red;text-decoration:line-through}</style>"
            "<p><b class=was>5</b> <i class=old>4</i> 3</p>",
            ["3"],
        ),
        ("<p>a wire<del>d</del>less bell</p>", ["a wireless bell"]),
        ("<ul><li><s>green</s></li><li>blue</li></ul>", ["blue"]),
        (
            "<h2><del>Old name</del> Birch desk</h2><dl><dt>Price</dt><dd><del>9</del> 8 EUR</dd></dl>",
            ["Birch desk", "Price: 8 EUR"],
        ),
        (
            "<table><tr><th>Model</th><th>Price</th></tr><tr><td>Ida</td><td><s>20</s> 15</td></tr>"
            "<tr><td><s>Una</s></td><td><s>30</s></td></tr></table>",
            ["Model: Ida\nPrice: 15"],
        ),
    ],
)
def test_struck_words_are_not_read(tmp_path: Path, page: str, expected: list[str]) -> None:
    """By an element, by its style, by a class, in headings, lists, definitions and tables."""
    assert lines(tmp_path, page) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<p>Open.</p><p style="display : none">cost 7</p>', ["Open."]),
        ('<p>Open.</p><p style="visibility:hidden">cost 7</p>', ["Open."]),
        ("<table><tr><td>Ida</td><td>15<span hidden>cost 7</span></td></tr></table>", ["Ida | 15"]),
        ("<h2>Ida<span style='display:none'>cost 7</span></h2><p>x</p>", ["Ida", "x"]),
        (
            '<details><summary>Care</summary>Wipe.</details><div hidden="until-found">Found.</div>',
            ["Care", "Wipe.", "Found."],
        ),
        ('<p>Sold <span aria-hidden="true">12 €</span> each</p>', ["Sold 12 € each"]),
        ("<p>Style: display:none is CSS.</p>", ["Style: display:none is CSS."]),
    ],
)
def test_hidden_words_are_not_read(tmp_path: Path, page: str, expected: list[str]) -> None:
    """What waits to be unfolded, or is only kept from a screen reader, is seen and read."""
    assert lines(tmp_path, page) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            '<p><del aria-hidden="true">59,90 €</del><span class="screen-reader-text">Was: 59,90 €.</span> '
            '<ins aria-hidden="true">39,90 €</ins><span class="screen-reader-text">Now: 39,90 €.</span></p>',
            ["Now: 39,90 €."],
        ),
        (
            '<p><span class="visually-hidden">$19.99</span><span aria-hidden="true">$<b>19</b><sup>99</sup></span></p>',
            ["$19.99"],
        ),
        ('<p><span class="sr-only">Price</span> <span aria-hidden="true">8 €</span></p>', ["Price 8 €"]),
        ('<p><span aria-hidden="true">×</span><span class="sr-only">Ask us</span></p>', ["×Ask us"]),
    ],
)
def test_a_price_written_twice_for_screen_readers_is_read_once(tmp_path: Path, page: str, expected: list[str]) -> None:
    """The words for a screen reader stand for what is painted beside them; those of a struck price go with it."""
    assert lines(tmp_path, page) == expected


def test_struck_markdown_is_not_read(tmp_path: Path) -> None:
    """Tildes and HTML in a paragraph, a list and a table; two tildes in code are code."""
    page = (
        "# Sale\n\nThe ~~Nora~~ Nils chair is ~~90 EUR~~ **70 EUR**.\n\n- ~~linen~~\n- wool <del>20</del> 18\n\n"
        "| Model | Price |\n|---|---|\n| Nils | ~~90~~ 70 |\n\n`a ~~b~~`\n"
    )
    assert lines(tmp_path, page, "a.md") == [
        "Sale",
        "The Nils chair is 70 EUR.",
        "wool 18",
        "Model: Nils\nPrice: 70",
        "a ~~b~~",
    ]
