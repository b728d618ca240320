"""Spellings of column headers, Chinese and English: which stand for the typed names, which only head columns."""

from __future__ import annotations

from collections.abc import Mapping

ROLES: Mapping[str, tuple[str, ...]] = {
    "sku": (
        "sku|货号|商品货号|产品货号|sku code|sku id|sku no|sku number|sku编码|sku编号|supplier aid|supplier pid|"
        "variant sku|seller sku",
        "item no|item number|item code|part number|part no|product number|product no|product code|"
        "article number|article no|art no|order number|order no|order code|stock code|catalog number|"
        "cat no|item|item sku|item #|part #|商品编码|商品编号|产品编码|产品编号|物料编码|物料号|料号|"
        "商品代码|产品代码|商品号|品号|零件号|订货号|artikelnummer|貨號",
        "编号|编码|代码|product id|item id|商品id|产品id|編號|編碼|code|id|g:id",
        "型号|产品型号|商品型号|规格型号|model number|model no|model code|mpn|型號",
        "ean|upc|gtin|isbn|asin|barcode|bar code|条码|条形码|商品条码|model",
    ),
    "name": (
        "name|product name|item name|description short|名称|品名|商品名称|产品名称|商品名|产品名|货品名称|"
        "物品名称|名稱|商品名稱|產品名稱",
        "title|product title|item title|标题|商品标题|product|商品|产品|item description|產品|標題|bezeichnung|artikel",
        "中文名称|中文名|中文品名|英文名称|英文名|英文品名|english name|chinese name|name en|name zh|"
        "name cn|display name|short name|model name|label",
    ),
    "brand": (
        "brand|brand name|品牌|品牌名称|牌子|marke",
        "manufacturer|maker|make|vendor|manufacturer name|厂商|制造商|厂家|生产厂家|生产商|供应商品牌",
    ),
    "category": (
        "category|categories|product category|category name|item category|分类|类别|类目|商品分类|"
        "产品分类|商品类别|产品类别|商品类目|产品类目|所属分类|分類|類別|kategorie",
        "google product category|product type|category path|department|品类|大类|种类|一级分类|一级类目|"
        "产品类型|商品类型",
        "type|group|product group|类型|subcategory|sub category|子类|小类|二级分类",
    ),
    "price": (
        "price|unit price|价格|单价|售价|价钱|價格|單價|售價|preis",
        "sale price|selling price|sales price|retail price|our price|current price|price amount|"
        "price value|final price|unit selling price|零售价|销售价|销售价格|销售单价|现价|门店价|商城价|"
        "含税价|含税单价|统一售价|price incl vat",
        "special price|promo price|促销价|活动价|优惠价|会员价|net price|未税价|不含税价",
        "list price|msrp|rrp|标价|定价|吊牌价|市场价|建议零售价|建议售价|指导价|catalog price",
        "old price|original price|regular price|原价|划线价",
    ),
    "currency": ("currency|currency code|price currency|币种|货币|货币单位|币别|幣別|货币代码|währung",),
    "stock": (
        "stock|stock qty|stock quantity|inventory|qty in stock|quantity in stock|库存|库存量|库存数量|"
        "現貨|庫存|bestand",
        "qty|quantity|on hand|qty on hand|available qty|available quantity|stock level|units in stock|"
        "in stock|可用库存|现货|现有库存|存量|现货数量|数量|available|availability|stock status",
    ),
    "valid_from": (
        "valid from|effective from|effective date|生效日期|生效时间|生效日|有效期自|有效期起|price valid from|生效",
        "start date|from date|date from|开始日期|起始日期|开始时间|valid since",
    ),
    "valid_to": (
        "valid to|valid until|valid till|effective to|失效日期|失效时间|失效日|有效期至|有效期止|"
        "截止日期|price valid to|失效",
        "end date|to date|date to|expires|expiry date|expiration date|expires on|结束日期|结束时间|"
        "到期日|到期日期|有效期",
    ),
}
"""Typed name -> its spellings, best first, in the form that `ingest.columns.plain_header` gives."""

RANKS = {
    spelling: (role, rank)
    for role, ranks in ROLES.items()
    for rank, spellings in enumerate(ranks)
    for spelling in spellings.split("|")
}
"""Spelling -> (typed name, rank); rank 0 is the best word for it."""

OTHERS = (
    "description|details|color|colour|size|weight|material|dimensions|unit|notes|remark|remarks|spec|"
    "specs|specification|value|parameter|feature|question|answer|url|link|image|warranty|cost|status|"
    "date|comment|rating|review|country|origin|year|month|address|email|phone|team|location|描述|说明|"
    "详情|颜色|尺寸|尺码|规格|重量|材质|单位|备注|参数|参数值|参数名|值|特点|特性|功能|问题|答案|回答|"
    "链接|图片|保修|质保|保修期|产地|成本|进价|成本价|状态|日期|评价|评分|电压|功率|容量|序号|no|#|"
    "cost price|purchase price|colors|features|key|attribute|language|name description|商品描述|产品描述|"
    "商品说明|产品说明|包装|适用|型号规格|用途|数据|项目|内容"
)
HEADERS = frozenset(OTHERS.split("|"))
"""Other words that head columns: evidence that a row is a header, without a typed meaning."""
