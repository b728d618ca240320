"""`EngineStats`: what an engine has done and holds, read at one moment. It knows nothing of who reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStats:
    """Counts since the engine was opened, and what is in it now; an engine leaves at 0 what it does not have.

    Now: `slots` that generate side by side, requests `running` and `waiting` with `waiting_tokens` of prompt, and
    `cached_tokens` with `cached_bytes` of prompts that are kept. Since the start: tokens and seconds of prefill and
    decode, `reused_tokens` of prompts that cost nothing, `steps` of the model, `evictions` from the cache, `restarts`
    of the model, `refused` requests, and of the tokens `drafted` ahead how many the model `accepted`.
    """

    slots: int = 1
    running: int = 0
    waiting: int = 0
    waiting_tokens: int = 0
    prefill_tokens: int = 0
    decode_tokens: int = 0
    reused_tokens: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    steps: int = 0
    cached_tokens: int = 0
    cached_bytes: int = 0
    evictions: int = 0
    restarts: int = 0
    refused: int = 0
    drafted: int = 0
    accepted: int = 0

    @property
    def prefill_rate(self) -> float:
        """Tokens of prompt per second of prefill, over the engine's life; 0 before there was any."""
        return self.prefill_tokens / self.prefill_seconds if self.prefill_seconds else 0.0

    @property
    def decode_rate(self) -> float:
        """Tokens of reply per second of decode, over the engine's life; 0 before there was any."""
        return self.decode_tokens / self.decode_seconds if self.decode_seconds else 0.0
