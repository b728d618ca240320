"""Telling of a failed night: real commands, a real server on the loopback interface, and all that goes wrong."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from server.notify import SUMMARY_CHARS, notify
from tests.waiting import LONGEST

MESSAGE = {"exit": 3, "summary": "the gate failed: 40 % of the rows are gone", "failed": ["counts", "金丝雀"]}
LONG = 60.0
"""Seconds; a limit that no test reaches."""
SHORT = 0.3
"""Seconds; a limit that is reached while the other side waits for the test to end."""


@dataclass
class Hook:
    """A webhook, what it was sent, and how it answers. While `held`, it does not answer."""

    url: str = ""
    status: int = 204
    location: str = ""
    drip: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A real HTTP server on a free loopback port."""
    hook = Hook()
    hook.held.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.sent.append((self.path, self.headers["Content-Type"], body))
            while hook.drip and not hook.held.wait(SHORT / 10):  # never silent for as long as the limit
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            hook.held.wait(LONG)
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False  # so that closing waits for its handlers

        def handle_error(self, *_: object) -> None:
            pass  # the other side gave up, as it was meant to

    server = Server(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/hooks/secret"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield hook
    hook.held.set()
    server.shutdown()
    thread.join(LONGEST)
    server.server_close()


def script(folder: Path, text: str) -> str:
    """A command line that runs this Python text."""
    file = folder / "on failure.py"  # the blank must survive the splitting
    file.write_text(text, encoding="utf-8")
    return shlex.join([sys.executable, str(file)])


def test_nothing_is_done_where_nothing_is_set() -> None:
    """Blank settings are none."""
    assert notify(command="", webhook="", message=MESSAGE, timeout=LONG) == []
    assert notify(command="  ", webhook=" ", message=MESSAGE, timeout=LONG) == []


def test_a_command_gets_the_object_and_two_variables(tmp_path: Path) -> None:
    """Arguments reach it as a shell would split them, but no shell reads them."""
    told = tmp_path / "told.json"
    command = script(
        tmp_path,
        "import json, os, sys\nfound = [sys.argv[2:], json.load(sys.stdin), os.environ['XUANJI_EXIT'], "
        "os.environ['XUANJI_SUMMARY'], os.environ['PATH']]\nopen(sys.argv[1], 'w').write(json.dumps(found))\n",
    )
    line = f"{command} {told} --to 'the owner' $HOME ';' exit"
    assert notify(command=line, webhook="", message=MESSAGE, timeout=LONG) == []
    arguments, given, code, summary, path = json.loads(told.read_text())
    assert arguments == ["--to", "the owner", "$HOME", ";", "exit"]
    assert (given, code, summary) == (MESSAGE, "3", MESSAGE["summary"])
    assert path == os.environ["PATH"]


def test_a_summary_no_variable_can_hold_is_made_to_fit(tmp_path: Path) -> None:
    """Cut, without NUL, lone surrogates spelled out; the object on stdin holds the whole."""
    told = tmp_path / "told"
    command = script(
        tmp_path,
        "import json, os, sys\nfound = [os.environ['XUANJI_SUMMARY'], json.load(sys.stdin)['summary']]\n"
        "open(sys.argv[1], 'w').write(json.dumps(found))\n",
    )
    summary = "nul \0 caf\udce9 行\n" + "x" * 200_000
    assert notify(command=f"{command} {told}", webhook="", message={"summary": summary}, timeout=LONG) == []
    variable, whole = json.loads(told.read_text())
    assert variable.startswith("nul  caf\\udce9 行\nxxx")
    assert (len(variable), variable[-1]) == (SUMMARY_CHARS, "…")
    assert whole == summary.replace("\udce9", "\\udce9")


def test_a_command_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Its code and the end of what it said, in one line; never its arguments, which may hold a key."""
    command = script(
        tmp_path, "import sys\nprint('x' * 5000)\nprint('no route\\nto mail', file=sys.stderr)\nsys.exit(7)\n"
    )
    (sentence,) = notify(command=f"{command} --key hunter2", webhook="", message=MESSAGE, timeout=LONG)
    assert sentence.startswith(f"on_failure_command ({sys.executable}) ended with 7: ")
    assert sentence.endswith("x no route to mail")
    assert (len(sentence) < 500, "hunter2" in sentence) == (True, False)
    silent = script(tmp_path, "raise SystemExit(1)")
    assert notify(command=silent, webhook="", message=MESSAGE, timeout=LONG)[0].endswith(
        "ended with 1: it said nothing"
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-program --now", ["on_failure_command (no-such-program) could not be run: No such file"]),
        ("mail 'unclosed", ["cannot be split", "No closing quotation"]),
        ("''", ["could not be run"]),
        ("a\0b", ["could not be run"]),
    ],
)
def test_a_command_that_cannot_run_is_told(command: str, words: list[str]) -> None:
    """One sentence, no exception."""
    (sentence,) = notify(command=command, webhook="", message=MESSAGE, timeout=LONG)
    assert [word for word in words if word not in sentence] == []


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    """The child holds a named pipe open for writing; that reading it ends proves that the child is gone."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = script(
        tmp_path,
        "import os, signal, subprocess, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "alive = os.open(sys.argv[1], os.O_WRONLY)\n"
        "subprocess.run([sys.executable, '-c', 'import signal; signal.pause()'], pass_fds=[alive])\n",
    )
    heard: list[bytes] = []
    reader = threading.Thread(
        target=lambda: heard.append(pipe.read_bytes()), daemon=True
    )  # returns at once if nobody writes any more
    reader.start()
    sentences = notify(command=f"{command} {pipe}", webhook="", message=MESSAGE, timeout=3)
    reader.join(LONG)
    assert (sentences, heard) == (
        [f"on_failure_command ({sys.executable}) did not end within 3 s and was killed"],
        [b""],
    )


