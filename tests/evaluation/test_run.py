"""A run in its folder: lines, summary, report and list of errors, made again from the lines alone."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evaluation.asking import AnswerLine, ask_all
from evaluation.calibration import calibration
from evaluation.errors import in_words
from evaluation.questions import Question, Source
from evaluation.report import render
from evaluation.retrieval import MEASURES, SearchLine
from evaluation.run import ERRORS, REPORT, Run, read_run, summarize, write_run
from index.errors import BadRequest, NotFound
from tests.evaluation.test_scoring import PRICE, RIGHT, answer

EVIL = "<script>alert(1)</script>"


def searched(id: str, rank: int | None, legs: str = "fused") -> SearchLine:
    hit = 1.0 if rank == 1 else 0.0
    return SearchLine(
        "shop",
        legs,
        id,
        f"{EVIL} 保修 {id}",
        "zh>en",
        [{"document": "kettle", "title": "Kettle", "text": "boils", "grade": 1, "rank": rank}],
        [
            {
                "document": "lamp",
                "title": EVIL,
                "text": "lights",
                "score": 0.9,
                "relevance": 0.6,
                "reason": "dense",
                "grade": int(hit),
            }
        ],
        dict.fromkeys(MEASURES, hit),
        5.0,
        "000001",
    )


def answers() -> list[AnswerLine]:
    refused = Question(id="2", query="Do you sell pianos?", language="en", kind="unanswerable", answerable=False)
    questions = [
        PRICE,
        refused,
        replace(PRICE, id="3", query=f"{EVIL} 价格？", language="zh"),
        replace(PRICE, id="4", collection="b2b", sources=(Source("x", {}),)),
    ]

    def ask(question: Question) -> Any:
        if question.collection == "b2b":
            raise NotFound("there is no collection 'b2b'")
        if not question.answerable:
            return answer("Sorry.", outcome="refused", reason="nothing_relevant")
        return RIGHT if question.id == "1" else answer(f"Nothing {EVIL}.")

    return list(ask_all("mine", questions, ask, lambda what, done, of: None))


@pytest.fixture
def run() -> Run:
    sets = {
        name: {"path": f"/sets/{name}", "limit": 0, "snapshot": "000001", "seconds": 2.0} for name in ("shop", "mine")
    }
    about = {
        "created": "2026-12-01T10:00:00+01:00",
        "xuanji": "0.1.0",
        "settings": {"refuse_below": "0.2"},
        "model": "tiny",
        "embedder": "small",
        "sets": sets,
    }
    found = [
        searched("a", 1),
        searched("b", 3),
        searched("c", None),
        searched("a", 3, "dense"),
        searched("b", 3, "dense"),
    ]
    return Run(about, tuple(found), tuple(answers()))


def test_the_summary(run: Run) -> None:
    """Figures of all and of parts, fused against the other leg, and what could not be asked counts as lost."""
    summary = summarize(run)
    shop, mine = summary["sets"]["shop"], summary["sets"]["mine"]
    assert (shop["cases"], shop["legs"]["fused"]["figures"]["hit@1"]["value"]) == (3, pytest.approx(1 / 3, abs=1e-6))
    assert shop["legs"]["fused"]["directions"]["zh>en"]["nDCG@10"]["n"] == 3
    against = shop["against_legs"]["dense"]["nDCG@10"]  # the two queries that both have
    assert (against["before"], against["now"], against["better"], against["n"]) == (0.0, 0.5, 1, 2)
    assert (mine["cases"], mine["failed"]) == (4, 1)
    assert {name: mine["figures"][name]["value"] for name in ("handled", "correct", "unanswerable_refused")} == {
        "handled": 0.5,
        "correct": pytest.approx(1 / 3, abs=1e-6),
        "unanswerable_refused": 1.0,
    }
    assert mine["kinds"]["unanswerable"]["handled"]["value"] == 1.0
    assert mine["cells"]["lookup zh"]["handled"]["value"] == 0.0


def test_a_run_is_kept_and_read_again(run: Run, tmp_path: Path) -> None:
    """From the folder the same summary and report are made; beside itself nothing differs."""
    folder = tmp_path / "run"
    summary = summarize(run)
    write_run(folder, run, summary, {REPORT: render(run, summary), ERRORS: "\n".join(in_words(run))})
    again = read_run(folder)
    assert summarize(again) == summary == json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert render(again, summarize(again)) == (folder / REPORT).read_text(encoding="utf-8")
    beside = summarize(again, run)["sets"]
    assert beside["mine"]["compared"]["handled"]["p"] == 1.0
    assert beside["shop"]["compared"]["fused"]["nDCG@10"]["better"] == 0
    with pytest.raises(BadRequest, match="holds no run"):
        read_run(tmp_path)


def test_errors_in_words(run: Run) -> None:
    """The worst first: markup in a reply, then what could not be asked; queries by how late the right one came."""
    lines = list(in_words(run))
    heads = [line for line in lines if line and not line.startswith(" ")]
    assert heads == [
        "shop: 2 of 3 queries bring another document first, the latest found first",
        f"c (zh>en)  {EVIL} 保修 c",
        f"b (zh>en)  {EVIL} 保修 b",
        "mine: 2 of 4 answers with a fault, the worst first",
        f"3 (lookup, zh)  {EVIL} 价格？",
        "4 (lookup, en)  How much is the K-200?",
    ]
    assert "  should come: kettle: Kettle: boils; it came not among the first 100" in lines
    assert "  wrong:    it could not be asked: there is no collection 'b2b'" in lines


class Page(HTMLParser):
    """Which elements a page has, and what they would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [f"{name}={value}" for name, value in attrs if name in ("src", "href") and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_shows_text_as_text(run: Run) -> None:
    """Nothing of questions, documents or replies is markup; nothing is fetched; Chinese stands there as it is."""
    summary = summarize(run, run)
    summary["gate"] = {"passed": False, "failures": [f"dropped {EVIL}"]}
    html = render(run, summary)
    page = Page()
    page.feed(html)
    assert "script" not in page.tags
    assert page.fetched == ["href=#set-1", "href=#set-2"]
    assert page.text.count(EVIL) > 5
    assert "保修 c" in page.text
    assert page.tags.count("svg") == 7  # recall, gain; figures, cells, languages; calibration of both
    assert "it could not be asked" in page.text


def test_calibration() -> None:
    """Four predictions of 0.25 of which one comes true are exact; a sure one that fails is not."""
    exact = calibration([(0.25, True), (0.25, False), (0.25, False), (0.25, False)])
    assert exact is not None
    assert (exact.error, exact.n, len(exact.bins)) == (0.0, 4, 1)
    assert exact.brier == pytest.approx((0.75**2 + 3 * 0.25**2) / 4)
    sure = calibration([(1.0, False)])
    assert sure is not None
    assert (sure.error, sure.brier, sure.bins[0]["value"]) == (1.0, 1.0, 0.0)
    assert calibration([]) is None
