"""`Sequence`: one request inside the engine: its tokens, how many of them the model has read, the text it has become.

It walks through every room of the engine: it waits in the scheduler, is read and continued by the loop, and its text
leaves by `text`. It knows nothing of llama.cpp.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Sequence as Several
from dataclasses import dataclass, field

from engine.engine import Caller, Sampling, Usage


@dataclass(eq=False, slots=True)
class Sequence:
    """`tokens`: the prompt and then what was made; the first `held` of them are in the KV cache of `slot`.

    `reused` of the prompt came from the prefix cache. `guess` are tokens that speculation expects next.
    """

    number: int
    tokens: list[int]
    sampling: Sampling
    caller: Caller
    stops: tuple[str, ...] = ()
    arrived: float = field(default_factory=time.monotonic)
    prompt: int = 0
    held: int = 0
    reused: int = 0
    slot: int = -1
    guess: list[int] = field(default_factory=list)
    place: int = -1
    text: Text = field(init=False)

    def __post_init__(self) -> None:
        self.prompt = len(self.tokens)
        self.text = Text((*self.sampling.stop, *self.stops))

    @property
    def made(self) -> int:
        """Tokens made so far."""
        return len(self.tokens) - self.prompt

    @property
    def reading(self) -> bool:
        """Whether more has to be read than the token that was just made, before the next can be chosen."""
        return not self.made or len(self.tokens) - self.held > 1

    @property
    def usage(self) -> Usage:
        """Counts so far."""
        return Usage(self.prompt, self.made, self.reused)

    @property
    def late(self) -> bool:
        """Whether its caller's time is over."""
        return time.monotonic() - self.arrived > self.caller.seconds


class Text:
    """Bytes in, text out: never half a character, nothing from the first stop text on.

    What may be the beginning of a stop text is held back until it is known.
    """

    def __init__(self, stops: Several[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def push(self, data: bytes) -> str:
        """The text that may be told after one more token."""
        return self._through(self._decoder.decode(data))

    def rest(self) -> str:
        """What was held back, once nothing follows."""
        if self.stopped:
            return ""
        out = self._through(self._decoder.decode(b"", True))
        out, self._held = out + self._held, ""
        return out

    def _through(self, text: str) -> str:
        if not self._stops:
            return text
        self._held += text
        ends = [place for stop in self._stops if (place := self._held.find(stop)) >= 0]
        if ends:
            self.stopped = True
            out, self._held = self._held[: min(ends)], ""
            return out
        keep = max(size for stop in self._stops for size in range(len(stop)) if self._held.endswith(stop[:size]))
        out, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return out
