"""Whether a text whose name does not tell is delimited, decided by many lines; else it is prose."""

from __future__ import annotations

from pathlib import Path

from ingest.delimited import RULE, find_dialect, from_header, names_separator, sample_of


def delimiter_of(path: Path) -> str | None:
    """What parts the cells of a text, or None where it is prose.

    Most lines must have the delimiter, and nearly all of those as often as the others. Below words that head common
    columns two columns do; without them it takes three, four where commas part them. An indented text and a numbered
    list have tabs, too, but nothing in the first column, or two columns alone. Raises `Refused` where the file is no
    text, `OSError` as usual.
    """
    sample = sample_of(path)
    dialect = find_dialect(sample)
    if dialect.width < 2:
        return None
    lines = sample[1:] if names_separator(sample[0]) else sample
    below = from_header(lines)
    headed = below is not lines
    lines = [line for line in below if not RULE.fullmatch(line)]
    records = [cells for cells in dialect.parse(iter(lines), strict=False) if any(map(str.strip, cells))]
    parted = [len(cells) for cells in records if len(cells) > 1]
    if len(records) < 2 or not parted:
        return None
    covered = len(parted) / len(records)
    if headed:  # programs that write tabs may leave blank cells out at a line's end
        alike = sum(width == dialect.width or (dialect.delimiter == "\t" and width < dialect.width) for width in parted)
        return dialect.delimiter if covered >= 0.5 and alike >= 0.8 * len(parted) else None
    if dialect.width < 3 or len(records) < 3 or sum(not cells[0].strip() for cells in records) * 2 > len(records):
        return None
    spaced = sum(line.count(", ") for line in lines) * 2 > len(records) * (dialect.width - 1)
    if dialect.delimiter == "," and (dialect.width < 4 or len(records) < 5 or spaced):
        return None
    least = 0.6 if dialect.delimiter == "\t" else 0.9
    return dialect.delimiter if covered >= least and parted.count(dialect.width) >= 0.9 * len(parted) else None
