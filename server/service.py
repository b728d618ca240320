"""`Service`: the state behind the routes: the parts while they are open, the lanes, the metrics.

It knows nothing of HTTP. The parts are opened in the background, so that a health check is answered at once.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from engine.llama.sizing import MOST
from index.errors import NothingPublished, XuanjiError
from server.lanes import Lane
from server.metrics import Metrics
from server.parts import Parts
from server.problems import NotReady
from server.settings import Settings
from server.talk import say

Load = Callable[[], AbstractContextManager[Parts]]

PATIENCE = 5.0
"""Seconds that loading is given to notice that the service is stopping."""

QUEUE = 16
"""Searches that may wait for each thread; at 5 to 20 ms a search the last one waits a third of a second."""


NICENESS = 4
"""How far answering steps back behind searches, and behind who is only to be refused."""


class Stopped(Exception):
    """What `load` may raise to give up, once the service has been told to stop."""


class Service:
    """Opens the parts with `load` and closes them again; `on_failure` is called where they cannot be opened."""

    def __init__(self, settings: Settings, load: Load, on_failure: Callable[[], None] | None = None) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.started = time.time()
        self.failure: str | None = None
        self._load, self._on_failure = load, on_failure
        self._parts: Parts | None = None
        self._open = ExitStack()
        self._stopping = threading.Event()
        self._loader = threading.Thread(target=self._open_parts, name="loader", daemon=True)

    def start(self) -> None:
        """Begin to load, and return."""
        settings = self.settings
        self.searches = Lane("searches", settings.search_threads, QUEUE * settings.search_threads)
        # as many as the engine, which is not open yet, serves at most and lets wait: who comes later is told so at
        # once, while a status can be sent
        room = (settings.slots or MOST) + settings.waiting
        self.questions = Lane("questions", room, seconds=settings.ask_seconds, niceness=NICENESS)
        for lane in (self.searches, self.questions):
            self.metrics.watch_lane(lane.name, partial(getattr, lane, "running"), partial(getattr, lane, "waiting"))
        self._loader.start()

    def stop(self, patience: float = PATIENCE) -> None:
        """Let running work end, then close the parts in reverse order.

        Where they are still being opened after `patience` seconds they are left to the end of the process; `loading`
        tells. The first preparation of the models takes minutes, and leaves nothing half-made behind.
        """
        self._stopping.set()
        self._loader.join(patience)
        self.questions.close()
        self.searches.close()
        if not self.loading:
            self._close_parts()

    @property
    def loading(self) -> bool:
        """Whether the parts are being opened at this moment."""
        return self._loader.is_alive()

    def _open_parts(self) -> None:
        try:
            self._parts = self._open.enter_context(self._load())
            self.metrics.engine = self._parts.engine_stats
            if self._stopping.is_set():
                self._close_parts()
        except Stopped:
            return
        except XuanjiError as error:
            self._failed(str(error))
        except Exception as error:  # noqa: BLE001 - the border of a thread: /readyz and stderr say it instead
            traceback.print_exc()
            self._failed(f"{type(error).__name__}: {error}")

    def _close_parts(self) -> None:
        self._parts = self.metrics.engine = None
        self._open.close()

    def _failed(self, reason: str) -> None:
        if self._stopping.is_set():
            return
        self.failure = reason
        say(reason)
        if self._on_failure is not None:
            self._on_failure()

    @property
    def parts(self) -> Parts:
        """The open parts. Raises NotReady while they are being loaded, or where that failed."""
        if self._parts is None:
            raise NotReady(self.failure or "the models are still being loaded")
        return self._parts

    def check(self) -> str:
        """The id of the snapshot that is served. Raises NotReady or NothingPublished, or why it cannot be opened."""
        retriever = self.parts.retriever
        retriever.refresh()
        snapshot = retriever.snapshot
        if snapshot is None:
            raise NothingPublished("nothing has been ingested yet; run: ingest FOLDER")
        return snapshot
