"""Who opens, closes: the long-lived parts, opened in order and closed in reverse."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from answer.answerer import Answerer
from answer.language import Form
from answer.planning_probe import planning_probe
from answer.probe import best_style, trusted_in
from answer.reader import open_reader
from answer.verifier import Verifier
from engine.engine_stats import EngineStats
from engine.gguf_file import available_cores, gpu_present
from engine.late_engine import LateEngine
from engine.llama.engine import LlamaEngine
from engine.llm_facts import llm_facts
from engine.model_files import prepare_llm
from engine.packed_model import QWEN_CODER
from engine.remote_engine import RemoteEngine
from engine.writer import Writer
from index.database.store import Store
from index.embedding.embedder import Embedder
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.embedding.tokens import tokenizer_of
from index.errors import ModelUnusable, NothingPublished, SnapshotDamaged, XuanjiError
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from retriever.planner.intents import Intents
from retriever.planner.planner import Planner
from retriever.retriever import Retriever
from retriever.translation import open_dictionary
from server.interruptible import Interruptible
from server.plan import gpu_layers, plan
from server.planning import PlanningTrust
from server.settings import BadSetting, Settings

Progress = Callable[[str, float], None]
PLAN_CONTEXT = 4096
"""Tokens of a plan's prompt and itself at most: a sheet of two dozen columns is some 1,000."""
PLAN_SLOTS = 2
"""Plans that are made at once."""
SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class IndexParts:
    """What ingesting needs."""

    home: Home
    store: Store
    embedder: Embedder


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering needs; `model` is the language model's name, `engine_stats` what its engine tells of itself."""

    retriever: Retriever
    answerer: Answerer
    model: str
    embedder: Embedder
    engine_stats: Callable[[], EngineStats] | None = None
    understands: LateEngine | RemoteEngine | None = None


def open_home(settings: Settings) -> Home:
    """The home that the settings name; nothing is made or read yet."""
    return Home(settings.home, settings.database_url or None)


