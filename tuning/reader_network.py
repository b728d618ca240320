"""`ReaderNetwork`: the network of `answer.reader` in torch, to be learned, and tokens in batches for it.

A BERT encoder with a low-rank change to each matrix, and a head of three scores per token. It knows tensors by the
names of the encoder's own file, and no words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from torch.nn import functional

from answer.reader import probe
from index.arrays import Ids
from index.embedding import onnx_session
from index.embedding.onnx_embedder import WORDS, encoder_config, encoder_weights

JITTER = 12
"""Tokens by which lengths are mixed before texts of like length are put together."""
SCORES = 3
"""The answer begins here, it ends here, and (on the first token) it is there at all."""
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
NORMS = ("attention.output.LayerNorm", "output.LayerNorm")
DROPOUT = 0.1
HEAD_SCALE = 0.2
"""What a new head is, of a uniform one's usual width (1 / sqrt(hidden)): it begins nearly undecided."""


class ReaderNetwork:
    """It starts as the encoder in a prepared embedder's `folder`. `learned` are the tensors that training changes:
    `x.a` (rank, in) and `x.b` (out, rank) of each matrix x, the layer norms, and the head."""

    def __init__(self, folder: Path, rank: int, device: str) -> None:
        weights = encoder_weights(folder)
        self._config = encoder_config(folder)
        self._frozen = {name: torch.tensor(np.asarray(tensor, np.float32)) for name, tensor in weights.items()}
        self._probe = probe(weights)
        self._device = torch.device(device)
        self._dropout = 0.0
        hidden = self._config["hidden_size"]
        learned = {}
        for layer in range(self._config["num_hidden_layers"]):
            for part in MATRICES:
                name = f"encoder.layer.{layer}.{part}"
                out, into = self._frozen[f"{name}.weight"].shape
                learned[f"{name}.a"] = torch.randn(rank, into) / math.sqrt(into)
                learned[f"{name}.b"] = torch.zeros(out, rank)
            for part in NORMS:
                learned |= self._taken(f"encoder.layer.{layer}.{part}")
        learned |= self._taken("embeddings.LayerNorm")
        bound = 1 / math.sqrt(hidden)
        learned["head.weight"] = torch.empty(SCORES, hidden).uniform_(-bound, bound) * HEAD_SCALE
        learned["head.bias"] = torch.empty(SCORES).uniform_(-bound, bound)
        self._frozen = {name: tensor.to(self._device) for name, tensor in self._frozen.items()}
        self.learned = {name: tensor.to(self._device).requires_grad_() for name, tensor in learned.items()}

    def scores(self, ids: torch.Tensor, there: torch.Tensor, *, training: bool = False) -> torch.Tensor:
        """Tokens (texts, tokens), and which of them are no padding -> (texts, tokens, SCORES) float32."""
        self._dropout = DROPOUT if training else 0.0
        with self._halved():
            states = self._states(ids, there)
            return functional.linear(states, self.learned["head.weight"], self.learned["head.bias"]).float()

    @torch.no_grad()
    def vectors(self, ids: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Tokens as for `scores` -> (texts, hidden), each row of length 1: the mean of a text's states."""
        self._dropout = 0.0
        with self._halved():
            states = self._states(ids, there).float()
        mean = (states * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)

    def save(self, file: Path) -> None:
        """Writes what was learned in float16, with the numbers by which `answer.reader` knows the embedder."""
        tensors = {name: tensor.detach().cpu().numpy() for name, tensor in self.learned.items()}
        tensors["base.probe"] = self._probe
        file.write_bytes(save({name: np.ascontiguousarray(tensor, np.float16) for name, tensor in tensors.items()}))

    def _halved(self) -> torch.autocast:
        """bfloat16 on a GPU; few CPUs have instructions for it."""
        return torch.autocast(self._device.type, torch.bfloat16, enabled=self._device.type == "cuda")

    def _taken(self, name: str) -> Mapping[str, torch.Tensor]:
        """A layer norm's tensors, no longer frozen."""
        return {f"{name}.{part}": self._frozen.pop(f"{name}.{part}") for part in ("weight", "bias")}

    def _states(self, ids: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """(texts, tokens) -> (texts, tokens, hidden)."""
        places = self._frozen["embeddings.position_embeddings.weight"][: ids.shape[1]]
        kind = self._frozen["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(functional.embedding(ids, self._frozen[WORDS]) + (places + kind), "embeddings.LayerNorm")
        for layer in range(self._config["num_hidden_layers"]):
            x = self._layer(x, there[:, None, None, :], f"encoder.layer.{layer}")
        return x

    def _layer(self, x: torch.Tensor, mask: torch.Tensor, at: str) -> torch.Tensor:
        heads = (*x.shape[:2], self._config["num_attention_heads"], -1)
        query, key, value = (
            self._linear(x, f"{at}.attention.self.{name}").view(heads).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        context = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=self._dropout)
        attended = self._linear(context.transpose(1, 2).reshape(x.shape), f"{at}.attention.output.dense")
        x = self._norm(x + self._dropped(attended), f"{at}.attention.output.LayerNorm")
        inner = functional.gelu(self._linear(x, f"{at}.intermediate.dense"))
        return self._norm(x + self._dropped(self._linear(inner, f"{at}.output.dense")), f"{at}.output.LayerNorm")

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        change = self.learned[f"{name}.b"] @ self.learned[f"{name}.a"]
        return functional.linear(x, self._frozen[f"{name}.weight"] + change, self._frozen[f"{name}.bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self.learned[f"{name}.weight"], self.learned[f"{name}.bias"]
        return functional.layer_norm(x, weight.shape, weight, bias, self._config["layer_norm_eps"])

    def _dropped(self, x: torch.Tensor) -> torch.Tensor:
        return functional.dropout(x, self._dropout, self._dropout > 0)


def batches(lengths: Sequence[int], most: int, rng: np.random.Generator | None = None) -> list[list[int]]:
    """Places of texts of like length, `most` tokens in a batch, padding counted; with `rng` the batches are mixed."""
    mixed = np.array(lengths) + (rng.random(len(lengths)) * JITTER if rng else 0)
    found: list[list[int]] = []
    longest = 0
    for at in np.argsort(mixed, kind="stable").tolist():
        longest = max(longest, lengths[at])
        if not found or longest * (len(found[-1]) + 1) > most:
            found.append([])
            longest = lengths[at]
        found[-1].append(at)
    if rng:
        rng.shuffle(found)
    return found


def padded(texts: Sequence[Ids], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(texts, tokens) ids with padding behind shorter texts, and which of them are none."""
    ids, lengths = onnx_session.padded(texts)
    there = np.arange(ids.shape[1]) < lengths[:, None]
    return torch.from_numpy(ids).to(device), torch.from_numpy(there).to(device)