def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    """As a mailer that goes on in the background with our output still open."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code = "import sys; open(sys.argv[1]).read()"
    command = script(
        tmp_path, f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {code!r}, sys.argv[1]])\n"
    )
    assert notify(command=f"{command} {pipe}", webhook="", message=MESSAGE, timeout=LONG) == []
    pipe.write_bytes(b"")  # it is still there to read, and ends now


def test_a_webhook_gets_the_object(hook: Hook) -> None:
    """One POST of JSON."""
    assert notify(command="", webhook=hook.url, message=MESSAGE, timeout=LONG) == []
    ((path, kind, body),) = hook.sent
    assert (path, kind, json.loads(body)) == ("/hooks/secret", "application/json", MESSAGE)


def test_no_proxy_of_the_environment_is_used(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the address in the setting is ever called."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert notify(command="", webhook=hook.url, message=MESSAGE, timeout=LONG) == []
    assert len(hook.sent) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(hook: Hook, status: int) -> None:
    """Not even to the same host: no setting names that address."""
    hook.status, hook.location = status, hook.url.replace("/hooks/secret", "/elsewhere")
    (sentence,) = notify(command="", webhook=hook.url, message=MESSAGE, timeout=LONG)
    assert sentence.startswith(f"the webhook at 127.0.0.1 answered {status} (a redirect, which is not followed")
    assert [path for path, _, _ in hook.sent] == ["/hooks/secret"]


def test_a_webhook_that_refuses_is_told_without_its_path(hook: Hook) -> None:
    """The path of a webhook's address is its password."""
    hook.status = 500
    assert notify(command="", webhook=hook.url, message=MESSAGE, timeout=LONG) == [
        "the webhook at 127.0.0.1 answered 500"
    ]


@pytest.mark.parametrize("drip", [False, True], ids=["silent", "a line now and then"])
def test_a_webhook_that_hangs_is_given_up(hook: Hook, drip: bool) -> None:
    """Also one that keeps sending: the limit is one of the whole call."""
    hook.drip = drip
    hook.held.clear()
    (sentence,) = notify(command="", webhook=hook.url, message=MESSAGE, timeout=SHORT)
    assert sentence in (
        f"the webhook at 127.0.0.1 gave no answer within {SHORT:g} s",
        "the webhook at 127.0.0.1 could not be reached: timed out",
    )
    assert len(hook.sent) <= 1


def test_a_webhook_nobody_answers_for_is_told() -> None:
    """The port was free a moment ago and is held without listening."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        (sentence,) = notify(command="", webhook=url, message=MESSAGE, timeout=LONG)
    assert sentence.startswith("the webhook at 127.0.0.1 could not be reached: ")
    assert "refused" in sentence


@pytest.mark.parametrize(
    "webhook",
    ["file:///etc/passwd", "ftp://shop/", "shop.example/hook", "http://", "https://a:b@shop/", "http://[::1/"],
)
def test_only_web_addresses_are_called(webhook: str) -> None:
    """Anything else is refused before anything is opened."""
    (sentence,) = notify(command="", webhook=webhook, message=MESSAGE, timeout=LONG)
    assert sentence.startswith("on_failure_webhook must be an http:// or https:// address")


def test_an_address_no_library_takes_is_told() -> None:
    """A port that is none, a blank in the path."""
    for webhook in ("http://127.0.0.1:x/", "http://127.0.0.1:99999/", "http://127.0.0.1:1/a b"):
        (sentence,) = notify(command="", webhook=webhook, message=MESSAGE, timeout=LONG)
        assert sentence.startswith("the webhook at 127.0.0.1 could not be "), sentence


def test_both_are_told_though_the_first_fails(hook: Hook) -> None:
    """A command that is missing does not keep the webhook from being called."""
    sentences = notify(command="no-such-program", webhook=hook.url, message=MESSAGE, timeout=LONG)
    assert (len(sentences), len(hook.sent)) == (1, 1)
