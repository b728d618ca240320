"""The command line: `xuanji COMMAND` and `ingest`. Machine-readable output goes to stdout, talk to stderr.

It knows the commands by name only, as a web server knows its application: `server.commands`, and with it every room
and library, is loaded once the line has been understood, so that help and mistakes are answered at once.
Exit codes: 0 all in; 1 done, but inputs were refused; 2 wrong usage; 3 nothing was published or could be served.
"""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from index.errors import BadRequest, NotFound, XuanjiError
from server.settings import NAMES, read_settings
from server.talk import say

EXIT: dict[type[XuanjiError], int] = {XuanjiError: 3, BadRequest: 2, NotFound: 2}
"""The nearest base class decides."""

INGEST = "commands:ingest"
INTERRUPTED = 130
UNFORESEEN = 3


def main(argv: Sequence[str] | None = None) -> int:
    """The `xuanji` command; returns the exit code."""
    return _run(_umbrella(), argv)


def ingest_main(argv: Sequence[str] | None = None) -> int:
    """The `ingest` command, the same as `xuanji ingest`."""
    parser = argparse.ArgumentParser("ingest", description="Make a collection equal to a folder of documents.")
    _ingest(parser)
    return _run(parser, argv)


def _run(parser: argparse.ArgumentParser, argv: Sequence[str] | None) -> int:
    args = parser.parse_args(argv)
    flags = {name: value for name, value in vars(args).items() if name in NAMES}
    try:
        settings = read_settings(os.environ, flags, args.config)
        if args.command == INGEST:
            _begin_reading()
        code: int = pkgutil.resolve_name(f"server.{args.command}")(settings, args)
    except XuanjiError as error:
        say(str(error))
        return next(EXIT[kind] for kind in type(error).__mro__ if kind in EXIT)
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader, as `head`, has seen enough; nothing more may be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the border of the process: Python's own exit code would be 1, "done"
        traceback.print_exc()
        say(f"an unexpected error ({type(error).__name__}); what was published goes on. Please report the lines above")
        return UNFORESEEN
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _begin_reading() -> None:
    """Begin the process that reading processes are forked from: it imports its libraries while this one does."""
    if sys.platform != "win32":
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["ingest.workers"])
        forkserver.ensure_running()


