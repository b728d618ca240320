"""Chinese follow-ups: 它, 这款, 「那保修呢」, 「K210呢」, 「换成1.5升的呢」."""

from __future__ import annotations

import re

from answer.fields import asked_fields
from answer.mentions import Mention, mentions
from answer.topic import Topic
from index.lexicon import patterns
from index.text.quantities import quantities

_SAID = patterns("followups", "zh")


def resolve(query: str, topic: Topic) -> str | None:
    """The question made whole; None where it is whole, or nothing before it helps."""
    if _SAID["small_talk"].fullmatch(query):
        return None
    bare = _SAID["lead"].sub("", query)
    changed = _SAID["change"].sub("", bare)
    told = _SAID["tail"].search(bare)
    ends = bool(told and "呢" in told[0])
    led = bare != query or changed != bare or ends
    core = _SAID["tail"].sub("", changed).strip("，, ")
    if not core:
        return None
    own = [mention for mention in mentions(core, topic.names) if mention.kind != "place"]
    if (match := _SAID["ordinal"].search(core)) and (picked := _picked(core, match, topic)):
        return picked
    if _SAID["it"].search(core):
        return _pointing(bare if not ends else core, own, topic)
    if _SAID["asks"].search(bare) and not (ends and len(core) <= 6 and not _SAID["asks"].search(core)):
        return _sentence(bare, own, topic)
    return _ellipsis(core, own, topic, led)


def _picked(core: str, match: re.Match[str], topic: Topic) -> str | None:
    if len(topic.listed) < 2:
        return None
    place = "一二三四五".find(match[1]) if match[1] and match[1] in "一二三四五" else int(match[1] or 0) - 1
    if place >= len(topic.listed):
        return None
    name = topic.listed[place]
    rest = core[: match.start()] + name + core[match.end() :]
    return f"介绍一下{name}。" if rest == name else _end(rest)


def _pointing(text: str, own: list[Mention], topic: Topic) -> str | None:
    pointed = list(_SAID["it"].finditer(text))
    if (
        own
        and pointed
        and own[0].start < pointed[0].start()
        and not re.search(r"[比和跟与]$", text[: pointed[0].start()])
    ):
        return None
    if not topic.is_of(text):
        return f"{topic.question} {text}"
    match = pointed[0]
    after = match.end()
    kind = [mention for mention in own if mention.kind == "type" and mention.start == after]
    if kind:  # 这款电热水壶
        after = kind[0].end
    elif [mention for mention in own if mention.kind == "name" and mention.start == after]:
        return None
    name = "和".join(topic.several) if match[0] == "它们" and topic.several else topic.entity
    return _end(text[: match.start()] + name + text[after:])


def _sentence(text: str, own: list[Mention], topic: Topic) -> str | None:
    """A question that asks for a product's field and names no product is asked of the one before."""
    plain = text.strip("？?。！! ")
    of_a_part = _SAID["used"].search(plain) and not any(mention.kind == "name" for mention in own)
    if (own and not of_a_part) or _SAID["shop"].search(text):
        return None
    if re.match(r"哪(?:个|款|一个|一款|种|台)", text):
        several = topic.several or topic.listed
        return f"{'和'.join(several)}，{_end(text)}" if len(several) > 1 else None
    if (match := _SAID["another"].match(plain)) and topic.type and topic.fresh and "颜色" not in plain:
        return _end(plain[: match.end("wanted")] + topic.type + plain[match.end("wanted") :])
    fields = asked_fields(text)
    if of_a_part and not fields and topic.entity and topic.fresh:
        return _end(topic.entity + text)
    rest = text
    for field in fields:
        rest = field.asked.sub("", rest)
    of_its_own = re.search(r"[\u4e00-\u9fff]|[A-Za-z]{2,}", _SAID["filling"].sub("", rest))
    if of_its_own:
        return None
    if topic.is_of(text):
        return _end(topic.entity + text)
    return None if fields else f"{topic.question} {text}"


def _ellipsis(core: str, own: list[Mention], topic: Topic, led: bool) -> str | None:
    fields = asked_fields(core)
    if own:
        if fields or not led:
            return None
        return _swapped(topic, core)
    if _SAID["shop"].search(core):
        return None
    if led and (place := _SAID["place"].search(topic.question)) and not fields and len(core) <= 5:
        return _end(topic.question[: place.start(1)] + core + topic.question[place.end(1) :])
    if not topic.is_of(core):
        return f"{core}，{topic.question}" if led else None
    if _SAID["modifier"].fullmatch(core) and (led or not fields):
        return _modified(topic, core)
    if not led and not fields:
        return None
    return _end(f"{topic.entity}的{core}")


def _swapped(topic: Topic, new: str) -> str:
    old = topic.subject()
    if old is None:
        return _end(f"{new}{'，' if not topic.question.isascii() else ': '}{topic.question}")
    return _end(topic.question[: old.start] + new + topic.question[old.end :])


def _modified(topic: Topic, core: str) -> str:
    """「1.5升的」, 「黑色的」, 「大一点的」: the old question, asked of another of its kind."""
    question = topic.question
    wanted = quantities(core, bare=True)
    for before in quantities(question, bare=True):
        for measure in wanted:
            if measure.dimension == before.dimension:
                return _end(question[: before.start] + measure.written.strip() + question[before.end :])
    old = topic.subject()
    kind = topic.type or topic.entity
    if old is None:
        return _end(f"{core}{kind}，{question}")
    of_it = old.text if not wanted and not re.search(r"[大小便贵轻新静更]", core) else kind
    return _end(question[: old.start] + core + of_it + question[old.end :])


def _end(text: str) -> str:
    return f"{text.strip(' ?？。！!，,')}？"
