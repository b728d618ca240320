"""`Query`: one question over one sheet, in the little of SQL that a shop's questions need, its grammar and its parser.

The model writes it under the grammar, so that it names only columns and values that are there; what a column calls
itself is a name in quotes and can give no order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from json import dumps
from typing import Literal

from index.database.sheets import Column, Sheet

Wanted = Literal["rows", "count", "average", "values"]
MOST_TESTS = 4
"""Tests of one query that must all hold: of wishes hardly any has more, and a model that goes on repeats itself."""
LONGEST = 40
"""Characters of a text that is looked for."""

_TOKEN = re.compile(r"\"([^\"]*)\"|'((?:[^']|'')*)'|(<=|>=|!=|[<>=(),])|([A-Za-z*]+|-?\d+(?:\.\d+)?)|\s+")


class NoQuery(ValueError):
    """What a model wrote is no query, as it was cut short."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`column` compared with a value: by `<=`, `>=`, `<`, `>`, `=`, `!=`, or `has` and `lacks` for words in a text."""

    column: Column
    operator: str
    value: Decimal | str


@dataclass(frozen=True, slots=True)
class Query:
    """`where`: all must be met, each by one of its tests. `columns` are those asked about; of an average the one."""

    wanted: Wanted
    columns: tuple[Column, ...] = ()
    where: tuple[tuple[Comparison, ...], ...] = ()
    order: Column | None = None
    descending: bool = False
    limit: int | None = None


def names(columns: Sequence[Column]) -> dict[str, Column]:
    """What the columns are called in a query: their headers, without quotes, each once."""
    found: dict[str, Column] = {}
    for column in columns:
        name = shown_header(column.header) or "column"
        while name in found:
            name += "_"
        found[name] = column
    return found


def shown_header(header: str) -> str:
    """A header as a model is shown it: one line without quotes, that can give no order."""
    return re.sub(r'[\s"\\]+', " ", header).strip()[:LONGEST]


def grammar(
    columns: Sequence[Column], near: Sequence[str] = (), words: Sequence[tuple[Column, str]] = (), *, free: bool = True
) -> str:
    """GBNF of the queries over these columns; `near` are names that the name may be equal to, `words` those that texts
    may be looked for: others only where that is `free`."""
    called = names(columns)
    numbers = [name for name, column in called.items() if column.sort == "number"]
    texts = [name for name, column in called.items() if column.sort == "text"]
    picked = {name: column for name, column in called.items() if column.sort in ("choice", "truth")}
    what = ['col (", " col)? (", " col)? (", " col)?', '"COUNT(*)"', '"DISTINCT " col']
    tests, rules = [], []
    if numbers:
        what.append('"AVG(" num ")"')
        tests.append('num " " cmp " " number')
        rules += [
            f"num ::= {_either(numbers)}",
            'cmp ::= "<=" | ">=" | "<" | ">" | "=" | "!="',
            'number ::= "-"? [0-9]{1,9} ("." [0-9]{1,4})?',
            'between ::= num " BETWEEN " number " AND " number',
            'order ::= " ORDER BY " num (" ASC" | " DESC") (" LIMIT " [1-9] [0-9]?)?',
        ]
    for at, (name, column) in enumerate(picked.items()):
        values = ("yes", "no") if column.sort == "truth" else tuple(column.choices)
        rules.append(f"v{at} ::= {' | '.join(_literal(value) for value in values)}")
        tests.append(f'{_named(name)} (" = " | " != ") v{at}')
        if len(values) > 2:
            tests.append(f'{_named(name)} " IN (" v{at} (", " v{at}){{1,4}} ")"')
    found = [f"{_named(name)} like {_quoted_like(word)}" for name, word in _found(called, words)]
    if found:
        rules += ['like ::= " LIKE " | " NOT LIKE "', f"found ::= {' | '.join(found)}"]
        tests.append("found")
    if texts and free:
        rules += [f"txt ::= {_either(texts)}", f"word ::= [^%'\\n\\\\ .,;:-] [^%'\\n\\\\]{{1,{LONGEST - 1}}}"]
        tests.append('txt (" LIKE " | " NOT LIKE ") "\'%" word "%\'"')
    own = next((name for name, column in called.items() if column.name == "name"), None)
    if own is not None and near:
        rules.append(f"near ::= {' | '.join(map(_literal, near))}")
        tests.append(f'{_named(own)} " = " near')
    more = '(" AND " cond)? ' * (MOST_TESTS - 1)
    return "\n".join(
        [
            f'root ::= "SELECT " what where?{" order?" if numbers else ""}',
            f"what ::= {' | '.join(what)}",
            f"col ::= {_either(called)}",
            f'where ::= " WHERE " cond {more}',
            f'cond ::= test{" | between" if numbers else ""} | "(" test " OR " test (" OR " test)? (" OR " test)? ")"',
            f"test ::= {' | '.join(tests)}",
            *rules,
        ]
    )


def _quoted_like(word: str) -> str:
    return dumps(f"'%{word}%'", ensure_ascii=False)


def _found(called: dict[str, Column], words: Sequence[tuple[Column, str]]) -> list[tuple[str, str]]:
    """The words that texts may be looked for, under the name of their column, as a query writes them."""
    own = {column: name for name, column in called.items()}
    return [(own[column], quoted(word)[1:-1]) for column, word in words if column in own and "%" not in word]


