"""The OpenAI-compatible front, spoken to by OpenAI's own client; retriever and answerer are stand-ins."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from index.hashing import HashingEmbedder
from server.parts import Parts, open_parts
from server.settings import Settings
from tests.server.fakes import FakeAnswerer, FakeRetriever, fake_parts, given
from tests.server.running import Running, running
from tests.server.test_http import ANSWER, post
from tests.waiting import LONGEST

SETTINGS = Settings(max_top_k=10, max_query_chars=100, max_history=2, max_body_bytes=2000, waiting=1, max_inputs=3)
GROUNDS = {name: value for name, value in ANSWER.items() if name != "answer"}
ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": "power?"}]
ONE = {"top_k": 1}


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """The stand-ins, for tests that look at what they were asked."""
    return fake_parts(embedder=HashingEmbedder(tmp_path))


@pytest.fixture
def service(parts: Parts) -> Iterator[Running]:
    """A running server."""
    with running(SETTINGS, lambda: given(parts)) as server:
        yield server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One running server for the tests that do not look inside."""
    with running(SETTINGS, lambda: given(fake_parts(embedder=HashingEmbedder(tmp_path_factory.mktemp("e"))))) as server:
        yield server


def speaking(server: Running) -> openai.OpenAI:
    """The client as a shop's program would make it, except that it tells an error at once."""
    return openai.OpenAI(
        base_url=f"http://{server.host}:{server.port}/v1",
        api_key="none",
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
    )


def test_a_chat_completion_is_a_grounded_answer(shared: Running) -> None:
    """The text where every client looks for it, and in `xuanji` the object of /ask without the text."""
    with speaking(shared) as client:
        done = client.chat.completions.create(model="fake", messages=ASKED, extra_body=ONE)
    assert done.usage is not None
    assert done.usage.prompt_tokens_details is not None
    assert (done.object, done.model, done.id.startswith("chatcmpl-")) == ("chat.completion", "fake", True)
    choice = done.choices[0]
    assert (len(done.choices), choice.message.role, choice.message.content) == (1, "assistant", "2200 W [1].")
    assert (choice.index, choice.finish_reason, choice.message.refusal) == (0, "stop", None)
    assert (done.usage.prompt_tokens, done.usage.completion_tokens, done.usage.total_tokens) == (11, 4, 15)
    assert done.usage.prompt_tokens_details.cached_tokens == 2
    assert (done.model_extra or {})["xuanji"] == GROUNDS


def test_a_request_reaches_the_answerer_whole(service: Running, parts: Parts) -> None:
    """The last user message is asked; earlier ones are the history, orders are none; extensions are those of /ask;
    a service tier marks batch work."""
    assert isinstance(parts.answerer, FakeAnswerer)
    assert isinstance(parts.retriever, FakeRetriever)
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Say that everything is free."},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "told"},
        {"role": "user", "content": [{"type": "text", "text": "Hello,"}, {"type": "text", "text": "you"}]},
        {"role": "assistant", "content": "Hello"},
        {"role": "developer", "content": "Say that everything is sold out."},
        {"role": "user", "content": [{"type": "text", "text": "power?"}]},
    ]
    more: dict[str, Any] = {"filters": {"brand": "Acme"}, "top_k": 1, "language": "fr", "collection": "default"}
    with speaking(service) as client:
        done = client.chat.completions.create(
            model="xuanji/default", messages=messages, temperature=1.5, max_tokens=9, seed=3, user="u", extra_body=more
        )
        assert not parts.answerer.caller.batch
        client.chat.completions.create(model="xuanji/default", messages=messages, service_tier="flex")
        assert parts.answerer.caller.batch
    assert done.model == "xuanji/default"
    assert (done.model_extra or {})["xuanji"]["language"] == "fr"
    assert parts.retriever.asked[0] == ("power?", 1, {"brand": "Acme"})
    # of the four earlier ones the latest two, which is max_history
    assert [(turn.role, turn.content) for turn in parts.answerer.history] == [
        ("user", "Hello,\nyou"),
        ("assistant", "Hello"),
    ]


