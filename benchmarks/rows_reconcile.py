"""Are all rows of a folder's sheets and feeds accounted for? Reads every such file with the real readers.

    python benchmarks/rows_reconcile.py FOLDER [--all]

One line for each file that is refused or has refused rows, sheets that give nothing, or lines that nothing came of (all
files with --all), then the sums. `lines` are the lines with content, hidden ones included, as the source gives them;
`left` those of them that became no row, no text and no refusal: headers, and headers repeated. Feeds have no lines.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ingest.delimited import read_delimited
from ingest.document import Refused, RowRefused, rows_refused
from ingest.formats import detect, is_clutter
from ingest.lint import Lint
from ingest.reading import TABLES, read
from ingest.sheets import sheets_of

COLUMNS = ("lines", "rows", "texts", "refused", "left", "parts", "nothing")

NAMES = (".csv", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".xltx", ".ods", ".json", ".jsonl", ".xml")


def count(path: Path, format: str) -> Counter[str]:
    """What of a file is seen and what becomes of it. Raises `Refused`."""
    counts: Counter[str] = Counter()
    lint = Lint(path.name, format)
    seen: set[str | None] = set()
    for element in lint.watch(read(path, format, ocr=False)):
        if isinstance(element, RowRefused):
            counts["refused"] += rows_refused(element.kind)
            counts["parts"] += not rows_refused(element.kind)
            seen.add(element.where.partition(", ")[0].removeprefix("sheet "))
        else:
            named = element.kind == "heading" and element.locator.row is None
            counts["rows" if element.kind == "row" else "texts"] += not named
            seen.add(element.locator.sheet)
    assert lint.rows == counts["rows"] + counts["refused"], "rows seen are not rows read and refused"
    if format in ("csv", "tsv"):
        counts["lines"] = sum(not line.blank or line.problem is not None for line in read_delimited(path))
    elif format in ("xlsx", "xls", "ods"):
        for name, lines in _lines(path):
            counts["lines"] += lines
            counts["nothing"] += lines > 0 and name not in seen
    if counts["lines"]:
        counts["left"] = counts["lines"] - counts["rows"] - counts["texts"] - counts["refused"]
    return counts


def _lines(path: Path) -> Iterator[tuple[str | None, int]]:
    for sheet in sheets_of(path) or ():
        lines = sum(any(map(str.strip, row.cells)) or bool(row.struck) for row in sheet.rows)
        yield sheet.name, 0 if sheet.hidden else lines


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--all", action="store_true", help="every file, not only those with something to look at")
    options = arguments.parse_args()
    print(f"{'file':60} format " + " ".join(f"{name:>8}" for name in COLUMNS))
    sums: Counter[str] = Counter()
    for path in sorted(options.folder.rglob("*")):
        if not path.is_file() or is_clutter(path):
            continue
        name = str(path.relative_to(options.folder))[-60:]
        format = ""
        try:
            format = detect(path)
            if format not in TABLES:
                continue
            counts = count(path, format)
        except Refused as reason:
            if not format and path.suffix.lower() not in NAMES:
                continue
            sums["files refused"] += 1
            print(f"{name:60} {format:6} refused: {reason}")
            continue
        sums.update(counts)
        sums["files read"] += 1
        if options.all or any(counts[column] for column in ("refused", "parts", "nothing")) or counts["left"] > 2:
            print(f"{name:60} {format:6} " + " ".join(f"{counts[column]:8,}" for column in COLUMNS))
    print(", ".join(f"{sums[name]:,} {name}" for name in ("files read", "files refused", *COLUMNS)))


if __name__ == "__main__":
    main()
