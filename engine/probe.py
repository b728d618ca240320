"""The probe's mechanics: what share of questions with known answers a model passes, and in which style it passes most.

What is asked, and what passes, is known to the room that will use the model for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.engine import Engine

TRUSTED = 0.9
"""Share that must pass. Telling the nearest sentence itself contains the gold answer in about 0.7 to 0.8 of real
questions, and in all of the probe's that have one; a model that loses more than a tenth of answers laid before it, or
answers where there is nothing to, makes replies worse."""
WORTH = 0.1
"""How much better than the plain style another must be: two of the questions of a language, not one by chance."""

Shares = dict[str, float]
"""The share passed in each language."""
Probe = Callable[[Engine], tuple[Shares, dict[str, str]]]
"""Puts its questions to a model: the shares passed, and by language the style in which they were."""


def share(outcomes: Iterable[bool], count: int, *, whole: bool = False) -> float:
    """The share passed of `count` questions; the next outcome is not asked for where `TRUSTED` is out of reach,
    unless the `whole` is wanted."""
    passed = asked = 0
    for asked, outcome in enumerate(outcomes, 1):
        passed += outcome
        if not whole and asked - passed > (1 - TRUSTED) * count:
            break
    return round(passed / asked, 3)


def best(styles: Iterable[str], ask: Callable[[str], Shares]) -> tuple[Shares, dict[str, str]]:
    """(share passed, style in which it was) by language: the first style, unless another is the better by `WORTH`
    where the first one is not trusted."""
    first, *others = styles
    shares = ask(first)
    chosen = dict.fromkeys(shares, first)
    for style in others:
        if all(one >= TRUSTED for one in shares.values()):
            break
        for language, one in ask(style).items():
            if shares[language] < TRUSTED and one >= shares[language] + WORTH:
                shares[language], chosen[language] = one, style
    return shares, chosen
