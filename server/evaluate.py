"""`xuanji evaluate`: question sets put to the product, measured, kept in a folder and held against accepted figures."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from answer.answer import Answer, Answered
from answer.language import detect, resolve
from answer.probe import best_style
from engine.llama.engine import LlamaEngine
from engine.model_files import prepare_llm
from evaluation import business_set
from evaluation.accepted import accept, drops, read_accepted, require
from evaluation.asking import AnswerLine, Judge, ask_all
from evaluation.beir import read_set
from evaluation.corpus_index import publish_corpus
from evaluation.errors import in_words
from evaluation.judge import agrees
from evaluation.questions import Question, read_questions
from evaluation.report import render
from evaluation.retrieval import Search, SearchLine, Tell, run_searches
from evaluation.run import ERRORS, REPORT, Run, read_run, summarize, write_run
from evaluation.scoring import TOP, detect_of
from index.database.exclusive import describe
from index.database.store import Store
from index.database.tables import now
from index.errors import BadRequest, NothingPublished
from index.publishing.gate import Ungated
from index.snapshot.home import Home
from ingest.pipeline import Source, ingest_folders
from retriever.retriever import Retriever
from retriever.search import Legs
from retriever.translation import open_dictionary
from server.evaluate_sets import Target, legs_of, targets_of
from server.evaluate_shown import show_run
from server.ingest_settings import ingest_options
from server.parts import (
    IndexParts,
    Parts,
    open_home,
    open_index,
    open_parts,
    published,
    today_in,
)
from server.plan import gpu_layers
from server.settings import Settings
from server.talk import say
from server.terminal import preparing, print_json

RECORDED = ("embedder", "embedder_form", "device", "threads", "model", "context", "gpu_layers", "refuse_below")
DROPPED = 3
"""The exit code of a gate that found a drop, as that of a night whose snapshot is not served."""


def evaluate(settings: Settings, args: argparse.Namespace) -> int:
    """Measure the named sets, or the built-in one; 3 where a figure dropped, 1 where a question could not be put."""
    if args.gate and args.accept:
        raise BadRequest("--gate holds against accepted figures and --accept replaces them; use one of the two")
    if args.limit < 0:
        raise BadRequest(f"--limit is {args.limit}; write how many questions of each set are put, or 0 for all")
    targets = targets_of(args.sets, args.accepted)
    legs = legs_of(args.legs)
    before = read_run(args.compare) if args.compare is not None else None
    accepted = {target.name: read_accepted(target.accepted) for target in targets} if args.gate else {}
    for name, figures in accepted.items():  # said before an hour is spent
        require(next(target.accepted for target in targets if target.name == name), figures, name, args.limit)
    about: dict[str, Any] = {
        "created": now(),
        "xuanji": version("xuanji"),
        "settings": {name: str(getattr(settings, name)) for name in RECORDED},
        "model": "",
        "embedder": "",
        "sets": {},
    }
    searches, answers = _measured(settings, args, targets, legs, about)
    run = Run(about, tuple(searches), tuple(answers))
    summary = summarize(run, before)
    failures = [
        sentence for name, figures in accepted.items() for sentence in drops(name, summary["sets"][name], figures)
    ]
    if args.gate:
        summary["gate"] = {"passed": not failures, "failures": failures}
    if args.run is not None:
        errors = "\n".join(in_words(run)) + "\n"
        write_run(args.run, run, summary, {REPORT: render(run, summary), ERRORS: errors})
    if args.accept:
        for target in targets:
            accept(target.accepted, about, {target.name: summary["sets"][target.name]})
    if args.json:
        print_json(summary)
    else:
        show_run(summary)
        print(
            f"everything that was asked and found lies in {args.run}"
            if args.run
            else "nothing was kept: --run DIR does"
        )
    for failure in failures:
        say(failure)
    if failures:
        return DROPPED
    return 1 if any(line.error for line in run.answers) else 0


def _measured(
    settings: Settings, args: argparse.Namespace, targets: Sequence[Target], legs: Sequence[Legs], about: dict[str, Any]
) -> tuple[list[SearchLine], list[AnswerLine]]:
    searches: list[SearchLine] = []
    answers: list[AnswerLine] = []
    with ExitStack() as stack:
        tell = stack.enter_context(_telling())
        progress = stack.enter_context(preparing())
        root = args.cache or Path(stack.enter_context(TemporaryDirectory(prefix="xuanji-")))
        if corpora := [target for target in targets if target.is_corpus]:
            with open_index(_elsewhere(settings, root / "sets"), progress) as index:
                for target in corpora:
                    searches += _searched(settings, args, target, legs, index, about, tell)
        if asked := [target for target in targets if not target.is_corpus]:
            home = settings
            if not args.sets and args.home is None:
                home = _elsewhere(settings, root / business_set.NAME)
                _ingest_business(home, tell)
            elif published(open_home(home)) is None:
                raise NothingPublished(f"nothing has been ingested into {home.home} yet; run: ingest FOLDER")
            judge = stack.enter_context(_judging(settings, args.judge)) if args.judge else None
            with open_parts(home, progress) as parts:
                for target in asked:
                    answers += _answered(args, target, parts, about, tell, judge)
    return searches, answers


def _elsewhere(settings: Settings, folder: Path) -> Settings:
    """The settings for a home of evaluation's own, in which the models are those of the real one."""
    home = open_home(settings)
    home.create()
    folder.mkdir(parents=True, exist_ok=True)
    models = folder / "models"
    if models.is_symlink():  # of an earlier run, whose home may be another one or gone
        models.unlink()
    if not models.exists():
        models.symlink_to(home.models, target_is_directory=True)
    return replace(settings, home=folder, database_url="")


