"""The probe: can this model be trusted to word a reply? Measured on the file itself, language by language.

Two dozen questions, each with the one or two sentences that hold its answer and, as in real search results, those of
two other products behind them, in the very prompt that serving uses. A reply passes when it contains the gold words,
states no number but those of its own evidence, and is in the script it was asked in.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import cast

from answer import language as languages
from answer.formats import PLAIN, STYLES, Style, read
from answer.language import Form
from answer.numbers import unsupported
from answer.prompt import Excerpt, build
from engine.engine import Engine, Sampling
from engine.probe import TRUSTED, Shares, best, share
from index.chunk import Chunk
from retriever.passage import Passage

_WHOLE = re.compile(r".*(?:[。！？!?]|\.(?=\s|$))", re.DOTALL)


def probe(engine: Engine, style: Style = PLAIN, *, whole: bool = False) -> Shares:
    """For each language the share passed of the questions asked in a style; asking stops where `TRUSTED` is out of
    reach, unless the `whole` is wanted."""
    items: dict[str, list[dict[str, str]]] = defaultdict(list)
    for line in files("answer").joinpath("probe.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        items[item["language"]].append(item)
    return {language: _share(engine, asked, style, whole) for language, asked in items.items()}


def best_style(engine: Engine) -> tuple[Shares, dict[str, str]]:
    """(share passed, name of the style in which it was) by language; the styles are those of `answer.formats.STYLES`,
    the plain one first."""
    return best(STYLES, lambda name: probe(engine, STYLES[name]))


def trusted_in(shares: Mapping[str, float]) -> frozenset[Form]:
    """The languages in which a model that passed these shares may word a reply."""
    return frozenset(cast(Form, language) for language, passed in shares.items() if passed >= TRUSTED)


def _share(engine: Engine, items: list[dict[str, str]], style: Style, whole: bool) -> float:
    outcomes = (
        _passes(engine, item, [items[(asked + away) % len(items)] for away in (0, 3)], style)
        for asked, item in enumerate(items, 1)
    )
    return share(outcomes, len(items), whole=whole)


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
