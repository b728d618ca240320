"""What a question names of a catalogue: brands, kinds of products, values of columns of words, and what it excludes.

Everything is checked against the catalogue's vocabulary; the dictionary of wares only bridges the two languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.filters import HAN, All, Condition, Either, Restriction, Worded
from index.naming import forms, singular
from index.vocabulary import TextColumn, Vocabulary
from retriever.concepts import plain_name
from retriever.constraints import Constraint, Reading
from retriever.wares import looks, translations

_NOT = re.compile(
    r"(?:\b(?:but |and )?(?:not?|never|except(?: for)?|other than|excluding|exclude|without|nothing from"
    r"|nothing by|anything but"
    r"|no more|don'?t want|do not want|isn'?t|aren'?t|rather not|avoid(?:ing)?)\b|不要|不想要|不是|别要|除了"
    r"|除|非|排除|不含|不买|不考虑|不选)"
    r"\s*(?:(?:from|by|the|a|an|any|made|brand|brands|of|in|one|ones)\s+|是|有|买|牌子|品牌|为|那个|那种"
    r"|(?<=[\u4e00-\u9fff])\s+)*$"
)
_NOT_BEHIND = re.compile(r"\s*(?:牌|品牌|牌子)?(?:的)?\s*(?:以外|之外|除外|不要|就不要)")
_BRAND_BEHIND = re.compile(r"\s*(?:brand(?:ed)?\b|(?:这个)?(?:品牌|牌子|牌))?(?:的)?")
_OR = re.compile(r"\s*(?:(?:牌)?(?:的)?(?:和|或者?|跟|、|/|,)(?:是)?|(?:,\s*)?\b(?:or|and|nor)\b)\s*")
_UNKNOWN_BRAND = re.compile(
    rf"\bbrand\s+([a-z0-9][a-z0-9-]*)|([a-z0-9-]+|[{HAN}]{{1,6}}?)(?:这个)?(?:品牌|牌子|牌)(?:的)?"
)
_LATIN = re.compile(r"[a-z0-9à-ÿ]+(?:['’-][a-z0-9à-ÿ]+)*")
_LOOKED = re.compile(
    r"colou?r|material|finish|size|style|pattern|颜色|色彩|配色|材质|材料|面料|尺码|款式|风格|图案|口味"
    r"|flavou?r|taste|gender|season|适用季节",
    re.IGNORECASE,
)
_JOINED_KINDS = re.compile(r"\s*(?:,|and|or|&|/|和|或|、|以及|跟)\s*(?:the |any |的)?")
_DEPENDENT = re.compile(r"\b(?:for|with|without|from|to|in|fits?|fitting|of) (?:(?:the|a|an|my|your) )?$")
STOP = frozenset("the a an and or of for with which what do you have any are is in not no it to your at by on".split())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of products that a question names: where, in which words, and the constraint it is."""

    start: int
    end: int
    plural: bool
    head: str
    constraint: Constraint


