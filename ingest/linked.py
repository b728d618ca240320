"""Products in the data of a page (schema.org, JSON-LD): each thing sold as flat fields, by the rule for every feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.variants import rows

PRODUCTS = frozenset(
    ("Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "Book", "Service")
)
LISTS = ("@graph", "itemListElement", "item", "mainEntity", "hasOfferCatalog", "itemOffered", "about", "hasPart")
DROPPED = frozenset(("review", "aggregateRating", "potentialAction", "isVariantOf", "url", "image", "mainEntityOfPage"))
DEEPEST = 8


def records_of(value: Any) -> Iterator[dict[str, Any]]:
    """The fields of each product in a page's data, which is what `json.loads` gives. Anything else gives none."""
    known = {node["@id"]: node for node in _nodes(value, 0) if isinstance(node.get("@id"), str) and len(node) > 1}
    children = [child for node in known.values() for child in _list(node.get("hasVariant"))]
    inside = {str(child.get("@id")) for child in children if isinstance(child, dict)}
    for node in _nodes(value, 0):
        if _is_product(node) and str(node.get("@id", node)) not in inside:
            yield from rows(_followed(node, known))


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every object that can be a product, outermost first."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        if not _is_product(value):
            for key in LISTS:
                yield from _nodes(value.get(key), depth + 1)


def _is_product(node: Mapping[str, Any]) -> bool:
    types = {str(type).rpartition("/")[2] for type in _list(node.get("@type"))}
    return bool(types & PRODUCTS) and ("name" in node or "hasVariant" in node or "sku" in node)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _followed(value: Any, known: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Any:
    """A value without what is no fact of a product, references to other nodes of the page followed."""
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [_followed(item, known, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    node = known.get(str(value.get("@id")), value) if len(value) == 1 else value
    return {key: _followed(item, known, depth + 1) for key, item in node.items() if key not in DROPPED}
