"""Products that a question names and sets beside each other, and the measures it asks about."""

from __future__ import annotations

import re

from index.database.vocabulary import Vocabulary
from index.text.identifiers import identifiers
from index.text.naming import singular
from retriever import phrases
from retriever.concepts import CONCEPTS, PRICE, STOCK, Measured, concept_of, measured_by, plain_name
from retriever.constraints import Reading
from retriever.understood import NOTHING, Understood

COMMON = 3
"""Names that have an identifier beyond which it is no model but a property (i7, 5g)."""
_MONEY = re.compile(r"\bpric(?:e|es|ed)\b|\bcosts?\b|\bhow much\b|价格|价钱|多少钱|售价|价")
_CHEAPER = re.compile(
    r"\b(?:cheaper|dearer|more expensive|less expensive|costs? more|costs? less|pay (?:more|less|extra))\b"
    r"|\bhow much more (?:do|would|will|must) (?:i|we) pay\b|\bhow much more (?:is|does)\b|便宜"
    r"|更贵|哪个贵|哪款贵|差价|价格?差|贵多少|差多少钱"
)
_STOCK = re.compile(r"\bstock\b|\bavailab\w+|库存|有没有货|有货|现货|有无货")
WORD = r"[a-z0-9à-ÿ][a-z0-9à-ÿ'-]*"
_ARTICLES = frozenset("the a an your please".split())


def models(query: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The model numbers and SKUs that a question names, as written, folded."""
    found = []
    text = query.casefold()
    for compared, written in identifiers(query).items():
        if vocabulary.words.get(compared, 0) > COMMON:
            continue
        ends = re.findall(rf"(?<![a-z0-9]){re.escape(written)}((?: [a-z]+)?)(?![a-z0-9])", text) or [""]
        words = dict.fromkeys(end.strip() for end in ends)  # "B650 Pro" is another product than "B650"
        found += [f"{written} {word}" if _is_rare(word, vocabulary) else written for word in words]
    return tuple(dict.fromkeys(found))


def _is_rare(word: str, vocabulary: Vocabulary) -> bool:
    """Whether a word belongs to few names, and is no word for a kind nor one that any question has."""
    plain = word in phrases.STOP or singular(word) in vocabulary.heads
    return bool(word) and not plain and 0 < vocabulary.words.get(singular(word), 0) <= COMMON


def named_beside(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Two products that are named in words, where the question sets them beside each other.

    Each name must consist of words that names of the catalogue have, one of them rarely.
    """
    for pattern in phrases.BESIDE:
        if match := pattern.search(text):
            sides = [" ".join(tokens(match[group])) for group in ("one", "other")]
            if sides[0] != sides[1] and all(_is_named(side.split(), vocabulary) for side in sides):
                return tuple(sides)
    return ()


def _is_named(said: list[str], vocabulary: Vocabulary) -> bool:
    """Whether words name one product: names have all of them, and one rarely that is no word for a kind."""
    counts = {word: vocabulary.words.get(singular(word), 0) for word in said}
    own = [count for word, count in counts.items() if singular(word) not in vocabulary.heads]
    return bool(own) and min(counts.values()) > 0 and min(own) <= COMMON


def tokens(text: str) -> list[str]:
    """The words of a product's name in Latin letters, articles and asides left out."""
    return [word for word in re.findall(r"[a-z0-9à-ÿ]+(?:-[a-z0-9]+)*", text) if word not in _ARTICLES]


def comparison(reading: Reading, models: tuple[str, ...], vocabulary: Vocabulary) -> Understood:
    """Several models beside each other, where the question compares them: by measures that it names, or by all, where
    it asks for nothing else."""
    text = reading.lower
    compares = bool(phrases.COMPARE.search(text))
    asked = asked_measures(text, vocabulary)
    if not compares and not (phrases.COMPARED.search(text) and (asked or _comparatives(text, vocabulary))):
        return NOTHING
    if re.search(r"兼容|通用|适用于|配件|替换|\b(?:fits?|compatible|lid|spare|parts?|accessor\w+|instead)\b", text):
        return NOTHING
    said = _comparatives(text, vocabulary)
    asked = (*said, *(field for field in asked if field not in said))
    left = _unaccounted(text, models, vocabulary)
    if left and not (asked and compares):
        return NOTHING
    return Understood(operation="compare", names=models, asked=asked, left=left)


def _unaccounted(text: str, models: tuple[str, ...], vocabulary: Vocabulary) -> str:
    """What a comparison also asks that no column is known to hold."""
    for name in sorted(models, key=len, reverse=True):
        text = text.replace(name, "\x00")
    text = re.sub(r"[两俩二三四五六几][款台个种件把口只]|比", "\x00", text)
    patterns = [pattern for concept in CONCEPTS for pattern in (concept.more, concept.less, concept.asked)]
    for pattern in (*patterns, phrases.COMPARE, phrases.COMPARED, _CHEAPER, _STOCK, _MONEY):
        text = pattern.sub("\x00", text)
    for header in [*(column.name for column in vocabulary.numeric), *(column.name for column in vocabulary.texts)]:
        text = re.sub(rf"(?<![a-z]){re.escape(plain_name(header).casefold())}(?![a-z])", "\x00", text)
    latin = [word for word in re.findall(WORD, text) if word not in phrases.STOP]
    latin = [word for word in latin if singular(word) not in vocabulary.words and word not in vocabulary.brands]
    return " ".join([*latin, *han_left(text, vocabulary)])


def han_left(text: str, vocabulary: Vocabulary | None = None) -> list[str]:
    """The Chinese words that are neither plain ones nor, with a vocabulary, for kinds or brands."""
    left: list[str] = []
    known = () if vocabulary is None else (form for form in (*vocabulary.heads, *vocabulary.brands) if len(form) > 1)
    said = sorted((form for form in known if form in text), key=len, reverse=True)
    for run in re.findall(r"[\u3400-\u9fff]+", text):
        for word in (*said, *phrases.STOP_HAN):
            run = run.replace(word, " ")
        left += run.split()
    return left


def _comparatives(text: str, vocabulary: Vocabulary) -> tuple[Measured, ...]:
    """The measures by which a text compares: "the quieter one", "which is cheaper"."""
    price = (PRICE,) if vocabulary.priced and _CHEAPER.search(text) else ()
    said = (concept for concept in CONCEPTS if concept.more.search(text) or concept.less.search(text))
    return (*price, *filter(None, (measured_by(concept, vocabulary) for concept in said)))


def asked_measures(text: str, vocabulary: Vocabulary) -> tuple[Measured, ...]:
    """The measures that a text names."""
    found: dict[str, Measured] = {}
    if vocabulary.priced and _MONEY.search(text):
        found["price"] = PRICE
    if vocabulary.stocked and _STOCK.search(text):
        found["stock"] = STOCK
    for concept in CONCEPTS:
        if concept.asked.search(text) and (field := measured_by(concept, vocabulary)):
            found.setdefault(field.names[0], field)
    for column in vocabulary.numeric:
        said = plain_name(column.name).casefold()
        if len(said) > 2 and concept_of(column) is None and re.search(rf"(?<![a-z]){re.escape(said)}(?![a-z])", text):
            found.setdefault(column.name, Measured((column.name,), column.dimension, said, said))
    return tuple(found.values())
