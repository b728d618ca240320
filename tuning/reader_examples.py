"""What `answer.reader` is learned from and tested on: questions with a context, and where in it the answer lies.

`examples(FOLDER)` reads these files; the last column says what is taken of each.

| file in FOLDER | from | licence | taken |
|---|---|---|---|
| `squad2_part.json` | SQuAD 2.0, 4,719 questions of its training part | CC BY-SA 4.0 | all |
| `expmrc_squad.json` | ExpMRC, development part of SQuAD | CC BY-SA 4.0 | all |
| `squad2_dev_zh.json` | ChineseSquad, a translation of SQuAD 2.0's development part | CC BY-SA 4.0 (SQuAD's) | all |
| `train-pseudo-cmrc2018.json` | ExpMRC, training part of CMRC 2018 | CC BY-SA 4.0 | all |
| `drcd_dev.json`, `drcd_test.json` | DRCD, in simplified characters | CC BY-SA 3.0 | all |
| `policy_dev.json` | PolicyQA | MIT | `POLICY` questions |
| `xquad.en.json`, `xquad.zh.json` | XQuAD, both ways across the languages too | CC BY-SA 4.0 | by paragraph |
| `epqa_dev.csv` | ePQA, of amazon-science/contextual-product-qa | CDLA-Sharing 1.0 | by question |
| `semi_dev.csv`, `semi_testseen.csv`, `semi_testunseen.csv` | semiPQA, same place | CDLA-Sharing 1.0 | by question |
| `het_dev.csv` | hetPQA, same place | CDLA-Sharing 1.0 | by question |
| `cmrc2018_trial.json` | CMRC 2018, trial part | CC BY-SA 4.0 | tests only |

Of XQuAD's paragraphs the numbers 0, 4, 8, ... are learned from, 2, 6, 10, ... are left for `tuning.evidence`, and
the odd ones are tests; other files' paragraphs that share a question with one that is not learned from are left out. Of
product questions about one in eleven is a test. `tuning.made_shops` makes up the rest. Many contexts come a second time
without the sentences that hold the answer: the same subject, and no answer.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.text import analysis
from tuning import made_shops
from tuning.squad import Answer, Asked, Paragraph, paragraphs

Span = tuple[int, int]
Row = Mapping[str, str]

SEED = 7
ENGLISH, CHINESE = 1500, 700
"""Characters of a context at most."""
SHORTEST = 40
"""Characters of what must be left of a context without its answer."""
TITLED = 0.3
"""Share of the contexts with an answer that have their article's title in front."""
DROPPED = 0.25
"""Share of them that come a second time, without the answer."""
XQUAD_DROPPED = 0.4
POLICY = 1200
ACROSS = 1.5
"""Weight of an answer in the other language than its question."""
HETPQA = 0.5
"""Weight of a hetPQA candidate: these have neither title nor neighbours."""
PRODUCT_GROUPS = ("ePQA", "ePQA, several", "semiPQA", "hetPQA")
PRODUCT_TITLED = 0.7
SEPARATORS = ("\n", "\n", "\n", " | ", "; ", " / ")
MOST_VALUES = 4
SHOP, SHOP_SEED = 45_000, 5
SHOP_TESTS, SHOP_TEST_SEED = 2_500, 99

