"""What the styles of the prompt are worth for a model: its share on the built-in probe, by language.

    python benchmarks/prompt_options.py [--model GGUF] [--models FOLDER] [--styles plain,examples,steps,json] [--part]

Without --model the default language model under --models. With --part a style that cannot be trusted any more is not
asked to the end, as when a model is made ready; a share is then that of the questions asked.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from answer.formats import STYLES
from answer.probe import probe
from engine.llama.engine import LlamaEngine
from engine.model_files import prepare_llm


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--models", type=Path, default=Path(".xuanji-test/models"))
    parser.add_argument("--styles", default=",".join(STYLES))
    parser.add_argument("--part", action="store_true")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    file = options.model or prepare_llm(options.models)
    engine = LlamaEngine(file, context=2048, threads=options.threads)
    print(f"{engine.model}\n\n| style | en | zh | seconds |\n|---|---|---|---|", flush=True)
    for name in options.styles.split(","):
        began = time.perf_counter()
        shares = probe(engine, STYLES[name], whole=not options.part)
        took = time.perf_counter() - began
        print(f"| {name} | {shares['en']:.3f} | {shares['zh']:.3f} | {took:.0f} |", flush=True)
    engine.close()


if __name__ == "__main__":
    main()
