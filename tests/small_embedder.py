"""The default embedder with a small vocabulary: the same network and code, opened in a tenth of the time.

A quarter of a million pieces take two seconds to load, in every process; kept are the special ones, Chinese, and the
commoner ones of ASCII, which is what the tests are written in.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

from index.embedding.model_record import ModelRecord
from index.embedding.preparing import prepare_embedder

COMMON = 150_000
"""Pieces come by frequency; rarer ones of ASCII are left out and spelled from others."""
KEPT = re.compile(r"▁?[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+|(?P<ascii>[▁!-~]+)|.")
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
        _cut_words(source, folder, _cut_tokenizer(folder / "tokenizer.json"))
        (folder / "last").rename(folder / "modules.json")
    prepare_embedder(target, measure=False)
    real, small = ModelRecord.read(source), ModelRecord.read(folder)
    # the forms are those of the whole model, timed once
    replace(small, forms=real.forms, chosen=real.chosen, reason=real.reason, machine=real.machine).write(folder)
    return target


def _cut_tokenizer(path: Path) -> list[int]:
    """The kept pieces' old numbers, in their order; the special ones come first and keep theirs."""
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    special = [token for token in tokenizer["added_tokens"] if token["content"] != "<mask>"]
    kept = [token["id"] for token in special]
    for number, (piece, _) in enumerate(vocabulary[len(kept) : -1], len(kept)):
        found = KEPT.fullmatch(piece)
        if found and (not found["ascii"] or number < COMMON):
            kept.append(number)
    tokenizer["model"]["vocab"] = [vocabulary[number] for number in kept]
    tokenizer["added_tokens"] = special
    path.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    return kept


def _cut_words(source: Path, folder: Path, kept: list[int]) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(source / "model.safetensors")
    (name,) = [name for name in tensors if name.endswith(WORDS)]
    tensors[name] = tensors[name][kept].copy()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": len(kept)}), encoding="utf-8")
