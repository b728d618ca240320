"""`OnnxEmbedder`: a BERT-like sentence-transformers folder, run by onnxruntime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import Floats
from index.embedding.onnx_graph import encoder_graph
from index.embedding.onnx_session import OnnxSession, padded
from index.embedding.safetensors_file import SafetensorsFile
from index.embedding.tokens import tokenizer_of
from index.errors import ModelUnusable

WORDS = "embeddings.word_embeddings.weight"
"""The tensor that stays on disk: only the rows of a text's tokens are read."""


class OnnxEmbedder:
    """Word embeddings are read from the folder's own safetensors file; `graph` holds the rest and is made if missing.

    Texts are grouped by token count and padded little. Safe for several threads at once. Opening takes a second and
    imports no torch. Raises `ModelUnusable` when the model is of another kind (see `unsupported`).
    """

    def __init__(
        self,
        folder: Path,
        graph: Path,
        *,
        quantized: bool,
        max_tokens: int,
        tokenizer_file: Path,
        threads: int = 0,
    ) -> None:
        reason = unsupported(folder)
        if reason:
            raise ModelUnusable(f"{folder} cannot run in this form: {reason}; use the form fp32")
        weights = encoder_weights(folder)

        def make() -> bytes:
            return encoder_graph(weights, encoder_config(folder), quantized=quantized)

        self._session = OnnxSession(graph, make, threads=threads)
        self._tokenizer = tokenizer_of(tokenizer_file)
        self._max_tokens = max_tokens
        self._words = weights[WORDS]
        self._first_only = _pooling(folder) == "cls"
        self.dimension = int(self._words.shape[1])

    def embed(self, texts: Sequence[str], prompt: str) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1; `prompt` goes in front of each text."""
        found = self._tokenizer.ids([prompt + text for text in texts], self._max_tokens)
        rows = np.empty((len(found), self.dimension), np.float32)
        for group, pooled in self._session.in_groups(
            [len(ids) for ids in found], lambda group: self._pooled([found[row] for row in group])
        ):
            rows[group] = pooled
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows

    def _pooled(self, batch: Sequence[Sequence[int]]) -> Floats:
        ids, lengths = padded(batch)
        place = np.arange(ids.shape[1])
        share = (place == 0) if self._first_only else (place < lengths[:, None]) / lengths[:, None]
        weights = np.broadcast_to(share, ids.shape).astype(np.float32)[:, None, :]
        words = np.asarray(self._words[ids], np.float32)
        pooled: Floats = self._session.run({"words": words, "weights": weights, "lengths": lengths})[:, 0]
        return pooled


def unsupported(folder: Path) -> str:
    """Why a sentence-transformers folder is not the kind of encoder that is built here; empty when it is.

    It must be BERT, RoBERTa or XLM-RoBERTa with learned positions and exact GELU, one safetensors file, mean or first
    token pooling, and nothing after it but normalization.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        own = folder / "sentence_bert_config.json"
        lower = json.loads(own.read_text(encoding="utf-8")).get("do_lower_case") if own.is_file() else False
    except (OSError, ValueError) as error:
        return f"its configuration cannot be read ({error})"
    if config.get("model_type") not in ("bert", "roberta", "xlm-roberta"):
        return f"it is a {config.get('model_type')} model"
    if config.get("hidden_act") != "gelu" or config.get("position_embedding_type", "absolute") != "absolute":
        return "its activation or position embedding is unusual"
    kinds = [module["type"].rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return f"its modules are {', '.join(kinds)}"
    if not _pooling(folder):
        return "its pooling is neither mean nor first token"
    if lower:
        return "it lower-cases outside the tokenizer"
    if not (folder / "model.safetensors").is_file():
        return "its weights are not in one model.safetensors"
    try:
        weights = encoder_weights(folder)
    except ModelUnusable as error:
        return str(error)
    return "" if WORDS in weights and "encoder.layer.0.attention.self.query.weight" in weights else "its tensors differ"


def _pooling(folder: Path) -> str:
    """ "mean", "cls", or empty for any other."""
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return ""
    settings = json.loads(path.read_text(encoding="utf-8"))
    if settings.get("include_prompt") is False:
        return ""
    modes = {name for name, value in settings.items() if name.startswith("pooling_mode_") and value is True}
    modes.add(f"pooling_mode_{settings['pooling_mode']}" if isinstance(settings.get("pooling_mode"), str) else "")
    found = modes - {""}
    if found <= {"pooling_mode_mean_tokens", "pooling_mode_mean"} and found:
        return "mean"
    return "cls" if found and found <= {"pooling_mode_cls_token", "pooling_mode_cls"} else ""


def encoder_config(folder: Path) -> dict[str, Any]:
    """The encoder's sizes, as its `config.json` has them."""
    found: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return found


def encoder_weights(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """The encoder's tensors under plain names, whatever the file's prefix. Word embeddings stay on disk."""
    file = SafetensorsFile(folder / "model.safetensors")
    plain = {name.removeprefix("bert.").removeprefix("roberta."): name for name in file.names()}
    return {name: file.tensor(long) for name, long in plain.items()}
