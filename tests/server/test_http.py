"""The HTTP service, spoken to over a real socket; retriever and answerer are stand-ins."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest

from index.errors import ModelUnusable
from server.parts import Parts
from server.service import Service, Stopped
from server.settings import Settings
from tests.server.fakes import FakeAnswerer, fake_parts, given
from tests.server.running import Running, running
from tests.waiting import LONGEST

SETTINGS = Settings(max_top_k=10, max_query_chars=100, max_history=2, max_body_bytes=2000, waiting=1)

KETTLE = {
    "n": 1,
    "id": "c1",
    "document": "prices.xlsx",
    "title": "Kettle",
    "section": ["Kitchen"],
    "locator": {"sheet": "2026", "row": 7},
    "text": "name: Kettle\npower: 2200 W",
    "score": 0.8765,
    "relevance": 0.9,
    "attributes": {"brand": "Acme", "price": 39.5},
}
ANSWER = {
    "id": "a1",
    "answer": "2200 W [1].",
    "language": "en",
    "outcome": "answered",
    "refused": False,
    "reason": None,
    "parts": [{"type": "text", "text": "2200 W [1]."}],
    "citations": [
        {
            "n": 1,
            "passage": "c1",
            "document": "prices.xlsx",
            "locator": {"sheet": "2026", "row": 7},
            "quote": "power: 2200 W",
        }
    ],
    "passages": [KETTLE],
    "snapshot": "s1",
    "model": "fake",
    "usage": {"prompt_tokens": 11, "completion_tokens": 4, "reused_tokens": 2},
    "timings_ms": {"retrieve": 1.0, "first_token": 2.0, "total": 3.0},
    "standalone": None,
    "constraints": [],
    "plan": None,
}


@pytest.fixture
def parts() -> Parts:
    """The stand-ins, for tests that look at what they were asked."""
    return fake_parts()


@pytest.fixture
def service(parts: Parts) -> Iterator[Running]:
    """A running server."""
    with running(SETTINGS, lambda: given(parts)) as server:
        yield server


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """A running server for the tests that leave no trace in it."""
    with running(SETTINGS, lambda: given(fake_parts())) as server:
        yield server


def events(text: str) -> list[tuple[str, object]]:
    """Server-sent events as (name, data)."""
    found = []
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def post(path: str, body: dict[str, object]) -> bytes:
    """A request as bytes."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def test_search_returns_passages_and_snapshot(service: Running, parts: Parts) -> None:
    """The body is exactly the documented one, and the request reached the retriever whole."""
    request = {"query": "kettle", "top_k": 1, "filters": {"price": {"max": 100}}}
    reply = service.http.post("/search", json=request)
    assert (reply.status_code, reply.json()) == (200, {"passages": [KETTLE], "snapshot": "s1"})
    assert parts.retriever.asked == [("kettle", 1, {"price": {"max": 100}})]


def test_ask_returns_the_documented_object(service: Running, parts: Parts) -> None:
    """Every field has its value; history reaches the answerer."""
    history = [{"role": "user", "content": "Hello"}]
    reply = service.http.post("/ask", json={"query": "power?", "top_k": 1, "history": history})
    body = reply.json()
    assert (reply.status_code, body) == (200, ANSWER)
    assert [(turn.role, turn.content) for turn in parts.answerer.history] == [("user", "Hello")]


