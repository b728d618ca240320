"""GGUF files and the llama.cpp library: what a file says of itself, and writing it in another form.

The only file that imports llama_cpp.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import BadRequest, MissingPackage, ModelUnusable

SPINS = 300
"""Turns (some 20 microseconds) for which a thread that waits for the others looks whether they have come, before it
sleeps. libgomp's own are a thousand times as many, at each of the hundreds of meetings of a token: as soon as another
process is busy, the waiting thread keeps the one that it waits for from its core, and a token takes seconds."""

_log: deque[str] = deque(maxlen=20)
_kept: list[Any] = []  # llama.cpp holds only a pointer to the callback; Python must hold the thing
_library: Any = None


def _keep_line(level: int, text: bytes, _data: object) -> None:
    if level >= 2:  # GGML_LOG_LEVEL_WARN, _ERROR, _DEBUG, _CONT; information is noise
        _log.append(text.decode("utf-8", "replace").strip())


def llama_cpp() -> Any:
    """The low-level module, loaded at first use, its log captured instead of printed."""
    global _library
    if _library is None:
        try:
            with _waiting_briefly():
                import llama_cpp.llama_cpp as library
        except ImportError as error:
            raise MissingPackage("llama-cpp-python is not installed; run: pip install llama-cpp-python") from error

        _kept.append(library.llama_log_callback(_keep_line))
        library.llama_log_set(_kept[0], ctypes.c_void_p(0))
        library.llama_backend_init()
        _library = library
    return _library


@contextlib.contextmanager
def _waiting_briefly() -> Iterator[None]:
    """What is loaded meanwhile waits for `SPINS`, unless the user has said how threads shall wait. Other libraries
    have OpenMP of their own, which is left as it is."""
    if "GOMP_SPINCOUNT" in os.environ or "OMP_WAIT_POLICY" in os.environ:
        yield
        return
    os.environ["GOMP_SPINCOUNT"] = str(SPINS)
    try:
        yield
    finally:
        del os.environ["GOMP_SPINCOUNT"]


def complaint() -> str:
    """What llama.cpp said last of an error, in brackets; "" for nothing."""
    lines = [line for line in _log if "error" in line.lower() or "failed" in line.lower()]
    return f"({lines[0]})" if lines else ""


def forget_complaints() -> None:
    """What was said before belongs to another file."""
    _log.clear()


def check_gguf(path: Path) -> None:
    """Raises `ModelUnusable` unless `path` is a file that opens like a GGUF."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelUnusable(f"{path}: cannot be read ({error.strerror}); name a GGUF file") from error
    if magic != b"GGUF":
        raise ModelUnusable(f"{path}: not a GGUF file; name one, or leave the setting out for the default model")


def requantize(source: Path, target: Path, form: str, threads: int = 0) -> None:
    """Write `source` into `target` in another quantization (`form` as llama.cpp calls it: "Q4_0", "Q8_0", "F16")."""
    lib = llama_cpp()
    params = lib.llama_model_quantize_default_params()
    name = f"LLAMA_FTYPE_MOSTLY_{form}"
    params.ftype = getattr(lib, name)
    params.allow_requantize = True
    params.nthread = threads or available_cores()
    if lib.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params)) != 0:
        raise ModelUnusable(f"{source}: llama.cpp cannot rewrite it as {form} {complaint()}")


def available_cores() -> int:
    """The processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def gpu_present() -> bool:
    """Whether this build of llama.cpp can put a model on a GPU."""
    return bool(llama_cpp().llama_supports_gpu_offload())


def describe(path: Path) -> dict[str, str]:
    """What a file says of itself, without loading its weights: architecture, quantization, licence, context, name."""
    check_gguf(path)
    lib = llama_cpp()
    forget_complaints()
    params = lib.llama_model_default_params()
    params.vocab_only = True
    model = lib.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise ModelUnusable(f"{path}: llama.cpp cannot load it; it is damaged or of an unknown kind {complaint()}")
    buffer = ctypes.create_string_buffer(4096)

    def meta(key: str) -> str:
        length = lib.llama_model_meta_val_str(model, key.encode(), buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace") if length > 0 else ""

    architecture = meta("general.architecture")
    kind = meta("general.file_type")
    facts = {
        "name": meta("general.name") or path.stem,
        "architecture": architecture,
        "quantization": lib.llama_ftype_name(int(kind)).decode() if kind.isdigit() else "unknown",
        "licence": meta("general.license"),
        "context": meta(f"{architecture}.context_length"),
    }
    lib.llama_model_free(model)
    return facts


def gbnf(schema: str) -> str:
    """A grammar of what is JSON of a schema. Raises `BadRequest` for what is no schema."""
    from llama_cpp import llama_grammar

    converters: Any = llama_grammar

    class Converter(converters.SchemaConverter):  # type: ignore[misc]
        """Writes JSON text in a grammar as it reads: as shipped, what lies beyond the BMP becomes two halves of a
        character, and an escaped quote ends the text."""

        def _format_literal(self, literal: str) -> str:
            with contextlib.suppress(ValueError):
                literal = json.dumps(json.loads(literal), ensure_ascii=False).replace("\\", "\\\\")
            return str(super()._format_literal(literal))

    try:
        converter = Converter(prop_order={}, allow_fetch=False, dotall=False, raw_pattern=False)
        converter.visit(converter.resolve_refs(json.loads(schema), "the schema"), "")
        return str(converter.format_grammar())
    except Exception as error:
        raise BadRequest(f"the JSON schema cannot be made a grammar: {error}") from error
