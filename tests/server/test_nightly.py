"""The nightly job and what an operator does beside it, as cron and a person call them: processes, a live server."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest

from index.arrays import Floats
from index.database.exclusive import describe
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.errors import ModelUnusable
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from ingest.pipeline import Outcome, Source, ingest_folders
from retriever.retriever import Retriever
from server.nightly import time_limit, until_publishing
from server.parts import open_parts
from server.problems import TooLong
from server.settings import Settings
from tests.server.conftest import Command
from tests.server.running import running

HEADERS = "SKU,Name,Brand,Price,valid_from,valid_to\n"
LAMPS = [f"L-{number},Lamp model {number},Acme,{20 + number}.50,," for number in range(40)]


@pytest.fixture(scope="session")
def embedder(small_models: Path) -> Embedder:
    """The default embedder, opened once."""
    return open_embedder(prepare_embedder(small_models))


@pytest.fixture(scope="session")
def first_night(small_models: Path, command: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of one sheet of forty lamps, ingested, and beside it the folder; to be copied."""
    root = tmp_path_factory.mktemp("first")
    (root / "home").mkdir()
    (root / "home" / "models").symlink_to(small_models, target_is_directory=True)
    (root / "catalog").mkdir()
    (root / "catalog" / "prices.csv").write_text(HEADERS + "\n".join(LAMPS) + "\n", encoding="utf-8")
    assert command("ingest", root / "catalog", "--home", root / "home").returncode == 0
    return root


class Night:
    """A copy of the home and of its folder, to be changed, and the commands on it."""

    def __init__(self, first: Path, root: Path, command: Command, embedder: Embedder) -> None:
        shutil.copytree(first, root, symlinks=True, dirs_exist_ok=True)
        self.folder, self.home, self.command, self.embedder = root / "catalog", root / "home", command, embedder
        self.sheet = self.folder / "prices.csv"
        self.lines = list(LAMPS)
        with closing(sqlite3.connect(self.home / "xuanji.db")) as database, database:
            database.execute("UPDATE collections SET folder = ?", (str(self.folder),))

    def write(self, headers: str = HEADERS) -> None:
        self.sheet.write_text(headers + "\n".join(self.lines) + "\n", encoding="utf-8")

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return self.command(*arguments, "--home", self.home)

    def reindex(self, *flags: str) -> tuple[int, dict[str, Any], str]:
        """The exit code, the last line of the log, and what was said."""
        done = self.run("reindex", *flags)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert lines[-1]["stage"] == "done"
        return done.returncode, lines[-1], done.stderr

    def reindex_here(self, embedder: Any, **options: Any) -> Outcome:
        """The job in this process, with an embedder or stages of our own."""
        home = Home(self.home)
        with closing(Store.open(home.database_url)) as store:
            return ingest_folders(
                [Source("default", self.folder)],
                home=home,
                store=store,
                embedder=embedder,
                gate=Ungated("a test"),
                tolerant=True,
                **options,
            )

    def embeddings(self) -> int:
        """How many vectors are stored."""
        with closing(sqlite3.connect(self.home / "xuanji.db")) as database:
            return int(database.execute("SELECT count(*) FROM embeddings").fetchone()[0])

    def price(self, sku: str, as_of: str | None = None) -> float | None:
        """What a search says the price of a SKU is; None where it is not found."""
        store = Store.open(Home(self.home).database_url)
        retriever = Retriever(Home(self.home), store, self.embedder)
        day = date.fromisoformat(as_of) if as_of else None
        found = retriever.search("lamp", filters={"sku": sku}, as_of=day).passages
        retriever.close()
        store.close()
        return float(found[0].chunk.attributes["price"]) if found else None


@pytest.fixture
def night(first_night: Path, tmp_path: Path, command: Command, embedder: Embedder) -> Night:
    return Night(first_night, tmp_path / "night", command, embedder)


