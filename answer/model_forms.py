"""`Trial`: one quantized form of a model measured on this machine, and which form is the fastest of equal quality."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from answer.gguf_model import GgufModel, gpu_present, requantize

FORMS = ("Q8_0", "F16", "Q6_K", "Q4_0")
"""Tried beside the file as shipped. Q4_0 is the fastest everywhere and loses too much from Q4_1; tried all the same,
since a later file may stand it. Left out after one trial: BF16, Q5_0, Q4_K_M (slower and no better), IQ4_NL (13 s to
make)."""

WORST_DIVERGENCE = 0.015
"""Mean Kullback-Leibler divergence (nats) of the next-token distribution from that of the file as shipped. Switching
flash attention on in the shipped file, which changes nothing but rounding, already costs 0.005; three times that is
still rounding, and well under what one step of quantization costs (Q6_K 0.02, Q5_0 0.11, Q4_0 0.43)."""

PREFILL, DECODE = 512, 48
"""The request that speed is judged by: tokens read and written."""

SECONDS = 40.0
"""After this long no further form is tried (a busy machine); the best so far is kept."""

_TEXT = (
    "The kettle holds 1.7 litres, boils in four minutes and switches itself off. Its warranty is two years from the "
    "date of purchase; keep the receipt. Unused goods can be returned within thirty days in their original box, and "
    "the customer pays the postage. Customer: does the lid lock while the water boils? Assistant: yes, it does. "
    "这款电水壶容量为1.7升，四分钟烧开并自动断电。自购买之日起保修两年，请保留发票。未使用的商品可在三十天内原包装退回，"
    "运费由顾客承担。顾客：烧水时壶盖会锁住吗？客服：会的。"
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Speeds in tokens/s; `divergence` from the form as shipped, see `WORST_DIVERGENCE`; `megabytes` on disk."""

    form: str
    flash: bool
    prefill: float
    decode: float
    divergence: float
    megabytes: float

    @property
    def equal(self) -> bool:
        """Whether its output is as good as the shipped file's."""
        return self.divergence <= WORST_DIVERGENCE

    @property
    def seconds(self) -> float:
        """Of the request that speed is judged by."""
        return PREFILL / self.prefill + DECODE / self.decode

    def as_dict(self) -> dict[str, Any]:
        """For the record beside the model."""
        return asdict(self) | {"equal": self.equal}


def fastest(
    source: Path, folder: Path, tell: Callable[[str, float], None], threads: int = 0
) -> tuple[Trial, Path, list[Trial]]:
    """Try every form of `source`; candidates are written into `folder`. (the winner, its file, all trials)."""
    trials: list[Trial] = []
    files = {"as shipped": source}
    expected: npt.NDArray[np.float32] | None = None
    began = time.perf_counter()
    for number, form in enumerate(("as shipped", *FORMS)):
        if time.perf_counter() - began > SECONDS:
            break
        tell(f"trying the language model {form if form in files else 'as ' + form}", number / (len(FORMS) + 1))
        if form not in files:
            files[form] = folder / f"{form}.gguf"
            requantize(source, files[form], form, threads)
        # on a CPU flash attention computes a piece of a prompt otherwise than the whole of it, so that what was reused
        # would change replies (docs/log.md), and it makes decoding slower there
        for flash in (False, True) if gpu_present() else (False,):
            trial, scores = _measured(files[form], form, flash, expected, threads)
            expected = scores if expected is None else expected
            trials.append(trial)
            if not trial.equal:
                break
    winner = min((trial for trial in trials if trial.equal), key=lambda trial: trial.seconds)
    return winner, files[winner.form], trials


def _measured(
    path: Path, form: str, flash: bool, expected: npt.NDArray[np.float32] | None, threads: int
) -> tuple[Trial, npt.NDArray[np.float32]]:
    model = GgufModel(path, context=1024, threads=threads, flash=flash)
    try:
        text = model.tokenize(_TEXT)
        prompt = (text * (PREFILL // len(text) + 1))[:PREFILL]
        model.read(text[:32])  # pages the weights in
        model.keep(0)
        start = time.perf_counter()
        model.read(prompt)
        prefill = PREFILL / (time.perf_counter() - start)
        model.keep(0)
        scores = []
        start = time.perf_counter()
        for token in text[: 2 * DECODE : 1]:
            model.read([token])
            scores.append(model.logits().copy())
        decode = len(scores) / (time.perf_counter() - start)
    finally:
        model.close()
    logs = log_softmax(np.stack(scores))
    lost = divergence(logs if expected is None else expected, logs)
    megabytes = round(path.stat().st_size / 1e6, 1)
    return Trial(form, flash, round(prefill, 1), round(decode, 1), round(lost, 5), megabytes), logs


def divergence(reference: npt.NDArray[np.float32], logs: npt.NDArray[np.float32]) -> float:
    """Mean Kullback-Leibler divergence (nats) of distributions from `reference`, both as log-probabilities."""
    return float((np.exp(reference) * (reference - logs)).sum(axis=1).mean())


def log_softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(n, vocabulary) scores -> log-probabilities."""
    scores = scores - scores.max(axis=1, keepdims=True)
    logs: npt.NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs
