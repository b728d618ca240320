"""The probe: can this model be trusted to word a reply? Measured on the file itself, language by language.

Two dozen questions, each with the one or two sentences that hold its answer and, as in real search results, those of
two other products behind them, in the very prompt that serving uses. A reply passes when it contains the gold words,
states no number but those of its own evidence, and is in the script it was asked in.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date
from importlib.resources import files

from answer import language as languages
from answer.engine import Engine, Sampling
from answer.formats import PLAIN, STYLES, Style, read
from answer.numbers import unsupported
from answer.prompt import Excerpt, build
from index.chunk import Chunk
from retriever.passage import Passage

TRUSTED = 0.8
"""Share that must pass. Telling the nearest sentence itself contains the gold answer in about 0.7 to 0.8 of real
questions, and in all of these; a model that loses more than a fifth of answers laid before it makes replies worse."""

_WHOLE = re.compile(r".*(?:[。！？!?]|\.(?=\s|$))", re.DOTALL)
WORTH = 0.1
"""How much better than the plain style another must be: two of the questions of a language, not one by chance."""


def probe(engine: Engine, style: Style = PLAIN, *, whole: bool = False) -> dict[str, float]:
    """For each language the share passed of the questions asked in a style; asking stops where `TRUSTED` is out of
    reach, unless the `whole` is wanted."""
    items: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in files("answer").joinpath("probe.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        items[item["language"]].append(item)
    return {language: _share(engine, asked, style, whole) for language, asked in items.items()}


def best_style(engine: Engine) -> tuple[dict[str, float], dict[str, str]]:
    """(share passed, name of the style in which it was) by language: the plain style, unless another is the better by
    `WORTH` where the plain one is not trusted. The styles are those of `answer.formats.STYLES`."""
    shares = probe(engine)
    chosen = dict.fromkeys(shares, "plain")
    for name, style in STYLES.items():
        if name == "plain" or all(share >= TRUSTED for share in shares.values()):
            continue
        for language, share in probe(engine, style).items():
            if shares[language] < TRUSTED and share >= shares[language] + WORTH:
                shares[language], chosen[language] = share, name
    return shares, chosen


def _share(engine: Engine, items: list[dict[str, str]], style: Style, whole: bool) -> float:
    passed = asked = 0
    for asked, item in enumerate(items, 1):
        passed += _passes(engine, item, [items[(asked + away) % len(items)] for away in (0, 3)], style)
        if not whole and asked - passed > (1 - TRUSTED) * len(items):
            break
    return round(passed / asked, 3)


def _excerpt(item: dict[str, str]) -> Excerpt:
    chunk = Chunk(id=item["title"], document="probe", ordinal=0, text=item["evidence"], title=item["title"])
    return Excerpt(Passage(chunk, 1.0, 1.0), item["evidence"])


def _passes(engine: Engine, item: dict[str, str], others: list[dict[str, str]], style: Style) -> bool:
    prompt = build(
        item["question"],
        [_excerpt(shown) for shown in (item, *others)],
        languages.resolve(item["language"], ""),
        date(2026, 1, 1),
        budget=engine.context - 64,
        count=engine.count,
        style=style,
    )
    tokens = 80 if style.steps or style.format == "json" else 40
    with engine.generate(prompt.messages, Sampling(max_tokens=tokens, json_schema=style.json_schema)) as generation:
        reply = read(style, "".join(generation))
    sources = [item["evidence"], item["title"], item["question"]]
    said = _WHOLE.match(reply)  # the last sentence may be cut in the middle of a number
    return (
        item["gold"].lower() in reply.lower()
        and not unsupported(said[0] if said else reply, sources)
        and languages.detect(reply) == item["language"]
    )
