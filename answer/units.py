"""`Unit`: the smallest piece of a passage that can be quoted by itself: a sentence, or a cell of a product row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from answer.fields import BY_NAME, Field
from index.cell import Cell
from index.chunk import Chunk, readable_name
from index.text.analysis import terms
from retriever.passage import Passage

# after the mark that ends a sentence and what closes with it; a dot only before white space and not after an initial
_END = re.compile(
    r"(?<=[。！？!?])(?![”’」』）)。！？!?])|(?<=[”’」』）)])(?<=[。！？!?].)|(?:(?<=[^\s.][^\s.]\.)|(?<=\d\s[A-Za-z]\.))(?=\s)|\n"
)
# a table's row as the splitter writes it: "Group: Appliances; Guarantee: 24 months"
_TABLE_ROW = re.compile(r"[^:：;\n]{1,40}: [^;\n]*(?:; [^:：;\n]{1,40}: [^;\n]*)+")
_ITEM = re.compile(r"[^:：。.\n]{1,20}[:：]\s?\S")
# marks of lists and headings, and the " / " or "| " that stands for a line break or an edge inside a table's cell
_LEADING = re.compile(r"^(?:(?:[-*•·/|]|#{1,6}|\d{1,2}[.)、])\s+)+")
_TRAILING = re.compile(r"(?:\s+[/|])+$")
LONG = 400
"""Characters beyond which a piece without sentence marks (OCR, a data sheet) is cut at commas."""
JOINED = 120
"""Characters beyond which a sentence is cut at its semicolons."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`text` is verbatim: `text in passage.chunk.text`. `cell` is the row's cell that it is, if it is one; a cell, like
    a whole row of a table, stands `alone`: what is before and after it says nothing of it."""

    passage: Passage
    text: str
    cell: Cell | None = None
    alone: bool = False

    @property
    def header(self) -> str:
        """The cell's header; "" where it is none."""
        return self.cell.header if self.cell is not None else ""

    @property
    def value(self) -> str:
        """The cell's text; "" where it is none."""
        return self.cell.text if self.cell is not None else ""

    @property
    def field(self) -> Field | None:
        """The known field that the cell is."""
        return BY_NAME.get(self.cell.role) if self.cell is not None else None

    @property
    def context(self) -> str:
        """What is embedded: the sentence under its product's or document's name and the heading it stands under."""
        chunk = self.passage.chunk
        above = [name for name in dict.fromkeys((*called(chunk), *chunk.section[-1:])) if name not in self.text]
        return ": ".join((*above, self.text))


def called(chunk: Chunk) -> tuple[str, ...]:
    """What a source is called: a product by its name, a document by its title and, where that does not say the same, by
    its file's name: manuals of many products are all titled "Overview"."""
    file = readable_name(chunk.document)
    if chunk.cells or set(terms(file)) <= set(terms(chunk.label)):
        return (chunk.label,)
    return (file, chunk.label)


def split(passage: Passage) -> list[Unit]:
    """All units of a passage, in their order."""
    if passage.chunk.cells:
        return list(_cells(passage))
    found: list[Unit] = []
    prose: list[str] = []
    for line in passage.chunk.text.split("\n"):
        whole = _whole(line)
        if whole:
            found += [Unit(passage, text) for text in _sentences("\n".join(prose))]
            found.append(Unit(passage, whole, alone=True))
            prose = []
        else:
            prose.append(line)
    return found + [Unit(passage, text) for text in _sentences("\n".join(prose))]


def _whole(line: str) -> str:
    """A table's row or a list's labelled item without its mark; "" for other lines. Half of it would tell nothing."""
    bare = _LEADING.sub("", line.strip())
    fits = _TABLE_ROW.fullmatch(bare) and len(bare) <= LONG
    return bare if fits or (bare != line.strip() and _ITEM.match(bare) and len(bare) <= LONG // 2) else ""


def _cells(passage: Passage) -> Iterator[Unit]:
    lines = {cell.line for cell in passage.chunk.cells}
    for cell in passage.chunk.cells:
        pieces = _sentences(cell.text)
        if len(pieces) > 1:  # a description of several sentences: each is quoted by itself
            yield from (Unit(passage, piece) for piece in pieces)
        else:
            yield Unit(passage, cell.line, cell, alone=True)
    for line in passage.chunk.text.split("\n"):
        if line not in lines:  # a part of a cell that is too long for one chunk
            yield from (Unit(passage, piece) for piece in _sentences(line))


def _sentences(text: str) -> list[str]:
    pieces = []
    for sentence in _END.split(text):
        for piece in re.split(r"(?<=；)", sentence) if len(sentence) > JOINED else [sentence]:
            piece = _TRAILING.sub("", _LEADING.sub("", piece.strip())).strip()
            if len(piece) > LONG:
                pieces += [part.strip() for part in re.split(r"(?<=[，,；;])", piece) if part.strip()]
            elif len(piece) > 1:
                pieces.append(piece)
    return pieces