def test_a_good_night_and_the_record_of_it(night: Night) -> None:
    """One price changed: one text embedded, published, told in words, and the record has it."""
    code, done, _ = night.reindex()
    assert (code, done["published"], done["embedded"]) == (0, False, 0)
    night.lines[3] = "L-3,Lamp model 3,Acme,19.90,,"
    night.write()
    code, done, said = night.reindex("--changes")
    assert (code, done["published"], done["embedded"]) == (0, True, 1)
    assert done["collections"]["default"]["change_list"] == [
        {
            "kind": "price",
            "sku": "L-3",
            "name": "Lamp model 3",
            "document": "prices.csv",
            "where": "row 5",
            "before": 23.5,
            "after": 19.9,
        }
    ]
    assert "default: 1 price changed" in said
    assert night.price("L-3") == 19.9
    history = json.loads(night.run("status", "--history", "--json").stdout)["history"]
    assert [event["what"] for event in history] == ["published", "published"]
    assert history[0]["changes"] == {"default": done["collections"]["default"]["changes"]}
    assert history[0]["gate"]["passed"] is True
    assert history[0]["by"].startswith("xuanji reindex (process")


def test_a_feed_cut_in_half_is_stopped_and_told_of(night: Night, tmp_path: Path) -> None:
    """Exit 3, the old rows go on, somebody is told; the operator may overrule it."""
    told = tmp_path / "told.json"
    teller = tmp_path / "tell.py"
    teller.write_text(f"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())", encoding="utf-8")
    night.lines = night.lines[:20]
    night.write()
    code, done, said = night.reindex("--on-failure-command", f"{sys.executable} {teller}")
    assert (code, done["published"]) == (3, False)
    assert any("40" in failure and "20" in failure for failure in done["failures"])
    assert "goes on (--force publishes all the same)" in said
    assert json.loads(told.read_text(encoding="utf-8"))["exit"] == 3
    assert night.price("L-39") == 59.5
    code, done, _ = night.reindex("--force")
    assert (code, done["published"], done["embedded"]) == (0, True, 0)
    assert night.price("L-39") is None


def test_a_canary_that_is_not_found_stops_the_night(night: Night) -> None:
    """The shop's own question decides; an answer may be asked for, and a refusal."""
    (night.home / "canaries.jsonl").write_text(
        '{"question": "What is the price of lamp model 7, L-7?", "sku": "L-7", "answer_contains": "27.50"}\n'
        '{"question": "Do you sell pianos?", "refused": true}\n',
        encoding="utf-8",
    )
    night.lines[3] = "L-3,Lamp model 3,Acme,19.90,,"
    night.write()
    assert night.reindex()[1]["failures"] == []
    del night.lines[7]
    night.write()
    code, done, _ = night.reindex()
    assert code == 3
    assert any("L-7" in failure for failure in done["failures"])
    assert night.price("L-7") == 27.5


def test_an_unmounted_share_withdraws_nothing(night: Night) -> None:
    """The folder is empty: exit 3, said by name, and every row is still found."""
    night.sheet.rename(night.home / "away.csv")
    code, done, said = night.reindex()
    assert (code, done["published"]) == (3, False)
    assert "holds no files" in said
    assert night.price("L-0") == 20.5


def test_one_unmounted_share_of_several_is_told_of(night: Night, tmp_path: Path) -> None:
    """The other collection is published and the exit code is 1; somebody hears of the one that could not be read. Of a
    file that is refused, which has the same exit code, nobody is woken."""
    told, teller, share = tmp_path / "told.json", tmp_path / "tell.py", tmp_path / "share"
    teller.write_text(f"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())", encoding="utf-8")
    alarm = ("--on-failure-command", f"{sys.executable} {teller}")
    share.mkdir()
    (share / "note.md").write_text("# Returns\n\nWithin thirty days.\n", encoding="utf-8")
    assert night.run("ingest", share, "--collection", "notes").returncode == 0
    (night.folder / "broken.xlsx").write_bytes(b"no workbook")
    code, done, _ = night.reindex(*alarm)
    assert (code, len(done["collections"]["default"]["refused"]), told.exists()) == (1, 1, False)
    (share / "note.md").unlink()
    night.lines[3] = "L-3,Lamp model 3,Acme,19.90,,"
    night.write()
    code, done, _ = night.reindex(*alarm)
    assert (code, done["published"], done["collections"]["default"]["failure"]) == (1, True, None)
    failure = done["collections"]["notes"]["failure"]
    assert f"{share} holds no files" in failure
    heard = json.loads(told.read_text(encoding="utf-8"))
    assert (heard["exit"], heard["summary"]) == (1, f"notes: {failure}")
    assert night.price("L-3") == 19.9


