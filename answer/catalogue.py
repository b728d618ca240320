"""Telling what was computed over the catalogue: rows with their cells verbatim and cited, counts, averages.

No model words it. Every number is a cell of a cited row, but for those in the statements of `Told.computed`: counts and
averages, which no row states and which say so ("in total", 共), and the bounds of the customer's own question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from answer.citations import Citation
from answer.language import Form
from answer.links import without_links
from answer.names import in_form
from answer.prices import of_asked_prices, told_prices
from answer.units import Unit
from answer.variants import variants_among
from answer.wording import labelled, name_of, unit_in, with_apart, with_cents
from index.cell import Cell
from index.chunk import Chunk
from index.text.currencies import currency_of
from index.text.measures import TYPED, column_unit, measure
from index.text.units import BASES, HEADER_UNIT
from retriever.computing import Computed, Group
from retriever.concepts import PRICE, Measured, plain_name
from retriever.constraints import Constraint
from retriever.passage import Passage

COLUMNS = 8
"""Columns in which two products are compared where no field was asked for."""
NAMED = 2
"""Products up to which what was asked of them is told at once."""
LONGEST = 40
"""Characters of a value that is told in a comparison."""

_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)")
_IDENTIFIER = re.compile(r"(?:^|[\s_])(?:id|no|code|ean|gtin|upc)\.?$|编号|编码|条码", re.IGNORECASE)
_SUPERLATIVES: dict[str, tuple[str, str]] = {
    "cheapest": ("最便宜的", "The cheapest"),
    "dearest": ("最贵的", "The most expensive"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The reply in lines (joined by line breaks), its citations, and the passages by number (`passages[n - 1]` is [n]).

    `computed`: the statements of the reply whose numbers no passage needs to hold, as the database has computed them;
    `unsupported(text, [*texts of the passages, *computed])` is empty.
    """

    lines: tuple[str, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    computed: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole reply."""
        return "\n".join(self.lines)


def tell_catalogue(computed: Computed, form: Form, query: str = "") -> Told:
    """What was computed, in the words of a language; with the prices that the question asks for by name."""
    return _Teller(computed, form, query).tell()


class _Teller:
    def __init__(self, computed: Computed, form: Form, query: str) -> None:
        self.computed, self.form, self._query = computed, form, query
        self.passages: dict[str, Passage] = {}
        self.citations: dict[tuple[int, str], Citation] = {}
        self.free: list[str] = []
        self.apart = variants_among([row for group in computed.groups for row in group.rows])

    def tell(self) -> Told:
        computed, understood = self.computed, self.computed.understood
        if understood.operation == "compare":
            lines = self._comparison(computed.groups[0])
        elif computed.values:
            lines = self._values()
        elif not computed.count:
            lines = self._nothing()
        else:
            lines = {"count": self._listing, "list": self._listing, "average": self._averages}.get(
                understood.operation or "", self._superlatives
            )()
        lines += self._open()
        citations = tuple(sorted(self.citations.values(), key=lambda citation: citation.n))
        return Told(tuple(lines), citations, tuple(self.passages.values()), tuple(self.free))

    def _say(self, zh: str, en: str) -> str:
        return zh if self.form == "zh" else en

    def _figure(self, line: str) -> str:
        """A line whose numbers are computed, or the customer's own."""
        self.free.append(line)
        return line

    def _conditions(self, but: Constraint | None = None) -> str:
        told = [constraint for constraint in self.computed.understood.constraints if constraint is not but]
        priced = {constraint.words for constraint in told if constraint.field == "price"}
        shown = [one.told(self.form) for one in told if not (one.field == "currency" and one.words in priced)]
        return self._say("；", "; ").join(shown)

    def _open(self) -> list[str]:
        """What the reply leaves open: products that could not be compared, words that no column holds, currencies."""
        computed, lines = self.computed, []
        if (n := computed.left_out) > 0:
            field = computed.understood.field
            said = (field or PRICE).label(self.form)
            zh = f"另有 {n} 款商品的{said}无法比较，未计入。"
            en = f"{_products(n)} whose {said} cannot be compared {'was' if n == 1 else 'were'} left out."
            lines.append(self._figure(self._say(zh, en)))
        if (left := computed.understood.left) and computed.understood.operation != "compare":
            zh, en = f"以下要求无法按目录核对：“{left}”。", f"I could not check this in the catalogue: “{left}”."
            lines.append(self._figure(self._say(zh, en)))
        bounded = any(one.field == "price" and currency_of(one.words) for one in computed.understood.constraints)
        if bounded and computed.groups and not any(group.currency for group in computed.groups):
            en = "The catalogue names no currency; prices were compared as bare numbers."
            lines.append(self._say("目录没有写明币种，价格按数字比较。", en))
        return lines

    def _listing(self) -> list[str]:
        count, where = self.computed.count, self._conditions()
        if self.computed.understood.operation == "count":
            head = self._say(
                f"共有 {count} 款商品符合条件（{where}）：" if where else f"目录中共有 {count} 款商品：",
                f"In total there {_are(count)} ({where}):"
                if where
                else f"In total there {_are(count)} in the catalogue:",
            )
        else:
            head = self._say(
                f"符合条件（{where}）的商品共 {count} 款：" if where else f"共 {count} 款商品：",
                f"{_products(count)} in total ({where}):" if where else f"{_products(count)} in total:",
            )
        about_it = bool(self.computed.understood.asked) and self.computed.understood.operation == "list"
        lines = [] if about_it and count <= NAMED else [self._figure(head)]
        shown = 0
        for group in self.computed.groups:
            lines += [self._row(chunk) for chunk in group.rows]
            shown += len(group.rows)
        return lines + self._more(count - shown)

    def _more(self, rest: int) -> list[str]:
        return [self._figure(self._say(f"另有 {rest} 款未列出。", f"and {rest} more."))] if rest > 0 else []

    def _superlatives(self) -> list[str]:
        understood = self.computed.understood
        field = understood.field
        assert field is not None
        operation = understood.operation or ""
        if operation in _SUPERLATIVES:
            what = self._say(*_SUPERLATIVES[operation])
        else:
            what = self._say(
                f"{field.zh}最{'高' if operation == 'most' else '低'}的",
                f"The {'highest' if operation == 'most' else 'lowest'} {field.en}",
            )
        where = self._conditions()
        among = self._say(f"（{where}）" if where else "", f" ({where})" if where else "")
        groups = self.computed.groups
        lines = []
        for group in groups:
            priced = self._say(f"，以 {group.currency} 计价", f", of those priced in {group.currency}")
            of = priced if len(groups) > 1 and group.currency else ""
            lines.append(self._figure(self._say(f"{what}{among}{of}：", f"{what}{among}{of}:")))
            lines += [self._row(chunk, field) for chunk in group.rows]
            if understood.limit is None:
                lines += self._more(group.tied - len(group.rows))
        if len(groups) > 1:
            lines.append(
                self._say(
                    "不同币种的价格没有相互比较。", "Prices in different currencies are not compared with each other."
                )
            )
        return lines

    def _averages(self) -> list[str]:
        field = self.computed.understood.field
        assert field is not None
        where = self._conditions()
        lines = []
        for group in self.computed.groups:
            assert group.average is not None
            figure, unit = _mean(group, field)
            among = self._say(f"（{where}）" if where else "", f" ({where})" if where else "")
            lines.append(
                self._figure(
                    self._say(
                        f"共 {group.total} 款商品{among}的平均{field.zh}为 {figure} {unit}".rstrip() + "：",
                        f"The average {field.en} of {_products(group.total)} in total{among} is {figure}"
                        f" {unit}".rstrip()
                        + ":",
                    )
                )
            )
            lines += [self._row(chunk, field) for chunk in group.rows]
            lines += self._more(group.total - len(group.rows))
        if len(self.computed.groups) > 1:
            lines.append(
                self._say("不同币种的价格没有合并计算。", "Prices in different currencies are not averaged together.")
            )
        return lines

    def _nothing(self) -> list[str]:
        where = self._conditions()
        relaxed = self.computed.relaxed
        lines = [
            self._figure(
                self._say(
                    f"我们没有同时符合这些条件的商品：{where}。",
                    f"We do not have a product that meets all of this: {where}.",
                )
            )
        ]
        if relaxed is None:
            return lines
        one = relaxed.constraint.told(self.form)
        lines.append(
            self._figure(
                self._say(
                    f"若放宽「{one}」这一条，则共有 {relaxed.count} 款，例如：",
                    f"Without the condition “{one}” there {_are(relaxed.count)} in total, for example:",
                )
            )
        )
        lines += [self._row(chunk, self._asked_of(relaxed.constraint)) for chunk in relaxed.rows]
        return lines

    def _asked_of(self, constraint: Constraint) -> Measured | None:
        """The measure that a constraint is on, so that its value is told."""
        test = constraint.test
        names = (constraint.field, *getattr(test, "also", ()))
        return (
            Measured(names, getattr(test, "dimension", ""), "", "")
            if constraint.field not in ("kind", "currency")
            else None
        )

    def _values(self) -> list[str]:
        count, of = self.computed.count, self.computed.understood.values_of or ""
        where = self._conditions()
        names = {
            "brand": ("品牌", "brand" if count == 1 else "brands"),
            "category": ("类别", "category" if count == 1 else "categories"),
        }
        label = self._say(*names[of])
        among = self._say(f"（{where}）" if where else "", f" ({where})" if where else "")
        lines = [self._figure(self._say(f"共有 {count} 个{label}{among}：", f"{count} {label} in total{among}:"))]
        for value in self.computed.values:
            said = self._cell(value.row, of)
            name = said.value if said else str(value.row.attributes.get(of, ""))
            if own := in_form(value.row.cells, of, self.form):
                name, said = own[1], Unit(self._passage(value.row), own[0].line, own[0], alone=True)
            mark = self._cite(value.row, [said] if said else [])
            amount = self._figure(self._say(f"共 {value.count} 款", _products(value.count)))
            lines.append(f"- {without_links(name)}{self._say('：', ': ')}{amount} {mark}")
        return lines + self._more(count - len(self.computed.values))

    def _comparison(self, group: Group) -> list[str]:
        """A line for each field, the products in the same order in each; then where they are the same."""
        chunks = list(group.rows)
        asked = self.computed.understood.asked
        fields = [field.names for field in asked] if asked else _common_columns(chunks)
        lines = []
        for chunk in chunks:
            cells = [cell for names in fields if (cell := self._first_cell(chunk, names))]
            told = [self._labelled(cell) for cell in cells]
            mark = self._cite(chunk, cells)
            name = name_of(chunk, self.form)
            lines.append(f"- {name}{self._say('：', ': ')}{self._say('；', '; ').join(told)} {mark}")
        return [*self._verdict(chunks), self._say("对比如下：", "Side by side:"), *lines]

    def _verdict(self, chunks: Sequence[Chunk]) -> list[str]:
        """Which of two rows has more of the one thing that is asked of them, and by how much; none where it is no
        number of one dimension."""
        asked = self.computed.understood.asked
        if len(chunks) != 2 or len(asked) != 1:
            return []
        cells = [self._first_cell(chunk, asked[0].names) for chunk in chunks]
        values = [_amount(cell.cell) if cell is not None and cell.cell is not None else None for cell in cells]
        one, other = values
        if one is None or other is None or one[1] != other[1]:
            return []
        names = [name_of(chunk, self.form) for chunk in chunks]
        label = asked[0].label(self.form)
        if one[0] == other[0]:
            return [self._say(f"两者的{label}相同。", f"Both have the same {label}.")]
        more, less = (0, 1) if one[0] > other[0] else (1, 0)
        if asked[0] == PRICE:
            with_two = any(cell is not None and _CENTS.search(cell.value) for cell in cells)
            gap = abs(one[0] - other[0])
            by = f"{f'{gap:.2f}' if with_two else _short(float(gap))} {one[1]}".strip()
            return [
                self._figure(self._say(f"{names[less]} 更便宜，便宜 {by}。", f"The {names[less]} is cheaper by {by}."))
            ]
        return [self._say(f"{label}：{names[more]} 更大。", f"{label}: the {names[more]} has more.")]

    def _first_cell(self, chunk: Chunk, names: Iterable[str]) -> Unit | None:
        return next((cell for name in names if (cell := self._cell(chunk, name))), None)

    def _row(self, chunk: Chunk, field: Measured | None = None) -> str:
        """One product: its name, what was asked of it, its price, and the place of both."""
        cells = []
        asked = dict.fromkeys([*(field.names if field else ()), *self._asked(), *self._constrained()])
        for name in [*(name for name in asked if name != "price"), "price"]:
            cell = self._cell(chunk, name)
            if cell and cell not in cells:
                cells.append(cell)
        if prices := self._prices(chunk):
            others = [cell for cell in cells if cell.cell is None or cell.cell.role != "price"]
            cells = [*others, *(Unit(self._passage(chunk), cell.line, cell, alone=True) for cell in prices)]
        mark = self._cite(chunk, cells)
        told = self._say("，", ", ").join(self._labelled(cell) for cell in cells)
        name = with_apart(name_of(chunk, self.form), self.apart.get(chunk.id, ""), self.form)
        return f"- {name}{self._say('：', ': ') if told else ''}{told} {mark}"

    def _prices(self, chunk: Chunk) -> list[Cell]:
        """The prices of a row that are told: those that the question names, unless rows are compared by the price."""
        understood = self.computed.understood
        by_price = any(one.field == "price" for one in understood.constraints) or understood.field == PRICE
        kinds = frozenset() if by_price else of_asked_prices(self._query, chunk.cells)
        chosen = [cell for cell in chunk.cells if cell.role == "price" and cell.chosen]
        return chosen if by_price else told_prices(self._query, kinds, chunk.cells) or chosen

    def _asked(self) -> list[str]:
        """The further columns that were asked about."""
        return [name for field in self.computed.understood.asked for name in field.names]

    def _constrained(self) -> list[str]:
        """The columns that the constraints are on, but for those that go without saying."""
        found = []
        for constraint in self.computed.understood.constraints:
            if constraint.field not in ("price", "currency", "kind", "brand"):
                found += [constraint.field, *getattr(constraint.test, "also", ())]
        return found

    def _cell(self, chunk: Chunk, name: str) -> Unit | None:
        """The cell of a row that holds an attribute."""
        if name not in chunk.attributes and name != "price":  # one on request is told as it stands
            return None
        header = re.sub(r" \(\d+\)$", "", name)
        for cell in chunk.cells:
            if (cell.chosen and cell.role == name) if name in TYPED else cell.header in (name, header):
                return Unit(self._passage(chunk), cell.line, cell, alone=True)
        return None

    def _labelled(self, cell: Unit) -> str:
        """A cell as it is told: the price with its currency, anything else with its name and unit."""
        value = without_links(cell.value).rstrip("。.")
        if cell.cell is not None and cell.cell.role == "price" and cell.cell.chosen:
            currency = cell.cell.unit
            bare = re.fullmatch(r"[\d.,' ]+", value)
            return f"{with_cents(value, currency)} {currency}".strip() if bare else value
        if cell.cell is not None and cell.cell.role == "price":
            return labelled(cell, self.form)
        label = self._label(cell)
        unit = HEADER_UNIT.search(cell.header)
        if unit and column_unit(cell.header) and re.fullmatch(r"[\d.,' ]+", value):
            value = f"{value} {unit_in(self.form, unit[1])}"
        return f"{label} {value}"

    def _label(self, cell: Unit) -> str:
        """A column's own name, but for one of the other language, where the field has a name in the reply's."""
        name = plain_name(cell.header)
        halves = [half.strip(" /|-") for half in re.findall(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+", name)]
        if len(halves) == 2 and all(len(half) > 1 for half in halves):  # "库存 Stock"
            name = next(half for half in halves if (half > "\u3400") == (self.form == "zh"))
        chinese = any("\u3400" <= sign <= "\u9fff" for sign in name)
        if chinese == (self.form == "zh") or cell.field is None:
            return name if chinese or not name.isascii() or not name[:1].isupper() else name[:1].lower() + name[1:]
        return cell.field.label(self.form)

    def _passage(self, chunk: Chunk) -> Passage:
        return self.passages.get(chunk.id) or Passage(chunk, 1.0, 1.0, "computed")

    def _cite(self, chunk: Chunk, cells: Sequence[Unit]) -> str:
        """The mark of a row; its cells are the quotes, or its first line where none was told."""
        passage = self.passages.setdefault(chunk.id, self._passage(chunk))
        n = list(self.passages).index(chunk.id) + 1
        for quote in [cell.text for cell in cells] or [chunk.text.split("\n")[0].strip()]:
            self.citations.setdefault((n, quote), Citation(n, passage, quote))
        return f"[{n}]"


def _amount(cell: Cell) -> tuple[Decimal, str] | None:
    """A cell's number in base units and its dimension, of a price in its currency; None where it is none."""
    if cell.role == "price":
        return (Decimal(str(cell.value)), cell.unit) if isinstance(cell.value, int | float) else None
    return measure(cell.header, cell.text)


def _common_columns(chunks: Sequence[Chunk]) -> list[tuple[str, ...]]:
    """Price, stock, and the columns that all have whose values are short: the measures first."""
    shared = [name for name in chunks[0].attributes if all(name in chunk.attributes for chunk in chunks)]
    others = [
        name for name in shared if name not in ("sku", "name", "currency", "price", "stock", "valid_from", "valid_to")
    ]
    others = [name for name in others if not _IDENTIFIER.search(name)]
    short = [name for name in others if all(len(str(chunk.attributes[name])) <= LONGEST for chunk in chunks)]
    measured = [name for name in short if measure(name, chunks[0].attributes[name])]
    chosen = [
        *(name for name in ("price", "stock") if name in shared),
        *measured,
        *(n for n in short if n not in measured),
    ]
    return [(name,) for name in chosen[:COLUMNS]]


def _mean(group: Group, field: Measured) -> tuple[str, str]:
    """An average to two places: of prices in their currency, of measures in their columns' own unit."""
    assert group.average is not None
    if field.names == ("price",):
        return f"{group.average:.2f}", group.currency
    units = {(match[1] if (match := HEADER_UNIT.search(name)) else ""): column_unit(name) for name in field.names}
    factors = {unit.factor for unit in units.values() if unit is not None}
    if len(factors) == 1 and all(units.values()):
        return _short(group.average / float(factors.pop())), min(units)
    return _short(group.average), BASES.get(field.dimension, "")


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _products(count: int) -> str:
    return f"{count} product" if count == 1 else f"{count} products"


def _are(count: int) -> str:
    return f"is {count} product" if count == 1 else f"are {count} products"