_SENTENCE = re.compile(r"[^。！？!?\n.]*(?:[。！？!?\n]|\.(?=\s|$)|$)")
_VALUE = re.compile(r'value:(?:"([^"]*)"|([^,}\s]+))')
_NORMALIZED = re.compile(r"normalized_value:\{[^}]*\}")
_UNIT = re.compile(r"unit:([a-z_]+)")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what is read for it. `span` is the answer's place in the context, in characters; None where it has
    no answer (`answers` is false) or none that is known."""

    question: str
    context: str
    group: str
    answers: bool
    span: Span | None = None
    weight: float = 1.0
    test: bool = False


def examples(folder: Path) -> list[Example]:
    """All of them, the same ones every time."""
    rng = random.Random(SEED)
    xquad = {language: paragraphs(folder / f"xquad.{language}.json") for language in ("en", "zh")}
    found = [
        *_extractive(folder, xquad["en"], rng),
        *_xquad(xquad, rng),
        *_unanswerable_across(paragraphs(folder / "squad2_dev_zh.json"), xquad["en"]),
        *_cmrc_trial(folder / "cmrc2018_trial.json", rng),
        *_epqa(folder / "epqa_dev.csv", rng),
    ]
    for part in ("dev", "testseen", "testunseen"):
        found += _semipqa(folder / f"semi_{part}.csv", rng)
    found += _hetpqa(folder / "het_dev.csv", rng)
    found += _shop(SHOP, SHOP_SEED, test=False)
    found += _shop(SHOP_TESTS, SHOP_TEST_SEED, test=True)
    return _products_held_out(found)


def _extractive(folder: Path, xquad: Sequence[Paragraph], rng: random.Random) -> Iterator[Example]:
    """The sets in SQuAD's layout that are learned from whole."""
    left_out = {one.id for paragraph in xquad if paragraph.number % 4 for one in paragraph.asked}
    for name, group, longest in (
        ("squad2_part", "SQuAD 2.0", ENGLISH),
        ("expmrc_squad", "SQuAD", ENGLISH),
        ("squad2_dev_zh", "SQuAD 2.0, Chinese", CHINESE),
        ("train-pseudo-cmrc2018", "CMRC", CHINESE),
        ("drcd_dev", "DRCD", CHINESE),
        ("drcd_test", "DRCD", CHINESE),
        ("policy_dev", "PolicyQA", ENGLISH),
    ):
        asked = [
            (paragraph, one)
            for paragraph in paragraphs(folder / f"{name}.json")
            if not any(one.id in left_out for one in paragraph.asked)
            for one in paragraph.asked
        ]
        if group == "PolicyQA":
            rng.shuffle(asked)
            asked = asked[:POLICY]
        for paragraph, one in asked:
            text = paragraph.text
            if group == "DRCD":
                text, one = simplified(text), _simplified_question(one)
            yield from _asked(paragraph.title, text, one, group, longest, rng)


def _asked(title: str, context: str, asked: Asked, group: str, longest: int, rng: random.Random) -> Iterator[Example]:
    """A question about a paragraph, and perhaps the same one without its answer."""
    if asked.impossible or not asked.answers:
        at = window(context, None, longest, rng)
        yield Example(asked.question, context[at : at + longest], group, False)
        return
    answer = asked.answers[0].text
    span = place(context, answer, asked.answers[0].start)
    if span is None:
        return
    at = window(context, span, longest, rng)
    head = f"{title}\n" if title and rng.random() < TITLED else ""
    text = head + context[at : at + longest]
    yield Example(asked.question, text, group, True, _moved(span, len(head) - at))
    if rng.random() < DROPPED and (rest := without(text, answer)):
        yield Example(asked.question, rest, group, False)


def _xquad(xquad: Mapping[str, Sequence[Paragraph]], rng: random.Random) -> Iterator[Example]:
    """The questions of either language about the paragraphs of either."""
    names = {"en": "English", "zh": "Chinese"}
    for asked, read in (("en", "en"), ("zh", "zh"), ("zh", "en"), ("en", "zh")):
        group = f"XQuAD, {names[asked]}" + ("" if asked == read else f" asks {names[read]}")
        weight = 1.0 if asked == read else ACROSS
        for ours, theirs in zip(xquad[asked], xquad[read], strict=True):
            if ours.number % 4 == 2:
                continue
            test = ours.number % 2 == 1
            answers = {one.id: one.answers[0] for one in theirs.asked}
            for one in ours.asked:
                answer = answers[one.id]
                span = (answer.start, answer.start + len(answer.text))
                yield Example(one.question, theirs.text, group, True, span, weight, test)
                rest = without(theirs.text, answer.text)
                if rest and rng.random() < (1 if test else XQUAD_DROPPED):
                    yield Example(one.question, rest, group, False, test=test)


