"""`Conflict`: two pieces of evidence that state another number for the same thing, and what each stands in.

Precise rather than eager: products, variants and conditions that differ (EU and UK, registered or not) are no conflict,
and neither are numbers of which a piece states several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from answer.dates import Date, take_dates
from answer.evidence import Evidence, named_models
from answer.fields import Field, asked_fields
from answer.language import Form
from answer.links import without_links
from answer.units import Unit
from answer.variants import are_variants
from answer.wording import name_of
from answer.words import words
from index.chunk import Chunk
from index.text.quantities import quantities
from index.text.spelled import in_digits
from index.text.units import header_unit

NEAR = 0.005
"""The share of the best piece's chance that a piece must have to speak of what was asked."""
ALIKE = 0.7
"""Share of common words, numbers aside, from which two sentences say the same of the same."""
_DIMENSIONS = {
    "price": ("money",),
    "warranty": ("months", "days"),
    "power": ("power",),
    "voltage": ("voltage",),
    "weight": ("mass",),
    "noise": ("noise",),
    "capacity": ("volume", "mass", "charge", "storage"),
    "battery": ("duration",),
    "stock": ("",),
}
_CONDITION = re.compile(
    r"\b(?:eu|uk|us|usa|europe\w*|british|swiss|switzerland|norway|germany|china|islands?|registered|unregistered|members?|"
    r"business|private|online|express|standard|bulky|refurbished|used|new|black|white|red|blue|green|grey|gray|silver|steel|"
    r"if|unless|except|only|from|above|below|under|over|up to|with|without|extended|battery|batteries|motor|max\w*|"
    r"min\w*|first|second|large|small|medium|pro|plus|mini|max|duo|low|high|sleep|night)\b"
    r"|欧[版规]|英[版规]|国[版行]|注册|会员|延[长保]|新疆|西藏|香港|澳门|海外|电池|电机|如果|除|仅|只|满|以上|以下"
    r"|以内|最[多少大高低]|黑|白|红|蓝|绿|灰|大号|小号|中号|大杯|小杯|低档|中档|高档|睡眠|夜间|升级|特价|清仓|二手|翻新",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of evidence and the date of what it stands in, None where none is stated."""

    unit: Unit
    since: Date | None
    until: Date | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two that disagree, the newer first where both are dated; `field` where it is one of a product."""

    first: Said
    second: Said
    field: Field | None


def conflicts(evidence: Sequence[Evidence], query: str, limit: int = 1) -> list[Conflict]:
    """The pairs among the best of the ranked `evidence` that disagree in their number, at most `limit`.

    One of a pair is the best piece of what was asked, so that nobody is told of a quarrel beside the question.
    """
    if not evidence:
        return []
    fields = asked_fields(query)
    near = [item.unit for item in evidence if item.score >= NEAR * evidence[0].score or item.answers_field]
    asked = [item.unit for item in evidence if item.answers_field]
    best = (asked or near)[0]
    found: list[Conflict] = []
    for other in near:
        if other.passage.chunk.id == best.passage.chunk.id or len(found) == limit:
            continue
        if best.cell is None and _sections_apart(best, other):
            continue
        field = _common_field(best, other, fields)
        if _same_thing(best, other, field) and _disagree(best, other, field):
            found.append(_ordered(best, other, field))
    return found


def tell_conflicts(found: Sequence[Conflict], form: Form, cite: Callable[[Unit], str]) -> Iterator[str]:
    """One line for each conflict: both quotes, verbatim, with their sources and dates. `cite` gives a unit's mark."""
    for conflict in found:
        one, two = (_told(said, form, cite) for said in (conflict.first, conflict.second))
        if form == "zh":
            yield f"请注意，资料的说法不一致：{one}；{two}。"
        else:
            yield f"Please note that the documents disagree: {one}; {two}."


def dated(chunk: Chunk) -> tuple[Date | None, Date | None]:
    """Since when, and until when, what a chunk says is said to hold: its row's validity, else the first date in its
    title, its file's name or its opening words."""
    since, until = (_first_date(str(chunk.attributes.get(name) or "")) for name in ("valid_from", "valid_to"))
    if since or until:
        return since, until
    name = re.sub(r"(?<!\d)((?:19|20)\d\d)(?![\d-])", r"\1年", chunk.document.replace("_", "-"))
    for text in (chunk.title, name, " ".join(chunk.section), chunk.text[:200]):
        if found := _first_date(text):
            return found, None
    return None, None


def _first_date(text: str) -> Date | None:
    readings, _ = take_dates(text)
    return next((date for reading in readings for date in reading if date.year), None)


def _sections_apart(one: Unit, two: Unit) -> bool:
    """Whether two units stand in one document under other headings: what a manual says of the oven and of the stove."""
    first, second = one.passage.chunk, two.passage.chunk
    return first.document == second.document and first.section != second.section


def _common_field(one: Unit, two: Unit, fields: Sequence[Field]) -> Field | None:
    """The field that was asked for and that both state."""
    return next((field for field in fields if _states(one, field) and _states(two, field)), None)


def _states(unit: Unit, field: Field) -> bool:
    if unit.cell is not None:
        return unit.cell.role == field.name and (field.name != "price" or unit.cell.chosen)
    return bool(field.asked.search(unit.text) or field.header.search(unit.text))


def _same_thing(one: Unit, two: Unit, field: Field | None) -> bool:
    first, second = one.passage.chunk, two.passage.chunk
    if _conditions(one) != _conditions(two) or are_variants(first, second):
        return False
    skus = {str(chunk.attributes.get("sku") or "") for chunk in (first, second)} - {""}
    if len(skus) == 2:
        return False
    if field is not None:
        if len(skus) == 1 and first.attributes.get("sku") == second.attributes.get("sku"):
            return True
        models = [named_models(f"{chunk.label}\n{unit.text}") for chunk, unit in ((first, one), (second, two))]
        if models[0] or models[1]:
            return models[0] == models[1]
        if one.header and two.header:
            return _bag(first.label) == _bag(second.label)
    if one.header or two.header or named_models(one.text) != named_models(two.text):
        return False
    mine, other = _bag(one.text), _bag(two.text)
    return len(mine & other) >= ALIKE * len(mine | other) and len(mine & other) >= 2


def _bag(text: str) -> set[str]:
    return set(words(re.sub(r"(?<![A-Za-z])\d[\d.,]*", " ", in_digits(text))))


def _conditions(unit: Unit) -> set[str]:
    text = f"{unit.passage.chunk.title} {unit.text}" if unit.header else unit.text
    return {match[0].lower() for match in _CONDITION.finditer(text)}


def _disagree(one: Unit, two: Unit, field: Field | None) -> bool:
    """Whether both state exactly one value of a dimension, and another one."""
    mine, other = _values(one, field), _values(two, field)
    return any(
        len(mine[dimension]) == len(other[dimension]) == 1 and mine[dimension] != other[dimension]
        for dimension in mine.keys() & other.keys()
    )


def _values(unit: Unit, field: Field | None) -> dict[str, set[Decimal]]:
    found: dict[str, set[Decimal]] = {}
    of = header_unit(unit.header) if unit.header else None
    currency = unit.cell.unit if unit.cell is not None else ""
    wanted = _DIMENSIONS.get(field.name) if field is not None else None
    for quantity in quantities(unit.value or unit.text, bare=bool(unit.header)):
        dimension, value = quantity.dimension, quantity.value
        if not dimension and of is not None:
            dimension, value = of.dimension, value * of.factor
        elif not dimension and field is not None and field.name == "price":
            dimension = f"money:{currency.upper()}"
        if wanted is None or dimension.partition(":")[0] in wanted:
            found.setdefault(dimension, set()).add(value)
    return found


def _ordered(one: Unit, two: Unit, field: Field | None) -> Conflict:
    pair = [Said(unit, *dated(unit.passage.chunk)) for unit in (one, two)]
    days = [_day(said.since) for said in pair]
    if all(days) and days[1] > days[0]:
        pair.reverse()
    return Conflict(pair[0], pair[1], field)


def _day(date: Date | None) -> tuple[int, ...]:
    return (date.year or 0, date.month or 0, date.day or 0) if date else ()


def _told(said: Said, form: Form, cite: Callable[[Unit], str]) -> str:
    name = name_of(said.unit.passage.chunk)
    quote = without_links(" ".join(said.unit.text.split()))
    since, until = said.since, said.until
    if form == "zh":
        when = "，".join([f"{since} 起"] * bool(since) + [f"至 {until}"] * bool(until))
        return f"《{name}》{f'（{when}）' if when else ''}写的是“{quote}”{cite(said.unit)}"
    when = " ".join([f"from {since}"] * bool(since) + [f"until {until}"] * bool(until))
    return f"{name}{f' ({when})' if when else ''} says “{quote}” {cite(said.unit)}"
