"""`Concept`: a property that many shops' columns measure, under many headers, and how questions speak of it.

General knowledge of wares, none of any shop: which columns there are is the catalogue's to say
(`index.database.vocabulary`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.database.vocabulary import NumericColumn, Vocabulary
from index.lexicon import pattern as words_of

_UNIT = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")


@dataclass(frozen=True, slots=True)
class Concept:
    """`header` recognizes its columns, `asked` its name in a question, `more` and `less` comparatives and superlatives.

    `dimensions` are those in which it is measured, the base of `index.text.quantities`.
    """

    name: str
    zh: str
    en: str
    dimensions: tuple[str, ...]
    header: re.Pattern[str]
    asked: re.Pattern[str]
    more: re.Pattern[str]
    less: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is compared: columns that hold the same property (a row has one of them), in one dimension, and its name.

    Price and stock are columns of the database: `names` is then ("price",) or ("stock",) and the dimension "".
    """

    names: tuple[str, ...]
    dimension: str
    zh: str
    en: str

    def label(self, form: str) -> str:
        """Its name in a reply."""
        return self.zh if form == "zh" else self.en


PRICE = Measured(("price",), "", "价格", "price")
STOCK = Measured(("stock",), "", "库存", "stock")


def _concept(name: str, zh: str, en: str, dimensions: str, header: str, asked: str, more: str, less: str) -> Concept:
    header = f"{header}|{words_of('concepts', name).pattern}"
    patterns = (re.compile(pattern or r"(?!)", re.IGNORECASE) for pattern in (header, asked, more, less))
    return Concept(name, zh, en, tuple(dimensions.split("|")), *patterns)


CONCEPTS = (
    _concept(
        "power", "功率", "power", "power",
        r"power|watt|功率|瓦数", r"\b(?:power|wattage)\b|功率|瓦数",
        r"(?:more|most) powerful|(?:higher|highest)[- ](?:power|wattage)|strongest|功率(?:更|最)[大高强]"
        r"|最大功率|最高功率",
        r"(?:less|least) powerful|(?:lower|lowest)[- ](?:power|wattage)|weakest|功率(?:更|最)[小低]|最省电",
    ),
    _concept(
        "weight", "重量", "weight", "mass",
        r"weight|重量|净重|毛重|自重", r"\bweigh(?:s|ing|t)?\b|重量|净重|多重",
        r"\b(?:heavier|heaviest)\b|[更最]重(?!要)", r"\b(?:lighter|lightest)\b|[更最]轻(?!松)",
    ),
    _concept(
        "noise", "噪音", "noise level", "noise",
        r"noise|sound|噪音|噪声|分贝", r"\bnoise(?: level)?\b|\bloud(?:ness)?\b|噪音|噪声|分贝|声音",
        r"\b(?:louder|loudest|noisier|noisiest)\b|(?:噪音|噪声|声音)[更最]?[大高响]|[更最]吵",
        r"\b(?:quieter|quietest|(?:more|most) quiet|(?:more|most) silent)\b|[更最](?:安静|静音|静)"
        r"|(?:噪音|噪声|声音)[更最]?[小低轻]",
    ),
    _concept(
        "capacity", "容量", "capacity", "volume",
        r"capacity|volume|tank|\bbin\b|容量|容积|水箱"
        r"|尘[盒桶]", r"\bcapacity\b|\bvolume\b|\bholds?\b|\bholding\b|容量|容积|装",
        r"\b(?:bigger|biggest|larger|largest|greatest)(?: capacity)?\b|highest capacity|hold(?:s|ing)? the"
        r" most|容量[更最]大"
        r"|最大容量|装得最多|[更最]大",
        r"\b(?:smaller|smallest)(?: capacity)?\b|lowest capacity|容量[更最]小|最小容量",
    ),
    _concept(
        "warranty", "保修期", "warranty", "months|days",
        r"warrant|guarantee|保修|质保|三包", r"\bwarrant(?:y|ies)\b|\bguarantees?\b|保修期?|质保期?",
        r"\b(?:longer|longest)(?: \w+)? (?:warranty|guarantee)\b|(?:保修|质保)期?(?:时间)?[更最][长久]"
        r"|最长(?:的)?(?:保修|质保)期?",
        r"\b(?:shorter|shortest)(?: \w+)? (?:warranty|guarantee)\b|(?:保修|质保)期?(?:时间)?[更最]短",
    ),
    _concept(
        "memory", "内存", "memory", "storage", r"\bram\b|memory|内存", r"\bram\b|\bmemory\b|内存",
        r"most (?:ram|memory)|内存最大", r"least (?:ram|memory)|内存最小",
    ),
    _concept(
        "storage", "存储空间", "storage", "storage", r"storage|disk|\bssd\b|\bhdd\b|存储"
                                                 r"|硬盘", r"\bstorage\b|\bdisk\b|\bssd\b|存储|硬盘",
        r"most storage|(?:biggest|largest) (?:disk|ssd|storage)|(?:存储"
        r"|硬盘)最大", r"least storage|(?:存储|硬盘)最小",
    ),
    _concept(
        "battery", "电池容量", "battery capacity", "charge|energy", r"batter|电池", r"\bbatter(?:y|ies)\b|电池",
        r"(?:biggest|largest|bigger|larger) battery"
        r"|电池(?:容量)?[更最]大", r"(?:smallest|smaller) battery|电池(?:容量)?[更最]小",
    ),
    _concept(
        "run time", "续航", "run time", "duration", r"run ?time|battery life"
                                                  r"|续航", r"\brun ?time\b|\bbattery life\b|续航",
        r"(?:longest|longer) (?:run ?time|battery life)"
        r"|续航[更最][长久]", r"(?:shortest|shorter) (?:run ?time|battery life)|续航[更最]短",
    ),
    _concept(
        "voltage", "电压", "voltage", "voltage", r"volt|电压", r"\bvoltage\b"
                                                           r"|电压", r"highest voltage"
                                                               r"|电压最高", r"lowest voltage|电压最低"
    ),
    _concept(
        "room size", "适用面积", "room size", "area",
        r"room|area|coverage|面积|平米", r"\broom(?: size)?s?\b|\barea\b|\bcoverage\b|面积|房间",
        r"(?:largest|biggest|larger|bigger) (?:rooms?|area|coverage)"
        r"|面积[更最]大", r"(?:smallest|smaller) (?:rooms?|area)|面积[更最]小",
    ),
    _concept(
        "length", "长度", "length", "length", r"length|长度|长\b", r"\blength\b|\blong\b|长度|多长",
        r"\b(?:longer|longest)\b|[更最]长", r"\b(?:shorter|shortest)\b|[更最]短",
    ),
    _concept("width", "宽度", "width", "length", r"width|宽", r"\bwidth\b|\bwide\b"
                                                           r"|宽", r"\b(?:wider|widest)\b"
                                                               r"|[更最]宽", r"\b(?:narrower|narrowest)\b|[更最]窄"),
    _concept("height", "高度", "height", "length", r"height|高度", r"\bheight\b|\bhigh\b|\btall\b|高度"
        r"|多高", r"\b(?:taller|tallest)\b", r"\b(?:lowest height)\b"),
    _concept("diameter", "直径", "diameter", "length", r"diameter|直径"
                                                     r"|口径", r"\bdiameter\b|直径"
                                                         r"|口径", r"largest diameter"
                                                             r"|直径最大", r"smallest diameter|直径最小"),
)  # fmt: skip


