"""Dates as shops write them."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.dates import UNKNOWN, Order, date_of, days_of, first_day, is_open, last_day, order_of

SLASHES = order_of(["23/01/2026", "14/02/2026"])
AMERICAN = order_of(["01/23/2026"])

DAYS = """
2026/9/8 -> 2026-09-08 | 2026.9.8 -> 2026-09-08 | 2026-9-8 -> 2026-09-08 | 20260908 -> 2026-09-08
2026年9月8日 -> 2026-09-08 | 2026 年 9 月 8 日 -> 2026-09-08 | 2026年9月8号 -> 2026-09-08 | 26年9月8日 -> 2026-09-08
二〇二六年九月八日 -> 2026-09-08 | ２０２６年９月８日 -> 2026-09-08 | 截至2026年9月8日 -> 2026-09-08
有效期至2026-09-08 -> 2026-09-08 | 2026-09-08 (周二) -> 2026-09-08 | 2026年9月8日止 -> 2026-09-08
8.9.2026 -> 2026-09-08 | 08.09.26 -> 2026-09-08 | 8. September 2026 -> 2026-09-08 | 8. Sept. 2026 -> 2026-09-08
bis 8.9.2026 -> 2026-09-08 | gültig bis zum 8.9.2026 -> 2026-09-08 | Di, 08.09.2026 -> 2026-09-08
08.09.2026 18:00 Uhr -> 2026-09-08 | 24. Dez 2026 -> 2026-12-24 | 5. Mai 2026 -> 2026-05-05
3. März 2026 -> 2026-03-03 | 8-Sep-26 -> 2026-09-08 | 8 Sep 2026 -> 2026-09-08 | 08-SEP-2026 -> 2026-09-08
Sep 8, 2026 -> 2026-09-08 | September 8th, 2026 -> 2026-09-08 | 8th of September 2026 -> 2026-09-08
2026-Sep-08 -> 2026-09-08 | Tue, 8 Sep 2026 -> 2026-09-08 | until 8 September 2026 -> 2026-09-08
expires on Sep 8 2026 -> 2026-09-08 | 8 septembre 2026 -> 2026-09-08 | 1er août 2026 -> 2026-08-01
23/09/2026 -> 2026-09-23 | 9/23/2026 -> 2026-09-23 | 9/23/2026 11:59 PM -> 2026-09-23 | 08/08/2026 -> 2026-08-08
26-9-8 -> 2026-09-08 | 2026-09-08T00:00:00Z -> 2026-09-08 | 2026-09-08T23:59:59.000+08:00 -> 2026-09-08
2026-09-08 23:59 -> 2026-09-08 | 20260908T235900Z -> 2026-09-08 | 2026-09-08T00:00-0700 -> 2026-09-08
9999-12-31 -> 9999-12-31 | end of 2026 -> 2026-12-31 | Ende September 2026 -> 2026-09-30 | 2026年9月底 -> 2026-09-30
2026年底 -> 2026-12-31
"""
PERIODS = """
2026-09 -> 2026-09-01 2026-09-30 | 09/2026 -> 2026-09-01 2026-09-30 | 2026年9月 -> 2026-09-01 2026-09-30
Sep-26 -> 2026-09-01 2026-09-30 | September 2026 -> 2026-09-01 2026-09-30 | Februar 2028 -> 2028-02-01 2028-02-29
202609 -> 2026-09-01 2026-09-30 | 2026 -> 2026-01-01 2026-12-31 | 2026年 -> 2026-01-01 2026-12-31
Q3 2026 -> 2026-07-01 2026-09-30 | 2026-Q3 -> 2026-07-01 2026-09-30 | 3. Quartal 2026 -> 2026-07-01 2026-09-30
2026年第三季度 -> 2026-07-01 2026-09-30 | 2026-W37 -> 2026-09-07 2026-09-13 | KW 37/2026 -> 2026-09-07 2026-09-13
2026年第37周 -> 2026-09-07 2026-09-13 | 2026-09-08/2026-10-31 -> 2026-09-08 2026-10-31
8.9.2026 - 31.10.2026 -> 2026-09-08 2026-10-31 | 8.9.-31.10.2026 -> 2026-09-08 2026-10-31
8 Sep – 31 Oct 2026 -> 2026-09-08 2026-10-31 | 2026年9月8日至10月31日 -> 2026-09-08 2026-10-31
8.–30. September 2026 -> 2026-09-08 2026-09-30 | Sep 8, 2026 to Oct 31, 2026 -> 2026-09-08 2026-10-31
vom 8.9.2026 bis 31.10.2026 -> 2026-09-08 2026-10-31 | 2026-09 - 2026-10 -> 2026-09-01 2026-10-31
2026-09-08T00:00-0800/2026-10-31T23:59-0800 -> 2026-09-08 2026-10-31
"""
NOTHING = """
03/04/2026 | 10-11-2026 | 31.02.2026 | 2026-13-01 | 2026-02-30 | next week | soon | 46273 | 1788825600 | 12.50
1299 | 15.03. | March | 2026-10-31 - 2026-09-08 | Q5 2026 | 99/99/9999 | KW 60/2026 | K-200 | 12345678 | | yes
2 years
"""


def cases(table: str) -> list[str]:
    return [case.strip() for line in table.strip().splitlines() for case in line.split(" | ")]


@pytest.mark.parametrize("case", cases(DAYS))
def test_a_day(case: str) -> None:
    text, day = case.split(" -> ")
    assert date_of(text) == day


@pytest.mark.parametrize("case", cases(PERIODS))
def test_a_period_has_a_first_and_a_last_day(case: str) -> None:
    """A month is no day: what begins with it begins on its first, what ends with it ends on its last."""
    text, days = case.split(" -> ")
    assert days_of(text) == tuple(map(date.fromisoformat, days.split()))
    assert [first_day(text), last_day(text)] == days.split()
    assert date_of(text) is None


@pytest.mark.parametrize("text", cases(NOTHING))
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert days_of(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        *(("46273", "2026-09-08"), ("46273.75", "2026-09-08"), ("1788825600", "2026-09-08")),
        *(("1788825600000", "2026-09-08"), ("20260908", "2026-09-08"), ("1299", None), ("12.50", None), ("7", None)),
    ],
)
def test_a_bare_number_is_a_day_in_a_column_of_dates(text: str, day: str | None) -> None:
    """A workbook counts days, a program seconds or milliseconds."""
    assert date_of(text, numeric=True) == day


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        *((SLASHES, "03/04/2026", "2026-04-03"), (AMERICAN, "03/04/2026", "2026-03-04")),
        *((SLASHES, "03-04-2026", "2026-04-03"), (AMERICAN, "03.04.2026", "2026-04-03")),
        *((AMERICAN, "23/04/2026", "2026-04-23"), (UNKNOWN, "03/04/2026", None), (SLASHES, "3/4/26", "2026-04-03")),
        (order_of(["03/15/26", "23-04-2026"]), "03/04/2026", "2026-03-04"),
        (order_of(["03/15/26", "23-04-2026"]), "03-04-2026", "2026-04-03"),
        (order_of(["03/15/2026", "15/03/2026"]), "03/04/2026", None),
        (order_of(["", "n/a", "2026-01-02"], AMERICAN), "03/04/2026", "2026-03-04"),
        (order_of(["15/03/2026"], AMERICAN), "03/04/2026", "2026-04-03"),
    ],
)
def test_the_column_tells_whether_the_day_comes_first(order: Order, text: str, day: str | None) -> None:
    """By mark, by the column's other marks, else by its file; a column that contradicts itself tells nothing."""
    assert date_of(text, order) == day


def test_no_end() -> None:
    assert all(
        map(is_open, ("", "-", "—", "until further notice", "Unlimited", "长期有效", "unbefristet", "0000-00-00"))
    )
    assert not any(map(is_open, ("2026-01-01", "soon", "31.02.2026", "待定")))
