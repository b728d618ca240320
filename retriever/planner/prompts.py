"""What the planner's model is asked: to take a message apart, and to write a query over one sheet.

What is the same for every question comes first, so that a model reads it once; the customer's words come last, as data.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from engine.engine import Message
from index.database.sheets import Column, Sheet
from retriever.planner.query import names, quoted

MOST_COLUMNS = 24
"""Columns that one prompt names; of a wider sheet those come first that the question speaks of."""
LONGEST_LIST = 700
"""Characters of a column's values that are listed in a prompt."""


def table_prompt(question: str, sheet: Sheet, columns: Sequence[Column]) -> list[Message]:
    """For a query over one sheet."""
    lines = [_column(name, column) for name, column in names(columns).items()]
    title = sheet.title.replace('"', "")[:80]
    table = f'CREATE TABLE "{title}" (\n' + ",\n".join(lines) + "\n)"
    return [Message("system", f"{_texts()['query'].strip()}\n\n{table}"), Message("user", question)]


def _column(name: str, column: Column) -> str:
    if column.sort == "number":
        examples = ", ".join(column.choices) if column.dimension else ""
        what = "price, " if column.role == "price" else "in stock, " if column.role == "stock" else ""
        unit = f" {column.unit}" if column.unit else ""
        said = f"e.g. {examples}" if examples else f"{column.low:g} to {column.high:g}"
        return f'  "{name}" number{unit} -- {what}{said}'
    if column.sort == "truth":
        return f"  \"{name}\" text -- 'yes' or 'no'"
    listed, length = [], 0
    for value in column.choices:
        length += len(value) + 4
        if length > LONGEST_LIST:
            break
        listed.append(quoted(value))
    kind = "one of" if column.sort == "choice" else "e.g."
    return f'  "{name}" text -- {kind} {", ".join(listed)}'


def message_prompt(message: str, history: Sequence[Message], language: str) -> list[Message]:
    """For the parts of a message; `language` is the documents' ("en", "zh")."""
    turns = [f"{'Customer' if turn.role == 'user' else 'Shop'}: {_short(turn.content)}" for turn in history[-4:]]
    return [Message("system", _fixed(language)), Message("user", _asked(message, "\n".join(turns)))]


@cache
def _fixed(language: str) -> str:
    """All that stands before the customer's words."""
    words = {"en": "English", "zh": "Chinese"}[language]
    said = [_texts()["message"].strip().replace("{language}", words)]
    for example in _texts()["example"]:
        parts = [{"kind": one["kind"], "find": one[language], "ask": one["ask"]} for one in example["parts"]]
        written = json.dumps({"parts": parts}, ensure_ascii=False)
        said.append(f"{_asked(example['message'], example.get('before', ''))}\n{written}")
    return "\n\n".join(said)


def _asked(message: str, before: str) -> str:
    conversation = f"Conversation:\n{before}\n" if before else ""
    return f"{conversation}Message: {message}"


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("prompts.toml").read_text("utf-8"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 400 else f"{text[:400]} ..."


def message_grammar(*, apart: bool) -> str:
    """GBNF of a message's parts: of one that is a single question by itself without `ask`."""
    part = r'''"{\"kind\": " kind ", \"find\": [" text ", " text "]"'''
    rules = [
        r'''kind ::= "\"choose\"" | "\"fact\"" | "\"how\"" | "\"rule\""''',
        r'''text ::= "\"" [^"\\\n]{2,48} "\""''',
    ]
    if apart:
        root = r'''root ::= "{\"parts\": [" part (", " part)? (", " part)? "]}"'''
        asked = r"""part ::= """ + part + r''' ", \"ask\": " long "}"'''
        return "\n".join([root, asked, *rules, r'''long ::= "\"" [^"\\\n]{2,200} "\""'''])
    return "\n".join([r'''root ::= "{\"parts\": [" part "}]}"''', f"part ::= {part}", *rules])