def _searched(
    settings: Settings,
    args: argparse.Namespace,
    target: Target,
    legs: Sequence[Legs],
    index: IndexParts,
    about: dict[str, Any],
    tell: Tell,
) -> list[SearchLine]:
    began = time.monotonic()
    questions = read_set(target.path, args.limit)
    home = Home(index.home.path / target.name)
    home.create()
    with closing(Store.open(home.database_url)) as store:
        snapshot = publish_corpus(
            questions.documents,
            home=home,
            store=store,
            embedder=index.embedder,
            told=lambda embedded, documents: tell(f"{target.name}, embedding", embedded, documents),
        )
        retriever = Retriever(
            home,
            store,
            index.embedder,
            device=settings.device,
            threads=settings.threads,
            today=today_in(settings.time_zone),
            dictionary=open_dictionary(index.home.models),
        )
        with closing(retriever):
            lines = list(run_searches(questions, {name: _search(retriever, name) for name in legs}, tell))
    about["embedder"] = f"{index.embedder.name} {index.embedder.fingerprint}"
    about["sets"][target.name] = {
        "path": str(target.path),
        "limit": args.limit,
        "documents": len(questions.documents),
        "snapshot": snapshot,
        "seconds": round(time.monotonic() - began, 3),
    }
    return lines


def _search(retriever: Retriever, legs: Legs) -> Search:
    return lambda query, top_k: retriever.search(query, top_k=top_k, legs=legs)


def _ingest_business(settings: Settings, tell: Tell) -> None:
    sources = [Source(name, folder) for name, folder in business_set.folders().items()]
    with open_index(settings) as index:
        ingest_folders(
            sources,
            home=index.home,
            store=index.store,
            embedder=index.embedder,
            options=ingest_options(settings),
            progress=lambda seen: tell("ingesting the sample catalogue", seen.files_done, seen.files_seen),
            gate=Ungated("the sample catalogue, to be measured"),
            by=describe("evaluate"),
        )


def _answered(
    args: argparse.Namespace, target: Target, parts: Parts, about: dict[str, Any], tell: Tell, judge: Judge | None
) -> list[AnswerLine]:
    began = time.monotonic()
    questions = read_questions(target.path, args.limit)

    def ask(question: Question) -> Answer:
        events = parts.answerer.ask(
            question.query,
            language="auto" if detect(question.query) == detect_of(question.language) else question.language,
            collection=question.collection,
            history=question.history,
            top_k=TOP,
            as_of=question.as_of,
        )
        return next(event.answer for event in events if isinstance(event, Answered))

    lines = list(ask_all(target.name, questions, ask, tell, judge))
    embedder = parts.retriever.embedder
    about["embedder"], about["model"] = f"{embedder.name} {embedder.fingerprint}", parts.model
    about["sets"][target.name] = {
        "path": str(target.path),
        "limit": args.limit,
        "snapshot": next((line.snapshot for line in lines if line.snapshot), ""),
        "seconds": round(time.monotonic() - began, 3),
    }
    return lines


@contextmanager
def _judging(settings: Settings, model: str) -> Iterator[Judge]:
    """A judge that asks a model of its own."""
    home = open_home(settings)
    home.create()
    file = prepare_llm(home.models, model, probe=best_style)
    engine = LlamaEngine(file, context=settings.context, threads=settings.threads, gpu_layers=gpu_layers(settings))
    try:
        yield lambda question, answer: agrees(
            engine, question.query, question.gold, answer.text, resolve(question.language, question.query).form
        )
    finally:
        engine.close()


@contextmanager
def _telling() -> Iterator[Tell]:
    """How far it is, on one line of a terminal; elsewhere nothing."""
    shown = sys.stderr.isatty()
    last = 0.0

    def tell(what: str, done: int, of: int) -> None:
        nonlocal last
        if shown and time.monotonic() - last > 0.2:
            last = time.monotonic()
            print(f"\r\x1b[K{what}: {done:,} of {of:,}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