def test_ask_streams_events_in_order(shared: Running) -> None:
    """Passages, then tokens, then the answer that the plain form would have returned."""
    reply = shared.http.post("/ask", json={"query": "power?", "top_k": 1, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    found = events(reply.text)
    assert found[:3] == [("passages", [KETTLE]), ("token", {"text": "2200 W "}), ("token", {"text": "[1]."})]
    name, answer = found[3]
    assert (name, answer, len(found)) == ("answer", ANSWER, 4)


def test_an_error_while_streaming_is_an_event(shared: Running) -> None:
    """Once the stream has begun no status can be sent, so the problem comes as the last event."""
    reply = shared.http.post("/ask", json={"query": "broken", "stream": True})
    name, problem = events(reply.text)[-1]
    assert (name, problem) == (
        "error",
        {
            "type": "urn:xuanji:problem:engine-failed",
            "title": "Engine failed",
            "status": 500,
            "detail": "the language model broke",
            "trace_id": reply.headers["x-trace-id"],
        },
    )


def test_an_unforeseen_error_while_streaming_is_an_event(shared: Running) -> None:
    """The client hears of it, but nothing of what went wrong inside."""
    reply = shared.http.post("/ask", json={"query": "bug", "stream": True})
    name, problem = events(reply.text)[-1]
    assert (name, isinstance(problem, dict) and problem["status"]) == ("error", 500)
    assert "secret" not in reply.text


def test_a_full_engine_says_when_to_come_back(shared: Running) -> None:
    """503 with Retry-After, and never a hang."""
    reply = shared.http.post("/ask", json={"query": "busy"})
    assert (reply.status_code, reply.headers["retry-after"], reply.json()["retry_after"]) == (503, "7", 7)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("POST", "/search", {"query": "x", "collection": "other"}, 404, "no collection 'other'"),
        ("POST", "/search", {"query": "  "}, 422, "query is empty"),
        ("POST", "/search", {"query": "x" * 101}, 422, "101 characters"),
        ("POST", "/search", {"query": "x", "top_k": 11}, 422, "between 1 and 10"),
        ("POST", "/search", {"query": "x", "top_k": 0}, 422, "between 1 and 10"),
        ("POST", "/search", {"query": "x", "topk": 3}, 422, "topk"),
        ("POST", "/search", {"query": "x", "top_k": "many"}, 422, "top_k"),
        ("POST", "/search", {}, 422, "query"),
        ("POST", "/search", {"query": "explode"}, 500, "unexpected"),
        ("POST", "/ask", {"query": "x", "history": [{"role": "user", "content": "y"}] * 3}, 422, "at most 2"),
        ("POST", "/ask", {"query": "x", "history": [{"role": "system", "content": "y"}]}, 422, "history.0.role"),
        ("POST", "/ask", {"query": "x", "history": [{"role": "user", "content": "y" * 401}]}, 422, "longer than"),
        ("POST", "/ask", {"query": "x", "collection": "other", "stream": True}, 404, "no collection"),
        ("POST", "/ask", {"query": "y" * 3000}, 413, "2000 bytes"),
        ("POST", "/search", {"query": "\ud800"}, 422, "query"),
        ("POST", "/search", {"query": "x", "collection": "a\udfff"}, 422, "collection"),
        ("POST", "/search", {"query": "x", "filters": {"brand": ["Acme", "\ud800"]}}, 422, "filters"),
        ("POST", "/search", {"query": "x", "filters": {"\ud800": 1}}, 422, "filters"),
        ("POST", "/search", {"query": "x", "\ud800": 1}, 422, "valid string"),
        ("POST", "/ask", {"query": "x", "language": "\ud800"}, 422, "language"),
        ("POST", "/ask", {"query": "x", "history": [{"role": "user", "content": "\ud800"}]}, 422, "history"),
        ("GET", "/nowhere", None, 404, "Nothing matches"),
        ("GET", "/search", None, 405, "method is invalid"),
    ],
)
def test_every_error_is_a_problem(
    shared: Running, method: str, path: str, body: object, status: int, word: str
) -> None:
    """RFC 9457 for validation, routing, limits and our own errors alike; nothing internal is told."""
    content = None if body is None else json.dumps(body)  # in ASCII, so that half a character can be sent
    reply = shared.http.request(method, path, content=content, headers={"content-type": "application/json"})
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    problem = reply.json()
    assert (reply.status_code, problem["status"]) == (status, status)
    assert word in problem["detail"]
    assert "secret" not in reply.text


