"""What an object in a record is: a name, a pair of name and value, a text by language, the wrapping of a list.

It sees one object or one list of them at a time, and not the record that they are in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from index.lexicon import words
from index.text.naming import singular
from ingest.amounts import quantity, with_unit
from ingest.feed_words import language_of, means, plain


def objects(key: str, value: Any) -> list[dict[str, Any]] | None:
    """The objects that are listed under a key, however a feed wraps them; None where it is no list of objects.

    Wrapped are `{"edges": [{"node": {...}}]}`, `{"variant": [...]}` under `variants`, and an only child of such.
    """
    if isinstance(value, list):
        items = [unwrapped(item) for item in value]
        return items if items and all(isinstance(item, dict) for item in items) else None
    if not isinstance(value, dict):
        return None
    inner = [(name, item) for name, item in value.items() if not means(name, "technical") and not name.startswith("@")]
    if len(inner) != 1:
        return None
    name, item = inner[0]
    said, under = plain(name), plain(key)
    single = said in words("feeds", "wrappers") or (under != said and singular(under) == said)
    if isinstance(item, list) and single:
        return objects(name, item)
    if isinstance(item, dict) and single:
        return objects(name, item) or [unwrapped(item)]
    return None


def unwrapped(item: Any) -> Any:
    return item["node"] if isinstance(item, dict) and isinstance(item.get("node"), dict) else item


def thing(value: Mapping[str, Any]) -> str | None:
    """The name of an object that says nothing but its name: `{"id": 5, "name": "Acme", "slug": "acme"}`."""
    named = [key for key in value if plain(key) in ("name", "label", "title", "")]
    if not named or any(
        not (means(key, "technical") or key.startswith("@") or key == "key") for key in value if key not in named
    ):
        return None
    said = value[named[-1] if named[0] == "" else named[0]]
    return said if isinstance(said, str) else None


def pair_of(item: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """(name, value) of an object that is such a pair; None where it says anything else."""
    keys = {plain(key): key for key in item}
    name = next((keys[word] for word in words("feeds", "pair_names") if keys.get(word)), None)
    value = next((keys[word] for word in words("feeds", "pair_values") if word in keys and keys[word] != name), None)
    if name is None or value is None or not item[name]:
        return None
    label, said = texts_of(item[name]), texts_of(item[value])
    if not isinstance(label, str | dict):
        return None
    for key in item:
        others = means(key, "technical") or means(key, "units") or means(key, "languages") or means(key, "pair_names")
        if key not in (name, value) and not others and not key.startswith("@") and not means(key, "pair_values"):
            return None
    unit = next((item[key] for key in item if means(key, "units") and key != value), "")
    if isinstance(said, dict):
        inner = next((item for key, item in said.items() if plain(key) == "label" and isinstance(item, dict)), said)
        said = thing(said) or quantity(said) or inner
    return label, with_unit(said, unit) if unit and not isinstance(said, dict | list) else said


def texts_of(value: Any) -> Any:
    """Texts that name their languages as one object by language; anything else as it is."""
    items = value if isinstance(value, list) else [value]
    found = by_tag(items) if items and all(isinstance(item, dict) for item in items) else None
    return (
        {tag: said[""] for tag, said in found.items()}
        if found and all("" in said for said in found.values())
        else value
    )


def is_default(value: Any) -> bool:
    """Whether a value says that there is nothing to choose (`Default Title`)."""
    if isinstance(value, list):
        return bool(value) and all(map(is_default, value))
    return isinstance(value, str) and means(value, "default")


def by_language(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The texts of an object whose keys are languages."""
    tags = {key: language_of(key) for key in value}
    if not value or not all(tags.values()) or any(isinstance(item, dict | list) for item in value.values()):
        return None
    return {tag: value[key] for key, tag in tags.items() if tag}


def by_tag(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]] | None:
    """Tag -> the fields of the object in that language; the field "" is a lone text."""
    texts: dict[str, dict[str, Any]] = {}
    for item in items:
        key = next((key for key in item if means(key, "languages")), None)
        tag = language_of(str(item[key])) if key else None
        if tag is None or any(isinstance(value, dict | list) for value in item.values()):
            return None
        rest = {name: value for name, value in item.items() if name != key and not means(name, "technical")}
        lone = len(rest) == 1 and means(next(iter(rest)), "pair_values")
        for name, value in rest.items():
            texts.setdefault(tag, {})["" if lone else name] = value
    return texts
