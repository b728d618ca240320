"""The columns of a sheet: which of them are the common ones, and what a row of them says in text and attributes.

A column's header is compared as a person reads it: case, spaces, underscores, camel case and a unit in parentheses do
not matter. Where two columns could be the price (or the name, ...), the better word wins and the other keeps its own
header: a list price is the price only where there is no better one, and a cost never is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from index.chunk import Value
from ingest.values import currency_of, date_of, price_of, stock_of

ROLES: Mapping[str, tuple[str, ...]] = {
    "sku": (
        "sku|货号|商品货号|产品货号|sku code|sku id|sku no|sku number|sku编码|sku编号",
        "item no|item number|item code|part number|part no|product number|product no|product code|article number"
        "|article no|art no|order number|order no|order code|stock code|catalog number|cat no|item|item sku|item #|part #"
        "|商品编码|商品编号|产品编码|产品编号|物料编码|物料号|料号|商品代码|产品代码|商品号|品号|零件号|订货号|artikelnummer|貨號",
        "编号|编码|代码|product id|item id|商品id|产品id|編號|編碼|code|id|g:id",
        "型号|产品型号|商品型号|规格型号|model number|model no|model code|mpn|型號",
        "ean|upc|gtin|isbn|asin|barcode|bar code|条码|条形码|商品条码|model",
    ),
    "name": (
        "name|product name|item name|名称|品名|商品名称|产品名称|商品名|产品名|货品名称|物品名称|名稱|商品名稱|產品名稱",
        "title|product title|item title|标题|商品标题|product|商品|产品|item description|產品|標題|bezeichnung|artikel",
        "中文名称|中文名|中文品名|英文名称|英文名|英文品名|english name|chinese name|name en|name zh|name cn|display name"
        "|short name|model name|label",
    ),
    "brand": (
        "brand|brand name|品牌|品牌名称|牌子|marke",
        "manufacturer|maker|make|vendor|manufacturer name|厂商|制造商|厂家|生产厂家|生产商|供应商品牌",
    ),
    "category": (
        "category|categories|product category|category name|item category|分类|类别|类目|商品分类|产品分类|商品类别|产品类别"
        "|商品类目|产品类目|所属分类|分類|類別|kategorie",
        "google product category|product type|category path|department|品类|大类|种类|一级分类|一级类目|产品类型|商品类型",
        "type|group|product group|类型|subcategory|sub category|子类|小类|二级分类",
    ),
    "price": (
        "price|unit price|价格|单价|售价|价钱|價格|單價|售價|preis",
        "sale price|selling price|sales price|retail price|our price|current price|price amount|price value|final price"
        "|unit selling price|零售价|销售价|销售价格|销售单价|现价|门店价|商城价|含税价|含税单价|统一售价|price incl vat",
        "special price|promo price|促销价|活动价|优惠价|会员价|net price|未税价|不含税价",
        "list price|msrp|rrp|标价|定价|吊牌价|市场价|建议零售价|建议售价|指导价|catalog price",
        "old price|original price|regular price|原价|划线价",
    ),
    "currency": ("currency|currency code|price currency|币种|货币|货币单位|币别|幣別|货币代码|währung",),
    "stock": (
        "stock|stock qty|stock quantity|inventory|qty in stock|quantity in stock|库存|库存量|库存数量|現貨|庫存|bestand",
        "qty|quantity|on hand|qty on hand|available qty|available quantity|stock level|units in stock|in stock|可用库存"
        "|现货|现有库存|存量|现货数量|数量|available|availability|stock status",
    ),
    "valid_from": (
        "valid from|effective from|effective date|生效日期|生效时间|生效日|有效期自|有效期起|price valid from|生效",
        "start date|from date|date from|开始日期|起始日期|开始时间|valid since",
    ),
    "valid_to": (
        "valid to|valid until|valid till|effective to|失效日期|失效时间|失效日|有效期至|有效期止|截止日期|price valid to|失效",
        "end date|to date|date to|expires|expiry date|expiration date|expires on|结束日期|结束时间|到期日|到期日期|有效期",
    ),
}
"""Typed name -> its spellings, best first. All in the form that `plain_header` gives."""

HEADERS = frozenset(
    "description|details|color|colour|size|weight|material|dimensions|unit|notes|remark|remarks|spec|specs|specification"
    "|value|parameter|feature|question|answer|url|link|image|warranty|cost|status|date|comment|rating|review|country"
    "|origin|year|month|address|email|phone|team|location|描述|说明|详情|颜色|尺寸|尺码|规格|重量|材质|单位|备注|参数|参数值|参数名"
    "|值|特点|特性|功能|问题|答案|回答|链接|图片|保修|质保|保修期|产地|成本|进价|成本价|状态|日期|评价|评分|电压|功率|容量|序号|no|#|备 注"
    "|cost price|purchase price|colors|features|key|attribute|language|name description|商品描述|产品描述|商品说明|产品说明"
    "|包装|适用|型号规格|用途|数据|项目|内容".split("|")
)
"""Other words that head columns: evidence that a row is a header, without a typed meaning."""

RANKS = {
    spelling: (role, rank)
    for role, ranks in ROLES.items()
    for rank, spellings in enumerate(ranks)
    for spelling in spellings.split("|")
}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})\b[^<>]*>")
INLINE = frozenset("b i u em strong span a font small big sup sub code abbr label s del ins mark q cite".split())
MARKUP = re.compile(r"</(p|div|ul|ol|li|span|b|strong|em|i|h[1-6]|a|td|tr|table|font)>|<br\s*/?>", re.IGNORECASE)
SHORT_LINE = 60
"""Characters. Lines of a cell that are all shorter are a list and are joined by ` / `; longer ones are prose."""


@lru_cache(4096)
def plain_header(header: str) -> str:
    """A header as a person reads it: `Item_No.` -> `item no`, `ListPrice` -> `list price`, `价格(元)` -> `价格`."""
    text = unicodedata.normalize("NFKC", header).strip()
    text = re.sub(r"[(\[【{][^)\]】}]*[)\]】}]", " ", text) if not re.fullmatch(r"[(\[【{].*", text) else text
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=ID\b)", " ", text)
    text = re.sub(r"[\s_\-.:：/|*]+", " ", text).strip().casefold()
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    if text in RANKS or text in HEADERS:
        return text
    for pattern in (r" ?(cny|rmb|usd|eur|gbp|jpy|hkd|€|\$|¥|£|元|美元)$", r"^(g|product|item|variant) ", r" [a-z]+$"):
        shorter = re.sub(pattern, "", text)
        if shorter != text and shorter in RANKS and (pattern[0] != " " or pattern[1] == "?"):
            return shorter
    bilingual = re.sub(r"[^\u4e00-\u9fff]+", "", text)
    if (
        bilingual
        and bilingual != text
        and bilingual in RANKS
        and re.sub(r"[\u4e00-\u9fff]+", "", text).strip() in RANKS
    ):
        return bilingual  # "品名 Name"
    return text


def is_known(header: str) -> bool:
    """Whether the text is a word that heads a common column."""
    plain = plain_header(header)
    return plain in RANKS or plain in HEADERS


def has_role(header: str) -> bool:
    """Whether the text heads one of the typed columns."""
    return plain_header(header) in RANKS


def clean(cell: str) -> str:
    """A cell as one line: markup of a web page taken off, line breaks as ` / ` in a list and as spaces in prose."""
    if "<" in cell and MARKUP.search(cell):
        cell = TAG.sub(lambda tag: "" if tag[2].lower() in INLINE else "\n", cell)
        cell = unescape(cell)
    lines = [stripped for line in cell.splitlines() if (stripped := " ".join(line.split()))]
    if len(lines) < 2:
        return lines[0] if lines else ""
    return (" / " if max(map(len, lines)) <= SHORT_LINE else " ").join(lines)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header as written, the key of its attribute, and the typed name it stands for, if any."""

    header: str
    key: str
    role: str | None = None


