"""A language model on servers of its own: which settings lead there, and what is told of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from engine.engine import Sampling
from index.snapshot.home import Home
from server.doctor import examine
from server.inventory import inventory
from server.parts import remote_model
from server.settings import BadSetting, Settings
from tests.engine.raw_server import ANSWER, RawServer, status

LISTED = status("200 OK", '{"data": [{"id": "/srv/models/qwen.gguf"}, {"id": "other"}]}')


def test_the_settings_lead_to_the_servers() -> None:
    """The first listed model is asked for by its own name and shown without its path; every request carries the key."""
    with RawServer([LISTED, ANSWER]) as server:
        settings = Settings(model_url=f" {server.url}/ ,", model_key="k", context=2048)
        engine, words_in = remote_model(settings)
        with closing(engine):
            assert (engine.model, engine.context, words_in) == ("qwen", 2048, {"en", "zh"})
            with engine.generate([], Sampling()) as generation:
                assert "".join(generation) == "tea"
    assert [line for line, _, _ in server.requests] == [
        "GET /v1/models HTTP/1.1",
        "POST /v1/chat/completions HTTP/1.1",
    ]
    assert {headers["authorization"] for _, headers, _ in server.requests} == {"Bearer k"}
    assert server.bodies[1]["model"] == "/srv/models/qwen.gguf"


def test_a_named_model_needs_no_server_yet() -> None:
    """The service can start before its servers do."""
    engine, _ = remote_model(Settings(model_url="http://127.0.0.1:9/v1", model_name="qwen"))
    with closing(engine):
        assert engine.model == "qwen"


@pytest.mark.parametrize("url", ["10.0.0.5:8080/v1", "ftp://a/v1", "http://key@a/v1", "http://a/v1 http://b/v1", ","])
def test_what_is_no_address_is_refused(url: str) -> None:
    """By name, before anything is sent."""
    with pytest.raises(BadSetting, match="model_url"):
        remote_model(Settings(model_url=url))


def test_the_inventory_and_the_doctor_tell_of_it(tmp_path: Path) -> None:
    """No file is looked for, and none is prepared."""
    settings = Settings(home=tmp_path, model_url="http://a/v1", model_name="qwen")
    [line] = [line for line in inventory(settings, Home(tmp_path)) if line.role == "language model"]
    assert line.text() == (
        "* language model: qwen\n    from http://a/v1, licence unknown\n"
        "    runs on its servers; trusted to word replies in en, zh"
    )
    told = [finding for finding in examine(settings, Home(tmp_path)) if "language model" in finding.about]
    assert [(finding.state, finding.text) for finding in told] == [("ok", "qwen; runs on http://a/v1")]
