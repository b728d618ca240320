"""Filters as typed on the command line."""

from __future__ import annotations

from typing import Any

import pytest

from index.errors import BadRequest
from retriever.filters import parse_filters
from server.filters import read_filters


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], {}),
        (["brand=Acme"], {"brand": "Acme"}),
        (["brand == Acme & Sons "], {"brand": "Acme & Sons"}),
        (["品牌=极光"], {"品牌": "极光"}),
        (["brand=A", "brand=B", "brand=C"], {"brand": ["A", "B", "C"]}),
        (["brand!=Acme"], {"brand": {"not": "Acme"}}),
        (["price<=100"], {"price": {"max": 100}}),
        (["price>=9.5", "price<=100"], {"price": {"min": 9.5, "max": 100}}),
        (["price=10..100"], {"price": {"min": 10, "max": 100}}),
        (["price=..100"], {"price": {"max": 100}}),
        (["price!=10..100"], {"price": {"not": {"min": 10, "max": 100}}}),
        (["valid_to>=2026-01-01"], {"valid_to": {"min": "2026-01-01"}}),
        (["sku=00123", "stock=12"], {"sku": "00123", "stock": 12}),
        (['size="12"', "wireless=true"], {"size": "12", "wireless": True}),
    ],
)
def test_what_is_typed_becomes_the_wire_form(texts: list[str], expected: dict[str, Any]) -> None:
    """The mapping is what /search takes, and the retriever understands it."""
    assert read_filters(texts) == expected
    assert len(parse_filters(expected)) == len(expected)


@pytest.mark.parametrize(
    "texts", [["brand"], ["=Acme"], ["brand="], ["price<100"], ["price>=1", "price>=2"], ["price=5", "price<=9"]]
)
def test_a_filter_that_means_nothing_is_named(texts: list[str]) -> None:
    """The last one typed is quoted in the error."""
    with pytest.raises(BadRequest) as caught:
        read_filters(texts)
    assert repr(texts[-1]) in str(caught.value)


def test_a_range_and_a_negation_contradict_each_other() -> None:
    """One name has one condition."""
    with pytest.raises(BadRequest, match="a range and != cannot be given"):
        read_filters(["price!=3", "price<=9"])
