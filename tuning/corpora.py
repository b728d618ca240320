"""What is learned from by searching: a corpus in a home of its own, which is kept so that it is embedded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from evaluation.beir import CorpusDocument
from evaluation.corpus_index import publish_corpus
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.snapshot.home import Home

Item = TypeVar("Item")

REFUSE_BELOW = 0.2
"""Relevance, or answerability, below which a question is refused: the default of the setting."""


@contextmanager
def opened_corpus(
    folder: Path, documents: Mapping[str, CorpusDocument], embedder: Embedder
) -> Iterator[tuple[Home, Store]]:
    """The home in `folder`, in which just these documents are published, and its database."""
    home = Home(folder)
    home.create()
    with closing(Store.open(home.database_url)) as store:
        publish_corpus(documents, home=home, store=store, embedder=embedder)
        yield home, store


def spread(items: Sequence[Item], n: int) -> list[Item]:
    """About `n` of them, the same ones every time."""
    return list(items[:: max(1, len(items) // n)])
