"""`GgufModel`: one GGUF file open in llama.cpp with one context. The only file that imports llama_cpp.

It is not thread-safe: one thread at a time may decode (tokenizing is safe from any thread). It knows nothing of
chats, queues or stop texts.
"""

from __future__ import annotations

import codecs
import ctypes
import os
import re
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from answer.engine import EngineFailed, Sampling
from answer.sampler import Sampler
from index.errors import BadRequest, MissingPackage, ModelUnusable

BATCH = 512
"""Tokens decoded in one call while a prompt is read; a cancellation is noticed inside a call too."""

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
            import llama_cpp.llama_cpp as library
        except ImportError as error:
            raise MissingPackage("llama-cpp-python is not installed; run: pip install llama-cpp-python") from error

        _kept.append(library.llama_log_callback(_keep_line))
        library.llama_log_set(_kept[0], ctypes.c_void_p(0))
        library.llama_backend_init()
        _library = library
    return _library


def _complaint() -> str:
    lines = [line for line in _log if "error" in line.lower() or "failed" in line.lower()]
    return f"({lines[0]})" if lines else ""


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
        raise ModelUnusable(f"{source}: llama.cpp cannot rewrite it as {form} {_complaint()}")


def available_cores() -> int:
    """The processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def gpu_present() -> bool:
    """Whether this build of llama.cpp can put a model on a GPU."""
    return bool(llama_cpp().llama_supports_gpu_offload())


class GgufModel:
    """A loaded model. `context` in tokens; `gpu_layers` -1 is all of them, None asks the build."""

    def __init__(
        self,
        path: Path,
        *,
        context: int = 4096,
        threads: int = 0,
        gpu_layers: int | None = None,
        flash: bool = True,
    ) -> None:
        check_gguf(path)
        lib = self._lib = llama_cpp()
        self._model: Any = None
        self._context: Any = None
        self._open = threading.Lock()  # other threads tokenize; the model must not be freed under them
        _log.clear()
        params = lib.llama_model_default_params()
        if gpu_layers is None:
            gpu_layers = -1 if gpu_present() else 0
        params.n_gpu_layers = gpu_layers
        self._model = lib.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise ModelUnusable(f"{path}: llama.cpp cannot load it; it is damaged or of an unknown kind {_complaint()}")
        trained = lib.llama_model_n_ctx_train(self._model)
        self.context = min(context, trained) if trained > 0 else context
        settings = lib.llama_context_default_params()
        settings.n_ctx = self.context
        settings.n_batch = settings.n_ubatch = min(BATCH, self.context)
        settings.n_threads = settings.n_threads_batch = threads or available_cores()
        settings.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_AUTO if flash else lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        settings.no_perf = True
        self._context = lib.llama_init_from_model(self._model, settings)
        if not self._context:
            self.close()
            raise ModelUnusable(f"{path}: no context of {self.context} tokens could be made {_complaint()}")
        self.context = int(lib.llama_n_ctx(self._context))  # llama.cpp may round it up
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._memory = lib.llama_get_memory(self._context)
        self.vocabulary = int(lib.llama_vocab_n_tokens(self._vocab))
        self._control = self._control_tokens()
        self._bos = self.token_text("bos")
        self._install_abort()

    def _install_abort(self) -> None:
        # llama.cpp asks between the nodes of a graph whether to stop. A Python callback would need the interpreter's
        # lock hundreds of times a token, so the question goes to C: strlen of the flag is 0 or 1.
        libc = ctypes.CDLL("msvcrt" if os.name == "nt" else None)
        self._stop_flag = ctypes.create_string_buffer(2)
        strlen = ctypes.cast(libc.strlen, self._lib.ggml_abort_callback)
        self._strlen = strlen
        self._lib.llama_set_abort_callback(self._context, strlen, ctypes.cast(self._stop_flag, ctypes.c_void_p))

    def interrupt(self, stop: bool) -> None:
        """Make the `read` under way (from another thread) end early, or allow reading again."""
        self._stop_flag[0] = b"\x01" if stop else b"\x00"

    def meta(self, key: str) -> str | None:
        """A text value of the file's metadata (empty or absent: None)."""
        size = 1 << 16
        buffer = ctypes.create_string_buffer(size)
        length = self._lib.llama_model_meta_val_str(self._model, key.encode(), buffer, size)
        return buffer.value.decode("utf-8", "replace") or None if length >= 0 else None

    @property
    def chat_template(self) -> str | None:
        """The chat template in the file, a Jinja text; a base model has none."""
        text = self._lib.llama_model_chat_template(self._model, None)
        return text.decode("utf-8") if text else None

    def token_text(self, name: str) -> str:
        """The text of the special token "bos" or "eos" ("" where the vocabulary has none)."""
        token = getattr(self._lib, f"llama_vocab_{name}")(self._vocab)
        text = self._lib.llama_vocab_get_text(self._vocab, token) if token >= 0 else None
        return text.decode("utf-8", "replace") if text else ""

    def _control_tokens(self) -> re.Pattern[str] | None:
        lib, vocab = self._lib, self._vocab
        texts = {
            lib.llama_vocab_get_text(vocab, token).decode("utf-8", "replace")
            for token in range(self.vocabulary)
            if lib.llama_vocab_is_control(vocab, token)
        }
        names = sorted((text for text in texts if len(text) > 2), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, names))) if names else None

    def defuse(self, text: str) -> str:
        """`text` with every spelled-out control token (such as the end of a turn) broken by a zero-width space."""
        if self._control is None:
            return text
        return self._control.sub(lambda found: found[0][0] + "\u200b" + found[0][1:], text)

    def tokenize(self, text: str, *, whole: bool = False) -> list[int]:
        """Token ids. `whole`: a rendered prompt, where control tokens count and the model's first token is added."""
        data = text.encode("utf-8")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        # a template that writes the first token itself must not get a second one
        first = whole and not (self._bos and text.startswith(self._bos))
        with self._open:
            if not self._model:
                raise EngineFailed("the language model has been closed")
            count = self._lib.llama_tokenize(self._vocab, data, len(data), tokens, room, first, whole)
        if count < 0:
            raise EngineFailed("llama.cpp cannot tokenize the text")
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """The bytes a token stands for (possibly a part of a character; nothing for a control token)."""
        buffer = ctypes.create_string_buffer(256)
        length = self._lib.llama_token_to_piece(self._vocab, token, buffer, 256, 0, False)
        return buffer.raw[:length] if length > 0 else b""

    def is_end(self, token: int) -> bool:
        """Whether the token ends a turn."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    def keep(self, count: int) -> int:
        """Forget everything behind the first `count` tokens; returns how many are really still held (0 where the
        model's memory cannot be cut)."""
        if count > 0 and self._lib.llama_memory_seq_rm(self._memory, 0, count, -1):
            return count
        self._lib.llama_memory_clear(self._memory, False)
        return 0

    def read(self, tokens: Sequence[int]) -> bool:
        """Append tokens to what is held; the model then knows what may come next. False if it was interrupted."""
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            array = (ctypes.c_int32 * len(part))(*part)
            code = self._lib.llama_decode(self._context, self._lib.llama_batch_get_one(array, len(part)))
            if code == 2:
                return False
            if code != 0:
                raise EngineFailed(f"llama.cpp stopped decoding (code {code}) {_complaint()}")
        return True

    def logits(self) -> npt.NDArray[np.float32]:
        """(vocabulary,) float32: the scores of the next token after the last `read` (a copy)."""
        pointer = self._lib.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary,)).copy()

    def sampler(self, sampling: Sampling) -> Sampler:
        """A chooser of next tokens; close it after use. Raises `BadRequest` for a JSON schema that means nothing."""
        grammar = _gbnf(sampling.json_schema) if sampling.json_schema else ""
        return Sampler(self._lib, self._context, self._vocab, sampling, grammar)

    def close(self) -> None:
        """Free the context and the weights. May be called again."""
        with self._open:
            if self._context:
                self._lib.llama_free(self._context)
                self._context = None
            if self._model:
                self._lib.llama_model_free(self._model)
                self._model = None


def _gbnf(schema: str) -> str:
    """A grammar of what is JSON of a schema."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    try:
        return str(json_schema_to_gbnf(schema))
    except Exception as error:
        raise BadRequest(f"the JSON schema cannot be made a grammar: {error}") from error


def text_decoder() -> codecs.IncrementalDecoder:
    """Turns token bytes into text without ever giving out half a character."""
    return codecs.getincrementaldecoder("utf-8")("replace")


def describe(path: Path) -> dict[str, str]:
    """What a file says of itself, without loading its weights: architecture, quantization, licence, context, name."""
    check_gguf(path)
    lib = llama_cpp()
    _log.clear()
    params = lib.llama_model_default_params()
    params.vocab_only = True
    model = lib.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise ModelUnusable(f"{path}: llama.cpp cannot load it; it is damaged or of an unknown kind {_complaint()}")
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