def test_a_second_writer_is_told_who_the_first_is(night: Night) -> None:
    """Exit 3, with the process that holds the lock and since when."""
    who = describe("ingest by hand")
    with Home(night.home).writing(who):
        done = night.run("reindex")
    assert done.returncode == 3
    assert f"xuanji: {who} has been writing to {night.home} since 20" in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["error_type"] == "WriterBusy"


class CountingEmbedder:
    """An embedder that counts the texts whose vectors it made, and raises SIGALRM in the main thread once they are
    `alarm_at`, as if the time were over."""

    def __init__(self, embedder: Embedder, alarm_at: int) -> None:
        self.embedder, self.alarm_at, self.made = embedder, alarm_at, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.embedder, name)

    def embed_passages(self, texts: Sequence[str]) -> Floats:
        """The embedder's own."""
        vectors = self.embedder.embed_passages(texts)
        over = self.made < self.alarm_at <= self.made + len(texts)
        self.made += len(texts)
        if over:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)
        return vectors


def test_a_night_that_takes_too_long_is_ended(night: Night) -> None:
    """The time limit ends the job with exit 3; ended in the middle, the next run embeds what is left and no more."""
    before = Home(night.home).current()
    night.lines += [f"N-{number},Night lamp {number},Acme,5,," for number in range(1_500)]
    night.write()
    done = night.run("reindex", "--reindex-seconds", "0.5")
    assert (done.returncode, json.loads(done.stdout.splitlines()[-1])["error_type"]) == (3, "TooLong")
    assert "ended after 0.5 s (setting reindex_seconds); nothing was published" in done.stderr
    assert Home(night.home).current() == before
    first = CountingEmbedder(night.embedder, alarm_at=300)
    already = night.embeddings()
    with pytest.raises(TooLong, match="nothing was published"), time_limit(3_600):
        night.reindex_here(first)
    assert night.embeddings() - already == first.made >= 300
    assert night.price("N-1") is None
    code, last, _ = night.reindex("--file-seconds", "100")
    assert (code, last["published"]) == (0, True)
    assert already - 40 + first.made + last["embedded"] == 1_500
    assert night.price("N-1") == 5.0


@pytest.mark.parametrize("stage", ["read", "build", "publish", "clear"])
def test_the_time_limit_ends_where_publishing_begins(night: Night, stage: str) -> None:
    """Before that nothing is published and the error says so; from there on the night comes to its end."""
    before = Home(night.home).current()
    night.lines[3] = "L-3,Lamp model 3,Acme,19.90,,"
    night.write()
    began: list[str] = []

    @contextmanager
    def over(name: str) -> Iterator[dict[str, Any]]:
        """The time is over in the middle of one stage."""
        began.append(name)
        if name == stage:
            signal.raise_signal(signal.SIGALRM)
        yield {}

    if stage in ("read", "build"):
        with pytest.raises(TooLong, match="nothing was published"), time_limit(3_600) as disarm:
            night.reindex_here(night.embedder, stage=until_publishing(over, disarm))
        assert (began[-1], Home(night.home).current()) == (stage, before)
        assert night.price("L-3") == 23.5
        return
    with time_limit(3_600) as disarm:
        outcome = night.reindex_here(night.embedder, stage=until_publishing(over, disarm))
    assert (outcome.published, began) == (True, ["read", "build", "gate", "publish", "clear"])
    assert Home(night.home).current() == outcome.snapshot != before
    assert night.price("L-3") == 19.9


