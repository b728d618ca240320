"""Which price some words name: a member's, a sale's, a pack's. Headers of columns and questions name them alike."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from index.lexicon import either, folded, sections, words


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found: dict[str, list[str]] = {}
    for table in sections("prices").values():
        for kind, said in table["kinds"]:
            found.setdefault(kind, []).append(said)
    return tuple((kind, re.compile("|".join(said))) for kind, said in found.items())


def kind_of(text: str) -> str:
    """The first kind that the words name in any language, in the lexicon's order; "" where they name none."""
    return next((kind for kind, said in _kinds() if said.search(text)), "")


@lru_cache(1024)
def least_pieces(header: str) -> int:
    """From how many pieces on the price under a header holds: "from 10", "10-49", "> 9"; 0 where it does not say so."""
    text = folded(unicodedata.normalize("NFKC", header).casefold())
    if re.search(either(words("amounts", "up_to")), text):
        return 0
    said = [match for match in dict(_kinds())["break"].finditer(text) if re.search(r"\d", match[0])]
    return int(re.findall(r"\d+", said[0][0])[0]) + bool(re.match(r">\s?\d", said[0][0])) if said else 0


@lru_cache(1024)
def is_number_of_pieces(header: str) -> bool:
    """Whether a header says from how many pieces on something holds and nothing else: "5+ packs", "10-49", "ab 10"."""
    if not least_pieces(header):
        return False
    rest = dict(_kinds())["break"].sub(" ", folded(unicodedata.normalize("NFKC", header).casefold()))
    counted = [*words("stock", "units"), *words("amounts", "each")]
    return not re.search(r"\w", re.sub(either(word.casefold() for word in counted), " ", rest))
