"""The probe: can this model be trusted to word a reply? Measured on the file itself, language by language.

Two dozen questions, each with the one or two sentences that hold its answer and, as in real search results, those of
two other products behind them, in the very prompt that serving uses; and two dozen harder ones: nothing that was found
answers, a neighbouring product stands beside, a customer tells a story, the evidence is in the other language. A reply
passes when it contains the gold words (where there are none: says that it does not know), none of the wrong ones,
states no number but those of its own evidence, and is in the script it was asked in.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any, cast

from answer import language as languages
from answer.formats import PLAIN, STYLES, Style, read
from answer.language import Form
from answer.numbers import unsupported
from answer.prompt import Excerpt, build
from engine.engine import Engine, Sampling
from engine.probe import TRUSTED, Shares, best, share
from index.chunk import Chunk
from index.lexicon import pattern
from retriever.passage import Passage

Item = dict[str, Any]
"""A question of `probe.jsonl`. `gold`: alternatives, one of which must be told, divided by "|"; `wrong` what must not;
`beside` the (title, evidence) of other products, those of other questions where it is missing."""
_UNKNOWN = pattern("replies_unknown", "said")
_WHOLE = re.compile(r".*(?:[。！？!?]|\.(?=\s|$))", re.DOTALL)


def probe(engine: Engine, style: Style = PLAIN, *, whole: bool = False) -> Shares:
    """For each language the share passed of the questions asked in a style; asking stops where `TRUSTED` is out of
    reach, unless the `whole` is wanted."""
    items: dict[str, list[Item]] = defaultdict(list)
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


def _share(engine: Engine, items: list[Item], style: Style, whole: bool) -> float:
    outcomes = (_passes(engine, item, _beside(items, at), style) for at, item in enumerate(items))
    return share(outcomes, len(items), whole=whole)


def _beside(items: list[Item], at: int) -> list[Item]:
    """What is shown behind the evidence of a question."""
    if "beside" in items[at]:
        return [{"title": title, "evidence": evidence} for title, evidence in items[at]["beside"]]
    return [items[(at + away) % len(items)] for away in (1, 4)]


def _excerpt(item: Item) -> Excerpt:
    chunk = Chunk(id=item["title"], document="probe", ordinal=0, text=item["evidence"], title=item["title"])
    return Excerpt(Passage(chunk, 1.0, 1.0), item["evidence"])


def _passes(engine: Engine, item: Item, others: list[Item], style: Style) -> bool:
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
    told = reply.lower()
    right = any(gold in told for gold in item["gold"].lower().split("|")) if item["gold"] else _UNKNOWN.search(reply)
    return (
        bool(right)
        and not any(wrong.lower() in told for wrong in item.get("wrong", ()))
        and not unsupported(said[0] if said else reply, sources)
        and languages.detect(reply) == item["language"]
    )
