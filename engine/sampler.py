"""`Sampler`: how the next token is chosen, by llama.cpp's chain of samplers, or plainly where that is greedy."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.engine import EngineFailed, Sampling
from index.errors import BadRequest

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Sampler:
    """Chooses tokens for one generation. With a `grammar` (GBNF) only what it allows is chosen; `bias` is added to the
    scores of some tokens.

    Raises `BadRequest` for a grammar that llama.cpp does not accept.
    """

    def __init__(
        self,
        lib: Any,
        vocab: Any,
        size: int,
        sampling: Sampling,
        grammar: str = "",
        bias: Mapping[int, float] | None = None,
    ) -> None:
        self._lib, self._bias = lib, bias or {}
        self._chain: Any = None
        self.plain = sampling.temperature <= 0 and not grammar
        if self.plain:
            return
        # a grammar looks at every token it is given: the likeliest alone is nearly always one that it allows
        self._likeliest_first = sampling.temperature <= 0
        allowed = lib.llama_sampler_init_grammar(vocab, grammar.encode("utf-8"), b"root") if grammar else None
        if grammar and not allowed:
            raise BadRequest("the grammar (or that of the JSON schema) is none that llama.cpp accepts")
        self._chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        if allowed:
            lib.llama_sampler_chain_add(self._chain, allowed)
        if sampling.temperature <= 0:
            links = [lib.llama_sampler_init_greedy()]
        else:
            links = [
                lib.llama_sampler_init_top_p(sampling.top_p, 1),
                lib.llama_sampler_init_temp(sampling.temperature),
                lib.llama_sampler_init_dist(sampling.seed),
            ]
        for link in links:
            lib.llama_sampler_chain_add(self._chain, link)
        self._candidates = np.zeros(size, _CANDIDATE)
        self._array = lib.llama_token_data_array()

    def choose(self, logits: npt.NDArray[np.float32]) -> int:
        """The next token by its scores (vocabulary,). Raises `EngineFailed` where they are no numbers, or where the
        grammar leaves nothing to say."""
        if self._bias:
            logits = logits.copy()
            logits[list(self._bias)] += list(self._bias.values())
        best = int(logits.argmax())  # of scores with a NaN in them this is the NaN
        if not np.isfinite(logits[best]):
            raise EngineFailed("the language model's scores are no numbers; the file or the hardware is damaged")
        if self.plain:
            return best
        token = self._allowed(logits, np.array([best], np.int32)) if self._likeliest_first else -1
        if token < 0:
            token = self._allowed(logits, np.arange(len(logits), dtype=np.int32))
        if token < 0:
            raise EngineFailed("the grammar allows nothing to follow what was written; loosen the schema")
        self._lib.llama_sampler_accept(self._chain, token)
        return token

    def _allowed(self, logits: npt.NDArray[np.float32], ids: npt.NDArray[np.int32]) -> int:
        """The chain's choice among some tokens, -1 where the grammar forbids them all: llama.cpp ends the process where
        such a token is accepted."""
        candidates, array = self._candidates[: len(ids)], self._array
        candidates["id"] = ids
        candidates["logit"] = logits[ids]
        candidates["p"] = 0
        array.data = ctypes.cast(candidates.ctypes.data, type(array.data))
        array.size, array.selected, array.sorted = len(ids), -1, False
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        if not 0 <= array.selected < array.size or not np.isfinite(array.data[array.selected].logit):
            return -1
        return int(array.data[array.selected].id)

    def close(self) -> None:
        """Free the chain."""
        if self._chain is not None:
            self._lib.llama_sampler_free(self._chain)
            self._chain = None
