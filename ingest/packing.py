"""Packing: the paragraphs, lists and tables of one section become texts of about a target length.

A list stays with its lead-in, a table with its header, a long paragraph is cut between sentences, and what is left
over joins its neighbour. It knows nothing of headings, identifiers or files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.chunk import Locator
from ingest.document import Element
from ingest.sentences import halves, sentences
from ingest.tables import render

Count = Callable[[Sequence[str]], list[int]]

LONGEST_LEAD = 200
"""Characters of a lead-in that is repeated when its list or table is cut."""
ORPHAN = 0.25
"""A last text below this share of the target joins the one before it."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What should stay together: `lead` in front of lines that may be told apart where it must be cut."""

    lines: tuple[str, ...]
    locator: Locator
    lead: str = ""
    glue: str = "\n"

    @property
    def text(self) -> str:
        body = self.glue.join(self.lines).strip()
        return f"{self.lead}\n{body}".strip() if self.lead else body


def pack(elements: Sequence[Element], count: Count, *, target: int, limit: int) -> list[tuple[str, Locator]]:
    """Texts with the place of their first element.

    Each text aims at `target` tokens; a unit of up to `limit` stays whole, a longer one is cut evenly.
    """
    units = [unit for unit in _units(elements) if unit.text]
    sizes = count([unit.text for unit in units]) if units else []
    pieces: list[tuple[str, Locator, int]] = []
    for unit, size in zip(units, sizes, strict=True):
        if size <= limit:
            pieces.append((unit.text, unit.locator, size))
        else:
            texts = _cut(unit, size, count, target)
            pieces += [(text, unit.locator, part) for text, part in zip(texts, count(texts), strict=True)]
    return _merged(pieces, target, limit)


def _merged(pieces: list[tuple[str, Locator, int]], target: int, limit: int) -> list[tuple[str, Locator]]:
    merged: list[tuple[str, Locator, int]] = []
    for text, locator, size in pieces:
        if merged and merged[-1][2] + size <= target:
            before = merged[-1]
            merged[-1] = (f"{before[0]}\n{text}", before[1], before[2] + size)
        else:
            merged.append((text, locator, size))
    if len(merged) > 1 and merged[-1][2] < ORPHAN * target and merged[-2][2] + merged[-1][2] <= limit:
        (text, locator, size), (last, _, last_size) = merged[-2:]
        merged[-2:] = [(f"{text}\n{last}", locator, size + last_size)]
    return [(text, locator) for text, locator, _ in merged]


def _units(elements: Sequence[Element]) -> list[_Unit]:
    units: list[_Unit] = []
    position = 0
    while position < len(elements):
        element = elements[position]
        if element.kind == "list_item":
            end = position
            while end < len(elements) and elements[end].kind == "list_item":
                end += 1
            items = tuple(_item(item) for item in elements[position:end])
            lead = _take_lead(units, longest=10 * LONGEST_LEAD)
            units.append(_Unit(items, element.locator, lead))
            position = end
            continue
        if element.kind == "table":
            header, lines = render(element.cells)
            if lines:
                lead = _take_lead(units, longest=LONGEST_LEAD)
                units.append(_Unit(tuple(lines), element.locator, "\n".join(filter(None, (lead, header)))))
        else:
            units.append(_Unit(tuple(sentences(element.text.strip())), element.locator, glue=""))
        position += 1
    return units


def _item(element: Element) -> str:
    return "  " * max(0, element.level - 1) + "- " + element.text.strip()


def _take_lead(units: list[_Unit], longest: int) -> str:
    """The words that introduce a list or table, taken from the paragraph before: its last sentence, or all of it."""
    if not units or units[-1].glue or units[-1].lead:
        return ""
    before = units[-1]
    last = before.lines[-1].strip() if before.lines else ""
    introduces = last.endswith((":", "：")) or len(before.text) <= LONGEST_LEAD
    if not introduces or len(last) > longest:
        return ""
    if len(before.text) <= LONGEST_LEAD or len(before.lines) == 1:
        units.pop()
        return before.text
    units[-1] = _Unit(before.lines[:-1], before.locator, glue="")
    return last


def _cut(unit: _Unit, size: int, count: Count, target: int) -> list[str]:
    """The unit in about equal parts of at most `target` tokens, each with the lead where that is short."""
    lead_size = count([unit.lead])[0] if unit.lead else 0
    lead = unit.lead
    lines = list(unit.lines)
    if len(lead) > LONGEST_LEAD or lead_size > target // 3:
        lines, lead, lead_size = [f"{line}\n" for line in lead.split("\n")] + lines, "", 0
    room = max(1, target - lead_size)
    parts = math.ceil((size - lead_size) / room)
    goal = (size - lead_size) / parts
    texts: list[str] = []
    held: list[str] = []
    held_size = 0
    for line, line_size in _short_enough(lines, room, count):
        over = held_size + line_size > room
        near = held_size + line_size / 2 > goal and len(texts) < parts - 1
        if held and (over or near):
            texts.append(_joined(lead, held, unit.glue))
            held, held_size = [], 0
        held.append(line)
        held_size += line_size
    if held:
        texts.append(_joined(lead, held, unit.glue))
    return [text for text in texts if text]


def _short_enough(lines: Sequence[str], room: int, count: Count) -> list[tuple[str, int]]:
    fitting: list[tuple[str, int]] = []
    for line, size in zip(lines, count(lines), strict=True):
        if size <= room or len(line) < 2:
            fitting.append((line, size))
        else:
            fitting += _short_enough([part for part in halves(line) if part.strip()], room, count)
    return fitting


def _joined(lead: str, lines: list[str], glue: str) -> str:
    body = glue.join(line if glue == "" else line.rstrip() for line in lines).strip()
    return f"{lead}\n{body}" if lead and body else lead or body
