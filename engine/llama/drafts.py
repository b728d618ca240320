"""Speculation: what the model will probably say next, read off the prompt: answers quote their passages.

Prompt lookup decoding (Saxena 2023): where the last tokens stand in what was read before, what follows them there is
guessed. The model checks all guesses in one step and keeps those it would have said itself, so nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST, SHORTEST = 4, 2
"""Tokens at the end that must be found again, tried from the longest."""


def guess(tokens: Sequence[int], most: int) -> list[int]:
    """At most `most` tokens that followed the last time the end of `tokens` stood in it; [] where it never did."""
    if most <= 0:
        return []
    for size in range(LONGEST, SHORTEST - 1, -1):
        end = list(tokens[-size:])
        for start in range(len(tokens) - size - 1, -1, -1):
            if tokens[start] == end[0] and list(tokens[start : start + size]) == end:
                return list(tokens[start + size : start + size + most])
    return []
