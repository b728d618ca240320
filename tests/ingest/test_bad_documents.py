"""Damaged, hostile and odd real files: each ends in elements or in a reason, and takes no other file with it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.document import Element, Refused
from ingest.formats import detect
from ingest.markup import html_elements
from ingest.reading import read

SHEETS = {"csv", "tsv", "xlsx", "xls", "json", "jsonl", "xml"}


def outcome(path: Path) -> str | int:
    """The reason for which a file is refused, or how many elements came out of it."""
    try:
        format = detect(path)
        return 0 if format in SHEETS else sum(1 for _ in read(path, format, ocr=False))
    except Refused as refused:
        return str(refused)


def test_fuzzed_pdfs_yield_something_or_a_reason(shared_data: Path) -> None:
    """Every PDF of the fuzzed set is read or refused in words; none raises anything else."""
    outcomes = {path.name: outcome(path) for path in sorted((shared_data / "bad_documents" / "pdfjs").glob("*.pdf"))}
    assert len(outcomes) == 20
    assert [name for name, found in outcomes.items() if not found] == []
    assert "password" in str(outcomes["saslprep-r6.pdf"])
    assert "damaged" in str(outcomes["poppler-742-0-fuzzed.pdf"])
    assert isinstance(outcomes["attachment.pdf"], int)


def test_fuzzed_office_files_are_refused_before_a_parser_opens_them(shared_data: Path) -> None:
    """Damaged containers are told by their directory alone, and each reason is a sentence."""
    folder = shared_data / "bad_documents" / "poi"
    for path in sorted(folder.glob("*.doc")) + sorted(folder.glob("*.ppt")):
        assert len(str(outcome(path)).split()) >= 5, path.name
    damaged = list(folder.glob("*POIXWPFFuzzer*.docx"))
    assert len(damaged) == 5
    assert all("damaged" in str(outcome(path)) for path in damaged)


def test_a_bomb_of_entities_does_not_grow(tmp_path: Path) -> None:
    """Entities that would unfold to gigabytes are left alone."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    page = f'<!DOCTYPE html [<!ENTITY a0 "ha">{levels}]><html><body><p>start &a9; end</p></body></html>'
    text = "".join(element.text for element in html_elements(page))
    assert len(text) < 2000
    assert "end" in text


def nested(depth: int) -> str:
    """A page with its words that deep in blocks, and a paragraph behind them."""
    return f"<html><body>{'<div>' * depth}deep{'</div>' * depth}<p>after</p></body></html>"


def test_deep_nesting_loses_nothing_silently() -> None:
    """A thousand nested blocks are read; where the parser would give up half-way, the page is refused."""
    assert [element.text for element in html_elements(nested(1000))] == ["deep", "after"]
    with pytest.raises(Refused, match="too deeply"):
        list(html_elements(nested(10_000)))


def test_a_docx_that_is_a_zip_with_the_right_name_only_is_refused(tmp_path: Path) -> None:
    """A package whose main part is no Word document says that it is damaged."""
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<html/>")
    with pytest.raises(Refused, match="damaged"):
        list(read(path, "docx", ocr=False))


@pytest.mark.parametrize("format", ["odt", "epub"])
def test_a_damaged_package_is_refused_by_pandoc(tmp_path: Path, format: str) -> None:
    """What pandoc cannot read comes back as a reason, not as its exit code."""
    path = tmp_path / f"a.{format}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "nothing else")
    with pytest.raises(Refused, match="damaged or not really"):
        list(read(path, format, ocr=False))


def test_text_with_bytes_of_no_encoding_is_still_text(tmp_path: Path) -> None:
    """A stray byte becomes a visible mark and stops nothing, not even hashing the text."""
    path = tmp_path / "a.txt"
    path.write_bytes("A kettle that boils water quickly. 水壶烧水很快。\n".encode() * 50 + b"\xff\xfe broken")
    text = "".join(element.text for element in read(path, "text", ocr=False) if isinstance(element, Element))
    assert text.encode()
    assert "A kettle that boils" in text


def test_a_document_without_words_is_refused(tmp_path: Path) -> None:
    """White space, or a title over nothing, is no content that could be indexed."""
    for name, content in (("a.txt", "  \n\n "), ("a.html", "<html><title>T</title><body> </body></html>")):
        path = tmp_path / name
        path.write_text(content)
        assert outcome(path) == "no words were found in it"
