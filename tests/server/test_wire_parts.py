"""The parts of a reply as JSON: each says what it is."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from answer.parts import Choices, Offer, OfferedPassage, Part, Product, Products, Steps, Table, Text
from server.wire_parts import part_body


@pytest.mark.parametrize(
    ("part", "body"),
    [
        (Text("46 in stock. [1]"), {"type": "text", "text": "46 in stock. [1]"}),
        (Steps("Descaling", ("Fill it.", "Rinse it."), 2), {"type": "steps", "title": "Descaling", "n": 2}),
        (Table(("", "K200"), (("price", "79.90 EUR"),)), {"type": "table", "columns": ("", "K200")}),
        (Choices("Which size?", ("1 L", "2 L")), {"type": "choices", "question": "Which size?"}),
        (
            Products((Product(1, "K200", (("power", "2200 W"),), price="79.90 EUR"),)),
            {
                "type": "products",
                "products": [
                    {"n": 1, "name": "K200", "cells": (("power", "2200 W"),), "price": "79.90 EUR"}
                    | {"stock": "", "picture": "", "link": ""},
                ],
            },
        ),
        (
            Offer("It may be this:", (OfferedPassage(1, "Manual", "Descaling", "Fill it.", whole=False),)),
            {
                "type": "offer",
                "lead": "It may be this:",
                "passages": [
                    {"n": 1, "source": "Manual", "heading": "Descaling", "text": "Fill it.", "whole": False},
                ],
            },
        ),
    ],
)
def test_a_part_says_what_it_is(part: Part, body: dict[str, Any]) -> None:
    """And holds what the part does."""
    told = asdict(part_body(part))
    assert {name: told[name] for name in body} == body
    assert told.keys() == {"type", *asdict(part)}
