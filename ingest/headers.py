"""The header of a sheet: which of its first lines name the columns, told by evidence.

A header takes one line or several. Each column has a path from the outermost word to the innermost: what is merged
over columns, or stands left of blank cells, belongs to every column under it; a line of units joins the last word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.lexicon import word_set
from ingest.evidence import are_numbers, heads_numbers, recurs, vote
from ingest.line import Line
from ingest.line_words import bare_unit, is_number, is_sum, is_unit
from ingest.numbers import number_of
from ingest.own_business import is_header_word
from ingest.roles import has_role, plain_header

LOOKAHEAD = 60
"""Lines with content that are looked at; a header stands among the first `TITLES`."""
TITLES = 25
LONGEST = 80
"""Characters of the longest cell that may still head a column."""
DEEPEST = 4
"""Lines of the tallest header."""
BETWEEN = " / "
"""What stands between the parts of a header path where it is written as one text."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands among the lines looked at, how many lines it takes, and the path of each column."""

    place: int
    height: int
    labels: tuple[Path, ...]

    @property
    def texts(self) -> list[str]:
        """Each path as one text: `Price / CNY`."""
        return [BETWEEN.join(path) for path in self.labels]


def find_header(lines: Sequence[Line]) -> Header | None:
    """The header among the first lines (none of them blank), or None where no line is like one."""
    width = width_of(lines)
    if width == 2 and _is_specification(lines):
        return None
    places = [place for place, line in enumerate(lines[:TITLES]) if line.problem is None and _could_head(line)]
    for test in (_has_known_words, _names_one_column, _differs_below):
        for place in places:
            if test(lines, place, width):
                return header_at(lines, place)
    return None


def is_header_again(line: Line) -> bool:
    """Whether a line further down heads a new table: most of it words that head common columns."""
    words = line.words
    if len(words) < 2 or not _could_head(line):
        return False
    return sum(map(has_role, words)) >= 2 and sum(map(is_header_word, words)) * 2 >= len(words)


def width_of(lines: Sequence[Line]) -> int:
    """The number of columns that most lines reach."""
    counts = Counter(filled[-1] + 1 for line in lines if (filled := line.filled))
    return max(counts, key=lambda width: (counts[width], width)) if counts else 0


def below(lines: Sequence[Line], place: int, column: int) -> list[str]:
    """What stands in a column under a line, lines that repeat it and sums left out."""
    head = lines[place].words
    return [
        cell
        for line in lines[place + 1 :]
        if column < len(line.cells) and (cell := line.cells[column].strip())
        if (words := line.words) != head and not is_sum(words)
    ]


def _is_specification(lines: Sequence[Line]) -> bool:
    """Two columns, names of properties on the left and their values on the right."""
    pairs = [line.words for line in lines if len(line.words) == 2]
    if not pairs:
        return False
    first, second = map(plain_header, pairs[0])
    if first in word_set("lines", "properties") and second in word_set("lines", "values"):
        return True
    if is_header_word(pairs[0][0]) and is_header_word(pairs[0][1]):
        return False
    return sum(is_header_word(left) for left, _ in pairs) >= 2


def _could_head(line: Line) -> bool:
    """Words alone, or words and numbers that rise: quantities, sizes, years."""
    words = line.words
    if not words or max(map(len, words)) > LONGEST:
        return False
    numbers = [word for word in words if is_number(word)]
    if not numbers:
        return True
    values = [number_of(number) for number in numbers]
    rising = all(a is not None and b is not None and a < b for a, b in pairwise(values))
    return rising and len(numbers) >= 2 and sum(map(has_role, words)) >= 2


def _has_known_words(lines: Sequence[Line], place: int, width: int) -> bool:
    line = lines[place]
    words = line.words
    known = [column for column in line.filled if is_header_word(line.cells[column])]
    if len({plain_header(line.cells[column]) for column in known}) < 2 or _recur(lines, place, known):
        return False
    roles = sum(has_role(line.cells[column]) for column in known)
    return len(known) >= 0.3 * len(words) or (roles >= 3 and len(set(words)) == len(words))


def _recur(lines: Sequence[Line], place: int, columns: Sequence[int]) -> bool:
    """Whether most of these cells stand in their columns again: values, as `available` is, and no header."""
    line = lines[place]
    rest = place + 1
    while rest < len(lines) and lines[rest].at(line.filled[0]) == line.at(line.filled[0]):
        rest += 1  # further lines of a header, into which its first word is merged
    others = [line, *lines[:place], *lines[rest:]]
    again = sum(recurs(line.cells[column].strip(), below(others, 0, column)) for column in columns)
    return again * 2 > len(columns)


def _names_one_column(lines: Sequence[Line], place: int, width: int) -> bool:
    return place == 0 and width == 1 and len(lines) > 1 and has_role(lines[0].words[0])


