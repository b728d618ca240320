"""`Metrics`: counts and times of the service, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from answer.answer import Answer
from engine.engine_stats import EngineStats
from index.errors import XuanjiError

if TYPE_CHECKING:
    from prometheus_client import Metric

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper bounds in seconds: from a search of a small catalogue to the time that ask_seconds allows."""
STAGES = ("retrieve", "first_token", "total")
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

ENGINE_NOW = {
    "slots": "Generations that can run side by side",
    "running": "Generations that run",
    "waiting": "Generations that wait for a slot",
    "waiting_tokens": "Tokens of prompt that wait",
    "cached_tokens": "Tokens of prompts that are kept",
    "cached_bytes": "Bytes that they take",
    "prefill_rate": "Tokens of prompt per second of prefill, since the start",
    "decode_rate": "Tokens of reply per second of decode, since the start",
}
ENGINE_SINCE_THE_START = {
    "prefill_tokens": "Tokens of prompt that were computed",
    "decode_tokens": "Tokens of reply that were computed",
    "reused_tokens": "Tokens of prompt that were kept from before and cost nothing",
    "prefill_seconds": "Seconds of prefill",
    "decode_seconds": "Seconds of decode",
    "steps": "Steps of the model",
    "evictions": "Kept prompts that gave way to others",
    "restarts": "Times the model was started again",
    "refused": "Generations refused because too many waited",
    "drafted": "Tokens drafted ahead",
    "accepted": "Drafted tokens that the model accepted",
}
"""Names and meanings; all are fields or properties of `EngineStats`."""


class Metrics:
    """Counts requests by route and status, answers by outcome, tokens and times. Safe to use from any thread.

    `engine`, once set, is asked for the engine's own figures at every reading; where it cannot tell, they are left out.
    """

    def __init__(self) -> None:
        import prometheus_client as prometheus  # a fifth of a second that --help need not wait for

        self.engine: Callable[[], EngineStats] | None = None
        self._registry = prometheus.CollectorRegistry()
        own: dict[str, Any] = {"registry": self._registry}
        self._ready = prometheus.Gauge("xuanji_ready", "Whether questions can be answered", **own)
        self._requests = prometheus.Counter(
            "xuanji_requests",
            "Requests; status 499: the client left before there was a reply",
            ["route", "status"],
            **own,
        )
        self._seconds = prometheus.Histogram(
            "xuanji_request_seconds", "Seconds until a reply was sent whole", ["route"], buckets=BUCKETS, **own
        )
        self._answers = prometheus.Counter(
            "xuanji_answers", "Answers by outcome: answered, offered, or the reason of the refusal", ["outcome"], **own
        )
        self._stages = prometheus.Histogram(
            "xuanji_stage_seconds",
            "Seconds from a question to the end of a stage; first_token is the time to the first word",
            ["stage"],
            buckets=BUCKETS,
            **own,
        )
        self._tokens = prometheus.Counter("xuanji_tokens", "Tokens of the language model", ["kind"], **own)
        self._reused = prometheus.Counter(
            "xuanji_reused_tokens", "Tokens of prompts that were kept from before; prompt tokens include them", **own
        )
        self._running = prometheus.Gauge("xuanji_lane_running", "Requests that are worked on", ["lane"], **own)
        self._waiting = prometheus.Gauge("xuanji_lane_waiting", "Requests that wait for a thread", ["lane"], **own)
        for kind in ("prompt", "completion"):
            self._tokens.labels(kind)
        for stage in STAGES:
            self._stages.labels(stage)
        prometheus.ProcessCollector(registry=self._registry)

    def count(self, route: str, status: int, seconds: float) -> None:
        """One request, answered with `status` (499: the client left) after `seconds`."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, answer: Answer) -> None:
        """One finished answer."""
        self._answers.labels(answer.reason or answer.outcome).inc()
        for stage in STAGES:
            if stage in answer.timings_ms:
                self._stages.labels(stage).observe(answer.timings_ms[stage] / 1000)
        self._tokens.labels("prompt").inc(answer.usage.prompt_tokens)
        self._tokens.labels("completion").inc(answer.usage.completion_tokens)
        self._reused.inc(answer.usage.reused_tokens)

    def watch_lane(self, name: str, running: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Have a lane's numbers asked for at every reading."""
        self._running.labels(name).set_function(running)
        self._waiting.labels(name).set_function(waiting)

    def text(self, *, ready: bool) -> str:
        """The exposition format, version 0.0.4."""
        from prometheus_client import generate_latest

        self._ready.set(ready)
        return generate_latest(self).decode()  # `collect` is all that it asks for

    def collect(self) -> Iterator[Metric]:
        """What the library's writer reads: all families, without the times at which their counters were made."""
        for family in self._registry.collect():
            family.samples = [one for one in family.samples if not one.name.endswith("_created")]
            yield family
        yield from self._of_engine()

    def _of_engine(self) -> Iterator[Metric]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        if self.engine is None:
            return
        try:
            stats = self.engine()
        except XuanjiError:  # an engine that broke: the other figures are needed all the more
            return
        for name, about in ENGINE_NOW.items():
            shown = name.replace("_rate", "_tokens_per_second")
            yield GaugeMetricFamily(f"xuanji_engine_{shown}", about, value=getattr(stats, name))
        for name, about in ENGINE_SINCE_THE_START.items():
            yield CounterMetricFamily(f"xuanji_engine_{name}", about, value=getattr(stats, name))
