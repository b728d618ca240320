"""The gate of every command that publishes: what it stops, what --force lets through, what a dry run foresees."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.history import history
from index.database.store import Store
from index.errors import BadRequest
from index.hashing import HashingEmbedder
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import current_manifest, instead_of
from ingest.pipeline import Options, Outcome, Source, ingest_folders
from retriever.retriever import Retriever
from retriever.translation import prepare_dictionary
from server.gatekeeper import Gatekeeper
from server.parts import IndexParts
from server.reports import event_in_words
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = "SKU,Name,Brand,Price\n"
CHINESE = "货号,品名,品牌,价格\n"
ROWS = [f"GR-{n},Grill number {n},Ofra,{50 + n}.00" for n in range(20)]
PANS = [f"PF-{n},{n}号平底锅,欧梵,{50 + n}.00" for n in range(20)]


class Shop:
    """A folder, a home, and the gate before it."""

    def __init__(self, root: Path, models: Path) -> None:
        self.folder = root / "list"
        self.folder.mkdir()
        self.home = Home(root / "home")
        self.home.path.mkdir()
        self.home.models.symlink_to(models, target_is_directory=True)
        self.home.create()
        self.store = Store.open(self.home.database_url)
        self.embedder = HashingEmbedder(root / "hashing", dimension=512)
        self.settings = Settings(home=self.home.path)

    def write(self, rows: list[str], headers: str = ENGLISH, name: str = "list.csv") -> None:
        (self.folder / name).write_text(headers + "\n".join(rows) + "\n", encoding="utf-8")

    def gate(self, *, force: bool = False) -> Gatekeeper:
        return Gatekeeper.of(self.settings, IndexParts(self.home, self.store, self.embedder), force=force)

    def ingest(self, *, force: bool = False, dry_run: bool = False, collection: str = "default") -> Outcome:
        return ingest_folders(
            [Source(collection, self.folder)],
            home=self.home,
            store=self.store,
            embedder=self.embedder,
            gate=self.gate(force=force),
            options=Options(jobs=1, ocr="off"),
            dry_run=dry_run,
            force=force,
            by="test",
        )

    def foreseen(self) -> tuple[bool, tuple[str, ...]]:
        """What a dry run says that the gate would say; it leaves every file of the home as it was."""
        before = self.files()
        verdict = self.gate().foresee(self.ingest(dry_run=True), [Source("default", self.folder)])
        assert self.files() == before
        return verdict.opens, verdict.failures

    def files(self) -> dict[str, str]:
        kept = [
            path for path in self.home.path.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        ]
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}

    def price(self, sku: str) -> float | None:
        retriever = Retriever(self.home, self.store, self.embedder)
        found = retriever.search("grill", filters={"sku": sku}).passages
        retriever.close()
        return float(found[0].chunk.attributes["price"]) if found else None


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the dictionary alone, which every search opens."""
    folder = tmp_path_factory.mktemp("models")
    prepare_dictionary(folder).close()
    return folder


@pytest.fixture
def shop(tmp_path: Path, dictionary: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path, dictionary)
    yield shop
    shop.store.close()


@pytest.mark.parametrize(
    ("headers", "before", "after", "told"),
    [
        (ENGLISH, ROWS, ROWS[:16], None),
        (ENGLISH, ROWS, ROWS[:14], "fell from 20 rows to 14"),
        (CHINESE, PANS, PANS[:10], "fell from 20 rows to 10"),
        (ENGLISH, ROWS, [row.replace(".00", "00") for row in ROWS[:3]] + ROWS[3:], "goes from 50 to 5000"),
        (CHINESE, PANS, [row.replace(".00", "00") for row in PANS[:1]] + PANS[1:], "goes from 50 to 5000"),
        (ENGLISH, ROWS, [row.rpartition(",")[0] + "," for row in ROWS], "0 of 20 rows have a price"),
        (ENGLISH, ROWS, [f",{row.partition(',')[2]}" for row in ROWS], "rows had a SKU"),
        (ENGLISH, ROWS, [*ROWS, "GR-99,Grill number 99,Ofra,7.00"], None),
        (ENGLISH, ROWS[:3], ROWS[:1], None),
    ],
)
def test_a_change_is_judged_and_a_dry_run_foresees_it(
    shop: Shop, headers: str, before: list[str], after: list[str], told: str | None
) -> None:
    """Too much lost, a price a hundredfold, a column emptied: exit 3, and what was served goes on; an ordinary change
    passes. A dry run said the same before."""
    shop.write(before, headers)
    first = shop.ingest()
    assert (first.published, first.exit_code) == (True, 0)
    shop.write(after, headers)
    opens, failures = shop.foreseen()
    outcome = shop.ingest()
    assert (outcome.published, outcome.exit_code) == ((True, 0) if told is None else (False, 3))
    assert (opens, sorted(failures)) == (outcome.published, sorted(outcome.failures))
    assert told is None or any(told in failure for failure in outcome.failures)
    if told is not None:
        assert current_manifest(shop.home).snapshot == first.snapshot == outcome.snapshot
        assert history(shop.store.engine)[0].what == "not published"


def test_force_lets_through_and_the_record_has_it(shop: Shop) -> None:
    """What the gate had objected to stands beside it."""
    shop.write(ROWS)
    shop.ingest()
    shop.write(ROWS[:5])
    assert not shop.ingest().published
    assert shop.price("GR-9") == 59.0
    forced = shop.ingest(force=True)
    assert (forced.published, forced.exit_code, shop.price("GR-9")) == (True, 0, None)
    event = history(shop.store.engine)[0]
    assert (event.what, event.detail["gate"]["forced"]) == ("published", True)
    assert "20 rows to 5" in event.detail["gate"]["failures"][0]