def test_the_real_time_limit_strikes_and_is_taken_off() -> None:
    """The clock raises TooLong, whatever becomes of it on the way; disarmed, it is silent, and none is left running."""

    before = signal.getsignal(signal.SIGALRM)

    def renamed() -> None:
        try:
            threading.Event().wait(60)
        except Exception as error:
            raise ModelUnusable("as a model's library is interrupted") from error

    with pytest.raises(TooLong, match=r"ended after 0\.05 s"), time_limit(0.05):
        renamed()
    with pytest.raises(TooLong, match=r"ended after 0\.05 s"), time_limit(0.05), suppress(ModelUnusable):
        renamed()
    with time_limit(0.05) as disarm:
        disarm()
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_rolling_back_is_seen_by_a_server_and_holds(night: Night) -> None:
    """A live server answers with yesterday's price at the next question; an unchanged folder changes nothing."""
    first = Home(night.home).current()
    night.lines[3] = "L-3,Lamp model 3,Acme,29.90,,"
    night.write()
    assert night.reindex()[0] == 0
    settings = Settings(home=night.home)
    with running(settings, partial(open_parts, settings)) as service:

        def price() -> float:
            request = {"query": "lamp", "filters": {"sku": "L-3"}}
            return service.http.post("/search", json=request).json()["passages"][0]["attributes"]["price"]  # type: ignore[no-any-return]

        assert price() == 29.9
        done = night.run("rollback", "--reason", "wrong price")
        assert done.returncode == 0
        assert f"snapshot {first} is served" in done.stdout
        assert price() == 23.5
        code, last, _ = night.reindex()
        assert (code, last["published"], last["snapshot"]) == (0, False, first)
        assert price() == 23.5
    assert "rolled back" in night.run("status", "--history").stdout


def test_the_first_question_over_http_hears_the_new_price(night: Night, tmp_path: Path) -> None:
    """Another process publishes one of twenty collections while four clients ask: whoever asks it first, once that
    process has ended, is told the new price, by `/search` and by `/ask`."""
    folders = [tmp_path / f"shop{number}" for number in range(20)]

    def write(folder: Path, price: int) -> None:
        folder.mkdir(exist_ok=True)
        text = f"SKU,Name,Price,Currency\nST-1,Stool Abeto,{price}.00,EUR\nST-2,Bench Abeto,88.00,EUR\n"
        (folder / "list.csv").write_text(text, encoding="utf-8")

    for folder in folders:
        write(folder, 40)
    home = Home(night.home)
    with closing(Store.open(home.database_url)) as store:
        sources = [Source(folder.name, folder) for folder in folders]
        ingest_folders(sources, home=home, store=store, embedder=night.embedder, gate=Ungated("a test"))
    settings = Settings(home=night.home)
    with running(settings, partial(open_parts, settings)) as service:
        ended = threading.Event()
        failed: list[str] = []

        def customer(number: int) -> None:
            with httpx.Client(base_url=service.http.base_url, timeout=120, trust_env=False) as http:
                while not ended.is_set():
                    number += 1
                    body = {"query": "Stool Abeto", "collection": f"shop{number % 20}"}
                    reply = http.post("/search", json=body)
                    if reply.status_code != 200 or not reply.json()["passages"]:
                        failed.append(reply.text)
                        return

        customers = [threading.Thread(target=customer, args=(number * 5,)) for number in range(4)]
        for thread in customers:
            thread.start()
        told = []
        for price, number in ((41, 3), (42, 19), (43, 3)):
            write(folders[number], price)
            assert night.run("ingest", folders[number], "--collection", f"shop{number}").returncode == 0
            asked = {"query": "How much is the Stool Abeto?", "collection": f"shop{number}"}
            answer = service.http.post("/ask", json=asked).json()["answer"]
            body = {"query": "stool", "filters": {"sku": "ST-1"}, "collection": f"shop{number}"}
            (passage,) = service.http.post("/search", json=body).json()["passages"]
            told.append((f"{price}.00" in answer, passage["attributes"]["price"]))
        ended.set()
        for thread in customers:
            thread.join(120)
    assert (failed, told) == ([], [(True, 41.0), (True, 42.0), (True, 43.0)])


