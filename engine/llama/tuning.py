"""`Setup`: a way to run a model on this machine; `tune` measures some, changing one thing at a time, and takes the
fastest whose output is as good as that of the original file.

The request that is measured: a prompt with four passages is read, then every slot writes behind it, all in one batch.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import psutil

from engine.gguf_file import available_cores, describe, gpu_present, requantize
from engine.gguf_header import read_header
from engine.gguf_model import GgufModel
from engine.llama.divergence import WORST_DIVERGENCE, divergence, log_softmax
from engine.llama.sizing import free_memory, kv_bytes_per_token, slots_that_fit
from engine.llama.tuning_text import PROMPT, REPLY
from index.errors import XuanjiError

FORMS = ("Q8_0", "F16", "Q6_K", "Q4_0")
"""Tried beside the file as it came. Q4_0 is the fastest everywhere and loses too much from Q4_1; tried all the same,
since a later file may stand it. Left out after one trial: BF16, Q5_0, Q4_K_M (slower and no better), IQ4_NL (13 s to
make)."""
ORIGINAL = "as it came"
"""The form of the file that was given."""
NEW, WRITTEN = 300, 80
"""Tokens of the request that decides: those of a prompt that are not in the prefix cache, and those of the reply."""
DEPTH, STEPS, JUDGED = 1000, 64, 96
"""Tokens read; tokens that each slot then writes; tokens whose distributions are compared with the original's."""
LEAST_DEPTH, LEAST_STEPS = 32, 4
BEHIND = LEAST_STEPS + STEPS + JUDGED
"""Room that is needed behind the prompt."""
GAIN = 0.97
"""A change must save three hundredths of a request's time to be taken: less is noise."""
CHUNKS = (512, 256, 128)
"""Micro-batches that are tried."""
PHASES = 30
"""Reading and writing of a dozen trials, and what the forms take to be written: a phase gets this part of the time."""
ROOM = 6
"""A form of 16 bits for each weight is four times as large as a file of 4 bits, and the winner is kept beside it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """`threads` 0: as many as there are cores. `chunk`: the micro-batch. `kv`: the form of keys and values."""

    form: str = ORIGINAL
    flash: bool = False
    chunk: int = 512
    threads: int = 0
    kv: str = "F16"

    def text(self) -> str:
        """In words."""
        threads = f"{self.threads or available_cores()} threads"
        flash = ", flash attention" if self.flash else ""
        return f"{self.form}, chunk {self.chunk}, {threads}, KV {self.kv}{flash}"


@dataclass(frozen=True, slots=True)
class Measured:
    """Tokens a second: of a prompt, and of each of the replies written side by side. `divergence` in nats, as
    `WORST_DIVERGENCE`."""

    setup: Setup
    prefill: float
    decode: float
    divergence: float

    @property
    def equal(self) -> bool:
        """Whether its output is as good as the original's."""
        return self.divergence <= WORST_DIVERGENCE

    @property
    def seconds(self) -> float:
        """Of the request that decides."""
        return NEW / self.prefill + WRITTEN / self.decode

    def as_dict(self) -> dict[str, Any]:
        """For the record and for programs."""
        figures = {"prefill": self.prefill, "decode": self.decode, "divergence": self.divergence}
        return asdict(self.setup) | figures | {"seconds": round(self.seconds, 3), "equal": self.equal}


@dataclass(frozen=True, slots=True)
class Tuned:
    """The winner, its file, all that was measured, what was left out and why; `slots` and `depth` of the trials."""

    best: Measured
    file: Path
    trials: list[Measured]
    left_out: list[str]
    slots: int
    depth: int

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return {
            "best": self.best.as_dict(),
            "trials": [one.as_dict() for one in self.trials],
            "left_out": self.left_out,
            "slots": self.slots,
            "depth": self.depth,
        }


def tune(
    source: Path,
    folder: Path,
    tell: Callable[[str, float], None],
    *,
    used: tuple[Setup, Path] | None = None,
    seconds: float = 300.0,
    gpu_layers: int | None = None,
) -> Tuned:
    """Measure setups of `source` for about `seconds`; forms are written into `folder`. The original and what is `used`
    now (and in which file) are measured in any case."""
    search = _Search(source, folder, tell, seconds, gpu_layers)
    return search.run(*used) if used else search.run(Setup(), source)


