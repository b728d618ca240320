"""Tuning on the real default model, in so little time that one or two setups are measured."""

import shutil
from pathlib import Path

import pytest

from engine.gguf_file import requantize
from engine.llama.tuning import Measured, Setup, Tuned
from engine.llm_facts import llm_facts
from engine.model_files import keep_tuned, prepare_llm, tune_llm
from index.errors import ModelUnusable


@pytest.fixture(scope="module")
def theirs(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file that is somebody's own."""
    return Path(shutil.copyfile(gguf, tmp_path_factory.mktemp("theirs") / "shop.gguf"))


def test_the_winner_is_recorded_and_their_file_untouched(theirs: Path, tmp_path: Path) -> None:
    """One setup at least is measured; the record of what is opened next says how the fastest equal one ran."""
    models, before = tmp_path / "models", theirs.read_bytes()
    prepare_llm(models, str(theirs))
    told: list[str] = []
    tuned = tune_llm(models, str(theirs), seconds=1.0, progress=lambda what, _fraction: told.append(what))
    assert told[0].startswith("trying as it came, chunk 512, ")
    assert tuned.trials[0].divergence == 0.0
    assert min(tuned.trials[0].prefill, tuned.trials[0].decode) > 0
    assert tuned.best.equal
    assert {line.partition(":")[0] for line in tuned.left_out} >= {"flash attention", "KV Q8_0"}
    used = prepare_llm(models, str(theirs))
    facts, best = llm_facts(used, models), tuned.best.setup
    assert (facts.chunk, facts.threads, facts.kv, facts.flash) == (best.chunk, best.threads, best.kv, best.flash)
    assert facts.trials == [one.as_dict() for one in tuned.trials]
    assert (used == theirs) == (best.form == "as it came")
    assert theirs.read_bytes() == before


def test_a_form_that_wins_is_used_in_their_files_place(theirs: Path, tmp_path: Path) -> None:
    """Under the name that clients know; when theirs wins again the other is gone."""
    models, form = tmp_path / "models", tmp_path / "F16.gguf"
    prepare_llm(models, str(theirs))
    requantize(theirs, form, "F16")
    best = Measured(Setup("F16", False, 128, 1), 500.0, 20.0, 0.0001)
    keep_tuned(models, str(theirs), Tuned(best, form, [best], [], 8, 1000))
    used = prepare_llm(models, str(theirs))
    facts = llm_facts(used, models)
    assert (used.name, used.parent.parent, form.exists()) == ("shop.gguf", models, False)
    assert (facts.quantization, facts.size, facts.chunk, facts.threads) == ("F16", used.stat().st_size, 128, 1)
    assert llm_facts(theirs, models).rewritten == str(used.relative_to(models))
    best = Measured(Setup(chunk=256), 500.0, 20.0, 0.0)
    keep_tuned(models, str(theirs), Tuned(best, theirs, [best], [], 8, 1000))
    assert prepare_llm(models, str(theirs)) == theirs
    assert (llm_facts(theirs, models).chunk, llm_facts(theirs, models).quantization) == (256, "Q8_0")
    assert not used.exists()


def test_the_default_models_form_is_replaced(gguf: Path, tmp_path: Path) -> None:
    """Its only record says how it is run; the same form again leaves the file alone."""
    models, form = tmp_path / "models", tmp_path / "F16.gguf"
    shutil.copytree(gguf.parent, models)
    [file] = models.glob("*.gguf")
    requantize(gguf, form, "F16")
    best = Measured(Setup("F16", chunk=128), 500.0, 20.0, 0.0001)
    keep_tuned(models, "default", Tuned(best, form, [best], [], 8, 1000))
    assert prepare_llm(models) == file
    assert (llm_facts(file).quantization, llm_facts(file).chunk, llm_facts(file).probe["zh"]) == ("F16", 128, 0.0)
    before = file.stat().st_ino
    keep_tuned(models, "default", Tuned(best, Path(shutil.copyfile(file, form)), [best], [], 8, 1000))
    assert file.stat().st_ino == before


def test_what_decides_is_the_time_of_a_request() -> None:
    """300 tokens read at 600/s and 80 written at 20/s are 4.5 s; a form that says other things is not equal."""
    measured = Measured(Setup(), 600.0, 20.0, 0.0151)
    assert (measured.seconds, measured.equal) == (4.5, False)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """As in preparing."""
    with pytest.raises(ModelUnusable, match="nowhere"):
        tune_llm(tmp_path, str(tmp_path / "nowhere.gguf"), seconds=1.0)
