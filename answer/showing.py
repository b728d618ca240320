"""What a reply tells of rows and procedures as `Part`s, for a page that shows them in its own way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.catalogue import Told
from answer.evidence import BOOKKEEPING
from answer.language import Form
from answer.parts import Choices, OfferedPassage, Product, Products, Steps, Table, Text
from answer.wording import name_of
from index.cell import Cell
from index.lexicon import sections, word_set
from index.text.letters import fold
from retriever.concepts import plain_name
from retriever.passage import Passage

FEWEST = 2
"""Steps of a procedure, and rows that are told apart."""
LONGEST = 40
"""Characters of a value by which rows are told apart."""
_LINK = re.compile(r"(?:https?:)?//\S+$")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:\?|$)", re.IGNORECASE)
_STEP = re.compile(
    r"^\s*(?:[-*•·]|\(?\d{1,2}[.)、．:：]|（\d{1,2}）|[①-⑳]|step \d+[.:)]?|第[一二三四五六七八九十]+步[：:、]?)\s*",
    re.IGNORECASE,
)


def products_shown(told: Told, form: Form) -> tuple[Text, Products]:
    """The sentences of a reply about rows, and the rows as a page shows them, by the numbers that cite them."""
    rows = enumerate(zip(told.passages, _told_cells(told), strict=True), 1)
    return _lead(told), Products(tuple(_product(n, passage, cells, form) for n, (passage, cells) in rows))


def _lead(told: Told) -> Text:
    """What is told beside the rows."""
    return Text("\n".join(line for line in told.lines if not line.startswith("- ")))


def _told_cells(told: Told) -> list[list[Cell]]:
    """Of each row the cells that are told, which are quoted."""
    quotes = {(citation.n, citation.quote) for citation in told.citations}
    rows = enumerate(told.passages, 1)
    return [[cell for cell in passage.chunk.cells if (n, cell.line) in quotes] for n, passage in rows]


def _product(n: int, passage: Passage, told: Sequence[Cell], form: Form) -> Product:
    """A row, and the cells of it that are told."""
    cells = passage.chunk.cells
    links = {cell.text.strip() for cell in cells if _LINK.match(cell.text.strip())}
    pictures = [
        cell.text.strip()
        for cell in cells
        if cell.text.strip() in links and (_PICTURE.search(cell.text) or _is_picture(cell))
    ]
    pages = [cell.text.strip() for cell in cells if cell.text.strip() in links.difference(pictures)]
    return Product(
        n,
        name_of(passage.chunk, form),
        tuple((plain_name(cell.header), cell.text) for cell in told),
        price=_chosen(passage, "price"),
        stock=_chosen(passage, "stock"),
        picture=next(iter(pictures), ""),
        link=next(iter(pages), ""),
    )


def _is_picture(cell: Cell) -> bool:
    return fold(plain_name(cell.header)) in word_set("feeds", "images")


def _chosen(passage: Passage, role: str) -> str:
    """A row's value of a role, as it is told."""
    cell = next((cell for cell in passage.chunk.cells if cell.role == role and cell.chosen), None)
    if cell is None:
        return ""
    return f"{cell.text} {cell.unit}".strip() if cell.unit and cell.unit not in cell.text else cell.text


def table_shown(told: Told, form: Form) -> tuple[Text, Table]:
    """The verdict of a comparison, and its rows side by side: a column for each cell that is told of any."""
    rows = [{plain_name(cell.header): cell for cell in cells} for cells in _told_cells(told)]
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    cells = tuple(
        (
            name_of(passage.chunk, form),
            *(row[column].text if column in row else "" for column in columns),
        )
        for passage, row in zip(told.passages, rows, strict=True)
    )
    return _lead(told), Table(("", *columns), cells)


def steps_shown(passages: Sequence[OfferedPassage]) -> Steps | None:
    """A section that is told whole as a procedure; None where it is none: lines that are numbered or listed."""
    lines = [line for one in passages for line in one.text.splitlines() if line.strip()]
    steps = [_STEP.sub("", line).strip() for line in lines if _STEP.match(line)]
    if len(steps) < FEWEST or not all(one.whole for one in passages):
        return None
    first = passages[0]
    return Steps(first.heading or first.source, tuple(steps), first.n)


def choices_among(groups: Sequence[Sequence[Passage]], form: Form) -> Choices | None:
    """A question back where rows of one table may all be meant, and nothing else is: which of them. They are told apart
    by the column that splits them best, else by their names."""
    rows = [passage for group in groups for passage in group]
    if len(rows) < FEWEST or len({one.chunk.table for one in rows}) > 1 or not all(one.chunk.cells for one in rows):
        return None
    names = list(dict.fromkeys(name_of(one.chunk, form) for one in rows))
    said = names if len(names) == len(rows) else _splitting(rows)
    return Choices(str(sections("replies")[form]["which"]), tuple(said)) if len(said) > 1 else None


def _splitting(rows: Sequence[Passage]) -> list[str]:
    """The values of the column that has most different ones among some rows."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for cell in row.chunk.cells:
            if cell.role not in BOOKKEEPING and cell.text and len(cell.text) <= LONGEST:
                found.setdefault(cell.header, {})[cell.text] = None
    best = max(found.values(), key=len) if found else {}
    return list(best)
