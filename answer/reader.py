"""`Reader`: reads a question and a passage together, and says whether and where the passage answers it.

It is the default embedder's own network with a low-rank change to each matrix (LoRA, Hu et al. 2021,
https://arxiv.org/abs/2106.09685) and a head of three scores per token, as in extractive question answering with
unanswerable questions (Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822): the answer begins here, it ends here,
and, on the first token, it is there at all. `tuning/reader.py` learned both. The network runs with 8-bit
matrices, two texts of a shop's size in a few hundredths of a second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from answer.units import Unit, called
from index.embedding.embedder import PreparedEmbedder
from index.embedding.model_record import RECORD
from index.embedding.onnx_embedder import WORDS, encoder_config, encoder_weights
from index.embedding.onnx_graph import reader_graph
from index.embedding.onnx_session import OnnxSession, padded
from index.embedding.safetensors_file import SafetensorsFile
from index.embedding.tokens import tokenizer_of
from index.errors import ModelUnusable
from retriever.passage import Passage

Floats = npt.NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("reader.safetensors")
MAX_TOKENS = 448
"""Of a question and a passage together; what is beyond it is not read."""
MAX_QUESTION = 64
READ = 3
"""Passages read for one question at most: those of the likeliest units, a few tenths of a second on two cores."""
UNREAD = (-6.0, -6.0)
"""What a unit of a passage that was not read has; also the least that one can have."""
NO = -5.0
"""Logit of what was read from which a "no" decides, whatever speaks for the passage: on the public questions it is so
low for one in a hundred of those that are answered, and for half of the others (docs/reader.md)."""
_BEGIN, _END = 0, 2
_ABSENT = -12.0
"""Logarithm of the chance of what was not read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one passage. `answers` is the logit of the chance that the passage answers; `begins` and `ends`
    (n tokens,) are logarithms of the chances that the answer begins and ends at a token, given that there is one;
    `spans` (n tokens, 2) are the tokens' places in the passage."""

    answers: float
    begins: Floats
    ends: Floats
    spans: npt.NDArray[np.int32]

    def within(self, start: int, end: int) -> float:
        """The logarithm of the chance that the answer lies in these characters: the mean of its two ends'."""
        inside = (self.spans[:, 0] < end) & (self.spans[:, 1] > start)
        if not inside.any():
            return _ABSENT
        chances = [float(np.logaddexp.reduce(side[inside])) for side in (self.begins, self.ends)]
        return max(_ABSENT, sum(chances) / 2)


class PassageReader(Protocol):
    """What evidence selection needs of a reader."""

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """What each passage says to the question, in their order."""
        ...


class Reader:
    """Safe for several threads at once. `folder` is a prepared embedder's whose network `weights` was learned for.

    The 8-bit graph is written beside the embedder's own when it is missing. Raises `ModelUnusable` when the network is
    another one (`fits` asks first).
    """

    def __init__(self, folder: Path, tokenizer_file: Path, *, weights: Path = WEIGHTS, threads: int = 0) -> None:
        learned = SafetensorsFile(weights)
        base = encoder_weights(folder)

        def make() -> bytes:
            if not fits(folder, weights):
                raise ModelUnusable(f"{folder} is not the embedder that {weights.name} was learned for")
            head = np.asarray(learned.tensor("head.weight"), np.float32)
            bias = np.asarray(learned.tensor("head.bias"), np.float32)
            for old in folder.glob("reader-*.onnx"):  # of weights that were shipped before
                with suppress(OSError):
                    old.unlink()
            return reader_graph(changed(base, learned), encoder_config(folder), head.T, bias, quantized=True)

        graph = folder / f"reader-int8-{_digest(folder, weights)}.onnx"
        self._session = OnnxSession(graph, make, threads=threads)
        self._words = base[WORDS]
        self._tokenizer = tokenizer_of(tokenizer_file)

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """What each passage says to the question, in their order."""
        (asked, _), *cut = self._tokenizer.spans([question, *passages])
        asked = asked[:MAX_QUESTION]
        room = MAX_TOKENS - len(asked) - 4
        texts = [[_BEGIN, *asked, _END, _END, *ids[:room], _END] for ids, _ in cut]
        first = len(asked) + 3
        found: dict[int, Reading] = {}
        for group, scores in self._session.in_groups(
            [len(ids) for ids in texts], lambda group: self._scores([texts[row] for row in group])
        ):
            for row, of_tokens in zip(group, scores, strict=True):
                read = of_tokens[first : len(texts[row]) - 1]
                spans = np.array(cut[row][1][: len(read)], np.int32).reshape(-1, 2)
                found[row] = Reading(float(of_tokens[0, 2]), _normal(read[:, 0]), _normal(read[:, 1]), spans)
        return [found[row] for row in range(len(texts))]

    def _scores(self, batch: Sequence[Sequence[int]]) -> Floats:
        ids, lengths = padded(batch)
        return self._session.run({"words": np.asarray(self._words[ids], np.float32), "lengths": lengths})


