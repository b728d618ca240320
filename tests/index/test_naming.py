"""Naming: what a product's name says the product is."""

from __future__ import annotations

import pytest

from index.text.naming import forms, heads, singular


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Orvane K210 gooseneck kettle with hold", {"kettle"}),
        ("Kettle lid with knob", {"lid"}),
        ("Descaler for kettles and coffee machines, 500 ml", {"descaler"}),
        ("Brellin RV9 robot vacuum and mop", {"vacuum", "mop"}),
        ("Paper filters size 4, pack of 100", {"filter"}),
        ("Pack of 3 mop pads", {"pad"}),
        ("Blender jug 1.75 L", {"jug"}),
        ("HL Mountain Frame - Black, 42", {"frame"}),
        ("Sport-100 Helmet, Red", {"helmet"}),
        ("K200", set()),
    ],
)
def test_the_head_of_an_english_name(name: str, found: set[str]) -> None:
    """The last noun before what it is for, has, or measures."""
    assert heads(name) == found


def test_the_heads_of_a_chinese_name_are_its_endings() -> None:
    """Of a run of characters, but for the maker's."""
    assert heads("云禾 D2 迷你电饭煲", frozenset({"云禾"})) == {"煲", "饭煲", "电饭煲", "你电饭煲", "迷你电饭煲"}


@pytest.mark.parametrize(
    ("one", "many"),
    [("kettle", "kettles"), ("battery", "batteries"), ("brush", "brushes"), ("knife", "knives"), ("case", "cases"),
     ("glass", "glasses"), ("box", "boxes"), ("toy", "toys"), ("foot", "feet")],
)  # fmt: skip
def test_plurals_are_folded(one: str, many: str) -> None:
    """Either form leads to both."""
    assert (singular(many), singular(one), forms(many), forms(one)) == (one, one, (one, many), (one, many))


def test_what_is_no_plural_stays() -> None:
    """Words in -ss, -us and -is, and Chinese."""
    assert [singular(word) for word in ("glass", "cactus", "tennis", "gas", "电饭煲")] == [
        "glass", "cactus", "tennis", "gas", "电饭煲"
    ]  # fmt: skip
    assert forms("电饭煲") == ("电饭煲",)


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Rilla lantern S", "lantern"),
        ("Sorva tent Duo", "tent"),
        ("Tessin stool 40 cm", "stool"),
        ("Ulvik bag, red", "bag"),
        ("Varde mug (large)", "mug"),
        ("Wexio shelf oak XL", "shelf"),
        ("云岫 保温杯 500ml 大号", "保温杯"),
        ("山岚竹编篮小号", "竹编篮"),
    ],
)
def test_sizes_and_colours_behind_a_name_are_not_what_it_is(name: str, head: str) -> None:
    """A kind may stand anywhere in a name; a kettle's lid is a lid all the same."""
    assert head in heads(name)
    assert "kettle" not in heads("K200 kettle lid black")
