"""Mail read into elements: the subject as title, who wrote when, the text, and the attachments by name only.

Earlier messages that it quotes are not told as its own words (`ingest.quoted`).
"""

from __future__ import annotations

import email
import email.policy
import re
import struct
from collections.abc import Iterable, Iterator
from email.header import decode_header, make_header
from email.message import EmailMessage
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.document import Element, Refused
from ingest.encodings import read_text
from ingest.markup import html_elements
from ingest.quoted import Part, told

RTF_COMPRESSED = 0x1009
"""The property of an Outlook message that holds its rich text ([MS-OXPROPS] PidTagRtfCompressed)."""
QUOTE = re.compile(r"<(/?)blockquote\b([^>]*)>", re.IGNORECASE)
OPENS, CLOSES, CITES = "\ue000", "\ue001", "\ue002"
"""Where a block begins, where it ends, and where one begins that a mail program marked as quoted."""
ENCRYPTED = "the message is encrypted; save a copy that is not"


def read_eml(path: Path) -> Iterator[Element]:
    """The elements of an RFC 5322 message."""
    raw = path.read_bytes()
    if b"\x00" in raw[:256]:
        raw = read_text(path).encode()  # a message saved as UTF-16 by an editor
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise Refused("the file has no mail headers; it is not a message")
    if message.get_content_type() in ("multipart/encrypted", "application/pkcs7-mime"):
        raise Refused(ENCRYPTED)
    body = message.get_body(preferencelist=("html", "plain"))
    text = _decoded(body) if isinstance(body, EmailMessage) else ""
    is_html = isinstance(body, EmailMessage) and body.get_content_type() == "text/html"
    said = {name: _header(message, name) for name in ("subject", "from", "date")}
    attached = [part.get_filename() or "" for part in message.iter_attachments()]
    parts = _untitled(text) if is_html else _paragraphs(text)
    yield from _message(said["subject"], said["from"], said["date"], parts, attached)


def read_msg(path: Path) -> Iterator[Element]:
    """The elements of an Outlook message."""
    from oxmsg import Message

    try:
        yield from _outlook(Message.load(str(path)))
    except (KeyError, ValueError, IndexError, struct.error, OSError, AssertionError) as error:
        raise Refused(f"the file is damaged or not really an Outlook message: {error}") from error


def _outlook(message: Any) -> Iterator[Element]:
    if "encrypted" in message.message_headers.get("Content-Type", ""):
        raise Refused(ENCRYPTED)
    sent = message.sent_date
    sender = str(make_header(decode_header(message.sender or "")))
    date = message.message_headers.get("Date") or (sent.strftime("%Y-%m-%d %H:%M") if sent else "")
    parts = _untitled(message.html_body) if message.html_body else _paragraphs(message.body or "")
    if not message.html_body and not message.body and message.properties.binary_prop_value(RTF_COMPRESSED):
        raise Refused("the message holds only rich text; save it from Outlook as .eml or .html")
    attached = [attachment.file_name or "" for attachment in message.attachments]
    yield from _message(message.subject, sender, date, parts, attached)


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; what cannot be parsed counts as absent."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError, UnicodeError):
        return ""


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")
    charset = part.get_content_charset() or "utf-8"
    for encoding in (charset, "utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")


def _message(subject: str, sender: str, date: str, parts: Iterable[Part], attached: list[str]) -> Iterator[Element]:
    if subject.strip():
        yield Element("heading", " ".join(subject.split()), level=0)
    lines = [f"{label}: {text.strip()}" for label, text in (("From", sender), ("Date", date)) if text.strip()]
    if lines:
        yield Element("text", "\n".join(lines))
    yield from told(list(parts), subject)
    if attached:
        yield Element("text", f"Attachments (not read): {', '.join(name or 'without a name' for name in attached)}")


def _untitled(html: str) -> Iterator[Part]:
    depths: list[bool] = []
    for element in html_elements(QUOTE.sub(_marked, html)):
        if element.text in (OPENS, CITES):
            depths.append(element.text == CITES)
        elif element.text == CLOSES:
            depths = depths[:-1]
        elif element.level or element.kind != "heading":
            yield Part(element, any(depths))


def _marked(tag: re.Match[str]) -> str:
    """A quotation's beginning or end, with a paragraph that says so."""
    if tag[1]:
        return f"{tag[0]}<p>{CLOSES}</p>"
    cited = re.search(r"type\W+cite|class\W+[\w -]*quote", tag[2], re.IGNORECASE)
    return f"<p>{CITES if cited else OPENS}</p>{tag[0]}"


def _paragraphs(text: str) -> Iterator[Part]:
    for block in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in block.split("\n") if line.strip("> \t")]
        for quoted, group in groupby(lines, key=lambda line: line.startswith(">")):
            yield Part(Element("text", "\n".join(re.sub(r"^(?:>\s?)+", "", line) for line in group)), quoted)
