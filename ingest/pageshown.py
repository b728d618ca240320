"""What of a web page is seen: struck and hidden nodes are taken out of its tree before anybody reads it.

It does not know what becomes of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

STRUCK = frozenset(("del", "s", "strike"))
STRIKING = re.compile(r"(?:^|[-_])(?:line-?through|strike(?:through|d)?|struck)(?:$|[-_])", re.IGNORECASE)
"""A class that says what it looks like."""
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
FOR_THE_EAR = re.compile(r"\b(?:screen-reader-text|sr-only|visually-?hidden|a-offscreen|a11y-hidden)\b", re.IGNORECASE)
"""Classes of words that a screen reader says in place of what is painted."""


def take_out_unseen(root: Any) -> None:
    """Struck and hidden nodes, and what is said twice for the eye and the ear, leave an lxml tree."""
    classes = set(struck_classes(root))
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.tag in ("html", "body"):
            continue  # pages hide their body until a script has run
        if is_struck(node, classes):
            for spoken in _spoken_beside(node):
                _drop(spoken)
            node.drop_tree()
        elif is_hidden(node) or (node.get("aria-hidden") == "true" and _spoken_beside(node)):
            _drop(node)


def _drop(node: Any) -> None:
    """A node goes, a space stays."""
    if node.getparent() is not None:
        node.tail = f" {node.tail or ''}"
        node.drop_tree()


def is_struck(node: Any, classes: set[str]) -> bool:
    """Whether a node is struck through: by its tag, its style or one of its `classes`."""
    if node.tag in STRUCK or "line-through" in (node.get("style") or "").lower():
        return True
    own = (node.get("class") or "").split()
    return any(name in classes or (STRIKING.search(name) and ":" not in name) for name in own)


def struck_classes(root: Any) -> Iterator[str]:
    """The classes that the page's own style sheets strike out."""
    for sheet in root.iter("style"):
        for selectors, body in RULE.findall(sheet.text or ""):
            if "line-through" in body.lower():
                for selector in selectors.split(","):
                    found = re.search(r"(?:^|[\s>])\w*\.([\w-]+)\s*$", selector)
                    if found:
                        yield found[1]


def is_hidden(node: Any) -> bool:
    """Whether a node is not shown, or leads elsewhere."""
    style = re.sub(r"\s", "", node.get("style") or "").lower()
    if node.get("role") in ("navigation", "search", "menu"):
        return True
    if node.get("hidden") is not None and node.get("hidden") != "until-found":
        return True
    return "display:none" in style or "visibility:hidden" in style


def _spoken_beside(node: Any) -> list[Any]:
    """The nodes beside one that say its numbers again, for screen readers."""
    digits = re.sub(r"\D", "", "".join(node.itertext()))
    parent = node.getparent()
    if not digits or parent is None:
        return []
    return [
        other
        for other in parent
        if other is not node
        and isinstance(other.tag, str)
        and FOR_THE_EAR.search(other.get("class") or "")
        and digits in re.sub(r"\D", "", "".join(other.itertext()))
    ]
