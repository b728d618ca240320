"""Where a question says one of the catalogue's own words, and whether it excludes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.text.letters import HAN
from retriever.constraints import Reading

NOT = re.compile(
    r"(?:\b(?:but |and )?(?:not?|never|except(?: for)?|other than|excluding|exclude|without|nothing from"
    r"|nothing by|anything but"
    r"|no more|don'?t want|do not want|isn'?t|aren'?t|rather not|avoid(?:ing)?)\b|不要|不想要|不是|别要|除了"
    r"|除|非|排除|不含|不买|不考虑|不选)"
    r"\s*(?:(?:from|by|the|a|an|any|made|brand|brands|of|in|one|ones)\s+|是|有|买|牌子|品牌|为|那个|那种"
    r"|(?<=[\u4e00-\u9fff])\s+)*$"
)
"""Words of exclusion, up to what they exclude."""
LATIN = re.compile(r"[a-z0-9à-ÿ]+(?:['’-][a-z0-9à-ÿ]+)*")
STOP = frozenset("the a an and or of for with which what do you have any are is in not no it to your at by on".split())
_PLAIN = re.compile(rf"[a-z0-9à-ÿ '’-]+|[{HAN}]+")


def mentions(reading: Reading, known: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Where the text says one of these, the longest first; words in Latin letters whole."""
    text = reading.lower
    tokens = [match.span() for match in LATIN.finditer(text)]
    table = known if isinstance(known, dict) else dict.fromkeys(known)
    covered = [False] * len(text)

    def fits(start: int, end: int) -> bool:
        return text[start:end] in table and not any(covered[start:end])

    for length in range(min(5, len(tokens)), 0, -1):
        for at in range(len(tokens) - length + 1):
            start, end = tokens[at][0], tokens[at + length - 1][1]
            if fits(start, end):
                covered[start:end] = [True] * (end - start)
                yield start, end, text[start:end]
    for run in re.finditer(f"[{HAN}]+", text):
        for length in range(min(12, run.end() - run.start()), 1, -1):
            for start in range(run.start(), run.end() - length + 1):
                if fits(start, start + length):
                    covered[start : start + length] = [True] * length
                    yield start, start + length, text[start : start + length]
    if any(not _PLAIN.fullmatch(form) for form in table):
        for form in sorted(table, key=len, reverse=True):  # "H&M", "索尼 Sony": few have other signs
            if not _PLAIN.fullmatch(form) and len(form) > 1:
                at = text.find(form)
                if at >= 0 and not any(covered[at : at + len(form)]):
                    covered[at : at + len(form)] = [True] * len(form)
                    yield at, at + len(form), form
