"""Pandoc, which turns ODT, RTF, EPUB, reStructuredText and Org into HTML, kept on a short leash.

It runs as a child process in its own sandbox (no file but the input, no network), with a limit of time and memory.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ingest.document import Element, Refused
from ingest.encodings import read_text
from ingest.markup import html_elements

SECONDS = 100
HEAP_MIB = 1024
NO_TITLE = "-"


def read_pandoc(path: Path, source: str) -> Iterator[Element]:
    """The elements of a file in pandoc's format `source` ("odt", "rtf", "epub")."""
    yield from _elements(to_html(path, source))


def read_marked_text(path: Path, source: str) -> Iterator[Element]:
    """The elements of a text file in pandoc's format `source` ("rst", "org"), in whatever encoding."""
    text = read_text(path)
    if source == "rst":
        text = _without_roles(text)
    yield from _elements(to_html(text, source))


def _elements(html: str) -> Iterator[Element]:
    """What pandoc puts into `<title>` for want of one is not the document's."""
    return (element for element in html_elements(html) if (element.text, element.level) != (NO_TITLE, 0))


def to_html(source: Path | str, format: str) -> str:
    """An HTML page made of a file, or of a text. Raises `Refused` where pandoc cannot read it."""
    try:
        import pypandoc  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise Refused("the package pypandoc_binary, which reads it, is not installed; reinstall xuanji") from error
    command = [pypandoc.get_pandoc_path(), "+RTS", f"-M{HEAP_MIB}M", "-RTS", "--sandbox", "--standalone"]
    command += ["--quiet", "--wrap=none", f"--from={format}", "--to=html", f"--metadata=pagetitle:{NO_TITLE}"]
    if isinstance(source, Path):
        command.append(str(source.resolve()))
    try:
        done = subprocess.run(
            command,
            input=source.encode("utf-8", "replace") if isinstance(source, str) else b"",
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"reading it took longer than {SECONDS} seconds", transient=True) from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0][:200]
        raise Refused(f"the file is damaged or not really {format}: {said or 'pandoc could not read it'}")
    return done.stdout.decode("utf-8", "replace")


def _without_roles(text: str) -> str:
    """Sphinx's own marks, which pandoc does not know, as plain words; switches to another translation dropped."""
    text = re.sub(r"^:link_to_translation:.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^( *)\.\. only::.*$", r"\1.. container::", text, flags=re.MULTILINE)
    text = re.sub(r":[\w:+-]+:`([^`<]+?)\s*<[^`>]*>`", r"\1", text)
    return re.sub(r":(?!math)[\w:+-]+:`([^`]+)`", r"\1", text)
