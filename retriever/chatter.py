"""What customers say beside what they ask: "which ones?", "it's for my mum", 「我妈手没力气」."""

from __future__ import annotations

import re

from index.lexicon import pattern, sections

_CLAUSE = re.compile(r"[,，。.!！?？;；:：\n()（）~～]+\s*")
_ASIDE = pattern("chatter", "aside")
_DEMAND = pattern("chatter", "demand")


def plainly(query: str) -> str:
    """A question with spoken forms written as others write them."""
    for spoken in sections("chatter.spoken").values():
        for said, written in spoken.items():
            query = query.replace(said, written)
    return query


def without_chatter(query: str) -> str:
    """A question without the clauses that ask for nothing and demand nothing; the very same where there are none."""
    clauses, at = [], 0
    for end in [*(match.end() for match in _CLAUSE.finditer(query)), len(query)]:
        clauses.append(query[at:end])
        at = end
    kept = [clause for clause in clauses if not _is_chatter(_CLAUSE.sub(" ", clause).strip())]
    return "".join(kept).strip(" ,，、") if any(kept) and len(kept) < len(clauses) else query


def _is_chatter(clause: str) -> bool:
    return bool(_ASIDE.fullmatch(clause)) and not _DEMAND.search(clause)
