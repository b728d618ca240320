"""Fixtures of the engine room: the default model prepared once, without measuring."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.llama.engine import LlamaEngine
from engine.model_files import prepare_llm


@pytest.fixture(scope="session")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default language model's file."""
    return prepare_llm(tmp_path_factory.mktemp("llm"))


@pytest.fixture(scope="module")
def engine(gguf: Path) -> Iterator[LlamaEngine]:
    """An open engine with room for one waiting request."""
    opened = LlamaEngine(gguf, context=512, waiting=1, threads=1)
    yield opened
    opened.close()
