"""Which headers are the shop's own business, which only look like it, and which their owner is asked about."""

from __future__ import annotations

import pytest

from ingest.declared import TableOptions
from ingest.private import is_private, is_suspect, private_places

PRIVATE = """
Cost | Unit cost | cost_price | CostPrice | costprice | Cost per item | COST (EUR) | Our cost | Landed cost USD | COGS
Standard cost | Std. Cost | Avg cost | Cost of goods sold | Purchase price | Purchasing price net | Buying price
buy_price | Buy-in price | Bought at | Invoice price | Margin | Margin % | Gross margin | Profit margin (%) | Markup
Mark-up | Profit | GP % | Supplier | Supplier name | supplier_id | Supplier part number | Supplier's price
Main supplier | Vendor code | Vendor part no. | Dealer price | Reseller price | Trade discount | Distributor net price
Internal note | Internal notes | Internal remarks | Internal code | Internal only | Staff notes | Confidential
Do not publish | Notes (not for customers) | For internal use only | Reorder level | Re-order point | Safety stock
Commission | Sales commission % | Floor price | Minimum selling price | Prices / Cost | attributes.cost
variants.cost_per_item
Variant cost | Default unit cost | Meta: _wc_cog_cost | supply_price | purchaseprice | PurchasesUnitPrice
Notes (internal) | Price (purchase) | Internal | Bemerkung (intern) | Preis (EK)
HEK | Cost Jan | Cost Q1 | Internal calculation | 备注（内部）
预设进价 | 成本均价 | 货源链接
price.purchase | prices.dealer_net | Price / Dealer net | Purchase price 2026 | Cost 2025/26 | margin.percent
EK | EK netto | EK-Preis | Einkaufspreis | Einkaufspreis (netto) | Letzter EK | Einstandspreis | Selbstkosten | Marge
Marge in % | Rohertrag | Deckungsbeitrag | Lieferant | Lieferanten-Nr. | Lieferantenartikelnummer | Hauptlieferant
Händlerpreis | Händler-EK | Händlerrabatt | Intern | Interne Notiz | Interne Bemerkungen | Nur für internen Gebrauch
Provision | Meldebestand | Mindestbestand | Preise / EK | Wareneinsatz | Preisuntergrenze
进价 | 进货价 | 成本 | 成本价 | 成本（元） | 平均成本
不含税成本 | 采购价 | 采购单价 | 到岸价 | 供应商 | 供应商名称 | 供货商
供应商货号 | 供货价 | 毛利 | 毛利率 | 毛利（%） | 利润 | 利润率
底价 | 最低限价 | 经销价 | 经销商价 | 代理价 | 渠道价 | 结算价
内部备注 | 内部编号 | 仅供内部使用 | 备注（不对外） | 保密
提成 | 佣金比例 | 安全库存 | 补货点 | 價格 / 進價 | 供應商
prix d'achat | Prix d'achat HT | Coût unitaire | Marge brute | Fournisseur | Réf. fournisseur | Note interne
"""
PUBLIC = """
SKU | Name | Price | List price | RRP | Retail price | Sale price | Old price | Member price | Wholesale price | Stock
Unit price | Price per kg | Net price | Brand | Vendor | Manufacturer | Manufacturer part number | Country of origin
Cost per page | Cost per print | Cost per wash | Cost centre | Running cost | Energy cost per year | Shipping cost
Delivery cost | Cost-effective | Costume size | Dealer locator | Dealer warranty | Dealership | Trade-in price
Trade name | Trademark | Margin trim | Margin width
Margin (mm) | Margins (cm) | Marginal lamp | Profile | Profile depth
Internal storage | Internal storage (GB) | Internal memory
Internal diameter | Internal dimensions | Internal antenna
Internal width (mm) | Internal battery | Private label | Privacy glass | Private mode | Confidentiality class
Supply voltage | Supplied with | Power supply | Supplementary | Support | Partner product | Partner programme
Staff pick | Staff picks | Commissioning | Purchase limit | Minimum purchase quantity | Minimum order quantity
Markup language | Reorderable | Stock
Distributor cap | Distribution box | Ignition distributor | Lowest price (30 days)
Cashback | Buying guide | Buying options | Purchase date | Profit sharing certificate | Customer rating | Gpu | GPS
Innenmaß | Innendurchmesser | Interner Speicher | Interner Speicher (GB) | Internetfähig | International | Internat
Gewinde | Gewindegröße | Gewinnspiel | Montage | Lieferzeit | Lieferumfang | Lieferbar | Liefermenge | Ekzem geeignet
Versandkosten | Stromkosten pro Jahr | Betriebskosten | Kostenlos | Kostenlose Hotline | Preis | UVP | Händlersuche
Einkaufswagenchip | Einkaufstasche Volumen | Margerite Farbe | Provisorisch | Mindestbestellmenge | Mindestabnahme
内部尺寸 | 内部存储 | 内部容量 | 内径 | 内部结构 | 成本效益 | 成本节约
供应 | 供应状态 | 供电 | 供电方式 | 利润点 灯 | 价格 | 售价
零售价 | 会员价 | 批发价 | 库存 | 采购须知 | 起订量 | 最低价
最低订购量 | 进口 | 进口商 | 进水口 | 保密柜 | 机密级 | 底座 | 底部尺寸
经销范围 | 代理品牌 | 提成分 | 渠道 | 备注 | 品牌 | 型号
Purchase dispute.steps.Bad price seen | Prix | Garantie | Coût d'expédition | Marque | Remarquable | Fourniture
"""


