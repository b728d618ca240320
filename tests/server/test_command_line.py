"""The commands, each in a process of its own, on a real index with the real models."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.embedding.model_record import ModelRecord
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from server.cli import _run
from tests.server.conftest import Command
from tests.waiting import LONGEST


def test_search_finds_the_row_and_a_filter_keeps_others_out(command: Command, home: Path) -> None:
    """The kettle is first; with its brand excluded it does not appear, though it is what was asked for."""
    found = json.loads(command("search", "Kettle power", "--home", home, "--json", "--top-k", "2").stdout)
    first = found["passages"][0]
    assert (first["n"], first["document"], first["locator"]["row"]) == (1, "feed.csv", 2)
    assert first["attributes"]["sku"] == "007"
    line = ("search", "Kettle Swift", "--home", home, "--json", "--filter", "brand!=Acme", "--filter", "price>=50")
    kept = json.loads(command(*line).stdout)["passages"]
    assert [passage["attributes"]["sku"] for passage in kept] == ["008"]


def test_ask_tells_the_answer_and_its_source(command: Command, home: Path) -> None:
    """The number stands in the cited row; the sources name file and row."""
    done = command("ask", "How much power does the Kettle Swift have?", "--home", home)
    assert done.returncode == 0, done.stderr
    answer, _, sources = done.stdout.partition("Sources:")
    assert "2200" in answer
    assert "[1] feed.csv, row 2" in sources


def test_ask_prints_one_object_for_programs(command: Command, home: Path) -> None:
    """In Chinese, with a verbatim quote of the policy."""
    body = json.loads(command("ask", "退货期限是多少天？", "--home", home, "--json").stdout)
    citation = body["citations"][0]
    assert (body["language"][:2], body["refused"], citation["document"]) == ("zh", False, "policy.md")
    assert citation["quote"] in body["passages"][citation["n"] - 1]["text"]
    assert "三十天" in body["answer"]


def test_a_second_run_embeds_nothing(command: Command, home: Path, catalogue: Path) -> None:
    """The table reconciles, and nothing new is published."""
    done = command("ingest", catalogue, "--home", home)
    assert done.returncode == 0, done.stderr
    assert "0 embedded" in done.stdout
    assert "seen = indexed + unchanged + refused, for files and rows" in done.stdout
    assert "nothing changed" in done.stdout


def test_refused_files_are_named_with_their_reason(command: Command, own_home: Path, tmp_path: Path) -> None:
    """Exit code 1, and what was good is in; a dry run changes nothing."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "good.md").write_text("# Warranty\n\nTwo years on everything.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing of the kind")
    line = ("ingest", folder, "--home", own_home, "--collection", "other")
    assert "dry run: nothing was written" in command(*line, "--dry-run").stdout
    assert json.loads(command("status", "--home", own_home, "--json").stdout)["collections"].keys() == {"default"}
    done = command(*line)
    assert done.returncode == 1
    assert "refused: broken.pdf: " in done.stdout
    counts = json.loads(command("status", "--home", own_home, "--json").stdout)["collections"]
    assert counts["other"]["documents"] == 1


def test_models_and_doctor_say_what_is_there(command: Command, home: Path) -> None:
    """Models and dictionary are prepared but the one that is fetched, with origin, size and licence; no problem."""
    models = json.loads(command("models", "--home", home, "--json").stdout)["models"]
    assert [(line["role"], line["in_use"], line["prepared"]) for line in models] == [
        ("dictionary", True, True),
        ("embedder", True, True),
        ("language model", True, True),
        ("planner model", False, False),
    ]
    assert all(line["bytes"] > 5_000_000 and line["licence"] != "unknown" for line in models)
    done = command("doctor", "--home", home, "--json")
    findings = {finding["about"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert (done.returncode, findings["index"], findings["language model file"]) == (0, "ok", "ok")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "x", "--filter", "price<3"], 2, "use <="),
        (["search", b"half of \xe6\xb0"], 2, "query cannot be used"),
        (["search", " "], 2, "query is empty"),
        (["search", "x", "--top-k", "99"], 2, "between 1 and 50"),
        (["status", "--threads", "many"], 2, "--threads: threads must be a whole number"),
        (["serve", "--host", "256.0.0.1"], 2, "cannot listen on 256.0.0.1:8000"),
        (["dance"], 2, "invalid choice"),
        (["search", "x"], 3, "nothing has been ingested"),
        (["ask", "x"], 3, "nothing has been ingested"),
        (["ingest", "nowhere"], 2, "nowhere does not exist"),
        (["ingest", "nowhere", "--dry-run"], 2, "nowhere does not exist"),
    ],
)
def test_wrong_usage_is_named(
    command: Command, tmp_path: Path, arguments: list[str | bytes], code: int, words: str
) -> None:
    """The exit code and a line on stderr; stdout stays empty, and no home is made for nothing."""
    home = tmp_path / "home"
    done = command(*arguments, *(["--home", home] if arguments[0] != "dance" else []))
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not home.exists()