def brands(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """The brands that are wanted, as one constraint, and those that are not."""
    wanted: dict[str, frozenset[str]] = {}
    refused: dict[str, frozenset[str]] = {}
    last_refused = last_end = -1
    spans = sorted(_mentions(reading, vocabulary.brands))
    for start, end, form in spans:
        if not reading.free(start, end):
            continue
        before = _NOT.search(reading.lower[:start])
        behind = _NOT_BEHIND.match(reading.lower, end)
        goes_on = last_refused == last_end and last_end >= 0 and _OR.fullmatch(reading.lower[last_end:start])
        target = refused if before or behind or goes_on else wanted
        closed = _BRAND_BEHIND.match(reading.lower, end)
        stop = behind.end() if behind else closed.end() if closed else end
        reading.take(before.start() if before else last_end if goes_on else start, stop)
        target[form] = vocabulary.brands[form]
        last_end = stop
        last_refused = stop if target is refused else -1
    for match in list(reading.find(_UNKNOWN_BRAND)):
        name = match[1] or match[2]
        if (before := _NOT.search(reading.lower[: match.start()])) and name:
            reading.take(before.start(), match.end())
            refused[name] = frozenset((name,))
    if wanted:
        yield _brand(wanted, vocabulary, negated=False)
    if refused:
        yield _brand(refused, vocabulary, negated=True)


def _brand(known: dict[str, frozenset[str]], vocabulary: Vocabulary, negated: bool) -> Constraint:
    values = tuple(sorted(set().union(*known.values())))
    told = [_spelled(form, vocabulary) for form in known]
    test = Condition("brand", values, negated=negated)
    if negated:
        return Constraint(
            "brand", test, ", ".join(told), f"品牌不是 {'、'.join(told)}", f"brand not {' or '.join(told)}"
        )
    return Constraint("brand", test, ", ".join(told), f"品牌为 {'或 '.join(told)}", f"brand {' or '.join(told)}")


def _spelled(form: str, vocabulary: Vocabulary) -> str:
    return vocabulary.spelled.get(form, form if not form.isascii() else form.title())


def _mentions(reading: Reading, known: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Where the text says one of these, the longest first; words in Latin letters whole."""
    text = reading.lower
    tokens = [match.span() for match in _LATIN.finditer(text)]
    table = known if isinstance(known, dict) else dict.fromkeys(known)
    covered = [False] * len(text)

    def fits(start: int, end: int) -> bool:
        return text[start:end] in table and not any(covered[start:end])

    for length in range(min(5, len(tokens)), 0, -1):
        for at in range(len(tokens) - length + 1):
            start, end = tokens[at][0], tokens[at + length - 1][1]
            if fits(start, end):
                covered[start:end] = [True] * (end - start)
                yield start, end, text[start:end]
    for run in re.finditer(f"[{HAN}]+", text):
        for length in range(min(12, run.end() - run.start()), 1, -1):
            for start in range(run.start(), run.end() - length + 1):
                if fits(start, start + length):
                    covered[start : start + length] = [True] * length
                    yield start, start + length, text[start : start + length]
    if any(not re.fullmatch(rf"[a-z0-9à-ÿ '’-]+|[{HAN}]+", form) for form in table):
        for form in sorted(table, key=len, reverse=True):  # "H&M", "索尼 Sony": few have other signs
            if not re.fullmatch(rf"[a-z0-9à-ÿ '’-]+|[{HAN}]+", form) and len(form) > 1:
                at = text.find(form)
                if at >= 0 and not any(covered[at : at + len(form)]):
                    covered[at : at + len(form)] = [True] * len(form)
                    yield at, at + len(form), form


def kinds(reading: Reading, vocabulary: Vocabulary) -> list[Kind]:
    """The kinds that the question names, in order, each taken out of the reading with its modifiers."""
    found = [*_latin_kinds(reading, vocabulary), *_han_kinds(reading, vocabulary)]
    return sorted(found, key=lambda kind: kind.start)


def _latin_kinds(reading: Reading, vocabulary: Vocabulary) -> Iterator[Kind]:
    tokens = list(_LATIN.finditer(reading.lower))
    at = len(tokens) - 1
    while at >= 0:
        begin = _kind_ending_at(tokens, at, reading, vocabulary)
        if begin is None:
            at -= 1
            continue
        yield _latin_kind(tokens, begin, at, reading, vocabulary)
        at = begin - 1


def _kind_ending_at(tokens: list[re.Match[str]], at: int, reading: Reading, vocabulary: Vocabulary) -> int | None:
    """Where the words of a kind begin whose last word is this; None where it is none."""
    last = tokens[at]
    if not reading.free(*last.span()) or last[0] in STOP:
        return None
    head = singular(last[0])
    begin = at
    while begin > 0 and at - begin < 4:
        word, gap = tokens[begin - 1], reading.lower[tokens[begin - 1].end() : tokens[begin].start()]
        joined = gap == " " or (gap == " & " and _phrase(tokens, begin - 1, at, reading) in vocabulary.categories)
        if not joined or not reading.free(*word.span()) or word[0] in STOP:
            break
        begin -= 1
    for start in range(begin, at + 1):
        if _is_kind(_phrase(tokens, start, at, reading), vocabulary):
            begin_known = start
            break
    else:
        if head not in vocabulary.heads or len(head) < 3:
            return None
        begin_known = at
    while begin_known > begin and singular(tokens[begin_known - 1][0]) in vocabulary.words:
        begin_known -= 1
    return begin_known


def _is_kind(phrase: str, vocabulary: Vocabulary) -> bool:
    """Whether a phrase, its last word in the singular, is a category, a translated ware or a head of a name."""
    if phrase in vocabulary.categories or phrase in vocabulary.heads:
        return True
    return any(word in vocabulary.heads or word in vocabulary.categories for word in translations().get(phrase, ()))


def _phrase(tokens: list[re.Match[str]], start: int, end: int, reading: Reading) -> str:
    said = reading.lower[tokens[start].start() : tokens[end].start()]
    return said + singular(tokens[end][0])


def _latin_kind(tokens: list[re.Match[str]], begin: int, at: int, reading: Reading, vocabulary: Vocabulary) -> Kind:
    core = next(
        (start for start in range(begin, at + 1) if _is_kind(_phrase(tokens, start, at, reading), vocabulary)), at
    )
    phrase, head = _phrase(tokens, core, at, reading), singular(tokens[at][0])
    stem = phrase[: len(phrase) - len(head)]
    tests: list[Restriction] = []
    if phrase in vocabulary.categories:
        tests.append(Condition("category", tuple(sorted(vocabulary.categories[phrase]))))
    if head in vocabulary.heads:
        tests.append(Worded("name", tuple(stem + form for form in forms(head)), head=True))
    tests += _translated(phrase, vocabulary)
    start, end = tokens[begin].start(), tokens[at].end()
    modifiers = [token[0] for token in tokens[begin:core]]
    said = reading.take(start, end)
    test: Restriction = tests[0] if len(tests) == 1 else Either(tuple(tests))
    constraint = Constraint(
        "kind", _all_of(test, modifiers), said, f"品名或类别为“{said}”", f"‘{said}’ in name or category"
    )
    return Kind(start, end, tokens[at][0] != head, head, constraint)


def _all_of(test: Restriction, modifiers: list[str]) -> Restriction:
    """The test with its modifiers, each a word of the name or of the category."""
    if not modifiers:
        return test
    worded = tuple(
        Either((Worded("name", forms(singular(word))), Worded("category", forms(singular(word))))) for word in modifiers
    )
    return All((test, *worded))


def _translated(phrase: str, vocabulary: Vocabulary) -> list[Restriction]:
    tests: list[Restriction] = []
    for other in sorted(translations().get(phrase, ())):
        if other in vocabulary.categories:
            tests.append(Condition("category", tuple(sorted(vocabulary.categories[other]))))
        if not other.isascii():
            if other in vocabulary.heads:
                tests.append(Worded("name", (other,), head=True))
            continue
        words = other.split()
        if singular(words[-1]) in vocabulary.heads:
            lead = "".join(f"{word} " for word in words[:-1])
            tests.append(Worded("name", tuple(lead + form for form in forms(words[-1])), head=True))
    return tests


def _han_kinds(reading: Reading, vocabulary: Vocabulary) -> Iterator[Kind]:
    for start, end, word in _mentions(reading, _known_kinds(vocabulary)):
        if not re.fullmatch(f"[{HAN}]+", word) or not reading.free(start, end):
            continue
        yield _han_kind(start, end, word, reading, vocabulary)
    for match in list(
        reading.find(
            re.compile(
                rf"(?:^|(?<=[^{HAN}])|(?<=[的款个把口台种只件双条]))[{HAN}](?=$|[^{HAN}]|[吗呢有是哪最里中要多])"
            )
        )
    ):
        if vocabulary.heads.get(match[0], 0) > 1 and match[0] not in "的款个些种类有是吗呢":
            yield _han_kind(*match.span(), match[0], reading, vocabulary)


@lru_cache(8)
def _known_kinds(vocabulary: Vocabulary) -> dict[str, None]:
    """The Chinese words for kinds of two characters and more."""
    known = {form for form in vocabulary.heads if len(form) > 1 and not form.isascii()}
    known |= {form for form in vocabulary.categories if re.fullmatch(f"[{HAN}]+", form)}
    known |= {word for word in translations() if not word.isascii() and len(word) > 1 and _translated(word, vocabulary)}
    return dict.fromkeys(known)


def _han_kind(start: int, end: int, word: str, reading: Reading, vocabulary: Vocabulary) -> Kind:
    tests: list[Restriction] = []
    if word in vocabulary.categories:
        tests.append(Condition("category", tuple(sorted(vocabulary.categories[word]))))
    if word in vocabulary.heads:
        tests.append(Worded("name", (word,), head=True))
    tests += _translated(word, vocabulary)
    reading.take(start, end)
    test: Restriction = tests[0] if len(tests) == 1 else Either(tuple(tests))
    return Kind(
        start, end, True, word, Constraint("kind", test, word, f"品名或类别为“{word}”", f"‘{word}’ in name or category")
    )


def wanted_kinds(found: list[Kind], reading: Reading) -> tuple[Constraint, ...] | None:
    """The kinds as constraints: of several that are joined by "or" one, those after "not" excluded.

    None where it is not clear which of them is wanted.
    """
    wanted: list[Kind] = []
    refused: list[Kind] = []
    for kind in found:
        if before := _NOT.search(reading.lower[: kind.start]):
            reading.take(before.start(), kind.end)
            refused.append(kind)
        elif wanted and _DEPENDENT.search(reading.lower[: kind.start]):
            return None  # filters *for* espresso machines
        else:
            wanted.append(kind)
    for one, other in pairwise(wanted):
        gap = reading.lower[one.end : other.start]
        if not _JOINED_KINDS.fullmatch(gap):
            return None
        reading.take(one.end, other.start)
    constraints = []
    if len(wanted) == 1:
        constraints.append(wanted[0].constraint)
    elif wanted:
        said = [kind.constraint.words for kind in wanted]
        test = Either(tuple(kind.constraint.test for kind in wanted))
        zh, en = "”或“".join(said), "’ or ‘".join(said)
        constraints.append(
            Constraint("kind", test, ", ".join(said), f"品名或类别为“{zh}”", f"‘{en}’ in name or category")
        )
    for kind in refused:
        word = kind.constraint.words
        test = Either((kind.constraint.test,), negated=True)
        constraints.append(Constraint("kind", test, word, f"不是“{word}”", f"not ‘{word}’"))
    return tuple(constraints)


def worded_values(reading: Reading, vocabulary: Vocabulary) -> Iterator[Constraint]:
    """The values of columns of words (colour, material, ...) that the question names."""
    for column, looked, values in _worded_columns(vocabulary):
        header = plain_name(column.name).casefold()
        if not looked and header not in reading.lower:
            continue
        for start, end, form in sorted(_mentions(reading, values)):
            alone = len(form) < 2 and not re.search(rf"{re.escape(header)}[:\s是为]*$", reading.lower[:start])
            if alone or form in STOP or not reading.free(start, end):
                continue
            before = _NOT.search(reading.lower[:start])
            words = reading.take(before.start() if before else start, end)
            for extra in _around(header, start, end, reading.lower):
                if reading.free(*extra):
                    reading.take(*extra)
            test = Condition(column.name, values[form], negated=bool(before))
            named = plain_name(column.name)
            no = ("不为", "not ") if before else ("为", "")
            told = reading.text[start:end]
            yield Constraint(column.name, test, words, f"{named}{no[0]}“{told}”", f"{named} {no[1]}‘{told}’")


@lru_cache(8)
def _worded_columns(vocabulary: Vocabulary) -> tuple[tuple[TextColumn, bool, dict[str, tuple[str, ...]]], ...]:
    """The columns of words, whether each says how a thing looks, and the forms of its values."""
    looked = [(column, bool(_LOOKED.search(column.name))) for column in vocabulary.texts]
    return tuple((column, looks, _values(column, looks)) for column, looks in looked)


def _around(header: str, start: int, end: int, text: str) -> Iterator[tuple[int, int]]:
    """The column's own name beside a value, and the mark of a colour."""
    for found in re.finditer(rf"(?<![a-z]){re.escape(header)}(?![a-z])", text):
        yield found.span()
    if behind := re.compile(r"色|的|款").match(text, end):
        yield behind.span()
    if before := re.search(r"\bin (?:the )?(?:colou?r )?$", text[:start]):
        yield before.span()


def _values(column: TextColumn, looked: bool) -> dict[str, tuple[str, ...]]:
    """The forms of a column's values; of colours and materials also each word, and its name in the other language."""
    found = {form: set(cells) for form, cells in column.values.items()}
    if looked:
        for form, cells in column.values.items():
            said = _LATIN.findall(form)
            if 1 < len(said) <= 3:
                for word in said:
                    if len(word) > 2 and not word.isdigit():
                        found.setdefault(word, set()).update(cells)
        for word, others in looks().items():
            for other in others:
                having = {
                    cell
                    for form, cells in column.values.items()
                    for cell in cells
                    if (other in _LATIN.findall(form) or other == form if other.isascii() else other in form)
                }
                if having:
                    found.setdefault(word, set()).update(having)
            if not word.isascii():
                own = {cell for form, cells in column.values.items() if word in form for cell in cells}
                if own:
                    found.setdefault(word, set()).update(own)
    return {form: tuple(sorted(cells)) for form, cells in found.items()}
