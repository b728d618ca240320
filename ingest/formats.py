"""The format of a file, told by its content and its name; what neither tells is refused, not guessed.

At most 64 KiB are read, plus the directory of a zip or an OLE container. Nothing is parsed here.
"""

from __future__ import annotations

import re
from pathlib import Path

from ingest.archive import members, plain, read_member
from ingest.document import Refused
from ingest.encodings import BOMS, wide
from ingest.undeclared import delimiter_of

SAMPLE = 64 * 1024
"""Bytes looked at."""

TEXT_NAMES = {
    extension: format
    for format, extensions in {
        "csv": ["csv"],
        "tsv": ["tsv", "tab"],
        "json": ["json"],
        "jsonl": ["jsonl", "ndjson"],
        "markdown": ["md", "markdown", "mdown"],
        "html": ["html", "htm", "xhtml"],
        "text": ["txt", "text", "log", "rst", "org", "yaml", "yml", ""],
        "xml": ["xml"],
        "eml": ["eml"],
        "rtf": ["rtf"],
    }.items()
    for extension in extensions
}
"""Extension -> format, for files whose content is text. No extension (README, LICENSE) is plain text."""

PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp")
BINARY_NAMES = {
    "pdf": "a PDF",
    **dict.fromkeys(("docx", "docm", "doc"), "a Word document"),
    **dict.fromkeys(("pptx", "pptm", "ppt"), "a PowerPoint file"),
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm", "xls"), "an Excel workbook"),
    "odt": "an OpenDocument text",
    "ods": "an OpenDocument sheet",
    "epub": "an e-book",
    "msg": "an Outlook message",
    "rtf": "an RTF text",
    **dict.fromkeys(PICTURES, "a picture"),
}
"""Extension -> what the content should have been; when it is not, the file is damaged."""

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
ARCHIVES = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd")
PROGRAMS = (b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\x00asm")
MEDIA = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"FLV\x01")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

DAMAGED = "the file is damaged: its content is not that of {kind}"
ARCHIVE = "this is an archive; unpack it into the folder"
CANNOT = "this is {kind}, which cannot be read; save it as {new}"
APPLE = {"pages": ("a Pages document", ".docx"), "key": ("a Keynote presentation", ".pptx")}
"""Extension -> what else than a Numbers sheet a document of Apple's programs is, and what to export it as."""
SHEET_NAMES = frozenset(("xls", "xlsx", "xlsm", "csv", "tsv", "tab"))
"""Extensions under which shop systems write web pages, and spreadsheet programs open them."""
PLAIN_NAMES = frozenset(("", "txt", "text"))
"""Extensions that say no more than that there is text."""
RECORDS = re.compile(r"\ufeff?\s*\{[^\n]*\}[ \t\r]*\n\s*\{")
"""Objects line by line."""
EXCEL_XML = "urn:schemas-microsoft-com:office:spreadsheet"
CLUTTER = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information"}


MIMETYPES = (
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/epub", "epub"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
)
"""What a package says it is -> format."""


def is_clutter(path: Path) -> bool:
    """Whether a file or folder is what systems leave behind (lock files, dotfiles, thumbnails), to be passed over."""
    return path.name.startswith((".", "~$")) or path.name.lower() in CLUTTER


