"""`TokenCounter`: how many tokens a text is for a model that runs elsewhere."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from functools import lru_cache

from engine.engine import EngineFailed
from engine.model_server import ModelHttp, ServerTrouble

_ASKED = 4096
"""Texts whose count is remembered; the same rules and passages are counted again and again."""
_PARTS = re.compile(r"[A-Za-z]+|\s+|[^A-Za-z\s]")
_SILENT = 10.0
"""Seconds for which a server that could not be reached is not asked."""


def estimate(text: str) -> int:
    """A count that is rather too high than too low: a token for every three letters begun of a word, for every digit,
    sign and gap between words (a single space belongs to the next word), and two for every other character.

    On the sample catalogue it is 1.45 times what SmolLM2's own tokenizer says of English, 1.04 times of Chinese.
    """
    total = 0
    for part in _PARTS.findall(text):
        if part.isascii() and part.isalpha():
            total += -(-len(part) // 3)
        elif part != " ":
            total += 1 if part.isascii() else 2 * len(part)
    return total


class TokenCounter:
    """Asks `POST /tokenize`, which llama-server, vLLM and SGLang have, beside `/v1`; elsewhere it estimates.

    `url` is called for the base address to ask. Where the server cannot be reached the count is an estimate too, and
    for some seconds no other is asked for, so that an answer does not wait for it again and again.
    """

    def __init__(self, http: ModelHttp, model: str, url: Callable[[], str]) -> None:
        self._http = http
        self._model = model
        self._url = url
        self._silent_until = 0.0
        self._remembered = lru_cache(_ASKED)(self._asked)

    def count(self, text: str) -> int:
        """How many tokens `text` is, or `estimate` where the server does not tell."""
        if not text:
            return 0
        if time.monotonic() < self._silent_until:
            return estimate(text)
        try:
            return self._remembered(text)
        except ServerTrouble as trouble:
            # a server without /tokenize will not have it for the next text either
            lacking = 200 <= trouble.status < 500 and trouble.status != 429
            self._silent_until = math.inf if lacking else time.monotonic() + _SILENT
            return estimate(text)

    def _asked(self, text: str) -> int:
        # llama-server reads `content`, the others `prompt`; none minds what it does not know
        body = {"content": text, "prompt": text, "model": self._model, "add_special_tokens": False}
        url = self._url().removesuffix("/v1") + "/tokenize"
        found = self._http.post(url, body)
        if not isinstance(found, dict) or not isinstance(found.get("tokens"), list):
            raise ServerTrouble(EngineFailed(f"{url} does not tell tokens"), again=False, status=200)
        return len(found["tokens"])
