"""When the parser alone has understood a question: every word of it was accounted for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer import language as languages
from answer.course import Course
from answer.dialogue import Standalone
from answer.prospect import Prospect, is_sure
from tests.asked import Asked

PIPES = "品名,类别,价格,库存\n园艺水管 8米,水管,25,19\n饮水水管 10米,水管,40,13\n电伴热带,保温,28,0\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("pipes"), {"pipes.csv": PIPES}) as opened:
        yield opened


def _sure(shop: Asked, query: str) -> bool:
    found = shop.retriever.search(query)
    assert found.computed is not None
    course = Course(languages.resolve("auto", query), 0.0, Standalone(query, False))
    return is_sure(Prospect(course, found, [], None, []), query, ())


def test_a_reading_that_accounts_for_all_is_sure(shop: Asked) -> None:
    assert _sure(shop, "有货的水管有哪些")


@pytest.mark.parametrize(
    "query",
    ["快零下了，通电的，防冻的，恒温的，水管，现在有货的有哪些", "有没有水管，现在有货的，通电，防冻，恒温，加热"],
)
def test_one_that_left_words_is_not(shop: Asked, query: str) -> None:
    """It is met in part: some pipes are in stock, and none is known to be heated."""
    assert not _sure(shop, query)
