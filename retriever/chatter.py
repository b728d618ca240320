"""What customers say beside what they ask: "which ones?", "it's for my mum", 「我妈手没力气」."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[,，。.!！?？;；:：\n()（）~～]+\s*")
_ENGLISH = re.compile(
    r"(?:and |so |but |or )?(?:which ones?|what(?:'ve| have) you got|what do you have"
    r"|any (?:ideas?|recommendations?|suggestions?)"
    r"|thanks?(?: you| a lot)?|thx|please|cheers|hi(?: there| all)?|hello|good (?:morning|evening|afternoon)"
    r"|(?:it'?s |it is )?(?:a (?:present|gift) )?for my .+|(?:i'm|i am|we're|we are|my|our) .+"
    r"|(?:just )?(?:thought|wondering) .+)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:我|我们|俺|咱|家里|平时|刚刚?|最近|准备|打算|想(?:学|给|送|换)|谢谢|多谢|麻烦|拜托|求(?:推荐|助|解)|有没得选|有推荐吗|有什么推荐|在?纠结).*"
    r"|你好|您好|在吗|亲|急|哈+"
)
_DEMAND = re.compile(
    r"\d|要|别|不是|不能|\bnot?\b|\bunder\b|\bover\b|\bexcept\b|\bbudget\b|\bneed\b|\bwant\b|\blook"
    r"|一百|几百|预算|找|买"
)
_SPOKEN = {"有木有": "有没有", "有没得": "有没有", "有啥": "有什么", "都啥": "都什么", "有冇": "有没有"}


def plainly(query: str) -> str:
    """A question with spoken forms written as others write them."""
    for said, written in _SPOKEN.items():
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
    said = bool(_ENGLISH.fullmatch(clause) or _CHINESE.fullmatch(clause))
    return said and not _DEMAND.search(clause.lower())