def _unanswerable_across(chinese: Iterable[Paragraph], xquad: Sequence[Paragraph]) -> Iterator[Example]:
    """SQuAD 2.0's unanswerable questions in Chinese, about the English paragraphs of XQuAD that are learned from."""
    learned = {one.id: paragraph.text for paragraph in xquad[::4] for one in paragraph.asked}
    for paragraph in chinese:
        contexts = [learned[one.id] for one in paragraph.asked if one.id in learned]
        for one in paragraph.asked:
            if contexts and one.impossible:
                yield Example(one.question, contexts[0], "SQuAD 2.0, Chinese asks English", False)


def _cmrc_trial(file: Path, rng: random.Random) -> Iterator[Example]:
    for paragraph in paragraphs(file):
        for one in paragraph.asked:
            answer = one.answers[0].text
            start = paragraph.text.find(answer)
            if start < 0:
                continue
            span = (start, start + len(answer))
            at = window(paragraph.text, span, CHINESE, rng)
            text = paragraph.text[at : at + CHINESE]
            yield Example(one.question, text, "CMRC trial", True, _moved(span, -at), test=True)
            if rest := without(text, answer):
                yield Example(one.question, rest, "CMRC trial", False, test=True)


def _epqa(file: Path, rng: random.Random) -> Iterator[Example]:
    """Each candidate by itself, and several together; candidates that half answer (label 1) are not used."""
    for candidates in _by_question(file, ",", "ASIN", "question"):
        question, title = _clean(candidates[0]["question"]), _clean(candidates[0]["title"])
        for row in candidates:
            text = None if row["label"] == "1" else _candidate(row, rng)
            if text is not None:
                head = f"{title}\n" if rng.random() < PRODUCT_TITLED else ""
                yield Example(question, head + text, "ePQA", row["label"] == "2")
        right, wrong = ([row for row in candidates if row["label"] == label] for label in "20")
        if len(wrong) < 2:
            continue
        bag = rng.sample(wrong, min(len(wrong), rng.randint(2, 4)))
        answers = bool(right) and rng.random() < 0.5
        if answers:
            bag.append(rng.choice(right))
        rng.shuffle(bag)
        parts = [_attribute(row, rng) or _clean(row["candidate"].split("Question:")[0]) for row in bag]
        yield Example(question, f"{title}\n{rng.choice(SEPARATORS).join(parts)}", "ePQA, several", answers)


def _semipqa(file: Path, rng: random.Random) -> Iterator[Example]:
    """A product's attributes, with one that answers among them and without."""
    for candidates in _by_question(file, "\t", "qid"):
        right, wrong = (
            [found for row in candidates if row["label"] == label and (found := attribute(row["candidate"], rng))]
            for label in "10"
        )
        if not wrong:
            continue
        for answers in (True, False) if right else (False,):
            if not right and rng.random() < 0.3:
                continue
            bag = rng.sample(wrong, min(len(wrong), rng.randint(2, 9)))
            wanted = rng.choice(right) if answers else None
            bag += [wanted] if wanted else []
            rng.shuffle(bag)
            text, span = _attributes(bag, wanted, rng.choice(SEPARATORS))
            known = span if len(right) == 1 else None
            yield Example(_clean(candidates[0]["question"]), text, "semiPQA", answers, known)


def _attributes(
    bag: Iterable[tuple[str, str]], wanted: tuple[str, str] | None, separator: str
) -> tuple[str, Span | None]:
    """Names and values in a row, and where the wanted value lies."""
    text, span = "", None
    for name, value in bag:
        text += f"{separator if text else ''}{name}: "
        if (name, value) == wanted:
            span = (len(text), len(text) + len(value))
        text += value
    return text, span


def _hetpqa(file: Path, rng: random.Random) -> Iterator[Example]:
    for candidates in _by_question(file, "\t", "qid"):
        for row in candidates:
            text = _candidate(row, rng)
            if text is not None:
                yield Example(_clean(row["question"]), text, "hetPQA", row["label"] == "1", weight=HETPQA)


