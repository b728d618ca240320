"""`notify`: tell somebody that the nightly job failed, by a command, a webhook, or both.

It does not know what failed. Only the addresses and commands it is given are used: no proxy of the environment, no
redirect. It never raises and never decides an exit code: what could not be told is returned, a sentence each.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from server.stages import json_line

SUMMARY_CHARS = 1000
"""Of the summary in the command's environment; the whole of it is in the JSON object."""

_TAIL = 300
"""Bytes of a failed command's output that are told."""


def notify(*, command: str, webhook: str, message: Mapping[str, Any], timeout: float) -> list[str]:
    """Run `command` and POST to `webhook` (each nothing where empty); what failed, in sentences.

    The command line is split as a shell would, but no shell runs it. It gets `message` as a JSON object on stdin, and
    its `exit` and `summary` as XUANJI_EXIT and XUANJI_SUMMARY. The webhook gets the same object. Each is given up after
    `timeout` seconds; the command then ends with everything it started. Sentences name a program or a host, never
    arguments or paths of addresses: these hold secrets.
    """
    body = json_line(message)
    failures = [_run(command, body, message, timeout) if command.strip() else "", _post(webhook, body, timeout)]
    return [failure for failure in failures if failure]


def _run(command: str, body: str, message: Mapping[str, Any], timeout: float) -> str:
    try:
        line = shlex.split(command)
    except ValueError as error:
        return f"on_failure_command cannot be split into words ({error}); nobody was told by it"
    told = {"XUANJI_EXIT": str(message.get("exit", "")), "XUANJI_SUMMARY": _variable(message.get("summary", ""))}
    try:
        # files, not pipes: neither a command that reads nothing nor a child it leaves behind can hold us up
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
            given.write(body.encode() + b"\n")
            given.seek(0)
            process = subprocess.Popen(
                line,
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **told},
                start_new_session=True,
            )
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                return f"on_failure_command ({line[0]}) did not end within {timeout:g} s and was killed"
            finally:
                if process.poll() is None:  # out of time, or we are being interrupted
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            if code == 0:
                return ""
            output.seek(max(0, output.seek(0, os.SEEK_END) - _TAIL))
            said = " ".join(output.read().decode("utf-8", "replace").split())
            return f"on_failure_command ({line[0]}) ended with {code}: {said or 'it said nothing'}"
    except (OSError, ValueError) as error:
        return f"on_failure_command ({line[0]}) could not be run: {getattr(error, 'strerror', None) or error}"


def _variable(value: Any) -> str:
    """Text as a variable of the environment can hold it."""
    text = str(value).replace("\0", "").encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= SUMMARY_CHARS else text[: SUMMARY_CHARS - 1] + "…"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect leads to an address that no setting names: it becomes the HTTPError of its status."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(webhook: str, body: str, timeout: float) -> str:
    if not webhook.strip():
        return ""
    try:
        parts = urlsplit(webhook.strip())
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https") or parts.username is not None:
        return "on_failure_webhook must be an http:// or https:// address without a user name; nothing was sent"
    outcome = [f"the webhook at {host} gave no answer within {timeout:g} s"]

    def send() -> None:
        headers = {"Content-Type": "application/json", "User-Agent": "xuanji"}
        request = urllib.request.Request(webhook.strip(), body.encode(), headers, method="POST")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
        try:
            with opener.open(request, timeout=timeout):
                outcome[0] = ""
        except HTTPError as error:
            error.close()
            moved = " (a redirect, which is not followed: name the address it leads to)" if error.code < 400 else ""
            outcome[0] = f"the webhook at {host} answered {error.code}{moved}"
        except TimeoutError:
            pass  # as the outcome says already
        except URLError as error:
            outcome[0] = f"the webhook at {host} could not be reached: {error.reason}"
        except Exception as error:  # noqa: BLE001 - whatever it is, the job's own failure is the news
            outcome[0] = f"the webhook at {host} could not be called: {type(error).__name__}"

    # urllib's timeout is one of each read; looking up a name has none at all, and a server may send a byte a second
    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(timeout)
    return outcome[0]
