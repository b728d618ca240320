"""`GgufModel`: one GGUF file open in llama.cpp with one context of several slots.

It is not thread-safe: one thread at a time may decode (tokenizing is safe from any thread). It knows nothing of
chats, queues or stop texts.
"""

from __future__ import annotations

import ctypes
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.control_tokens import defused
from engine.engine import EngineFailed, Sampling
from engine.gguf_file import available_cores, check_gguf, complaint, forget_complaints, gbnf, gpu_present, llama_cpp
from engine.sampler import Sampler
from index.errors import ModelUnusable

BATCH = 512
"""Tokens decoded in one call while a prompt is read."""


class GgufModel:
    """A loaded model. `context` in tokens, for each of `slots`; `gpu_layers` -1 is all of them, None asks the build.

    `flash`: flash attention; `chunk`: tokens computed at once (llama.cpp's micro-batch); `kv`: the form that keys and
    values are kept in. With `vocabulary_only` there are no weights and no context: it can tokenize and nothing else.
    """

    def __init__(
        self,
        path: Path,
        *,
        context: int = 4096,
        threads: int = 0,
        gpu_layers: int | None = None,
        flash: bool = False,
        slots: int = 1,
        chunk: int = BATCH,
        kv: str = "F16",
        vocabulary_only: bool = False,
    ) -> None:
        check_gguf(path)
        lib = self._lib = llama_cpp()
        self._model: Any = None
        self._context: Any = None
        self._open = threading.Lock()  # other threads tokenize; the model must not be freed under them
        forget_complaints()
        params = lib.llama_model_default_params()
        if gpu_layers is None:
            gpu_layers = -1 if gpu_present() else 0
        params.n_gpu_layers = gpu_layers
        params.vocab_only = vocabulary_only
        self._model = lib.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            raise ModelUnusable(f"{path}: llama.cpp cannot load it; it is damaged or of an unknown kind {complaint()}")
        self._vocab = lib.llama_model_get_vocab(self._model)
        self.vocabulary = int(lib.llama_vocab_n_tokens(self._vocab))
        self._control = self._control_tokens()
        self._bos = self.token_text("bos")
        architecture = self.meta("general.architecture") or ""
        trained = int(self.meta(f"{architecture}.context_length") or 0)
        self.context = min(context, trained) if trained > 0 else context
        self.slots = slots
        if not vocabulary_only:
            self._make_context(path, threads or available_cores(), flash, chunk, kv)

    def _make_context(self, path: Path, threads: int, flash: bool, chunk: int, kv: str) -> None:
        lib = self._lib
        settings = lib.llama_context_default_params()
        settings.n_ctx = self.context * self.slots
        settings.n_seq_max = self.slots
        settings.kv_unified = False  # a stream of cells for each slot: nobody's attention runs over another's cells
        self.batch = max(2 * BATCH, chunk)
        settings.n_batch = self.batch
        settings.n_ubatch = min(chunk, self.batch)
        settings.n_threads = settings.n_threads_batch = threads
        settings.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_AUTO if flash else lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
        settings.type_k = settings.type_v = getattr(lib, f"GGML_TYPE_{kv}")
        settings.no_perf = True
        self._context = lib.llama_init_from_model(self._model, settings)
        if not self._context:
            self.close()
            raise ModelUnusable(f"{path}: no context of {self.context} tokens could be made {complaint()}")
        self.context = int(lib.llama_n_ctx_seq(self._context))  # llama.cpp may round it up
        self._memory = lib.llama_get_memory(self._context)
        self._batch = _Batch(lib, self.batch)
        self._spare = [np.empty(0, np.uint8), np.empty(0, np.uint8)]

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
        return defused(text, self._control)

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

    def keep(self, count: int, slot: int = 0) -> int:
        """Forget everything of a slot behind its first `count` tokens; returns how many are really still held (0 where
        the model's memory cannot be cut)."""
        if count > 0 and self._lib.llama_memory_seq_rm(self._memory, slot, count, -1):
            return count
        self._lib.llama_memory_seq_rm(self._memory, slot, -1, -1)
        return 0

    def save(self, slot: int) -> npt.NDArray[np.uint8]:
        """A slot's state, to be put back by `restore`; empty where there is none."""
        return self._save_into(np.empty(self._lib.llama_state_seq_get_size(self._context, slot), np.uint8), slot)

    def _save_into(self, state: npt.NDArray[np.uint8], slot: int) -> npt.NDArray[np.uint8]:
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return state[: self._lib.llama_state_seq_get_data(self._context, pointer, len(state), slot)]

    def restore(self, slot: int, state: npt.NDArray[np.uint8]) -> bool:
        """Put a saved state into a slot in the place of what it holds; False where llama.cpp does not take it."""
        self._lib.llama_memory_seq_rm(self._memory, slot, -1, -1)
        pointer = state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return bool(self._lib.llama_state_seq_set_data(self._context, pointer, len(state), slot) == len(state))

    def exchange(self, left: int, right: int) -> None:
        """Let two slots hold what the other held. Raises `EngineFailed` where llama.cpp does not take it."""
        states = []
        for place, slot in enumerate((left, right)):
            size = self._lib.llama_state_seq_get_size(self._context, slot)
            if size > len(self._spare[place]):  # kept, as fresh memory takes longer to be had than a state to be copied
                self._spare[place] = np.empty(size + (1 << 20), np.uint8)
            held = self._lib.llama_memory_seq_pos_max(self._memory, slot) >= 0
            states.append(self._save_into(self._spare[place], slot) if held else None)
        for slot, state in ((right, states[0]), (left, states[1])):
            if state is None:
                self.keep(0, slot)
            elif not self.restore(slot, state):
                raise EngineFailed("llama.cpp did not take back a state that it gave")

    def decode(self, parts: Sequence[tuple[int, int, Sequence[int], int]]) -> None:
        """Read tokens in several slots at once. A part is (slot, its tokens before, tokens, of how many of the last of
        them the scores are wanted); at most `batch` tokens together. Raises `EngineFailed`; the slots of the parts
        must then be cut or cleared before they are used again."""
        code = self._lib.llama_decode(self._context, self._batch.filled(parts))
        if code != 0:
            raise EngineFailed(f"llama.cpp stopped decoding (code {code}) {complaint()}")

    def read(self, tokens: Sequence[int]) -> None:
        """Append tokens to what the first slot holds; the scores are those of the last."""
        held = int(self._lib.llama_memory_seq_pos_max(self._memory, 0)) + 1
        for start in range(0, len(tokens), BATCH):
            self.decode([(0, held + start, tokens[start : start + BATCH], 1)])

    def logits(self, place: int = -1) -> npt.NDArray[np.float32]:
        """(vocabulary,) float32: the scores after the token at `place` of the last batch. A view: the next `decode`
        writes over it."""
        pointer = self._lib.llama_get_logits_ith(self._context, place)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary,))

    def sampler(self, sampling: Sampling) -> Sampler:
        """A chooser of next tokens; close it after use. Raises `BadRequest` for a schema or grammar that is none."""
        grammar = sampling.grammar or (gbnf(sampling.json_schema) if sampling.json_schema else "")
        bias = {self.tokenize(text)[0]: amount for text, amount in sampling.bias}
        return Sampler(self._lib, self._vocab, self.vocabulary, sampling, grammar, bias)

    def close(self) -> None:
        """Free the context and the weights. May be called again."""
        with self._open:
            if self._context:
                self._lib.llama_free(self._context)
                self._context = None
            if self._model:
                self._lib.llama_model_free(self._model)
                self._model = None


