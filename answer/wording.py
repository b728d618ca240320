"""Wording without a model: evidence told in a plain, readable sentence of the asked language, with its citation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answer.answer import Reason
from answer.citations import CitationChecker
from answer.evidence import Evidence, named_models
from answer.fields import ARRIVAL, BY_NAME, asked_fields
from answer.language import Form
from answer.links import without_links
from answer.names import in_form
from answer.numbers import numbers
from answer.prices import price_label
from answer.stock import stock_line
from answer.units import Unit
from answer.variants import told_apart
from answer.words import words
from index.cell import Cell
from index.chunk import Chunk
from index.lexicon import pattern, sections
from index.text.analysis import is_chinese
from index.text.currencies import currency as currency_code
from index.text.letters import HAN
from index.text.price_kinds import least_pieces
from index.text.quantities import quantities
from retriever.passage import Passage

NEAR = 0.15
"""The share of the best piece's chance that a piece must have to be as good as it."""
READS = 0.25
"""The share of the best piece's chance that a cell must have, where passages were read, to be told instead of it."""
SECOND = 0.04
"""As `NEAR`, for the second of two quotes."""
BESIDE = 4.0
"""What a sentence beside the best one counts for as the second: it goes on with what that one says."""
LISTED = 5
ASIDE = 0.25
"""Times the best piece's passage's relevance that that of a second piece must have."""
SHORT = 24
"""Characters of a value up to which it says nothing without its header."""
FEW = 3
"""Words that a second quote must have to be worth telling."""

_LISTING = pattern("kinds", "asked_wares")
_UNIT = re.compile(r"[(（]([^()（）]{1,12})[)）]\s*$")
PLAIN_PRICES = frozenset(("", "sale", "regular", "list", "recommended"))
"""Kinds of price that are told as the price where they are what everybody pays."""
_CURRENCY = re.compile(r"(?<![A-Za-z])(?:EUR|USD|GBP|CNY|RMB|CHF|JPY|HKD)(?![A-Za-z])")


def refusal(reason: Reason, form: Form) -> str:
    """What is told where no document answers."""
    return str(sections("replies")[form][reason])


def in_original(form: Form) -> str:
    """What leads in a document's own words in another language than the reply's."""
    return str(sections("replies")[form]["in_original"])


def unit_in(form: Form, unit: str) -> str:
    """A header's unit as a reply of a language calls it, where it has another name there."""
    return str(sections("replies.units")[form].get(unit, unit))


def tell(
    query: str, evidence: Sequence[Evidence], form: Form, checker: CitationChecker, passages: Sequence[Passage]
) -> Iterator[str]:
    """The reply, a line at a time, line breaks included. `evidence` best first; `passages` in citation order."""
    place = {passage.chunk.id: number for number, passage in enumerate(passages, 1)}

    def cite(unit: Unit) -> str:
        return checker.cite(place[unit.passage.chunk.id], unit)

    if cells := _asked_cells(query, evidence):
        apart = _variants(query, cells, evidence)
        cells = [cell for id in apart for cell in _alike(cells, id, evidence)] or cells
        lines = [_cell_line(query, cell, form, cite(cell), apart.get(cell.passage.chunk.id, "")) for cell in cells]
    elif products := _listed(query, evidence):
        lines = [_product_line(units, form, "".join(dict.fromkeys(map(cite, units)))) for units in products]
    else:
        lines = [_quote_line(unit, first, form, cite(unit)) for unit, first in _quotes(query, evidence)]
    for number, line in enumerate(lines):
        yield f"\n{line}" if number else line


def tell_left(
    asked: str, units: Sequence[Unit], form: Form, checker: CitationChecker, passages: Sequence[Passage]
) -> Iterator[str]:
    """What the documents say of the words of a comparison that no column holds, a line each; or that they do not."""
    place = {passage.chunk.id: number for number, passage in enumerate(passages, 1)}
    for before, unit in zip([None, *units], units, strict=False):
        yield _quote_line(unit, before, form, checker.cite(place[unit.passage.chunk.id], unit))
    if not units:
        yield str(sections("replies")[form]["not_said"]).format(asked)


