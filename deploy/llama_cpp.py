"""Install llama-cpp-python and tell how far it is: pip compiles llama.cpp for minutes and says nothing meanwhile.

Left out is what Xuanji never calls: reading pictures (`mtmd`) and what only llama.cpp's own programs need. `CMAKE_ARGS`
of the environment are added, as `-DGGML_CUDA=on`. Run by the Makefile; what pip said is shown where it fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

LEFT_OUT = f"-DLLAVA_BUILD=OFF -DCMAKE_PROJECT_INCLUDE={Path(__file__).with_suffix('.cmake').resolve()}"
STEP = re.compile(r"\s*\[(\d+)/(\d+)\] ")
EVERY = 15.0
"""Seconds between two lines; a line that says nothing new is none."""


def main(constraints: str) -> int:
    """pip's exit code."""
    pip = [sys.executable, "-m", "pip", "install", "--verbose", "--disable-pip-version-check"]
    environ = os.environ | {"CMAKE_ARGS": f"{LEFT_OUT} {os.environ.get('CMAKE_ARGS', '')}"}
    began = told = time.monotonic()
    last: deque[str] = deque(maxlen=60)
    line = [*pip, "--constraint", constraints, "llama-cpp-python"]
    with subprocess.Popen(
        line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for said in process.stdout or ():
            last.append(said)
            step, now = STEP.match(said), time.monotonic()
            if step and (now - told >= EVERY or step[1] == step[2]):
                told = now
                print(f"  llama.cpp: {step[1]} of {step[2]} steps compiled, {now - began:.0f} s", flush=True)
    if process.returncode:
        print(*last, sep="", file=sys.stderr)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
