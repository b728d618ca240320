"""Amounts of a question beside the numbers of a query: whether a number is one that was said, and in which unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from index.database.sheets import Column
from index.text.measures import column_unit
from index.text.quantities import Quantity, quantities
from retriever.planner.query import Comparison, Query

YEARS = range(1950, 2100)
"""Numbers that may be years, which are said by their last two figures as well."""


def is_said(amount: Quantity, value: Decimal, column: Column) -> bool:
    """Whether a number of a query is an amount of the question, and may be one of the column's."""
    money = amount.dimension.startswith("money:")
    if amount.dimension and not money and amount.dimension != column.dimension:
        free = column.name not in ("price", "stock") and not column.dimension
        return free and (_is_scaled(amount, value) or _is_year(amount, value))
    if money and column.name != "price" and "price" not in column.role:
        return False
    figures = _figures(amount).strip(".")
    if amount.value == value or figures in (str(value), format(value.normalize(), "f")):
        return True
    return not column.dimension and _is_year(amount, value)


def _is_scaled(amount: Quantity, value: Decimal) -> bool:
    """Whether a number is an amount in some decimal multiple of its unit, as a column without a unit may be in: 2 TB
    are 2000."""
    figures = _figures(amount).strip(".")
    if not figures or amount.dimension.startswith("money:"):
        return False
    return Decimal(figures).normalize().as_tuple().digits == value.normalize().as_tuple().digits


def _is_year(amount: Quantity, value: Decimal) -> bool:
    """Whether a number is a year of which an amount has the last two figures: 22年 is 2022."""
    figures = _figures(amount)
    return len(figures) == 2 and value in YEARS and str(value).endswith(figures)


def _figures(amount: Quantity) -> str:
    """An amount's number as it was written."""
    return re.sub(r"[^\d.]", "", amount.written)


def factor(column: Column) -> Decimal:
    """How many base units one of what the column's cells are written in is."""
    if unit := column_unit(column.header):
        return unit.factor
    for example in column.choices:
        found = quantities(example)
        if found and (figure := re.search(r"\d+(?:\.\d+)?", found[0].written)):
            return found[0].value / Decimal(figure[0]) if Decimal(figure[0]) else Decimal(1)
    return Decimal(1)


def unit_shown(column: Column) -> str:
    """The unit in which a column's cells are written."""
    if column.unit:
        return column.unit
    found = [re.sub(r"[\d.,\s]+", "", one.written) for example in column.choices for one in quantities(example)]
    return found[0] if found else ""


def is_named(amount: Quantity, query: Query, where: Sequence[Sequence[Comparison]], question: str) -> bool:
    """Whether a number of the question stands in a value of the tests that hold, says how many, or is in a name."""
    figures = _figures(amount)
    values = [str(test.value) for tests in where for test in tests if isinstance(test.value, str)]
    around = question[max(0, amount.start - 1) : amount.end + 1]
    glued = bool(re.search(r"[A-Za-z]\d|\d[A-Za-z]", around)) and not amount.dimension
    return any(figures in value for value in values) or str(query.limit) == figures or glued or figures == "1"
