"""docs/catalogues.md: every table on it is read, and what the page says of it is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ingest.document import Element
from ingest.sheets import read_csv
from server.ingest_settings import declared
from server.settings import read_settings

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "catalogues.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"(?:```toml\n([^`]*)```\n\n)?```csv\n(.*?)```\n> (.*?)\n", PAGE, re.DOTALL)


def test_every_table_says_what_is_told() -> None:
    """None stands there without a line under it."""
    assert len(EXAMPLES) == PAGE.count("```csv") >= 13
    assert sum(bool(settings) for settings, _, _ in EXAMPLES) == PAGE.count("```toml") == 2


@pytest.mark.parametrize(("settings", "table", "told"), EXAMPLES)
def test_what_the_page_says_of_a_table_is_so(tmp_path: Path, settings: str, table: str, told: str) -> None:
    """Each SKU has its price and currency, "none" for one that cannot be compared; "without" is in no row, "with" in
    some. The settings are those above the table."""
    (tmp_path / "xuanji.toml").write_text(settings, encoding="utf-8")
    options = declared(read_settings({}, {}, tmp_path / "xuanji.toml")).of("list.csv")
    (tmp_path / "list.csv").write_text(table, encoding="utf-8")
    rows = [one for one in read_csv(tmp_path / "list.csv", options) if isinstance(one, Element) and one.kind == "row"]
    prices = {str(row.attributes["sku"]): (row.attributes.get("price"), row.attributes.get("currency")) for row in rows}
    for claim in told.split("; "):
        what, *value = claim.split(" ")
        if what == "without":
            assert not any(" ".join(value) in f"{row.text} {row.attributes} {row.row}" for row in rows)
        elif what == "with":
            assert any(" ".join(value) in row.text for row in rows)
        elif value == ["none"]:
            assert prices[what][0] is None
        else:
            assert prices[what][0] == float(value[0])
            assert value[1:] in ([], [prices[what][1]])