def _asked_cells(query: str, evidence: Sequence[Evidence]) -> list[Unit]:
    """One cell for each field asked, all of one product: the one that ranks first, else one that is near it."""
    hits = [item for item in evidence if item.answers_field]
    first = evidence[0].unit.passage.chunk.id
    if evidence[0].read and hits and hits[0].score < READS * evidence[0].score:
        return []  # "how exact is the scale": what was read says it, and not the weight's cell
    if any(item.unit.passage.chunk.id == first for item in hits):
        product = first
    elif hits and hits[0].score >= NEAR * evidence[0].score:
        product = hits[0].unit.passage.chunk.id
    else:
        return []
    own = [item.unit for item in hits if item.unit.passage.chunk.id == product]
    cells = []
    for field in asked_fields(query):
        having = [unit for unit in own if unit.field is field]
        cells += having if field.name == "price" else having[:1]  # equals among prices are told side by side
    cells += [unit for unit in own if unit not in cells and unit.field not in asked_fields(query)]  # by their headers
    if any(cell.field and cell.field.name == "stock" and cell.value.strip() == "0" for cell in cells):
        others = (item.unit for item in evidence if item.unit.passage.chunk.id == product)
        cells += [unit for unit in others if unit not in cells and ARRIVAL.measured_in(unit.text)][:1]
    return cells


def _variants(query: str, cells: Sequence[Unit], evidence: Sequence[Evidence]) -> dict[str, str]:
    """What tells apart the rows that are meant as much as the one of these cells, where what they say differs."""
    meant = [item.unit.passage.chunk for item in evidence if item.answers_field]
    apart = told_apart(query, cells[0].passage.chunk, meant)
    said = {tuple(unit.value for unit in _alike(cells, id, evidence)) for id in apart}
    return apart if len(said) == len(apart) == 1 or len(said) > 1 else {}


def _alike(cells: Sequence[Unit], id: str, evidence: Sequence[Evidence]) -> list[Unit]:
    """The cells of a row under the headers of these; of prices those that were asked for, as one may be on sale."""
    own = {item.unit.header: item.unit for item in evidence if item.unit.passage.chunk.id == id}
    prices = [unit for unit in own.values() if unit.cell is not None and unit.cell.role == "price"]
    found: dict[str, Unit] = {}
    for cell in cells:
        of_price = cell.cell is not None and cell.cell.role == "price"
        for unit in prices if of_price else [own[cell.header]] if cell.header in own else []:
            found[unit.header] = unit
    return list(found.values())


def _listed(query: str, evidence: Sequence[Evidence]) -> list[list[Unit]]:
    """For a question that asks what there is: of each product its best unit and its price."""
    rows = [item for item in _near(evidence) if item.unit.passage.chunk.locator.row is not None]
    if not _LISTING.search(query) or not rows or rows[0] is not evidence[0]:
        return []
    products: dict[str, list[Unit]] = {item.unit.passage.chunk.id: [] for item in rows}
    for item in evidence:
        if item.unit.passage.chunk.id in products:
            products[item.unit.passage.chunk.id].append(item.unit)
    if len(products) < 2:
        return []
    return [_with_price(units) for units in list(products.values())[:LISTED]]


def _with_price(units: Sequence[Unit]) -> list[Unit]:
    prices = [unit for unit in units if unit.cell is not None and unit.cell.role == "price" and unit.cell.chosen]
    return prices[:1] or list(units[:1])


def _quotes(query: str, evidence: Sequence[Evidence]) -> list[tuple[Unit, Unit | None]]:
    """The best unit, and the next where it is near, each with the unit told before it; as one, where one follows the
    other in the text.

    Where the question names a code or a model that the best unit holds, a unit of other codes alone adds nothing.
    """
    best = next((item for item in _near(evidence) if not item.unit.header), evidence[0])
    codes = named_models(query) & numbers(best.unit.text)
    following = {id(item): _together(best.unit, item.unit) for item in evidence if item is not best}
    raised = [(item.score * (BESIDE if following[id(item)] else 1.0), item) for item in evidence if item is not best]
    for score, item in sorted(raised, key=lambda pair: -pair[0]):
        if score < SECOND * best.score:
            break
        if (item.unit.header and not item.answers_field) or len(words(item.unit.text)) < FEW:
            continue  # a cell nobody asked for, or "See here", is noise
        if codes and (others := named_models(item.unit.text)) and not codes & others:
            continue
        answers = bool(item.read) and item.read[1] > 0
        if not answers and item.unit.passage.relevance < ASIDE * best.unit.passage.relevance:
            continue  # of a passage that is hardly about it, and was not read as an answer
        if _says_otherwise(best.unit, item.unit):
            continue
        if item.unit.text not in best.unit.text and item.unit.text != name_of(item.unit.passage.chunk):
            both = following[id(item)]
            return [(both, None)] if both else [(best.unit, None), (item.unit, best.unit)]
    return [(best.unit, None)]


