"""How llama.cpp's threads wait for each other: so briefly that a busy neighbour slows them by its share alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from engine.gguf_file import SPINS
from tests.waiting import LONGEST

LOADED = "import os; from engine.gguf_file import llama_cpp; llama_cpp(); print(os.environ.get('GOMP_SPINCOUNT'))"


@pytest.mark.skipif(sys.platform != "linux", reason="only GNU's OpenMP tells and takes its turns")
@pytest.mark.parametrize(
    ("said", "turns", "left"),
    [
        ({}, {str(SPINS)}, "None"),
        ({"GOMP_SPINCOUNT": "77"}, {"77"}, "77"),
        ({"OMP_WAIT_POLICY": "passive"}, {"0"}, "None"),
    ],
)
def test_the_library_is_loaded_with_few_turns_unless_the_user_says_otherwise(
    said: dict[str, str], turns: set[str], left: str
) -> None:
    """OpenMP itself tells what it took; the environment of what is loaded later stays as it was."""
    bare = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    told = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=bare | said | {"OMP_DISPLAY_ENV": "verbose"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=True,
    )
    assert told.stdout.strip() == left
    found = set(re.findall(r"GOMP_SPINCOUNT = '(\d+)'", told.stderr))
    if not found:
        pytest.skip("this build of llama.cpp has another OpenMP, or none")
    assert found == turns