@contextmanager
def opened_store(home: Home) -> Iterator[Store]:
    """The database alone, for what needs no embedder."""
    home.create()
    store = Store.open(home.database_url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_index(settings: Settings, progress: Progress | None = None) -> Iterator[IndexParts]:
    """Home, database and embedder. Makes the folder, and the default models at first use."""
    home = open_home(settings)
    with opened_store(home) as store:
        yield IndexParts(home, store, _embedder(settings, home, home.models, progress))


@contextmanager
def open_to_look(settings: Settings, progress: Progress | None = None) -> Iterator[IndexParts]:
    """As `open_index`, for a run that must change nothing: no form is measured, and a home or an SQLite database that
    is not there is not made; what stands in for it is thrown away afterwards."""
    home = open_home(settings)
    file = home.database_url.removeprefix(SQLITE)
    with TemporaryDirectory(prefix="xuanji-") as scratch:
        url, models = home.database_url, home.models
        if url.startswith(SQLITE) and not Path(file).exists():
            url = f"{SQLITE}{Path(scratch) / 'xuanji.db'}"
        if not models.is_dir():
            models = Path(scratch) / "models"
        store = Store.open(url)
        try:
            yield IndexParts(home, store, _embedder(settings, home, models, progress, measure=False))
        finally:
            store.close()


def _embedder(
    settings: Settings, home: Home, models: Path, progress: Progress | None, *, measure: bool = True
) -> Embedder:
    """The embedder of the settings, in the form of the published index where the settings leave the form open."""
    fingerprint = published(home)
    folder = prepare_embedder(models, settings.embedder, progress=progress, measure=measure, published=fingerprint)
    return open_embedder(
        folder,
        form=settings.embedder_form,
        device="cuda" if settings.device == "gpu" else settings.device,
        threads=settings.threads,
        published=fingerprint,
    )


def published(home: Home) -> str | None:
    """The fingerprint of the embedder that made the published index; None where there is none that can be read."""
    try:
        return current_manifest(home).fingerprint
    except (NothingPublished, SnapshotDamaged):
        return None


@contextmanager
def open_search(settings: Settings, progress: Progress | None = None) -> Iterator[tuple[Retriever, IndexParts]]:
    """A retriever over all that `open_index` opens."""
    with open_index(settings, progress) as index:
        retriever = Retriever(
            index.home,
            index.store,
            index.embedder,
            device=settings.device,
            threads=settings.threads,
            today=today_in(settings.time_zone),
            dictionary=open_dictionary(index.home.models),
        )
        try:
            yield retriever, index
        finally:
            retriever.close()


@contextmanager
def open_parts(settings: Settings, progress: Progress | None = None) -> Iterator[Parts]:
    """Everything that answering a question needs."""
    with (
        open_search(settings, progress) as (retriever, index),
        answering(settings, index, retriever, progress) as parts,
    ):
        yield parts


@contextmanager
def open_for_long(settings: Settings, progress: Progress | None = None) -> Iterator[Parts]:
    """As `open_parts`, with what the first question of many should not wait for."""
    with open_parts(settings, progress) as parts:
        tokenizer_of(parts.embedder.tokenizer_file).whole()
        if parts.understands is not None:
            threading.Thread(target=_warm, args=(parts.answerer,), daemon=True, name="warming up").start()
        yield parts


def _warm(answerer: Answerer) -> None:
    with suppress(XuanjiError):  # nothing is published yet, or the service ends
        answerer.warm()


@contextmanager
def answering(
    settings: Settings, index: IndexParts, retriever: Retriever, progress: Progress | None = None
) -> Iterator[Parts]:
    """What answers, over a retriever that is open, and the language model; one that may word nothing is not begun."""
    engine: RemoteEngine | LlamaEngine | None = None
    understands = _planner_engine(settings, index.home)
    planner = verifier = may_plan = None
    if understands is not None:
        writer = Writer(Interruptible(understands))
        planner, verifier = Planner(writer, Intents(index.embedder)), Verifier(writer)
        may_plan = _planning_trust(settings, index.home, planner, verifier)
    if settings.model_url:
        engine, trusted = remote_model(settings)
        name = engine.model
    else:
        file = prepare_llm(index.home.models, settings.model, probe=best_style, progress=progress)
        name, trusted = file.stem, words_in(settings, trusted_in(llm_facts(file, index.home.models).probe))
        if trusted:
            engine = _local_model(settings, index.home, file)
    try:
        answerer = Answerer(
            retriever,
            Interruptible(engine) if engine is not None else None,
            index.embedder,
            refuse_below=settings.refuse_below,
            contact=settings.contact,
            reader=open_reader(index.embedder, threads=settings.threads),
            planner=planner,
            verifier=verifier,
            may_plan=may_plan,
            words_in=trusted,
            plan_seconds=settings.plan_seconds,
            at_once=min(settings.search_threads, available_cores()),
            today=today_in(settings.time_zone),
        )
        stats = engine.stats if isinstance(engine, LlamaEngine) else None
        yield Parts(retriever, answerer, name, index.embedder, stats, understands)
    finally:
        for opened in (engine, understands):
            if opened is not None:
                opened.close()


def remote_model(settings: Settings) -> tuple[RemoteEngine, frozenset[Form]]:
    """The engine on the servers of the settings, and the languages it may word: who runs a server chose its model.

    Raises BadSetting for what is no address.
    """
    urls = [url for url in map(str.strip, re.split("[,，]", settings.model_url)) if url]
    for url in urls or [settings.model_url]:
        if not re.fullmatch(r"https?://[^/@\s]+(/\S*)?", url):
            raise BadSetting(f"model_url: {url!r} is no address such as http://10.0.0.5:8080/v1 (a key is model_key)")
    engine = RemoteEngine(
        urls,
        key=settings.model_key,
        model=settings.model_name,
        context=settings.context,
        first_seconds=settings.ask_seconds,
    )
    return engine, frozenset({"en", "zh"})


def planner_file(settings: Settings, models: Path) -> Path | None:
    """The file of the model that understands questions; None where there shall be none, or it was not fetched.

    Raises ModelUnusable where the settings name a file that is not there.
    """
    if settings.planner_model in ("off", "remote"):
        return None
    if settings.planner_model == "auto":
        fetched = models / QWEN_CODER.name
        return fetched if fetched.is_file() else None
    named = Path(settings.planner_model).expanduser()
    if not named.is_file():
        raise ModelUnusable(f"planner_model: {named} does not exist; name a GGUF file, auto or off")
    return named


def _planning_trust(settings: Settings, home: Home, planner: Planner, verifier: Verifier) -> PlanningTrust | None:
    """What finds out whether a model may plan; None for the one that `xuanji models get` fetches, which may."""
    if settings.planner_model == "remote":
        key = f"{settings.model_url} {settings.model_name}".strip()
    else:
        file = planner_file(settings, home.models)
        if file is None or file.name == QWEN_CODER.name:
            return None
        facts = file.stat()
        key = f"{file.name} {facts.st_size} {facts.st_mtime_ns}"
    return PlanningTrust(home.models, key, lambda: planning_probe(planner, verifier))


def _planner_engine(settings: Settings, home: Home) -> LateEngine | RemoteEngine | None:
    """The engine of the model that understands questions, to be opened when the first needs it; that of the servers
    where the settings say so. Raises BadSetting where these are named nowhere."""
    if settings.planner_model == "remote":
        if not settings.model_url:
            raise BadSetting('planner_model is "remote", and model_url names no server; set both')
        return remote_model(settings)[0]
    file = planner_file(settings, home.models)
    if file is None:
        return None
    return LateEngine(
        file.stem,
        PLAN_CONTEXT,
        lambda: LlamaEngine(
            file,
            context=PLAN_CONTEXT,
            threads=settings.threads,
            gpu_layers=gpu_layers(settings),
            flash=True,
            slots=PLAN_SLOTS,
            cache_mib=settings.cache_mib,
            waiting=settings.waiting,
        ),
    )


def _local_model(settings: Settings, home: Home, file: Path) -> LlamaEngine:
    """The engine on this machine, its process begun."""
    opened = plan(settings, home, file, gpu=gpu_present())
    return LlamaEngine(
        file,
        context=opened.context,
        threads=opened.threads,
        gpu_layers=gpu_layers(settings),
        flash=opened.flash,
        slots=opened.slots,
        chunk=opened.chunk,
        kv=opened.kv,
        waiting=settings.waiting,
        waiting_tokens=settings.waiting_tokens,
        cache_mib=settings.cache_mib,
        speculative_tokens=settings.speculative_tokens,
    )


def words_in(settings: Settings, probed: frozenset[Form]) -> frozenset[Form]:
    """The languages in which a model words replies. Raises BadSetting for what is no such choice."""
    named = {part for part in re.split(r"[,，\s]+", settings.words_in.strip()) if part}
    if named == {"auto"}:
        return probed
    if not named or not named <= {"en", "zh"} | ({"none"} if len(named) == 1 else set()):
        raise BadSetting(f'words_in must be "auto", "en", "zh", "en, zh" or "none", not {settings.words_in!r}')
    return frozenset(form for form in get_args(Form) if form in named)


def today_in(time_zone: str) -> Callable[[], date]:
    """The day in a time zone, "" for this machine's. Raises BadSetting where there is none of that name."""
    if not time_zone:
        return date.today
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(
            f"time_zone is {time_zone!r}, and there is no such time zone; use one like Asia/Shanghai"
        ) from error
    return lambda: datetime.now(zone).date()