def _says_otherwise(best: Unit, other: Unit) -> bool:
    """Whether a unit elsewhere in the same document states another measure of the same kind: of a neighbour."""
    one, two = best.passage.chunk, other.passage.chunk
    if one.document != two.document or one.section == two.section:
        return False
    mine, theirs = ({(found.dimension, found.value) for found in quantities(unit.text)} for unit in (best, other))
    shared = {dimension for dimension, _ in mine} & {dimension for dimension, _ in theirs}
    return any(dimension in shared for dimension, _ in theirs - mine)


def _together(one: Unit, two: Unit) -> Unit | None:
    """Two sentences that follow each other in one passage, as one unit in the order of the text."""
    if one.passage.chunk.id != two.passage.chunk.id or one.alone or two.alone:
        return None
    text = one.passage.chunk.text
    for first, second in ((one.text, two.text), (two.text, one.text)):
        start = text.find(first)
        end = text.find(second, start + len(first)) if start >= 0 else -1
        if end >= 0 and not text[start + len(first) : end].strip(" "):
            return Unit(one.passage, text[start : end + len(second)])
    return None


def _near(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [item for item in evidence if item.score >= NEAR * evidence[0].score]


def name_of(chunk: Chunk, form: Form | None = None) -> str:
    """What a customer would call the source: the product's name, in the reply's language where the row has it in
    several, or the document's title."""
    said = in_form(chunk.cells, "name", form) if form else None
    return without_links(" ".join((said[1] if said else chunk.label).split()))


def with_apart(name: str, apart: str, form: Form) -> str:
    """A name with what tells its row from others of that name ("size 42"), "" for nothing, in brackets behind it."""
    if not apart:
        return name
    return f"{name}（{apart}）" if form == "zh" else f"{name} ({apart})"


def _value(unit: Unit, form: Form) -> str:
    value = without_links(" ".join(unit.value.split()))
    field = unit.field
    if not re.fullmatch(r"[\d.,\s]+", value):
        return value
    if field is not None and field.name == "price":
        currency = unit.cell.unit if unit.cell is not None else ""
        value = with_cents(value, currency)
        if form == "zh" and currency_code(currency) == "CNY":
            return f"{value} 元"
        return f"{value} {currency}".strip()
    measure = _UNIT.search(unit.header)
    return f"{value} {unit_in(form, measure[1])}" if measure else value


def with_cents(value: str, currency: str) -> str:
    """A price as it is told: a feed writes 3.20 as the number 3.2."""
    return f"{value}0" if currency and re.fullmatch(r"\d+\.\d", value) else value


def _cell_line(query: str, unit: Unit, form: Form, mark: str, apart: str = "") -> str:
    """`apart`: what tells the row from others of its name."""
    name = with_apart(name_of(unit.passage.chunk, form), apart, form)
    if unit.cell is not None and unit.cell.role == "stock":
        told = stock_line(query, name, unit.cell, _value(unit, form), form)
        if told is not None:
            return f"{told}。{mark}" if form == "zh" else f"{told}. {mark}"
    if unit.cell is not None and isinstance(unit.cell.value, bool):
        return _truth_line(name, unit.cell, form, mark)
    if unit.field is None:  # what a remark says, and not "the remark of"
        value = without_links(" ".join((unit.value or unit.text).split()))
        value = labelled(unit, form) if unit.header and len(value) <= SHORT else value
        if is_chinese(value) != (form == "zh") and re.search(r"[^\W\d_]{2}", value):
            said = str(sections("replies")[form]["said_of"]).format(name, value.rstrip("。."))
            return f"{said}。{mark}" if form == "zh" else f"{said}. {mark}"
        return f"{name}：{value.rstrip('。')}。{mark}" if form == "zh" else f"{name}: {value.rstrip('.')}. {mark}"
    label, value = _name_of_field(unit, form), _value(unit, form)
    if form == "zh":
        return f"{name}{' ' if name[-1:].isascii() else ''}的{label}是 {value.rstrip('。')}。{mark}"
    return f"The {label} of {name} is {value.rstrip('.')}. {mark}"


def _truth_line(name: str, cell: Cell, form: Form, mark: str) -> str:
    """Yes or no, and to what."""
    own = _own_name(cell.header, form) or _UNIT.sub("", cell.header.split(" / ")[-1])
    header = without_links(own.strip(" ?？"))
    if form == "zh":
        return f"{'是' if cell.value else '否'}。{name}：{header} {cell.text}。{mark}"
    return (
        f"{'Yes' if cell.value else 'No'}. {name}: {header.lower() if header.isascii() else header} {cell.text}. {mark}"
    )


def _name_of_field(unit: Unit, form: Form) -> str:
    """What a reply calls a cell's field; a price by what it is, where it is not simply the price."""
    assert unit.field is not None
    cell = unit.cell
    if cell is None or cell.role != "price":
        return unit.field.label(form)
    if cell.chosen and cell.kind in PLAIN_PRICES:
        label = unit.field.label(form)
    elif not cell.kind and not cell.tax:  # what it costs where no sale is on
        label = price_label("regular", form)
    else:
        label = _kind_name(cell, form) or unit.field.label(form)
    tax = price_label(cell.tax, form) if cell.tax else ""
    return f"{label} ({tax})" if tax and form == "en" else f"{label}（{tax}）" if tax else label


def _kind_name(cell: Cell, form: Form) -> str:
    """What a reply calls a price that is not the price: as its header does, in the reply's language, else by its kind;
    one of a number of pieces tells from how many."""
    own, kind = _own_name(cell.header, form), price_label(cell.kind, form)
    if cell.kind != "break" or BY_NAME["price"].header.search(own):
        return own or kind
    least = least_pieces(cell.header)
    own = own or (price_label("pieces", form).format(least) if least else "")
    return kind if not own else f"{kind}（{own}）" if form == "zh" else f"{kind} ({own})"


def _own_name(header: str, form: Form) -> str:
    """A header, or the last part of it that is in the reply's language, without its unit; "" where none is."""
    parts = [_CURRENCY.sub("", _UNIT.sub("", part)).strip() for part in reversed(header.split(" / "))]
    plain = next((part for part in parts if bool(re.search(f"[{HAN}]", part)) == (form == "zh") and part), "")
    return plain if form == "zh" or plain[1:2].isupper() else plain[:1].lower() + plain[1:]


def _product_line(units: Sequence[Unit], form: Form, mark: str) -> str:
    told = [labelled(unit, form) for unit in units]
    separator, comma = ("：", "，") if form == "zh" else (": ", ", ")
    return f"- {name_of(units[0].passage.chunk, form)}{separator}{comma.join(told)} {mark}"


def labelled(unit: Unit, form: Form) -> str:
    """A cell as its label and its value, without a sentence around them; other units as they stand."""
    if not unit.header:
        return without_links(unit.text)
    label = _name_of_field(unit, form) if unit.field else _UNIT.sub("", unit.header).strip()
    return f"{label} {_value(unit, form)}"


def _quote_line(unit: Unit, before: Unit | None, form: Form, mark: str) -> str:
    name = name_of(unit.passage.chunk, form)
    same = before is not None and before.passage.chunk.id == unit.passage.chunk.id
    if unit.header:
        said = labelled(unit, form).rstrip("。.")
        if form == "zh":
            return f"{'另外，' if before else ''}{'' if same else name + '：'}{said}。{mark}"
        return f"{'Also: ' if same else name + ': '}{said}. {mark}"
    said = without_links(" ".join(unit.text.split()))
    if form == "zh":
        lead = "资料中还提到：" if same else f"另见《{name}》：" if before else f"根据《{name}》："
        return f"{lead}“{said}”{mark}"
    lead = "It also says: " if same else f"See also {name}: " if before else f"According to {name}: "
    return f"{lead}“{said}” {mark}"
