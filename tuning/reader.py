"""Learn the weights of `answer/reader.safetensors` from public questions, and say how well they read held-out ones.

    python -m tuning.reader --data FOLDER --models MODELS --out answer/reader.safetensors [--device cuda]

FOLDER holds the files of `tuning.reader_examples`, which says where they are from and which part is held out. To its
examples come mined ones: a question with contexts that the embedder alone finds near and that do not have its answer.

Minimizes binary cross-entropy of whether the context answers, plus `SPAN_SHARE` times the cross-entropy of the answer's
first and last token where they are known. A text is a question's tokens and the context's as `Reader` puts them,
`MAX_TOKENS` at most, cut around the answer. Prints a table of the held-out examples, then writes the weights. About ten
minutes on a large GPU; for trying on a CPU, --limit takes so many examples of either part, and --tokens 3000 makes
batches small.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from scipy.stats import rankdata  # type: ignore[import-untyped]
from tokenizers import Tokenizer
from torch.nn import functional

from answer.reader import MAX_QUESTION
from index.arrays import Ids, Mask
from index.embedding.preparing import prepare_embedder
from index.embedding.tokens import tokenizer_of
from tuning.reader_examples import Example, Span, examples
from tuning.reader_network import ReaderNetwork, batches, padded
from tuning.regression import Doubles

BEGIN, END = 0, 2
MAX_TOKENS = 384
"""Of a text in training; fewer than `Reader` reads, for speed."""
MARGIN = (5, 20)
"""Tokens of a context that is cut around its answer: kept in front of the answer, and behind it."""
READ_TOKENS = 60_000
"""Tokens of a batch, padding counted, where no gradient is kept."""
SPAN_SHARE = 0.5
WARM_UP = 0.06
"""Share of the steps in which the rate rises; then it falls to nothing, or nearly."""
LEAST_RATE = 0.02
BETAS = (0.9, 0.98)
DECAY = 0.01
"""Weight decay of the matrices."""
LONGEST_GRADIENT = 1.0
TOLD_EVERY = 200
"""Steps."""

MINED_FROM = ("SQuAD", "CMRC", "DRCD", "XQuAD")
MINED_WEIGHT = 0.7
NEAREST = 12
"""Contexts looked at for a question."""
HARDEST = 6
"""Of those without its answer, the first; what is taken is spread over them."""
MINED_TOKENS = 300
"""Of a text whose neighbours are sought."""
SOUGHT = 2048
"""Questions whose neighbours are sought at once."""
LONGEST_ANSWER = 40
"""Tokens, when a test's answer is read."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text's tokens, without special ones: `ids` (n,) and their places in it, `spans` (n, 2)."""

    ids: Ids
    spans: npt.NDArray[np.int32]

    def tokens_of(self, span: Span) -> Span | None:
        """The first and the last token of a span of characters; None where no token lies in it."""
        start, end = self.spans.T
        inside = np.flatnonzero((end > span[0]) & (start < span[1]) & (end > start))
        return (int(inside[0]), int(inside[-1])) if len(inside) else None


@dataclass(frozen=True, slots=True)
class Item:
    """An example as the network reads it: `context` is the place of the context's first token in `ids` (n,), which ends
    with one special token; `answer` are the places of the answer's first and last token."""

    ids: Ids
    context: int
    answer: Span | None
    example: Example


@dataclass(frozen=True, slots=True)
class Answered:
    """What the network said to a test: the logit that the context answers, and F1 of its span where one is known."""

    example: Example
    logit: float
    f1: float | None


def encoded(tokenizer: Tokenizer, found: Iterable[Example]) -> dict[str, Encoded]:
    """Every question and context once."""
    texts = list(dict.fromkeys(text for one in found for text in (one.question, one.context)))
    made: dict[str, Encoded] = {}
    for at in range(0, len(texts), 2000):
        part = texts[at : at + 2000]
        for text, one in zip(part, tokenizer.encode_batch(part, add_special_tokens=False), strict=True):
            made[text] = Encoded(np.array(one.ids, np.int64), np.array(one.offsets, np.int32).reshape(-1, 2))
    return made


def item(example: Example, texts: dict[str, Encoded]) -> Item:
    """The example's text, with a context that is too long cut around its answer."""
    question, context = texts[example.question].ids[:MAX_QUESTION], texts[example.context].ids
    answer = texts[example.context].tokens_of(example.span) if example.span else None
    room = MAX_TOKENS - len(question) - 4
    at = cut(len(context), answer, room)
    context = context[at : at + room]
    ids = np.concatenate([[BEGIN], question, [END, END], context, [END]])
    first = len(question) + 3
    if answer is not None:
        answer = first + answer[0] - at, first + min(answer[1] - at, room - 1)
    return Item(ids, first, answer, example)


