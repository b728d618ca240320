"""Splitting: the elements of one document become chunks that fit the embedder, and know where they came from.

Elements stream through; no more than one section and one batch of rows are held. It knows nothing of files or models:
tokens are counted by the function it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from index.cell import Cell
from index.chunk import Chunk, Locator, Value, chunk_id
from ingest.document import Document, Element, RowRefused
from ingest.packing import Count, pack
from ingest.sentences import halves

TARGET = 256
"""Tokens of text that a prose chunk aims at. A passage that is one thought is found more surely than a page, a small
model answers from it more truthfully, and a prompt holds several; below about 100 the heading outweighs the text."""

SPLITTER_VERSION = 4
"""Raised whenever the same elements would give other chunks; part of what decides that a file is unchanged."""

BATCH = 256
LONGEST_HEADING = 120
"""Characters of a heading or title kept in a heading path; a longer one stands whole in the text."""
SECTION_HELD = 32_000
"""Characters of one section that are held before it is cut, so that a book without headings streams."""


def split(
    document: Document,
    elements: Iterable[Element | RowRefused],
    *,
    count: Callable[[Sequence[str]], list[int]],
    budget: int,
    collection: str,
    target: int = TARGET,
) -> Iterator[Chunk | RowRefused]:
    """Chunks in reading order; refusals pass through in their place.

    `count` gives the embedder's tokens of each text, special tokens and prompt included; `budget` is the most that a
    chunk's `embedded_text` may have; `target` is what prose aims at. A row is one chunk unless it exceeds the budget;
    then each part repeats its name and SKU. Identifiers: the SKU of a row that has one, else a content hash.
    """
    ordinal = 0
    seen: dict[int, int] = {}
    for piece in _pieces(_Sections(document, count, budget, target).drafts(elements), count, budget):
        if isinstance(piece, RowRefused):
            yield piece
            continue
        draft, tokens = piece
        sku = str(draft.attributes.get("sku", "")) if draft.is_row else ""
        key = sku or draft.chunk().content_hash
        short = hash(key)  # a million keys are held as 64-bit numbers, not as strings
        occurrence = seen.get(short, 0)
        seen[short] = occurrence + 1
        yield draft.chunk(chunk_id(collection, document.path, key, occurrence), document.path, ordinal, tokens)
        ordinal += 1


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chunk without identifier, ordinal and token count."""

    text: str
    title: str
    section: tuple[str, ...]
    locator: Locator
    attributes: Mapping[str, Value] = field(default_factory=dict)
    cells: tuple[Cell, ...] = ()
    is_row: bool = False

    def chunk(self, id: str = "", path: str = "", ordinal: int = 0, tokens: int = 0) -> Chunk:
        said = (self.text, self.title, self.section, self.locator, self.attributes)
        return Chunk(id, path, ordinal, *said, tokens, self.cells)


def _pieces(
    drafts: Iterator[_Draft | RowRefused], count: Count, budget: int
) -> Iterator[tuple[_Draft, int] | RowRefused]:
    """Drafts that fit, each with its tokens, which are counted for a batch at a time."""
    while batch := list(islice(drafts, BATCH)):
        tokens = iter(count([draft.chunk().embedded_text for draft in batch if isinstance(draft, _Draft)]))
        for draft in batch:
            if isinstance(draft, RowRefused):
                yield draft
            elif (size := next(tokens)) <= budget:
                yield draft, size
            else:
                for part in _cut_row(draft, count, budget) if draft.is_row else [draft]:
                    yield from _fitted(part, count, budget)


def _fitted(draft: _Draft, count: Count, budget: int) -> list[tuple[_Draft, int]]:
    """The draft, halved until each part fits. A single character is let through whatever it counts."""
    size = count([draft.chunk().embedded_text])[0]
    if size <= budget or len(draft.text) < 2:
        return [(draft, size)]
    parts = [part.strip() for part in halves(draft.text)]
    return [fitted for part in parts if part for fitted in _fitted(_part(draft, part), count, budget)]


def _cut_row(draft: _Draft, count: Count, budget: int) -> list[_Draft]:
    """A row too long for one chunk, as several that each open with the lines of its name and SKU."""
    lead = [cell.line for cell in draft.cells if cell.chosen and cell.role in ("sku", "name") and len(cell.line) < 200]
    lines = draft.text.split("\n")
    rest = [line for line in lines if line not in lead]
    context = replace(draft, text="\n".join(lead)).chunk().embedded_text
    room = budget - count([context])[0] - 4
    if room < budget // 4:
        return [draft]
    texts = pack([Element("text", "\n".join(rest))], _bare(count)[1], target=room, limit=room)
    parts = ["\n".join([*lead, text]) for text, _ in texts]
    return [_part(draft, part) for part in parts]


