"""Orders meant for a language model: how a text gives away that it addresses whoever answers, and not a reader.

Told with precision first: a finding that is none costs a shopkeeper's trust, and the prompt keeps text from giving
orders anyway. Plain instructions to customers, and notices such as "please ignore the previous e-mail", pass.
"""

from __future__ import annotations

import re

from index.lexicon import pattern, sections, words

_MARKS = (
    r"<\|(?:im_start|im_end|im_sep|endoftext|system|user|assistant|eot_id|begin_of_text|end_of_text|start_header_id|"
    r"end_header_id|end|eom_id|endofprompt|tool_call)\|>"
    r"|<｜[^｜<>]{2,30}｜>|\[/?inst\]|<</?sys>>|<(?:start|end)_of_turn>|(?:^|\n)\s*#{2,}\s*(?:human|assistant|system)\s*:"
    r"|<s>\s*\[inst|</s>\s*(?:<s>|\[inst\]|(?:user|assistant|system|human)\s*:|$)"
)
"""By what models tell who speaks."""


ORDERS = re.compile(f"{pattern('orders', 'patterns').pattern}|{_MARKS}", re.IGNORECASE | re.MULTILINE)
"""Orders to whoever answers: to drop its rules, to be someone else, to tell its prompt, to change its answer; and the
marks by which models tell who speaks."""
SIGNS = (*words("orders", "signs"), "_of_turn")
RARE_MARKS = {"|": ["<|"], "]": ["inst]"], ">": ["sys>>", "</s>"], "#": ["##"]}
RARE_SIGNS = {
    **RARE_MARKS,
    "｜": ["<｜"],
    **{char: [char] for char in "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\U000e0065"},
    **{char: signs for table in sections("orders").values() for char, signs in table.get("rare", {}).items()},
}
"""In `SIGNS` and here is at least one that stands, in small letters, in whatever `ORDERS` finds: looking for them
is many times faster than `ORDERS` is, and looking for the one rare character first is faster still."""
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
TAGS = re.compile("[\U000e0020-\U000e007e]{12,}")
"""Letters that nobody sees and a model reads; the flags of regions are made of six of them."""


def orders(text: str) -> str | None:
    """The first words of a text that address a model, not a reader; None where there are none."""
    if not text.isascii():
        if tags := TAGS.search(text):
            return "".join(chr(ord(char) - 0xE0000) for char in tags.group())
        text = INVISIBLE.sub("", text)
    found = ORDERS.search(text)
    return None if found is None else found.group().strip()


def order_signs(small: str) -> tuple[str, ...]:
    """What in a text in small letters may be found by `orders`, many texts joined; where there is none, it finds
    nothing."""
    signs = [sign for sign in SIGNS if sign in small]
    for rare, others in (RARE_MARKS if small.isascii() else RARE_SIGNS).items():
        if rare in small:
            signs += [sign for sign in others if sign in small]
    return tuple(signs)
