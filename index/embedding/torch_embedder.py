"""`TorchEmbedder`: any sentence-transformers folder, run by torch. The only file that imports either."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable

BATCH_TEXTS = 32
Dtype = Literal["float32", "float16", "bfloat16"]


class TorchEmbedder:
    """Prompts, pooling, dimension and length limit are the model's own.

    Safe for several threads: calls take turns (torch already uses every core for one). Nothing is downloaded.
    Raises `ModelUnusable` when the folder is not a sentence-transformers model.
    """

    def __init__(self, folder: Path, *, device: str = "cpu", dtype: Dtype = "float32", threads: int = 0) -> None:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if threads:
            torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(str(folder), device=device, local_files_only=True)
            if dtype != "float32":
                self._model.to(getattr(torch, dtype))
        except Exception as error:  # damage surfaces as errors of four libraries, some of them bare
            raise ModelUnusable(f"{folder} is not a usable sentence-transformers model: {error}") from error
        self._lock = threading.Lock()
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)
        prompts = self._model.prompts
        self.query_prompt = prompts.get("query") or ""
        self.passage_prompt = prompts.get("passage") or prompts.get("document") or ""

    def save_tokenizer(self, path: Path) -> None:
        """Write the model's tokenizer as a `tokenizer.json`. Raises `ModelUnusable` where it has no such form."""
        backend: Any = getattr(self._model.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelUnusable("the embedder's tokenizer cannot be written as tokenizer.json: use another model")
        backend.save(str(path))

    @staticmethod
    def sees_gpu() -> bool:
        """Whether torch can use a GPU here. Imports torch."""
        import torch

        return torch.cuda.is_available()

    def embed(self, texts: Sequence[str], prompt: str) -> npt.NDArray[np.float32]:
        """(n texts) -> (n, dimension) float32, each row of length 1; `prompt` goes in front of each text."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            rows = self._model.encode(
                list(texts),
                prompt=prompt,
                batch_size=BATCH_TEXTS,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        rows = np.ascontiguousarray(rows, np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)  # after float32: half would round it
        return rows
