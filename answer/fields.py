"""`Field`: what may be asked of a product (price, warranty, ...), how it is asked and what a column calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """`attribute` is the typed name in `Chunk.attributes`, if it has one; `zh` and `en` are its names in a reply.

    `measure` is what every statement of the field has in it (a unit, a currency); a text without it, and without the
    field's name, says nothing of the field. Fields that can be stated in any words have none.
    """

    name: str
    zh: str
    en: str
    asked: re.Pattern[str]
    header: re.Pattern[str]
    attribute: str | None = None
    measure: re.Pattern[str] | None = None

    def stated_in(self, text: str) -> bool:
        """Whether a text may say anything of this field."""
        if self.measure is None:
            return True
        return any(pattern.search(text) for pattern in (self.measure, self.asked, self.header))

    def label(self, form: str) -> str:
        """The field's name in a reply."""
        return self.zh if form == "zh" else self.en


def _field(
    name: str, zh: str, en: str, asked: str, header: str, attribute: str | None = None, measure: str = ""
) -> Field:
    asks, heads = re.compile(asked, re.IGNORECASE), re.compile(header, re.IGNORECASE)
    return Field(name, zh, en, asks, heads, attribute, re.compile(measure, re.IGNORECASE) if measure else None)


FIELDS = (
    _field(
        "price",
        "价格",
        "price",
        r"多少钱|价格|价钱|售价|单价|几块|几元|什么价|\bprices?\b|\bcosts?\b|\bpriced\b"
        r"|\bhow much (?:is|are|for|do you charge)\b|\bhow expensive\b",
        r"price|cost|价格|售价|单价|价钱|定价|零售价|rrp|msrp",
        "price",
        measure=r"[$€£¥￥元]|\b(?:eur|usd|cny|gbp|rmb)\b|\bfree\b|免费|包邮",
    ),
    _field(
        "stock",
        "库存",
        "stock",
        r"库存|有货|现货|还有多少|还有几|缺货|剩|\bin stock\b|\bstock\b|\bavailab"
        r"|\bhow many\b.*\b(?:left|got|have|are there)\b",
        r"stock|库存|现货|数量|qty|quantity|availab",
        "stock",
    ),
    _field(
        "warranty",
        "保修期",
        "warranty",
        r"保修|质保|三包|\bwarrant|\bguarantee",
        r"warrant|guarantee|保修|质保",
        measure=r"months?\b|years?\b|个月|年",
    ),
    _field(
        "power",
        "功率",
        "power",
        r"功率|多少瓦|几瓦|耗电|\bwatt|\bhow much power\b|\bpower (?:rating|consumption|draw|use)"
        r"|\bpowerful\b|\brated power\b",
        r"watt|power|功率|\(w\)|（w）",
        measure=r"\d\s*k?w\b|瓦",
    ),
    _field("voltage", "电压", "voltage", r"电压|多少伏|几伏|\bvolt", r"volt|电压", measure=r"\d\s*v\b|伏"),
    _field(
        "weight",
        "重量",
        "weight",
        r"重量|多重|几斤|多少斤|公斤|净重|\bweigh|\bheavy\b",
        r"weight|重量|净重|毛重|\(k?g\)",
        measure=r"\d\s*(?:k?g|lbs?|oz)\b|[斤克]",
    ),
    _field(
        "size",
        "尺寸",
        "dimensions",
        r"尺寸|(?<!声音)(?<!声音有)多大|大小|多高|多宽|多长|长宽高|规格|\bdimension|\bsize\b"
        r"|\bhow (?:big|large|tall|wide|long|deep|high)\b|\bmeasure",
        r"dimension|size|尺寸|大小|规格|height|width|长度|高度|宽度",
        measure=r"\d\s*(?:[cm]?m|in|inch(?:es)?|ft)\b|[×寸]|厘米|毫米|\d\s*米|\d\s*x\s*\d",
    ),
    _field(
        "capacity",
        "容量",
        "capacity",
        r"容量|多少升|几升|多少毫升|装多少|\bcapacity\b|\bhow (?:many|much) (?:lit|cups|water|ml)|\bvolume\b|\bhold\b",
        r"capacity|volume|容量|容积",
        measure=r"\d\s*[mc]?l\b|lit(?:re|er)s?|cups?\b|升|杯|人份",
    ),
    _field("colour", "颜色", "colour", r"颜色|什么色|哪些色|\bcolou?rs?\b", r"colou?r|颜色"),
    _field(
        "material",
        "材质",
        "material",
        r"材质|材料|什么做的|\bmaterials?\b|\bmade (?:of|from|out of)\b",
        r"material|材质|材料",
    ),
    _field("battery", "续航", "battery life", r"续航|电池|电量|\bbatter|\brun ?time\b", r"batter|续航|电池|run ?time"),
    _field(
        "noise",
        "噪音",
        "noise level",
        r"噪音|噪声|声音|分贝|\bnoise\b|\bnoisy\b|\bloud\b|\bquiet\b|\bdecibel",
        r"noise|噪音|噪声|分贝|\bdb\b",
        measure=r"\d\s*dba?\b|静音|声音|silent|sound",
    ),
    _field(
        "brand",
        "品牌",
        "brand",
        r"品牌|什么牌|哪个牌|\bbrands?\b|\bwho makes\b|\bmanufacturer\b",
        r"brand|品牌|厂商|制造商|manufacturer",
        "brand",
    ),
    _field("category", "类别", "category", r"类别|分类|\bcategor", r"categor|类别|分类|品类", "category"),
    _field(
        "sku",
        "货号",
        "SKU",
        r"货号|编号|型号|\bsku\b|\bitem (?:number|no)\b|\bmodel number\b|\barticle number\b",
        r"^sku$|货号|编号|商品编码|^id$|item (?:no|number)",
        "sku",
    ),
    _field(
        "valid_to",
        "有效期至",
        "valid until",
        r"有效期|截止|到期|什么时候结束|\bvalid (?:until|to)\b|\bexpire|\bexpir(?:y|ation)\b|\buntil when\b",
        r"valid.?(?:to|until)|有效期|截止|expir",
        "valid_to",
    ),
)


def asked_fields(query: str) -> tuple[Field, ...]:
    """The fields a question names, in the order of `FIELDS`."""
    return tuple(field for field in FIELDS if field.asked.search(query))


def field_of(header: str) -> Field | None:
    """The field that a column's header names."""
    return next((field for field in FIELDS if field.header.search(header)), None)
