"""How far one model's output is from another's: the Kullback-Leibler divergence of its next tokens."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WORST_DIVERGENCE = 0.015
"""Mean Kullback-Leibler divergence (nats) of the next-token distribution from that of the file as shipped. Switching
flash attention on in the shipped file, which changes nothing but rounding, already costs 0.005; three times that is
still rounding, and well under what one step of quantization costs (Q6_K 0.02, Q5_0 0.11, Q4_0 0.43)."""


def divergence(reference: npt.NDArray[np.float32], logs: npt.NDArray[np.float32]) -> float:
    """Mean Kullback-Leibler divergence (nats) of distributions from `reference`, both as log-probabilities."""
    return float((np.exp(reference) * (reference - logs)).sum(axis=1).mean())


def log_softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(n, vocabulary) scores -> log-probabilities."""
    scores = scores - scores.max(axis=1, keepdims=True)
    logs: npt.NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs
