"""`Interruptible`: an engine whose generations stop at once when the client they are for hangs up.

A generator can be closed between two of its items only, and the model may be busy, or waiting for its turn, for a long
time before there is one. Between the two stands the generation, which any thread may cancel.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.engine import NOBODY, Caller, Engine, Generation, Message, Sampling
from server.lanes import current_stream


class Interruptible:
    """An `Engine` around another one; outside a stream, as on the command line, it changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.model = engine.model
        self.context = engine.context

    def generate(self, messages: Sequence[Message], sampling: Sampling, caller: Caller = NOBODY) -> Generation:
        """As the engine's own, tied to the stream that runs in this thread."""
        generation = self._engine.generate(messages, sampling, caller)
        stream = current_stream()
        if stream is not None:
            stream.when_closed(generation.cancel)
        return generation

    def count(self, text: str) -> int:
        """As the engine's own."""
        return self._engine.count(text)