@pytest.mark.parametrize(
    ("canary", "told"),
    [
        ('{"question": "grill number 7", "sku": "GR-7"}', None),
        ('{"question": "grill number 7", "sku": "GR-70"}', "should find the SKU GR-70"),
        ('{"question": "Wo ist das Handbuch?", "document": "manual.md"}', "should find the document manual.md"),
        ('{"question": "平底锅", "sku": "PF-1"}', "should find the SKU PF-1"),
        ('{"question": "grill", "sku": "GR-1", "collection": "spares"}', "there is no collection"),
    ],
)
def test_a_first_ingestion_is_asked_the_shops_own_questions(shop: Shop, canary: str, told: str | None) -> None:
    """Nothing was served before, nor is where a canary is not met; a dry run asks them in a copy of the home."""
    shop.write(ROWS)
    (shop.home.path / "canaries.jsonl").write_text(canary, encoding="utf-8")
    opens, failures = shop.foreseen()
    outcome = shop.ingest()
    assert (outcome.published, outcome.exit_code) == ((True, 0) if told is None else (False, 3))
    assert (opens, failures) == (outcome.published, outcome.failures)
    assert told is None or told in outcome.failures[0]
    assert (shop.home.current() is None) == (told is not None)


@pytest.mark.parametrize("day", ["31.02.2026", "soon", "2026-13-01"])
def test_an_error_of_lint_stops_a_change_and_no_first_ingestion(shop: Shop, day: str) -> None:
    """A day that cannot be read holds its row back. With nothing served before, the other rows are better than none; a
    change that brings it is kept back, as what is served can go on."""
    rows = [f"{row}," for row in ROWS]
    headers = ENGLISH.replace("Price", "Price,Valid to")
    shop.write([*rows, f"GR-90,Grill number 90,Ofra,9.00,{day}"], headers)
    first = shop.ingest()
    assert (first.published, shop.price("GR-3"), shop.price("GR-90")) == (True, 53.0, None)
    assert first.verdict is not None
    assert "1 errors are in what was never served before" in first.verdict.as_dict()["checks"][1]["sentences"][0]
    shop.write([*rows, f"GR-91,Grill number 91,Ofra,9.00,{day}x"], headers)
    assert not shop.foreseen()[0]
    assert not shop.ingest().published


def test_a_canary_that_a_change_breaks_is_foreseen(shop: Shop) -> None:
    """The dry run embeds and asks in a copy: nothing of it is left, and the old row is served on."""
    shop.write(ROWS)
    shop.ingest()
    (shop.home.path / "canaries.jsonl").write_text('{"question": "grill number 7", "sku": "GR-7"}', encoding="utf-8")
    assert shop.foreseen() == (True, ())  # nothing changed: there is nothing to ask
    shop.write(ROWS[:7] + ROWS[8:])
    opens, failures = shop.foreseen()
    assert (opens, "should find the SKU GR-7" in failures[0]) == (False, True)
    assert not shop.ingest().published
    assert shop.price("GR-7") == 57.0


def test_canaries_that_cannot_be_read_stop_before_anything_is_read(shop: Shop) -> None:
    """The file and its line are named."""
    shop.write(ROWS)
    (shop.home.path / "canaries.jsonl").write_text('{"question": "grill"}', encoding="utf-8")
    with pytest.raises(BadRequest, match=r"canaries.jsonl, line 1: there is nothing to check"):
        shop.ingest()
    assert shop.home.current() is None


def test_what_was_rolled_back_is_published_by_force_alone(shop: Shop) -> None:
    """An unchanged folder leaves the rollback as it is; by --force the newest snapshot serves again, on record."""
    shop.write(ROWS)
    first = shop.ingest()
    shop.write([row.replace("50.00", "51.00") for row in ROWS])
    second = shop.ingest()
    assert instead_of(shop.home) is None
    with shop.home.writing(), shop.store.alone("test"):
        roll_back(shop.home, shop.store, by="test")
    assert instead_of(shop.home) == second.snapshot
    left = shop.ingest()
    assert (left.published, left.snapshot, left.exit_code) == (False, first.snapshot, 0)
    assert "was rolled back" in left.note
    again = shop.ingest(force=True)
    assert (again.published, again.snapshot, shop.price("GR-0")) == (True, second.snapshot, 51.0)
    assert instead_of(shop.home) is None
    event = history(shop.store.engine)[0]
    assert (event.what, event.detail) == ("published", {"forced": True, "rolled_back_to": first.snapshot})
    assert event_in_words(event.as_dict()).count("had been rolled back") == 1


def test_nothing_is_published_round_the_gate() -> None:
    """One file publishes a snapshot; the commands pass `ingest_folders` the gate; those that pass none are these."""
    calls: dict[str, set[str]] = {}
    for room in ("index", "engine", "ingest", "retriever", "answer", "evaluation", "server"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    calls.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    assert calls["point_to"] == {
        "index/keeping/purge.py",
        "index/keeping/restore.py",
        "index/publishing/publication.py",
        "index/snapshot/building.py",
        "index/snapshot/rollback.py",
        "server/rehearsal.py",
    }
    assert calls["Building"] == {"index/publishing/publication.py"}
    assert calls["Ungated"] == {
        "evaluation/corpus_index.py",
        "index/publishing/publication.py",
        "ingest/pipeline.py",
        "server/evaluate.py",
        "server/nightly.py",
    }
    assert "ingest_folder" not in calls
    assert calls["ingest_folders"] == {
        "ingest/pipeline.py",
        "server/commands.py",
        "server/evaluate.py",
        "server/gatekeeper.py",
        "server/nightly.py",
    }
