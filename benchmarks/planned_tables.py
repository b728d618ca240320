"""Questions over tables: does the planner's query select the rows that the dataset's SQL selects?

    python benchmarks/planned_tables.py spider_syn|chase --data ../shared/data --model MODEL.gguf [--count 400]

Single-table questions without grouping and aggregates but count and average; of `chase` the first turns. The sets have
no cell values, so 40 rows are made from the schema and the values that their SQL names. Both queries are run over them;
"same rows" is the same set of rows. Nothing here is learned from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.llama.engine import LlamaEngine
from engine.writer import Writer
from index.database.sheets import MOST_CHOICES, Column, Sheet
from retriever.planner.intents import Intents
from retriever.planner.planner import Planner
from retriever.planner.query import Comparison, Query

ROWS = 40
_FROM = re.compile(r"\bfrom\s+([\w\u3400-\u9fff（）]+)", re.IGNORECASE)
_NOT_HERE = re.compile(r"\b(?:group by|having|intersect|union|except|join)\b|\b(?:max|min|sum)\s*\(", re.IGNORECASE)
_NAMED = re.compile(r"([\w\u3400-\u9fff（）()/.%-]+)\s*(?:=|!=|like|in|[<>]=?)\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
Values = Mapping[tuple[str, str], Mapping[str, set[str]]]


def items(folder: Path, chosen: str, seed: int) -> Iterator[tuple[dict[str, Any], str, dict[str, Any], Values]]:
    """(question, table, schema, values that are named) in a random order."""
    schemas = {one["db"]: one for one in _lines(folder / chosen / "schemas.jsonl.gz")}
    questions = [
        one for one in _lines(folder / chosen / "train.jsonl.gz") if one["single_table"] and one["db"] in schemas
    ]
    named: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in questions:
        if table := _FROM.search(one["sql"]):
            for column, value in _NAMED.findall(one["sql"]):
                named[one["db"], table[1].lower()][column.lower().split(".")[-1]].add(value.strip("%"))
    random.Random(seed).shuffle(questions)
    for one in questions:
        table, schema = _FROM.search(one["sql"]), schemas[one["db"]]
        whole = table and table[1].lower() in map(str.lower, schema["tables"]) and not one.get("turn")
        if whole and table and not _NOT_HERE.search(one["sql"]) and one["sql"].lower().count("select") == 1:
            yield one, table[1], schema, named


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def invented(question: dict[str, Any], table: str, schema: dict[str, Any], named: Values) -> dict[str, list[Any]]:
    """Column -> its values in rows that hold what the SQL of this table names."""
    place = [name.lower() for name in schema["tables"]].index(table.lower())
    chance = random.Random(question["db"] + table)
    figures = [float(figure) for figure in re.findall(r"(?<![\w\"'])\d+(?:\.\d+)?", question["sql"])]
    made: dict[str, list[Any]] = {}
    for (of, column), kind in zip(schema["columns"], schema["types"], strict=True):
        if of != place:
            continue
        values = sorted(named[question["db"], table.lower()].get(column.lower(), ()))
        if kind == "number" and all(re.fullmatch(r"-?[\d.]+", value) for value in values):
            pool: list[Any] = [
                *map(float, values),
                *figures,
                *(one + 1 for one in figures),
                *(one - 1 for one in figures),
            ]
            pool += [chance.randint(1, 100) for _ in range(10)]
        elif kind == "boolean" and not values:
            pool = ["T", "F"]
        else:
            pool = values + [f"{word} {column[:3]}" for word in ("Alpha", "Brook", "Cedar", "Delta", "Elm", "Fjord")]
        made[column] = [chance.choice(pool) for _ in range(ROWS)]
        if isinstance(pool[0], str):
            made[column][: len(values)] = values[:ROWS]
    return made


def loaded(table: str, made: dict[str, list[Any]]) -> sqlite3.Connection:
    """The rows in a database in memory."""
    database = sqlite3.connect(":memory:")
    types = {
        name: "REAL" if isinstance(values[0], float | int) else "TEXT COLLATE NOCASE" for name, values in made.items()
    }
    database.execute(
        f'CREATE TABLE "{table}" (_id INTEGER, {", ".join(f"{chr(34)}{n}{chr(34)} {t}" for n, t in types.items())})'
    )
    for at in range(ROWS):
        marks = ",".join("?" * (len(made) + 1))
        database.execute(f'INSERT INTO "{table}" VALUES ({marks})', [at, *(values[at] for values in made.values())])
    return database


def sheet_of(table: str, made: dict[str, list[Any]]) -> Sheet:
    """The rows as the planner is shown them."""
    columns = []
    for name, values in made.items():
        if all(isinstance(value, float | int) for value in values):
            columns.append(Column(name, name, "number", low=min(values), high=max(values)))
        else:
            said = list(dict.fromkeys(map(str, values)))
            sort = "choice" if len(said) <= MOST_CHOICES else "text"
            columns.append(Column(name, name, sort, choices={value: (value,) for value in said}))  # type: ignore[arg-type]
    return Sheet(table, ((0, None),), ROWS, tuple(columns))


def body(query: Query, table: str) -> str:
    """A query as SQL from its FROM on."""
    where = " AND ".join(f"({' OR '.join(map(_test, tests))})" for tests in query.where)
    order = f' ORDER BY "{query.order.name}" {"DESC" if query.descending else "ASC"}' if query.order else ""
    limit = f" LIMIT {query.limit}" if query.limit else ""
    return f'FROM "{table}"{f" WHERE {where}" if where else ""}{order}{limit}'


def _test(test: Comparison) -> str:
    name = f'"{test.column.name}"'
    if isinstance(test.value, Decimal):
        return f"{name} {test.operator} {test.value}"
    value = test.value.replace("'", "''")
    if test.operator in ("has", "lacks"):
        return f"{name} {'NOT ' if test.operator == 'lacks' else ''}LIKE '%{value}%'"
    return f"{name} {test.operator} '{value}'"


def _rows(database: sqlite3.Connection, said: str) -> frozenset[int]:
    return frozenset(row[0] for row in database.execute(f"SELECT _id {said}"))


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=("spider_syn", "chase"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print each question")
    given = parser.parse_args()
    engine = LlamaEngine(given.model, context=4096, threads=given.threads, flash=True)
    planner = Planner(Writer(engine), Intents(None))
    seen = same = failed = 0
    began = time.monotonic()
    for question, table, schema, named in items(given.data, given.set, given.seed):
        if seen == given.count:
            break
        made = invented(question, table, schema, named)
        database = loaded(table, made)
        try:
            right = _rows(database, question["sql"][question["sql"].lower().index("from") :])
        except sqlite3.Error:
            continue
        text = question.get("in_other_words") or question["text"]
        query = planner.query(text, sheet_of(table, made))
        seen += 1
        failed += query is None
        got = _rows(database, body(query, table)) if query is not None else None
        same += got == right
        if given.show:
            print(
                "same " if got == right else "OTHER",
                text,
                "|",
                question["sql"],
                "|",
                query and body(query, table),
                flush=True,
            )
    engine.close()
    print(
        f"{given.set}: {same} of {seen} select the same rows ({same / seen:.3f}), {failed} without a query, "
        f"{(time.monotonic() - began) / seen:.1f} s each"
    )


if __name__ == "__main__":
    main()
