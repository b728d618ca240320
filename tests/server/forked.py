"""Commands as processes that have imported the program already: one process imports it, and is forked for each.

Each command is a process of its own with its own arguments, environment, stdout and stderr, as if Python had been
started for it; only the two seconds of imports are saved, a hundred times.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

LONGEST = 1 << 16


class Forked:
    """The process that is forked; use as a context."""

    def __enter__(self) -> Forked:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen([sys.executable, "-m", "tests.server.forked"], stdin=theirs)
        theirs.close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()
        self._process.wait(timeout=30)

    def run(
        self, arguments: Sequence[str], environ: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run `xuanji` with these arguments. Raises TimeoutExpired; the command is killed first."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            reading, writing = os.pipe()
            with open(reading, "rb", buffering=0) as reply:  # noqa: PTH123 - a descriptor
                order = json.dumps({"arguments": list(arguments), "environ": dict(environ), "folder": str(Path.cwd())})
                socket.send_fds(self._socket, [order.encode()], [out.fileno(), err.fileno(), writing])
                os.close(writing)
                code = _read(reply, timeout, arguments)
            told = []
            for file in (out, err):
                file.seek(0)
                told.append(file.read().decode("utf-8").replace("\r\n", "\n"))
        return subprocess.CompletedProcess(list(arguments), code, *told)


def _read(reply: Any, timeout: float, arguments: Sequence[str]) -> int:
    """The exit code that the process beside sends; before it, the command's process id."""
    pid = int(reply.readline())
    if not select.select([reply], [], [], timeout)[0]:
        os.kill(pid, signal.SIGKILL)
        raise subprocess.TimeoutExpired(list(arguments), timeout)
    told = reply.read()
    assert told, f"nothing came back from {arguments}"
    return int(told)


def serve() -> int:
    """Fork for every order that comes, until the other side hangs up; in a fork, its exit code."""
    import server.cli
    import server.commands
    import server.evaluate
    import server.questions
    import server.upkeep  # noqa: F401 - what is imported here need not be in every fork

    gc.freeze()
    orders = socket.socket(fileno=os.dup(0))
    while True:
        message, handles, *_ = socket.recv_fds(orders, LONGEST, 3)
        if not message:
            return 0
        if os.fork() == 0:  # this one waits for the command, so that several can run at once
            command = os.fork()
            if command:
                os.write(handles[2], b"%d\n" % command)
                code = os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])
                os.write(handles[2], str(code).encode())
                os._exit(0)
            return _command(orders, json.loads(message), handles)
        for handle in handles:
            os.close(handle)
        with contextlib.suppress(ChildProcessError):  # none is left a zombie until the end
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _command(orders: socket.socket, order: Mapping[str, Any], handles: Sequence[int]) -> int:
    orders.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for handle, place in ((nothing, 0), (handles[0], 1), (handles[1], 2)):
        os.dup2(handle, place)
    for handle in (nothing, *handles):
        os.close(handle)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = ["xuanji", *order["arguments"]]
    return sys.modules["server.cli"].main()  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(serve())