def cut(length: int, answer: Span | None, room: int) -> int:
    """Where to begin in a context of so many tokens, so that the answer is read."""
    if answer is None or answer[1] < room or length <= room:
        return 0
    start, end = answer
    if end - start >= room:
        return start
    return min(max(0, end - room + MARGIN[1]), max(0, start - MARGIN[0]), length - room)


def vectors(network: ReaderNetwork, ids: Sequence[Ids], device: str) -> torch.Tensor:
    """(n texts, hidden) of the embedder, without its prompts."""
    whole = [np.concatenate([[BEGIN], text[:MINED_TOKENS], [END]]) for text in ids]
    found: dict[int, torch.Tensor] = {}
    for places in batches([len(text) for text in whole], READ_TOKENS):
        found |= zip(places, network.vectors(*padded([whole[at] for at in places], device)), strict=True)
    return torch.stack([found[at] for at in range(len(whole))])


def mined(
    network: ReaderNetwork, learned: Sequence[Example], texts: dict[str, Encoded], most: int, device: str
) -> Iterator[Example]:
    """Up to `most` examples without an answer for each question that has a span: contexts of other questions that lie
    near, and do not hold its answer's tokens. `network` must not have been trained yet."""
    golds: dict[str, list[Example]] = {}
    for one in learned:
        if one.answers and one.group.startswith(MINED_FROM):
            golds.setdefault(one.question, []).append(one)
    if not golds:
        return
    contexts = list(dict.fromkeys(one.context for found in golds.values() for one in found))
    words = [_words(texts[context].ids) for context in contexts]
    read = vectors(network, [texts[context].ids for context in contexts], device)
    asked = vectors(network, [texts[question].ids for question in golds], device)
    near = torch.cat([(part @ read.T).topk(min(NEAREST, len(contexts))).indices for part in torch.split(asked, SOUGHT)])
    for (question, found), row in zip(golds.items(), near.tolist(), strict=True):
        own = {one.context for one in found}
        answers = [_words(answer) for one in found if len(answer := answer_ids(one, texts))]
        wrong = [at for at in row if contexts[at] not in own and not any(answer in words[at] for answer in answers)]
        for at in wrong[: HARDEST : max(1, HARDEST // most)][:most]:
            yield Example(question, contexts[at], found[0].group, False, weight=MINED_WEIGHT)


def answer_ids(example: Example, texts: dict[str, Encoded]) -> Ids:
    """The tokens of the answer, as they stand in the context."""
    context = texts[example.context]
    place = context.tokens_of(example.span) if example.span else None
    return context.ids[place[0] : place[1] + 1] if place else context.ids[:0]


def _words(ids: Ids) -> str:
    """Tokens as a text in which a row of tokens is found if it is there."""
    return f" {' '.join(map(str, ids.tolist()))} "


def train(
    network: ReaderNetwork, items: Sequence[Item], *, rate: float, epochs: int, tokens: int, seed: int, device: str
) -> None:
    """Changes `network.learned`. `rate` is the highest learning rate; `tokens` are those of a batch."""
    rng = np.random.default_rng(seed)
    lengths = [len(one.ids) for one in items]
    steps = epochs * len(batches(lengths, tokens, rng))
    learned = list(network.learned.values())
    groups = [
        {"params": [tensor for tensor in learned if tensor.dim() >= 2], "weight_decay": DECAY},
        {"params": [tensor for tensor in learned if tensor.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=rate, betas=BETAS)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * max(LEAST_RATE, 1 - step / steps)
    )
    began = time.monotonic()
    for step, places in zip(range(1, steps + 1), endless(lengths, tokens, rng), strict=False):
        missed = loss(network, [items[at] for at in places], device)
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(missed)
        torch.nn.utils.clip_grad_norm_(learned, LONGEST_GRADIENT)
        optimizer.step()
        schedule.step()
        if step % TOLD_EVERY == 0 or step == steps:
            print(f"step {step} of {steps}: loss {missed.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)


def endless(lengths: Sequence[int], tokens: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Batches, put together and mixed anew whenever all texts have been in one."""
    while True:
        yield from batches(lengths, tokens, rng)


def loss(network: ReaderNetwork, items: Sequence[Item], device: str) -> torch.Tensor:
    """Of whether the contexts answer (weighted), and of where they do (not weighted)."""
    scores = network.scores(*padded([one.ids for one in items], device), training=True)
    answers = torch.tensor([float(one.example.answers) for one in items], device=device)
    weights = torch.tensor([one.example.weight for one in items], device=device)
    whether = functional.binary_cross_entropy_with_logits(scores[:, 0, 2], answers, weights, reduction="sum")
    whether = whether / weights.sum()
    rows = [row for row, one in enumerate(items) if one.answer]
    if not rows:
        return whether
    first, last = torch.tensor([one.answer for one in items if one.answer], device=device).T
    places = ends(scores, items)[rows]
    where = functional.cross_entropy(places[..., 0], first) + functional.cross_entropy(places[..., 1], last)
    return whether + SPAN_SHARE * where / 2


def ends(scores: torch.Tensor, items: Sequence[Item]) -> torch.Tensor:
    """The scores of the answer's first and last token, (texts, tokens, 2); outside the contexts there are none."""
    first, last = torch.tensor([(one.context, len(one.ids) - 2) for one in items], device=scores.device).T[..., None]
    place = torch.arange(scores.shape[1], device=scores.device)
    return scores[..., :2].masked_fill(((place < first) | (place > last))[..., None], -1e4)


@torch.no_grad()
def answered(network: ReaderNetwork, items: Sequence[Item], device: str) -> Iterator[Answered]:
    """What the network says to each test."""
    for places in batches([len(one.ids) for one in items], READ_TOKENS):
        asked = [items[at] for at in places]
        scores = network.scores(*padded([one.ids for one in asked], device))
        both = ends(scores, asked).cpu().numpy().transpose(0, 2, 1)
        for one, logit, (begins, stops) in zip(asked, scores[:, 0, 2].tolist(), both, strict=True):
            start = int(begins.argmax())
            read = start, start + int(stops[start : start + LONGEST_ANSWER].argmax())
            yield Answered(one.example, logit, overlap(read, one.answer) if one.answer else None)


def overlap(one: Span, other: Span) -> float:
    """F1 of the tokens of two spans, given by their first and last."""
    common = max(0, min(one[1], other[1]) - max(one[0], other[0]) + 1)
    return 2 * common / (one[1] - one[0] + other[1] - other[0] + 2)


def table(found: Sequence[Answered]) -> str:
    """A line for each group: how well those that answer are told from the others (AUC), the share of the ones that are
    given more than one half, that of the others given less, and F1 of the spans."""
    lines = ["| questions | n | AUC | answer seen | none seen | F1 |", "|---|---|---|---|---|---|"]
    for group in sorted({one.example.group for one in found}):
        of_group = [one for one in found if one.example.group == group]
        right, wrong = (
            np.array([one.logit for one in of_group if one.example.answers is said]) for said in (True, False)
        )
        spans = [one.f1 for one in of_group if one.f1 is not None]
        figures = [auc(right, wrong), _mean(right > 0), _mean(wrong < 0), _mean(np.array(spans))]
        told = ("" if figure is None else f"{figure:.3f}" for figure in figures)
        lines.append(f"| {group} | {len(of_group)} | {' | '.join(told)} |")
    return "\n".join(lines)


def auc(right: Doubles, wrong: Doubles) -> float | None:
    """The chance that one of the right has more than one of the wrong; equal ones count half."""
    if not len(right) or not len(wrong):
        return None
    ranks = rankdata(np.concatenate([right, wrong]))[: len(right)]
    return float((ranks.sum() - len(right) * (len(right) + 1) / 2) / (len(right) * len(wrong)))


def _mean(values: Doubles | Mask) -> float | None:
    return float(values.mean()) if len(values) else None


def some(found: list[Example], limit: int, rng: np.random.Generator) -> list[Example]:
    """`limit` of them, all with 0."""
    return [found[at] for at in rng.permutation(len(found))[:limit]] if limit else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rank", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--mined", type=int, default=2, help="mined examples of a question at most")
    parser.add_argument(
        "--tokens", type=int, default=24_000, help="of a batch, padding counted; fewer need less memory"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0, help="examples to learn from, and to test on; 0: all")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    folder = prepare_embedder(options.models, measure=False)
    network = ReaderNetwork(folder, options.rank, options.device)
    found = examples(options.data)
    learned = some([one for one in found if not one.test], options.limit, rng)
    tests = some([one for one in found if one.test], options.limit, rng)
    texts = encoded(tokenizer_of(folder / "tokenizer.json").whole(), learned + tests)
    if options.mined:
        learned += mined(network, learned, texts, options.mined, options.device)
    items = [item(one, texts) for one in learned]
    numbers = sum(tensor.numel() for tensor in network.learned.values())
    print(f"{len(items)} examples, {sum(one.example.answers for one in items)} with an answer; {numbers} numbers")
    train(
        network,
        items,
        rate=options.rate,
        epochs=options.epochs,
        tokens=options.tokens,
        seed=options.seed,
        device=options.device,
    )
    print(table(list(answered(network, [item(one, texts) for one in tests], options.device))))
    network.save(options.out)


if __name__ == "__main__":
    main()
