"""What Prometheus reads, read by Prometheus's own parser."""

from __future__ import annotations

import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families

from answer.answer import Answer, Outcome, Reason
from engine.engine import EngineFailed, Usage
from engine.engine_stats import EngineStats
from server.metrics import BUCKETS, Metrics
from server.parts import Parts
from tests.server.fakes import FakeAnswerer, fake_parts, given
from tests.server.running import running
from tests.server.test_http import SETTINGS, post
from tests.waiting import LONGEST

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
STATS = EngineStats(
    slots=4,
    running=3,
    waiting=2,
    prefill_tokens=900,
    decode_tokens=50,
    prefill_seconds=1.5,
    decode_seconds=2.5,
    steps=70,
)


def samples(text: str) -> Samples:
    """Every value by its name and labels; a name told twice would be a mistake."""
    found = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    values = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in found}
    assert len(values) == len(found)
    return values


def one(found: Samples, name: str, **labels: str) -> float:
    """A value; KeyError where there is none."""
    return found[name, tuple(sorted(labels.items()))]


def answer(outcome: Outcome, reason: Reason | None = None) -> Answer:
    """An answer that took three seconds."""
    timings = {"retrieve": 20.0, "first_token": 700.0, "total": 3000.0}
    return Answer("a", "t", (), (), outcome, reason, "en", "m", "s", Usage(100, 7, 40), timings)


def test_answers_are_counted_by_outcome_with_their_stages_and_tokens() -> None:
    """Three answers, one of them offered and one refused; each stage falls into its bucket."""
    metrics = Metrics()
    for one_of_three in (answer("answered"), answer("offered"), answer("refused", "not_stated")):
        metrics.count_answer(one_of_three)
    found = samples(metrics.text(ready=True))
    assert one(found, "xuanji_answers_total", outcome="answered") == 1
    assert one(found, "xuanji_answers_total", outcome="offered") == 1
    assert one(found, "xuanji_answers_total", outcome="not_stated") == 1
    for stage, within, seconds in (("retrieve", 0.025, 0.02), ("first_token", 1.0, 0.7), ("total", 5.0, 3.0)):
        counts = [one(found, "xuanji_stage_seconds_bucket", stage=stage, le=str(bound)) for bound in BUCKETS]
        assert counts == [3.0 if bound >= within else 0.0 for bound in BUCKETS]
        assert one(found, "xuanji_stage_seconds_sum", stage=stage) == pytest.approx(3 * seconds)
    assert one(found, "xuanji_tokens_total", kind="prompt") == 300
    assert one(found, "xuanji_tokens_total", kind="completion") == 21
    assert one(found, "xuanji_reused_tokens_total") == 120
    assert one(found, "xuanji_ready") == 1


def test_two_services_do_not_share_their_counts() -> None:
    """Nothing is kept in the process as a whole."""
    Metrics().count("/ask", 200, 1.0)
    found = samples(Metrics().text(ready=False))
    assert [name for name, _ in found if name.startswith("xuanji_requests")] == []


def test_the_engine_is_read_at_every_reading() -> None:
    """Gauges, counters and the two speeds; nothing of it where there is no engine."""
    metrics = Metrics()
    assert "xuanji_engine" not in metrics.text(ready=True)
    metrics.engine = lambda: STATS
    found = samples(metrics.text(ready=True))
    assert (one(found, "xuanji_engine_slots"), one(found, "xuanji_engine_running")) == (4, 3)
    assert (one(found, "xuanji_engine_waiting"), one(found, "xuanji_engine_steps_total")) == (2, 70)
    assert one(found, "xuanji_engine_prefill_seconds_total") == 1.5
    assert one(found, "xuanji_engine_prefill_tokens_per_second") == 600
    assert one(found, "xuanji_engine_decode_tokens_per_second") == 20
    told = {name.removeprefix("xuanji_engine_").removesuffix("_total") for name, _ in found if "_engine_" in name}
    speeds = {"prefill_tokens_per_second", "decode_tokens_per_second"}
    assert told == set(EngineStats.__slots__) | speeds


def test_an_engine_that_broke_does_not_take_the_rest_with_it() -> None:
    """The figures are needed most when something is broken."""

    def broken() -> EngineStats:
        raise EngineFailed("the language model broke")

    metrics = Metrics()
    metrics.engine = broken
    assert "xuanji_engine" not in metrics.text(ready=True)
    assert one(samples(metrics.text(ready=True)), "xuanji_ready") == 1


def test_an_engine_that_has_done_nothing_has_no_speed() -> None:
    """And nothing is divided by zero."""
    assert (EngineStats().prefill_rate, EngineStats().decode_rate) == (0, 0)


def test_a_service_tells_its_lanes_its_engine_and_its_answers() -> None:
    """A question that is being answered is running; afterwards it is counted."""
    bare = fake_parts()
    parts = Parts(bare.retriever, bare.answerer, bare.model, bare.embedder, lambda: STATS)
    answerer = parts.answerer
    assert isinstance(answerer, FakeAnswerer)
    with running(SETTINGS, lambda: given(parts)) as service:
        connection = service.send(post("/ask", {"query": "blocked"}))
        assert answerer.began.wait(LONGEST)
        reply = service.http.get("/metrics")
        assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found = samples(reply.text)
        assert one(found, "xuanji_lane_running", lane="questions") == 1
        assert one(found, "xuanji_lane_waiting", lane="questions") == 0
        assert one(found, "xuanji_lane_running", lane="searches") == 0
        assert one(found, "xuanji_engine_slots") == 4
        answerer.unblock.set()
        assert b"200 OK" in connection.recv(100)
        connection.close()
        found = samples(service.http.get("/metrics").text)
        assert one(found, "xuanji_answers_total", outcome="answered") == 1
        assert one(found, "xuanji_reused_tokens_total") == 2
        assert one(found, "xuanji_stage_seconds_sum", stage="first_token") == pytest.approx(0.002)


def test_counting_from_many_threads_loses_nothing() -> None:
    """Four threads, a thousand requests each."""
    metrics = Metrics()

    def count() -> None:
        for _ in range(1000):
            metrics.count("/ask", 200, 0.01)

    threads = [threading.Thread(target=count, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    found = samples(metrics.text(ready=True))
    assert one(found, "xuanji_requests_total", route="/ask", status="200") == 4000
    assert one(found, "xuanji_request_seconds_count", route="/ask") == 4000
