"""`Field`: what may be asked of a product (price, warranty, ...), how it is asked and what a column calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.quantities import quantities


@dataclass(frozen=True, slots=True)
class Field:
    """`zh` and `en` are the field's names in a reply.

    `measure` is what every statement of the field has in it (a unit, a currency); a text without it, and without the
    field's name, says nothing of the field. Fields that can be stated in any words have none. It errs towards "may be
    stated": a quote beside the point costs a customer less than a refusal of what the shop does say. `dimensions` are
    those of `index.text.quantities` (or what theirs begin with) in which it is measured; `told`, where it has none, is
    how a sentence states it. `cell`: what a cell of a column with its name must hold to state it.
    """

    name: str
    zh: str
    en: str
    asked: re.Pattern[str]
    header: re.Pattern[str]
    measure: re.Pattern[str] | None = None
    dimensions: tuple[str, ...] = ()
    told: re.Pattern[str] | None = None
    cell: re.Pattern[str] | None = None

    def measured_in(self, text: str) -> bool:
        """Whether a text has a quantity of the kind that this field is measured in, or states it in words."""
        if self.told is not None:
            return bool(self.told.search(text))
        return bool(self.dimensions) and any(found.dimension.startswith(self.dimensions) for found in quantities(text))

    def in_cell(self, value: str) -> bool:
        """Whether the value of a cell under the field's name states it."""
        return self.cell is None or bool(self.cell.search(value))

    def stated_in(self, text: str) -> bool:
        """Whether a text may say anything of this field."""
        if self.measure is None:
            return True
        return any(pattern.search(text) for pattern in (self.measure, self.asked, self.header))

    def label(self, form: str) -> str:
        """The field's name in a reply."""
        return self.zh if form == "zh" else self.en


_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "price": ("money",),
    "warranty": ("months", "days"),
    "power": ("power",),
    "voltage": ("voltage",),
    "weight": ("mass",),
    "size": ("length",),
    "capacity": ("volume", "storage", "charge", "energy"),
    "noise": ("noise",),
}


_CELLS = {"price": re.compile(r"\d|free|included|免费|赠")}
_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b|spring|summer|autumn|winter|weeks?\b"
    r"|20\d\d|\d ?月|\d ?日"
)
_CORD = (
    r"(?:\b(?:cable|cord|lead)s?\b|线).{0,30}\d ?(?:[cm]?m|ft|feet|inch|met|米|厘米)"
    r"|\d ?(?:[cm]?m|ft|feet|inch\w*|met\w+|米|厘米)\b.{0,30}(?:\b(?:cable|cord|lead)s?\b|线)"
)


def _field(name: str, zh: str, en: str, asked: str, header: str, measure: str = "", told: str = "") -> Field:
    asks, heads = re.compile(asked, re.IGNORECASE), re.compile(header, re.IGNORECASE)
    measures = re.compile(measure, re.IGNORECASE) if measure else None
    tells = re.compile(told, re.IGNORECASE) if told else None
    return Field(name, zh, en, asks, heads, measures, _DIMENSIONS.get(name, ()), tells, _CELLS.get(name))


