"""What the planner's model is asked: to make a question stand alone, to say what documents may call it, and to write a
query over one sheet.

What is the same for every question comes first, so that a model reads it once; the customer's words come last, as data.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from engine.engine import Message
from index.database.sheets import Column, Sheet
from index.text.naming import heads
from retriever.planner.query import links_told, names, quoted

MOST_COLUMNS = 24
"""Columns that one prompt names; of a wider sheet those come first that the question speaks of."""
MOST_LISTED, LONGEST_LIST = 1_500, 200
"""Tokens or so of values that are listed in a prompt of all columns together, and of one."""


_HAN = re.compile(r"[\u3400-\u9fff]")


def table_prompt(
    question: str,
    sheet: Sheet,
    columns: Sequence[Column],
    near: Sequence[str] = (),
    words: Sequence[tuple[Column, str]] = (),
) -> list[Message]:
    """For a query over one sheet; `near` are the products whose names are nearest to the question, `words` those of it
    that stand in a text column."""
    room = min(LONGEST_LIST, MOST_LISTED // max(1, len(columns)))
    lines = [_column(name, column, room) for name, column in names(columns).items()]
    title = sheet.title.replace('"', "")[:80]
    table = f'CREATE TABLE "{title}" (\n' + ",\n".join(lines) + "\n)\n\n" + "\n".join(_examples(columns))
    listed = f"Near: {', '.join(map(quoted, near))}\n" if near else ""
    if told := links_told(columns, words):
        listed += f"Found: {told}\n"
    fixed = f"{_texts()['query'].strip()}\n\n{table}"
    return [Message("system", fixed), Message("user", f"{listed}Message: {question}")]


def _examples(columns: Sequence[Column]) -> Iterator[str]:
    """Wishes over these very columns, so that nothing of another table can be copied."""
    called = {column: name for name, column in names(columns).items()}
    numbers = [column for column in columns if column.sort == "number"]
    priced = next((column for column in numbers if column.name == "price"), numbers[0] if numbers else None)
    choices = (one for one in columns if one.sort == "choice" and len(one.choices) > 1 and one.role != "brand")
    picked = next(choices, None)
    own = next((column for column in columns if column.name == "name"), columns[0])
    if priced is None:
        return
    first, price = f'SELECT "{called[own]}", "{called[priced]}"', f'"{called[priced]}"'
    bound = f"{(priced.low + priced.high) / 2:.0f}"
    if picked is not None:
        one, other, *_ = picked.choices
        said = f'"{called[picked]}" = {quoted(one)}'
        either = f'({said} OR "{called[picked]}" = {quoted(other)})'
        count = f"SELECT COUNT(*) WHERE {either} AND {price} <= {bound}"
        yield f"Message: how many {one} or {other} under {bound}?\n{count}"
        yield f"Message: the {one} with the least {called[priced]}\n{first} WHERE {said} ORDER BY {price} ASC LIMIT 1"
    last = numbers[-1]
    by = f'ORDER BY "{called[last]}" DESC LIMIT 3'
    yield f'Message: {called[last]}最高的三款\nSELECT "{called[own]}", "{called[last]}" {by}'
    if own.choices:
        name = quoted(next(iter(own.choices)))
        if head := max(heads(name.strip("'")), key=len, default=""):
            like = f"WHERE \"{called[own]}\" LIKE '%{head}%' AND {price} BETWEEN {priced.low:.0f} AND {bound}"
            found = f"Found: \"{called[own]}\" LIKE '%{head}%'"
            yield f"{found}\nMessage: any {head} between {priced.low:.0f} and {bound}?\n{first} {like}"
        yield f'Near: {name}\nMessage: what does that one cost?\n{first} WHERE "{called[own]}" = {name}'


def _column(name: str, column: Column, room: int) -> str:
    """A column with as many of its values as `room` tokens or so hold, one at least."""
    if column.sort == "number":
        examples = ", ".join(column.choices) if column.dimension else ""
        what = "price, " if column.role == "price" else "in stock, " if column.role == "stock" else ""
        unit = f" {column.unit}" if column.unit else ""
        said = f"e.g. {examples}" if examples else f"{column.low:g} to {column.high:g}"
        return f'  "{name}" number{unit} -- {what}{said}'
    if column.sort == "truth":
        return f"  \"{name}\" text -- 'yes' or 'no'"
    listed: list[str] = []
    for value in column.choices:
        han = len(_HAN.findall(value))
        room -= han + (len(value) - han) // 3 + 3
        if room < 0 and listed:
            break
        listed.append(quoted(value))
    kind = "one of" if column.sort == "choice" else "e.g."
    return f'  "{name}" text -- {kind} {", ".join(listed)}'


def find_prompt(question: str, language: str) -> list[Message]:
    """For what documents may call what is asked; `language` is the documents' ("en", "zh")."""
    return [Message("system", _finding(language)), Message("user", f"Question: {question}")]