def listed(text: str) -> list[str]:
    """The headers of a table above."""
    return [
        header.strip() for line in text.strip().split("\n") for header in line.split(" | ") if " / " not in line
    ] + [header.strip() for line in text.strip().split("\n") if " / " in line for header in line.split(" | ")]


@pytest.mark.parametrize("header", listed(PRIVATE))
def test_what_is_the_shops_own_is_held_back(header: str) -> None:
    """What goods cost the shop, from whom it has them, what dealers pay, and what is noted among staff."""
    assert is_private(header)


@pytest.mark.parametrize("header", listed(PUBLIC))
def test_what_only_looks_like_it_is_not(header: str) -> None:
    """A word in another sense, a measure, what a customer pays."""
    assert not is_private(header)


def test_internal_beside_external_is_a_place() -> None:
    """In headers of two lines and in records; alone it is what staff know."""
    for headers in (
        ("Size / Internal", "Size / External"),
        ("Internal", "External"),
        ("内部", "外部"),
        ("Intern", "Außen"),
    ):
        assert private_places(headers, TableOptions()) == frozenset()
    assert private_places(("Internal / Bin", "Price"), TableOptions()) == {0}


def test_there_are_enough_of_both() -> None:
    """At least sixty of each, none twice."""
    private, public = listed(PRIVATE), listed(PUBLIC)
    assert len(set(private)) == len(private) > 60
    assert len(set(public)) > 60
    assert not set(private) & set(public)


def test_a_bare_cost_is_private_only_among_goods() -> None:
    """In a table of deliveries or services it is what the customer pays, and its owner is asked; in one of places a
    dealer is where to buy."""
    assert private_places(("Dealer", "City", "Phone"), TableOptions()) == frozenset()
    assert private_places(("SKU", "Retail", "Dealer"), TableOptions()) == {2}
    assert [is_private(header, goods=False) for header in ("Cost", "Kosten", "Unit cost")] == [False, False, True]
    assert is_suspect("Cost")


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("Notes", True),
        ("Bemerkung", True),
        ("备注", True),
        ("Discount", True),
        ("Colour", False),
        ("Shipping cost", False),
        ("Energy cost per year", False),
    ],
)
def test_suspects_are_asked_about(header: str, asked: bool) -> None:
    """What may be meant for either; never what is known to be a customer's."""
    assert is_suspect(header) is asked
    assert not is_suspect(header, TableOptions(public=(header,)))


def test_the_settings_name_columns() -> None:
    """By name or pattern, any part of a path; what is let through wins."""
    options = TableOptions(private=("Landed*", "到岸*", "Column C", "P2"), public=("Supplier", "*-EK"))
    names = ("landed USD", "到岸天数", "Column C", "p2", "Prices / P2", "supplier", "Alt-EK", "P20", "Supplier name")
    assert [is_private(name, options) for name in names] == [True, True, True, True, True, False, False, False, True]
