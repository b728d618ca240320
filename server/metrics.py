"""`Metrics`: counts and times of the service, as Prometheus reads them."""

from __future__ import annotations

import threading
from collections import Counter

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


class Metrics:
    """Counts requests by route and status, and adds their seconds up by route. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._within: Counter[tuple[str, float]] = Counter()
        self._tokens: Counter[str] = Counter()

    def count(self, route: str, status: int, seconds: float) -> None:
        """One request, answered with `status` (499: the client left) after `seconds`."""
        with self._lock:
            self._requests[route, status] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]  # a Counter of floats counts as well
            for bound in BUCKETS:
                if seconds <= bound:
                    self._within[route, bound] += 1

    def count_tokens(self, prompt: int, completion: int) -> None:
        """The tokens of one answer."""
        with self._lock:
            self._tokens["prompt"] += prompt
            self._tokens["completion"] += completion

    def text(self, *, ready: bool) -> str:
        """The exposition format, version 0.0.4."""
        with self._lock:
            lines = ["# TYPE xuanji_ready gauge", f"xuanji_ready {int(ready)}"]
            lines.append("# TYPE xuanji_requests_total counter")
            for (route, status), count in sorted(self._requests.items()):
                lines.append(f'xuanji_requests_total{{route="{route}",status="{status}"}} {count}')
            lines.append("# TYPE xuanji_request_seconds histogram")
            for route, seconds in sorted(self._seconds.items()):
                total = sum(count for (name, _), count in self._requests.items() if name == route)
                bounds = [(f"{bound:g}", self._within[route, bound]) for bound in BUCKETS] + [("+Inf", total)]
                for bound, count in bounds:
                    lines.append(f'xuanji_request_seconds_bucket{{route="{route}",le="{bound}"}} {count}')
                lines.append(f'xuanji_request_seconds_sum{{route="{route}"}} {seconds:.6f}')
                lines.append(f'xuanji_request_seconds_count{{route="{route}"}} {total}')
            lines.append("# TYPE xuanji_tokens_total counter")
            kinds = ("prompt", "completion")
            lines += [f'xuanji_tokens_total{{kind="{kind}"}} {self._tokens[kind]}' for kind in kinds]
        return "\n".join(lines) + "\n"