def _part(draft: _Draft, text: str) -> _Draft:
    """A part of a draft, with the cells that stand in it whole."""
    within = f"\n{text}\n"
    return replace(draft, text=text, cells=tuple(cell for cell in draft.cells if f"\n{cell.line}\n" in within))


class _Sections:
    """Walks the elements, keeps the heading path, and turns each section and each row into drafts."""

    def __init__(self, document: Document, count: Count, budget: int, target: int) -> None:
        self._title = _shortened(document.title)
        self._whole_title = document.title
        self._frame, self._count = _bare(count)
        self._budget = budget
        self._target = target
        self._path: list[tuple[int, str]] = []
        self._held: list[Element] = []
        self._held_size = 0
        self._heading: Element | None = None
        """The last heading, as long as nothing stands under it."""
        self._made = False
        """Whether anything has come out."""

    def drafts(self, elements: Iterable[Element | RowRefused]) -> Iterator[_Draft | RowRefused]:
        for element in elements:
            if isinstance(element, RowRefused):
                yield from self._flush()
                yield element
            elif element.kind == "row":
                yield from self._flush()
                self._heading = None
                yield from self._row(element)
            elif element.kind == "heading":
                yield from self._open(element)
            else:
                if self._held and (
                    element.locator.page != self._held[-1].locator.page
                    or (self._held_size > SECTION_HELD and element.kind != "list_item")
                ):
                    yield from self._flush()
                self._hold(element)
        yield from self._flush()
        yield from self._lonely(0)
        if not self._made and self._path:
            # a page of a title alone is still a page that someone may look for
            yield _Draft(self._whole_title, self._title, (), self._place(Locator(), (self._title,)))

    def _row(self, element: Element) -> Iterator[_Draft]:
        """A row, once for each time in which it says something else."""
        self._made = True
        name = _shortened(str(element.attributes.get("name") or self._whole_title))
        for attributes, cells in (
            (element.attributes, element.row),
            *((row.attributes, row.cells) for row in element.also),
        ):
            yield _Draft(element.text, name, self._section(), element.locator, attributes, cells, is_row=True)

    def _hold(self, element: Element) -> None:
        self._heading = None
        self._held.append(element)
        self._held_size += len(element.text) + sum(len(cell) for row in element.cells for cell in row)

    def _open(self, heading: Element) -> Iterator[_Draft]:
        yield from self._flush()
        if heading.level == 0:
            if heading.text.strip() != self._whole_title.strip():
                self._hold(replace(heading, kind="text"))
            return
        yield from self._lonely(heading.level)
        while self._path and self._path[-1][0] >= heading.level:
            self._path.pop()
        if not heading.text:
            return
        self._path.append((heading.level, _shortened(heading.text)))
        self._heading = heading
        if _shortened(heading.text) != heading.text:
            self._hold(replace(heading, kind="text"))

    def _lonely(self, next_level: int) -> Iterator[_Draft]:
        """A heading with nothing under it is text itself, lest its words be lost."""
        heading, self._heading = self._heading, None
        if heading is None or not heading.text.strip() or next_level > heading.level:
            return
        section = self._section()
        inner = section[:-1] if section else ()
        if section or not self._path:
            self._made = True
            yield _Draft(heading.text, self._title, inner, self._place(heading.locator, section))

    def _section(self) -> tuple[str, ...]:
        """The heading path without the title, which stands in front anyway."""
        return tuple(text for _, text in self._path if text and text != self._title)

    def _flush(self) -> Iterator[_Draft]:
        held, self._held, self._held_size = self._held, [], 0
        if not held:
            return
        section, title = self._section(), self._title
        context = self._context(title, section)
        while section and context > self._budget // 2:
            section = section[1:]
            context = self._context(title, section)
        if context > self._budget // 2:
            title, context = "", 4
        room = self._budget - self._frame - context - 4
        target = min(self._target, room)
        for text, locator in pack(held, self._count, target=target, limit=min(room, target + target // 4)):
            self._made = True
            yield _Draft(text, title, section, self._place(locator, section))

    def _context(self, title: str, section: tuple[str, ...]) -> int:
        return self._count([" > ".join((title, *section))])[0] + 2

    @staticmethod
    def _place(locator: Locator, section: tuple[str, ...]) -> Locator:
        if locator == Locator() and section:
            return Locator(heading=section[-1])
        return locator


def _bare(count: Count) -> tuple[int, Count]:
    """(tokens that frame any text, a count without them), so that the counts of parts may be added up."""
    frame = count([""])[0]
    return frame, lambda texts: [max(1, size - frame) for size in count(texts)]


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_HEADING else text[: LONGEST_HEADING - 1].rstrip() + "…"
