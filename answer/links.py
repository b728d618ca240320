"""`without_links`: a document's text as plain words, so that no link, image or markup of it reaches a customer."""

from __future__ import annotations

import re

_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(
    r"<?\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|javascript:|data:)[^\s<>\"'，。；、）)】”]+>?", re.IGNORECASE
)
_REFERENCE = re.compile(r"(?m)^\s*\[[^\]\n]+\]:.*$")
_TAG = re.compile(r"</?[a-zA-Z!][^<>\n]*>?")


def without_links(text: str) -> str:
    """`text` as plain words: markdown links keep their label, addresses and tags go."""
    text = _LINK.sub(r"\1", _REFERENCE.sub("", text))
    return _TAG.sub("", _ADDRESS.sub("", text))
