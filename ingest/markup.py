"""HTML and Markdown read into elements: headings, paragraphs, list items, tables, words for pictures.

Nothing is fetched. Scripts, styles, forms, navigation and what is struck or hidden are dropped. Other readers that can
make HTML of their format come through `html_elements` too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.document import Element, Refused
from ingest.encodings import read_text
from ingest.pageshown import take_out_unseen

DROPPED = frozenset(
    "script style noscript template nav svg iframe object embed head button select option textarea input canvas audio"
    " video map dialog".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS = frozenset(
    "p div section article main header footer aside blockquote figure figcaption address ul ol dl dt dd fieldset form"
    " details summary center body hr tr td th tbody thead tfoot caption".split()
)
FILE_NAME = re.compile(r"[\w-]+\.(?:png|jpe?g|gif|svg|webp)|image|logo|icon|photo", re.IGNORECASE)
"""Words for a picture that say nothing."""
SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
RAISED = re.compile(r"[\d+−n-]+")
"""What reads as superscript characters."""
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]"
DEEPEST = 200
"""Nesting beyond which a block's text is taken as one; Python's stack is not the place to find out."""


def read_markdown(path: Path) -> Iterator[Element]:
    """The elements of a Markdown file (CommonMark with tables); a title in its front matter comes first."""
    from markdown_it import MarkdownIt

    text = read_text(path)
    front = re.match(r"---\n(.*?)\n(?:---|\.\.\.)\n", text, re.DOTALL)
    if front and re.match(r"\w[\w -]*:", front.group(1)):
        text = text[front.end() :]
        title = re.search(r"^title:\s*[\"']?(.+?)[\"']?\s*$", front.group(1), re.MULTILINE)
        if title:
            yield Element("heading", title.group(1), level=0)
        rest = [line for line in front.group(1).split("\n") if line.strip() and not line.startswith("title:")]
        if rest:
            yield Element("text", "\n".join(rest))
    yield from html_elements(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def html_elements(html: str) -> Iterator[Element]:
    """The elements of an HTML text, in order."""
    root = parsed(html)
    if root is not None:
        yield from elements_of(root)


def parsed(html: str) -> Any:
    """The tree of an HTML text, None where nothing stands in it."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as parser

    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\x00", ""))
    if not html.strip():
        return None
    reading = parser.HTMLParser(huge_tree=True)
    try:
        root = parser.document_fromstring(html, parser=reading)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if not re.sub(r"<!--.*?-->|<[^>]*>", "", html, flags=re.DOTALL).strip():
            return None
        raise Refused(f"its HTML cannot be read: {error}") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in reading.error_log):
        # libxml2 would drop the rest without a word
        raise Refused("its HTML is nested too deeply to be read")
    return root


def elements_of(root: Any) -> Iterator[Element]:
    """The elements of a tree, which loses what is not shown; the `<title>` comes first, as a heading of level 0."""
    title = root.findtext(".//head/title")
    if title and title.strip():
        yield Element("heading", _tidy(title), level=0)
    take_out_unseen(root)
    bodies = root.findall("body") or [root]
    for body in bodies:
        walker = _Walker()
        walker.children(body, 0)
        walker.flush()
        yield from walker.elements


def _tidy(text: str) -> str:
    """White space collapsed, line breaks of `<br>` kept (as \\x1e until here), none between Chinese characters."""
    text = re.sub("[\u200b\u2060\ufeff\xad]", "", text)
    text = re.sub(rf"(?<={CJK})[ \t\r\f]*\n[ \t\r\n\f]*(?={CJK})", "", text)
    text = re.sub(r"[^\S\x1e]+", " ", text)
    return re.sub(r" *\x1e *", "\n", text).strip()


def tidy_lines(parts: list[str]) -> str:
    """The words of a cell, no line of which is blank."""
    return re.sub(r"\n+", "\n", _tidy("".join(parts)))


