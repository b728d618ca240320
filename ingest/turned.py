"""A table that is turned: its labels stand on the left and each product is a column.

It makes of it a header and a line for each product, which are then read as those of any table.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.lexicon import word_set
from ingest.blocks import IDENTITY, is_lone, role_of
from ingest.evidence import is_code
from ingest.headers import Header, Path
from ingest.line import Line
from ingest.line_words import bare_unit, is_note, is_number, is_sum, is_unit
from ingest.own_business import is_header_word
from ingest.roles import has_role, plain_header

MEASURED = frozenset(("price", "stock"))


def turned(lines: Sequence[Line]) -> tuple[Header, list[Line], list[Line]] | None:
    """A table whose products stand in columns, as (header, a line for each product, lines that are no part of it).

    A product's line bears the number of the line that names it, and its column. None where the table is not turned.
    """
    wide = [line for line in lines if line.problem is None and len(line.words) > 1]
    if len(wide) < 2:
        return None
    left = min(line.filled[0] for line in wide)
    first = left + _depth(wide, left)
    members = [line for line in lines if line in wide or _heads_labels(line, left, wide)]
    paths = _label_paths(members, left, first)
    if not _is_turned(wide, paths, first):
        return None
    roles = [role_of(path[-1]) if path else "" for path in paths]
    named = next((roles.index(role) for role in ("name", "sku") if role in roles), 0)
    if not IDENTITY.intersection(roles):
        known = not paths[0] or plain_header(paths[0][-1]) in word_set("lines", "properties")
        paths[0] = ("name",) if known else (*paths[0], "name")
    products = []
    for column in range(first, max(len(line.cells) for line in wide)):
        cells = [_shown(line, column) for line in wide]
        if any(cells):
            places = wide[named].places
            shown = places[column] if column < len(places) else column
            products.append(Line(wide[named].number, cells, column=shown))
    return Header(0, first - left, tuple(paths)), products, [line for line in lines if line not in members]


def labelled(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines up to where the first label stands again, or something that is no label: there another table begins."""
    wide = [place for place, line in enumerate(lines) if len(line.words) > 1]
    first = lines[wide[0]].words[0] if wide else ""
    for place in wide:
        label = lines[place].words[0]
        if (label == first and place > wide[0]) or is_code(label) or is_sum(lines[place].words):
            return lines[: place - 1 if place and is_lone(lines[place - 1]) else place]
    return lines


def _is_turned(wide: Sequence[Line], paths: Sequence[Path], first: int) -> bool:
    """Words that head columns stand on the left, one in each line, and not in the first line."""
    width = max(len(line.cells) for line in wide)
    labels = [path for path in paths if path]
    if width - first < 2 or len(set(labels)) < len(labels) or len(labels) < len(wide) - 1:
        return False
    known = [path for path in labels if any(map(is_header_word, path))]
    if len(known) < 2 or len(known) * 2 < len(labels):
        return False
    if len({plain_header(word) for word in map(wide[0].at, range(first, width)) if is_header_word(word)}) > 1:
        return False
    measured = [line for line, path in zip(wide, paths, strict=True) if MEASURED.intersection(map(role_of, path))]
    if not measured:
        return sum(any(map(has_role, path)) for path in known) > 2
    values = [line.at(column) for line in measured for column in line.filled if column >= first]
    return sum(map(is_number, values)) >= 0.7 * len(values)


def _heads_labels(line: Line, left: int, wide: Sequence[Line]) -> bool:
    """Whether a line of one cell stands among the labels: it groups those under it, or has no values."""
    inside = wide[0].number < line.number < wide[-1].number and line.problem is None
    return inside and line.filled == [left] and not is_note(line.words)


def _depth(wide: Sequence[Line], left: int) -> int:
    """How many columns hold labels: a second one holds units, or the labels of groups that are blank or repeated."""
    second = [line for line in wide if line.at(left + 1)]
    if len(second) < 2 or any(is_number(line.at(left + 1)) for line in second):
        return 1
    if sum(is_unit(line.at(left + 1)) for line in second) * 2 >= len(second):
        return 2
    groups = [line.at(left) for line in second]
    return 2 if any(not group or groups.count(group) > 1 for group in groups[1:]) else 1


def _label_paths(members: Sequence[Line], left: int, first: int) -> list[Path]:
    """The label path of each line with values: the group it stands under, its label, its unit."""
    paths: list[Path] = []
    group, label = "", ""
    for line in members:
        if len(line.words) == 1:
            group = "" if is_header_word(line.at(left)) else line.at(left)
            continue
        inner = line.at(left + 1) if first > left + 1 else ""
        label = line.at(left) or (label if inner else "")
        parts = [group, f"{label} ({bare_unit(inner)})"] if inner and is_unit(inner) else [group, label, inner]
        paths.append(tuple(filter(None, parts)))
    return paths


def _shown(line: Line, column: int) -> str:
    """A cell, or what is merged over it from the left."""
    for first, last in line.spans:
        if first <= column <= last:
            return line.at(first)
    return line.at(column)
