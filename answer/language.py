"""`Language`: the language of a reply, from a BCP 47 tag or from the script of the question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.errors import BadRequest

Form = Literal["zh", "en"]

# RFC 5646, section 2.1, without grandfathered tags
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_NAMES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "tr": "Turkish",
    "vi": "Vietnamese",
}
_TRADITIONAL = {"hant", "tw", "hk", "mo"}
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"(?<![\w])[A-Za-zÀ-ÿ]{2,}(?![\w])")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` as answered to the caller, `form` the prompt and wording used for it, `name` as the prompt calls it."""

    tag: str
    form: Form
    name: str


def detect(text: str) -> str:
    """The language a text seems to be in, by its script: "zh" where Han characters outnumber the Latin words.

    A model number or a brand beside Chinese leaves it Chinese; text of no known script counts as English.
    """
    for tag, script in _SCRIPTS:
        if len(script.findall(text)) * 4 >= len(text.strip()) and text.strip():
            return tag
    return "zh" if len(_HAN.findall(text)) > len(_WORD.findall(text)) else "en"


def resolve(tag: str, query: str) -> Language:
    """The reply language for `tag` ("auto": the query's). Raises `BadRequest` for what is no BCP 47 tag."""
    if tag.lower() == "auto":
        tag = detect(query)
    parts = _TAG.fullmatch(tag)
    if parts is None:
        raise BadRequest(f"language {tag!r} is not a BCP 47 tag; write auto, zh, en, de or the like")
    language, region = parts["language"].lower(), (parts["region"] or "").upper()
    script = (parts["script"] or "").title()
    # the case that RFC 5646 recommends; variants and extensions say nothing that a reply could follow
    canonical = "-".join(part for part in (language, script, region) if part)
    if language in ("zh", "cmn", "yue"):
        traditional = bool({script.lower(), region.lower()} & _TRADITIONAL)
        return Language(canonical, "zh", "繁体中文" if traditional else "简体中文")
    return Language(canonical, "en", _NAMES.get(language, canonical))
