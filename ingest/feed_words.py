"""What the keys of a feed mean for its shape: variants, pairs, amounts, containers. The words are the lexicon's.

It knows keys one at a time; it does not know records.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.lexicon import words
from ingest.roles import plain_header, ranks

CODES_OF_LANGUAGES = {
    "deu": "de", "ger": "de", "eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "zho": "zh", "chi": "zh",
    "nld": "nl", "dut": "nl", "pol": "pl", "jpn": "ja", "kor": "ko", "rus": "ru", "por": "pt", "ces": "cs", "dan": "da",
    "swe": "sv", "fin": "fi", "hun": "hu", "tur": "tr",
}  # fmt: skip
"""ISO 639-2 -> 639-1, as feeds of industry write them."""
TAGS = frozenset((*CODES_OF_LANGUAGES.values(), *"nb nn uk ro el bg hr sk sl ar he vi th".split()))
TAG = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{2,4}))*", re.ASCII)
WEAK = frozenset(("id", "code", "key"))
"""Identities that things of every kind have, not only what is sold."""


@lru_cache(8192)
def plain(key: str) -> str:
    """A key in words: `ARTICLE_PRICE` -> `article price`, `hasVariant` -> `has variant`, `g:price` -> `price`."""
    key = re.sub(r"^[a-z]{1,3}:", "", key)
    key = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    return re.sub(r"[\W_]+", " ", key).strip().casefold()


@lru_cache(8192)
def means(key: str, name: str) -> bool:
    """Whether a key is one of the words of that list."""
    return plain(key) in words("feeds", name)


@lru_cache(8192)
def has_word(key: str, name: str) -> bool:
    """Whether one of those words stands in a key; Chinese ones stand in it without spaces."""
    said = plain(key)
    return any(word in (said if word > "\u2e80" else said.split()) for word in words("feeds", name))


@lru_cache(8192)
def contains(key: str) -> bool:
    """Whether a key only holds fields together: `attributes`, `ARTICLE_DETAILS`."""
    last = plain(key).rpartition(" ")[2]
    return means(key, "containers") or last in ("details", "features", "attributes", "properties")


@lru_cache(8192)
def role(key: str) -> str:
    """The typed name that a key stands for, `price` for a price of any kind, "" for any other."""
    above, _, last = key.rpartition(".")
    if above and language_of(last):
        last = above.rpartition(".")[2]
    if means(last, "currencies"):
        return "currency"
    if has_word(key, "prices"):
        return "" if has_word(key, "beside") else "price"
    return ranks().get(plain_header(last), ("", 0))[0]


@lru_cache(8192)
def is_identity(key: str) -> bool:
    """Whether a key names a thing that is sold: `sku`, `ean`, but not `id`."""
    return role(key) == "sku" and plain(key) not in WEAK


@lru_cache(8192)
def language_of(tag: str) -> str | None:
    """The tag of a language, `deu` as `de`; None where it is none."""
    found = TAG.fullmatch(tag)
    if found is None:
        return None
    if len(found[1]) == 3:
        return CODES_OF_LANGUAGES.get(tag)
    return tag if found[1] in TAGS else None


def kept_whole(key: str) -> str:
    """What is inherited as a whole, or not at all: the article number, the price with its periods, the stock."""
    said = role(key)
    return said if said in ("sku", "price", "stock") else ""
