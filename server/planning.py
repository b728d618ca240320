"""`PlanningTrust`: whether a model may plan, found out once for a file or a server and kept beside the models."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import orjson

from answer.planning_probe import UNDERSTANDS
from engine.engine import EngineFailed

log = logging.getLogger(__name__)

RECORD = "planning.json"
"""In the folder of models: of each model that was probed, by its key, the share that it passed."""


class PlanningTrust:
    """Asks `probe` when it is first called, unless the share is known under `key` in `models`. Safe for many threads:
    whoever comes while it is asked waits, half a minute on two cores."""

    def __init__(self, models: Path, key: str, probe: Callable[[], float]) -> None:
        self._file, self._key, self._probe = models / RECORD, key, probe
        self._lock = threading.Lock()
        self._share: float | None = self._known().get(key)

    def __call__(self) -> bool:
        """Whether the model may plan; False where it has ended."""
        with self._lock:
            if self._share is None:
                try:
                    self._share = self._probe()
                except EngineFailed as error:
                    log.warning("the model that shall plan cannot be probed: %s", error)
                    return False
                self._keep(self._share)
                if self._share < UNDERSTANDS:
                    log.warning("%s passes %.2f of the planning probe, and plans nothing", self._key, self._share)
        return self._share >= UNDERSTANDS

    def _known(self) -> dict[str, float]:
        try:
            return dict(orjson.loads(self._file.read_bytes()))
        except (OSError, ValueError):
            return {}

    def _keep(self, share: float) -> None:
        written = self._file.with_suffix(".json.new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            written.write_bytes(orjson.dumps(self._known() | {self._key: share}))
            written.replace(self._file)
        except OSError as error:  # a folder that may only be read: it is found out again the next time
            log.info("what the planning probe found is not kept: %s", error)
