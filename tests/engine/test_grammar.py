"""A grammar holds what the real default model says."""

import json

import pytest

from answer.formats import SCHEMA
from engine.engine import Message, Sampling
from engine.llama.engine import LlamaEngine
from index.errors import BadRequest


def test_the_engine_gives_json_of_a_schema(engine: LlamaEngine) -> None:
    """Whatever the model would rather say; the schema of a style is one that llama.cpp takes."""
    schema = json.dumps({"type": "object", "properties": {"n": {"enum": [7, 8]}}, "required": ["n"]})
    messages = [Message("user", "Tell me everything about tea.")]
    with engine.generate(messages, Sampling(max_tokens=24, json_schema=schema)) as generation:
        assert json.loads("".join(generation))["n"] in (7, 8)
    with engine.generate(messages, Sampling(max_tokens=6, json_schema=SCHEMA)) as generation:
        assert "".join(generation).lstrip().startswith("{")


def test_a_schema_that_means_nothing_is_refused(engine: LlamaEngine) -> None:
    """And the engine goes on serving."""
    with (
        pytest.raises(BadRequest, match="schema"),
        engine.generate([Message("user", "tea")], Sampling(max_tokens=2, json_schema='{"type": "tea"}')) as generation,
    ):
        list(generation)
    with engine.generate([Message("user", "tea")], Sampling(max_tokens=2)) as generation:
        assert list(generation)


@pytest.mark.parametrize("wanted", ["Yes", "No"])
def test_a_bias_decides_where_it_is_large_enough(engine: LlamaEngine, wanted: str) -> None:
    sampling = Sampling(max_tokens=1, grammar='root ::= "Yes" | "No"', bias=((wanted, 100.0),))
    with engine.generate([Message("user", "Is tea a drink?")], sampling) as generation:
        assert "".join(generation) == wanted
