"""Which element of an XML feed is the record, told by what the elements of each path hold. It reads no file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ingest.feed_words import is_identity, means, role

Path_ = tuple[str, ...]
ENOUGH = 2000
"""Occurrences of one element after which what repeats is known; so many are held in memory."""
DEEPEST = 10


def local_name(tag: str) -> str:
    """A tag or attribute without its namespace."""
    return tag.rpartition("}")[2]


def is_mixed(node: Any) -> bool:
    """Whether text stands around its children, as in a sentence with a bold word."""
    return len(node) > 0 and any((text or "").strip() for text in (node.text, *(child.tail for child in node)))


@dataclass(slots=True)
class _Shape:
    """What the elements of one path have been seen to hold."""

    count: int = 0
    most: int = 0
    """The most of them in one parent."""
    fielded: int = 0
    """How many have at least two different fields and no text of their own."""
    plain: int = 0
    """How many of these have no sentence with inner elements among their fields."""
    leaves: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)
    """Elements of it that hold others."""


class FeedShape:
    """The shapes of a file's elements by their paths."""

    def __init__(self) -> None:
        self._shapes: dict[Path_, _Shape] = {}

    def note(self, key: Path_, node: Any) -> bool:
        """Take an element in that has ended; whether enough of its kind have been seen."""
        shape = self._shapes.setdefault(key, _Shape())
        if len(key) > DEEPEST:
            return False
        shape.count += 1
        children = [child for child in node if isinstance(child.tag, str)]
        names = Counter(local_name(child.tag) for child in children)
        shape.leaves.update(map(local_name, node.attrib))
        shape.leaves.update(local_name(child.tag) for child in children if not len(child))
        shape.inner.update(local_name(child.tag) for child in children if len(child))
        for name, count in names.items():
            below = self._shapes.setdefault((*key, name), _Shape())
            below.most = max(below.most, count)
        if len(names) + len(node.attrib) >= 2 and not is_mixed(node):
            shape.fielded += 1
            repeated = max((names[name] for name in shape.leaves if name in names), default=1)
            shape.plain += repeated <= 20 and not any(map(is_mixed, children))
        return shape.count > ENOUGH

    def record(self) -> Path_ | None:
        """The path of the outermost element whose occurrences are records, if any: products before other things."""
        paths = sorted((path for path, shape in self._shapes.items() if shape.count), key=len)
        for path in paths:
            shape = self._shapes[path]
            if 2 * shape.fielded >= shape.count > 0 and len(self._roles(path)) > 1 and not self._holds_products(path):
                return path if shape.count > 1 else self._innermost(path)
        for path in paths:
            shape = self._shapes[path]
            if len(path) > 1 and shape.count > 1 and 2 * shape.plain >= shape.count and len(self._fields(path)) > 1:
                nested = sum(self._shapes[(*path, name)].most for name in shape.inner)
                if nested <= len(shape.leaves):
                    return path
        return None

    def _fields(self, path: Path_) -> set[str]:
        """The fields of an element, those of what it holds once among them."""
        shape = self._shapes.get(path)
        if shape is None:
            return set()
        once = [name for name in shape.inner if self._shapes[(*path, name)].most <= 1]
        return shape.leaves.union(*(self._fields((*path, name)) for name in once))

    def _roles(self, path: Path_) -> set[str]:
        return {said for name in self._fields(path) if (said := role(name))} - {"currency"}

    def _holds_products(self, path: Path_) -> bool:
        """Whether an element without article number and price only holds products, as a category or a shop does."""
        if any(is_identity(name) or role(name) == "price" for name in self._fields(path)):
            return False
        return any(
            len(other) > len(path)
            and other[: len(path)] == path
            and (shape.most > 1 or shape.count > self._shapes[path].count)
            and not any(means(name, "variants") for name in other[len(path) :])
            and {"name"} < self._roles(other) & {"name", "price", "sku"}
            for other, shape in self._shapes.items()
        )

    def _innermost(self, path: Path_) -> Path_:
        """The deepest element on the way down that still has all that is known of the product."""
        while True:
            below = [(*path, name) for name in self._shapes[path].inner]
            whole = [inner for inner in below if self._roles(inner) >= self._roles(path)]
            if len(whole) != 1:
                return path
            path = whole[0]
