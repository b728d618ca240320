"""`Tracing`: finished requests told to an OpenTelemetry collector, as spans. Nothing else knows of OpenTelemetry."""

from __future__ import annotations

from typing import Any

from index.errors import MissingPackage
from server.settings import BadSetting
from server.trace import SAMPLED, Trace, trace_id

PATH = "/v1/traces"
SECONDS = 5  # that the collector is given to take a batch, and that the service waits for it when it stops


class Tracing:
    """Sends to `endpoint`, as http://127.0.0.1:4318, from a thread of its own. Raises MissingPackage or BadSetting.

    A collector that is away costs the spans that do not fit into the queue, and no request anything.
    """

    def __init__(self, endpoint: str) -> None:
        if not endpoint.startswith(("http://", "https://")):
            raise BadSetting(f"otlp_endpoint is {endpoint!r}; it must be an address like http://127.0.0.1:4318")
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider, sampling
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
        except ImportError as error:
            raise MissingPackage("otlp_endpoint needs OpenTelemetry; run: pip install 'xuanji[telemetry]'") from error

        class Ids(RandomIdGenerator):
            def generate_trace_id(self) -> int:
                return int(trace_id(), 16)  # a request that begins here has its id already

        address = endpoint.rstrip("/").removesuffix(PATH) + PATH
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "xuanji"}),
            sampler=sampling.ParentBased(sampling.ALWAYS_ON),
            id_generator=Ids(),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(address, timeout=SECONDS)))
        self._tracer = self._provider.get_tracer("xuanji")

    def tell(self, traced: Trace, method: str, route: str, status: int) -> None:
        """One finished request, which is the current one, and its stages."""
        from opentelemetry import trace as api

        about: dict[str, Any] = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        span = self._tracer.start_span(
            f"{method} {route}", _caller(traced), api.SpanKind.SERVER, about, start_time=traced.began
        )
        inside = api.set_span_in_context(span)
        for stage in traced.stages:
            self._tracer.start_span(stage.name, inside, start_time=stage.began).end(stage.ended)
        if status >= 500:
            span.set_status(api.StatusCode.ERROR)
        span.end()

    def close(self) -> None:
        """Send what waits, for `SECONDS` at most."""
        self._provider.shutdown()


def _caller(traced: Trace) -> Any:
    """The context that the caller's header names; an empty one where the trace begins here."""
    from opentelemetry import trace as api
    from opentelemetry.context import Context

    flags = api.TraceFlags(SAMPLED if traced.sampled else 0)
    parent = api.SpanContext(int(traced.id, 16), int(traced.parent or "0", 16), True, flags)  # 0 is no span at all
    return api.set_span_in_context(api.NonRecordingSpan(parent), Context())
