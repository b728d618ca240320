"""`Loop`: the engine itself: schedule -> decode -> sample -> emit, in the one thread that owns the model.

Every step reads one token of each reply under way, in one batch, and a piece of the prompts that are still being read.
What a prompt begins with is taken from the prefix cache where it was read before. It knows nothing of processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.engine import EngineFailed, EngineTooSlow, Usage
from engine.engine_stats import EngineStats
from engine.gguf_model import GgufModel
from engine.llama.drafts import guess
from engine.llama.prefixes import PrefixCache
from engine.llama.scheduler import Scheduler
from engine.llama.sequence import Sequence
from engine.sampler import Sampler
from index.errors import XuanjiError

STEP = 0.5
"""Seconds that a step may take while others wait for their next token; prompts are read in pieces of that length."""
ALONE = 1.0
"""The same where nobody speaks: pieces are longer, and a client that leaves still frees its slot in a second."""
SMALLEST, LARGEST = 32, 512
"""Bounds of a piece in tokens: smaller ones waste the model's speed."""
CACHED = 16
"""New tokens that make a prompt worth keeping in the prefix cache, if they are also a quarter of what was known: one
question more about what is kept already is not."""
CLIENTS = 2
"""How many may speak for guesses to be made: beside more, a batch is full without them."""
TOLD = 64
"""Places in the queue that are told; whoever stands behind learns his when he has come nearer."""
COUNTED = (
    *("prefill_tokens", "decode_tokens", "reused_tokens", "prefill_seconds", "decode_seconds"),
    *("steps", "drafted", "accepted"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a step has to tell one request: its place in the queue, or text, or the end and why."""

    number: int
    usage: Usage
    text: str = ""
    place: int = -1
    ended: bool = False
    error: XuanjiError | None = None


class Loop:
    """Serves sequences on `model`; `tell` gets each step's news at once. `budget`: bytes of the prefix cache.

    `speculative_tokens` are guessed ahead at most; 0 guesses none, and no reply hangs on who else is served.
    """

    def __init__(
        self, model: GgufModel, tell: Callable[[list[Told]], None], *, budget: int, speculative_tokens: int = 0
    ) -> None:
        self._model, self._tell = model, tell
        self._scheduler = Scheduler(model.slots)
        self._cache = PrefixCache(budget)
        self._samplers: dict[int, Sampler] = {}
        self._known: dict[int, Sequence] = {}
        self._news: list[Told] = []
        self._most_guessed = self._guessed = speculative_tokens
        self._rate = 0.0  # prompt tokens a second, so that a piece fits into a step
        self._queue_changed = False
        self._done = dict.fromkeys(COUNTED, 0.0)

    @property
    def busy(self) -> bool:
        """Whether anybody waits or is served."""
        return bool(self._known)

    def add(self, sequence: Sequence) -> None:
        """A new request. What is wrong with it is told to it alone."""
        self._known[sequence.number] = sequence
        try:
            self._samplers[sequence.number] = self._model.sampler(sequence.sampling)
        except XuanjiError as error:
            self._end(sequence, error)
            return
        self._scheduler.add(sequence)
        self._queue_changed = True

    def cancel(self, number: int) -> None:
        """Its client has left: its slot is free for the next step."""
        if sequence := self._known.get(number):
            self._end(sequence)

    def step(self) -> None:
        """One round: seats for those that wait, one batch through the model, a token for everyone who speaks."""
        self._end_late()
        while (sequence := self._scheduler.admit(self._cached)) is not None:
            self._seat(sequence)
        self._tell_places()
        for left, right in self._scheduler.exchanges():
            self._model.exchange(left, right)
        for batch in self._scheduler.plan(self._piece()):
            self._run(batch)
        self._tell(self._news)
        self._news = []

    # schedule

    def _end_late(self) -> None:
        for sequence in [one for one in self._known.values() if one.late]:
            self._end(sequence, EngineTooSlow(f"the reply was not finished within {sequence.caller.seconds:g} s"))

    def _cached(self, sequence: Sequence) -> int:
        return self._cache.find(sequence.caller.tenant, sequence.tokens)[0]

    def _seat(self, sequence: Sequence) -> None:
        self._queue_changed = True
        # the last token is always read again, for its scores, and never alone (see `Scheduler.plan`)
        shared, saved = self._cache.find(sequence.caller.tenant, sequence.tokens[:-2])
        if saved is not None and self._model.restore(sequence.slot, saved.state):
            sequence.held = sequence.reused = self._model.keep(shared, sequence.slot)
            self._cache.used(saved)
        else:
            self._model.keep(0, sequence.slot)
        self._done["reused_tokens"] += sequence.reused

    def _tell_places(self) -> None:
        if self._queue_changed:
            self._queue_changed = False
            for place, sequence in enumerate(self._scheduler.order()[:TOLD]):
                if place != sequence.place:
                    sequence.place = place
                    self._news.append(Told(sequence.number, sequence.usage, place=place))

    def _piece(self) -> int:
        speaking = any(not one.reading for one in self._scheduler.running)
        return min(LARGEST, max(SMALLEST, int(self._rate * (STEP if speaking else ALONE))))

    # decode

    def _run(self, batch: list[tuple[Sequence, int]]) -> None:
        began = time.perf_counter()
        try:
            self._model.decode([_part(sequence, count) for sequence, count in batch])
        except EngineFailed as error:
            self._singly(batch, error)
            return
        self._account(batch, time.perf_counter() - began)
        end = 0
        for sequence, count in batch:
            end += count
            sequence.held += count
            if sequence.held >= len(sequence.tokens):
                self._continue(sequence, end)

    def _singly(self, batch: list[tuple[Sequence, int]], error: EngineFailed) -> None:
        """One sequence may have spoilt the batch: each is read alone, and who fails again fails alone."""
        if len(batch) == 1:
            self._end(batch[0][0], error)
            return
        for sequence, count in batch:
            count -= len(sequence.guess)
            sequence.guess = []
            if self._cut(sequence, sequence.held):
                self._run([(sequence, count)])

    def _cut(self, sequence: Sequence, held: int) -> bool:
        """Forget what stands behind the first `held` tokens; False where all was lost and must be read again."""
        sequence.held = self._model.keep(held, sequence.slot)
        if sequence.held < held:  # a recurrent model's memory cannot be cut
            self._most_guessed = 0
        return sequence.held == held

    def _account(self, batch: list[tuple[Sequence, int]], took: float) -> None:
        read = 0
        for sequence, count in batch:
            if sequence.reading:
                read += count
                self._scheduler.charge(sequence.caller.client, read=count)
        total = sum(count for _, count in batch)
        self._done["steps"] += 1
        self._done["prefill_tokens"] += read
        self._done["decode_tokens"] += total - read
        self._done["prefill_seconds"] += took * read / total
        self._done["decode_seconds"] += took * (1 - read / total)
        if read >= SMALLEST // 2:
            self._rate += (total / took - self._rate) * (0.3 if self._rate else 1.0)

    def _save(self, sequence: Sequence) -> None:
        if self._cache.budget and sequence.prompt - sequence.reused >= max(CACHED, sequence.reused // 4):
            state = self._model.save(sequence.slot)
            self._cache.add(sequence.caller.tenant, sequence.tokens, state, state.nbytes)

    # sample

    def _continue(self, sequence: Sequence, end: int) -> None:
        """Choose after the last token that was read, and after each guess that turned out right; `end` is where the
        sequence's tokens end in the batch."""
        guesses, sequence.guess = sequence.guess, []
        known = len(sequence.tokens)
        for place, expected in enumerate([*guesses, None], end - len(guesses) - 1):
            try:
                token = self._samplers[sequence.number].choose(self._model.logits(place))
            except EngineFailed as error:
                self._end(sequence, error)
                return
            if not sequence.made:
                self._save(sequence)
            if not self._emit(sequence, token):
                return
            if token != expected:
                break
        right = len(sequence.tokens) - known - 1
        if right < len(guesses):
            self._cut(sequence, known + right)
        self._learn(len(guesses), right)
        self._guess(sequence)

    def _guess(self, sequence: Sequence) -> None:
        speaking = sum(not one.reading for one in self._scheduler.running)
        if self._most_guessed and speaking <= CLIENTS and self._samplers[sequence.number].plain:
            left = min(sequence.sampling.max_tokens - sequence.made, self._model.context - len(sequence.tokens)) - 1
            sequence.guess = guess(sequence.tokens, min(self._guessed, left))

    def _learn(self, guessed: int, right: int) -> None:
        # guesses that fail cost more than none: as many are made as lately came true, and some more
        if guessed:
            self._done["drafted"] += guessed
            self._done["accepted"] += right
            self._guessed = min(self._most_guessed, self._guessed * 2) if right == guessed else max(1, right)

    # emit

    def _emit(self, sequence: Sequence, token: int) -> bool:
        """Take a token; False where it was the last."""
        if self._model.is_end(token):
            self._end(sequence, rest=True)
            return False
        sequence.tokens.append(token)
        self._scheduler.charge(sequence.caller.client, made=1)
        text = sequence.text.push(self._model.piece(token))
        self._news.append(Told(sequence.number, sequence.usage, text))
        full = len(sequence.tokens) >= self._model.context
        if sequence.text.stopped or sequence.made >= sequence.sampling.max_tokens or full:
            self._end(sequence, rest=True)
            return False
        return True

    def _end(self, sequence: Sequence, error: XuanjiError | None = None, *, rest: bool = False) -> None:
        if sequence.slot >= 0:
            self._model.keep(0, sequence.slot)
        self._scheduler.leave(sequence)
        self._queue_changed = True
        del self._known[sequence.number]
        if sampler := self._samplers.pop(sequence.number, None):
            sampler.close()
        text = sequence.text.rest() if rest else ""
        self._news.append(Told(sequence.number, sequence.usage, text, ended=True, error=error))

    def stats(self) -> EngineStats:
        """What it does and has done."""
        waiting = self._scheduler.waiting
        counts = {name: value if name.endswith("seconds") else int(value) for name, value in self._done.items()}
        return EngineStats(
            slots=self._model.slots,
            running=len(self._scheduler.running),
            waiting=len(waiting),
            waiting_tokens=sum(one.prompt for one in waiting),
            cached_tokens=self._cache.tokens,
            cached_bytes=self._cache.bytes,
            evictions=self._cache.evictions,
            **counts,  # type: ignore[arg-type]
        )


def _part(sequence: Sequence, count: int) -> tuple[int, int, list[int], int]:
    """What a step reads of a sequence: (slot, tokens held, tokens, of how many of the last the scores are wanted)."""
    held, end = sequence.held, sequence.held + count
    tokens = (sequence.tokens + sequence.guess)[held:end] if sequence.guess else sequence.tokens[held:end]
    return sequence.slot, held, tokens, max(0, end - len(sequence.tokens) + 1)
