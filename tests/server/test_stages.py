"""The nightly log: one line of valid JSON for each stage, whatever happens in it and whatever its facts hold."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from server.stages import Stages, json_line
from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parents[2]
NASTY = 'a "quoted" line\nand another\r\u2028, \ud800 alone, caf\udce9, \x1b[31m, \x9b, \u202e, 璇玑, \x00'


def fail(stages: Stages, raised: BaseException, /, **found: object) -> None:
    """A stage that finds something, then fails."""
    with stages.stage("gate") as facts:
        facts.update(found)
        raise raised


def test_a_stage_is_told_with_its_facts_and_kept() -> None:
    """The object in the stream, the one in `lines` and what was given agree; the time carries its offset."""
    stream = io.StringIO()
    stages = Stages(stream)
    before = datetime.now(UTC)
    with stages.stage("read", collection="default") as facts:
        facts["files"] = 12
    line = json.loads(stream.getvalue())
    assert stages.lines == [line]
    assert list(line) == ["at", "stage", "seconds", "ok", "collection", "files"]
    assert (line["stage"], line["ok"], line["collection"], line["files"]) == ("read", True, "default", 12)
    began = datetime.fromisoformat(line["at"])
    assert began.utcoffset() is not None
    assert -0.001 <= (began - before).total_seconds() <= 60
    assert 0 <= line["seconds"] <= 60


def test_lines_come_in_the_order_in_which_stages_end() -> None:
    """An inner stage ends first, and began later."""
    stream = io.StringIO()
    stages = Stages(stream)
    with stages.stage("reindex"), stages.stage("read"):
        pass
    assert [json.loads(line)["stage"] for line in stream.getvalue().splitlines()] == ["read", "reindex"]
    assert stages.lines[1]["at"] <= stages.lines[0]["at"]


@pytest.mark.parametrize("error", [ValueError("row 7\nis broken"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failed_stage_is_told_and_its_exception_rises(error: BaseException) -> None:
    """With the facts found so far, the text and the kind; an exception without text is told by its name."""
    stream = io.StringIO()
    stages = Stages(stream)
    with pytest.raises(type(error)) as raised:
        fail(stages, error, checked=3)
    assert raised.value is error
    line = json.loads(stream.getvalue())
    assert (line["ok"], line["checked"]) == (False, 3)
    assert (line["error"], line["error_type"]) == (str(error) or "KeyboardInterrupt", type(error).__name__)


def test_facts_cannot_speak_for_the_log() -> None:
    """A fact named as one of the log's own keys does not change it."""
    stages = Stages(io.StringIO())
    with pytest.raises(ValueError, match="the error"):
        fail(stages, ValueError("the error"), ok=True, stage="other", at=0, seconds=-1, error="none", error_type="none")
    line = stages.lines[0]
    assert (line["ok"], line["stage"], line["error"], line["error_type"]) == (False, "gate", "the error", "ValueError")
    assert (line["at"] != 0, line["seconds"] >= 0) == (True, True)


def test_any_text_stays_one_line_of_strict_json() -> None:
    """A strict parser reads back every character but lone surrogates; nothing moves a terminal's cursor."""
    line = json_line({"text": NASTY, NASTY: [{"deep": NASTY}]})
    spelled = NASTY.replace("\ud800", "\\ud800").replace("\udce9", "\\udce9")
    assert orjson.loads(line) == {"text": spelled, spelled: [{"deep": spelled}]}
    assert line.splitlines() == [line]
    assert line.isprintable()
    assert "璇玑" in line


def test_values_json_has_no_form_for_are_text() -> None:
    """Numbers that are none, paths, times and sets are written so that a strict parser takes them."""
    value = {
        "share": math.nan,
        "limit": -math.inf,
        "path": Path("a/b"),
        "set": {1},
        "pair": (1, None),
        5: True,
        "at": datetime(2026, 11, 24, tzinfo=UTC),
        "half": 0.5,
    }
    assert orjson.loads(json_line(value)) == {
        "share": "nan",
        "limit": "-inf",
        "path": "a/b",
        "set": [1],
        "pair": [1, None],
        "5": True,
        "at": "2026-11-24 00:00:00+00:00",
        "half": 0.5,
    }


def test_a_stream_of_another_encoding_gets_escapes() -> None:
    """A terminal or a locale that is no UTF-8 still gets the whole line."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    with Stages(stream).stage("read", path="目录"):
        pass
    line = raw.getvalue().decode("ascii")
    assert ("\\u76ee" in line, json.loads(line)["path"]) == (True, "目录")


def test_each_line_is_out_before_the_next_stage() -> None:
    """A job that is killed leaves the lines of the stages that ended on its stdout, though that is a pipe."""
    code = (
        "import os, signal\nfrom server.stages import Stages\nstages = Stages()\n"
        "with stages.stage('read'): pass\n"
        "with stages.stage('embed'): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert (killed.returncode, killed.stderr) == (-9, "")
    assert [json.loads(line)["stage"] for line in killed.stdout.splitlines()] == ["read"]


def test_a_log_that_cannot_be_written_does_not_end_the_job() -> None:
    """The disk is full from the first line on; the work is done and the lines are kept."""
    full = Path("/dev/full").open("w")  # noqa: SIM115 - closing it is what fails
    stages = Stages(full)
    with stages.stage("read") as facts:
        facts["files"] = 1
    with pytest.raises(ValueError, match="of its own"):
        fail(stages, ValueError("of its own"))
    with pytest.raises(OSError, match="No space left"):
        full.close()
    assert [line["ok"] for line in stages.lines] == [True, False]
