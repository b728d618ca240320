"""How long `xuanji --help` takes, as a share of `import torch`. The promise: at most 0.4.

Run: python benchmarks/startup.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from statistics import median

RUNS = 7
PROMISE = 0.4
HELP = ("-c", "import sys; from server.cli import main; sys.exit(main(['--help']))")
TORCH = ("-c", "import torch")


def seconds(*arguments: str) -> float:
    """Wall time of one fresh interpreter."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    """Measure in turns, so that both see the same machine; print medians and their ratio."""
    for arguments in (HELP, TORCH):  # the first run reads the files from the disk
        seconds(*arguments)
    times = [(seconds(*HELP), seconds(*TORCH)) for _ in range(RUNS)]
    help_time, torch_time = median(pair[0] for pair in times), median(pair[1] for pair in times)
    ratio = median(pair[0] / pair[1] for pair in times)
    print(
        json.dumps(
            {
                "help_seconds": round(help_time, 3),
                "torch_seconds": round(torch_time, 3),
                "ratio": round(ratio, 3),
                "promise": PROMISE,
                "runs": RUNS,
            }
        )
    )
    return 0 if ratio <= PROMISE else 1


if __name__ == "__main__":
    sys.exit(main())