def _shop(n: int, seed: int, *, test: bool) -> Iterator[Example]:
    for made in made_shops.examples(n, seed):
        span = None if made.answer is None else (made.start, made.start + len(made.answer))
        group = f"shop, {made.kind.split(':')[0]}"
        yield Example(made.question, made.context, group, made.answer is not None, span, test=test)


def _products_held_out(found: Sequence[Example]) -> list[Example]:
    """The same ones; about one product question in eleven is a test, chosen by its place among all texts."""
    numbers: dict[str, int] = {}
    for one in found:
        for text in (one.question, one.context):
            numbers.setdefault(text, len(numbers))

    def held(one: Example) -> bool:
        return one.group in PRODUCT_GROUPS and numbers[one.question] * 2_654_435_761 % 97 < 9  # Knuth's hash

    return [replace(one, test=True) if held(one) else one for one in found]


def place(context: str, answer: str, start: int) -> Span | None:
    """Where an answer lies: where the file says, or else the nearest such place; None where there is none."""
    if not context.startswith(answer, start):
        hits = [match.start() for match in re.finditer(re.escape(answer), context)]
        if not hits:
            return None
        start = min(hits, key=lambda hit: abs(hit - start))
    return start, start + len(answer)


def window(context: str, span: Span | None, longest: int, rng: random.Random) -> int:
    """Where a piece of a context begins that is no longer than `longest`: anywhere, but with the whole answer in it."""
    spare = len(context) - longest
    if spare <= 0:
        return 0
    return rng.randrange(spare) if span is None else rng.randrange(max(0, span[1] - longest), min(spare, span[0]) + 1)


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def without(context: str, answer: str) -> str | None:
    """A context less the sentences that hold an answer; None where too little is left, or the answer across two."""
    rest = "".join(match[0] for match in _SENTENCE.finditer(context) if answer not in match[0])
    return None if answer in rest or len(rest) < SHORTEST else rest


def simplified(text: str) -> str:
    """A text in simplified characters, one for each, so that places stay."""
    return _HAN.sub(lambda run: analysis.simplified(run[0]), text)


def _simplified_question(asked: Asked) -> Asked:
    answers = tuple(Answer(simplified(answer.text), answer.start) for answer in asked.answers)
    return replace(asked, question=simplified(asked.question), answers=answers)


def _by_question(file: Path, delimiter: str, *key: str) -> list[list[Row]]:
    """The rows of a table in groups of the same key, in the order of their first."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=delimiter):
            groups.setdefault(tuple(row[name] for name in key), []).append(row)
    return list(groups.values())


def _candidate(row: Row, rng: random.Random) -> str | None:
    """A candidate as a shop would write it; None for an attribute without a value."""
    if row["source"] == "attribute":
        return _attribute(row, rng)
    return _clean(row["candidate"].replace("Question:", " Question:"))


def _attribute(row: Row, rng: random.Random) -> str | None:
    """ "name: value"; None for a candidate that is a sentence, or an attribute without a value."""
    found = attribute(row["candidate"], rng) if row["source"] == "attribute" else None
    return ": ".join(found) if found else None


def attribute(text: str, rng: random.Random) -> tuple[str, str] | None:
    """(name, value) of `color:  { value:"red" }`, as a shop would write them; None where it has no value."""
    name, _, rest = text.strip().strip('"').replace('""', '"').partition(":")
    rest = _NORMALIZED.sub("", rest)
    values = []
    for quoted, bare in _VALUE.findall(rest):
        said = {"true": rng.choice(("yes", "true")), "false": rng.choice(("no", "false"))}
        value = quoted or bare
        values.append(said.get(value, value.strip()))
    if not values:
        return None
    name = name.strip().replace("_", " ")
    value = ", ".join(values[:MOST_VALUES])
    if unit := _UNIT.search(rest):
        value += " " + unit[1].replace("_", " ")
    return (name.capitalize() if rng.random() < 0.5 else name), value


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