class _Version(argparse.Action):
    """Looked up when asked for, not at every start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"xuanji {version('xuanji')}")
        parser.exit()


def _umbrella() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "xuanji", description="Answers customers' questions about a shop's own catalogue, on the shop's own machine."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    group = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, about, build in (
        ("ingest", "make a collection equal to a folder of documents", _ingest),
        ("reindex", "the nightly job: every collection from its folder, checked, then published", _reindex),
        ("serve", "answer over HTTP, with a web page", _serve),
        ("ask", "answer one question", _ask),
        ("search", "show the passages nearest to a question", _search),
        ("status", "show what is published", _status),
        ("rollback", "serve an older snapshot again, at once", _rollback),
        ("pin", "keep a snapshot for ever, or no longer", _pin),
        ("withdraw", "let nothing answer for a SKU or a file, from the next question on", _withdraw),
        ("verify", "compare database, vectors, caches and folder, or prove a withdrawal", _verify),
        ("evaluate", "measure search and answers on question sets, and hold them against accepted figures", _evaluate),
        ("backup", "write everything but the models into one file", _backup),
        ("restore", "bring a backup back", _restore),
        ("models", "list the models, or prepare them now", _models),
        ("doctor", "say what works on this machine, and what is missing", _doctor),
    ):
        build(group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}."))
    return parser


def _ingest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder to read, with everything below it")
    _collection(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument("--force", action="store_true", help="publish although the gate objects; it is recorded")
    parser.add_argument("--changes", action="store_true", help="list every product that changed")
    parser.add_argument("--lint", action="store_true", help="list what looks wrong; with --dry-run, do no more")
    parser.add_argument("--progress", action="store_true", help="show the progress bar even without a terminal")
    _settings(parser, *READING, *GATE)
    _finish(parser, INGEST, json=True, model=True)


def _reindex(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="publish although the gate objects; it is recorded")
    parser.add_argument("--rebuild", action="store_true", help="make every index anew from the database")
    parser.add_argument("--changes", action="store_true", help="list every product that changed in the last line")
    _settings(parser, *READING, *GATE, "reindex_seconds", "on_failure_command", "on_failure_webhook")
    _finish(parser, "nightly:reindex", json=True, model=True)


def _rollback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", nargs="?", metavar="ID", help="default: the one before the current")
    parser.add_argument("--reason", default="", metavar="TEXT", help="for the record")
    _finish(parser, "upkeep:rollback", json=True, model=False)


def _pin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", metavar="ID")
    parser.add_argument("--release", action="store_true", help="let it go with the others of its age")
    _finish(parser, "upkeep:pin_snapshot", json=True, model=False)


def _withdraw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", metavar="SKU|FILE", help="a SKU, or a file as the catalogue names it")
    parser.add_argument("--collection", metavar="NAME", help="in this one only (default: in all)")
    parser.add_argument("--release", action="store_true", help="let it be answered again")
    parser.add_argument("--list", action="store_true", help="show what is withdrawn")
    parser.add_argument(
        "--purge", action="store_true", help="remove all that is withdrawn from the disk, and older snapshots"
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="for the record")
    _finish(parser, "upkeep:withdraw", json=True, model=False)


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--withdrawn", metavar="SKU|FILE", help="prove that nothing answers for it")
    _finish(parser, "upkeep:verify", json=True, model=True)


def _evaluate(parser: argparse.ArgumentParser) -> None:
    about = (
        "a folder in the BEIR layout, or a JSONL file of questions (default: the built-in set on the sample catalogue)"
    )
    parser.add_argument("sets", nargs="*", type=Path, metavar="SET", help=about)
    parser.add_argument("--run", type=Path, metavar="DIR", help="keep every question, passage and answer, and a report")
    parser.add_argument("--compare", type=Path, metavar="DIR", help="tell what differs from a run that was kept")
    parser.add_argument("--gate", action="store_true", help="end with 3 where a figure is worse than accepted")
    parser.add_argument("--accept", action="store_true", help="make these the accepted figures")
    parser.add_argument("--accepted", type=Path, metavar="FILE", help="the accepted figures (default: beside the set)")
    parser.add_argument("--legs", default="fused", metavar="LIST", help="fused, dense, keywords: searched side by side")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="N questions of each set, always the same")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="keep the indexes here, so that nothing is embedded twice"
    )
    parser.add_argument(
        "--judge", default="", metavar="MODEL", help='a GGUF file, or "default", that judges the answers'
    )
    _settings(parser, "refuse_below")
    _finish(parser, "evaluate:evaluate", json=True, model=True)


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    _finish(parser, "upkeep:backup", json=True, model=False)


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="into a home in use, whose content is moved aside")
    _finish(parser, "upkeep:restore", json=True, model=False)


def _serve(parser: argparse.ArgumentParser) -> None:
    _settings(parser, "host", "port", "waiting")
    _finish(parser, "commands:serving", json=False, model=True)


def _ask(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    parser.add_argument("--language", default="auto", metavar="TAG", help="of the reply: auto, zh, en, ...")
    _finish(parser, "questions:ask", json=True, model=True)


def _search(parser: argparse.ArgumentParser) -> None:
    _question(parser)
    _finish(parser, "questions:search", json=True, model=False)


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--history", type=int, nargs="?", const=20, metavar="N", help="the last N events (20)")
    _finish(parser, "commands:status", json=True, model=False)


def _models(parser: argparse.ArgumentParser) -> None:
    choices = ("list", "prepare", "get", "tune")
    about = "list (default), prepare, get: fetch the model that understands questions (1.1 GB), or tune: measure how "
    about += "the language model runs fastest here, for the next start"
    parser.add_argument("what", choices=choices, nargs="?", default="list", help=about)
    parser.add_argument("--small", action="store_true", help="for get: do without that model")
    parser.add_argument("--seconds", type=float, default=300.0, metavar="N", help="for tune: about so long (300)")
    _finish(parser, "commands:models", json=True, model=True)


def _doctor(parser: argparse.ArgumentParser) -> None:
    _finish(parser, "commands:doctor", json=True, model=True)


def _collection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collection", default="default", metavar="NAME", help="default: default")


def _question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUESTION")
    _collection(parser)
    parser.add_argument("--top-k", type=int, default=5, metavar="N", help="how many passages (default 5)")
    parser.add_argument("--as-of", metavar="DAY", help="as if today were this day, as 2026-12-24")
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="F",
        help="brand=Acme, brand!=Acme, price<=100, price=10..100; may be repeated",
    )


def _finish(parser: argparse.ArgumentParser, command: str, *, json: bool, model: bool) -> None:
    """What every command has, after its own flags."""
    if json:
        parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    shared = parser.add_argument_group("settings (also in xuanji.toml and as XUANJI_* in the environment)")
    shared.add_argument("--config", type=Path, metavar="FILE", help="settings file (default HOME/xuanji.toml)")
    names = ["home", "database_url", "embedder", "embedder_form", "device", "threads"]
    _settings(shared, *names, *(("model", "planner_model", "context", "gpu_layers") if model else ()))
    parser.set_defaults(command=command)


GATE = ("most_lost", "least_found", "gate_sample", "canaries", "lint_severity")
READING = ("jobs", "file_seconds", "file_memory_mib", "ocr", "key_columns", "currency", "keep")
"""What is private is no flag: a night that lacked it would publish what it holds back."""


def _settings(parser: argparse._ActionsContainer, *names: str) -> None:
    """Flags that are settings: their values are checked where the file's and the environment's are."""
    for name in names:
        rule = NAMES[name].metadata
        choices = rule.get("choices")
        metavar = "{" + ",".join(choices) + "}" if choices else name.rpartition("_")[2].upper()
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=rule["about"])
