"""Kinds of product that a wish names by another word: the nearest by its vector, where it clearly is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.arrays import Floats
from index.database.filters import Condition
from index.database.sheets import Column, Sheet
from index.hashing import HashingEmbedder
from retriever.planner.near_kinds import NearKinds

KINDS = {"Home > Lamps": ("Home > Lamps",), "Tents": ("Tents",), "Pans": ("Pans", "Pans, pots")}


class Placed(HashingEmbedder):
    """Each kind in a place of its own."""

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        places = {"Lamps": (1.0, 0.0, 0.0), "Tents": (0.0, 1.0, 0.0), "Pans": (0.0, 0.0, 1.0)}
        return np.array([places[text] for text in texts], np.float32)


def _kinds(folder: Path, *sheets: dict[str, tuple[str, ...]]) -> NearKinds:
    made = [
        Sheet("list", ((at, None),), 9, (Column("Group", "category", "choice", "category", choices=kinds),))
        for at, kinds in enumerate(sheets)
    ]
    return NearKinds(made, Placed(folder))


def test_the_nearest_kind_with_all_its_cells(tmp_path: Path) -> None:
    kinds = _kinds(tmp_path, {"Tents": ("Tents",), "Home > Lamps": ("Home > Lamps",)}, KINDS)
    found = kinds.nearest(np.array([0.1, 0.2, 0.9], np.float32))
    assert found is not None
    at, constraint = found
    assert (at, constraint.test, constraint.en) == (1, Condition("category", ("Pans", "Pans, pots")), "Group ‘Pans’")
    assert kinds.nearest(np.array([0.1, 0.2, 0.9], np.float32), 0) == kinds.nearest(np.array([0, 1, 0], np.float32), 0)


def test_none_where_two_are_as_near_or_there_is_but_one(tmp_path: Path) -> None:
    assert _kinds(tmp_path, KINDS).nearest(np.array([0.7, 0.7, 0.0], np.float32)) is None
    assert _kinds(tmp_path, {"Tents": ("Tents",)}).nearest(np.array([0, 1, 0], np.float32)) is None
    assert _kinds(tmp_path).nearest(np.array([0, 1, 0], np.float32)) is None


def test_the_same_kind_in_two_sheets_is_one(tmp_path: Path) -> None:
    found = _kinds(tmp_path, KINDS, KINDS).nearest(np.array([1, 0, 0], np.float32))
    assert found is not None
    assert found[1].en == "Group ‘Lamps’"
