"""`Writer`: short texts under a grammar from an engine, the same text for the same prompt, "" where it has no time.

Greedy sampling writes the same again for the same prompt, so what was written is remembered by the prompt itself, for
each tenant alone: no timing tells one what another asked.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from engine.engine import (
    NOBODY,
    Caller,
    Engine,
    EngineBusy,
    EngineTooSlow,
    Message,
    PromptTooLong,
    Sampling,
)

log = logging.getLogger(__name__)

REMEMBERED = 4_000
"""Texts kept, least recently used forgotten first."""
_NO_TIME = (EngineBusy, EngineTooSlow, PromptTooLong)


class Writer:
    """Safe for many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._texts: OrderedDict[tuple[str, tuple[Message, ...], Sampling], str] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The engine's model."""
        return self._engine.model

    def written(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> str:
        """What the model writes; "" where it is busy, too slow, the prompt too long for it, or the caller's time over.

        Raises `EngineFailed` where it has ended.
        """
        key = (caller.tenant, tuple(messages), sampling)
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
        left = caller.until - time.monotonic()
        if left <= 0:
            return ""
        try:
            within = replace(caller, seconds=min(caller.seconds, left))
            with self._engine.generate(messages, sampling, within) as generation:
                text = "".join(generation)
        except _NO_TIME as error:
            log.warning("the model wrote nothing: %s", error)
            return ""
        with self._lock:
            self._texts[key] = text
            while len(self._texts) > REMEMBERED:
                self._texts.popitem(last=False)
        return text
