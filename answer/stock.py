"""`stock_line`: a row's stock in a sentence, whether there is any first where that was asked, and then how many."""

from __future__ import annotations

from answer.language import Form
from index.cell import Cell
from index.lexicon import pattern, sections

_WHETHER, _COUNT, _GONE = (pattern("asked_stock", key) for key in ("whether", "count", "gone"))


def stock_line(query: str, name: str, cell: Cell, told: str, form: Form) -> str | None:
    """`told` is the cell's text as a reply says it. None where the cell's text does not say whether there is any.

    A Chinese verdict names what it is of, and so is the same for "is there any?" and "is it sold out?".
    """
    if not isinstance(cell.value, bool | int | float):
        return None
    words, any_left = sections("replies.stock")[form], cell.value > 0
    verdict = ""
    if _WHETHER.search(query) and not _COUNT.search(query):
        verdict = words["yes" if any_left != (form == "en" and bool(_GONE.search(query))) else "no"]
    if isinstance(cell.value, bool):
        return f"{verdict}{name}{'：' if form == 'zh' else ': '}{told}"
    called = f"{name} " if form == "zh" and any_left and name[-1:].isascii() else name
    return str(verdict) + str(words["some" if any_left else "none"]).format(called, told)