class _Walker:
    """Collects inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._inline: list[str] = []
        self._lists = 0
        self._item = False
        self._term = ""

    def flush(self) -> None:
        """End the running paragraph or list item."""
        text = _tidy("".join(self._inline))
        self._inline = []
        if not text or (self.elements and self.elements[-1] == Element("text", text)):
            return  # nothing, or a picture's words repeated by its caption
        if self._item:
            self.elements.append(Element("list_item", text, level=max(1, self._lists)))
            self._item = False
        else:
            self.elements.append(Element("text", text))

    def children(self, node: Any, depth: int) -> None:
        """Walk what stands in a node."""
        self._inline.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str):
                self._node(child, depth + 1)
            self._inline.append(child.tail or "")

    def _node(self, node: Any, depth: int) -> None:
        tag = node.tag.rpartition("}")[2].lower()
        if tag in DROPPED or _navigates(node, tag):
            self._inline.append(" ")
        elif depth > DEEPEST:
            self._inline.append(" ".join(node.itertext()))
        elif tag in HEADINGS:
            self._heading(node, HEADINGS[tag])
        elif tag == "table":
            self._table(node, depth)
        elif tag == "pre":
            self.flush()
            text = "".join(node.itertext()).strip("\n")
            if text.strip():
                self.elements.append(Element("text", text))
        elif tag == "br":
            self._inline.append("\x1e")
        elif tag == "img":
            alt = (node.get("alt") or "").strip()
            if alt and not FILE_NAME.fullmatch(alt):
                self._inline.append(f" {alt} ")
        elif tag == "a" and "footnote-back" in (node.get("class") or ""):
            self._inline.append(" ")
        elif tag == "sup":
            self._inline.append(_raised(node))
        elif tag in ("ul", "ol"):
            self.flush()
            self._lists += 1
            self.children(node, depth)
            self.flush()
            self._lists -= 1
        elif tag == "li":
            self.flush()
            self._item = True
            self.children(node, depth)
            self.flush()
            self._item = False
        elif tag == "dt":
            self.flush()
            self._term = _tidy("".join(node.itertext()))
        elif tag == "dd":
            self._definition(node, depth)
        elif tag in BLOCKS:
            if not self._item or any(map(str.strip, self._inline)):
                self.flush()
            self.children(node, depth)
            self.flush()
        else:
            self.children(node, depth)

    def _heading(self, node: Any, level: int) -> None:
        self.flush()
        text = _tidy("".join(node.itertext()))
        if text:
            if "title" in (node.get("class") or "").split() and not self.elements:
                level = 0
            self.elements.append(Element("heading", text.replace("\n", " "), level=level))
        for picture in node.iter("img"):
            alt = (picture.get("alt") or "").strip()
            if alt and alt not in text:
                self.elements.append(Element("text", alt))

    def _definition(self, node: Any, depth: int) -> None:
        self.flush()
        term, self._term = self._term, ""
        if node.find(".//table") is None and node.find(".//ul") is None:
            text = _tidy("".join(node.itertext()))
            cells = ((term, text),) if term else ()  # for whoever holds back what is private
            self.elements.append(Element("list_item", f"{term}: {text}" if term else text, level=1, cells=cells))
            return
        if term:
            self.elements.append(Element("text", f"{term}:"))
        self.children(node, depth)
        self.flush()

    def _table(self, node: Any, depth: int) -> None:
        self.flush()
        rows = [row for row in node.iter("tr") if next(row.iterancestors("table"), None) is node]
        widest = max((len(row.findall("td") + row.findall("th")) for row in rows), default=0)
        layout = any(node.find(f".//{tag}") is not None for tag in ("table", "h1", "h2", "h3", "form"))
        if layout or widest < 2:
            self.children(node, depth)
            self.flush()
            return
        caption = node.find("caption")
        if caption is not None and (words := _tidy("".join(caption.itertext()))):
            self.elements.append(Element("text", words))
        cells = grid(rows)
        if cells:
            self.elements.append(Element("table", cells=cells))


def grid(rows: list[Any]) -> tuple[tuple[str, ...], ...]:
    """The cells of `<tr>` elements, a cell that spans rows or columns standing in each of them."""
    table: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in (child for child in row if child.tag in ("td", "th")):
            _fill_from_above(line, below)
            text = _cell_text(cell)
            rowspan, colspan = span(cell, "rowspan"), span(cell, "colspan")
            for _ in range(colspan):
                if rowspan > 1:
                    below[len(line)] = (rowspan - 1, text)
                line.append(text)
        _fill_from_above(line, below)
        if any(line):
            table.append(line)
    return tuple(tuple(line) for line in table)


def _fill_from_above(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(line) in below:
        left, text = below.pop(len(line))
        if left > 1:
            below[len(line)] = (left - 1, text)
        line.append(text)


def span(cell: Any, name: str, most: int = 50) -> int:
    """How many rows or columns a cell spans."""
    value = (cell.get(name) or "1").strip()
    return min(max(1, int(value)), most) if value.isdecimal() else 1


def _cell_text(cell: Any) -> str:
    parts: list[str] = []
    for node in cell.iter():
        if node.tag in ("br", "p", "li", "div"):
            parts.append("\x1e")
        elif node.tag == "img":
            parts.append(f" {node.get('alt') or ''} ")
        if node.tag == "sup" and not len(node):
            parts.append(_raised(node))
        elif isinstance(node.tag, str) and node.tag not in ("script", "style"):
            parts.append(node.text or "")
        if node is not cell:
            parts.append(node.tail or "")
    return tidy_lines(parts)


def _raised(node: Any) -> str:
    """Superscript digits as such, lest `GPIO15` with footnote 6 read `GPIO156` and `10<sup>3</sup>` read 103."""
    text = "".join(node.itertext()).strip()
    return text.translate(SUPERSCRIPTS) if RAISED.fullmatch(text) else text


def _navigates(node: Any, tag: str) -> bool:
    """Whether a block at the page's edge is little but links."""
    if tag not in ("header", "footer", "aside", "ul", "div"):
        return False
    if tag in ("ul", "div"):
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if not re.search(r"\b(nav|navbar|menu|breadcrumbs?|sidebar|cookie[\w-]*|site-?map)\b", names):
            return False
    links = node.findall(".//a")
    text = len("".join("".join(node.itertext()).split()))
    linked = sum(len("".join("".join(link.itertext()).split())) for link in links)
    return len(links) >= 3 and linked >= 0.6 * text
