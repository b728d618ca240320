"""Filters: what callers may write, and how each mistake is named."""

from __future__ import annotations

from typing import Any

import pytest

from index.database.filters import Condition
from index.errors import BadRequest
from retriever.filters import parse_filters


@pytest.mark.parametrize(
    ("filters", "conditions"),
    [
        (None, ()),
        ({"brand": "Acme"}, (Condition("brand", ("Acme",)),)),
        ({"brand": ["Acme", "Bolt"]}, (Condition("brand", ("Acme", "Bolt")),)),
        ({"price": {"max": 100}}, (Condition("price", maximum=100.0),)),
        ({"price": {"min": "10", "max": 20.5}}, (Condition("price", minimum=10.0, maximum=20.5),)),
        ({"price": {"min": 0}}, (Condition("price", minimum=0.0),)),
        ({"price": 19}, (Condition("price", (19.0,)),)),
        ({"brand": {"not": "Acme"}}, (Condition("brand", ("Acme",), negated=True),)),
        ({"price": {"not": {"max": 5}}}, (Condition("price", maximum=5.0, negated=True),)),
        ({"valid_from": {"max": "2026-01-31"}}, (Condition("valid_from", maximum="2026-01-31"),)),
        ({"Power (W)": {"min": 1000}}, (Condition("Power (W)", minimum=1000.0, dimension="power"),)),
        ({"Power (W)": {"min": "1.2 kW"}}, (Condition("Power (W)", minimum=1200.0, dimension="power"),)),
        ({"Capacity": {"max": "1,7 L"}}, (Condition("Capacity", maximum=1700.0, dimension="volume"),)),
        ({"质保(月)": {"min": "2 years"}}, (Condition("质保(月)", minimum=24.0, dimension="months"),)),
        ({"Pages": {"min": 100, "max": 200}}, (Condition("Pages", minimum=100.0, maximum=200.0),)),
        ({"Weight (kg)": {"not": {"max": 1.5}}}, (Condition("Weight (kg)", None, None, 1500.0, True, False, "mass"),)),
        ({"Colour": "red", "in stock": True}, (Condition("Colour", ("red",)), Condition("in stock", (True,)))),
    ],
)
def test_filters_mean_what_they_say(filters: dict[str, Any] | None, conditions: tuple[Condition, ...]) -> None:
    """A scalar, a list, a range and a negation each become their condition."""
    assert parse_filters(filters) == conditions


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"price": {"max": "cheap"}}, "filter 'price': 'cheap' is not a number"),
        ({"price": {"max": True}}, "filter 'price': True is not a number"),
        ({"price": {"max": float("nan")}}, "filter 'price': nan is not a number"),
        ({"price": {"most": 3}}, "filter 'price': an object may hold"),
        ({"price": {}}, "filter 'price': an object may hold"),
        ({"price": {"min": None}}, "neither a min nor a max"),
        ({"brand": {"min": 3}}, "filter 'brand': a range can be asked of price"),
        ({"Power (W)": {"min": "cheap"}}, r"filter 'Power \(W\)': 'cheap' is neither a number nor"),
        ({"Power (W)": {"min": True}}, r"filter 'Power \(W\)': True is neither a number nor"),
        ({"Power (W)": {"min": "2 kg"}}, r"filter 'Power \(W\)': '2 kg' cannot be compared"),
        ({"Capacity": {"min": "1 L", "max": "2 kg"}}, "filter 'Capacity': '1 L' and '2 kg' cannot be compared"),
        ({"Pages": {"max": float("inf")}}, "filter 'Pages': inf is neither a number nor"),
        ({"Pages": {"max": 10**400}}, "filter 'Pages': 1000.* is neither a number nor"),
        ({"brand": []}, "filter 'brand': give 1 to 1000 values, not 0"),
        ({"brand": [["Acme"]]}, r"filter 'brand': \['Acme'\] is neither text"),
        ({"brand": None}, "filter 'brand': None is neither text"),
        ({"brand": {"not": {"not": "Acme"}}}, "filter 'brand': an object may hold"),
        ({"price": 10**400}, "filter 'price': 1000.* is not a number"),
        ({"brand": "\ud800"}, "filter 'brand': .* is not valid text"),
        ({"valid_to": {"min": "soon"}}, "filter 'valid_to': 'soon' is not a date"),
    ],
)
def test_a_filter_that_means_nothing_is_named(filters: dict[str, Any], words: str) -> None:
    """A wrong filter is refused with its name, what is wrong, and what may stand there."""
    with pytest.raises(BadRequest, match=words):
        parse_filters(filters)
