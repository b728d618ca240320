"""canaries.jsonl: what may stand in a line, and that a wrong line is named with its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.canaries import Canary, read_canaries
from index.errors import BadRequest


def test_each_line_is_a_canary(tmp_path: Path) -> None:
    """All keys are read; blank lines, comments, a byte order mark and Windows line ends are passed over."""
    path = tmp_path / "canaries.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf# found by search\r\n{"question": "K200?", "sku": "K-200"}\r\n\r\n'
        b'  # answered\r\n{"question": "\xe4\xbf\x9d\xe4\xbf\xae\xe5\xa4\x9a\xe4\xb9\x85\xef\xbc\x9f", '
        b'"document": "manuals/k200.pdf", "answer_contains": "24 months", "collection": "b2b", "language": "zh-CN", '
        b'"top_k": 3}\r\n{"question": "Pianos?", "refused": true}'
    )
    assert read_canaries(path) == (
        Canary(question="K200?", sku="K-200"),
        Canary(
            question="保修多久？",
            document="manuals/k200.pdf",
            answer_contains="24 months",
            collection="b2b",
            language="zh-CN",
            top_k=3,
        ),
        Canary(question="Pianos?", refused=True),
    )
    assert [canary.asks for canary in read_canaries(path)] == [False, True, True]


def test_an_empty_file_has_no_canaries(tmp_path: Path) -> None:
    """No bytes at all is a file without questions."""
    path = tmp_path / "canaries.jsonl"
    path.write_bytes(b"")
    assert read_canaries(path) == ()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"question": "a?", "sku": "K"', "this is not JSON: Expecting ',' delimiter at character 30"),
        ("[" * 100_000, "this is not JSON that can be read"),
        ('["a?", "K"]', 'this is not a JSON object; write {"question": "...", "sku": "..."}'),
        ('{"sku": "K"}', "there is no question"),
        ('{"question": "a?", "skus": "K"}', "the key 'skus' is unknown; the keys are question, collection, sku,"),
        ('{"question": "a?", "sku": "K", "sku": "L"}', "the key 'sku' stands there twice"),
        ('{"question": "a?"}', 'there is nothing to check; add sku, document, answer_contains or "refused": true'),
        ('{"question": "a?", "refused": false}', "there is nothing to check"),
        ('{"question": "a?", "refused": true, "sku": "K"}', "refused and sku cannot both be met"),
        ('{"question": "a?", "refused": "yes"}', 'refused is "yes"; write true or false'),
        ('{"question": "  ", "sku": "K"}', "question is empty"),
        ('{"question": "a?", "sku": 200}', 'sku is 200; write text in quotation marks: "sku": "..."'),
        ('{"question": "a?", "sku": null}', "sku is null; write text"),
        ('{"question": "a?", "document": ""}', "document is empty"),
        ('{"question": "a?", "answer_contains": "[1]"}', 'answer_contains is "[1]"; nothing of it could be looked for'),
        ('{"question": "a?", "sku": "K", "top_k": 0}', "top_k is 0; write a whole number from 1 to 1000"),
        ('{"question": "a?", "sku": "K", "top_k": true}', "top_k is true; write a whole number"),
        ('{"question": "a?", "sku": "K", "language": "no language"}', "language 'no language' is not a BCP 47 tag"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    """The error names the file, the line's number and what is wrong with it."""
    path = tmp_path / "canaries.jsonl"
    path.write_text(f'# canaries\n\n{{"question": "good?", "sku": "K"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(BadRequest) as raised:
        read_canaries(path)
    assert str(raised.value).startswith(f"{path}, line 4: {what}")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """GBK and UTF-16 are told where they stop being UTF-8."""
    path = tmp_path / "canaries.jsonl"
    path.write_bytes('# canaries\n{"question": "保修多久", "sku": "K"}\n'.encode("gbk"))
    with pytest.raises(BadRequest, match=r"canaries\.jsonl, line 2: this is not UTF-8; save the file as UTF-8"):
        read_canaries(path)
    path.write_text('{"question": "a?", "sku": "K"}', encoding="utf-16")
    with pytest.raises(BadRequest, match=r"canaries\.jsonl, line 1: this is not UTF-8"):
        read_canaries(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A path that is not there is the caller's mistake."""
    with pytest.raises(BadRequest, match=r"none\.jsonl cannot be read: No such file or directory"):
        read_canaries(tmp_path / "none.jsonl")
