"""`offer`: the passages that may be it, for a question that nothing answers for sure, whole enough to act on.

It claims nothing: a passage speaks for itself under the name of its source, a product's row with the cells that a
customer may ask for. Orders to a model are left out, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from answer.citations import Citation
from answer.evidence import BOOKKEEPING
from answer.language import Form
from answer.links import without_links
from answer.orders import free_of_orders
from answer.parts import Offer, OfferedPassage
from answer.units import Unit
from answer.wording import labelled, name_of
from answer.words import words
from index.cell import Cell
from index.lexicon import sections
from retriever.passage import Passage

MOST = 3
"""Sections and rows offered: more is a list of results."""
LONGEST = 900
"""Characters of a section: a procedure of a dozen steps."""
ALIKE = 0.8
"""Share of words that two texts have in common from which the second says nothing new (Jaccard)."""

Span = tuple[int, int]
_LINE = re.compile(r"[^\n]+")
_ENDS = re.compile(r"[。！？!?](?![”’」』）)])|\.(?=\s)|(?=\n)")


def offered(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The best of these passages, best first; those of one section together and in their order.

    What stands beside a table's rows in its sheet says nothing where they are offered themselves.
    """
    sheets = {passage.chunk.table for passage in passages if passage.chunk.cells}
    sections: dict[tuple[object, ...], list[Passage]] = {}
    for passage in passages:
        chunk = passage.chunk
        alone = chunk.locator.row is not None or not chunk.section
        if chunk.cells or passage.chunk.table not in sheets:
            sections.setdefault((chunk.id,) if alone else (chunk.document, chunk.section), []).append(passage)
    groups: list[list[Passage]] = []
    for group in sections.values():
        if not any(_alike(group, other) for other in groups):
            groups.append(sorted(group, key=lambda passage: passage.chunk.ordinal))
    return groups[:MOST]


def widen(group: list[Passage], section: Sequence[Passage], most: int) -> None:
    """Add to the passages of a section what stands between and beside them, at most so many and as far as there is
    room: of a procedure too long for it rather its end than its beginning."""
    place = {passage.chunk.id: at for at, passage in enumerate(section)}
    known = sorted(place[passage.chunk.id] for passage in group if passage.chunk.id in place)
    if not known:
        return
    after = [at for at in range(known[0], len(section)) if at not in known]
    for side in (after, range(known[0] - 1, -1, -1)):
        for at in side:
            length = sum(len(passage.chunk.text) for passage in (*group, section[at]))
            if length > LONGEST or not most:
                break
            group.append(section[at])
            most -= 1
    group.sort(key=lambda passage: passage.chunk.ordinal)


def tell_offer(groups: Sequence[Sequence[Passage]], form: Form, focus: str = "") -> tuple[Offer, tuple[Citation, ...]]:
    """The offer and what it cites; the passages are numbered in their order from 1. Its `passages` are empty where an
    order stands in every line. A group that is too long is told from the line that `focus` stands in, if it does."""
    told: list[OfferedPassage] = []
    citations: list[Citation] = []
    n = 0
    for group in groups:
        room = LONGEST
        whole = sum(len(passage.chunk.text) for passage in group) <= LONGEST
        waiting = not whole and any(focus in passage.chunk.text for passage in group) and bool(focus)
        for passage in group:
            n += 1
            text, spans = _text(passage, form)
            if waiting:
                if (at := passage.chunk.text.find(focus)) < 0:
                    continue
                waiting = False
                begin = passage.chunk.text.rfind("\n", 0, at) + 1
                spans = [(max(start, begin), end) for start, end in spans if end > begin]
            cut = list(_within(passage.chunk.text, spans, room))
            if not cut:
                continue
            shown = text(cut)
            room = room - sum(end - start for start, end in cut) if cut == spans else 0
            told.append(OfferedPassage(n, *_called(passage, form), shown, cut == spans))
            citations += [Citation(n, passage, passage.chunk.text[start:end]) for start, end in cut]
    return Offer(str(sections("replies")[form]["offered"]), tuple(told)), tuple(citations)


def in_words(offer: Offer, form: Form) -> Iterator[str]:
    """The offer as text, a passage at a time, line breaks included."""
    yield offer.lead
    yield from in_full(offer, form)


def in_full(offer: Offer, form: Form) -> Iterator[str]:
    """Its passages alone."""
    before: tuple[str, str] | None = None
    for one in offer.passages:
        called = (one.source, one.heading)
        heading = "" if called == before else f"\n\n{_title(one, form)}"
        before = called
        yield f"{heading}\n{one.text}{'' if one.whole else ' …'} [{one.n}]"


def _title(one: OfferedPassage, form: Form) -> str:
    names = [name for name in (one.source, one.heading) if name]
    return f"《{names[0]}》{'，'.join(names[1:])}：" if form == "zh" else f"{', '.join(names)}:"


def _called(passage: Passage, form: Form) -> tuple[str, str]:
    name = name_of(passage.chunk, form)
    heading = without_links(passage.chunk.section[-1]) if passage.chunk.section and not passage.chunk.cells else ""
    return name, "" if heading in name else heading


def _text(passage: Passage, form: Form) -> tuple[Callable[[Sequence[Span]], str], list[Span]]:
    """How stretches of a passage are told, and which of them may be: whole lines, or a row's cells."""
    text = passage.chunk.text
    if passage.chunk.cells:
        places = {text.find(cell.line): cell for cell in passage.chunk.cells if _public(cell) and cell.line in text}
        spans = free_of_orders(text, [(at, at + len(cell.line)) for at, cell in sorted(places.items())])

        def row(cut: Sequence[Span]) -> str:
            told = (labelled(Unit(passage, places[start].line, places[start]), form) for start, _ in cut)
            return ("，" if form == "zh" else ", ").join(" ".join(one.split()) for one in told)

        return row, spans
    spans = free_of_orders(text, [match.span() for match in _LINE.finditer(text)])
    return lambda cut: without_links("\n".join(text[start:end] for start, end in cut)).strip(), _joined(text, spans)


def _public(cell: Cell) -> bool:
    """Whether a row shows a cell to whoever did not ask for it: of its prices that alone which everybody pays."""
    return cell.role not in BOOKKEEPING | {"name"} and (cell.role != "price" or cell.chosen)


def _joined(text: str, lines: Iterable[Span]) -> list[Span]:
    """Lines that follow each other as one stretch."""
    found: list[Span] = []
    for start, end in lines:
        if found and not text[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _within(text: str, spans: Iterable[Span], room: int) -> Iterator[Span]:
    """As much of these stretches as there is room for, the last one cut at the end of a sentence or line."""
    for start, end in spans:
        if end - start > room:
            ends = [match.end() for match in _ENDS.finditer(text[start : start + room + 1]) if match.end() <= room]
            if ends and text[start : start + ends[-1]].strip():
                yield start, start + ends[-1]
            return
        yield start, end
        room -= end - start


def _alike(group: Sequence[Passage], other: Sequence[Passage]) -> bool:
    mine, theirs = (frozenset(words("\n".join(passage.chunk.text for passage in one))) for one in (group, other))
    return len(mine & theirs) >= ALIKE * len(mine | theirs)
