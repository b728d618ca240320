"""`Scheduler`: who is served next, and what the model reads in the next step. It holds no model.

Clients get equal shares, by the virtual token counter of Sheng et al. (2024): the waiting request of the client that
was served least goes first. People go before batch work, which never takes the last free slot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from engine.llama.prefixes import common
from engine.llama.sequence import Sequence

WORTH = 64
"""Tokens of a common beginning for which a request waits until another has read them."""
LATER = 32
"""Unread tokens that a request's coming one later weighs as much as, when it is chosen whose prompt is read first."""
OUTPUT = 2
"""What a token made is charged, where a token read is 1: it costs about twice as much."""


class Scheduler:
    """At most `slots` sequences run at once, each in a slot of its own."""

    def __init__(self, slots: int) -> None:
        self.waiting: list[Sequence] = []
        self.running: list[Sequence] = []
        self._free = set(range(slots))
        self._slots = slots
        self._served: Counter[str] = Counter()

    def add(self, sequence: Sequence) -> None:
        """Let it wait. A client that comes back after a while does not bring a credit for the time it was away."""
        client = sequence.caller.client
        others = {one.caller.client for one in (*self.waiting, *self.running)}
        if client not in others:
            self._served[client] = max(self._served[client], min((self._served[one] for one in others), default=0))
        self.waiting.append(sequence)

    def order(self) -> list[Sequence]:
        """Those that wait, the next one first."""
        return sorted(self.waiting, key=lambda one: (one.caller.batch, self._served[one.caller.client], one.number))

    def admit(self, cached: Callable[[Sequence], int]) -> Sequence | None:
        """Give a free slot to the next sequence that can use it now. `cached` tells how much of a prompt is cached."""
        if not self._free:
            return None
        for sequence in self.order():
            if sequence.caller.batch and len(self._free) == 1 and self.running:
                return None
            if not self._read_by_another(sequence, cached):
                self.waiting.remove(sequence)
                sequence.slot = min(self._free)
                self._free.remove(sequence.slot)
                self.running.append(sequence)
                return sequence
        return None

    def _read_by_another(self, sequence: Sequence, cached: Callable[[Sequence], int]) -> bool:
        """Whether a running one of the tenant is just reading what this one begins with: it will be cached soon."""
        known = -1
        for other in self.running:
            if other.reading and other.caller.tenant == sequence.caller.tenant:
                same = common(other.tokens[: other.prompt], sequence.tokens)
                if same >= WORTH:
                    known = cached(sequence) if known < 0 else known
                    if same - known >= WORTH:
                        return True
        return False

    def charge(self, client: str, *, read: int = 0, made: int = 0) -> None:
        """Book what was done for a client."""
        self._served[client] += read + OUTPUT * made
        if len(self._served) > 10_000:  # clients come and go; those that are gone need no account
            present = {one.caller.client for one in (*self.waiting, *self.running)}
            self._served = Counter({name: count for name, count in self._served.items() if name in present})

    def leave(self, sequence: Sequence) -> None:
        """It is done, in whatever way."""
        if sequence in self.waiting:
            self.waiting.remove(sequence)
        if sequence in self.running:
            self.running.remove(sequence)
            self._free.add(sequence.slot)
            sequence.slot = -1

    def exchanges(self) -> Iterator[tuple[int, int]]:
        """Slots that must change what they hold for those who speak to stand side by side: llama.cpp reads the weights
        once for neighbours, and once more behind every gap."""
        speaking = {one.slot: one for one in self.running if not one.reading}
        count = len(speaking)
        first = max(range(self._slots - count + 1), key=lambda at: sum(at <= slot < at + count for slot in speaking))
        block = range(first, first + count)
        outside = [slot for slot in speaking if slot not in block]
        for slot, target in zip(outside, [slot for slot in block if slot not in speaking], strict=True):
            if other := next((one for one in self.running if one.slot == target), None):
                other.slot = slot
            else:
                self._free ^= {slot, target}
            speaking[slot].slot = target
            yield slot, target

    def plan(self, chunk: int) -> list[list[tuple[Sequence, int]]]:
        """The batches of a step, each of (sequence, how many of its next tokens to read): everyone who speaks goes on
        by a token and its guess; then at most about `chunk` tokens of prompts: those first that are nearly read, so
        that they soon speak in the same batches as others, but a long one is passed by so many only.

        Replies share a batch, a piece of a prompt has one of its own and never a single token: llama.cpp computes one
        token of a sequence in another order than several, and so what a prompt becomes would hang on who else was there
        (docs/log.md, "What a batch changes").
        """
        speaking = [one for one in self.running if not one.reading]
        plain = [(one, 1) for one in sorted(speaking, key=lambda one: one.slot) if not one.guess]
        batches = [plain] if plain else []
        batches += [[(one, 1 + len(one.guess))] for one in speaking if one.guess]
        left = chunk
        for one in sorted(
            self.running, key=lambda one: (one.caller.batch, len(one.tokens) - one.held + LATER * one.number)
        ):
            if one.reading and left > 1:
                unread = len(one.tokens) - one.held
                count = unread if unread <= left + 1 else left
                batches.append([(one, count)])
                left -= count
        return batches
