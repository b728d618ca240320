"""English follow-ups: pronouns, "the bigger one", "and the K210?", "in black?"."""

from __future__ import annotations

import re

from answer.fields import asked_fields
from answer.mentions import Mention, mentions
from answer.topic import Topic
from index.lexicon import patterns
from index.text.quantities import quantities

_SAID = patterns("followups", "en")
_FOR_IT = re.compile(r"(?<=\bfor) (?:it|that|this)(?: one)?$", re.IGNORECASE)
_PLACES = ("first", "second", "third", "fourth", "fifth", "1st", "2nd", "3rd", "4th", "5th")


def resolve(query: str, topic: Topic) -> str | None:
    """The question made whole; None where it is whole, or nothing before it helps."""
    if _SAID["small_talk"].fullmatch(query):
        return None
    bare = _SAID["lead"].sub("", query)
    rest = _SAID["about"].sub("", bare)
    led = rest != query
    rest = re.sub(r",?\s+please$", "", rest.strip(" ?.!"), flags=re.IGNORECASE)
    if not rest:
        return None
    if topic.entity:
        rest = _FOR_IT.sub(lambda _: f" {the(topic.entity)}", rest)
    own = [mention for mention in mentions(rest, topic.names) if mention.kind != "place"]
    if picked := _picked(rest, topic):
        return picked
    if rest != bare.strip(" ?.!") or (not _SAID["verb"].search(rest) and len(rest.split()) <= 7 and not _asks(rest)):
        return _ellipsis(rest, own, topic, led)
    return _sentence(bare, topic, led)


def _asks(text: str) -> bool:
    return bool(re.match(r"(?:what|how|who|when|where|why|which)\b", text, re.IGNORECASE)) and len(text.split()) > 2


def the(name: str) -> str:
    """A name as it stands in a sentence."""
    if name[0] in '“"「『《' or _SAID["article"].match(name) or not name.isascii():
        return name
    return f"the {name}"


def _picked(rest: str, topic: Topic) -> str | None:
    """ "the second one" of a list."""
    match = _SAID["ordinal"].search(rest)
    if not match or len(topic.listed) < 2:
        return None
    word = match[1].lower()
    place = _PLACES.index(word) % 5 if word in _PLACES else len(topic.listed) - 1
    if place >= len(topic.listed):
        return None
    name = topic.listed[place]
    if match[0].strip() == rest:
        return _swapped(topic, name) if not _lists(topic.question) else f"Tell me about {the(name)}."
    return _end(rest[: match.start()] + the(name) + rest[match.end() :])


def _lists(question: str) -> bool:
    return bool(
        re.search(
            r"\b(?:which|what)\b|\bdo you (?:have|sell)\b|\blist\b|\bshow\b|哪|什么|有没有", question, re.IGNORECASE
        )
    )


def _ellipsis(rest: str, own: list[Mention], topic: Topic, led: bool) -> str | None:
    fields = asked_fields(rest)
    product = [mention for mention in own if mention.kind == "name" or not fields]
    if product and not fields:
        if _ones_only(rest, own):
            return None
        if led or product[0].kind == "name":
            if swapped := _preposition(rest, topic, own):
                return swapped
            return _swapped(topic, _SAID["article"].sub("", rest))
        return None
    if product and not _SAID["its"].search(rest):
        return None  # it has a product and a field of its own
    if _SAID["ones"].search(rest) and topic.entity:
        return _modified(topic, rest)
    if (swapped := _preposition(rest, topic, own)) and (led or topic.fresh):
        return swapped
    places = [mention for mention in mentions(rest, topic.names) if mention.kind == "place"] or _capitals(rest)
    if places and led and (old := _places(topic.question)):
        return _end(_replaced(topic.question, old[-1], rest))
    if _SAID["shop"].search(rest):
        return None
    if not topic.is_of(rest):
        return f"{topic.question} {_end(rest)}" if led else None
    if _comparative(rest):
        return _modified(topic, rest)
    if not led and not fields and len(rest.split()) > 3:
        return None
    if re.fullmatch(r"(?:how much|how many|what price)", rest, re.IGNORECASE):
        return f"How much is {the(topic.entity)}?"
    if re.fullmatch(r"(?:why|when|where|who|how|how long|really|since when)(?: (?:not|so))?", rest, re.IGNORECASE):
        return f"{topic.question} {_end(rest)}"
    aspect = _SAID["asking"].sub("", _SAID["its"].sub("", _SAID["their"].sub("", rest))).strip()
    if _SAID["stock"].fullmatch(aspect):
        return f"Is {the(topic.entity)} {aspect.lower()}?"
    if not asked_fields(aspect) and any(field.name == "price" for field in asked_fields(topic.question)):
        return f"How much is {the(aspect)} of {the(topic.entity)}?"  # "and a spare battery?" asks what was asked before
    return f"The {aspect} of {the(topic.entity)}?"


def _ones_only(rest: str, own: list[Mention]) -> bool:
    return bool(_SAID["ones"].search(rest)) and not own


def _capitals(rest: str) -> list[Mention]:
    words = rest.split()
    if 1 <= len(words) <= 3 and words[-1][0].isupper() and words[-1].isalpha():
        return [Mention(rest, 0, len(rest), "place")]
    return []


def _places(question: str) -> list[Mention]:
    return [mention for mention in mentions(question) if mention.kind == "place"]


def _comparative(rest: str) -> bool:
    return bool(
        re.fullmatch(
            r"(?:the |a |an )?(?:bigger|larger|smaller|cheaper|lighter|quieter|newer|older|faster)", rest, re.IGNORECASE
        )
    )


