"""Tables in a terminal."""

from server.table import table


def test_columns_line_up_and_the_total_stands_apart() -> None:
    """The first column on the left, the others on the right, each as wide as its widest cell."""
    rows = [("csv", "7", "120"), ("total", "7", "·")]
    assert list(table("Collection x", ("format", "files", "rows"), rows, total=True)) == [
        "Collection x",
        "┌────────┬───────┬──────┐",
        "│ format │ files │ rows │",
        "├────────┼───────┼──────┤",
        "│ csv    │     7 │  120 │",
        "├────────┼───────┼──────┤",
        "│ total  │     7 │    · │",
        "└────────┴───────┴──────┘",
    ]


def test_a_table_of_nothing_has_its_headings() -> None:
    """And no line that stands apart."""
    assert [line[0] for line in list(table("", ("a", "b"), [], total=True))[1:]] == ["┌", "│", "├", "└"]
