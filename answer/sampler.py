"""`Sampler`: how the next token is chosen, by llama.cpp's chain of samplers."""

from __future__ import annotations

from typing import Any

from answer.engine import Sampling
from index.errors import BadRequest


class Sampler:
    """llama.cpp's chain of samplers for one generation. With a `grammar` (GBNF) only what it allows is chosen.

    Raises `BadRequest` for a grammar that llama.cpp does not accept.
    """

    def __init__(self, lib: Any, context: Any, vocab: Any, sampling: Sampling, grammar: str = "") -> None:
        self._lib, self._context = lib, context
        allowed = lib.llama_sampler_init_grammar(vocab, grammar.encode("utf-8"), b"root") if grammar else None
        if grammar and not allowed:
            raise BadRequest("the JSON schema gives a grammar that llama.cpp does not accept")
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

    def next(self) -> int:
        """The next token after the last `read`."""
        return int(self._lib.llama_sampler_sample(self._chain, self._context, -1))

    def close(self) -> None:
        """Free the chain."""
        self._lib.llama_sampler_free(self._chain)
