"""Earlier messages that a mail quotes, told apart from what the mail itself says.

What stands below a reply was written before it, so that its prices may be old: it is named and not read. A quoted
question stays above its answer. Where a mail does little but pass another on, that one is read under a heading that
says whose word it is, and of when. It knows elements; it does not know the formats of mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from index.lexicon import sections
from ingest.document import Element

FEWEST = 20
"""Letters of a mail's own words (a Chinese one counts three times) below which it only passes on what it quotes."""
LONGEST_MARK = 200
"""Characters of a mark like `On 2 March 2026, Otto wrote:`."""
MOMENT = re.compile(r"\d{4}|\d:\d\d|@|\d[./]\d{1,2}[./]\d\d")
"""What a mark says beside the name: a year, a time, an address, a date."""


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of a mail, and whether it was marked as quoted."""

    element: Element
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a paragraph (`place` counts paragraphs), or an element that is none."""

    text: str
    place: int
    quoted: bool
    element: Element | None = None


@dataclass(slots=True)
class _Earlier:
    """An earlier message: the words that name it, and what it says."""

    name: str = ""
    lines: list[_Line] = field(default_factory=list)


def told(parts: Sequence[Part], subject: str) -> Iterator[Element]:
    """The elements of a mail, what it quotes in the form above."""
    lines = [line for place, part in enumerate(parts) for line in _lines(part, place)]
    own: list[_Line] = []
    earlier: list[_Earlier] = []
    passed_on = bool(_words("passed_on", r"\s*(?:{})\s*[:：]").match(subject))
    index, rest = 0, False
    while index < len(lines):
        mark = None if rest or lines[index].element else _mark(lines, index)
        if mark:
            length, name, kind = mark
            index += length
            earlier.append(_Earlier(name))
            passed_on = passed_on or kind == "forwarded"
            rest = kind != "wrote" or not (index < len(lines) and lines[index].quoted)
            continue
        line = lines[index]
        if rest or line.quoted:
            earlier = earlier or [_Earlier()]
            earlier[-1].lines.append(line)
        else:
            if index and lines[index - 1].quoted and lines[index - 1].text.rstrip().endswith(("?", "？")):
                asked = [other for other in earlier[-1].lines if other.place == lines[index - 1].place]
                earlier[-1].lines = earlier[-1].lines[: -len(asked)]
                own += [_Line(other.text, line.place, quoted=False) for other in asked]
            own.append(line)
        index += 1
    yield from _elements(own)
    if passed_on or _is_short(own):
        for message in earlier:
            if message.lines:
                yield Element("heading", _label("Earlier message", message), level=1)
                yield from _elements(message.lines)
    elif earlier and (earlier[0].name or earlier[0].lines):
        yield Element("text", _label("Earlier message (not read)", earlier[0]))


def _lines(part: Part, place: int) -> Iterator[_Line]:
    if part.element.kind != "text":
        yield _Line(part.element.text, place, part.quoted, part.element)
        return
    for text in part.element.text.split("\n"):
        yield _Line(text, place, part.quoted)


def _elements(lines: Iterable[_Line]) -> Iterator[Element]:
    for _, group in groupby(lines, key=lambda line: (line.place, line.element is None)):
        held = list(group)
        if held[0].element is None:
            yield Element("text", "\n".join(line.text for line in held))
        else:
            yield from (line.element for line in held if line.element)


def _label(label: str, message: _Earlier) -> str:
    return f"{label}: {message.name}" if message.name else label


def _is_short(own: Sequence[_Line]) -> bool:
    text = "".join(line.text + str(line.element.cells if line.element else "") for line in own)
    return sum(3 if char > "\u2e80" else 1 for char in text if char.isalpha()) < FEWEST


def _mark(lines: Sequence[_Line], index: int) -> tuple[int, str, str] | None:
    """(lines that it takes, the words that name a message, kind) of a mark of an earlier message that begins here."""
    text = lines[index].text.strip()
    for kind in ("forwarded", "original"):
        if _words(kind, r"[-_=—\s]{{2,}}(?:{})\s*:?[-_=—\s]*|(?:{})\s*[:：]").fullmatch(text):
            length, name = _header(lines, index + 1)
            return 1 + length, name or text.strip("-_=—:： "), kind
    length, name = _header(lines, index)
    if length > 2 and ";" in name:
        return length, name, "original"
    for length in (1, 2):
        held = lines[index : index + length]
        said = " ".join(line.text.strip() for line in held)
        alone = length == 1 or (held[0].place == held[-1].place and not _names(re.sub(r"<[^>]*>", "", held[-1].text)))
        if alone and _names(said):
            return length, said.rstrip(":： "), "wrote"
    return None


def _names(said: str) -> bool:
    """Whether words say who wrote when: `On 2 March 2026, Otto wrote:`."""
    found = _words("wrote", r".*(?<![^\W\d_])(?:{})(?![a-z]).{{0,80}}[:：]").fullmatch(said.strip())
    return found is not None and len(said) <= LONGEST_MARK and MOMENT.search(said) is not None


def _header(lines: Sequence[_Line], index: int) -> tuple[int, str]:
    """How many lines from here on are the head of a message, and who wrote it when."""
    names: dict[str, str] = {}
    count = 0
    for line in lines[index : index + 8]:
        kind = next(
            (kind for kind in ("from", "sent", "beside") if _words(kind, r"\W*(?:{})\W?\s*[:：]").match(line.text)), ""
        )
        if not kind or (count == 0 and kind != "from"):
            break
        names.setdefault(kind, line.text.strip("* "))
        count += 1
    return count, "; ".join(names[kind] for kind in ("from", "sent") if kind in names)


@cache
def _words(key: str, pattern: str) -> re.Pattern[str]:
    """A pattern around the words that the languages have for a mark."""
    words = "|".join(re.escape(word) for table in sections("mail").values() for word in table[key])
    return re.compile(pattern.replace("{}", words).replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