@cache
def _finding(language: str) -> str:
    """All that stands before the question."""
    words = {"en": "English", "zh": "Chinese"}[language]
    task = _texts()["find"].replace("{language}", words)
    return _listing(task, ((one["question"], one[language]) for one in _texts()["found"]))


FIND_GRAMMAR = "\n".join([r'''root ::= "[" text ", " text "]"''', r'''text ::= "\"" [^"\\\n]{2,48} "\""'''])


def sides_prompt(question: str) -> list[Message]:
    """For the products that a question compares."""
    return [Message("system", _siding()), Message("user", f"Question: {question}")]


@cache
def _siding() -> str:
    said = _texts()["sides"]
    return _listing(said["task"], ((one["question"], one["names"]) for one in said["example"]))


def _listing(task: str, examples: Iterable[tuple[str, Sequence[str]]]) -> str:
    """A task of writing a list, and questions with theirs."""
    told = (f"Question: {question}\n{json.dumps(texts, ensure_ascii=False)}" for question, texts in examples)
    return "\n\n".join((task.strip(), *told))


def wish_prompt(message: str) -> list[Message]:
    """For what a customer looks for (`retriever.planner.wishes`)."""
    return [Message("system", _wishing()), Message("user", f"Message: {message}")]


@cache
def _wishing() -> str:
    said = _texts()["wish"]
    told = (f"Message: {one['message']}\n{one['wish']}" for one in said["example"])
    return "\n\n".join((said["task"].strip(), *told))


SIDES_GRAMMAR = "\n".join(
    [r'''root ::= "[" text ", " text (", " text)? "]"''', r'''text ::= "\"" [^"\\\n]{2,60} "\""''']
)


def alone_prompt(question: str, history: Sequence[Message], form: str) -> list[Message]:
    """For a question with what it leaves to the conversation; `form` is its own language ("en", "zh")."""
    said = _texts()["alone"][form]
    turns = [said["customer" if turn.role == "user" else "shop"] + _short(turn.content) for turn in history[-4:]]
    return [Message("system", _alone(form)), Message("user", "\n".join((*turns, f"{said['last']}{question}")))]


@cache
def _alone(form: str) -> str:
    said = _texts()["alone"][form]
    told = [said["task"].strip()]
    for one in said["example"]:
        asked, answered = one["before"]
        told.append(
            f"{said['customer']}{asked}\n{said['shop']}{answered}\n{said['last']}{one['last']}\n"
            f"{said['alone']}{one['alone']}"
        )
    return "\n\n".join(told)


def alone_grammar(form: str) -> str:
    """GBNF of one question, not of a statement."""
    return rf'''root ::= "{alone_mark(form)}" [^\n?？。]{{2,160}} ("?" | "？")'''


def alone_mark(form: str) -> str:
    """What stands before a question that was made to stand alone."""
    return str(_texts()["alone"][form]["alone"])


def unanswered(form: str) -> str:
    """What stands for the reply to a question that is answered in the same reply."""
    return str(_texts()["alone"][form]["nothing"])


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("prompts.toml").read_text("utf-8"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 400 else f"{text[:400]} ..."
