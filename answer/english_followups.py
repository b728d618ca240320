"""English follow-ups: pronouns, "the bigger one", "and the K210?", "in black?"."""

from __future__ import annotations

import re

from answer.fields import asked_fields
from answer.mentions import Mention, mentions
from answer.topic import Topic
from index.quantities import quantities

_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|ok(?:ay)?|also|or|great|thanks|thank you|hm+|well|alright|right)\b[,.!;:]?\s+)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:(?:what|how) about|what if (?:i (?:want|take|need))?|same for|now for)\s+", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|am|need|want|"
    r"tell|show|compare|list|give|find|recommend|cost|costs|weigh|weighs|i|we|you|'s it)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"(?:thanks?(?: you)?(?: very much| a lot)?|ok(?:ay)?|hello|hi|hey|good (?:morning|evening)|bye|great|cool|yes|no"
    r"|please|perfect|nice|sure|good|never ?mind)[\s.!]*",
    re.IGNORECASE,
)
_SHOP = re.compile(
    r"\b(?:ship|shipp?ing|deliver|delivery|returns?|refunds?|opening|hours|pay|payment|invoice|voucher|showroom|store|shop|"
    r"address|contact|phone number|e-?mail|orders?|account|newsletter|loyalty|gift|wrap|parcel|customs?|duty|vat|staff|"
    r"job|postage|instal+ments?|complaints?|privacy|policy|discounts?|sale|offers?)\b",
    re.IGNORECASE,
)
_PLEONASTIC = re.compile(
    r"\bit\s+(?:(?:also|still|really|even)\s+)?(?:possible|true|ok(?:ay)?|allowed|necessary|legal|rains?|matters?)\b"
    r"|\b(?:is|was|would|will)\s+it\s+(?:be\s+)?(?:\w+\s+)?"
    r"(?:possible|true|ok(?:ay)?|allowed|necessary|legal|cheaper to|better to)\b"
    r"|\b(?:does|did|will|would)\s+it\s+(?:take|cost)\b.*\b(?:to|for)\s+(?:ship|send|deliver|return|repair|pay|get|reach|gift)"
    r"|\bthat(?:'s| is) (?:all|it|fine|great|good)\b|\bthis (?:year|month|week|morning|evening|time|saturday|sunday)\b",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|it's(?= (?:warranty|price|weight|size|power|capacity|colou?r)))\b", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:it|they|them|(?:this|that|the same) (?:product|model|item|article|device|appliance|one|thing)"
    r"|(?:this|that)(?=\s*(?:is|has|have|does|can|in|for|work|come|fit|cost|[?.,;!]|$)))\b",
    re.IGNORECASE,
)
_THIS_TYPE = re.compile(r"\b(?:this|that|these|those)\s+$", re.IGNORECASE)
_THEIR = re.compile(r"\btheir\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r"\b(?:the )?(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)(?: (?:one|model|product))?\b", re.IGNORECASE
)
_PLACES = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
}
_ONES = re.compile(
    r"\b(one|ones|alternatives?|versions?|variants?)\b(?!\s+(?:of|year|month|week|day|hour|more|or)\b)", re.IGNORECASE
)
_WHICH = re.compile(r"^(?:which|what)(?: (?:one|model|of (?:them|these|the two)))?\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"^(?:(?:only|just)\s+)?(to|in|from|for|with|without|under|over|below|above|by|on)\s+(.+)$", re.IGNORECASE
)
_STOCK = re.compile(r"(?:still )?(?:in stock|available)(?: again| now)?", re.IGNORECASE)
_ASKING = re.compile(r"^(?:the|a|an|your|my|this|that|any|what|which)\s+", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:the|a|an)\s+(?:\w+\s)?(?:cable|cord|plug|lid|tank|base|handle|spout|filter|seal|basket|drawer|display|button|"
    r"key|light|lamp|remote|hose|wheel|brush|bag|motor|battery|manual|timer|alarm|error|code|jug|bowl|blade|door|wick)s?\b",
    re.IGNORECASE,
)
"""Parts that a product has: asked of nothing, they are asked of the product before."""
_PHRASE = re.compile(
    r"^(.*?\b)(the|an?)\s+(?:(?!(?:of|for|to|in|is|the|a|an|with|from)\b)[\w.-]+\s+){1,3}$", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?:the|a|an|your|my|this|that)\s+", re.IGNORECASE)
_FILLING = frozenset(
    (
        "a an the what how which who when where is are was were do does did can could will would has have had "
        "there for of in on at with and or i you we me my your our long much many big large heavy tall wide "
        "high deep loud hot it to be get got about please tell any some period time rating level exactly "
        "again more still left available come comes made s whats be offer given value total current now today"
    ).split()
)


def resolve(query: str, topic: Topic) -> str | None:
    """The question made whole; None where it is whole, or nothing before it helps."""
    if _SMALL_TALK.fullmatch(query):
        return None
    bare = _LEAD.sub("", query)
    rest = _ABOUT.sub("", bare)
    led = rest != query
    rest = re.sub(r",?\s+please$", "", rest.strip(" ?.!"), flags=re.IGNORECASE)
    if not rest:
        return None
    own = [mention for mention in mentions(rest, topic.names) if mention.kind != "place"]
    if picked := _picked(rest, topic, led):
        return picked
    if rest != bare.strip(" ?.!") or (not _VERB.search(rest) and len(rest.split()) <= 7 and not _asks(rest)):
        return _ellipsis(rest, own, topic, led)
    return _sentence(bare, topic, led)


