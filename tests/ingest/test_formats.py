"""Formats are told by content and name; what neither tells is refused with a reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ingest.document import Refused
from ingest.formats import detect, is_clutter


def put(folder: Path, name: str, content: bytes | str) -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(folder: Path, name: str, **members: str) -> Path:
    """A zip with these members; `__` in a name is a slash, `_dot_` a dot."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in members.items():
            archive.writestr(member.replace("__", "/").replace("_dot_", "."), text)
    return path


def refusal(path: Path) -> str:
    """The reason for which a file is refused."""
    with pytest.raises(Refused) as caught:
        detect(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.csv", "sku,name\n1,Kettle\n", "csv"),
        ("a.tsv", "sku\tname\n", "tsv"),
        ("a.json", '[{"sku": "1"}]', "json"),
        ("a.json", '{"sku": "1"}\n{"sku": "2"}\n', "jsonl"),
        ("a.ndjson", '{"sku": "1"}\n', "jsonl"),
        ("a.md", "# Kettle", "markdown"),
        ("a.htm", "<p>Kettle</p>", "html"),
        ("a.xml", "<?xml version='1.0'?><products/>", "xml"),
        ("a.log", "started", "text"),
        ("a.yaml", "name: Kettle", "text"),
        ("a.rst", "Kettle\n======", "text"),
        ("README", "Read me", "text"),
        ("a.txt", "水壶".encode("gb18030"), "text"),
        ("a.txt", "水壶 kettle".encode("utf-16"), "text"),
        ("a.txt", "a kettle without a mark".encode("utf-16-le"), "text"),
        ("a.eml", "Subject: Hello\n\nText", "eml"),
        ("a.rtf", "{\\rtf1 Kettle}", "rtf"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image"),
        # content wins over the name
        ("manual.txt", b"%PDF-1.4\n...", "pdf"),
        ("export.xls", "<!DOCTYPE html><html><table></table></html>", "html"),
        ("export.xls", "sku\tname\n1\tKettle\n", "tsv"),
        ("page.txt", "<?xml version='1.0'?>\n<html><body>Hi</body></html>", "html"),
        ("letter.doc", "{\\rtf1 Kettle}", "rtf"),
        ("unknown.xyz", "<!doctype html><title>T</title>", "html"),
    ],
)
def test_content_and_name_tell_the_format(tmp_path: Path, name: str, content: bytes | str, format: str) -> None:
    """Each kind of file is recognised, and its content outweighs a wrong name."""
    assert detect(put(tmp_path, name, content)) == format


def test_zip_members_tell_office_formats_apart(tmp_path: Path) -> None:
    """The parts inside decide, whatever the file is called."""
    assert detect(zipped(tmp_path, "a.zip", word__document_dot_xml="<w/>")) == "docx"
    assert detect(zipped(tmp_path, "b.docx", ppt__presentation_dot_xml="<p/>")) == "pptx"
    assert detect(zipped(tmp_path, "c.bin", xl__workbook_dot_xml="<x/>")) == "xlsx"
    assert detect(zipped(tmp_path, "d", mimetype="application/vnd.oasis.opendocument.text")) == "odt"
    assert detect(zipped(tmp_path, "e", mimetype="application/epub+zip")) == "epub"
    assert detect(zipped(tmp_path, "f", mimetype="application/vnd.oasis.opendocument.spreadsheet")) == "ods"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "empty"),
        ("a.xyz", "some text", "unknown kind of file"),
        ("a.bin", bytes(range(256)) * 4, "unknown kind of file"),
        ("a.docx", "just text", "damaged"),
        ("a.xlsx", bytes(range(256)), "damaged"),
        ("a.exe", b"MZ\x90\x00\x03\x00", "program"),
        ("a.tar.gz", b"\x1f\x8b\x08\x00", "archive"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", "sound or film"),
        ("a.docx", b"PK\x03\x04 truncated", "zip directory"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 truncated", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    tmp_path: Path, name: str, content: bytes | str, words: str
) -> None:
    """Nothing is guessed, and the reason says what the file is or lacks."""
    assert words in refusal(put(tmp_path, name, content))


def test_archives_and_files_of_other_programs_say_what_to_do(tmp_path: Path) -> None:
    """A plain zip is to be unpacked, an OpenDocument presentation to be saved as PPTX."""
    assert "unpack" in refusal(zipped(tmp_path, "a.zip", readme_dot_txt="hello"))
    slides = zipped(tmp_path, "a.odp", mimetype="application/vnd.oasis.opendocument.presentation")
    assert ".pptx" in refusal(slides)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """80 MiB of zeros in 80 KiB are a bomb by their ratio alone."""
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\x00" * (80 << 20))
    assert "zip bomb" in refusal(path)


def test_clutter_is_passed_over() -> None:
    """Lock files, dotfiles and what systems leave behind are no documents; ordinary files are."""
    clutter = ["~$manual.docx", ".DS_Store", "._a.pdf", "Thumbs.db", "desktop.ini", ".git", "__MACOSX"]
    assert [name for name in clutter if not is_clutter(Path("shop") / name)] == []
    assert not is_clutter(Path("shop/manual.docx"))


def test_old_office_files_name_the_format_to_save_as(shared_data: Path) -> None:
    """Real .doc, password-protected and .ppt files are told apart inside their common container."""
    parsing = shared_data / "parsing_unstructured"
    assert "save it as .docx" in refusal(parsing / "simple.doc")
    assert "password" in refusal(parsing / "password_protected.xlsx")
    slides = shared_data / "bad_documents" / "poi" / "slideshow__57272_corrupted_usereditatom.ppt"
    assert "save it as .pptx" in refusal(slides)
    assert detect(parsing / "tests-example.xls") == "xls"
    assert detect(parsing / "fake-email.msg") == "msg"
