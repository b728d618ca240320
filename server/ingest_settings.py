"""What reading and judging a catalogue take of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from index.errors import BadRequest
from index.text.currencies import codes
from ingest.declared import Declared
from ingest.findings import severities
from ingest.pipeline import Options
from ingest.workers import Limits
from server.settings import BadSetting, Settings


def ingest_options(settings: Settings) -> Options:
    """What the pipeline takes of the settings."""
    return Options(
        jobs=settings.jobs,
        limits=Limits(seconds=settings.file_seconds, memory_mib=settings.file_memory_mib),
        ocr=settings.ocr,
        declared=declared(settings),
        keep=settings.keep,
    )


def declared(settings: Settings) -> Declared:
    """What the settings say of files and tables. Raises BadSetting where a currency is none."""
    return Declared(
        keys=_listed(settings.key_columns),
        private=_listed(settings.private_columns),
        public=_listed(settings.public_columns),
        private_sheets=_listed(settings.private_sheets),
        private_files=_listed(settings.private_files),
        currencies=tuple(map(_currency, _listed(settings.currency))),
    )


def _listed(said: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, re.split("[,，;；]", said))))


def _currency(said: str) -> tuple[str, str]:
    """(pattern of files, code) of `usa/**=USD`, or of a lone code, which holds for all."""
    pattern, _, code = map(str.strip, said.rpartition("="))
    if code.upper() not in codes():
        raise BadSetting(f"currency: {code!r} is not the code of a currency, as EUR; write EUR, or usa/=USD, *=EUR")
    return pattern or "*", code.upper()


def canaries_file(settings: Settings) -> Path:
    """Where the shop's own questions lie, if there are any."""
    return Path(settings.canaries).expanduser() if settings.canaries else settings.home / "canaries.jsonl"


def lint_severities(settings: Settings) -> Mapping[str, str]:
    """Every kind of finding with its severity. Raises BadSetting where the setting cannot be understood."""
    overrides = {}
    for part in filter(None, map(str.strip, settings.lint_severity.split(","))):
        kind, equals, severity = map(str.strip, part.partition("="))
        if not equals:
            raise BadSetting(f"lint_severity: {part!r} is not KIND=SEVERITY, as price_jump=warning")
        overrides[kind] = severity
    try:
        return severities(overrides)
    except BadRequest as error:
        raise BadSetting(f"lint_severity: {error}") from error
