"""WordprocessingML in small: its names, what a node says, and how nodes are made, opened and taken out.

It does not know what of a document is shown.
"""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
BLANKS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}


def words_of(node: Any) -> str:
    """The text of a node, tabs and breaks as spaces."""
    return "".join(part.text or "" if part.tag == f"{W}t" else BLANKS.get(part.tag, "") for part in node.iter(f"{W}*"))


def text_of(near: Any, words: str) -> Any:
    """A new text node; `near` is any node of the same document."""
    text = near.makeelement(f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    text.text = words
    return text


def run_of(near: Any, words: str) -> Any:
    """A new run of one text."""
    run = near.makeelement(f"{W}r", {})
    run.append(text_of(near, words))
    return run


def paragraph_of(near: Any, words: str) -> Any:
    """A new paragraph of one run."""
    paragraph = near.makeelement(f"{W}p", {})
    paragraph.append(run_of(near, words))
    return paragraph


def every(root: Any, *tags: str) -> list[Any]:
    """The nodes with these tags, in a list, so that the document may be changed on the way."""
    return list(root.iter(*tags))


def remove(node: Any) -> None:
    """Take a node out."""
    if (parent := node.getparent()) is not None:
        parent.remove(node)


def unwrap(node: Any, content: Any) -> None:
    """What stands in `content` takes the place of `node`."""
    for child in list(content):
        node.addprevious(child)
    remove(node)


def value_of(node: Any) -> str | None:
    """The `w:val` of a node, if there is one."""
    return None if node is None else node.get(f"{W}val")
