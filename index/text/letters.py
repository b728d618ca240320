"""Letters: which are Chinese, and a text without what does not count when two are compared."""

from __future__ import annotations

import unicodedata

HAN = "\u3400-\u9fff"


def fold(text: str) -> str:
    """Text as filters compare it: width, case and outer blanks do not matter."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
