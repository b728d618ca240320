"""`Stages`: the log of the nightly job, one JSON line for each stage that ended.

It does not know what the stages are, nor who reads the lines.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

_UNSEEN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters JSON allows in a line, and that move a terminal's cursor, break its line or turn its writing direction."""


class Stages:
    """Writes to `stream` (stdout, as it stands when the first line is due, by default) and keeps what it wrote.

    `lines` are the objects of the lines, in order: `at` (when the stage began, local time with its offset), `stage`,
    `seconds` (real time that it took), `ok`, then the stage's facts; where it failed also `error` and `error_type`.
    A stream that cannot be written (a full disk, a reader that went away) never ends the job.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.lines: list[dict[str, Any]] = []
        self._stream = stream

    @contextmanager
    def stage(self, name: str, **facts: Any) -> Iterator[dict[str, Any]]:
        """One stage; what the block puts into the yielded facts stands in its line.

        An exception is logged and goes on rising. A fact named as one of the log's own keys is left out.
        """
        at, start = datetime.now().astimezone(), time.monotonic()
        found: dict[str, Any] = dict(facts)
        failure: dict[str, Any] = {}
        try:
            yield found
        except BaseException as error:  # an interrupted stage, or one that ran out of time, is told of too
            failure = {"error": str(error) or type(error).__name__, "error_type": type(error).__name__}
            raise
        finally:
            seconds = round(time.monotonic() - start, 3)
            own = {"at": at.isoformat(timespec="milliseconds"), "stage": name, "seconds": seconds, "ok": not failure}
            self._write(own | {key: value for key, value in found.items() if key not in own} | failure)

    def _write(self, line: dict[str, Any]) -> None:
        written = json_line(line)
        self.lines.append(json.loads(written))
        stream = self._stream or sys.stdout
        if (stream.encoding or "utf-8").lower().replace("-", "") != "utf8":
            written = json.dumps(self.lines[-1])  # ASCII
        with contextlib.suppress(OSError):
            stream.write(written + "\n")
            stream.flush()


def json_line(value: Mapping[str, Any]) -> str:
    """One line of JSON that every parser takes, whatever is in it: no line break, no lone surrogate, no NaN.

    What JSON has no form for (a path, a time) is written as text, a set as a list.
    """
    text = json.dumps(_jsonable(value), ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _jsonable(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Mapping():
            return {_whole(str(key)): _jsonable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_jsonable(item) for item in value]
        case _:
            return _whole(str(value))


def _whole(text: str) -> str:
    """Text with lone surrogates (file names that are no UTF-8 have them) spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
