"""The gate's verdict, its check of findings, and what a check that cannot run costs."""

from __future__ import annotations

from functools import partial

from evaluation.check import Check
from evaluation.counts import check_counts
from evaluation.gate import Verdict, check_lint, run_gate
from index.errors import BadRequest
from ingest.findings import Finding

GOOD = Check("counts", True, ("default: 3 rows.",), 0.25)
BAD = Check("names", False, ("Of 40 rows, 3 are found.", "Another."), 0.5)


def test_a_verdict_tells_what_failed() -> None:
    """One failed check is enough; its sentences are the failures."""
    verdict = run_gate([lambda: GOOD, lambda: BAD], force=False)
    assert (verdict.passed, verdict.forced, verdict.opens) == (False, False, False)
    assert verdict.failures == ("Of 40 rows, 3 are found.", "Another.")
    assert verdict.as_dict() == {
        "passed": False,
        "forced": False,
        "failures": ["Of 40 rows, 3 are found.", "Another."],
        "checks": [
            {"name": "counts", "passed": True, "sentences": ["default: 3 rows."], "seconds": 0.25},
            {"name": "names", "passed": False, "sentences": ["Of 40 rows, 3 are found.", "Another."], "seconds": 0.5},
        ],
    }


def test_force_opens_the_gate_and_is_recorded() -> None:
    """Only where it made a difference; what failed is still told."""
    forced = run_gate([lambda: BAD], force=True)
    assert (forced.passed, forced.forced, forced.opens) == (False, True, True)
    assert forced.failures == BAD.sentences
    assert forced.as_dict()["forced"] is True
    needless = run_gate([lambda: GOOD], force=True)
    assert needless == Verdict((GOOD,), forced=False)
    assert needless.opens


def test_a_check_that_cannot_run_fails_and_the_others_run() -> None:
    """Its error is its sentence, so that everything wrong is seen at once."""

    def check_canaries(path: str = "canaries.jsonl") -> Check:
        raise BadRequest(f"{path}, line 4: question is empty")

    def broken() -> Check:
        return check_canaries()

    verdict = run_gate([check_canaries, partial(check_canaries, "b.jsonl"), lambda: broken(), lambda: BAD], force=False)
    assert [(check.name, check.passed) for check in verdict.checks] == [
        ("canaries", False),
        ("canaries", False),
        ("gate", False),
        ("names", False),
    ]
    assert verdict.failures == (
        "canaries.jsonl, line 4: question is empty.",
        "b.jsonl, line 4: question is empty.",
        "canaries.jsonl, line 4: question is empty.",
        *BAD.sentences,
    )


def test_a_finding_of_severity_error_stops_it() -> None:
    """Warnings pass, what is off is not counted, and an error is told with its file, row and column."""
    jump = Finding("price_jump", "sheet Prices, row 7", "Price", "the price of “K-200” goes from 12.99 to 1299")
    findings = [
        ("a.csv", Finding("price_missing", "row 2", "Price", "no price")),
        ("a.csv", Finding("encoding", "", "", "ignored")),
        ("prices.xlsx", jump),
        ("b.csv", Finding("sku_column_lost", "", "", "1 of 9 rows have a SKU.")),
    ]
    severities = {"price_jump": "error", "price_missing": "warning", "encoding": "off", "sku_column_lost": "error"}
    check = check_lint(findings, severities)
    assert (check.name, check.passed) == ("lint", False)
    assert check.sentences == (
        "prices.xlsx, sheet Prices, row 7, column Price: the price of “K-200” goes from 12.99 to 1299.",
        "b.csv: 1 of 9 rows have a SKU.",
    )
    passed = check_lint(findings, severities | {"price_jump": "warning", "sku_column_lost": "off"})
    assert passed.passed
    assert passed.sentences == ("No errors and 2 warnings were found in the catalogue.",)


def test_many_findings_are_told_by_their_number() -> None:
    """Twenty sentences, and how many more there are."""
    findings = [("a.csv", Finding("price_jump", f"row {row}", "", "a jump")) for row in range(1, 1_025)]
    sentences = check_lint(findings, {"price_jump": "error"}).sentences
    assert len(sentences) == 21
    assert sentences[0] == "a.csv, row 1: a jump."
    assert sentences[19:] == ("a.csv, row 20: a jump.", "And 1,004 more findings of this severity.")
    assert len(check_lint(findings[:20], {"price_jump": "error"}).sentences) == 20


def test_the_checks_fit_the_gate() -> None:
    """A check with its values is what the gate runs."""
    verdict = run_gate([partial(check_counts, {}, {}, 0.2)], force=False)
    assert verdict.passed
    assert [check.name for check in verdict.checks] == ["counts"]