def _differs_below(lines: Sequence[Line], place: int, width: int) -> bool:
    """Wide enough, and of another kind than what stands below it: words over numbers, a known word over values."""
    line = lines[place]
    filled = line.filled
    if len(filled) < max(2, 0.6 * width) or place + 1 == len(lines):
        return False
    if any(len(above.words) >= len(filled) for above in lines[:place]):
        return False  # a row among others
    votes: list[int] = []
    for column in filled:
        word, values = line.cells[column].strip(), below(lines, place, column)
        numbers = bool(values) and heads_numbers(word, values)
        if numbers and is_header_word(word):
            return True
        if is_header_word(word) and not recurs(word, values):
            votes.append(int(width > 2))
        elif numbers or place == 0:
            votes.append(vote(word, values))
    return min(votes, default=0) >= 0 and sum(votes) > 0


def header_at(lines: Sequence[Line], place: int) -> Header:
    """The whole header of which one line is known: with the words above it that group its columns, and those below."""
    first = place - 1 if place and _groups(lines[place - 1], lines[place]) else place
    last = place
    while last + 1 < len(lines) and last + 1 - first < DEEPEST and _goes_on(lines, first, last + 1):
        last += 1
    return Header(first, last + 1 - first, _paths(lines[first : last + 1]))


def _groups(above: Line, line: Line) -> bool:
    """Whether the line above a header groups its columns, and is no title."""
    if above.problem is not None or above.number + 1 != line.number or not _could_head(above):
        return False
    filled, own = above.filled, line.filled
    if len(filled) == 1 and filled[0] <= own[0]:
        return False
    if any(place not in own for place in filled):
        return False
    partly = any(1 < sum(first <= place <= last for place in own) < len(own) for first, last in above.spans)
    return partly or len({line.at(place) for place in own}) < len(own)


def _goes_on(lines: Sequence[Line], first: int, place: int) -> bool:
    """Whether a line under a header belongs to it: it stands under what spans columns, or names units."""
    line, above = lines[place], lines[place - 1]
    heads = lines[first:place]
    if line.problem is not None or line.number != above.number + 1 or not _could_head(line) or is_number(line.words[0]):
        return False
    labels = [next((text for head in reversed(heads) if (text := head.at(column))), "") for column in line.filled]
    own = [column for column, label in zip(line.filled, labels, strict=True) if line.at(column) != label]
    if not own or any(last - left + 1 >= len(heads[0].filled) > 1 and left == 0 for left, last in line.spans):
        return False
    key = min(column for head in heads for column in head.filled)
    if _are_units(line, own) and all(are_numbers(values) for column in own if (values := below(lines, place, column))):
        return True
    spanned = {column for left, last in above.spans for column in range(left, last + 1)}
    split = len([column for column in own if column in spanned]) >= 2
    hole = any(not any(head.at(column) for head in heads) for column in own)
    if not (split or hole or key not in own):
        return False
    votes = [(column, vote(line.at(column), below(lines, place, column))) for column in own]
    if any(
        value < 0 or (value == 0 and not (split or hole or is_header_word(line.at(column)))) for column, value in votes
    ):
        return False
    beside = hole and key not in own and len(own) > 1
    return split or beside or any(value > 0 for _, value in votes)


def _are_units(line: Line, columns: Sequence[int]) -> bool:
    units = sum(is_unit(line.at(column)) for column in columns)
    return units > 0 and units * 2 >= len(columns)


def _paths(lines: Sequence[Line]) -> tuple[Path, ...]:
    """The path of each column through the lines of a header."""
    width = max(len(line.cells) for line in lines)
    width = max([width, *(last + 1 for line in lines for _, last in line.spans)])
    paths: list[list[str]] = [[] for _ in range(width)]
    for number, line in enumerate(lines):
        under = lines[number + 1] if number + 1 < len(lines) else None
        new = [column for column in line.filled if not paths[column] or line.at(column) != paths[column][-1]]
        if under is None and number and _are_units(line, new):
            heads = Counter(tuple(paths[column]) for column in new)
            for column in new:
                path, unit = paths[column], line.at(column)
                paths[column] = _with_unit(path, unit) if heads[tuple(path)] == 1 else [*path, unit]
            continue
        for column, word in enumerate(_spread(line, under, paths)):
            if word and (under is None or re.search(r"\w", word)) and word not in paths[column]:
                paths[column].append(word)
    while paths and not paths[-1]:
        paths.pop()
    return tuple(map(tuple, paths))


def _with_unit(path: list[str], unit: str) -> list[str]:
    bare = bare_unit(unit)
    if not path or bare in path[-1]:
        return path or [bare]
    return [*path[:-1], f"{path[-1]} ({bare})"]


def _spread(line: Line, under: Line | None, paths: Sequence[Sequence[str]]) -> list[str]:
    """The words of a header's line over all columns that each stands for.

    A word is for what it is merged over; where nothing is merged, also for blank cells to its right with words under
    them, up to a column that starts something else: another path above it, or a common header of its own.
    """
    words = [line.at(column) for column in range(len(paths))]
    for first, last in line.spans:
        words[first : last + 1] = [words[first]] * (last + 1 - first)
    if line.spans or under is None:
        return words
    word, start = "", 0
    for column, own in enumerate(words):
        lower = under.at(column)
        if own:
            word, start = own, column
        elif not lower or not under.at(start) or paths[column] != paths[start] or (has_role(lower) and has_role(word)):
            word = ""
        else:
            words[column] = word
    return words