def _asks(text: str) -> bool:
    return bool(re.match(r"(?:what|how|who|when|where|why|which)\b", text, re.IGNORECASE)) and len(text.split()) > 2


def the(name: str) -> str:
    """A name as it stands in a sentence."""
    if name[0] in '“"「『《' or _ARTICLE.match(name) or not name.isascii():
        return name
    return f"the {name}"


def _picked(rest: str, topic: Topic, led: bool) -> str | None:
    """ "the second one" of a list."""
    match = _ORDINAL.search(rest)
    if not match or len(topic.listed) < 2:
        return None
    place = _PLACES.get(match[1].lower(), len(topic.listed) - 1)
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
            return _swapped(topic, _ARTICLE.sub("", rest))
        return None
    if product and not _ITS.search(rest):
        return None  # it has a product and a field of its own
    if _ONES.search(rest) and topic.entity:
        return _modified(topic, rest)
    if (swapped := _preposition(rest, topic, own)) and (led or topic.fresh):
        return swapped
    places = [mention for mention in mentions(rest, topic.names) if mention.kind == "place"] or _capitals(rest)
    if places and led and (old := _places(topic.question)):
        return _end(_replaced(topic.question, old[-1], rest))
    if _SHOP.search(rest):
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
    aspect = _ASKING.sub("", _ITS.sub("", _THEIR.sub("", rest))).strip()
    if _STOCK.fullmatch(aspect):
        return f"Is {the(topic.entity)} {aspect.lower()}?"
    return f"The {aspect} of {the(topic.entity)}?"


def _ones_only(rest: str, own: list[Mention]) -> bool:
    return bool(_ONES.search(rest)) and not own


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
    match = _PREPOSITION.match(rest)
    if not match or _STOCK.fullmatch(rest) or _ITS.search(rest) or (_IT.search(rest) and not own):
        return None
    product = [mention for mention in own if mention.kind == "name"]
    old = topic.subject()
    if product and old is not None:
        return _end(_replaced(topic.question, old, _ARTICLE.sub("", match[2])))
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
    if old.kind == "type" and (phrase := _PHRASE.search(before)):
        before = phrase[1]  # "the crumb 2 toaster" is replaced whole
        new = new if _ARTICLE.match(new) else f"{phrase[2]} {new}"
        return (before + new + after).strip(" ?.!？。")
    if re.search(r"\b(?:the|a|an|your|my|this)\s$", before, re.IGNORECASE):
        new = _ARTICLE.sub("", new)
    return (before + new + after).strip(" ?.!？。")


def _modified(topic: Topic, rest: str) -> str:
    """ "the bigger one", "the 1.5 l one": the old question, asked of another of its kind."""
    kind = topic.type or topic.entity
    wanted = _ONES.sub(lambda match: f"{kind}s" if match[1].endswith("s") else kind, rest)
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
    return _end(_replaced(question, old, _ARTICLE.sub("", wanted) if measures else wanted))


def _sentence(query: str, topic: Topic, led: bool) -> str | None:
    """A whole sentence that leaves its product to the conversation."""
    own = [mention for mention in mentions(query, topic.names) if mention.kind == "name"]
    if _PLEONASTIC.search(query):
        return None
    pointed = [match for pattern in (_ITS, _THEIR, _IT) for match in pattern.finditer(query)]
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
    if typed and not own and _THIS_TYPE.search(query[: typed[0].start]) and topic.entity:
        lead = _THIS_TYPE.sub("", query[: typed[0].start])
        return _end(f"{lead}{the(topic.entity)}{query[typed[0].end :]}")
    if not own and _ONES.search(query) and topic.entity and not typed:
        if _WHICH.match(query) and len(topic.several or topic.listed) > 1:
            return f"{_end(query)[:-1]}: {', '.join(topic.several or topic.listed)}?"
        return _end(
            _ONES.sub(lambda match: (topic.type or topic.entity) + ("s" if match[1].endswith("s") else ""), query)
        )
    if not own and query.lower().startswith("which") and len(topic.several) > 1 and not typed:
        return f"{_end(query)[:-1]}: {', '.join(topic.several)}?"
    part = None if own or _SHOP.search(query) else _PART.search(query)
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

    text = _ITS.sub(f"{the(topic.entity)}'s", query)
    text = _THEIR.sub(f"{many}'s", text)
    return _end(_IT.sub(name, text))


def _content(query: str) -> set[str]:
    """The words of a question that are neither filling nor the field it asks for."""
    text = query
    for field in asked_fields(query):
        text = re.sub(rf"(?:{field.asked.pattern})[a-z]*", " ", text, flags=re.IGNORECASE)
    return {word for word in re.findall(r"[a-z]+", text.lower()) if word not in _FILLING}


def _end(text: str) -> str:
    text = text.strip(" ?.!？。")
    return f"{text[0].upper()}{text[1:]}?" if text else text