PARSERS: Mapping[str, Callable[[str], Value | None]] = {"stock": stock_of, "valid_from": date_of, "valid_to": date_of}


class Columns:
    """The columns of one table, from its headers; an empty header is named by the column's letter."""

    def __init__(self, headers: Sequence[str]) -> None:
        roles = _roles(headers)
        self.columns: list[Column] = []
        self._keys = set(ROLES)
        for place, header in enumerate(headers):
            self._add(header, place, roles.get(place))
        self.currency = next(
            (found for place, role in roles.items() if role == "price" and (found := currency_of(headers[place]))), None
        )

    def _add(self, header: str, place: int, role: str | None = None) -> None:
        label = clean(header) or f"Column {letter(place)}"
        key, number = label, 1
        while key in self._keys:  # a typed name may only hold the typed value
            number += 1
            key = f"{label} ({number})"
        self._keys.add(key)
        self.columns.append(Column(label, key, role))

    @property
    def roles(self) -> set[str]:
        """The typed names that some column has."""
        return {column.role for column in self.columns if column.role}

    def row(self, cells: Sequence[str]) -> tuple[str, dict[str, Value]]:
        """(text, attributes) of a row: a line `header: value` and an attribute for every cell that is not blank."""
        lines: list[str] = []
        attributes: dict[str, Value] = {}
        sign: str | None = None
        for place, cell in enumerate(cells):
            if place == len(self.columns):
                self._add("", place)
            if not cell or not (value := cell.strip() if cell.isascii() and cell.isalnum() else clean(cell)):
                continue
            column = self.columns[place]
            lines.append(f"{column.header}: {value}")
            if column.role is None:
                attributes[column.key] = value
            elif column.role == "price":
                price = price_of(value)
                if price is None:
                    attributes[column.key] = value
                else:
                    attributes["price"], sign = price
            elif (parse := PARSERS.get(column.role)) is None:
                attributes[column.role] = value
            elif (typed := parse(value)) is None:
                attributes[column.key] = value
            else:
                attributes[column.role] = typed
        if "currency" in attributes:
            attributes["currency"] = currency_of(str(attributes["currency"])) or attributes["currency"]
        elif "price" in attributes and (known := sign or self.currency):
            attributes["currency"] = known
        return "\n".join(lines), attributes


def _roles(headers: Sequence[str]) -> dict[int, str]:
    """Column -> typed name; each name goes to the column whose header is the best word for it, the first of equals."""
    best: dict[str, tuple[int, int]] = {}
    for place, header in enumerate(headers):
        role, rank = RANKS.get(plain_header(header), ("", 0))
        if role and (role not in best or rank < best[role][0]):
            best[role] = (rank, place)
    return {place: role for role, (_, place) in best.items()}


def letter(place: int) -> str:
    """The letters a spreadsheet program shows for a column, counted from 0: 0 -> A, 26 -> AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