class _Search:
    def __init__(
        self, source: Path, folder: Path, tell: Callable[[str, float], None], seconds: float, gpu_layers: int | None
    ) -> None:
        self._tell, self._folder = tell, folder
        self._gpu = gpu_present() and gpu_layers != 0
        self._files = {ORIGINAL: source}
        self._bench = _Bench(source, gpu_layers, seconds / PHASES, gpu=self._gpu)
        self._began, self._seconds, self._longest = time.monotonic(), seconds, 0.0
        self._trials: list[Measured] = []
        self._left_out: list[str] = []

    def run(self, used: Setup, file: Path) -> Tuned:
        best = self._tried(Setup(flash=self._gpu))
        self._files.setdefault(used.form, file)
        if not self._gpu:
            used = replace(used, flash=False, kv="F16")
        if used not in (best.setup, Setup()):
            best = _faster(best, [self._tried(used)])
        for candidates in (self._forms, self._flashes, self._chunks, self._threads, self._kvs):
            best = _faster(best, [one for setup in candidates(best.setup) for one in self._candidate(setup)])
        file = self._files[best.setup.form]
        return Tuned(best, file, self._trials, self._left_out, self._bench.slots, self._bench.depth)

    def _candidate(self, setup: Setup) -> list[Measured]:
        """What is measured of it: nothing where the time is over or llama.cpp cannot do it with this model."""
        why = "the time was over"
        if time.monotonic() - self._began + self._longest <= self._seconds:
            try:
                return [self._tried(setup)]
            except XuanjiError as error:
                why = str(error)
        self._left_out.append(f"{setup.text()}: {why}")
        return []

    def _tried(self, setup: Setup) -> Measured:
        began = time.monotonic()
        self._tell(f"trying {setup.text()}", min(0.99, (began - self._began) / self._seconds))
        if setup.form not in self._files:
            self._files[setup.form] = self._folder / f"{setup.form}.gguf"
            requantize(self._files[ORIGINAL], self._files[setup.form], setup.form)
        measured = self._bench.measure(self._files[setup.form], setup)
        self._trials.append(measured)
        self._longest = max(self._longest, time.monotonic() - began)
        return measured

    # what is tried, from the best so far

    def _forms(self, best: Setup) -> Iterator[Setup]:
        size = self._files[ORIGINAL].stat().st_size
        own = describe(self._files[ORIGINAL])["quantization"]
        for form in FORMS:
            if form in (own, *(one.setup.form for one in self._trials)):
                continue
            if shutil.disk_usage(self._folder).free < ROOM * size:
                self._left_out.append(f"{form}: the disk has less than {ROOM * size >> 20:,} MiB free to write it")
            else:
                yield replace(best, form=form)

    def _flashes(self, best: Setup) -> Iterator[Setup]:
        if self._gpu:
            yield replace(best, flash=not best.flash, kv="F16")
        else:
            self._left_out.append(
                "flash attention: on a CPU it makes a reply hang on how its prompt was cut, so it is not used there"
            )

    def _chunks(self, best: Setup) -> Iterator[Setup]:
        return (replace(best, chunk=chunk) for chunk in CHUNKS if chunk != best.chunk)

    def _threads(self, best: Setup) -> Iterator[Setup]:
        physical = psutil.cpu_count(logical=False) or 0
        if 0 < physical < available_cores():
            yield replace(best, threads=0 if best.threads else physical)

    def _kvs(self, best: Setup) -> Iterator[Setup]:
        if best.flash:
            yield replace(best, kv="F16" if best.kv == "Q8_0" else "Q8_0")
        else:
            self._left_out.append("KV Q8_0: llama.cpp has it with flash attention only")


def _faster(best: Measured, tried: list[Measured]) -> Measured:
    fastest = min((one for one in tried if one.equal), key=lambda one: one.seconds, default=best)
    return fastest if fastest.seconds < GAIN * best.seconds else best


class _Bench:
    """Measures setups, all with the same work: how much that is, the first trial finds out. `limit`: seconds that it
    may read, and write, at most."""

    def __init__(self, source: Path, gpu_layers: int | None, limit: float, *, gpu: bool) -> None:
        self.depth = self._steps = 0
        self._gpu_layers, self._limit = gpu_layers, limit
        free = free_memory(gpu=gpu) - source.stat().st_size
        self._room = DEPTH + BEHIND
        self.slots = slots_that_fit(free, self._room, kv_bytes_per_token(read_header(source)))
        self._expected: npt.NDArray[np.float32] | None = None

    def measure(self, file: Path, setup: Setup) -> Measured:
        model = GgufModel(
            file,
            context=self._room,
            threads=setup.threads,
            gpu_layers=self._gpu_layers,
            flash=setup.flash,
            slots=self.slots,
            chunk=setup.chunk,
            kv=setup.kv,
        )
        try:
            return self._measured(model, setup)
        finally:
            model.close()

    def _measured(self, model: GgufModel, setup: Setup) -> Measured:
        prompt = list(islice(cycle(model.tokenize(PROMPT)), DEPTH))
        reply = model.tokenize(REPLY)
        self._read(model, prompt[:LEAST_DEPTH])  # pages the weights in
        if not self.depth:
            per_token = self._read(model, prompt[:LEAST_DEPTH]) / LEAST_DEPTH
            most = min(DEPTH, model.context - BEHIND)
            self.depth = max(LEAST_DEPTH, min(most, int(self._limit / per_token)))
        reading = self._read(model, prompt[: self.depth])
        state = model.save(0)
        for slot in range(1, model.slots):
            model.restore(slot, state)
        words = list(islice(cycle(reply), STEPS + model.slots))
        step = self._write(model, words, self.depth, LEAST_STEPS) / LEAST_STEPS
        self._steps = self._steps or max(LEAST_STEPS, min(STEPS, int(self._limit / step)))
        writing = self._write(model, words, self.depth + LEAST_STEPS, self._steps)
        logs = self._judged(model, state, reply[:JUDGED])
        self._expected = logs if self._expected is None else self._expected
        lost = divergence(self._expected, logs)
        return Measured(setup, round(self.depth / reading, 1), round(self._steps / writing, 2), round(lost, 5))

    def _read(self, model: GgufModel, prompt: list[int]) -> float:
        """Seconds that a prompt takes in the first slot."""
        model.keep(0)
        began = time.perf_counter()
        model.read(prompt)
        model.logits()  # a GPU works on while it is not asked for a result
        return time.perf_counter() - began

    def _write(self, model: GgufModel, words: list[int], held: int, steps: int) -> float:
        """Seconds of some steps with a token in each slot, of which every slot has others."""
        began = time.perf_counter()
        for step in range(steps):
            model.decode([(slot, held + step, [words[step + slot]], 1) for slot in range(model.slots)])
            model.logits()
        return time.perf_counter() - began

    def _judged(self, model: GgufModel, state: npt.NDArray[np.uint8], reply: list[int]) -> npt.NDArray[np.float32]:
        """(tokens, vocabulary): the log-probabilities after each token of the reply to the prompt."""
        model.restore(0, state)
        model.decode([(0, self.depth, reply, len(reply))])
        return log_softmax(np.stack([model.logits(place) for place in range(len(reply))]))