def read_units(reader: PassageReader, question: str, units: Sequence[Unit], logits: Floats, most: int = READ) -> Floats:
    """(n units) -> (n, 2): the logarithm of the chance that the answer, if its passage has one, lies in the unit, and
    the logit of the chance that the passage answers. `logits` say whose passages are worth reading, `most` how
    many are."""
    found = np.tile(np.array(UNREAD, np.float32), (len(units), 1))
    places: dict[str, list[int]] = {}
    for at in np.argsort(-logits, kind="stable"):
        places.setdefault(units[at].passage.chunk.id, []).append(int(at))
    chosen = list(places.values())[:most]
    headers = [_header(units[of_passage[0]].passage) for of_passage in chosen]
    texts = [header + units[at].passage.chunk.text for header, (at, *_) in zip(headers, chosen, strict=True)]
    for of_passage, header, text, reading in zip(chosen, headers, texts, reader.read(question, texts), strict=True):
        for at in of_passage:
            start = text.find(units[at].text, len(header))
            inside = reading.within(start, start + len(units[at].text))
            found[at] = max(inside, UNREAD[0]), float(np.clip(reading.answers, UNREAD[1], -UNREAD[1]))
    return found


def read_passages(reader: PassageReader, question: str, passages: Sequence[Passage]) -> list[float]:
    """The logit of the chance that each passage answers."""
    texts = [_header(passage) + passage.chunk.text for passage in passages]
    return [reading.answers for reading in reader.read(question, texts)]


def _header(passage: Passage) -> str:
    chunk = passage.chunk
    return "\n".join(dict.fromkeys((*called(chunk), *chunk.section))) + "\n"


def open_reader(embedder: object, *, weights: Path = WEIGHTS, threads: int = 0) -> Reader | None:
    """The reader of a prepared embedder, or None where the embedder is another network than the default."""
    if not isinstance(embedder, PreparedEmbedder):
        return None
    return prepare_reader(embedder.tokenizer_file.parent, weights=weights, threads=threads)


def prepare_reader(folder: Path, *, weights: Path = WEIGHTS, threads: int = 0) -> Reader | None:
    """The reader of the embedder in `folder`, its graph written if it is missing; None where the network is another, or
    the folder is not one of ours to write to."""
    if not (folder / RECORD).is_file() or not fits(folder, weights):
        return None
    return Reader(folder, folder / "tokenizer.json", weights=weights, threads=threads)


def fits(folder: Path, weights: Path = WEIGHTS) -> bool:
    """Whether the embedder in `folder` is the network that `weights` was learned for, whatever its vocabulary."""
    try:
        known = np.asarray(SafetensorsFile(weights).tensor("base.probe"), np.float32)
        return np.array_equal(probe(encoder_weights(folder)), known)
    except (ModelUnusable, KeyError, OSError):
        return False


def probe(base: dict[str, npt.NDArray[np.float32]]) -> Floats:
    """(64,) numbers by which a network is known."""
    flat = np.asarray(base["encoder.layer.0.attention.self.query.weight"], np.float32).reshape(-1)
    return flat[:: max(1, len(flat) // 64)][:64].astype(np.float16).astype(np.float32)


def changed(base: dict[str, npt.NDArray[np.float32]], learned: SafetensorsFile) -> dict[str, Floats]:
    """The encoder's tensors with what was learned: `x.a` (rank, in) and `x.b` (out, rank) add b @ a to the matrix
    `x.weight`; a tensor of the encoder's own name takes its place."""
    made = {name: np.asarray(tensor, np.float32) for name, tensor in base.items() if name != WORDS}
    for name in learned.names():
        if name.endswith(".a"):
            matrix = name.removesuffix(".a")
            b, a = (np.asarray(learned.tensor(f"{matrix}.{part}"), np.float32) for part in ("b", "a"))
            made[f"{matrix}.weight"] = made[f"{matrix}.weight"] + b @ a
        elif name in made:
            made[name] = np.asarray(learned.tensor(name), np.float32)
    return made


def _digest(folder: Path, weights: Path) -> str:
    config = (folder / "config.json").read_bytes()
    return hashlib.blake2b(config + weights.read_bytes(), digest_size=10).hexdigest()


def _normal(scores: Floats) -> Floats:
    """Logits -> logarithms of chances."""
    if not len(scores):
        return scores
    normal: Floats = scores - np.logaddexp.reduce(scores)
    return normal