def test_what_nobody_foresaw_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    """Python itself would exit with 1, which here means "done"."""
    broken = argparse.ArgumentParser()
    broken.set_defaults(command="ask", config=None)  # a command without the flags that it reads
    assert _run(broken, []) == 3
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert "xuanji: an unexpected error (AttributeError)" in said


def test_a_dry_run_makes_no_home(command: Command, models: Path, catalogue: Path, tmp_path: Path) -> None:
    """It counts what would be indexed; where there was nothing, there is nothing afterwards."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    done = command("ingest", catalogue, "--home", home, "--dry-run", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["files"]["indexed"], report["chunks"]["added"]) == (0, 3, 4)
    assert [path.name for path in home.iterdir()] == ["models"]


def test_nothing_to_publish_is_said(command: Command, models: Path, own_home: Path, tmp_path: Path) -> None:
    """Exit code 3 where every file was refused; what is said depends on whether an older index goes on."""
    folder, empty = tmp_path / "broken", tmp_path / "empty"
    folder.mkdir()
    empty.mkdir()
    (empty / "models").symlink_to(models, target_is_directory=True)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing of the kind")
    done = command("ingest", folder, "--home", own_home, "--collection", "other")
    current = (own_home / "CURRENT").read_text().strip()
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1] == (
        f"nothing was published, because every file was refused; snapshot {current} goes on"
    )
    done = command("ingest", folder, "--home", empty)
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1] == (
        "nothing was published, because every file was refused; there is nothing to search yet"
    )


def test_a_locked_database_costs_nothing_that_is_published(command: Command, own_home: Path, catalogue: Path) -> None:
    """Ingest gives up with 3 while another process holds the database; searching goes on from the old snapshot."""
    with sqlite3.connect(own_home / "xuanji.db", isolation_level=None) as other, ThreadPoolExecutor(2) as pool:
        other.execute("BEGIN IMMEDIATE")
        ingesting = pool.submit(command, "ingest", catalogue, "--home", own_home, "--collection", "other")
        searching = pool.submit(command, "search", "Kettle power", "--home", own_home, "--json")
        found, done = searching.result(LONGEST), ingesting.result(LONGEST)
        other.execute("ROLLBACK")
    other.close()
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["passages"][0]["document"] == "feed.csv"
    assert done.returncode == 3, done.stderr
    assert "locked by another process" in done.stderr


def test_a_damaged_snapshot_is_named(command: Command, own_home: Path) -> None:
    """One flipped byte: exit code 3, and the file's name with what to do."""
    (file,) = own_home.glob("snapshots/*/*.vectors")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)
    done = command("search", "Kettle power", "--home", own_home)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"{file} is damaged" in done.stderr
    assert "Run: xuanji reindex --rebuild" in done.stderr


def test_a_model_that_is_none_is_named(command: Command, home: Path, tmp_path: Path) -> None:
    """A text file is no language model, and a path that does not exist no embedder."""
    (tmp_path / "notes.txt").write_text("Buy milk.\n")
    done = command("ask", "How much power?", "--home", home, "--model", tmp_path / "notes.txt")
    assert (done.returncode, done.stdout) == (3, "")
    assert "notes.txt" in done.stderr
    assert "Traceback" not in done.stderr
    done = command("search", "x", "--home", home, "--embedder", tmp_path / "bge-m3")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"{tmp_path / 'bge-m3'} is not a folder or does not exist" in done.stderr


def test_an_index_of_another_form_is_not_searched(command: Command, home: Path) -> None:
    """Vectors of different forms are never compared; both forms are named, and what to do."""
    published = current_manifest(Home(home)).fingerprint
    other = "onnx-fp32" if published.startswith("onnx-int8") else "onnx-int8"
    done = command("search", "Kettle power", "--home", home, "--embedder-form", other)
    assert (done.returncode, done.stdout) == (3, "")
    assert published in done.stderr
    assert f"({other}-" in done.stderr
    assert "run ingest again" in done.stderr


def test_the_published_form_outlives_another_choice(command: Command, own_home: Path, models: Path) -> None:
    """A home whose models were measured again, with another winner, is searched and ingested as before."""
    published = current_manifest(Home(own_home)).fingerprint
    (own_home / "models").unlink()
    shutil.copytree(models, own_home / "models", copy_function=os.symlink, ignore=shutil.ignore_patterns(".*"))
    folder = own_home / "models" / "multilingual-e5-small"
    record = ModelRecord.read(folder)
    other = "onnx-fp32" if published.startswith("onnx-int8") else "onnx-int8"
    replace(record, chosen=other, machine="another machine").write(folder)
    done = command("search", "Kettle power", "--home", own_home, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passages"][0]["document"] == "feed.csv"
    assert ModelRecord.read(folder).machine == "another machine"


def test_help_loads_no_library() -> None:
    """Help must be fast, so neither numpy nor any room but this one is imported for it."""
    look = "import sys; import server.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=LONGEST
    ).stdout.split()
    libraries = {"numpy", "sqlalchemy", "fastapi", "pydantic", "uvicorn", "rich", "torch", "faiss"}
    heavy = libraries | {"engine", "answer", "retriever"}
    assert heavy.intersection(loaded) == set()
