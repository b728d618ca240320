"""One trace id per request: in headers, problems, the log, threads, and at a collector that listens on loopback."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from index.errors import MissingPackage
from server import trace
from server.app import create
from server.lanes import Lane
from server.settings import BadSetting, Settings
from server.trace import Trace, trace_id
from tests.server.fakes import fake_parts, given
from tests.server.running import Running, running
from tests.server.test_http import SETTINGS
from tests.waiting import LONGEST

ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{ID}-{SPAN}-01"


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """A running server."""
    with running(SETTINGS, lambda: given(fake_parts())) as server:
        yield server


@pytest.mark.parametrize(
    ("header", "valid"),
    [
        (PARENT, True),
        (f"00-{ID}-{SPAN}-00", True),
        (f"cc-{ID}-{SPAN}-01-what-later-versions-add", True),
        (f"00-{ID}-{SPAN}-01-extra", False),
        (f"ff-{ID}-{SPAN}-01", False),
        (f"00-{'0' * 32}-{SPAN}-01", False),
        (f"00-{ID}-{'0' * 16}-01", False),
        (f"00-{ID.upper()}-{SPAN}-01", False),
        (f"{PARENT}\n", False),
        ("", False),
    ],
)
def test_a_trace_is_the_caller_s_or_a_new_one(header: str, valid: bool) -> None:
    """As W3C's recommendation has it: what is not valid is as if it had not been sent."""
    found = Trace.of(header)
    assert (found.id == ID, found.parent == SPAN) == (valid, valid)
    assert re.fullmatch("[0-9a-f]{32}", found.id)
    assert found.sampled is (not header.endswith("-00"))


def test_the_caller_s_id_comes_back(shared: Running) -> None:
    """In the header of a reply of any kind, and in a problem; without one each request has its own."""
    headers = {"traceparent": PARENT}
    assert shared.http.post("/ask", json={"query": "power?"}, headers=headers).headers["x-trace-id"] == ID
    wrong = shared.http.post("/search", json={"query": ""}, headers=headers)
    assert (wrong.headers["x-trace-id"], wrong.json()["trace_id"]) == (ID, ID)
    large = shared.http.post("/search", json={"query": "x" * 3000}, headers=headers)
    assert (large.status_code, large.json()["trace_id"]) == (413, ID)
    broken = shared.http.post("/search", json={"query": "explode"}, headers=headers)
    assert (broken.status_code, broken.json()["trace_id"]) == (500, ID)
    own = [shared.http.get("/healthz").headers["x-trace-id"] for _ in range(2)]
    assert len({*own, ID}) == 3


def test_a_lane_s_threads_work_for_the_same_request() -> None:
    """What runs in a lane, once or piece by piece, sees the id of who asked; the thread keeps nothing of it."""

    async def work() -> list[str]:
        current = trace.begin(Trace(ID))
        once = await lane.run(trace_id)
        pieces = [piece async for piece in lane.start(lambda: iter([trace_id()]), 10)]
        trace.end(current)
        return [once, *pieces, await lane.run(trace_id), trace_id()]

    lane = Lane("test", 1)
    assert asyncio.run(work()) == [ID, ID, "", ""]
    lane.close()


def test_a_request_is_a_line_of_the_log(shared: Running, caplog: pytest.LogCaptureFixture) -> None:
    """Method, route, status, time and trace id; no word of the question; probes are for those who want everything."""
    with caplog.at_level(logging.INFO, "xuanji.access"):
        shared.http.post("/search", json={"query": "kettle"}, headers={"traceparent": PARENT})
        shared.http.get("/kettle")
        shared.http.get("/healthz")
        shared.http.get("/metrics")  # a line is written when its reply has been sent, so this waits for the ones before
    lines = [record.getMessage() for record in caplog.records if record.name == "xuanji.access"]
    assert re.fullmatch(rf"method=POST route=/search status=200 ms=\d+\.\d trace_id={ID}", lines[0])
    assert re.fullmatch(r"method=GET route=other status=404 ms=\d+\.\d trace_id=[0-9a-f]{32}", lines[1])
    assert len(lines) == 2


@contextmanager
def collector() -> Iterator[tuple[str, Queue[tuple[str, Any]]]]:
    """A collector's address, and what it was sent: path and message."""
    sent: Queue[tuple[str, Any]] = Queue()

    class Take(BaseHTTPRequestHandler):
        """Takes what is posted."""

        def do_POST(self) -> None:
            message = ExportTraceServiceRequest()
            message.ParseFromString(self.rfile.read(int(self.headers["content-length"])))
            sent.put((self.path, message))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Take)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        thread.join(LONGEST)
        server.server_close()


def test_a_collector_is_told_of_requests_and_their_stages() -> None:
    """The request's span hangs below the caller's, the stages below the request's; probes are not told."""
    with collector() as (address, sent):
        with running(Settings(otlp_endpoint=address), lambda: given(fake_parts())) as service:
            assert service.http.post("/ask", json={"query": "?"}, headers={"traceparent": PARENT}).status_code == 200
            own = service.http.post("/search", json={"query": "explode"}).headers["x-trace-id"]
            service.http.post("/search", json={"query": "x"}, headers={"traceparent": f"{PARENT[:-2]}00"})
        path, message = sent.get(timeout=10)
        assert sent.empty()
    assert path == "/v1/traces"
    [resource] = message.resource_spans
    assert ("service.name", "xuanji") in [(one.key, one.value.string_value) for one in resource.resource.attributes]
    spans = {(span.trace_id.hex(), span.name): span for scope in resource.scope_spans for span in scope.spans}
    assert sorted(spans) == sorted(
        [(ID, "POST /ask"), (ID, "retrieve"), (ID, "generate"), (own, "POST /search"), (own, "retrieve")]
    )
    request, found, said = spans[ID, "POST /ask"], spans[ID, "retrieve"], spans[ID, "generate"]
    assert (request.parent_span_id.hex(), found.parent_span_id) == (SPAN, request.span_id)
    # the stand-in says that it took 1 ms to retrieve, and 3 ms in all
    assert found.end_time_unix_nano - found.start_time_unix_nano == 1_000_000
    assert said.end_time_unix_nano - said.start_time_unix_nano == 2_000_000
    assert said.start_time_unix_nano == found.end_time_unix_nano
    attributes = {one.key: one.value for one in request.attributes}
    assert attributes["http.route"].string_value == "/ask"
    assert attributes["http.response.status_code"].int_value == 200
    failed = spans[own, "POST /search"]
    assert (failed.parent_span_id, failed.status.code, request.status.code) == (b"", 2, 0)


def test_a_missing_package_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start, and not at the first request; without the setting nothing is asked for."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    create(Settings(), lambda: given(fake_parts()))
    with pytest.raises(MissingPackage, match=r"pip install 'xuanji\[telemetry\]'"):
        create(Settings(otlp_endpoint="http://127.0.0.1:4318"), lambda: given(fake_parts()))


def test_an_address_that_is_none_is_told_at_the_start() -> None:
    """And not by spans that never arrive."""
    with pytest.raises(BadSetting, match="otlp_endpoint is 'collector:4318'"):
        create(Settings(otlp_endpoint="collector:4318"), lambda: given(fake_parts()))
