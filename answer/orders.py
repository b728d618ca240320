"""Orders inside documents: sentences that address whoever answers, which are never quoted to a customer.

What the lint tells a shop's owner of (`index.text.orders`) is meant to be sure. Here more is taken for an order, since
a sentence too few costs an answer a quote, and one too many tells the customer what a stranger wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answer.units import Unit
from index.lexicon import pattern
from index.text.orders import ORDERS, order_signs, orders

_ADDRESSED = pattern("orders", "addressed")


def is_order(text: str) -> bool:
    """Whether a text addresses whoever answers: to drop rules, to say the same whatever is asked, to send people on."""
    return orders(text) is not None or _ADDRESSED.search(text) is not None


def without_orders(units: Sequence[Unit]) -> list[Unit]:
    """The units of which none is an order, nor stands behind one in its paragraph or cell."""
    spoiled: dict[str, list[tuple[int, int]]] = {}
    kept = []
    for unit in units:
        chunk = unit.passage.chunk
        if chunk.id not in spoiled:
            spoiled[chunk.id] = _spoiled(chunk.text)
        if is_order(unit.text):
            continue
        if spans := spoiled[chunk.id]:
            at = chunk.text.find(unit.text)
            if any(start < at + len(unit.text) and at < end for start, end in spans):
                continue
        kept.append(unit)
    return kept


def free_of_orders(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of some stretches of a text (lines, cells) that are no orders and hold no part of one."""
    spoiled = _spoiled(text)
    return [
        (start, end)
        for start, end in spans
        if not is_order(text[start:end]) and not any(begin < end and start < stop for begin, stop in spoiled)
    ]


def _spoiled(text: str) -> list[tuple[int, int]]:
    """From each order in a text to the end of its line."""
    found = [match.span() for match in _ADDRESSED.finditer(text)]
    if order_signs(text.lower()):
        found += [match.span() for match in ORDERS.finditer(text)]
    return [(start, max(end, text.find("\n", end) if "\n" in text[end:] else len(text))) for start, end in found]
