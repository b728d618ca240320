"""`xuanji evaluate` on tiny sets: search and answers measured, kept, accepted, and held by the gate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation import business_set
from evaluation.accepted import read_accepted
from tests.server.conftest import Command
from tests.waiting import LONGEST

CORPUS = {
    "kettle": "The Swift kettle boils a litre of water in three minutes.",
    "toaster": "The Duo toaster has two slots and browns evenly.",
    "退货": "收到商品后三十天内可以无理由退货。",
}
QUERIES = {
    "q1": ("How fast does the kettle boil water?", "kettle"),
    "q2": ("toaster with two slots", "toaster"),
    "q3": ("几天内可以退货？", "退货"),
    "q4": ("水壶多久烧开水？", "kettle"),
}
QUESTIONS = [
    {"id": "power", "query": "How much power does the Kettle Swift have?", "must": [["2200"]], "gold": "2200 W"}
    | {"sources": [{"document": "feed.csv", "locator": {"row": 2}}]},
    {
        "id": "退货",
        "query": "退货期限是多少天？",
        "must": [["三十天", "30 天"]],
        "sources": [{"document": "policy.md"}],
    },
    {"id": "piano", "query": "Do you sell concert pianos?", "kind": "unanswerable", "answerable": False},
    {"id": "lost", "query": "Kettle?", "collection": "nowhere"},
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    lines = [json.dumps({"_id": id, "title": "", "text": text}, ensure_ascii=False) for id, text in CORPUS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    lines = [json.dumps({"_id": id, "text": text}, ensure_ascii=False) for id, (text, _) in QUERIES.items()]
    (folder / "queries.jsonl").write_text("\n".join(lines), encoding="utf-8")
    judged = "".join(f"{id}\t{document}\t1\n" for id, (_, document) in QUERIES.items())
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    return folder


@pytest.fixture
def small_home(small_models: Path, tmp_path: Path) -> Path:
    home = tmp_path / "models-only"
    home.mkdir()
    (home / "models").symlink_to(small_models, target_is_directory=True)
    return home


def test_search_is_measured_by_every_leg(command: Command, small_home: Path, corpus: Path, tmp_path: Path) -> None:
    """Each way of searching has its figures, whole and by direction; the run is kept, and the index too."""
    line = ("evaluate", corpus, "--home", small_home, "--json", "--cache", tmp_path / "cache")
    done = command(*line, "--legs", "keywords,dense,fused", "--run", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    one = json.loads(done.stdout)["sets"]["tiny"]
    assert list(one["legs"]) == ["fused", "dense", "keywords"]
    assert (one["cases"], one["documents"]) == (4, 3)
    found = {name: legs["figures"]["hit@1"]["value"] for name, legs in one["legs"].items()}
    assert (found["fused"], found["keywords"]) == (
        1.0,
        1.0,
    )  # keywords are translated for the question across languages
    assert {way: figures["R@1"]["n"] for way, figures in one["legs"]["fused"]["directions"].items()} == {
        "en>en": 2,
        "zh>en": 1,
        "zh>zh": 1,
    }
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "answers.jsonl",
        "errors.txt",
        "report.html",
        "retrieval.jsonl",
        "summary.json",
    ]


def test_answers_are_measured_and_held(command: Command, home: Path, tmp_path: Path) -> None:
    """What could not be asked is said and counts as lost; the gate ends with 3 where accepted figures are better."""
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps(question, ensure_ascii=False) for question in QUESTIONS), encoding="utf-8")
    line = ("evaluate", path, "--home", home)
    done = command(*line, "--gate")
    assert (done.returncode, "no accepted figures of mine" in done.stderr) == (2, True)
    done = command(*line, "--accept", "--run", tmp_path / "run")
    assert done.returncode == 1, done.stderr
    assert "questions answered correctly, or not answered where there is no answer (4)" in done.stdout
    errors = (tmp_path / "run" / "errors.txt").read_text(encoding="utf-8")
    assert "it could not be asked: there is no collection 'nowhere'" in errors
    accepted = tmp_path / "mine.accepted.json"
    filed = json.loads(accepted.read_text(encoding="utf-8"))
    filed["sets"]["mine"]["figures"]["unsupported_numbers"] = -1
    accepted.write_text(json.dumps(filed), encoding="utf-8")
    done = command(*line, "--gate", "--json", "--compare", tmp_path / "run")
    summary = json.loads(done.stdout)
    one = summary["sets"]["mine"]
    assert (done.returncode, summary["gate"]["failures"]) == (3, ["mine, unsupported_numbers: it was -1 and is 0"])
    assert (one["cases"], one["failed"], one["compared"]["handled"]["p"]) == (4, 1, 1.0)
    assert one["kinds"]["unanswerable"]["unanswerable_refused"]["value"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere"], 2, "nowhere does not exist"),
        (["."], 2, "not in the BEIR layout"),
        (["--gate", "--accept"], 2, "use one of the two"),
        (["--legs", "lexical"], 2, "--legs is 'lexical'; write one or several of fused, dense, keywords"),
        (["--limit", "-1"], 2, "--limit is -1"),
        (["--compare", "nowhere"], 2, "holds no run"),
    ],
)
def test_wrong_usage_is_named(command: Command, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    """Before anything is opened."""
    done = command("evaluate", *arguments, "--home", tmp_path / "home")
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert not (tmp_path / "home").exists()


FAST = 24
"""Questions of the built-in set that the suite asks."""


def test_the_built_in_set_is_as_good_as_accepted(models: Path, tmp_path: Path) -> None:
    """The gate that guards every change: a part of the business set, with the default models."""
    if f"{business_set.NAME}@{FAST}" not in read_accepted(business_set.ACCEPTED):
        pytest.skip(f"no figures are accepted yet: xuanji evaluate --limit {FAST} --accept")
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models, target_is_directory=True)
    line = [sys.executable, "-c", "from server.cli import main; raise SystemExit(main())", "evaluate", "--gate"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XUANJI_")}
    done = subprocess.run(
        [*line, "--limit", str(FAST)],
        capture_output=True,
        text=True,
        env=environ | {"XUANJI_HOME": str(home)},
        check=False,
        timeout=LONGEST,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
