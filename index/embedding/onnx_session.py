"""`OnnxSession`: a graph run by onnxruntime, texts in groups of like length. The only file that imports onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnusable

BATCH_TOKENS = 384
"""Tokens of a group, padding counted, where a core is fastest."""
BATCH_TEXTS = 64

T = TypeVar("T")


class OnnxSession:
    """A graph file, which is written with what `make` gives if it is missing. Safe for several threads at once.

    Several groups run side by side, each on one thread, which beats one group on all threads by a tenth
    (docs/benchmarks.md), and a question loses nothing by it. Raises `ModelUnusable` when the file is damaged.
    """

    def __init__(self, graph: Path, make: Callable[[], bytes], *, threads: int = 0) -> None:
        import onnxruntime  # type: ignore[import-untyped]

        model: str | bytes = str(graph)
        if not graph.is_file():
            model = make()
            with suppress(OSError):  # in a home that cannot be written to it is made anew at each start
                part = graph.with_name(f".{graph.name}.{os.getpid()}.part")
                try:
                    part.write_bytes(model)
                    part.replace(graph)
                finally:  # what a full disk cut off
                    part.unlink(missing_ok=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        # the graph is fused by hand; a further level would join sums and norms to an operator that is six times slower
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        # a thread that spins for the next call would take the core from whoever has work
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library raises bare exceptions of its own for every kind of damage
            raise ModelUnusable(f"{graph} is damaged: delete it and run `xuanji models prepare` ({error})") from error
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="onnx")

    def run(self, feed: Mapping[str, npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """The graph's one output."""
        output: npt.NDArray[Any] = self._session.run(None, feed)[0]
        return output

    def in_groups(self, lengths: Sequence[int], compute: Callable[[list[int]], T]) -> list[tuple[list[int], T]]:
        """`compute` of each group of texts, which are given by their places; `lengths` are the texts' in tokens."""
        longest_first = sorted(range(len(lengths)), key=lambda row: -lengths[row])
        groups: list[list[int]] = []
        at = 0
        while at < len(longest_first):
            fit = max(1, BATCH_TOKENS // max(1, lengths[longest_first[at]]))
            groups.append(longest_first[at : at + min(fit, BATCH_TEXTS)])
            at += len(groups[-1])
        if len(groups) == 1:
            return [(groups[0], compute(groups[0]))]
        return list(zip(groups, self._threads.map(compute, groups), strict=True))


def padded(
    batch: Sequence[Sequence[int] | npt.NDArray[np.int64]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """(texts, tokens) ids with zeros behind shorter texts, and each text's length (at least 1)."""
    lengths = np.array([max(1, len(ids)) for ids in batch], np.int32)
    rows = np.zeros((len(batch), lengths.max()), np.int64)
    for row, ids in zip(rows, batch, strict=True):
        row[: len(ids)] = ids
    return rows, lengths
