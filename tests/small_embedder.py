"""The default embedder with a small vocabulary: the same network and code, opened in a tenth of the time.

A quarter of a million pieces take two seconds to load, in every process; the commonest forty thousand hold nearly all
of what the tests say, and the rest is spelled from them.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from index.embedder import prepare_embedder
from index.model_record import ModelRecord

PIECES = 40_000
WORDS = "embeddings.word_embeddings.weight"


def small_embedder(models: Path, target: Path) -> Path:
    """A models folder `target` like `models`, where the embedder is prepared; the language model is linked."""
    source = prepare_embedder(models)
    folder = target / source.name
    if not (folder / "modules.json").is_file():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.onnx", "*.safetensors", "xuanji.json"))
        for path in models.iterdir():
            if path.is_file() and not path.name.startswith("."):
                (target / path.name).symlink_to(path)
        (folder / "modules.json").rename(folder / "last")
        _cut_tokenizer(folder / "tokenizer.json")
        _cut_words(source, folder)
        (folder / "last").rename(folder / "modules.json")
    prepare_embedder(target, measure=False)
    real, small = ModelRecord.read(source), ModelRecord.read(folder)
    # the forms are those of the whole model, timed once
    replace(small, forms=real.forms, chosen=real.chosen, reason=real.reason, machine=real.machine).write(folder)
    return target


def _cut_tokenizer(path: Path) -> None:
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"] = tokenizer["model"]["vocab"][:PIECES]
    tokenizer["added_tokens"] = [token for token in tokenizer["added_tokens"] if token["id"] < PIECES]
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


def _cut_words(source: Path, folder: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(source / "model.safetensors")
    (name,) = [name for name in tensors if name.endswith(WORDS)]
    tensors[name] = tensors[name][:PIECES].copy()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": PIECES}), encoding="utf-8")
