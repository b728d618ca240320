"""What reading and judging a catalogue take of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from index.errors import BadRequest
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
        key_columns=tuple(filter(None, map(str.strip, re.split("[,，;；]", settings.key_columns)))),
        keep=settings.keep,
    )


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
