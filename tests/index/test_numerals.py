"""Numbers in words."""

from __future__ import annotations

import pytest

from index.text.numerals import han_value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("三百", 300), ("一千二百", 1200), ("一千二", 1200), ("一万二", 12000), ("一百零五", 105), ("二十五", 25)),
        *(("十", 10), ("十二", 12), ("两千", 2000), ("二〇二六", 2026), ("三千零五十", 3050), ("十五万", 150_000)),
        *(("两", 2), ("一百五", 150), ("壹仟贰佰", 1200), ("一亿三千万", 130_000_000), ("万一", None), ("百", 100)),
        *(("一二百", None), ("", None)),
    ],
)
def test_chinese_numerals(written: str, value: int | None) -> None:
    assert han_value(written) == value
