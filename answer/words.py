"""Words: what two texts may share."""

from __future__ import annotations

import re

from index.lexicon import folded

_TOKEN = re.compile(r"[a-zà-ÿ0-9]+(?:[-.][a-z0-9]+)*|[\u3400-\u9fff]+", re.IGNORECASE)
_STOP = frozenset(
    (
        "a an and are as at be by can do does for from has have how i if in is it its me my of on or our that the "
        "their there this to was we what when where which who will with you your 什么 多少 哪些 怎么 "
        "是否 可以 请问 这个"
    ).split()
)


def words(text: str) -> list[str]:
    """Latin words and model numbers in lower case without a plural s, pairs of Han signs in simplified script; no words
    that all share."""
    found = []
    for token in _TOKEN.findall(folded(text.lower())):
        if "\u3400" <= token[0] <= "\u9fff":
            found += [token[at : at + 2] for at in range(max(1, len(token) - 1))]
        elif token not in _STOP:
            found.append(token.removesuffix("s") if len(token) > 3 else token)
    return [word for word in found if word not in _STOP]