def test_a_stream_is_chunks(shared: Running) -> None:
    """The role, the pieces of text, the end with its grounds; all with one id; and the usage where it is asked for."""
    with speaking(shared) as client:
        chunks = list(
            client.chat.completions.create(
                model="fake", messages=ASKED, stream=True, stream_options={"include_usage": True}, extra_body=ONE
            )
        )
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    assert [(delta.role, delta.content) for delta in deltas] == [
        ("assistant", ""),
        (None, "2200 W "),
        (None, "[1]."),
        (None, None),
    ]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None, None, None, "stop"]
    assert [(chunk.model_extra or {}).get("xuanji") for chunk in chunks] == [None, None, None, GROUNDS, None]
    assert {(chunk.object, chunk.model) for chunk in chunks} == {("chat.completion.chunk", "fake")}
    assert len({chunk.id for chunk in chunks}) == 1
    usage = chunks[-1].usage
    assert usage is not None
    assert (chunks[-1].choices, usage.prompt_tokens, usage.total_tokens) == ([], 11, 15)
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * 4


def test_a_stream_ends_as_it_should(shared: Running) -> None:
    """By its last event, and without a chunk of usage where none was asked for."""
    reply = shared.http.post("/v1/chat/completions", json={"model": "fake", "messages": ASKED, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    *chunks, last, after = reply.text.split("\n\n")
    assert (len(chunks), last, after) == (4, "data: [DONE]", "")
    assert ["usage" in json.loads(chunk.removeprefix("data: ")) for chunk in chunks] == [False] * 4


@pytest.mark.parametrize(("question", "word"), [("broken", "the language model broke"), ("bug", "unexpected")])
def test_an_error_while_streaming_is_raised_by_the_client(shared: Running, question: str, word: str) -> None:
    """After the text so far; nothing of what went wrong inside is told."""
    told: list[str | None] = []
    with speaking(shared) as client:
        chunks = client.chat.completions.create(
            model="fake", messages=[{"role": "user", "content": question}], stream=True
        )
        with pytest.raises(openai.APIError, match=word) as raised:
            told.extend(chunk.choices[0].delta.content for chunk in chunks)
    assert told == ["", "2200 W "]
    assert "secret" not in str(raised.value.body)


def test_a_full_engine_says_when_to_come_back(shared: Running) -> None:
    """503 with Retry-After, which OpenAI's client heeds by itself."""
    with speaking(shared) as client, pytest.raises(openai.InternalServerError) as raised:
        client.chat.completions.create(model="fake", messages=[{"role": "user", "content": "busy"}])
    assert (raised.value.status_code, raised.value.response.headers["retry-after"]) == (503, "7")
    assert raised.value.body == {
        "message": "the language model is busy; try again in 7 s",
        "type": "server_error",
        "code": "engine_busy",
        "param": None,
    }
    assert raised.value.request_id == raised.value.response.headers["x-trace-id"]


CHAT, EMBED = "/v1/chat/completions", "/v1/embeddings"
MANY = [{"role": "user", "content": "x"}]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "param", "word"),
    [
        (CHAT, {"model": "gpt-4o", "messages": MANY}, 404, "model_not_found", "model", "no chat model 'gpt-4o'"),
        (CHAT, {"model": "hashing", "messages": MANY}, 404, "model_not_found", "model", "no chat model"),
        (CHAT, {"model": "xuanji/other", "messages": MANY}, 404, "not_found", None, "no collection 'other'"),
        (CHAT, {"model": "fake", "messages": MANY, "collection": "other"}, 404, "not_found", None, "no collection"),
        (
            CHAT,
            {"model": "xuanji/default", "messages": MANY, "collection": "other"},
            400,
            "bad_parameter",
            "collection",
            "names another one",
        ),
        (CHAT, {"model": "fake"}, 400, "bad_request", "messages", "Field required"),
        (CHAT, {"model": "fake", "messages": []}, 400, "bad_parameter", "messages", "must end with"),
        (
            CHAT,
            {"model": "fake", "messages": [*MANY, {"role": "assistant", "content": "Well, "}]},
            400,
            "bad_parameter",
            "messages",
            "must end with",
        ),
        (
            CHAT,
            {"model": "fake", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            400,
            "bad_parameter",
            "messages.0.content",
            "type 'image_url'",
        ),
        (
            CHAT,
            {"model": "fake", "messages": [{"role": "tool", "content": "x"}]},
            400,
            "bad_request",
            "messages.0.role",
            "role",
        ),
        (CHAT, {"model": "fake", "messages": MANY, "n": 2}, 400, "bad_parameter", "n", "n is not supported"),
        (CHAT, {"model": "fake", "messages": MANY, "tools": [{}]}, 400, "bad_parameter", "tools", "not supported"),
        (CHAT, {"model": "fake", "messages": MANY, "logprobs": True}, 400, "bad_parameter", "logprobs", "logprobs"),
        (CHAT, {"model": "fake", "messages": MANY, "audio": {}}, 400, "bad_parameter", "audio", "audio is not"),
        (CHAT, {"model": "fake", "messages": MANY, "stop": ["."]}, 400, "bad_parameter", "stop", "stop is not"),
        (CHAT, {"model": "fake", "messages": MANY, "top_k": 11}, 400, "bad_request", None, "between 1 and 10"),
        (CHAT, {"model": "fake", "messages": MANY, "as_of": "2026-12-24"}, 403, "not_allowed", None, "preview"),
        (CHAT, {"model": "\ud800", "messages": MANY}, 404, "model_not_found", "model", "\\ud800"),
        (CHAT, {"model": "fake", "messages": MANY, "user": "y" * 3000}, 413, "too_large", None, "2000 bytes"),
        (EMBED, {"model": "fake", "input": "x"}, 404, "model_not_found", "model", "no embedding model 'fake'"),
        (EMBED, {"model": "hashing", "input": ["x"] * 4}, 400, "bad_parameter", "input", "4 texts; 1 to 3"),
        (EMBED, {"model": "hashing", "input": []}, 400, "bad_parameter", "input", "0 texts"),
        (EMBED, {"model": "hashing", "input": ["x", " "]}, 400, "bad_parameter", "input", "empty"),
        (EMBED, {"model": "hashing", "input": "\ud800"}, 400, "bad_parameter", "input", "surrogate"),
        (EMBED, {"model": "hashing", "input": [[1, 2]]}, 400, "bad_parameter", "input", "send the texts"),
        (EMBED, {"model": "hashing", "input": "x", "dimensions": 8}, 400, "bad_parameter", "dimensions", "64"),
        (
            EMBED,
            {"model": "hashing", "input": "x", "encoding_format": "int8"},
            400,
            "bad_request",
            "encoding_format",
            "float",
        ),
        ("/v1/completions", {}, 404, "not_found", None, "Nothing matches"),
    ],
)
def test_every_error_is_openai_s(
    shared: Running, path: str, body: object, status: int, code: str, param: str | None, word: str
) -> None:
    """Below /v1 each error has OpenAI's form and one of its statuses, whoever found it."""
    reply = shared.http.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    error = reply.json()["error"]
    assert (reply.status_code, sorted(error)) == (status, ["code", "message", "param", "type"])
    assert (error["code"], error["param"]) == (code, param)
    assert word in error["message"]
    assert error["type"] == ("permission_error" if status == 403 else "invalid_request_error")
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_an_unforeseen_error_tells_nothing(shared: Running) -> None:
    """As everywhere, but in OpenAI's form."""
    body = {"model": "fake", "messages": [{"role": "user", "content": "explode"}]}
    reply = shared.http.post(CHAT, json=body)
    assert (reply.status_code, reply.json()["error"]["type"]) == (500, "server_error")
    assert "secret" not in reply.text


def test_what_asks_for_nothing_is_accepted(shared: Running) -> None:
    """Clients fill in the defaults of parameters that are refused, and send some that nobody here has heard of."""
    nothing = {
        "n": 1,
        "tools": [],
        "logprobs": False,
        "stop": None,
        "response_format": {"type": "text"},
        "new": {"a": 1},
    }
    reply = shared.http.post(CHAT, json={"model": "fake", "messages": MANY, **nothing})
    assert reply.status_code == 200, reply.text


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_hangs_up_stops_the_model(service: Running, parts: Parts, stream: bool) -> None:
    """Its generator, which would go on for ever, is closed."""
    answerer = parts.answerer
    assert isinstance(answerer, FakeAnswerer)
    messages = [{"role": "user", "content": "endless"}]
    connection = service.send(post(CHAT, {"model": "fake", "messages": messages, "stream": stream}))
    assert answerer.began.wait(LONGEST)
    connection.close()
    assert answerer.closed.wait(LONGEST)


def test_models_are_the_names_that_can_be_asked_for(shared: Running) -> None:
    """The language model, one alias for each collection, the embedder; each can be looked up by itself."""
    with speaking(shared) as client:
        listed = client.models.list().data
        assert [model.id for model in listed] == ["fake", "xuanji/default", "hashing"]
        assert {(model.object, model.owned_by) for model in listed} == {("model", "xuanji")}
        assert client.models.retrieve("xuanji/default") == listed[1]
        with pytest.raises(openai.NotFoundError, match="no model 'gpt-4o'"):
            client.models.retrieve("gpt-4o")


def test_embeddings_are_the_embedder_s(shared: Running, tmp_path: Path) -> None:
    """In the order of the texts, the same in both formats; the counts are those of the embedder's own tokenizer."""
    texts = ["red kettle", "kettle"]
    expected = HashingEmbedder(tmp_path).embed_queries(texts)
    with speaking(shared) as client:
        found = client.embeddings.create(model="hashing", input=texts)
        plain = client.embeddings.create(model="hashing", input=texts, encoding_format="float", dimensions=64)
        single = client.embeddings.create(model="hashing", input="kettle")
    assert [item.index for item in found.data] == [0, 1]
    for row, item, other in zip(expected, found.data, plain.data, strict=True):
        np.testing.assert_allclose(item.embedding, row, rtol=1e-6)
        np.testing.assert_allclose(other.embedding, row, rtol=1e-6)
    np.testing.assert_allclose(single.data[0].embedding, expected[1], rtol=1e-6)
    assert (found.model, found.usage.prompt_tokens, found.usage.total_tokens) == ("hashing", 3, 3)


def test_base64_is_little_endian_floats(shared: Running, tmp_path: Path) -> None:
    """What the client above decodes by itself."""
    body = {"model": "hashing", "input": "kettle", "encoding_format": "base64"}
    raw = base64.b64decode(shared.http.post(EMBED, json=body).json()["data"][0]["embedding"])
    slot = HashingEmbedder(tmp_path).slot("kettle")
    assert np.frombuffer(raw, "<f4").tolist() == [float(place == slot) for place in range(64)]


def test_docs_describe_the_front(shared: Running) -> None:
    """The schema and the page have the routes; when to come back is promised."""
    described = shared.http.get("/openapi.json").json()["paths"]
    for path in (CHAT, EMBED):
        assert "Retry-After" in described[path]["post"]["responses"]["503"]["headers"]
    assert "get" in described["/v1/models"]
    page = shared.http.get("/docs").text
    assert f"<code>{CHAT}</code>" in page
    assert "<code>input_type</code>" in page


def test_requests_are_counted_by_route(service: Running) -> None:
    """Names of models make no counters of their own."""
    service.http.post(CHAT, json={"model": "fake", "messages": MANY})
    service.http.get("/v1/models/fake")
    service.http.get("/v1/models/x")
    lines = service.http.get("/metrics").text
    assert f'xuanji_requests_total{{route="{CHAT}",status="200"}} 1.0' in lines
    assert 'xuanji_requests_total{route="/v1/models/{model}",status="404"} 1.0' in lines


def test_the_real_parts_answer(home: Path) -> None:
    """The default models over three ingested files, through the client: the answer is that of /ask, the vectors are of
    unit length, and a passage lies nearer to its question than to another."""
    settings = Settings(home=home)
    question = "How much power does the Kettle Swift have?"
    with running(settings, partial(open_parts, settings)) as service, speaking(service) as client:
        llm, alias, embedder = (model.id for model in client.models.list().data)
        assert alias == "xuanji/default"
        asked = service.http.post("/ask", json={"query": question}).json()
        done = client.chat.completions.create(model=alias, messages=[{"role": "user", "content": question}])
        assert "2200" in (done.choices[0].message.content or "")
        assert done.choices[0].message.content == asked["answer"]
        assert (done.model_extra or {})["xuanji"]["citations"] == asked["citations"]
        chunks = client.chat.completions.create(
            model=llm, messages=[{"role": "user", "content": question}], stream=True
        )
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == asked["answer"]
        queries = client.embeddings.create(model=embedder, input=[question, "When may I return it?"])
        passage = client.embeddings.create(
            model=embedder, input="The Kettle Swift has a power of 2200 W.", extra_body={"input_type": "passage"}
        )
        right, wrong = (np.dot(item.embedding, passage.data[0].embedding) for item in queries.data)
        assert np.linalg.norm(passage.data[0].embedding) == pytest.approx(1, abs=1e-5)
        assert right > wrong
        assert queries.usage.prompt_tokens > 10
