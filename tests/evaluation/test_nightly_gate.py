"""The gate before a real catalogue: a folder ingested, a retriever and an answerer over it, and a bad night."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from answer.answer import Answer, Answered
from answer.answerer import Answerer
from evaluation.canaries import Canary
from evaluation.canary_check import check_canaries
from evaluation.counts import Counts, check_counts
from evaluation.gate import Verdict, run_gate
from evaluation.names import check_names
from index.chunk import Chunk
from index.database.store import Store
from index.hashing import HashingEmbedder
from index.publishing.gate import Candidate
from index.snapshot.home import Home
from index.snapshot.manifest import Manifest
from ingest.pipeline import Outcome, Source, ingest_folders
from retriever.retriever import Found, Retriever

LAMPS = [(f"L-{number}", f"Lamp {number}", "Acme", f"{number}.50") for number in range(1, 41)]


class Shop:
    """A folder, a home, and what judges it."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "catalog"
        self.folder.mkdir()
        self.home = Home(tmp_path / "home")
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(tmp_path / "hashing", dimension=1024)
        self.retriever = Retriever(self.home, self.store, self.embedder)
        self.answerer = Answerer(self.retriever, None, self.embedder, refuse_below=0.2)

    def price_list(self, rows: list[tuple[str, ...]]) -> None:
        with (self.folder / "prices.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("SKU", "Name", "Brand", "Price"), *rows])

    def ingest(self, *, force: bool = False) -> Outcome:
        """What the nightly job does, with the check of counts for a gate."""

        def gate(candidate: Candidate, _: object) -> Verdict:
            before, after = counts(candidate.before), counts(candidate.snapshot.manifest)
            return run_gate([partial(check_counts, before, after, 0.2)], force=force)

        return ingest_folders(
            [Source("default", self.folder)], home=self.home, store=self.store, embedder=self.embedder, gate=gate
        )

    def search(self, question: str, collection: str, top_k: int) -> Found:
        return self.retriever.search(question, collection=collection, top_k=top_k)

    def ask(self, canary: Canary) -> Answer:
        events = self.answerer.ask(canary.question, collection=canary.collection, top_k=canary.top_k)
        return next(event.answer for event in events if isinstance(event, Answered))


def counts(manifest: Manifest | None) -> dict[str, Counts]:
    entries = manifest.collections if manifest else {}
    return {
        name: Counts(entry.documents, entry.chunks, entry.products, entry.priced) for name, entry in entries.items()
    }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    shop.price_list(LAMPS)
    (shop.folder / "returns.md").write_text(
        "# Returns\n\nGoods can be returned within 30 days. The warranty is 24 months.\n", encoding="utf-8"
    )
    assert shop.ingest().published
    yield shop
    shop.retriever.close()
    shop.store.close()


def test_a_folder_cut_in_half_is_not_served(shop: Shop) -> None:
    """The old snapshot goes on, the exit code is 3, each loss is a sentence; by force it is served, and recorded."""
    before = shop.home.current()
    shop.price_list(LAMPS[:20])
    outcome = shop.ingest()
    assert (outcome.published, outcome.exit_code, shop.home.current()) == (False, 3, before)
    assert outcome.failures == (
        "Collection “default” fell from 40 rows to 20: 20 are gone, and at most 8 may go at once.",
        "Collection “default” fell from 41 chunks to 21: 20 are gone, and at most 8 may go at once.",
    )
    assert shop.search("Lamp 33", "default", 1).passages[0].chunk.attributes["sku"] == "L-33"
    forced = shop.ingest(force=True)
    assert (forced.published, forced.exit_code, forced.failures) == (True, 0, ())
    manifest = Manifest.read(shop.home.snapshots / str(shop.home.current()))
    assert manifest.collections["default"].products == 20
    assert manifest.story["gate"]["forced"] is True
    assert manifest.story["gate"]["failures"] == list(outcome.failures)


def test_canaries_that_are_met(shop: Shop) -> None:
    """A SKU in any case and width, a document, words of the answer, and a question that must be refused."""
    canaries = [
        Canary(question="price of Lamp 7", sku="ｌ-7"),
        Canary(question="returned goods within how many days", document="returns.md", answer_contains="30 Days"),
        Canary(question="Do you sell pianos?", refused=True),
    ]
    check = check_canaries(canaries, shop.search, shop.ask)
    assert (check.name, check.passed, check.sentences) == ("canaries", True, ("All 3 canary questions are met.",))
    assert check_canaries([], shop.search, None).sentences == ("There are no canary questions.",)


def test_a_missing_sku_is_told_with_what_was_found(shop: Shop) -> None:
    """The sentence names the question, what was expected, and the best that was found instead."""
    canaries = [
        Canary(question="Lamp 7", sku="K-200", top_k=1),
        Canary(question="Lamp 7", document="manuals/k200.pdf", top_k=1),
        Canary(question="goods can be returned", sku="L-1", top_k=1),
        Canary(question="Lamp 8", sku="L-8", top_k=1),
    ]
    check = check_canaries(canaries, shop.search, shop.ask)
    assert not check.passed
    assert check.sentences == (
        "“Lamp 7” should find the SKU K-200, but found L-7.",
        "“Lamp 7” should find the document manuals/k200.pdf, but found L-7.",
        "“goods can be returned” should find the SKU L-1, but found returns.md.",
    )


def test_an_answer_that_is_not_as_expected_is_quoted(shop: Shop) -> None:
    """A wrong answer, an answer that should be a refusal, and a refusal that should be an answer."""
    question = "How long is the warranty in months?"
    told = " ".join(shop.ask(Canary(question=question, refused=True)).text.split())
    assert "24 months" in told
    canaries = [
        Canary(question=question, answer_contains="36 months"),
        Canary(question=question, refused=True),
        Canary(question="Do you sell pianos?", answer_contains="yes"),
    ]
    first, second, third = check_canaries(canaries, shop.search, shop.ask).sentences
    assert first == f"“{question}” should be answered with “36 months”, but was: “{told}”."
    assert second == f"“{question}” should be refused, but was answered: “{told}”."
    assert third.startswith("“Do you sell pianos?” should be answered with “yes”, but was refused, having found ")


def test_a_canary_that_cannot_be_asked_does_not_stop_the_others(shop: Shop) -> None:
    """An unknown collection, and no model to answer: each is one sentence."""
    canaries = [
        Canary(question="Lamp 7", sku="L-7", collection="b2b"),
        Canary(question="Do you sell pianos?", refused=True),
        Canary(question="Lamp 7", sku="L-7"),
    ]
    check = check_canaries(canaries, shop.search, None)
    assert check.sentences == (
        "“Lamp 7” in collection “b2b” could not be asked: there is no collection 'b2b'; the published ones are: "
        "default.",
        "“Do you sell pianos?” needs an answer, and nothing answers here: it could not be checked.",
    )


def row(sku: str, name: str) -> Chunk:
    return Chunk(sku, "prices.csv", 0, f"SKU: {sku}", attributes={"sku": sku, "name": name} if name else {"sku": sku})


def test_rows_are_found_by_their_own_name(shop: Shop) -> None:
    """Rows that are in pass, also under an equal name; rows without a name and a handful of rows tell nothing."""
    rows = [row(sku, name) for sku, name, *_ in LAMPS] + [row("X-1", "LAMP 7"), row("X-2", "")]
    check = check_names({"default": rows}, shop.search, 0.9)
    assert check.passed
    assert check.sentences == ("default: 40 of 40 rows are found by their own name.",)
    few = check_names({"default": rows[:4]}, shop.search, 0.9)
    assert few.passed
    assert few.sentences == ("default: only 4 sampled rows have a name, too few to tell.",)
    assert check_names({}, shop.search, 0.9).sentences == ("There are no rows to look for.",)


def test_rows_that_are_not_found_stop_it(shop: Shop) -> None:
    """Up to a tenth may be missed, one more is too many; the sentence names those that were."""
    lost = [row(f"P-{number}", f"Piano {number}") for number in range(7)]
    rows = [row(sku, name) for sku, name, *_ in LAMPS[:36]]
    assert check_names({"default": rows + lost[:4]}, shop.search, 0.9).passed
    assert not check_names({"default": rows + lost[:5]}, shop.search, 0.9).passed
    check = check_names({"default": rows + lost}, shop.search, 0.9)
    assert not check.passed
    assert check.sentences == (
        "Of 43 rows of collection “default”, 36 are found by their own name, and at least 90% must be; not found: "
        "“Piano 0” (P-0), “Piano 1” (P-1), “Piano 2” (P-2), “Piano 3” (P-3), “Piano 4” (P-4) and 2 more.",
    )
    unknown = check_names({"b2b": rows}, shop.search, 0.9)
    assert unknown.sentences == (
        "The rows of collection “b2b” could not be searched: there is no collection 'b2b'; the published ones are: "
        "default.",
    )
