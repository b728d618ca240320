"""`FormTrial`: which numeric form of an embedder is fastest on this machine, and whether it still agrees with fp32.

A shop's machine has no labelled questions, so quality is judged by agreement on built-in lines. The rule: over all
lines the lowest cosine to the fp32 vector is at least `MIN_COSINE`, and of each query's ten nearest lines by fp32 the
form finds at least `MIN_OVERLAP` on average. benchmarks/public_retrieval.py shows what that means for nDCG@10.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from index.arrays import Floats
from index.embedding.model_record import FormFacts

Embed = Callable[[Sequence[str]], Floats]

MIN_COSINE = 0.995
MIN_OVERLAP = 0.9
ROUNDS = 3
PATIENCE = 10.0
"""Seconds after which no further round is begun."""

_THINGS = (
    ("electric kettle", "电热水壶", "1.7 l", "2200 W"),
    ("hair dryer", "吹风机", "3 speeds", "1800 W"),
    ("robot vacuum cleaner", "扫地机器人", "0.4 l dust box", "2600 Pa"),
    ("wireless earbuds", "无线耳机", "Bluetooth 5.3", "28 h"),
    ("hiking boots", "登山靴", "EU 36-46", "520 g"),
    ("rain jacket", "防雨夹克", "10,000 mm", "S-XXL"),
    ("mountain bike", "山地自行车", "27.5 inch", "13.2 kg"),
    ("desk lamp", "台灯", "4000 K", "9 W"),
    ("office chair", "办公椅", "42-52 cm", "120 kg"),
    ("rice cooker", "电饭煲", "3 l", "700 W"),
    ("air purifier", "空气净化器", "45 m2", "HEPA H13"),
    ("power bank", "充电宝", "20,000 mAh", "65 W"),
    ("mechanical keyboard", "机械键盘", "87 keys", "hot-swap"),
    ("baby stroller", "婴儿推车", "0-22 kg", "7.5 kg"),
    ("coffee grinder", "咖啡研磨机", "31 settings", "40 mm burr"),
    ("yoga mat", "瑜伽垫", "183 x 61 cm", "6 mm"),
)
_SAYINGS = (
    ("The {en} ({a}, {b}) comes with a two-year warranty.", "{zh}（{a}，{b}）享受两年质保。"),
    ("Clean the {en} with a damp cloth and never under running water.", "请用湿布清洁{zh}，切勿用水冲洗。"),
    ("sku: {en}\nprice: 49.90\nspecification: {a}, {b}", "型号：{zh}\n价格：349 元\n规格：{a}，{b}"),
    (
        "If the {en} does not work, contact our service before sending it back.",
        "如{zh}无法正常使用，寄回前请先联系客服。",
    ),
)
_QUERIES = (
    ("how long is the warranty of the {en}?", "{zh}保修多久？"),
    ("price of the {en}", "{zh}多少钱？"),
    ("how do I clean the {en}", "{zh}怎么清洗"),
)


def _lines(patterns: Sequence[tuple[str, str]]) -> list[str]:
    made: list[str] = []
    for en, zh, a, b in _THINGS:
        for pair in patterns:
            made.extend(pattern.format(en=en, zh=zh, a=a, b=b) for pattern in pair)
    return made


class FormTrial:
    """Holds the fp32 vectors; `judge` compares another form's with them."""

    def __init__(self, passages: Embed, queries: Embed) -> None:
        lines = _lines(_SAYINGS)
        manuals = ["\n".join(lines[start : start + 10]) for start in range(0, len(lines), 10)]
        self._texts = [*lines, *manuals]
        self._questions = _lines(_QUERIES)
        self._speed = self._texts_per_second(passages)
        self._passages = passages(self._texts)
        self._queries = queries(self._questions)
        self._nearest = _top(self._queries, self._passages)

    @property
    def baseline(self) -> FormFacts:
        """fp32 itself."""
        return FormFacts("fp32", round(self._speed, 1), 1.0, 1.0, 1.0)

    def judge(self, form: str, passages: Embed, queries: Embed) -> FormFacts:
        """Measure a form. About as many seconds as it takes to embed the lines four times."""
        speed = self._texts_per_second(passages)
        vectors, asked = passages(self._texts), queries(self._questions)
        cosines = np.concatenate([(vectors * self._passages).sum(1), (asked * self._queries).sum(1)])
        found = _top(asked, vectors)
        overlap = np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(found, self._nearest, strict=True)])
        ratio = speed / self._speed
        return FormFacts(
            form, round(speed, 1), round(ratio, 2), round(float(cosines.min()), 5), round(float(overlap), 4)
        )

    def _texts_per_second(self, passages: Embed) -> float:
        passages(self._texts[:32])
        spent: list[float] = []
        while len(spent) < ROUNDS and sum(spent) < PATIENCE:
            start = time.perf_counter()
            passages(self._texts)
            spent.append(time.perf_counter() - start)
        return len(self._texts) / min(spent)


def acceptable(facts: FormFacts) -> bool:
    """Whether a form agrees with fp32 well enough to stand in for it."""
    return facts.cosine >= MIN_COSINE and facts.overlap >= MIN_OVERLAP


def winner(forms: Sequence[FormFacts]) -> FormFacts:
    """The fastest acceptable form; fp32 always is one."""
    return max((facts for facts in forms if acceptable(facts)), key=lambda facts: facts.speed)


def _top(queries: Floats, passages: Floats, k: int = 10) -> list[list[int]]:
    ranked: list[list[int]] = np.argsort(-(queries @ passages.T), axis=1, kind="stable")[:, :k].tolist()
    return ranked
