"""The commands, each in a process of its own, on a real index with the real models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.conftest import Command


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


def test_refused_files_are_named_with_their_reason(command: Command, home: Path, tmp_path: Path) -> None:
    """Exit code 1, and what was good is in; a dry run changes nothing."""
    (tmp_path / "good.md").write_text("# Warranty\n\nTwo years on everything.\n")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing of the kind")
    line = ("ingest", tmp_path, "--home", home, "--collection", "other")
    assert "dry run: nothing was written" in command(*line, "--dry-run").stdout
    assert json.loads(command("status", "--home", home, "--json").stdout)["collections"].keys() == {"default"}
    done = command(*line)
    assert done.returncode == 1
    assert "refused: broken.pdf: " in done.stdout
    counts = json.loads(command("status", "--home", home, "--json").stdout)["collections"]
    assert counts["other"]["documents"] == 1


def test_models_and_doctor_say_what_is_there(command: Command, home: Path) -> None:
    """Both models are prepared, with origin, size and licence; nothing is a problem."""
    models = json.loads(command("models", "--home", home, "--json").stdout)["models"]
    assert [(line["role"], line["in_use"], line["prepared"]) for line in models] == [
        ("embedder", True, True),
        ("language model", True, True),
    ]
    assert all(line["bytes"] > 50_000_000 and line["licence"] != "unknown" for line in models)
    done = command("doctor", "--home", home, "--json")
    findings = {finding["about"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert (done.returncode, findings["index"], findings["language model file"]) == (0, "ok", "ok")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "x", "--filter", "price<3"], 2, "use <="),
        (["search", " "], 2, "query is empty"),
        (["search", "x", "--top-k", "99"], 2, "between 1 and 50"),
        (["status", "--threads", "many"], 2, "--threads: threads must be a whole number"),
        (["serve", "--host", "256.0.0.1"], 2, "cannot listen on 256.0.0.1:8000"),
        (["dance"], 2, "invalid choice"),
    ],
)
def test_wrong_usage_is_named(command: Command, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    """Exit code 2 and a line on stderr; stdout stays empty."""
    done = command(*arguments, *(["--home", str(tmp_path)] if arguments[0] != "dance" else []))
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_a_folder_that_is_not_there(command: Command, home: Path, tmp_path: Path) -> None:
    """Wrong usage; the published snapshot stays."""
    done = command("ingest", tmp_path / "nowhere", "--home", home)
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_help_loads_no_library() -> None:
    """Help must be fast, so neither numpy nor any room but this one is imported for it."""
    look = "import sys; import server.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "sqlalchemy", "fastapi", "pydantic", "uvicorn", "rich", "torch", "faiss", "answer", "retriever"}
    assert heavy.intersection(loaded) == set()
