"""`CellChooser`: asks a model which column of a product's row tells what a customer wants to know.

The model names one of the row's own columns, or none; what stands in it is told, once the verifier has confirmed it.
Of 32 such questions of three shops it named the right column for 23; by lines that were read 14 of 34 had been answered
rightly (docs/log.md).
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from answer.evidence import BOOKKEEPING, named_models
from answer.fields import asked_fields
from answer.lookup import named
from answer.numbers import numbers
from engine.engine import NOBODY, Caller, Message, Sampling
from engine.writer import Writer
from index.cell import Cell
from index.chunk import Chunk
from index.text.analysis import is_chinese, terms
from index.text.identifiers import identifiers
from index.text.letters import fold
from index.text.measures import TYPED
from retriever.passage import Passage
from retriever.planner.query import shown_header

MOST = 40
"""Columns of a row that are named."""
MEANT = 0.04
"""The relevance of a row that is not named from which on it may be meant: of 33 rows that were 32 had more, of 9 that
had nothing to do with the question 8 less."""
TRIED = 2
"""Rows that are looked at where the question names none in full."""
_EXACT = frozenset(("price", "stock"))
"""Fields that are told of a column of their own, or not at all, and of no question that asks others alone."""


class CellChooser:
    """Chooses with `writer`'s model. Safe for many threads."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def warm(self, *, caller: Caller = NOBODY) -> None:
        """Have the model read what stands before every row."""
        self._written("", [], "?", caller)

    def chosen(self, question: str, chunk: Chunk, *, caller: Caller = NOBODY) -> Cell | None:
        """The cell of a row that tells what is asked; None where none does, or the model fails."""
        cells = choosable(chunk)
        asked = {field.name for field in asked_fields(question)}
        fields = asked & _EXACT
        if not cells or (fields and not any(cell.role in fields for cell in cells.values())):
            return None
        cell = cells.get(self._written(chunk.label, list(cells), question, caller))
        return None if cell is not None and cell.role in _EXACT and asked and cell.role not in asked else cell

    def _written(self, product: str, columns: Sequence[str], question: str, caller: Caller) -> str:
        words = _texts()
        lead = words["column"]
        answers = (json.dumps(lead + column, ensure_ascii=False) for column in (*columns, words["none"]))
        sampling = Sampling(max_tokens=40, grammar=f"root ::= {' | '.join(answers)}")
        asked = Message("user", _asked(product, columns, question))
        return self._writer.written([Message("system", _fixed()), asked], sampling, caller).removeprefix(lead)


def choosable(chunk: Chunk) -> dict[str, Cell]:
    """The cells of a row that may tell something of it, by what their columns are called: not its name and kind, which
    who asks knows, nor what the shop keeps for itself."""
    found: dict[str, Cell] = {}
    for cell in chunk.cells:
        header = shown_header(cell.header)
        if header and cell.text and cell.role not in BOOKKEEPING | {"name", "category"} and len(found) < MOST:
            found.setdefault(header, cell)
    return found


def column_of(cell: Cell) -> str:
    """What a filter calls a cell's column."""
    return cell.role if cell.chosen and cell.role in TYPED else cell.header


def rows_meant(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """The rows that a question may be about: those that it names most of, in full, else those that are called by a
    model number of it, else the first that were found."""
    rows = [passage for passage in passages if passage.chunk.cells]
    models = named_models(question)
    much = [named(question, passage.chunk) for passage in rows]
    if not any(much):
        rows = [row for row in rows if row.relevance >= MEANT]
        codes = identifiers(question).keys()
        rows = [row for row in rows if not codes or codes & identifiers(f"{row.chunk.label}\n{row.chunk.text}").keys()]
        rows = [row for row in rows if not _names_another(question, row.chunk)]
        much = [len(models & numbers(passage.chunk.label)) for passage in rows]
    if most := max(much, default=0):
        rows = [row for row, count in zip(rows, much, strict=True) if count == most]
    elif passages and rows and passages[0] is not rows[0]:
        rows = rows[: TRIED - 1]
    return rows[:TRIED]


def _names_another(question: str, chunk: Chunk) -> bool:
    """Whether a Chinese question has words in Latin letters, which are names in it, that a row knows nothing of."""
    known = fold(f"{chunk.label}\n{chunk.text}\n{chunk.document}")
    return is_chinese(question) and any(word not in known for word in re.findall(r"[a-z]{2,}", fold(question)))


def rows_compared(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """The rows of one table that a question names in full, each by a name of its own, in the order of the names."""
    rows = {fold(one.chunk.label): one for one in reversed(passages) if one.chunk.cells and named(question, one.chunk)}
    names = {name: re.findall(r"\w+", name) for name in rows}
    whole = [name for name, own in names.items() if not any(set(own) < set(other) for other in names.values())]
    said = fold(question)
    kept = [rows[name] for name in sorted(whole, key=lambda name: max(map(said.find, names[name])))]
    return kept if len(kept) > 1 and len({one.chunk.table for one in kept}) == 1 else []


def rows_of_one_table(found: Sequence[Sequence[Passage]], sides: Sequence[str]) -> list[Passage]:
    """A row for each list of what was found for a side of a comparison, all of one table and each another one: of each
    the one that has most of the side's words in its name, the first of several. [] where there are none such."""
    best: list[Passage] = []
    score = -1.0
    rows = [[one for one in passages if one.chunk.cells] for passages in found]
    for table in dict.fromkeys(row.chunk.table for side in rows for row in side):
        kept: list[Passage] = []
        total = 0.0
        for side, passages in zip(sides, rows, strict=True):
            known = {row.chunk.id for row in kept}
            own = [row for row in passages if row.chunk.table == table and row.chunk.id not in known]
            if own:
                kept.append(max(own, key=lambda row: said_of_name(side, row)))
                total += said_of_name(side, kept[-1])
        if len(kept) == len(sides) > 1 and total > score:
            best, score = kept, total
    return best


def said_of_name(side: str, row: Passage) -> float:
    """The share of a side's words that a row has in its name, or, for half as much, in its other cells."""
    said = set(terms(fold(side)))
    name, text = set(terms(fold(row.chunk.label))), set(terms(fold(row.chunk.text)))
    return (len(said & name) + len(said & text - name) / 2) / len(said) if said else 0.0


def _asked(product: str, columns: Sequence[str], question: str) -> str:
    words = _texts()
    return f"{words['product']}{product}\n{words['columns']}{', '.join(columns)}\n{words['question']}{question}"


@cache
def _fixed() -> str:
    """All that stands before the row."""
    words = _texts()
    told = [
        f"{_asked(one['product'], one['columns'], one['question'])}\n{words['column']}{one['column']}"
        for one in words["example"]
    ]
    return "\n\n".join((words["task"].strip(), *told))


@cache
def _texts() -> dict[str, Any]:
    texts = tomllib.loads(files(__package__).joinpath("verifying.toml").read_text("utf-8"))
    return dict(texts["cell"])
