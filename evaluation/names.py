"""The check of names: a sample of product rows, each of which must be found by its own name.

What it catches is an index whose vectors and texts do not belong together; no count shows that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evaluation.canary_check import Search
from evaluation.check import Check, Stopwatch, listed, sentence
from index.chunk import Chunk
from index.errors import XuanjiError
from index.text.letters import fold
from retriever.passage import Passage

TOP_K = 10
FEWEST = 5
"""Named rows below which a share says nothing."""
SHOWN = 5
"""Rows not found that a sentence names."""


def check_names(rows: Mapping[str, Iterable[Chunk]], search: Search, least: float) -> Check:
    """Whether of each collection's sampled rows at least the share `least` (0 to 1) is found by name.

    A row is found where one of the first `TOP_K` passages has its name or its SKU. Chunks without a name are not
    counted, and each name once. `rows` must be rows that can be found now: in force, and not withdrawn.
    """
    watch = Stopwatch()
    failures, found = [], []
    for collection, chunks in rows.items():
        named = {fold(_name(chunk)): chunk for chunk in chunks}
        named.pop("", None)
        if len(named) < FEWEST:
            found.append(f"{collection}: only {len(named)} sampled rows have a name, too few to tell")
            continue
        try:
            missed = [chunk for chunk in named.values() if not _is_found(chunk, collection, search)]
        except XuanjiError as error:
            failures.append(f"The rows of collection “{collection}” could not be searched: {sentence(error)}")
            continue
        if len(missed) > round((1 - least) * len(named), 6):
            failures.append(
                f"Of {len(named):,} rows of collection “{collection}”, {len(named) - len(missed):,} are found by their "
                f"own name, and at least {least:.0%} must be; not found: {listed([*map(_shown, missed)], SHOWN)}."
            )
        else:
            found.append(
                f"{collection}: {len(named) - len(missed):,} of {len(named):,} rows are found by their own name"
            )
    return watch.settled("names", failures, "; ".join(found) + "." if found else "There are no rows to look for.")


def _is_found(chunk: Chunk, collection: str, search: Search) -> bool:
    return any(_same(chunk, passage) for passage in search(_name(chunk), collection, TOP_K).passages)


def _same(chunk: Chunk, passage: Passage) -> bool:
    other = passage.chunk
    return fold(_name(chunk)) == fold(_name(other)) or fold(_sku(chunk)) == fold(_sku(other)) != ""


def _name(chunk: Chunk) -> str:
    return str(chunk.attributes.get("name", ""))


def _sku(chunk: Chunk) -> str:
    return str(chunk.attributes.get("sku", ""))


def _shown(chunk: Chunk) -> str:
    return f"“{_name(chunk)}” ({_sku(chunk) or chunk.document})"