def _preposition(rest: str, topic: Topic, own: list[Mention]) -> str | None:
    """ "in black?", "to Norway?", "for the K210?": in the place of the like phrase, else at the end."""
    match = _SAID["preposition"].match(rest)
    if not match or _SAID["stock"].fullmatch(rest) or _SAID["its"].search(rest):
        return None
    if _SAID["it"].search(rest) and not own:
        return None
    product = [mention for mention in own if mention.kind == "name"]
    old = topic.subject()
    if product and old is not None:
        return _end(_replaced(topic.question, old, _SAID["article"].sub("", match[2])))
    question = topic.question.strip(" ?.!？。")
    like = re.search(
        rf"\b{match[1]}\s+(?!(?:stock|total|all)\b)(?:(?:the|a|an)\s+)?[\w.-]+(?:\s[A-Z][\w-]*)*$",
        question,
        re.IGNORECASE,
    )
    if like is not None:
        return _end(question[: like.start()] + rest)
    return _end(f"{question} {rest}")


def _swapped(topic: Topic, new: str) -> str:
    """The old question, asked of something else."""
    old = topic.subject()
    if old is not None:
        return _end(_replaced(topic.question, old, new))
    question = topic.question.strip(" ?.!？。")
    return f"{question} ({new})?"


def _replaced(question: str, old: Mention, new: str) -> str:
    before, after = question[: old.start], question[old.end :]
    if old.kind == "type" and (phrase := _SAID["phrase"].search(before)):
        before = phrase[1]  # "the crumb 2 toaster" is replaced whole
        new = new if _SAID["article"].match(new) else f"{phrase[2]} {new}"
        return (before + new + after).strip(" ?.!？。")
    if re.search(r"\b(?:the|a|an|your|my|this)\s$", before, re.IGNORECASE):
        new = _SAID["article"].sub("", new)
    return (before + new + after).strip(" ?.!？。")


def _modified(topic: Topic, rest: str) -> str:
    """ "the bigger one", "the 1.5 l one": the old question, asked of another of its kind."""
    kind = topic.type or topic.entity
    wanted = _SAID["ones"].sub(lambda match: f"{kind}s" if match[1].endswith("s") else kind, rest)
    if wanted == rest:
        wanted = f"{rest} {kind}"
    old = topic.subject()
    if old is None:
        return f"{topic.question} {_end(wanted)}"
    measures = quantities(rest)
    question = topic.question
    for before in quantities(question):
        if any(measure.dimension == before.dimension for measure in measures):
            return _end(question[: before.start] + measures[0].written.strip() + question[before.end :])
    return _end(_replaced(question, old, _SAID["article"].sub("", wanted) if measures else wanted))


def _sentence(query: str, topic: Topic, led: bool) -> str | None:
    """A whole sentence that leaves its product to the conversation."""
    own = [mention for mention in mentions(query, topic.names) if mention.kind == "name"]
    if _SAID["pleonastic"].search(query):
        return None
    pointed = [match for pattern in (_SAID["its"], _SAID["their"], _SAID["it"]) for match in pattern.finditer(query)]
    if own:
        # a pronoun behind the name means the name, but for "than it"
        pointed = [
            match
            for match in pointed
            if match.start() < own[0].start or re.search(r"\b(?:than|with|to|as|like)\s$", query[: match.start()])
        ]
    if pointed:
        return _pointing(query, topic)
    typed = [mention for mention in mentions(query, topic.names) if mention.kind == "type"]
    if typed and not own and _SAID["this_type"].search(query[: typed[0].start]) and topic.entity:
        lead = _SAID["this_type"].sub("", query[: typed[0].start])
        return _end(f"{lead}{the(topic.entity)}{query[typed[0].end :]}")
    if not own and _SAID["ones"].search(query) and topic.entity and not typed:
        kind = topic.type or topic.entity
        if _SAID["which"].match(query) and len(topic.several or topic.listed) > 1:
            return f"{_end(query)[:-1]}: {', '.join(topic.several or topic.listed)}?"
        return _end(_SAID["ones"].sub(lambda match: kind + ("s" if match[1].endswith("s") else ""), query))
    if not own and query.lower().startswith("which") and len(topic.several) > 1 and not typed:
        return f"{_end(query)[:-1]}: {', '.join(topic.several)}?"
    part = None if own or _SAID["shop"].search(query) else _SAID["part"].search(query)
    if part and topic.entity and topic.fresh and all(part.start() < mention.end <= part.end() for mention in typed):
        return f"{_end(query)[:-1]} ({the(topic.entity)})?"
    if not own and not typed and asked_fields(query) and topic.is_of(query) and not _content(query):
        return f"{_end(query)[:-1]} for {the(topic.entity)}?"
    # "so what do I do?"
    return f"{topic.question} {query}" if led and not (own or typed or _content(query)) else None


def _pointing(query: str, topic: Topic) -> str | None:
    if not topic.is_of(query):
        return f"{topic.question} {query}"
    several = [the(name) for name in topic.several]
    many = " and ".join(several) if several else the(topic.entity)

    def name(match: re.Match[str]) -> str:
        return many if match[0].lower() in ("they", "them") else the(topic.entity)

    text = _SAID["its"].sub(f"{the(topic.entity)}'s", query)
    text = _SAID["their"].sub(f"{many}'s", text)
    return _end(_SAID["it"].sub(name, text))


def _content(query: str) -> set[str]:
    """The words of a question that are neither filling nor the field it asks for."""
    text = query
    for field in asked_fields(query):
        text = re.sub(rf"(?:{field.asked.pattern})[a-z]*", " ", text, flags=re.IGNORECASE)
    return {word for word in re.findall(r"[a-z]+", text.lower()) if not _SAID["filling"].fullmatch(word)}


def _end(text: str) -> str:
    text = text.strip(" ?.!？。")
    return f"{text[0].upper()}{text[1:]}?" if text else text
