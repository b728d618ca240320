"""`Pieces`: the vocabulary of a unigram tokenizer, out of which a small tokenizer is made for a few texts.

Of a quarter of a million pieces only those that occur in a text can be on its best path (Kudo 2018,
https://arxiv.org/abs/1804.10959). A tokenizer of these alone cuts the text into the very same pieces and is made in
milliseconds, where the whole one takes a second to read.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Pieces:
    """What a `tokenizer.json` holds. KeyError, TypeError or ValueError where it is of another kind (see `read`)."""

    def __init__(self, found: dict[str, Any]) -> None:
        model, ends = found["model"], found["post_processor"] or {}
        if model["type"] != "Unigram" or model.get("byte_fallback") or ends.get("type", "") not in ("", _TEMPLATE):
            raise ValueError("no unigram tokenizer whose ends are known")
        self._pieces, self._scores = map(list, zip(*model["vocab"], strict=True))
        self._places = dict(zip(self._pieces, range(len(self._pieces)), strict=True))
        if len(self._places) < len(self._pieces):
            raise ValueError("a piece stands twice")
        self._longest = max(map(len, self._pieces))
        self._frame = {**found, "model": None, "truncation": None, "padding": None}
        self._model, self._ends = {**model, "vocab": None}, ends
        self._added = [token["content"] for token in found["added_tokens"]]
        # an unknown character costs more than the worst piece of all
        worst = self._scores.index(min(self._scores))
        ended = (place for token in ends.get("special_tokens", {}).values() for place in token["ids"])
        self._always = {model["unk_id"], worst, *ended, *(token["id"] for token in found["added_tokens"])}
        self._empty, _ = self._of(self._always)

    @classmethod
    def read(cls, file: Path) -> Pieces | None:
        """The pieces of a `tokenizer.json`; None where it is of another kind, or none at all."""
        collecting = gc.isenabled()
        gc.disable()  # it would look through half a million new objects again and again, and that takes twice as long
        try:
            return cls(orjson.loads(file.read_bytes()))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        finally:
            if collecting:
                gc.enable()

    def tokenizer(self, texts: Sequence[str]) -> tuple[Tokenizer, list[int]] | None:
        """A tokenizer of these texts, and what each of its ids is in the whole one; None where a text spells a special
        token, which is cut out before anything else."""
        if any(token in text for text in texts for token in self._added):
            return None
        places = self._places
        parts = {part for word in self._words(texts) for part in _parts(word, self._longest)}
        return self._of({*self._always, *(places[part] for part in parts if part in places)})

    def _words(self, texts: Sequence[str]) -> set[str]:
        """What is cut into pieces, after the tokenizer's own preparation."""
        normalizer, cutter = self._empty.normalizer, self._empty.pre_tokenizer
        plain = [normalizer.normalize_str(text) for text in texts] if normalizer else texts
        return {word for text in plain for word, _ in cutter.pre_tokenize_str(text)} if cutter else set(plain)

    def _of(self, kept: Iterable[int]) -> tuple[Tokenizer, list[int]]:
        from tokenizers import Tokenizer

        order = sorted(kept)
        new = {place: number for number, place in enumerate(order)}
        added = [{**token, "id": new[token["id"]]} for token in self._frame["added_tokens"]]
        model = {**self._model, "unk_id": new[self._model["unk_id"]]}
        model["vocab"] = [(self._pieces[place], self._scores[place]) for place in order]
        ends = self._ends and {
            **self._ends,
            "special_tokens": {
                name: {**token, "ids": [new[place] for place in token["ids"]]}
                for name, token in self._ends["special_tokens"].items()
            },
        }
        own = {"added_tokens": added, "model": model, "post_processor": ends or None}
        return Tokenizer.from_str(orjson.dumps({**self._frame, **own}).decode()), order


_TEMPLATE = "TemplateProcessing"


def _parts(word: str, longest: int) -> Iterable[str]:
    return (
        word[start:end] for start in range(len(word)) for end in range(start + 1, min(len(word), start + longest) + 1)
    )
