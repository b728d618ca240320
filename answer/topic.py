"""`Topic`: what a conversation is about so far: the last question, made whole, and the products named in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from answer.fields import asked_fields
from answer.mentions import Mention, mentions, type_in

_BOUND = frozenset(
    ("stock", "warranty", "power", "voltage", "weight", "size", "capacity", "colour", "material", "battery", "noise")
)
"""Fields that only a product has: asked of nothing, they are asked of the product before, however long ago."""
_REPLY_NAMES = (
    re.compile(r"^The [\w ]{3,30} of (?P<name>.{2,80}?) is "),
    re.compile(r"^(?P<name>[^:：\n“”]{2,80}?): (?:\d+ in stock|yes\b|no\b)", re.IGNORECASE),
    re.compile(r"^(?P<name>[^，。：\n“”]{2,60}?)的[\u4e00-\u9fff]{2,8}是"),
)
_LISTED = re.compile(r"(?m)^\s*(?:[-*•]|\d{1,2}[.)、])\s+(?P<name>[^:：\n(（\[]{2,80}?)(?:\s*[:：(（\[]|\s*$)")
_LEAD = re.compile(
    r"^(?:According to|See also) [^:“”]{2,80}: |^(?:根据|另见)《[^》]+》[：:]|^(?:Understood as|理解为)[^\n]*\n"
)


@dataclass(slots=True)
class Topic:
    """`question` is the customer's last, standing by itself; `entity` what it is about, "" for none; `type` its kind.

    `fresh` says whether the last question (or its reply) named the entity; `listed` are the products that the last
    reply listed, in its order.
    """

    names: tuple[str, ...] = ()
    question: str = ""
    entity: str = ""
    type: str = ""
    fresh: bool = False
    several: tuple[str, ...] = ()
    listed: tuple[str, ...] = field(default=())

    def asked(self, question: str) -> None:
        """The customer's next question, already resolved."""
        question = " ".join(question.split())
        found = [mention for mention in mentions(question, self.names) if mention.kind != "place"]
        named = [mention for mention in found if mention.kind == "name"]
        self.question, self.listed = question, ()
        self.fresh = bool(found)
        if found:
            chosen = (named or found)[-1]
            self.entity = chosen.text
            self.type = chosen.type or type_in(question) or ""
            self.several = tuple(mention.text for mention in named) if len(named) > 1 else ()

    def heard(self, reply: str) -> None:
        """The assistant's reply: what it names counts where the question named no product of its own."""
        self.listed = tuple(match["name"].strip() for match in _LISTED.finditer(reply))
        name = self.reply_name(reply)
        if not name:
            return
        asked = [mention for mention in mentions(self.question, self.names) if mention.kind == "name"]
        if not asked and (self.fresh or not self.entity or self._is_of_type(name)):
            self.entity, self.fresh, self.several = name, True, ()
        if not self.type or self.entity == name:
            self.type = type_in(name) or self.type

    def reply_name(self, reply: str) -> str:
        """The one product a reply is about, "" for none or several."""
        if len(self.listed) > 1:
            return ""
        text = re.sub(r"\s*\[\d{1,3}\]", "", reply.strip())
        for pattern in _REPLY_NAMES:
            if match := pattern.search(text):
                return match["name"].strip()
        named = {mention.text: mention for mention in self._named_in(_LEAD.sub("", text))}
        return next(iter(named)) if len(named) == 1 else ""

    def subject(self) -> Mention | None:
        """What the last question is about, in its place there."""
        found = [mention for mention in mentions(self.question, self.names) if mention.kind != "place"]
        named = [mention for mention in found if mention.kind == "name"]
        return next(reversed(named or found), None)

    def is_of(self, query: str) -> bool:
        """Whether a question that names nothing can be about the product: the last one was, or only a product can."""
        asked = {field.name for field in asked_fields(query)}
        return bool(self.entity) and (self.fresh or bool(asked & _BOUND))

    def _named_in(self, text: str) -> Sequence[Mention]:
        return [
            mention
            for mention in mentions(text, self.names)
            if mention.kind == "name"
            and any(char.isdigit() for char in mention.text)
            and mention.text[0] not in '“"「『《'
        ]

    def _is_of_type(self, name: str) -> bool:
        return bool(self.type) and self.type.casefold() in name.casefold()
