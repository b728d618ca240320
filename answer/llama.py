"""`LlamaEngine`: an `Engine` on a GGUF file in this process, one generation at a time.

One thread owns the model. Requests beyond the running one wait in a small room; when that is full the caller is
told at once how long to stay away. The KV cache keeps the last request, so that a shared prefix is not read twice.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from answer.chat_template import ChatTemplate
from answer.engine import EngineBusy, EngineFailed, Message, PromptTooLong, Sampling, Usage
from answer.gguf_model import GgufModel, text_decoder
from index.errors import XuanjiError

_END = None
_FIRST_GUESS = 2.0
"""Seconds a request is taken to last before any has been measured."""


class LlamaGeneration:
    """One request on its way through a `LlamaEngine`; the engine's thread fills it, the caller's thread drains it."""

    def __init__(self, engine: LlamaEngine, tokens: list[int], sampling: Sampling) -> None:
        self.tokens = tokens
        self.sampling = sampling
        self.cancelled = threading.Event()
        self._engine = engine
        self._pieces: queue.SimpleQueue[str | XuanjiError | None] = queue.SimpleQueue()
        self._usage = Usage(prompt_tokens=len(tokens))
        self._ended = False

    def __iter__(self) -> LlamaGeneration:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        piece = self._pieces.get()
        if isinstance(piece, str):
            return piece
        self._ended = True
        if piece is not _END:
            raise piece
        raise StopIteration

    def cancel(self) -> None:
        """Stop within one token; the iteration ends after the pieces already made."""
        self.cancelled.set()
        self._engine.withdraw(self)

    close = cancel

    @property
    def usage(self) -> Usage:
        """Counts so far; final once the iteration has ended."""
        return self._usage

    def __enter__(self) -> LlamaGeneration:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def __del__(self) -> None:  # a caller that hung up without closing must not hold the model
        self.cancelled.set()

    # The engine's side

    def count(self, *, completion: int, reused: int) -> None:
        """Record the counts so far."""
        self._usage = Usage(len(self.tokens), completion, reused)

    def put(self, piece: str) -> None:
        """Hand a piece to the caller."""
        if piece:
            self._pieces.put(piece)

    def finish(self, error: XuanjiError | None = None) -> None:
        """Nothing follows."""
        self._pieces.put(error)


class LlamaEngine:
    """`waiting` requests may wait beside the running one. `context` and `threads` as `GgufModel` takes them.

    Raises `ModelUnusable` for a file that is no GGUF, damaged, or of an unknown kind, and `MissingPackage`.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int = 4096,
        threads: int = 0,
        gpu_layers: int | None = None,
        waiting: int = 8,
        flash: bool = True,
    ) -> None:
        self._gguf = GgufModel(path, context=context, threads=threads, gpu_layers=gpu_layers, flash=flash)
        self.model = path.stem
        self.context = self._gguf.context
        self._template = ChatTemplate(
            self._gguf.chat_template, bos=self._gguf.token_text("bos"), eos=self._gguf.token_text("eos")
        )
        self._waiting = waiting
        self._seconds = _FIRST_GUESS
        self._room: deque[LlamaGeneration] = deque()
        self._running: LlamaGeneration | None = None
        self._started = 0.0
        self._closed = False
        self._change = threading.Condition()
        self._held: list[int] = []
        self._thread = threading.Thread(target=self._serve, name=f"llm {self.model}", daemon=True)
        self._thread.start()

    def count(self, text: str) -> int:
        """How many tokens `text` is."""
        return len(self._gguf.tokenize(text))

    def prompt_tokens(self, messages: Sequence[Message]) -> list[int]:
        """The messages in the model's chat form, as tokens. No content can spell a control token."""
        safe = [Message(message.role, self._gguf.defuse(message.content)) for message in messages]
        return self._gguf.tokenize(self._template.render(safe), whole=True)

    def generate(self, messages: Sequence[Message], sampling: Sampling) -> LlamaGeneration:
        """Queue a request. Raises `EngineBusy`, `PromptTooLong`, or `EngineFailed` when closed."""
        tokens = self.prompt_tokens(messages)
        if len(tokens) >= self.context:
            raise PromptTooLong(
                f"the prompt has {len(tokens)} tokens and the model's context holds {self.context}; "
                "shorten the question or the history"
            )
        generation = LlamaGeneration(self, tokens, sampling)
        with self._change:
            if self._closed:
                raise EngineFailed("the language model has been closed")
            if self._running is not None and len(self._room) >= self._waiting:
                raise EngineBusy(self._retry_after())
            self._room.append(generation)
            self._change.notify_all()
        return generation

    def _retry_after(self) -> int:
        # a place is free when the running request ends, but whoever waits already will try for it too:
        # half the room's time is when about half of them are through
        elapsed = time.monotonic() - self._started
        rest = max(0.0, self._seconds - elapsed)
        return max(1, math.ceil(rest + self._seconds * len(self._room) / 2))

    def withdraw(self, generation: LlamaGeneration) -> None:
        """Take a cancelled request out: of the room at once, of the model within one token."""
        with self._change:
            if generation is self._running:
                self._gguf.interrupt(True)
            elif generation in self._room:
                self._room.remove(generation)
                generation.finish()

    def close(self) -> None:
        """Stop the running request, end those that wait with `EngineFailed`, free the model."""
        with self._change:
            if self._closed:
                return
            self._closed = True
            if self._running is not None:
                self._running.cancelled.set()
                self._gguf.interrupt(True)
            while self._room:
                self._room.popleft().finish(EngineFailed("the language model has been closed"))
            self._change.notify_all()
        self._thread.join()
        self._gguf.close()

    def _serve(self) -> None:
        while True:
            with self._change:
                while not self._room and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                generation = self._running = self._room.popleft()
                self._gguf.interrupt(False)
                self._started = time.monotonic()
            error: XuanjiError | None = None
            try:
                if not generation.cancelled.is_set():
                    self._run(generation)
            except XuanjiError as failure:
                error = failure
            except Exception as failure:  # noqa: BLE001  the thread must outlive a bad request; the caller gets the error
                error = EngineFailed(f"the language model failed: {failure}")
            with self._change:
                self._running = None
                if not generation.cancelled.is_set():
                    self._seconds += 0.3 * (time.monotonic() - self._started - self._seconds)
            if error is not None:
                self._held = []
            generation.finish(error)
            del generation  # else its caller's hanging up would go unseen until the next request

    def _prefill(self, generation: LlamaGeneration) -> tuple[bool, int]:
        tokens = generation.tokens
        # the last token is always read again: its logits are what the first choice is made from
        shared = _common(self._held, tokens[:-1])
        shared = self._gguf.keep(shared)
        self._held = tokens[:shared]
        generation.count(completion=0, reused=shared)
        if not self._gguf.read(tokens[shared:]):
            return False, shared
        self._held = list(tokens)
        return True, shared

    def _run(self, generation: LlamaGeneration) -> None:
        whole, reused = self._prefill(generation)
        if not whole:
            return
        sampling = generation.sampling
        room = min(sampling.max_tokens, self.context - len(generation.tokens))
        stopper = _Stopper(sampling.stop + self._template.stop)
        decoder = text_decoder()
        sampler = self._gguf.sampler(sampling)
        try:
            for made in range(room):
                token = sampler.next()
                if generation.cancelled.is_set() or self._gguf.is_end(token):
                    break
                generation.count(completion=made + 1, reused=reused)
                generation.put(stopper.push(decoder.decode(self._gguf.piece(token))))
                if stopper.stopped or made + 1 == room or not self._gguf.read([token]):
                    break
                self._held.append(token)
            if not stopper.stopped and not generation.cancelled.is_set():
                generation.put(stopper.push(decoder.decode(b"", True)) + stopper.rest())
        finally:
            sampler.close()


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


class _Stopper:
    """Lets text through up to the first stop text, holding back what may be the beginning of one."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.stopped = False

    def push(self, text: str) -> str:
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

    def rest(self) -> str:
        out, self._held = self._held, ""
        return out
