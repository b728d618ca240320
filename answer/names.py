"""What a row calls its product, or its kind, in a reply's language: one of several columns, or a half of one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.language import Form
from index.cell import Cell
from index.text.letters import HAN
from index.text.naming import halves

_BILINGUAL = re.compile(f"[{HAN}].*[A-Za-z]|[A-Za-z].*[{HAN}]")


def in_form(cells: Sequence[Cell], role: str, form: Form) -> tuple[Cell, str] | None:
    """The cell of a role that is in the reply's language and what to tell of it; None where the row has it in one only.

    In an English reply another language in Latin letters goes before Chinese.
    """
    having = [cell for cell in cells if cell.role == role and cell.text]
    if len(having) > 1:
        alike = [cell for cell in having if (cell.kind == "zh") == (form == "zh") and cell.kind]
        own = next((cell for cell in alike if cell.kind == form), next(iter(alike), None))
        if own is not None:
            return own, own.text
    for cell in having:
        if len(said := spellings(cell)) > 1:
            return cell, said[1 if form == "zh" else 2]
    return None


def spellings(cell: Cell) -> tuple[str, ...]:
    """What a cell's text calls a thing: the whole, and of a column in two languages its Chinese half and the other."""
    both = halves(cell.text) if _BILINGUAL.search(cell.header) else None
    return (cell.text, *both) if both else (cell.text,)