class _Batch:
    """A `llama_batch` whose arrays are numpy's, filled anew for each step."""

    def __init__(self, lib: Any, room: int) -> None:
        self._tokens, self._places, self._slots = (np.zeros(room, np.int32) for _ in range(3))
        self._wanted = np.zeros(room, np.int8)
        self._ones = np.ones(room, np.int32)
        self._pointers = (self._slots.ctypes.data + 4 * np.arange(room)).astype(np.uintp)
        batch = self._batch = lib.llama_batch()
        kinds = dict(lib.llama_batch._fields_)
        for name, array in (
            ("token", self._tokens),
            ("pos", self._places),
            ("n_seq_id", self._ones),
            ("seq_id", self._pointers),
            ("logits", self._wanted),
        ):
            setattr(batch, name, ctypes.cast(array.ctypes.data, kinds[name]))

    def filled(self, parts: Sequence[tuple[int, int, Sequence[int], int]]) -> Any:
        end = 0
        for slot, held, tokens, wanted in parts:
            start, end = end, end + len(tokens)
            self._tokens[start:end] = tokens
            self._places[start:end] = np.arange(held, held + len(tokens))
            self._slots[start:end] = slot
            self._wanted[start:end] = 0
            self._wanted[end - wanted : end] = 1
        self._batch.n_tokens = end
        return self._batch
