"""Shared fixtures: real data where it is present, and the default models prepared once."""

from __future__ import annotations

from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real documents beside the checkout; tests that need it are skipped where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder


@pytest.fixture(scope="session")
def models() -> Path:
    """A models folder with the default embedder and language model, prepared once and kept between runs."""
    from answer.model_files import prepare_llm
    from index.embedder import prepare_embedder

    folder = ROOT / ".xuanji-test" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    prepare_embedder(folder)
    prepare_llm(folder)
    return folder
