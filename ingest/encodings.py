"""The encoding of a text file: decided by what decodes and reads plausibly, never by a silent replacement.

A byte that does not decode is kept as a mark (a lone surrogate, U+DC00 + byte), so that whoever reads rows can refuse
that row and name it; `damage` says so in words. A file that is valid UTF-8 from end to end is UTF-8; only otherwise are
GB18030, Big5, Shift-JIS and Windows-1252 weighed by how common the characters are that each of them yields.
"""

from __future__ import annotations

import codecs
import io
import re
from functools import cache
from pathlib import Path

from ingest.document import Refused

BLOCK = 1 << 20
"""Bytes read at a time."""
SAMPLE = 128 << 10
"""Bytes of lines beyond ASCII that are weighed, gathered from the whole file."""
PLAUSIBLE = 0.7
"""Least share of common characters. True text has 0.9 and more, text in a wrong encoding rarely 0.7."""

MARKS = re.compile("[\ud800-\udfff]")
BEYOND = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]+")
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "shift_jis": "cp932"}
"""Declared codec -> the wider one in which such files are really written."""
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
ASIAN = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6), "cp932": ("shift_jis", 0x88, 0x97)}
"""Encoding -> the older codec and the lead bytes of its first level, which holds the characters in daily use."""
WESTERN_SIGNS = "€£¥©®™°²³½¼¾×±µ·•–—‘’“”„…«»¿¡§\xa0ºª†"


def mark_bytes(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: every undecodable byte becomes U+DC00 + its value."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("xuanji.mark", mark_bytes)


def damage(text: str) -> str | None:
    """Why a text cannot be used: the bytes in it that did not decode. None where all did."""
    if text.isascii() or not MARKS.search(text):
        return None
    found = MARKS.findall(text)
    shown = " ".join(f"{ord(mark) & 0xFF:02X}" for mark in found[:8])
    return f"{len(found)} of its bytes are not text in the file's encoding ({shown}); save the file as UTF-8"


def detect_encoding(path: Path) -> str:
    """The codec's name. Raises `Refused` where the bytes are no text in any known encoding, `OSError` as usual."""
    with path.open("rb") as file:
        head = file.read(64 << 10)
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head and (found := wide(head)):
        return found
    valid, errors = _utf8(path)
    if valid >= 3 * errors:
        return "utf-8"  # damaged in places at most, and still far likelier than chance
    sample = _sample(path)
    scores = {name: _asian(sample, name) for name in ASIAN} | {"cp1252": _western(sample)}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= PLAUSIBLE:
        return best
    if other := _guess(sample):
        return other
    if errors * 1000 <= path.stat().st_size:
        return "utf-8"
    raise Refused("the text is in an unknown encoding; save the file as UTF-8")


def declared_encoding(path: Path) -> str:
    """The codec of a page or a feed: UTF-8 where its bytes are that, else what it declares, else what they look like.

    Raises as `detect_encoding` does.
    """
    with path.open("rb") as file:
        head = file.read(2048)
    declared = DECLARED.search(head)
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name if declared else ""
    except LookupError:
        name = ""
    if not name or name.startswith("utf") or head.startswith(tuple(mark for mark, _ in BOMS)):
        return detect_encoding(path)
    valid, errors = _utf8(path)
    return "utf-8" if valid >= 3 * errors else WIDER.get(name, name)


def open_text(path: Path) -> io.TextIOWrapper:
    """The file as text, line ends untouched, undecodable bytes as marks. Raises `Refused`, `OSError`."""
    return path.open(encoding=detect_encoding(path), errors="xuanji.mark", newline="")


def read_text(path: Path) -> str:
    """The whole file as text with line ends `\\n`; an undecodable byte stays visible as `\\xE9`."""
    with open_text(path) as file:
        text = file.read()
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    return MARKS.sub(lambda mark: f"\\x{ord(mark.group()) & 0xFF:02X}", text)


def read_declared(path: Path) -> str:
    """The text of a page or a feed, in the encoding that its bytes have or that it declares."""
    try:
        return path.read_bytes().decode(declared_encoding(path))
    except UnicodeDecodeError:
        return read_text(path)


def wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: zero bytes stand where the high halves of Latin letters and signs are."""
    head = head[: len(head) // 4 * 4]
    for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and sum(char in " \t\r\n,;" or "0" <= char <= "z" for char in text) > 0.1 * len(text):
            return name
    return None


def _utf8(path: Path) -> tuple[int, int]:
    """(valid sequences beyond ASCII, invalid ones) of the whole file, read as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("xuanji.mark")
    beyond = errors = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            if not text.isascii():
                errors += len(MARKS.findall(text))
                # without damage, that there is some text is all one needs to know
                beyond += sum(map(len, BEYOND.findall(text))) if errors else 1
    return beyond, errors + len(decoder.decode(b"", final=True))


def _sample(path: Path) -> bytes:
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < SAMPLE and (block := file.read(BLOCK)):
            if block.isascii():
                continue
            for line in re.findall(rb"[^\r\n]*[\x80-\xff][^\r\n]*", block)[:400]:
                lines.append(line[: SAMPLE // 4])
                size += len(lines[-1])
    return b"\n".join(lines)


@cache
def _everyday(name: str) -> frozenset[str]:
    codec, first, last = ASIAN[name]
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0x40, 0xFF))
    hanzi = {pair.decode(codec, "ignore") for pair in pairs}
    signs = {chr(code) for block in ((0x3000, 0x301F), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6)) for code in range(*block)}
    kana = {chr(code) for code in range(0x3041, 0x30FF)} if name == "cp932" else set()
    return frozenset(char for char in hanzi | signs | kana | set("—‘’“”…·×÷±°℃№￥€①②③④⑤⑥") if len(char) == 1)


def _asian(sample: bytes, name: str) -> float:
    text = sample.decode(name, "xuanji.mark")
    beyond = [char for char in text if char > "\x7f"]
    common = _everyday(name)
    return sum(char in common for char in beyond) / max(1, len(beyond))


def _western(sample: bytes) -> float:
    """Share of characters that stand as they do in a western language: a letter beside ASCII letters, or a sign."""
    text = sample.decode("cp1252", "xuanji.mark")
    good = total = 0
    for run in re.finditer("[^\x00-\x7f]+", text):
        total += len(run.group())
        near = text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]
        beside = len(run.group()) < 3 and re.search("[A-Za-z]", near) is not None
        good += sum(char in WESTERN_SIGNS or (beside and char.isalpha() and char != "ÿ") for char in run.group())
    return good / max(1, total)


def _guess(sample: bytes) -> str | None:
    """What charset-normalizer makes of the rarer encodings (Cyrillic, Korean, ...), if it finds no contradiction."""
    from charset_normalizer import from_bytes

    match = from_bytes(sample, preemptive_behaviour=False).best()
    if match is None or match.encoding in ("utf_8", "ascii") or match.chaos > 0.1:
        return None
    text = sample.decode(match.encoding, "xuanji.mark")
    letters = sum(char.isalpha() for char in text if char > "\x7f")
    return match.encoding if letters >= 20 and not MARKS.search(text) else None
