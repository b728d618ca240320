"""How the default model would be opened, and what doctor says of it."""

from pathlib import Path

import pytest

from engine.llama.tuning import Measured, Setup, Tuned
from engine.model_files import keep_tuned, prepare_llm
from index.snapshot.home import Home
from server.doctor import examine
from server.plan import plan
from server.settings import Settings


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose model was found fastest with other figures than the usual ones."""
    home = Home(tmp_path_factory.mktemp("home"))
    file = prepare_llm(home.models)
    best = Measured(Setup("Q8_0", True, 128, 3, "Q8_0"), 500.0, 20.0, 0.001)
    keep_tuned(home.models, "default", Tuned(best, file, [best], [], 8, 1000))
    return home


def opened(home: Home, *, gpu: bool = False, **settings: object) -> dict[str, object]:
    """The plan's fields under some settings."""
    made = plan(Settings(home=home.path, **settings), home, prepare_llm(home.models), gpu=gpu)  # type: ignore[arg-type]
    return {name: getattr(made, name) for name in ("slots", "context", "chunk", "threads", "kv", "flash", "gpu_layers")}


def test_what_tuning_found_is_used(tuned: Home) -> None:
    """A setting wins over it; 8-bit keys and values need flash attention, and that a GPU."""
    usual = {"slots": 8, "context": 4096, "chunk": 128, "threads": 3, "kv": "F16", "flash": False, "gpu_layers": 0}
    assert opened(tuned) == usual | {"slots": opened(tuned)["slots"]}
    assert opened(tuned, threads=1, slots=5) == usual | {"threads": 1, "slots": 5}
    assert opened(tuned, gpu=True, slots=8) == usual | {"kv": "Q8_0", "flash": True, "gpu_layers": 30}
    assert opened(tuned, gpu=True, slots=8, gpu_layers=12)["gpu_layers"] == 12
    assert opened(tuned, gpu=True, slots=8, device="cpu") == usual
    assert opened(tuned, context=100_000)["context"] == 8192


def test_doctor_tells_the_figures(tuned: Home) -> None:
    """Slots, context, bytes, layers, chunk, threads and the prefix cache; a note where it is more than is free."""

    def told(slots: int) -> tuple[str, str]:
        settings = Settings(home=tuned.path, slots=slots, device="cpu", cache_mib=300)
        [found] = [one for one in examine(settings, tuned) if one.about == "language model slots"]
        return found.state, found.text

    assert told(2) == (
        "ok",
        "2 slots of 4,096 tokens; F16 keys and values: 23,040 bytes a token, 180 MiB in all; no layer on the GPU; "
        "chunk 128, 3 threads, prefix cache 300 MiB",
    )
    state, text = told(100_000)
    assert state == "note"
    assert "lower slots or context" in text


def test_a_model_that_is_not_prepared_has_no_plan(tmp_path: Path) -> None:
    """Doctor says nothing of its slots."""
    assert not [one for one in examine(Settings(home=tmp_path), Home(tmp_path)) if one.about == "language model slots"]