def concept_of(column: NumericColumn) -> Concept | None:
    """The concept that a column's header names and its dimension allows."""
    plain = _UNIT.sub("", column.name)
    return next((one for one in CONCEPTS if column.dimension in one.dimensions and one.header.search(plain)), None)


def plain_name(column: str) -> str:
    """A column's header without its unit."""
    return _UNIT.sub("", column).strip()


def measured_by(concept: Concept, vocabulary: Vocabulary, dimension: str | None = None) -> Measured | None:
    """The columns of a concept: in `dimension`, or else in that which most products have; None where there are none."""
    columns = [column for column in vocabulary.numeric if concept_of(column) is concept]
    if dimension is None and columns:
        counts = {of: sum(column.count for column in columns if column.dimension == of) for of in concept.dimensions}
        dimension = max(counts, key=counts.__getitem__)
    names = tuple(column.name for column in columns if column.dimension == dimension)
    return Measured(names, dimension or "", concept.zh, concept.en) if names else None


def alike(columns: Sequence[NumericColumn]) -> Measured | None:
    """Columns of one dimension as one thing to be compared; None where they are of several."""
    if not columns or len({column.dimension for column in columns}) > 1:
        return None
    concepts = {concept.name: concept for column in columns if (concept := concept_of(column))}
    if len(concepts) == 1 and all(concept_of(column) for column in columns):
        (concept,) = concepts.values()
        return Measured(tuple(c.name for c in columns), columns[0].dimension, concept.zh, concept.en)
    if len(columns) > 1:
        return None
    name = plain_name(columns[0].name)
    return Measured((columns[0].name,), columns[0].dimension, name, name)
