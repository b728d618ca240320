"""`Standalone`: a follow-up as a question that can be searched by itself, resolved from the conversation by rules.

"and its warranty?" after "How heavy is the K200?" asks for the K200's warranty, "and the K210?" how heavy the K210 is.
A question that stands by itself is left alone: a wrong guess costs more than a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer import chinese_followups, english_followups
from answer.topic import Topic
from engine.engine import Message

_VARIANT = re.compile(
    r"(?:(?:and|what about|how about)\s+)?(?:the\s+)?(?P<name>pro|max|mini|plus|duo|lite|ultra|air|se|xl)"
    r"(?: (?:one|version))?\s*\?*"
    r"|(?:那么?)?\s*(?P<zh>[A-Za-z]{2,6})\s*(?:版|款)?的?\s*呢\s*[?？]*",
    re.IGNORECASE,
)
_MODEL = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Standalone:
    """`text` is what to search, and to show as understood where it was `resolved` (is not what was asked)."""

    text: str
    resolved: bool


def standalone(query: str, history: Sequence[Message], names: Sequence[str] = ()) -> Standalone:
    """The question with what it leaves to the conversation. `names` are the shop's own (products, brands)."""
    topic = Topic(tuple(names))
    for turn in history:
        if turn.role == "user":
            topic.asked(_resolved(turn.content, topic) or turn.content)
        elif turn.role == "assistant":
            topic.heard(turn.content)
    text = _resolved(query, topic)
    return Standalone(text or query, bool(text) and _plain(text or "") != _plain(query))


def _resolved(query: str, topic: Topic) -> str | None:
    query = " ".join(query.split())
    if not topic.question or not query:
        return None
    if variant := _variant(query, topic.question):
        return variant
    resolve = chinese_followups.resolve if re.search(r"[\u4e00-\u9fff]", query) else english_followups.resolve
    return resolve(query, topic)


def _variant(query: str, before: str) -> str | None:
    """The question before, asked of another make of its model: "Pro 呢" after "B650 噪音多大"."""
    asked = _VARIANT.fullmatch(query)
    models = [match for match in _MODEL.finditer(before) if any(char.isdigit() for char in match[0])]
    if asked is None or len(models) != 1:
        return None
    return f"{before[: models[0].end()]} {asked['name'] or asked['zh']}{before[models[0].end() :]}"


def _plain(text: str) -> str:
    return re.sub(r"[\s?？.。!！]+", "", text).casefold()