def test_a_body_that_is_no_json_is_a_problem(shared: Running) -> None:
    """Malformed JSON is the caller's mistake, not an unexpected error."""
    reply = shared.http.post("/search", content=b"{", headers={"content-type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_a_chunked_body_is_limited_too(shared: Running) -> None:
    """A body without an announced length is counted as it comes."""
    reply = shared.http.post("/search", content=(b"x" * 500 for _ in range(5)))
    assert (reply.status_code, reply.json()["status"]) == (413, 413)


def test_a_client_that_hangs_up_stops_its_stream(service: Running, parts: Parts) -> None:
    """The generator, which would go on for ever, is closed; the server can then be stopped."""
    answerer = parts.answerer
    assert isinstance(answerer, FakeAnswerer)
    connection = service.send(post("/ask", {"query": "endless", "stream": True}))
    assert b"200 OK" in connection.recv(100)
    assert answerer.began.wait(LONGEST)
    connection.close()
    assert answerer.closed.wait(LONGEST)


def test_a_client_that_hangs_up_stops_a_plain_answer(service: Running, parts: Parts) -> None:
    """The same where nothing has been sent yet."""
    answerer = parts.answerer
    assert isinstance(answerer, FakeAnswerer)
    connection = service.send(post("/ask", {"query": "endless"}))
    assert answerer.began.wait(LONGEST)
    connection.close()
    assert answerer.closed.wait(LONGEST)


def test_search_does_not_wait_for_the_model(service: Running, parts: Parts) -> None:
    """With every place for questions taken, search and health reply as ever, and a further question gets 503."""
    answerer = parts.answerer
    assert isinstance(answerer, FakeAnswerer)
    places = (SETTINGS.slots or 8) + SETTINGS.waiting
    connections = [service.send(post("/ask", {"query": "blocked", "stream": True})) for _ in range(places)]
    try:
        for connection in connections:
            assert b"200 OK" in connection.recv(100)
        assert service.http.post("/search", json={"query": "kettle"}).status_code == 200
        assert service.http.get("/healthz").json() == {"status": "ok"}
        refused = service.http.post("/ask", json={"query": "one more"})
        assert refused.status_code == 503
        assert 1 <= int(refused.headers["retry-after"]) <= 600
    finally:
        answerer.unblock.set()
        for connection in connections:
            connection.close()


def test_an_answer_that_takes_too_long_is_cut_off() -> None:
    """504 after `ask_seconds`, and the generator is closed."""
    parts = fake_parts()
    settings = Settings(ask_seconds=1)
    with running(settings, lambda: given(parts)) as service:
        reply = service.http.post("/ask", json={"query": "endless"})
        assert (reply.status_code, reply.json()["type"]) == (504, "urn:xuanji:problem:too-slow")
        assert parts.answerer.closed.wait(LONGEST)


def test_health_is_told_while_the_parts_are_loading() -> None:
    """/healthz answers at once, everything else says 503 until the parts are there."""
    loaded = threading.Event()

    @contextmanager
    def slowly() -> Iterator[Parts]:
        loaded.wait(LONGEST)
        yield fake_parts()

    with running(SETTINGS, slowly, ready=False) as service:
        try:
            assert service.http.get("/healthz").status_code == 200
            ready = service.http.get("/readyz")
            assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
            assert service.http.post("/search", json={"query": "x"}).status_code == 503
            assert "xuanji_ready 0.0" in service.http.get("/metrics").text
        finally:
            loaded.set()


def test_stopping_does_not_wait_for_the_models() -> None:
    """The parts may take minutes to open; the service ends all the same, and closes them if they open after all."""
    begin, closed = threading.Event(), threading.Event()

    @contextmanager
    def slowly() -> Iterator[Parts]:
        begin.wait(LONGEST)
        yield fake_parts()
        closed.set()

    service = Service(SETTINGS, slowly)
    service.start()
    service.stop(patience=0.01)
    assert service.loading
    begin.set()
    assert closed.wait(LONGEST)
    service.stop()
    assert not service.loading


def test_loading_that_gives_up_when_told_to_stop_is_no_failure() -> None:
    """`Stopped` is what a progress callback raises between two steps of the preparation."""

    @contextmanager
    def stopped() -> Iterator[Parts]:
        raise Stopped
        yield

    service = Service(SETTINGS, stopped)
    service.start()
    service.stop()
    assert (service.failure, service.loading) == (None, False)


def test_ready_means_model_and_snapshot(service: Running) -> None:
    """Ready names the snapshot; a service without one is not ready, though it lives."""
    assert service.http.get("/readyz").json() == {"status": "ready", "snapshot": "s1"}
    with running(SETTINGS, lambda: given(fake_parts(None))) as empty:
        reply = empty.http.get("/readyz")
        assert (reply.status_code, reply.json()["detail"]) == (503, "nothing has been ingested yet")
        assert reply.headers["retry-after"] == "5"


def test_parts_that_cannot_be_opened_are_named() -> None:
    """/readyz says why, and the process lives."""

    @contextmanager
    def failing() -> Iterator[Parts]:
        raise ModelUnusable("model.gguf is not a GGUF file")
        yield

    with running(SETTINGS, failing) as service:
        reply = service.http.get("/readyz")
        assert (reply.status_code, reply.json()["detail"]) == (503, "model.gguf is not a GGUF file")


def test_status_and_metrics(service: Running) -> None:
    """Counts go up with each request; an unknown path makes no counter of its own."""
    service.http.post("/search", json={"query": "kettle"})
    service.http.post("/ask", json={"query": "power?"})
    service.http.get("/no/such/page")
    status = service.http.get("/status").json()
    assert (status["model"], status["snapshot"], status["collections"]["default"]["chunks"]) == ("fake", "s1", 2)
    service.http.post("/search", json={"query": "explode"})
    lines = service.http.get("/metrics").text.splitlines()
    assert 'xuanji_requests_total{route="/search",status="200"} 1.0' in lines
    assert 'xuanji_requests_total{route="/search",status="500"} 1.0' in lines
    assert not [line for line in lines if 'status="499"' in line]
    assert 'xuanji_requests_total{route="other",status="404"} 1.0' in lines
    assert 'xuanji_request_seconds_count{route="/search"} 2.0' in lines
    assert 'xuanji_tokens_total{kind="completion"} 4.0' in lines


class Links(HTMLParser):
    """Collects the addresses that a page loads or leads to, and the attributes that would run code."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_need_no_network(shared: Running, path: str) -> None:
    """Nothing is loaded from elsewhere, and the policy lets nothing but the page's own script and style run."""
    reply = shared.http.get(path)
    links = Links()
    links.feed(reply.text)
    assert reply.status_code == 200
    assert [address for address in links.addresses if not address.startswith(("#", "/openapi.json", "data:"))] == []
    assert links.handlers == []
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ("script-src 'sha256-" in policy) == ("<script>" in reply.text)
    assert "http://" not in reply.text
    assert "https://" not in reply.text


def test_the_page_treats_text_as_data(shared: Running) -> None:
    """Nothing on the page can turn text into markup."""
    text = shared.http.get("/").text
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in text


def test_docs_describe_the_requests(shared: Running) -> None:
    """The schema names the fields and so does the page made of it."""
    described = shared.http.get("/openapi.json").json()
    for path, method in (("/search", "post"), ("/ask", "post"), ("/readyz", "get")):
        assert "Retry-After" in described["paths"][path][method]["responses"]["503"]["headers"]
    schemas = described["components"]["schemas"]
    assert sorted(schemas["AskRequest"]["properties"]) == [
        "as_of",
        "batch",
        "collection",
        "filters",
        "history",
        "language",
        "query",
        "stream",
        "top_k",
    ]
    assert schemas["AskRequest"]["additionalProperties"] is False
    assert schemas["AnswerBody"]["properties"]["outcome"]["enum"] == ["answered", "offered", "refused"]
    parts = schemas["AnswerBody"]["properties"]["parts"]["items"]["anyOf"]
    assert {"$ref": "#/components/schemas/OfferBody"} in parts
    assert schemas["OfferBody"]["properties"]["type"]["const"] == "offer"
    page = shared.http.get("/docs").text
    assert "<code>/ask</code>" in page
    assert "<code>history</code>" in page
