"""The planning probe: does this model understand questions? Measured on the file, or server, itself.

Six queries over a sheet of tents, four questions that lean on what was said before, and four lines that answer or do
not, in English and Chinese, through the very planner and verifier that serving uses. A query passes as a whole: the
conditions, the order and the number of rows that were asked for, and no others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from typing import Any

from answer.evidence import Evidence
from answer.units import Unit
from answer.verifier import Verifier
from engine.engine import NOBODY, Caller, Message
from index.chunk import Chunk
from index.database.sheets import Column, Sheet
from index.text.letters import fold
from retriever.passage import Passage
from retriever.planner.planner import Planner
from retriever.planner.query import Query, parsed

UNDERSTANDS = 0.6
"""Share that must pass. A model that fails more plans nothing: what the parser makes of a question is then better."""

TENTS = Sheet(
    "Tents",
    ((1, None),),
    24,
    (
        Column("Name", "name", "text", "name", choices={"Fjell": ("Fjell",), "Hytte": ("Hytte",)}),
        Column("Price", "price", "number", "price", unit="EUR", low=99, high=899),
        Column("Persons", "Persons", "number", low=1, high=8),
        Column("Colour", "Colour", "choice", choices={one: (one,) for one in ("yellow", "green", "grey")}),
        Column("Weight (kg)", "Weight (kg)", "number", dimension="mass", choices={"2.4": ()}, low=900, high=9000),
    ),
)


def planning_probe(planner: Planner, verifier: Verifier, caller: Caller = NOBODY) -> float:
    """The share passed. Raises `EngineFailed` where the model ends."""
    asked: dict[str, Any] = tomllib.loads(files("answer").joinpath("planning_probe.toml").read_text("utf-8"))
    outcomes = [
        *(_queries(planner, asked["query"], caller)),
        *(_alone(planner, asked["alone"], caller)),
        *(_checks(verifier, asked["check"], caller)),
    ]
    return round(sum(outcomes) / len(outcomes), 3)


def _queries(planner: Planner, items: list[dict[str, Any]], caller: Caller) -> Iterator[bool]:
    for item in items:
        written = planner.query(item["message"], TENTS, free=False, caller=caller)
        yield written is not None and _asks(written) == _asks(parsed(item["sql"], TENTS))


def _asks(query: Query) -> tuple[object, ...]:
    """What a query comes to: bounds with and without their ends are the same here."""
    tests = frozenset(
        frozenset((test.column.name, test.operator.rstrip("="), _same(test.value)) for test in tests)
        for tests in query.where
    )
    return tests, query.wanted, query.order, query.descending if query.order else None, query.limit


def _same(value: Decimal | str) -> Decimal | str:
    return value.normalize() if isinstance(value, Decimal) else fold(value)


def _alone(planner: Planner, items: list[dict[str, Any]], caller: Caller) -> Iterator[bool]:
    for item in items:
        asked, told = item["before"]
        history = [Message("user", asked), Message("assistant", told)]
        parts = planner.parts(item["last"], history, "en", caller=caller)
        yield bool(parts) and all(word in fold(parts[0].text) for word in item["has"])


def _checks(verifier: Verifier, items: list[dict[str, Any]], caller: Caller) -> Iterator[bool]:
    for item in items:
        chunk = Chunk("probe", "probe", 0, item["line"], item["source"])
        line = Evidence(Unit(Passage(chunk, 1.0, 1.0), item["line"]), 1.0)
        said = verifier.confirmed(item["question"], [line], caller=caller)
        yield said is not None and bool(said) == item["answers"]