def test_a_withdrawal_holds_for_the_next_question_of_a_live_server(night: Night) -> None:
    """By SKU and by file, without a reindex; released, it is answered again; verify proves it."""
    (night.folder / "note.md").write_text("# Recall\n\nThe lamp L-5 may overheat.\n", encoding="utf-8")
    assert night.reindex()[0] == 0
    settings = Settings(home=night.home)
    with running(settings, partial(open_parts, settings)) as service:

        def found(query: str) -> set[str]:
            passages = service.http.post("/search", json={"query": query, "top_k": 50}).json()["passages"]
            return {passage["attributes"].get("sku", passage["document"]) for passage in passages}

        assert {"L-5", "note.md"} <= found("lamp model 5 L-5")
        assert night.run("withdraw", "L-5", "--reason", "recall").returncode == 0
        assert "L-5" not in found("lamp model 5 L-5")
        assert night.run("withdraw", "note.md").returncode == 0
        assert found("lamp model 5 L-5") == {f"L-{number}" for number in range(40)} - {"L-5"}
        night.sheet.touch()
        night.lines[3] = "L-3,Lamp model 3,Acme,29.90,,"
        night.write()
        assert night.reindex()[0] == 0
        assert "L-5" not in found("lamp model 5 L-5")
        proof = night.run("verify", "--withdrawn", "L-5")
        assert proof.returncode == 0, proof.stdout
        assert night.run("withdraw", "L-5", "--release").returncode == 0
        assert "L-5" in found("lamp model 5 L-5")
        assert night.run("verify", "--withdrawn", "L-5").returncode == 1
    listed = json.loads(night.run("withdraw", "--list", "--json").stdout)["withdrawn"]
    assert [(one["kind"], one["value"], one["collection"]) for one in listed] == [("document", "note.md", None)]


