"""What a question may call a product in full, and rows that are found for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from retriever.called import MOST, called
from retriever.planner.plan import Plan, PlannedPart
from tests.asked import Asked

LIST = "SKU,Name,Weight\n" + "".join(f"L-{number},Lantern {number} of the camp,{number} g\n" for number in range(40))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("how heavy is the Escape 1?", "escape 1"),
        ("Is “Mira lamp” in stock", "mira lamp"),
        ("双鱼座守护花什么价", "双鱼座守护花"),
        ("极速380有薰衣草紫吗", "极速380"),
        ("森和S8系列高性能矢量变频器 30KW的卖多少", "森和s8系列高性能矢量变频器 30kw"),
    ],
)
def test_a_whole_name_is_among_the_candidates(question: str, name: str) -> None:
    assert name in called(question)


def test_no_bare_number_and_no_more_than_can_be_asked_for() -> None:
    assert "500" not in called("anything under 500?")
    assert len(called("".join(map(chr, range(0x4E00, 0x4F00))))) == MOST


def test_a_row_that_is_named_is_found_however_it_ranks(tmp_path: Path) -> None:
    """Beside phrases that documents may use, which lead elsewhere."""
    with Asked(tmp_path, {"list.csv": LIST + "Q-9,Kesti,7 g\n"}) as shop:
        question = "for the camp of the lantern 5 and the lantern 6 of the camp: how heavy is kesti"
        plain = shop.retriever.search(question, top_k=3)
        assert "Kesti" not in [passage.chunk.title for passage in plain.passages]
        plan = Plan((PlannedPart(question, "how", ("lantern of the camp",)),))
        found = shop.retriever.search(question, top_k=3, plan=plan)
        assert found.plan is plan
        assert "Kesti" in [passage.chunk.title for passage in found.passages]
