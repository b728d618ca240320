"""The commands but those of questions and upkeep: each takes the settings and its flags, and returns the exit code."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from answer.probe import best_style
from engine.model_files import tune_llm
from engine.packed_model import QWEN_CODER, fetch
from index.database.exclusive import describe
from index.database.history import history
from index.errors import BadRequest, ModelUnusable, NothingPublished, StorageUnavailable, WriterBusy
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest, instead_of, pinned, snapshots
from ingest.pipeline import Source, ingest_folders
from server.doctor import examine
from server.gatekeeper import QUICK, Gatekeeper
from server.ingest_settings import ingest_options, lint_severities
from server.inventory import PLANNER, inventory, prepare
from server.parts import (
    open_home,
    open_index,
    open_to_look,
    opened_store,
)
from server.plan import gpu_layers
from server.reports import event_in_words, in_a_line, ingesting, show_report, show_tuned, show_verdict
from server.serve import serve
from server.settings import Settings
from server.talk import plain, say
from server.terminal import preparing, print_json


def ingest(settings: Settings, args: argparse.Namespace) -> int:
    """Make a collection equal to a folder."""
    if not args.path.is_dir():  # said before the models are prepared, which takes minutes the first time
        kind = "is a file, not a folder: name the folder that holds it" if args.path.exists() else "does not exist"
        raise BadRequest(f"{args.path} {kind}")
    shown = args.progress or sys.stderr.isatty()
    with ExitStack() as stack:
        progress = stack.enter_context(preparing())
        opened = open_to_look if args.dry_run else open_index
        parts = stack.enter_context(opened(settings, progress))
        tell = stack.enter_context(ingesting(shown=shown))
        sources = [Source(args.collection, args.path)]
        gate = Gatekeeper.of(settings, parts, force=args.force, sample=QUICK)
        outcome = ingest_folders(
            sources,
            home=parts.home,
            store=parts.store,
            embedder=parts.embedder,
            gate=gate,
            options=ingest_options(settings),
            dry_run=args.dry_run,
            force=args.force,
            progress=tell,
            by=describe("ingest"),
        )
        verdict = gate.foresee(outcome, sources) if args.dry_run else outcome.verdict
    (report,) = outcome.reports
    report.failure = " ".join(outcome.failures) or None
    kinds = lint_severities(settings)
    found = [(path, finding) for path, finding in report.findings if kinds[finding.kind] != "off"]
    if args.json:
        told = report.as_dict() | {"note": outcome.note, "gate": verdict.as_dict() if verdict else None}
        if args.changes:
            told["change_list"] = [change.as_dict() for change in report.change_list]
        if args.lint:
            told["lint"] = [
                {"severity": kinds[finding.kind], "path": path, **asdict(finding)} for path, finding in found
            ]
        print_json(told)
    else:
        show_report(report, open_home(settings).current(), changes=args.changes)
        if outcome.note:
            print(plain(outcome.note))
        show_verdict(verdict, dry_run=args.dry_run)
        if args.lint:
            for path, finding in found:
                print(plain(f"{kinds[finding.kind]}: {path}: {in_a_line(finding)}"))
            print(f"lint: {len(found)} findings" if found else "lint: nothing to tell")
        elif found:
            print(f"lint: {len(found)} findings (--lint shows them)")
    faulty = args.lint and any(kinds[finding.kind] == "error" for _, finding in found)
    return max(report.exit_code, 1) if faulty else report.exit_code


def serving(settings: Settings, args: argparse.Namespace) -> int:
    """Answer over HTTP until told to stop."""
    return serve(settings)


def status(settings: Settings, args: argparse.Namespace) -> int:
    """Print what is published, from its manifest alone."""
    home = open_home(settings)
    found: dict[str, Any] = {"home": str(home.path), "snapshot": None, "collections": {}}
    try:
        manifest = current_manifest(home)
    except NothingPublished as error:
        say(str(error))
    else:
        instead = instead_of(home)
        found |= {
            "snapshot": manifest.snapshot,
            "created": manifest.created,
            "embedder": manifest.embedder,
            "rolled_back": None if instead is None else {"from": instead},
            "collections": {
                name: {"documents": entry.documents, "chunks": entry.chunks, "index": entry.kind}
                for name, entry in manifest.collections.items()
            },
        }
    if args.history:
        with opened_store(home) as store:
            found["history"] = [event.as_dict() for event in history(store.engine, args.history)]
        found["snapshots"] = _kept(home)
    if args.json:
        print_json(found)
        return 0
    for name, value in found.items():
        if name not in ("collections", "history", "snapshots", "rolled_back"):
            print(f"{name:10} {value if value is not None else 'none yet'}")
    if found.get("rolled_back"):
        newer = found["rolled_back"]["from"]
        print(f"rolled back: it is served in place of the newer {newer}, until the catalogue changes")
    for name, entry in found["collections"].items():
        print(f"collection {name}: {entry['documents']} documents, {entry['chunks']} chunks ({entry['index']} index)")
    for kept in found.get("snapshots", ()):
        notes = [note for note in ("current", "pinned", "damaged") if kept[note]]
        print(plain(f"kept {kept['snapshot']}" + (f" ({', '.join(notes)})" if notes else "")))
    for event in found.get("history", ()):
        print(plain(event_in_words(event)))
    return 0


def _kept(home: Home) -> list[dict[str, Any]]:
    pins, current = pinned(home), home.current()
    return [
        {
            "snapshot": id,
            "current": id == current,
            "pinned": id in pins,
            "damaged": manifest is None,
            "created": manifest.created if manifest else None,
        }
        for id, manifest in snapshots(home).items()
    ]


def models(settings: Settings, args: argparse.Namespace) -> int:
    """List the models with origin, size and licence; `prepare` makes them ready first, `get` fetches the one that comes
    with no package and lists that alone, `tune` measures instead."""
    if args.what == "tune":
        return _tune(settings, args)
    home, code = open_home(settings), 0
    if args.what == "prepare":
        home.create()
        with preparing() as progress:
            prepare(settings, home, progress)
    elif args.what == "get" and not args.small:
        code = _get(home)
    lines = [line for line in inventory(settings, home) if args.what != "get" or line.role == PLANNER]
    if args.json:
        print_json({"models": [line.as_dict() for line in lines]})
        return code
    for line in lines:
        print(plain(line.text()))
    return code


def _get(home: Home) -> int:
    """Fetch the model that understands questions; 1 where it cannot be had: all else works without."""
    home.create()
    try:
        fetch(QWEN_CODER, home.models, lambda what, fraction: say(f"{fraction:4.0%} {what}"))
    except (ModelUnusable, StorageUnavailable, WriterBusy) as error:
        say(f"{QWEN_CODER.title} could not be had: {error}")
        say("without it questions are understood by rules and answered by the small models; what has come is kept")
        return 1
    return 0


def _tune(settings: Settings, args: argparse.Namespace) -> int:
    """Measure how the language model runs fastest on this machine, and keep that for the next start."""
    if not args.seconds > 0:
        raise BadRequest(f"--seconds must be more than 0, not {args.seconds:g}")
    if settings.model_url:
        raise BadRequest("model_url is set: the model runs on its servers, and there is nothing to tune here")
    home = open_home(settings)
    home.create()
    tuned = tune_llm(
        home.models,
        settings.model,
        seconds=args.seconds,
        gpu_layers=gpu_layers(settings),
        probe=best_style,
        progress=lambda what, fraction: say(f"{fraction:4.0%} {what}"),
    )
    if args.json:
        print_json(tuned.as_dict())
    else:
        show_tuned(tuned)
    return 0


def doctor(settings: Settings, args: argparse.Namespace) -> int:
    """Say what works here and what is missing; 3 where something will not work."""
    findings = list(examine(settings, open_home(settings)))
    if args.json:
        print_json({"findings": [finding.as_dict() for finding in findings]})
    else:
        signs = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}
        for finding in findings:
            print(plain(f"{signs[finding.state]} {finding.about}: {finding.text}"))
    return 3 if any(finding.state == "problem" for finding in findings) else 0