def test_where_something_is_withdrawn_is_told(night: Night, tmp_path: Path) -> None:
    """The list names the collection, or every one; a release of another scope says which it is and ends nothing."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "note.md").write_text("# Recall\n\nThe lamp L-5 may overheat.\n", encoding="utf-8")
    assert night.run("ingest", tmp_path / "notes", "--collection", "notes").returncode == 0
    assert night.run("withdraw", "L-5", "--reason", "recall").returncode == 0
    assert night.run("withdraw", "note.md", "--collection", "notes").returncode == 0
    lines = [line.split("; ") for line in night.run("withdraw", "--list").stdout.splitlines()]
    assert [line[:3] for line in lines] == [
        ["sku", "L-5", "in every collection"],
        ["document", "note.md", "in notes"],
    ]
    assert lines[0][-1] == "recall"
    listed = json.loads(night.run("withdraw", "--list", "--json").stdout)["withdrawn"]
    assert [one["collection"] for one in listed] == [None, "notes"]
    for what, collection, told in (
        (
            "l-5",
            "notes",
            "l-5 is withdrawn in every collection, not in notes alone; without --collection, --release",
        ),
        (
            "note.md",
            "default",
            "note.md is withdrawn in notes, not in default; without --collection, --release",
        ),
        ("L-6", "notes", "L-6 is not withdrawn in notes; xuanji withdraw --list shows what is"),
    ):
        done = night.run("withdraw", what, "--release", "--collection", collection)
        assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert len(json.loads(night.run("withdraw", "--list", "--json").stdout)["withdrawn"]) == 2
    assert night.run("withdraw", "L-5", "--release").returncode == 0
    assert night.run("withdraw", "note.md", "--release", "--collection", "notes").returncode == 0
    assert night.run("withdraw", "--list").stdout == "nothing is withdrawn\n"


def test_rows_come_and_go_with_their_dates(night: Night) -> None:
    """Outside its dates a row is not found, at no reindex; another day is seen by who holds the key."""
    night.lines[1] = "L-1,Lamp model 1,Acme,5,2031-03-01,2031-03-31"
    night.lines[2] = "L-2,Lamp model 2,Acme,6,,2020-01-31"
    night.write()
    assert night.reindex()[0] == 0
    assert (night.price("L-1"), night.price("L-2")) == (None, None)
    assert [night.price("L-1", f"2031-{day}") for day in ("02-28", "03-01", "03-31", "04-01")] == [
        None,
        5.0,
        5.0,
        None,
    ]
    assert night.price("L-2", "2020-01-31") == 6.0
    settings = Settings(home=night.home, preview_key="door")
    with running(settings, partial(open_parts, settings)) as service:
        body = {"query": "lamp", "filters": {"sku": "L-1"}, "as_of": "2031-03-15"}
        refused = service.http.post("/search", json=body)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:xuanji:problem:not-allowed")
        wrong = service.http.post("/ask", json=body, headers={"Authorization": "Bearer dooor"})
        assert wrong.status_code == 403
        shown = service.http.post("/search", json=body, headers={"Authorization": "Bearer door"}).json()
        assert [passage["attributes"]["price"] for passage in shown["passages"]] == [5.0]
        body = {"query": "What does lamp L-1 cost?", "as_of": "2031-03-15"}
        told = service.http.post("/ask", json=body, headers={"Authorization": "Bearer door"}).json()
        assert told["passages"][0]["attributes"]["sku"] == "L-1"
        bad = service.http.post("/search", json={"query": "lamp", "as_of": "soon"})
        assert (bad.status_code, "as_of is 'soon'" in bad.json()["detail"]) == (422, True)


def test_verify_backup_and_restore(night: Night, tmp_path: Path) -> None:
    """Clean; everything in one file; on another machine the same answer, and clean again; damage is named."""
    assert night.run("verify").returncode == 0
    file = tmp_path / "shop.backup"
    assert night.run("backup", file).returncode == 0
    other = tmp_path / "other"
    other.mkdir()
    (other / "models").symlink_to(night.home / "models", target_is_directory=True)
    assert night.command("restore", file, "--home", other).returncode == 0
    line = ("search", "lamp model 9", "--json", "--home")
    assert night.command(*line, other).stdout == night.command(*line, night.home).stdout
    assert night.command("verify", "--home", other).returncode == 0
    snapshot = Home(other).current()
    vectors = next((other / "snapshots" / str(snapshot)).glob("*.vectors"))
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"\x7f")
    broken = night.command("verify", "--json", "--home", other)
    assert (broken.returncode, json.loads(broken.stdout)["clean"]) == (1, False)
    assert night.command("reindex", "--rebuild", "--home", other).returncode == 0
    assert night.command("verify", "--home", other).returncode == 0


def test_a_backup_holds_the_settings_that_were_read(night: Night, tmp_path: Path) -> None:
    """Settings as `deploy/` lays them, and the questions that they name; both come back, and are what is read then."""
    etc, asked, file = tmp_path / "etc.toml", tmp_path / "asked.jsonl", tmp_path / "shop.backup"
    etc.write_text(f'keep = 8\ncanaries = "{asked}"\n', encoding="utf-8")
    asked.write_text('{"question": "lamp model 7", "sku": "L-7"}\n', encoding="utf-8")
    told = json.loads(night.run("backup", file, "--config", etc, "--json").stdout)
    assert (told["kept"], told["absent"]) == ({"xuanji.toml": str(etc), "canaries.jsonl": str(asked)}, {})
    other = tmp_path / "other"
    assert night.command("restore", file, "--home", other).returncode == 0
    assert (other / "xuanji.toml").read_bytes() == etc.read_bytes()
    assert (other / "canaries.jsonl").read_bytes() == asked.read_bytes()
    again = json.loads(night.command("backup", tmp_path / "again.backup", "--home", other, "--json").stdout)
    assert again["kept"] == {"xuanji.toml": str(other / "xuanji.toml"), "canaries.jsonl": str(asked)}


def test_lint_is_told_when_asked(night: Night) -> None:
    """A price a hundred times the old one: named with its place, exit 1, and with --dry-run nothing is published."""
    night.lines[0] = "L-0,Lamp model 0,Acme,2050.00,,"
    night.write()
    done = night.run("ingest", night.folder, "--lint", "--dry-run")
    assert done.returncode == 1
    assert "error: prices.csv: row 2" in done.stdout
    assert night.price("L-0") == 20.5
    quiet = night.run("ingest", night.folder, "--lint", "--dry-run", "--config", _settings(night, "price_jump=off"))
    assert (quiet.returncode, "lint: nothing to tell" in quiet.stdout) == (0, True)
    wrong = night.run("ingest", night.folder, "--lint", "--config", _settings(night, "prices=off"))
    assert (wrong.returncode, "lint_severity: 'prices' is no kind" in wrong.stderr) == (2, True)


def _settings(night: Night, severity: str) -> Path:
    path = night.home / "other.toml"
    path.write_text(f'lint_severity = "{severity}"\n', encoding="utf-8")
    return path
