"""A Word document as its reader sees it: plain paragraphs and tables, for a library that knows no more than those.

Tracked changes are accepted, struck and hidden text is taken out, content controls and fields give what they show, text
boxes follow the paragraph they hang on, and a note stands in the sentence that it limits. It does not know what becomes
of the paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from ingest.markup import CJK
from ingest.sentences import sentences
from ingest.tables import render
from ingest.wordshown import Styles, W, every, paragraph_of, remove, run_of, settle, words_of

INLINE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}inline"
LONGEST_ASIDE = 400
"""Characters of a note that still stands in its sentence; a longer one follows the paragraph."""


def as_shown(word: Any) -> BytesIO:
    """A python-docx document changed into what its reader sees, and saved; `word` itself is changed, too."""
    styles = Styles(word)
    notes = dict(_notes(word, styles))
    for part in word.part.package.iter_parts():
        root = getattr(part, "element", None)
        if root is not None and root.tag in (f"{W}document", f"{W}hdr", f"{W}ftr"):
            settle(root, styles)
            _place_notes(root, notes, styles)
            _lift_boxes(root)
            _flatten_tables(root, word)
    saved = BytesIO()
    word.save(saved)
    saved.seek(0)
    return saved


def _notes(word: Any, styles: Styles) -> Iterator[tuple[tuple[str, str | None], list[str]]]:
    """(kind and identifier) -> the paragraphs of each footnote and endnote."""
    from docx.oxml import parse_xml

    for relation in word.part.rels.values():
        kind = relation.reltype.rpartition("/")[2].removesuffix("s")
        if kind in ("footnote", "endnote") and not relation.is_external:
            root = parse_xml(relation.target_part.blob)
            settle(root, styles)
            for note in root.iter(W + kind):
                lines = [" ".join(words_of(paragraph).split()) for paragraph in note.iter(f"{W}p")]
                yield (kind, note.get(f"{W}id")), [line for line in lines if line]


def _place_notes(root: Any, notes: Mapping[tuple[str, str | None], list[str]], styles: Styles) -> None:
    for kind in ("footnote", "endnote"):
        for mark in every(root, f"{W}{kind}Reference"):
            run, lines = mark.getparent(), notes.get((kind, mark.get(f"{W}id")), [])
            paragraph = next(run.iterancestors(f"{W}p"), None)
            if lines and paragraph is not None:
                _place(run, paragraph, lines, styles)
            remove(run)


def _place(run: Any, paragraph: Any, lines: list[str], styles: Styles) -> None:
    """A note in its sentence, before the full stop; below the paragraph where that is a heading or the note is long."""
    if styles.heads(paragraph) or sum(map(len, lines)) > LONGEST_ASIDE:
        for line in reversed(lines):
            paragraph.addnext(paragraph_of(run, line))
        return
    before = ([text for text in run.itersiblings(f"{W}r", preceding=True) if words_of(text)] or [None])[0]
    last = before.findall(f"{W}t")[-1:] if before is not None else []
    stop = re.search(r"[.!?。！？]$", last[0].text or "") if last else None
    if stop:
        last[0].text = last[0].text[: stop.start()]
    parts = [part.strip().rstrip(".。;；") for line in lines for part in sentences(line)]
    chinese = re.match(CJK, parts[0]) is not None
    aside = f"（{'；'.join(parts)}）" if chinese else f" ({'; '.join(parts)})"
    run.addprevious(run_of(run, aside + (stop.group() if stop else "")))


def _lift_boxes(root: Any) -> None:
    """Text boxes follow the paragraph that they hang on, inner ones first; one line set into a line is a part of it."""
    for box in reversed(every(root, f"{W}txbxContent")):
        anchor = next(box.iterancestors(f"{W}p"), None)
        run = next(box.iterancestors(f"{W}r"), None)
        inline = next(box.iterancestors(INLINE), None) is not None and [part.tag for part in box] == [f"{W}p"]
        if inline and run is not None:
            for part in box[0].findall(f"{W}r"):
                run.addprevious(part)
        elif anchor is not None:
            for block in reversed(list(box)):
                anchor.addnext(block)


def _flatten_tables(root: Any, word: Any) -> None:
    """A table that only lays out the page is opened; one within a cell becomes lines of that cell."""
    for table in every(root, f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        nested = table.find(f".//{W}tc//{W}tbl") is not None
        if not rows:
            remove(table)
        elif nested and (len(rows) == 1 or all(len(row.findall(f"{W}tc")) == 1 for row in rows)):
            for block in [block for row in rows for cell in row.findall(f"{W}tc") for block in cell]:
                if block.tag != f"{W}tcPr":
                    table.addprevious(block)
            remove(table)
    from docx.table import Table

    for table in reversed(every(root, f"{W}tbl")):
        if next(table.iterancestors(f"{W}tc"), None) is not None:
            header, lines = render([[cell.text for cell in row.cells] for row in Table(table, word).rows])
            table.addprevious(paragraph_of(table, " / ".join([header, *lines] if header else lines)))
            remove(table)
