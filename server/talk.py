"""What is said to the operator, on stderr, and text from elsewhere made safe to say."""

from __future__ import annotations

import logging
import re
import sys

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Text without the characters that move the cursor, change colours or turn the writing direction."""
    return _CONTROL.sub("", text)


def say(text: str) -> None:
    """A line for the operator."""
    print(plain(f"xuanji: {text}"), file=sys.stderr, flush=True)


def log_requests() -> None:
    """Write the service's log, a line for each request, to stderr from now on."""
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    log = logging.getLogger("xuanji")
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    log.propagate = False
