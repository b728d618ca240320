"""JSON, JSON Lines and XML feeds: records become rows, the rest is text, and damage is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.declared import TableOptions
from ingest.document import Element, Refused, RowRefused
from ingest.reading import read as elements_of
from ingest.records import read_json, read_jsonl, read_xml

Reader = Callable[[Path], Iterator[Element | RowRefused]]


def read(tmp_path: Path, reader: Reader, content: str | bytes) -> list[tuple[str, int | str | None, str]]:
    """(kind, row or place, text or reason) of each element of a file with this content."""
    path = tmp_path / "a.data"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [
        (e.kind, e.locator.row, e.text) if isinstance(e, Element) else ("refused", e.where, e.reason)
        for e in reader(path)
    ]


def attributes(tmp_path: Path, reader: Reader, content: str) -> dict[str, object]:
    """The attributes of the first element."""
    path = tmp_path / "a.data"
    path.write_text(content, encoding="utf-8")
    first = next(reader(path))
    assert isinstance(first, Element)
    return dict(first.attributes)


def test_list_of_objects(tmp_path: Path) -> None:
    """Nested objects are flattened, lists joined, and numbers keep their digits."""
    content = '[{"sku": "001", "size": {"h": 1.50}, "tags": ["a", "b"], "parts": [{"n": "x", "q": 2}], "empty": null}]'
    assert read(tmp_path, read_json, content) == [("row", 1, "sku: 001\nsize.h: 1.50\ntags: a, b\nparts: n: x, q: 2")]
    assert attributes(tmp_path, read_json, content) == {
        "sku": "001",
        "size.h": 1.5,
        "tags": "a, b",
        "parts": "n: x, q: 2",
    }


def test_price_object(tmp_path: Path) -> None:
    """An amount and a currency inside a price are the price and the currency."""
    content = '[{"name": "K", "price": {"amount": 1299.00, "currency": "CNY"}}]'
    assert attributes(tmp_path, read_json, content) == {"name": "K", "price": 1299.0, "currency": "CNY"}


def test_wrapper(tmp_path: Path) -> None:
    """A list inside an object is opened; what stands beside it is text."""
    content = '{"shop": "Acme", "data": {"products": [{"sku": "1"}, {"sku": "2"}, {}]}}'
    assert read(tmp_path, read_json, content) == [
        ("row", 1, "sku: 1"),
        ("row", 2, "sku: 2"),
        ("refused", "record 3", "the object has no field with a value"),
        ("text", None, "shop: Acme"),
    ]


def test_single_object_and_other_values(tmp_path: Path) -> None:
    """An object that is a product is a row; any other is text, key by key, as are plain values."""
    assert read(tmp_path, read_json, '{"sku": "1", "name": "K", "images": [{"u": "x"}]}') == [
        ("row", 1, "sku: 1\nname: K\nimages: u: x")
    ]
    assert read(tmp_path, read_json, '{"hours": {"mon": "9-5"}}') == [("text", None, "hours.mon: 9-5")]
    assert read(tmp_path, read_json, '["a", 5]') == [("text", 1, "a"), ("text", 2, "5")]


def test_list_longer_than_a_block(tmp_path: Path) -> None:
    """Records are read across the borders of the blocks in which the file is read."""
    content = "[" + ",".join(f'{{"sku": "{n:05d}", "text": "{"x" * (n % 3000)}y"}}' for n in range(2000)) + "]"
    elements = read(tmp_path, read_json, content)
    assert [text.split("\n")[0] for _, _, text in elements] == [f"sku: {n:05d}" for n in range(2000)]
    assert [len(text) for _, _, text in elements] == [len("sku: 00000\ntext: y") + n % 3000 for n in range(2000)]


def test_list_cut_off(tmp_path: Path) -> None:
    """What stands before the break is read and the break is named; a file broken from the start is refused."""
    elements = read(tmp_path, read_json, '[{"sku": "1"}, {"sku": ')
    assert elements[0] == ("row", 1, "sku: 1")
    assert elements[1][:2] == ("refused", "record 2")
    for content in ("[{bad", "{", "[" * 100_000, "\n"):
        with pytest.raises(Refused):
            read(tmp_path, read_json, content)


def test_lines(tmp_path: Path) -> None:
    """Each line is a record; a broken, damaged or nested-to-death line costs itself only."""
    content = (
        b'{"sku": "1"}\n\n{bad}\n[1]\n{"a": "\xff"}\n{"a": ' + b"[" * 5000 + b'}\n{"sku": "\xe4\xb8\xad\xe6\x96\x87"}'
    )
    elements = read(tmp_path, read_jsonl, content)
    assert [(kind, place) for kind, place, _ in elements] == [
        ("row", 1),
        ("refused", "line 3"),
        ("refused", "line 4"),
        ("refused", "line 5"),
        ("refused", "line 6"),
        ("row", 7),
    ]
    assert elements[-1][2] == "sku: 中文"


def test_feed(tmp_path: Path) -> None:
    """A merchant feed: namespaces are dropped, a currency joins its amount, text beside the items is kept."""
    content = (
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>'
        "<item><g:id>0012</g:id><g:title>Kettle</g:title><g:price>12.00 USD</g:price></item>"
        '<item><g:id>0013</g:id><g:title>Toaster</g:title><g:price currency="EUR">9,50</g:price></item>'
        "</channel></rss>"
    )
    assert read(tmp_path, read_xml, content) == [
        ("text", None, "title: Shop"),
        ("row", 1, "id: 0012\ntitle: Kettle\nprice: 12.00 USD"),
        ("row", 2, "id: 0013\ntitle: Toaster\nprice: 9,50 EUR"),
    ]


def test_prose(tmp_path: Path) -> None:
    """XML that is no feed is text in reading order, its titles headings, a bold word part of its sentence."""
    content = (
        "<manual><title>Kettle</title><chapter><title>Safety</title><p>Never <b>open</b> the lid.</p>"
        "<p>Keep dry.</p></chapter></manual>"
    )
    assert read(tmp_path, read_xml, content) == [
        ("heading", None, "Kettle"),
        ("heading", None, "Safety"),
        ("text", None, "Never open the lid."),
        ("text", None, "Keep dry."),
    ]


def test_declared_chinese_encoding(tmp_path: Path) -> None:
    """A feed that declares GB2312 is read as the GB18030 that it is."""
    content = '<?xml version="1.0" encoding="gb2312"?><a>' + "".join(
        f"<项><货号>{n}</货号><名称>电热水壶</名称></项>" for n in (1, 2)
    )
    elements = read(tmp_path, read_xml, (content + "</a>").encode("gb18030"))
    assert elements[1] == ("row", 2, "货号: 2\n名称: 电热水壶")


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY b "&l;&l;&l;&l;&l;">]><a><b>&b;</b><c>x</c></a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><p>&x;</p></a>',
        "<a><b></a>",
        "hello",
        "<a>" * 300 + "x" + "</a>" * 300,
    ],
)
def test_hostile_and_broken_xml_is_refused(tmp_path: Path, content: str) -> None:
    """Entities, local or external, bombs, depth and broken markup are refused, and nothing is expanded."""
    with pytest.raises(Refused):
        read(tmp_path, read_xml, content)


def test_real_records(shared_data: Path) -> None:
    """A real product file: 504 rows, typed; an XML file labelled UTF-8 that is UTF-16 gives its records."""
    rows = [e for e in read_jsonl(shared_data / "adventureworks" / "products_en_zh.jsonl") if isinstance(e, Element)]
    assert len(rows) == 504
    assert rows[0].attributes == {"product_id": "1", "sku": "AR-5381", "name": "Adjustable Race", "price": 0.0}
    countries = list(read_xml(shared_data / "parsing_unstructured" / "factbook-utf-16.xml"))
    assert isinstance(countries[1], Element)
    assert countries[1].text == "name: Canada\ncapital: Ottawa\nleader: Justin Trudeau\nsport: Hockey"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", "sku,Part No,name\n1,P-1,Kettle\n"),
        ("feed.jsonl", '{"sku": "1", "Part No": "P-1", "name": "Kettle"}\n'),
        ("feed.json", '{"products": [{"sku": "1", "Part No": "P-1", "name": "Kettle"}]}'),
        (
            "feed.xml",
            "<shop><item><sku>1</sku><PartNo>P-1</PartNo><name>Kettle</name></item>"
            "<item><sku>2</sku><PartNo>P-2</PartNo><name>Pot</name></item></shop>",
        ),
    ],
)
def test_a_declared_key_reaches_every_reader_of_tables(tmp_path: Path, name: str, content: str) -> None:
    """The column that a shop declares is the SKU in sheets and feeds alike."""
    (tmp_path / name).write_text(content)
    elements = elements_of(tmp_path / name, name.partition(".")[2], ocr=False, options=TableOptions(keys=("part no",)))
    rows = [row for row in elements if isinstance(row, Element) and row.kind == "row"]
    assert rows[0].attributes["sku"] == "P-1"
    assert rows[0].attributes["name"] == "Kettle"