# units end with (?![a-z]) and not with \b: in "2200W电热水壶" no word ends after the W
FIELDS = (
    _field(
        "price",
        "价格",
        "price",
        r"多少钱|价格|价钱|售价|单价|几块|几元|什么价|多少运费|多少邮费|运费多少|邮费多少"
        r"|\bprices?\b|(?<!low[ -])\bcosts?\b(?!-)|\bpriced\b"
        r"|\bwhat (?:do|will|would|must) (?:i|we) (?:have to )?pay\b"
        r"|\bhow much (?:is|are|for|do you charge)\b|\bhow expensive\b",
        r"price|(?<!low[ -])cost(?!-)|价格|售价|单价|价钱|定价|零售价|rrp|msrp",
        measure=r"[$€£¥￥]|\b(?:eur|usd|cny|gbp|rmb|jpy|chf)(?![a-z])|dollar|euros?\b|yuan|\d ?pounds?\b"
        r"|\b(?:of charge|for free|free (?:delivery|shipping|returns?)|delivered free|(?:is|are|ships?) free)\b"
        r"|\bsurcharge|\bfees?\b|\bpa(?:ys?|id)\b|\bexpense"
        r"|\d\s*元|[几百千万]元|块钱|\d\s*块|(?<!耗)(?<!浪)费(?!力|时|电|劲)|付|免运|包邮|由.{1,8}承担",
    ),
    _field(
        "stock",
        "库存",
        "stock",
        r"库存|有货|现货|还有(?:多少|几)(?!度|分|时|天|年|公里)|缺货|剩|\bin stock\b|\bstock\b|\bavail"
        r"|\bhow many\b.*\b(?:left|got|have|are there)\b",
        r"stock|库存|现货|数量|qty|quantity|availab",
    ),
    _field(
        "warranty",
        "保修期",
        "warranty",
        r"保修|质保|三包|\bwarrant|\bguarantee",
        r"warrant|guarantee|保修|质保",
        measure=r"month|year|lifetime|\d\s*days?\b|garant|repair|\bcover|年|月|天|终身|维修|换新|退换",
    ),
    _field(
        "power",
        "功率",
        "power",
        r"功率|多少瓦|几瓦|耗电|\bwatt|\bhow much power\b|\bpower (?:rating|consumption|draw|use)"
        r"|\bhow powerful\b|\brated power\b",
        r"watt|power|功率|\(w\)|（w）",
        measure=r"\d\s*(?:[km]?wh?|[mµμu]a|k?pa|hp)(?![a-z])|瓦|毫安|度电|马力",
    ),
    _field(
        "voltage",
        "电压",
        "voltage",
        r"电压(?!力)|多少伏|几伏|\bvolt",
        r"volt|电压(?!力)",
        measure=r"\d\s*k?v(?:ac|dc)?(?![a-z])|伏",
    ),
    _field(
        "weight",
        "重量",
        "weight",
        r"重量|多重|几斤|多少斤|公斤|净重|\bweigh|\bheavy\b(?![- ]duty)",
        r"weight|重量|净重|毛重|\(k?g\)",
        measure=r"\d\s*(?:[km]?g|kgs|lbs?|oz)(?![a-z])|grams?\b|kilo|pounds?\b|ounces?\b|tonn|[斤克吨]",
    ),
    _field(
        "size",
        "尺寸",
        "dimensions",
        # "how long", 多长, 多大 and the like also ask for a time, a temperature, an age
        r"尺寸|(?<!声音)(?<!声音有)(?<!力度)(?<!折扣)(?<!年龄)多大(?!年|岁|了|的(?:孩|小|宝|声|优))|(?<!声音)(?<!音量)大小"
        r"|(?<!温度)(?<!水温)(?<!价格)(?<!可以)多高(?!的?[温价压频])|多宽|[绳管身带杆床桌板刃][有是]?多长|长宽高"
        r"|\bdimension|\bsizes?\b|\bhow (?:big|tall|wide)\b|\bmeasurements?\b|\bwhat do(?:es)? .{1,40} measure\b"
        r"|\bhow (?:long|deep|high) (?:is|are) (?:the |its )?(?:[\w-]+ )?"
        r"(?:hose|wire|strap|handle|tube|board|bed|table)s?\b",
        r"dimension|(?<!room )size|尺寸|大小|规格|height|width|长度|高度|宽度",
        measure=r"\d ?(?:[cm]?m|ft)(?![a-z])|\d ?in(?:[.,;)x×]|$)|\d\s*[\"”″′]|inch"
        r"|met(?:re|er)s?\b|\bfeet\b|\bfoot\b|[×寸尺Φφ⌀]|厘米|毫米|公分|\d\s*米|\d\s*[x*]\s*\d|\b\d+ by \d"
        r"|\bx{1,3}l\b|均码",
    ),
    _field(
        "cord",
        "线长",
        "cord length",
        r"(?:电源线|线|线缆)(?:有|是)?(?:多长|多少米|几米)|线长"
        r"|\bhow (?:long|short) (?:is|are) (?:the |its |your )?(?:[\w-]+ )?(?:cable|cord|lead)s?\b"
        r"|\b(?:cable|cord|lead)(?:'s)? length\b|\blength of (?:the |its )?(?:[\w-]+ )?(?:cable|cord|lead)\b",
        r"(?:cable|cord|lead) length|线长",
        measure=_CORD,
        told=_CORD,
    ),
    _field(
        "phone",
        "电话",
        "telephone number",
        r"电话(?:号码|是|多少|几号)|(?:联系|客服|你们的?|门店)电话|热线"
        r"|\b(?:tele)?phone numbers?\b|\bhotline\b|\bnumber (?:to|can|do|should) (?:i |we )?(?:call|ring)\b",
        r"^(?:tel|phone|telephone|hotline|电话|热线|联系电话)\W*$",
        measure=r"(?:\btel|phone|\bcall|\bring|\bdial|hotline|电话|热线|致电|拨打)\D{0,30}[+(]?\d[\d ()/-]{5,}\d",
    ),
    _field(
        "arrival",
        "到货时间",
        "next delivery",
        r"(?:什么时候|何时|几时|哪天|几号)(?:才|能|会|可以|可)*(?:再)?(?:到货?(?!期)|补货|有货|来货|上架|有现货)|到货时间|补货时间"
        r"|\bwhen\b.*\b(?:back|restock\w*|in stock|available(?: again)?"
        r"|get (?:it|them|more|some|the .{2,40}) (?:again|in)|(?:in|again) (?:stock|again)"
        r"|next (?:delivery|batch|shipment))\b",
        r"next delivery|restock|到货|补货",
        told=r"(?:到货|补货|来货|上架)[^。；;]{0,15}(?:"
        + _MONTH
        + r")|(?:"
        + _MONTH
        + r")[^。；;]{0,15}(?:到货|补货|来货|上架)"
        r"|\b(?:back|next delivery|available|restock\w*|expected|due|arriv\w+)\b[^.;]{0,30}\b(?:" + _MONTH + r")",
    ),
    _field(
        "capacity",
        "容量",
        "capacity",
        r"容量|多少升|几升|多少毫升|装多少|\bcapacity\b|\bhow (?:many|much) (?:lit|cups|water|ml)"
        r"|\b(?:how (?:much|many)|what)\b.*\bholds?\b",
        r"capacity|volume|容量|容积",
        # of a kettle, a washing machine, a battery, a disk, a tent
        measure=r"\d\s*(?:[mc]?l|k?g|[mgt]b|m?ah|wh|oz|qt)(?![a-z])|lit(?:re|er)s?|cups?\b|gallon|quart|\bholds?\b"
        r"|\d[- ]?person|slots?\b|people\b|[升杯]|人份|公斤|千克|毫安|\d\s*[人片件碗]",
    ),
    _field("colour", "颜色", "colour", r"颜色|什么色|哪些色|\bcolou?rs?\b", r"colou?r|颜色"),
    _field(
        "material",
        "材质",
        "material",
        r"材质|材料|什么做的|\bmaterials?\b|\bmade (?:of|from|out of)\b",
        r"material|材质|材料",
    ),
    _field(
        "battery",
        "续航",
        "battery life",
        r"续航|电池|电量|(?<!spare )\bbatter|\brun ?time\b",
        r"batter|续航|电池|run ?time",
    ),
    _field(
        "noise",
        "噪音",
        "noise level",
        r"噪音|噪声|声音|分贝|\bnoise\b|\bnoisy\b|\bloud\b|\bquiet\b|\bdecibel",
        r"noise|噪音|噪声|分贝|\bdb\b",
        measure=r"\d\s*db|静音|安静|[噪声]|异响|silen|sound|quiet|nois|rattl|whisper",
    ),
    _field(
        "brand",
        "品牌",
        "brand",
        r"品牌|什么牌|哪个牌|\bbrands?\b|\bwho makes\b|\bmanufacturer\b",
        r"brand|品牌|厂商|制造商|manufacturer",
    ),
    _field("category", "类别", "category", r"类别|分类|\bcategor", r"categor|类别|分类|品类"),
    _field(
        "sku",
        "货号",
        "SKU",
        r"货号|编号|型号|\bsku\b|\bitem (?:number|no)\b|\bmodel number\b|\barticle number\b",
        r"^sku$|货号|编号|商品编码|^id$|item (?:no|number)",
    ),
    _field(
        "valid_to",
        "有效期至",
        "valid until",
        r"有效期|截止|到期|什么时候结束|(?:价格|这个价|优惠).{0,4}(?:到|至)(?:哪|什么时候|几)"
        r"|\bvalid (?:until|to)\b|\bexpire"
        r"|\bexpir(?:y|ation)\b|\buntil (?:when|what date|which da(?:y|te))\b|\bhow long .{0,40}\bprice\b",
        r"valid.?(?:to|until)|有效期|截止|expir",
    ),
)


SHOP_PAYS = re.compile(
    r"(?:standard|unit|average|landed|item|product)[ _]*cost|cost[ _]*price|cost of goods|purchas|wholesale|dealer"
    r"|成本|进货|进价|采购|批发|供货",
    re.IGNORECASE,
)
"""Headers of what the shop itself pays: no price that a customer is told."""
ARRIVAL = next(field for field in FIELDS if field.name == "arrival")


def asked_fields(query: str) -> tuple[Field, ...]:
    """The fields a question names, in the order of `FIELDS`."""
    return tuple(field for field in FIELDS if field.asked.search(query))


def field_of(header: str) -> Field | None:
    """The field that a column's header names."""
    if SHOP_PAYS.search(header):
        return None
    return next((field for field in FIELDS if field.header.search(header)), None)
