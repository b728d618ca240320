"""Losses with a quadratic penalty brought to their least, above all that of logistic regression with weighted rows and
columns whose weights are held at 0 or above."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Doubles = npt.NDArray[np.float64]

STEPS = 400
"""Of L-BFGS at most."""
LEAST_CHANGE = 1e-9
"""Of the loss, or of a parameter, in a step."""


def logistic_regression(
    features: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    penalty: float,
    not_negative: Collection[int] = (),
    tolerance: float = LEAST_CHANGE,
) -> Doubles:
    """The weights (k,) by which `features` (n, k) tell `labels` (n,) of 0 and 1, in logits for one of each feature.

    Minimizes the mean cross-entropy (nats) of the rows, which count as `weights` (n,) say, as `minimized` does. The
    parameters are the weights themselves; of the columns `not_negative` (places, 0 to k - 1) the weight is softplus of
    its parameter. A constant is a column of ones, and is penalized as the others are.
    """
    x, y, share = (torch.tensor(np.asarray(given), dtype=torch.float64) for given in (features, labels, weights))
    held = torch.zeros(x.shape[1], dtype=torch.bool)
    held[list(not_negative)] = True

    def weighed(w: torch.Tensor) -> torch.Tensor:
        return torch.where(held, functional.softplus(w), w)

    def missed(w: torch.Tensor) -> torch.Tensor:
        return functional.binary_cross_entropy_with_logits(x @ weighed(w), y, share, reduction="sum") / share.sum()

    found: Doubles = weighed(minimized(missed, x.shape[1], penalty, tolerance)).numpy()
    return found


def minimized(
    loss: Callable[[torch.Tensor], torch.Tensor], n: int, penalty: float, tolerance: float = LEAST_CHANGE
) -> torch.Tensor:
    """The parameters (n,), float64, at which `loss` (of them, a scalar) and `penalty` times the sum of their squares
    together are least: by L-BFGS from zeros on, until a step changes less than `tolerance`."""
    w = torch.zeros(n, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [w], max_iter=STEPS, tolerance_grad=100 * tolerance, tolerance_change=tolerance, line_search_fn="strong_wolfe"
    )

    def total() -> torch.Tensor:
        optimizer.zero_grad()
        found = loss(w) + penalty * (w @ w)
        torch.autograd.backward(found)
        return found

    optimizer.step(total)  # type: ignore[no-untyped-call]
    return w.detach()
