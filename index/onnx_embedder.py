"""`OnnxEmbedder`: a BERT-like sentence-transformers folder, run by onnxruntime. The only file that imports it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable
from index.onnx_graph import encoder_graph
from index.safetensors_file import SafetensorsFile

Floats = npt.NDArray[np.float32]
_WORDS = "embeddings.word_embeddings.weight"


class OnnxEmbedder:
    """Word embeddings are read from the folder's own safetensors file; `graph` holds the rest and is made if missing.

    Texts are grouped by token count and padded little. Several groups run side by side, each on one thread, which beats
    one group on all threads by a tenth (docs/benchmarks.md), and a question loses nothing by it. Safe for several
    threads at once. Opening takes a second and imports no torch. Raises `ModelUnusable` when the model
    is of another kind (see `unsupported`).
    """

    batch_tokens = 384
    max_batch_texts = 64

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
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        reason = unsupported(folder)
        if reason:
            raise ModelUnusable(f"{folder} cannot run in this form: {reason}; use the form fp32")
        weights = _weights(folder)
        if not graph.is_file():
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            part = graph.with_name(f".{graph.name}.part")
            part.write_bytes(encoder_graph(weights, config, quantized=quantized))
            part.replace(graph)
        workers = threads or os.cpu_count() or 1

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        # a thread that spins for the next call would take the core from whoever has work
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises bare exceptions of its own for every kind of damage
            raise ModelUnusable(f"{graph} is damaged: delete it and run `xuanji models prepare` ({error})") from error
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="onnx")
        self._tokenizer = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._words = weights[_WORDS]
        self._first_only = _pooling(folder) == "cls"
        self.dimension = int(self._words.shape[1])

    def embed(self, texts: Sequence[str], prompt: str) -> Floats:
        """(n texts) -> (n, dimension) float32, each row of length 1; `prompt` goes in front of each text."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast([prompt + text for text in texts])]
        longest_first = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        groups: list[list[int]] = []
        at = 0
        while at < len(longest_first):
            fit = max(1, self.batch_tokens // max(1, len(tokens[longest_first[at]])))
            groups.append(longest_first[at : at + min(fit, self.max_batch_texts)])
            at += len(groups[-1])
        rows = np.empty((len(tokens), self.dimension), np.float32)
        if len(groups) == 1:
            rows[groups[0]] = self._pooled([tokens[row] for row in groups[0]])
        else:
            jobs = [self._threads.submit(self._pooled, [tokens[row] for row in group]) for group in groups]
            for group, job in zip(groups, jobs, strict=True):
                rows[group] = job.result()
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows

    def _pooled(self, batch: Sequence[Sequence[int]]) -> Floats:
        lengths = np.array([max(1, len(ids)) for ids in batch], np.int32)
        padded = np.zeros((len(batch), lengths.max()), np.int64)
        for row, ids in zip(padded, batch, strict=True):
            row[: len(ids)] = ids
        place = np.arange(padded.shape[1])
        share = (place == 0) if self._first_only else (place < lengths[:, None]) / lengths[:, None]
        weights = np.broadcast_to(share, padded.shape).astype(np.float32)[:, None, :]
        words = np.asarray(self._words[padded], np.float32)
        feed = {"words": words, "weights": weights, "lengths": lengths}
        pooled: Floats = self._session.run(None, feed)[0][:, 0]
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
        weights = _weights(folder)
    except ModelUnusable as error:
        return str(error)
    return (
        "" if _WORDS in weights and "encoder.layer.0.attention.self.query.weight" in weights else "its tensors differ"
    )


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


def _weights(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """The encoder's tensors under plain names, whatever the file's prefix. Word embeddings stay on disk."""
    file = SafetensorsFile(folder / "model.safetensors")
    plain = {name.removeprefix("bert.").removeprefix("roberta."): name for name in file.names()}
    return {name: file.tensor(long) for name, long in plain.items()}