def links_told(columns: Sequence[Column], words: Sequence[tuple[Column, str]]) -> str:
    """Words that stand in text columns as tests on them."""
    return ", ".join(f"\"{name}\" LIKE '%{word}%'" for name, word in _found(names(columns), words))


def _named(name: str) -> str:
    return dumps(f'"{name}"', ensure_ascii=False)


def _either(called: Sequence[str] | dict[str, Column]) -> str:
    return " | ".join(map(_named, called))


def _literal(value: str) -> str:
    return dumps(quoted(value), ensure_ascii=False)


def quoted(value: str) -> str:
    """A value as a query writes it."""
    plain = re.sub(r"[\s\\]+", " ", value).replace("'", "''")
    return f"'{plain}'"


def parsed(text: str, sheet: Sheet, columns: Sequence[Column] | None = None) -> Query:
    """What a query says. Raises `NoQuery` for a text that the grammar does not allow."""
    return _Parser(text, names(columns if columns is not None else sheet.columns)).query()


class _Parser:
    """Reads the tokens of a query, one after the other."""

    def __init__(self, text: str, called: dict[str, Column]) -> None:
        self.called = called
        self.tokens = [token for match in _TOKEN.finditer(text) if (token := _token(match))]
        self.tokens.append(("end", ""))

    def query(self) -> Query:
        self._word("SELECT")
        wanted, columns = self._what()
        where: list[tuple[Comparison, ...]] = []
        if self._is("WHERE"):
            where.append(self._condition())
            while self._is("AND"):
                where.append(self._condition())
        order, descending, limit = None, False, None
        if self._is("ORDER"):
            self._word("BY")
            order, descending = self._column(), self._is("DESC")
            if not descending:
                self._word("ASC")
            if self._is("LIMIT"):
                limit = int(self._next("word"))
        self._next("end")
        return Query(wanted, columns, _ranged(where), order, descending, limit)

    def _what(self) -> tuple[Wanted, tuple[Column, ...]]:
        if self._is("COUNT"):
            for sign in "(*)":
                self._word(sign)
            return "count", ()
        if self._is("AVG"):
            self._word("(")
            column = self._column()
            self._word(")")
            return "average", (column,)
        if self._is("DISTINCT"):
            return "values", (self._column(),)
        columns = [self._column()]
        while self._is(","):
            columns.append(self._column())
        return "rows", tuple(dict.fromkeys(columns))

    def _condition(self) -> tuple[Comparison, ...]:
        if not self._is("("):
            return self._tests()
        tests = list(self._tests())
        while self._is("OR"):
            tests += self._tests()
        self._word(")")
        return tuple(dict.fromkeys(tests))

    def _tests(self) -> tuple[Comparison, ...]:
        """One test; of IN one for each value, of BETWEEN the lower bound, marked as such, and the upper."""
        column = self._column()
        if self._is("BETWEEN"):
            low = self._value(column)
            self._word("AND")
            return Comparison(column, ">=&", low), Comparison(column, "<=&", self._value(column))
        if self._is("IN"):
            self._word("(")
            values = [self._value(column)]
            while self._is(","):
                values.append(self._value(column))
            self._word(")")
            return tuple(Comparison(column, "=", value) for value in dict.fromkeys(values))
        if self._is("NOT"):
            self._word("LIKE")
            return (Comparison(column, "lacks", self._next("text").strip("%")),)
        if self._is("LIKE"):
            return (Comparison(column, "has", self._next("text").strip("%")),)
        operator = self._next("sign")
        return (Comparison(column, operator, self._value(column)),)

    def _value(self, column: Column) -> Decimal | str:
        if column.sort == "number":
            return Decimal(self._next("word"))
        said = self._next("text")
        return next((value for value in column.choices if quoted(value)[1:-1].replace("''", "'") == said), said)

    def _column(self) -> Column:
        name = self._next("name")
        if name not in self.called:
            raise NoQuery(f"there is no column {name!r}")
        return self.called[name]

    def _is(self, word: str) -> bool:
        if self.tokens[0][1] == word and self.tokens[0][0] in ("word", "sign"):
            self.tokens.pop(0)
            return True
        return False

    def _word(self, word: str) -> None:
        if not self._is(word):
            raise NoQuery(f"{word} is missing before {self.tokens[0][1]!r}")

    def _next(self, kind: str) -> str:
        if self.tokens[0][0] != kind:
            raise NoQuery(f"{self.tokens[0][1]!r} stands where a {kind} must")
        return self.tokens.pop(0)[1]


def _ranged(where: list[tuple[Comparison, ...]]) -> tuple[tuple[Comparison, ...], ...]:
    """The two ends of each range as two conditions."""
    found: list[tuple[Comparison, ...]] = []
    for tests in where:
        ends = [Comparison(test.column, test.operator[:2], test.value) for test in tests if test.operator.endswith("&")]
        found += [(end,) for end in ends] or [tests]
    return tuple(found)


def _token(match: re.Match[str]) -> tuple[str, str] | None:
    for kind, text in zip(("name", "text", "sign", "word"), match.groups(), strict=True):
        if text is not None:
            return kind, text.replace("''", "'") if kind == "text" else text
    return None
