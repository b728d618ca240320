"""Encodings are told by what decodes, and a byte that does not is never replaced in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.document import Refused
from ingest.encodings import damage, detect_encoding, open_text, read_text

CHINESE = "货号,品名,价格\n00012,不锈钢电热水壶（1.7升）,￥199\n00013,多士炉 双面烘烤,￥89\n"
TAIWANESE = "貨號,品名,價格\n00012,不鏽鋼電熱水壺,199\n00013,烤麵包機雙面烘烤,89\n"
JAPANESE = "品番,商品名,価格\n00012,ステンレス電気ケトル,1990円\n"
GERMAN = "Größe;Farbe;Preis\nXL;grün;12,50 €\nÜbergröße;weiß;3 £\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (TAIWANESE, "big5", "big5"),
        (JAPANESE, "shift_jis", "cp932"),
        (GERMAN, "cp1252", "cp1252"),
        ("sku,price\n1,£12\n", "cp1252", "cp1252"),
    ],
)
def test_encoding_is_told_and_text_comes_back(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    """Each encoding is recognised by its content and gives the very text that was written."""
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    assert detect_encoding(path) == found
    assert read_text(path) == text


def test_late_bytes_count(tmp_path: Path) -> None:
    """A long beginning in ASCII does not hide that the last line is Windows-1252."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain text\n" * 200_000 + "crème brûlée".encode("cp1252"))
    assert detect_encoding(path) == "cp1252"


def test_damaged_byte_is_marked_and_named(tmp_path: Path) -> None:
    """In a UTF-8 file one bad byte is named, the rest stays, and nothing becomes U+FFFD."""
    path = tmp_path / "a.txt"
    path.write_bytes(CHINESE.encode() + b"x\xffy\n")
    with open_text(path) as file:
        lines = file.read().splitlines()
    assert [damage(line) is None for line in lines] == [True, True, True, False]
    assert "(FF)" in (damage(lines[3]) or "")
    assert read_text(path).splitlines()[3] == "x\\xFFy"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Noise is refused, with advice."""
    path = tmp_path / "a.txt"
    path.write_bytes(bytes((i * 7919 + i // 3) % 127 + 128 for i in range(4000)))
    with pytest.raises(Refused, match="unknown encoding; save the file as UTF-8"):
        read_text(path)