def detect(path: Path) -> str:
    """The format's name (a key of `ingest.reading.READERS`).

    Raises `Refused` with a reason where the file is empty, damaged, encrypted, of a kind that is not read, or
    unknown; `OSError` where it cannot be opened.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head:
        raise Refused("the file is empty")
    name = path.suffix.lower().removeprefix(".")
    return _by_magic(path, name, head) or _by_text(path, name, head)


def _by_magic(path: Path, name: str, head: bytes) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, name)
    if head.startswith(OLE):
        return ole_format(path)
    if b"%PDF-" in head[:1024] or (name == "pdf" and re.search(rb"%PDF-|\d \d obj\b", head)):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or _is_bitmap(head):
        return "image"
    if head.startswith(ARCHIVES) or head[257:262] == b"ustar":
        raise Refused(ARCHIVE)
    if head.startswith(PROGRAMS) and b"\x00" in head:
        raise Refused("this is a program, not a document")
    if head.startswith(MEDIA) or head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI ")):
        raise Refused("this is sound or film, which is not read")
    if head.startswith(b"SQLite format 3\x00"):
        raise Refused("this is a database; export its tables as CSV")
    return None


def _is_bitmap(head: bytes) -> bool:
    return head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00" and len(head) > 26


def _zipped(path: Path, name: str) -> str:
    names = set(map(plain, members(path)))
    for member, format in (
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
        ("xl/workbook.xml", "xlsx"),
        ("meta-inf/container.xml", "epub"),
    ):
        if member in names:
            return format
    if "xl/workbook.bin" in names:
        raise Refused(CANNOT.format(kind="a binary Excel workbook (.xlsb)", new=".xlsx"))
    if any(member.endswith((".iwa", "index.zip", "index.apxl")) for member in names):
        kind, new = APPLE.get(name, ("a Numbers sheet", ".xlsx"))
        raise Refused(f"this is {kind} of Apple's, which cannot be read; export it as {new}")
    kind = read_member(path, "mimetype").decode("ascii", "replace").strip()
    for start, format in MIMETYPES:
        if kind.startswith(start):
            return format
    if kind.startswith("application/vnd.oasis.opendocument.presentation"):
        raise Refused(CANNOT.format(kind="an OpenDocument presentation (.odp)", new=".pptx"))
    if "[content_types].xml" in names:
        return _by_content_types(path)
    if name in BINARY_NAMES:
        raise Refused(DAMAGED.format(kind=BINARY_NAMES[name]))
    raise Refused(ARCHIVE)


def _by_content_types(path: Path) -> str:
    """Office files may name their main part as they please; the content types tell."""
    types = read_member(path, "[Content_Types].xml", SAMPLE)
    for mark, format in ((b"wordprocessingml", "docx"), (b"presentationml", "pptx"), (b"spreadsheetml", "xlsx")):
        if mark in types:
            return format
    raise Refused("the file is an Office package without a document in it; it is damaged or of an unknown kind")


def ole_format(path: Path) -> str:
    """The format of an OLE container, as old Office files are. Raises `Refused` where it is locked or another thing."""
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(path) as container:
            streams = {entry[0].lower() for entry in container.listdir(streams=True, storages=False)}
    except (OSError, ValueError, IndexError, TypeError, AttributeError, RecursionError, MemoryError) as error:
        raise Refused("the file is damaged: it begins like an old Office file and cannot be opened") from error
    if "encryptedpackage" in streams:
        raise Refused("the file is protected by a password; save a copy without one")
    for stream, kind, old in (("worddocument", "Word", "doc"), ("powerpoint document", "PowerPoint", "ppt")):
        if stream in streams:
            raise Refused(f"this is an old {kind} file (.{old}), which cannot be read; save it as .{old}x")
    if streams & {"workbook", "book"}:
        return "xls"
    if "__properties_version1.0" in streams:
        return "msg"
    raise Refused("unknown kind of file: an old Office container with neither a sheet nor a message in it")


def _by_text(path: Path, name: str, head: bytes) -> str:
    text = sample_text(head)
    if text is None:
        if name in BINARY_NAMES:
            raise Refused(DAMAGED.format(kind=BINARY_NAMES[name]))
        raise Refused("unknown kind of file: the content is neither text nor a known format")
    start = text.lstrip("\ufeff \t\r\n")[:4096].lower()
    if (format := _by_markup(name, start, text)) is not None:
        return format
    if name in ("xls", "xlsx", "xlsm"):
        return _exported_sheet(path, start)
    if name in BINARY_NAMES and name != "rtf":
        raise Refused(DAMAGED.format(kind=BINARY_NAMES[name]))
    if name in PLAIN_NAMES or name not in TEXT_NAMES:
        return _plain(path, name, text)
    if name == "rtf":
        return "text"
    if name == "json" and RECORDS.match(text):
        return "jsonl"
    return TEXT_NAMES[name]


def _by_markup(name: str, start: str, text: str) -> str | None:
    """The format of XML and HTML; a table that stands under a sheet's name is a sheet, as programs export them."""
    markup = re.sub(r"^(<\?[^>]*>|<!--.*?-->|\s)+", "", start, flags=re.DOTALL)
    if EXCEL_XML in start and re.match(r"<(\w+:)?workbook\b", markup):
        return "xls"
    is_page = markup.startswith(("<!doctype html", "<html"))
    if name in SHEET_NAMES and (is_page or markup.startswith("<")) and re.search(r"<t[rdh]\b", text, re.IGNORECASE):
        return "xls"
    if is_page or (name in SHEET_NAMES and markup.startswith("<")):
        return "html"
    return "xml" if name in PLAIN_NAMES and start.startswith("<?xml") else None


def _exported_sheet(path: Path, start: str) -> str:
    """Shop systems like to write text and call it .xls."""
    if start.startswith("mime-version:"):
        raise Refused(CANNOT.format(kind="a web archive under the name of a workbook", new=".xlsx"))
    if re.match(r"id;p[^\n]*\n[bcfpo];", start):
        raise Refused(CANNOT.format(kind="a SYLK sheet (.slk)", new=".xlsx"))
    line = start.split("\n", 1)[0]
    if delimiter := delimiter_of(path) or next((mark for mark in "\t,;" if mark in line), None):
        return "tsv" if delimiter == "\t" else "csv"
    raise Refused(DAMAGED.format(kind=BINARY_NAMES["xls"]))


def _plain(path: Path, name: str, text: str) -> str:
    """A text whose name does not tell its form: a sheet, records, or prose."""
    if name in PLAIN_NAMES and re.match(r'\ufeff?\s*\[\s*\{\s*"', text):
        return "json"
    if name in PLAIN_NAMES and RECORDS.match(text):
        return "jsonl"
    if delimiter := delimiter_of(path):
        return "tsv" if delimiter == "\t" else "csv"
    if name not in TEXT_NAMES:
        raise Refused(f"unknown kind of file: text with the ending .{name}, which says nothing about its form")
    return "text"


def sample_text(head: bytes) -> str | None:
    """The beginning of a file as text, or None where it is binary. Only good enough to look at."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return head.decode(encoding, "replace").removeprefix("\ufeff")
    if b"\x00" in head:
        encoding = wide(head) or ""
        return head.decode(encoding, "replace") if encoding else None
    controls = sum(head.count(code) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
    return None if controls > 0.01 * len(head) else head.decode("utf-8", "replace")
