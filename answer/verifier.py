"""`Verifier`: asks a model of one line whether it tells what a customer wants to know.

The model words nothing: it says yes or no, and the line speaks for itself. On 36 lines that answered a question and the
24 best lines to questions without an answer it tells the two apart with an AUC of 0.94, the reader with 0.86
(docs/evaluation.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from answer.cell_chooser import CellChooser, column_of, rows_meant
from answer.evidence import Evidence
from answer.links import without_links
from answer.lookup import is_of_another, named
from answer.units import Unit, called
from engine.engine import NOBODY, Caller, Message, Sampling
from engine.writer import Writer
from index.cell import Cell
from retriever.passage import Passage
from retriever.planner.clauses import asking

TRIED = 3
"""Lines that are checked of one question, best first: each costs a second on two cores."""
LONGEST = 300
"""Characters of a line that the model is shown."""
WHOLE_TRIED, WHOLE = 2, 700
"""Passages that are read as a whole where no line tells it, and characters of each: a second or two."""
ROWS_BIAS = 0.6
"""What is added to the score of "Yes" where rows are checked: of 34 replies with rows the 15 right ones had more than
-0.1 for "Yes" over "No", those to questions that no row answers less than -1.2."""
CELL_BIAS = 0.75
"""The same where the cell that a model chose of a row is checked: of 23 right ones 20 had more than -0.75, of 24 wrong
ones or ones beside the point 4."""
AGREED_BIAS = 1.2
"""The same where a query named that column, too."""
SIDES_BIAS = 1.5
"""The same where a cell is one side of a comparison, which it alone does not answer."""
UNNAMED_BIAS = 0.4
"""The same where the question does not name the row in full."""
_SAMPLING = Sampling(max_tokens=1, grammar='root ::= "Yes" | "No"')


class Verifier:
    """Checks with `writer`'s model. Safe for many threads."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._chooser = CellChooser(writer)

    def warm(self, *, caller: Caller = NOBODY) -> None:
        """Have the model read what stands before every line."""
        self._said("?", caller)
        self._chooser.warm(caller=caller)

    def confirmed(
        self, question: str, evidence: Sequence[Evidence], *, caller: Caller = NOBODY
    ) -> list[Evidence] | None:
        """The evidence from the first piece on that the model says answers the question, that piece on top of all; []
        where it says so of none of the first, and None where it fails."""
        for at, item in enumerate(evidence[:TRIED]):
            said = self._said(_shown(question, item.unit), caller)
            if not said:
                return None
            if said == "Yes":
                return [_on_top(item, evidence), *(_beside(item, other) for other in evidence[at + 1 :])]
        return []

    def cell(
        self,
        question: str,
        passages: Sequence[Passage],
        *,
        asked: Collection[str] = (),
        known: Collection[str] = (),
        caller: Caller = NOBODY,
    ) -> Unit | None:
        """The cell of a row that the question may be about, where the model finds one that tells what is asked and
        confirms it. `asked` are columns that it has named before, `known` those that the question speaks of itself."""
        for passage in rows_meant(question, passages):
            cell = self._chooser.chosen(question, passage.chunk, caller=caller)
            if cell is not None and not {column_of(cell), cell.role}.intersection(known):
                unit = Unit(passage, cell.line, cell, alone=True)
                bias = AGREED_BIAS if column_of(cell) in asked else CELL_BIAS
                if is_of_another(question, passage.chunk):
                    continue
                if not named(question, passage.chunk):
                    bias = min(bias, UNNAMED_BIAS)
                wordings = dict.fromkeys((question, asking(question)))
                if any(self._said(_shown(one, unit), caller, bias) == "Yes" for one in wordings):
                    return unit
        return None

    def column(self, question: str, passage: Passage, *, caller: Caller = NOBODY) -> Cell | None:
        """The cell of one row that the model names and that may be what is compared."""
        cell = self._chooser.chosen(question, passage.chunk, caller=caller)
        if cell is None or self._said(_shown(question, Unit(passage, cell.line, cell)), caller, SIDES_BIAS) != "Yes":
            return None
        return cell

    def passage(self, question: str, evidence: Sequence[Evidence], *, caller: Caller = NOBODY) -> Evidence | None:
        """The best evidence of the first passage of prose that, read as a whole, tells what is asked."""
        firsts = {item.unit.passage.chunk.id: item for item in reversed(evidence) if not item.unit.passage.chunk.cells}
        for item in sorted(firsts.values(), key=lambda item: -item.score)[:WHOLE_TRIED]:
            unit = Unit(item.unit.passage, item.unit.passage.chunk.text)
            if self._said(_shown(question, unit, WHOLE), caller) == "Yes":
                return item
        return None

    def fits(self, question: str, told: str, *, caller: Caller = NOBODY) -> bool | None:
        """Whether what is told of rows is what the question asks for; None where the model fails."""
        said = self._said(_asked("list", told, question), caller, bias=ROWS_BIAS)
        return said == "Yes" if said else None

    def _said(self, asked: str, caller: Caller, bias: float = 0.0) -> str:
        """Yes or No; "" where the model fails. `bias` is added to the score of "Yes"."""
        sampling = replace(_SAMPLING, bias=(("Yes", bias),)) if bias else _SAMPLING
        return self._writer.written([Message("system", _fixed()), Message("user", asked)], sampling, caller)


def _on_top(item: Evidence, evidence: Sequence[Evidence]) -> Evidence:
    """A cell is what was asked for, now that it was confirmed."""
    most = max(other.score for other in evidence)
    return replace(item, score=most, answers_field=item.unit.cell is not None)


def _beside(best: Evidence, other: Evidence) -> Evidence:
    """What is told with a confirmed cell that was asked for by its field: the same of other rows, by their fields."""
    return other if best.answers_field else replace(other, answers_field=False)


def _shown(question: str, unit: Unit, longest: int = LONGEST) -> str:
    """A line under what its source is called: a product, or a document by its file's name, too."""
    chunk = unit.passage.chunk
    names = called(chunk) if unit.cell is not None else (*called(chunk), *chunk.section[-1:])
    return _asked(" > ".join(dict.fromkeys(names))[:100], without_links(unit.text), question, longest)


def _asked(source: str, line: str, question: str, longest: int = LONGEST) -> str:
    return f"Line of “{source}”: {' '.join(line.split())[:longest]}\nQuestion: {question}"


@cache
def _fixed() -> str:
    """All that stands before the line."""
    texts: dict[str, Any] = tomllib.loads(files(__package__).joinpath("verifying.toml").read_text("utf-8"))
    told = [
        f"{_asked(one['source'], one['line'], one['question'])}\n{'Yes' if one['answers'] else 'No'}"
        for one in texts["example"]
    ]
    return "\n\n".join((texts["check"].strip(), *told))
