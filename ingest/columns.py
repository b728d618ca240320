"""The columns of a sheet: which of them are the common ones, and what a row of them says in text and attributes.

A column's header is compared as a person reads it: case, spaces, underscores, camel case and a unit in parentheses do
not matter. Where two columns could be the price (or the name, ...), the better word wins and the other keeps its own
header: a list price is the price only where there is no better one, and a cost never is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from index.chunk import Value
from ingest.spellings import HEADERS, RANKS, ROLES
from ingest.values import currency_of, date_of, price_of, stock_of

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b[^<>]*>")
INLINE = frozenset(
    ("b", "i", "u", "em", "strong", "span", "a", "font", "small", "big", "sup", "sub", "code", "s", "label")
)
MARKUP = re.compile(r"</(p|div|ul|ol|li|span|b|strong|em|i|h[1-6]|a|td|tr|table|font)>|<br\s*/?>", re.IGNORECASE)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
SHORT_LINE = 60
"""Characters. Lines of a cell that are all shorter are a list and are joined by ` / `; longer ones are prose."""


@lru_cache(4096)
def plain_header(header: str) -> str:
    """A header as a person reads it: `Item_No.` -> `item no`, `ListPrice` -> `list price`, `价格(元)` -> `价格`."""
    text = unicodedata.normalize("NFKC", header).strip()
    text = re.sub(r"[(\[【{][^)\]】}]*[)\]】}]", " ", text) if not re.fullmatch(r"[(\[【{].*", text) else text
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=ID\b)", " ", text)
    text = re.sub(r"[\s_\-.:：/|*]+", " ", text).strip().casefold()
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    if text in RANKS or text in HEADERS:
        return text
    for pattern in (r" ?(cny|rmb|usd|eur|gbp|jpy|hkd|€|\$|¥|£|元|美元)$", r"^(g|product|item|variant) ", r" [a-z]+$"):
        shorter = re.sub(pattern, "", text)
        if shorter != text and shorter in RANKS and (pattern[0] != " " or pattern[1] == "?"):
            return shorter
    bilingual = re.sub(r"[^\u4e00-\u9fff]+", "", text)
    if (
        bilingual
        and bilingual != text
        and bilingual in RANKS
        and re.sub(r"[\u4e00-\u9fff]+", "", text).strip() in RANKS
    ):
        return bilingual  # "品名 Name"
    return text


def is_known(header: str) -> bool:
    """Whether the text is a word that heads a common column."""
    plain = plain_header(header)
    return plain in RANKS or plain in HEADERS


def has_role(header: str) -> bool:
    """Whether the text heads one of the typed columns."""
    return plain_header(header) in RANKS


def clean(cell: str) -> str:
    """A cell as one line: markup of a web page taken off, line breaks as ` / ` in a list and as spaces in prose."""
    if cell.isprintable() and "<" not in cell and "  " not in cell:
        return cell.strip()
    cell = CONTROLS.sub("", cell)
    if "<" in cell and MARKUP.search(cell):
        cell = TAG.sub(lambda tag: "" if tag[2].lower() in INLINE else "\n", cell)
        cell = unescape(cell)
    lines = [stripped for line in cell.splitlines() if (stripped := " ".join(line.split()))]
    if len(lines) < 2:
        return lines[0] if lines else ""
    return (" / " if max(map(len, lines)) <= SHORT_LINE else " ").join(lines)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as written, the key of its attribute, and the typed name it stands for, if any."""

    header: str
    key: str
    role: str | None = None


Keys = tuple[str, ...]
"""Headers of the columns that a shop declares to be its key, the one to be preferred first."""

PARSERS: Mapping[str, Callable[[str], Value | None]] = {"stock": stock_of, "valid_from": date_of, "valid_to": date_of}


class Columns:
    """The columns of one table, from its headers; an empty header is named by the column's letter.

    `keys` are headers that a shop declares to be its key: such a column is the SKU, whatever else the table has.
    """

    def __init__(self, headers: Sequence[str], keys: Keys = ()) -> None:
        roles = _roles(headers, keys)
        self.width = len(headers)
        """How many columns have a header; `columns` grows where a row has more cells."""
        self.columns: list[Column] = []
        self._keys = set(ROLES)
        for place, header in enumerate(headers):
            self._add(header, place, roles.get(place))
        self.currency = next(
            (found for place, role in roles.items() if role == "price" and (found := currency_of(headers[place]))), None
        )

    def _add(self, header: str, place: int, role: str | None = None) -> None:
        label = clean(header) or f"Column {letter(place)}"
        key, number = label, 1
        while key in self._keys:  # a typed name may only hold the typed value
            number += 1
            key = f"{label} ({number})"
        self._keys.add(key)
        self.columns.append(Column(label, key, role))

    @property
    def roles(self) -> set[str]:
        """The typed names that some column has."""
        return {column.role for column in self.columns if column.role}

    def row(self, cells: Sequence[str]) -> tuple[str, dict[str, Value]]:
        """(text, attributes) of a row: a line `header: value` and an attribute for every cell that is not blank."""
        lines: list[str] = []
        attributes: dict[str, Value] = {}
        sign: str | None = None
        for place, cell in enumerate(cells):
            if place == len(self.columns):
                self._add("", place)
            if not cell or not (value := clean(cell)):
                continue
            column = self.columns[place]
            lines.append(f"{column.header}: {value}")
            if column.role is None:
                attributes[column.key] = value
            elif column.role == "price":
                price = price_of(value)
                if price is None:
                    attributes[column.key] = value
                else:
                    attributes["price"], sign = price
            elif (parse := PARSERS.get(column.role)) is None:
                attributes[column.role] = value
            elif (typed := parse(value)) is None:
                attributes[column.key] = value
            else:
                attributes[column.role] = typed
        if "currency" in attributes:
            attributes["currency"] = currency_of(str(attributes["currency"])) or attributes["currency"]
        elif "price" in attributes and (known := sign or self.currency):
            attributes["currency"] = known
        return "\n".join(lines), attributes


def _roles(headers: Sequence[str], keys: Keys = ()) -> dict[int, str]:
    """Column -> typed name; each name goes to the column whose header is the best word for it, the first of equals.

    A declared key is a better word than any other, the first declared one the best.
    """
    declared = {plain_header(key): ("sku", rank - len(keys)) for rank, key in reversed(list(enumerate(keys)))}
    best: dict[str, tuple[int, int]] = {}
    for place, header in enumerate(headers):
        plain = plain_header(header)
        role, rank = declared.get(plain) or RANKS.get(plain, ("", 0))
        if role and (role not in best or rank < best[role][0]):
            best[role] = (rank, place)
    return {place: role for role, (_, place) in best.items()}


def letter(place: int) -> str:
    """The letters a spreadsheet program shows for a column, counted from 0: 0 -> A, 26 -> AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
