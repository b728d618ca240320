"""Tables as shops lay them out: each layout gives exactly these elements, each with its own row number."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from ingest.document import Element, RowRefused
from ingest.grid import read_grid
from ingest.headers import find_header
from ingest.line import Line


def lines_of(layout: str) -> list[Line]:
    """The lines of a drawing: `|` between cells, `<` merged with the cell to the left, `^` with the one above."""
    above: list[str] = []
    lines = []
    for number, text in enumerate(layout.strip("\n").split("\n"), start=1):
        cells = [cell.strip() for cell in text.split("|")] if text.strip() else []
        spans = []
        for place, cell in enumerate(cells):
            if cell == "^":
                cells[place] = above[place] if place < len(above) else ""
            elif cell == "<":
                cells[place] = ""
                if spans and spans[-1][1] == place - 1:
                    spans[-1] = (spans[-1][0], place)
                else:
                    spans.append((place - 1, place))
        if any(cells):
            lines.append(Line(number, cells, tuple(spans)))
            above = cells
    return lines


def told(layout: str, sheet: str | None = None) -> list[str]:
    """Each element in short: `3: SKU: 1; Name: a` for a row, `# Kettles` for a heading, `"text"` for text."""
    shown = []
    for element in read_grid(lines_of(layout), sheet):
        assert isinstance(element, Element)
        text = element.text.replace("\n", "; ")
        if element.kind == "row":
            shown.append(f"{element.locator.row}: {text}")
        elif element.text:
            shown.append(f"# {text}" if element.kind == "heading" else f'"{text}"')
    return shown


LAYOUTS = {
    "two lines, merged": (
        """
        Art. no. | Product | Price  | <     | Stock
        ^        | ^       | single | dozen | ^
        HB-1 | Hazel broom | 12.50 | 139.00 | 4
        HB-2 | Birch broom | 14.00 | 155.00 | 0
        """,
        [
            "3: Art. no.: HB-1; Product: Hazel broom; Price / single: 12.50; Price / dozen: 139.00; Stock: 4",
            "4: Art. no.: HB-2; Product: Birch broom; Price / single: 14.00; Price / dozen: 155.00; Stock: 0",
        ],
    ),
    "three lines, merged, below a title": (
        """
        春晓文具 价目表 | < | < | < | <
        货号 | 品名 | 售价 | < | <
        ^ | ^ | 含税 | < | 未税
        ^ | ^ | 散装 | 整盒 | 散装
        CX-01 | 中性笔 黑 | 2.5 | 28 | 2.2
        CX-02 | 中性笔 蓝 | 2.6 | 29 | 2.3
        """,
        [
            "# 春晓文具 价目表",
            "5: 货号: CX-01; 品名: 中性笔 黑; 售价 / 含税 / 散装: 2.5; 售价 / 含税 / 整盒: 28; 售价 / 未税 / 散装: 2.2",
            "6: 货号: CX-02; 品名: 中性笔 蓝; 售价 / 含税 / 散装: 2.6; 售价 / 含税 / 整盒: 29; 售价 / 未税 / 散装: 2.3",
        ],
    ),
    "two lines, nothing merged": (
        """
        SKU | Name | Price | | Stock
            |      | net | gross |
        T-1 | Trowel | 8.00 | 9.52 | 12
        T-2 | Dibber | 6.00 | 7.14 | 3
        """,
        [
            "3: SKU: T-1; Name: Trowel; Price / net: 8.00; Price / gross: 9.52; Stock: 12",
            "4: SKU: T-2; Name: Dibber; Price / net: 6.00; Price / gross: 7.14; Stock: 3",
        ],
    ),
    "groups above, in cells of their own": (
        """
             |      | Shop Nord |       | Shop Süd |
        Code | Item | Price     | Stock | Price    | Stock
        A1-7 | Mop  | 9.90 | 4 | 10.50 | 2
        A1-8 | Pail | 4.90 | 8 | 5.10 | 0
        """,
        [
            "3: Code: A1-7; Item: Mop; Shop Nord / Price: 9.90; Shop Nord / Stock: 4; "
            "Shop Süd / Price: 10.50; Shop Süd / Stock: 2",
            "4: Code: A1-8; Item: Pail; Shop Nord / Price: 4.90; Shop Nord / Stock: 8; "
            "Shop Süd / Price: 5.10; Shop Süd / Stock: 0",
        ],
    ),
    "groups above, merged, Chinese": (
        """
        产品 | < | 价格 | < | <
        型号 | 名称 | 出厂价 | 批发价 | 零售价
        QH-1 | 青禾 台灯 | 60 | 80 | 99
        QH-2 | 青禾 立灯 | 120 | 160 | 199
        """,
        [
            "3: 产品 / 型号: QH-1; 产品 / 名称: 青禾 台灯; 价格 / 出厂价: 60; 价格 / 批发价: 80; 价格 / 零售价: 99",
            "4: 产品 / 型号: QH-2; 产品 / 名称: 青禾 立灯; 价格 / 出厂价: 120; 价格 / 批发价: 160; 价格 / 零售价: 199",
        ],
    ),
    "header in line ten": (
        """
        Ostrava Lighting
        Wholesale catalogue, autumn

        Contact: | sales desk
        Terms:   | 14 days net


        All prices without tax


        Ref | Description | Unit price | MOQ
        OL-10 | Table lamp brass | 31.00 | 6
        OL-11 | Table lamp steel | 27.00 | 6
        """,
        [
            '"Ostrava Lighting"',
            '"Wholesale catalogue, autumn"',
            '"Contact: sales desk"',
            '"Terms: 14 days net"',
            '"All prices without tax"',
            "12: Ref: OL-10; Description: Table lamp brass; Unit price: 31.00; MOQ: 6",
            "13: Ref: OL-11; Description: Table lamp steel; Unit price: 27.00; MOQ: 6",
        ],
    ),
    "units in a line of their own": (
        """
        Model | Name | Weight | Price | Stock
              |      | kg     | EUR   | pcs
        W-3 | Wok 30 cm | 1.4 | 39.90 | 11
        W-4 | Wok 36 cm | 1.9 | 49.90 | 5
        """,
        [
            "3: Model: W-3; Name: Wok 30 cm; Weight (kg): 1.4; Price (EUR): 39.90; Stock (pcs): 11",
            "4: Model: W-4; Name: Wok 36 cm; Weight (kg): 1.9; Price (EUR): 49.90; Stock (pcs): 5",
        ],
    ),
    "units in brackets, Chinese": (
        """
        编号 | 品名 | 重量 | 单价 | 库存
        | | （千克） | （元） | （件）
        S-1 | 石臼 小 | 1.2 | 58 | 20
        S-2 | 石臼 大 | 3.4 | 98 | 6
        """,
        [
            "3: 编号: S-1; 品名: 石臼 小; 重量 (千克): 1.2; 单价 (元): 58; 库存 (件): 20",
            "4: 编号: S-2; 品名: 石臼 大; 重量 (千克): 3.4; 单价 (元): 98; 库存 (件): 6",
        ],
    ),
    "units under two header lines": (
        """
        SKU | Name | Size | < | Price
        ^   | ^    | width | height | ^
            |      | cm | cm | USD
        F-1 | Frame oak | 30 | 40 | 18.00
        F-2 | Frame ash | 50 | 70 | 26.00
        """,
        [
            "4: SKU: F-1; Name: Frame oak; Size / width (cm): 30; Size / height (cm): 40; Price (USD): 18.00",
            "5: SKU: F-2; Name: Frame ash; Size / width (cm): 50; Size / height (cm): 70; Price (USD): 26.00",
        ],
    ),
    "quantity breaks as numbers in the header": (
        """
        Item no | Name | 1 | 10 | 100
        C-9 | Clip small | 0.90 | 0.80 | 0.65
        C-10 | Clip large | 1.20 | 1.00 | 0.85
        """,
        [
            "2: Item no: C-9; Name: Clip small; 1: 0.90; 10: 0.80; 100: 0.65",
            "3: Item no: C-10; Name: Clip large; 1: 1.20; 10: 1.00; 100: 0.85",
        ],
    ),
    "side by side, a blank column between": (
        """
        SKU | Name | Price | | SKU | Name | Price
        L-1 | Leek | 1.20 | | P-1 | Pear | 2.10
        L-2 | Lime | 0.40 | | P-2 | Plum | 2.90
        L-3 | Lovage | 1.10 | | |
        """,
        [
            "2: SKU: L-1; Name: Leek; Price: 1.20",
            "3: SKU: L-2; Name: Lime; Price: 0.40",
            "4: SKU: L-3; Name: Lovage; Price: 1.10",
            "2: SKU: P-1; Name: Pear; Price: 2.10",
            "3: SKU: P-2; Name: Plum; Price: 2.90",
        ],
    ),
    "side by side, nothing between, three times": (
        """
        品名 | 价格 | 品名 | 价格 | 品名 | 价格
        青菜 | 3.5 | 苹果 | 6 | 鸡蛋 | 8
        菠菜 | 4 | 梨 | 5 | 鸭蛋 | 9
        """,
        [
            "2: 品名: 青菜; 价格: 3.5",
            "3: 品名: 菠菜; 价格: 4",
            "2: 品名: 苹果; 价格: 6",
            "3: 品名: 梨; 价格: 5",
            "2: 品名: 鸡蛋; 价格: 8",
            "3: 品名: 鸭蛋; 价格: 9",
        ],
    ),
    "side by side under one title, with titles of their own": (
        """
        Nursery list | < | < | < | < | < | <

        Shrubs | < | < | | Trees | < | <
        Code | Plant name | Price | | Code | Item name | Price
        S-01 | Box | 7.00 | | T-01 | Alder | 31.00
        S-02 | Yew | 9.00 | | T-02 | Birch | 28.00
        """,
        [
            '"Nursery list"',
            "# Shrubs",
            "5: Code: S-01; Plant name: Box; Price: 7.00",
            "6: Code: S-02; Plant name: Yew; Price: 9.00",
            "# Trees",
            "5: Code: T-01; Item name: Alder; Price: 31.00",
            "6: Code: T-02; Item name: Birch; Price: 28.00",
        ],
    ),
    "side by side, other columns": (
        """
        SKU | Name | Price | | Name | Stock | Category
        1-11 | Kite red | 12.00 | | Spool | 14 | Spare parts
        1-12 | Kite blue | 13.00 | | Tail | 9 | Spare parts
        """,
        [
            "2: SKU: 1-11; Name: Kite red; Price: 12.00",
            "3: SKU: 1-12; Name: Kite blue; Price: 13.00",
            "2: Name: Spool; Stock: 14; Category: Spare parts",
            "3: Name: Tail; Stock: 9; Category: Spare parts",
        ],
    ),
    "one table with a blank column in it": (
        """
        SKU | Name | | Price | Stock
        R-1 | Rake | | 19.00 | 4
        R-2 | Hoe | | 17.00 | 5
        """,
        ["2: SKU: R-1; Name: Rake; Price: 19.00; Stock: 4", "3: SKU: R-2; Name: Hoe; Price: 17.00; Stock: 5"],
    ),
    "products in columns": (
        """
        Model | FN-20 | FN-30 | FN-40
        Name | Fan 20 | Fan 30 | Fan 40
        Power | 20 W | 30 W | 45 W
        Price | 24.90 | 34.90 | 49.90
        Stock | 5 | 0 | 2
        """,
        [
            "2: Model: FN-20; Name: Fan 20; Power: 20 W; Price: 24.90; Stock: 5; Column B",
            "2: Model: FN-30; Name: Fan 30; Power: 30 W; Price: 34.90; Stock: 0; Column C",
            "2: Model: FN-40; Name: Fan 40; Power: 45 W; Price: 49.90; Stock: 2; Column D",
        ],
    ),
    "products in columns, Chinese, with a title, groups and a note": (
        """
        云台电器 对比表
        参数 | 云台 A1 | 云台 A2
        价格 | 199 | 259
        尺寸规格
        重量 | 1.2 kg | 1.6 kg
        颜色 | 白 | 黑
        注：以上价格含税。
        """,
        [
            '"云台电器 对比表"',
            '"注：以上价格含税。"',
            "2: name: 云台 A1; 价格: 199; 尺寸规格 / 重量: 1.2 kg; 尺寸规格 / 颜色: 白; Column B",
            "2: name: 云台 A2; 价格: 259; 尺寸规格 / 重量: 1.6 kg; 尺寸规格 / 颜色: 黑; Column C",
        ],
    ),
    "products in columns, units beside the labels, one value for all": (
        """
        Name | | Basic | Plus
        Weight | kg | 1.1 | 1.3
        Price | EUR | 19.00 | 29.00
        Warranty | months | 24 | <
        """,
        [
            "1: Name: Basic; Weight (kg): 1.1; Price (EUR): 19.00; Warranty (months): 24; Column C",
            "1: Name: Plus; Weight (kg): 1.3; Price (EUR): 29.00; Warranty (months): 24; Column D",
        ],
    ),
    "products in columns, no word above the labels": (
        """
        | Studio | Loft | Attic
        Price | 89 | 109 | 99
        Size | 20 | 28 | 24
        Colour | white | grey | blue
        """,
        [
            "1: name: Studio; Price: 89; Size: 20; Colour: white; Column B",
            "1: name: Loft; Price: 109; Size: 28; Colour: grey; Column C",
            "1: name: Attic; Price: 99; Size: 24; Colour: blue; Column D",
        ],
    ),
    "a header that is repeated, in two lines": (
        """
        SKU | Name | Price | <
        ^ | ^ | retail | club
        B-1 | Bench | 120 | 90
        SKU | Name | Price | <
        ^ | ^ | retail | club
        B-2 | Stool | 45 | 33
        """,
        [
            "3: SKU: B-1; Name: Bench; Price / retail: 120; Price / club: 90",
            "6: SKU: B-2; Name: Stool; Price / retail: 45; Price / club: 33",
        ],
    ),
    "tables one under another": (
        """
        SKU | Name | Price
        K-1 | Kettle | 29.00

        Spare parts
        Name | Category | Stock
        Lid | Lids | 7
        """,
        ["2: SKU: K-1; Name: Kettle; Price: 29.00", "# Spare parts", "6: Name: Lid; Category: Lids; Stock: 7"],
    ),
    "bands of many kinds": (
        """
        SKU | Name | Price
        Kettles
        K-1 | Kettle red | 20
        | Toasters |
        T-1 | Toaster slim | 30
        3. Irons
        I-1 | Iron dry | 25
        Fans | < | <
        F-1 | Fan desk | 15
        Lamps | Lamps | Lamps
        L-1 | Lamp clip | 12
        """,
        [
            "# Kettles",
            "3: SKU: K-1; Name: Kettle red; Price: 20",
            "# Toasters",
            "5: SKU: T-1; Name: Toaster slim; Price: 30",
            "# 3. Irons",
            "7: SKU: I-1; Name: Iron dry; Price: 25",
            "# Fans",
            "9: SKU: F-1; Name: Fan desk; Price: 15",
            "# Lamps",
            "11: SKU: L-1; Name: Lamp clip; Price: 12",
        ],
    ),
    "bands where the name stands first, and a product without a price": (
        """
        Product | Price
        Lanterns
        Aldo lantern S | 19.00
        Aldo lantern M | 24.00
        Aldo lantern L |
        Candles
        Bruna candle | 4.00
        Bruna candle set | 11.00
        """,
        [
            "# Lanterns",
            "3: Product: Aldo lantern S; Price: 19.00",
            "4: Product: Aldo lantern M; Price: 24.00",
            "5: Product: Aldo lantern L",
            "# Candles",
            "7: Product: Bruna candle; Price: 4.00",
            "8: Product: Bruna candle set; Price: 11.00",
        ],
    ),
    "bands, sums and notes, Chinese": (
        """
        型号 | 品名 | 数量 | 金额
        一、锅具
        G-1 | 铁锅 | 2 | 160
        G-2 | 砂锅 | 1 | 75
        小计 | | 3 | 235
        二、刀具
        D-1 | 菜刀 | 1 | 66
        合计： | | 4 | 301
        备注 | 以上价格含税，不含运费
        制表人：林 | | | 日期：2026-05-04
        """,
        [
            "# 一、锅具",
            "3: 型号: G-1; 品名: 铁锅; 数量: 2; 金额: 160",
            "4: 型号: G-2; 品名: 砂锅; 数量: 1; 金额: 75",
            '"小计 3 235"',
            "# 二、刀具",
            "7: 型号: D-1; 品名: 菜刀; 数量: 1; 金额: 66",
            '"合计： 4 301"',
            '"备注 以上价格含税，不含运费"',
            '"制表人：林 日期：2026-05-04"',
        ],
    ),
    "sums and notes": (
        """
        Name | Qty | Price
        Vase tall | 2 | 18.00
        Vase low | 1 | 12.00
        Subtotal | 3 | 48.00
        Grand total: | | 48.00 €
        * while stocks last
        Remarks: | glass, hand made
        """,
        [
            "2: Name: Vase tall; Qty: 2; Price: 18.00",
            "3: Name: Vase low; Qty: 1; Price: 12.00",
            '"Subtotal 3 48.00"',
            '"Grand total: 48.00 €"',
            '"* while stocks last"',
            '"Remarks: glass, hand made"',
        ],
    ),
    "no header": (
        """
        GR-10 | Grater fine | 7.90
        GR-20 | Grater coarse | 8.90
        GR-30 | Grater drum | 21.50
        """,
        [
            "1: sku: GR-10; name: Grater fine; price: 7.90",
            "2: sku: GR-20; name: Grater coarse; price: 8.90",
            "3: sku: GR-30; name: Grater drum; price: 21.50",
        ],
    ),
    "no header, words alone": (
        """
        Oak table | brown | Lisbon
        Oak chair | brown | Porto
        Oak shelf | white | Lisbon
        Oak bench | white | Lisbon
        """,
        [
            "1: Oak table | brown | Lisbon",
            "2: Oak chair | brown | Porto",
            "3: Oak shelf | white | Lisbon",
            "4: Oak bench | white | Lisbon",
        ],
    ),
    "no header, words alone, some of which head columns elsewhere": (
        """
        溪山 茶壶 | 现货 | 白色
        溪山 茶杯 | 现货 | 青色
        溪山 茶盘 | 缺货 | 白色
        """,
        ["1: 溪山 茶壶 | 现货 | 白色", "2: 溪山 茶杯 | 现货 | 青色", "3: 溪山 茶盘 | 缺货 | 白色"],
    ),
    "unknown words over numbers are a header": (
        """
        Vare | Pris i alt | Antall
        Spade | 129 | 3
        Rive | 99 | 4
        """,
        ["2: Vare: Spade; Pris i alt: 129; Antall: 3", "3: Vare: Rive; Pris i alt: 99; Antall: 4"],
    ),
    "yes and no under words are a header": (
        """
        Room | Balcony | Pets
        Garden room | yes | no
        Tower room | no | no
        """,
        ["2: Room: Garden room; Balcony: yes; Pets: no", "3: Room: Tower room; Balcony: no; Pets: no"],
    ),
    "a header with figures over values that repeat": (
        """
        Device | 3G/4G | Tested
        Stick A1 | 4G | yes
        Stick B2 | 3G | yes
        Stick C3 | 4G | yes
        Stick D4 | 4G | no
        Stick E5 | 3G | yes
        Stick F6 | 4G | yes
        """,
        [
            f"{at}: Device: Stick {name}; 3G/4G: {net}; Tested: {said}"
            for at, (name, net, said) in enumerate(
                (
                    ("A1", "4G", "yes"),
                    ("B2", "3G", "yes"),
                    ("C3", "4G", "yes"),
                    ("D4", "4G", "no"),
                    ("E5", "3G", "yes"),
                    ("F6", "4G", "yes"),
                ),
                2,
            )
        ],
    ),
    "a table without a header above one with it": (
        """
        Q-1 | Quilt | 80.00
        Q-2 | Quoits | 15.00

        Name | Category | Stock
        Needle | Sewing | 40
        """,
        [
            "1: sku: Q-1; name: Quilt; price: 80.00",
            "2: sku: Q-2; name: Quoits; price: 15.00",
            "5: Name: Needle; Category: Sewing; Stock: 40",
        ],
    ),
}


@pytest.mark.parametrize(("layout", "expected"), LAYOUTS.values(), ids=LAYOUTS)
def test_layout(layout: str, expected: list[str]) -> None:
    """Rows, headings and texts of a layout, in order."""
    assert told(layout) == expected


def test_paths_and_height() -> None:
    """A header gives each column its path from the outermost word to the innermost."""
    header = find_header(lines_of("货号 | 价格 | < | <\n^ | 含税 | < | 未税\n^ | 零售 | 批发 | 零售\nA-1 | 9 | 8 | 7"))
    assert header is not None
    assert (header.place, header.height) == (0, 3)
    assert header.labels == (("货号",), ("价格", "含税", "零售"), ("价格", "含税", "批发"), ("价格", "未税", "零售"))


def test_columns_without_a_header_are_guessed() -> None:
    """An item number, a name and money are told by their column; what is not clear stays without a name."""
    rows = [e for e in read_grid(lines_of(LAYOUTS["no header"][0])) if isinstance(e, Element)]
    assert [row.attributes for row in rows] == [
        {"sku": f"GR-{number}0", "name": f"Grater {name}", "price": price}
        for number, name, price in ((1, "fine", 7.9), (2, "coarse", 8.9), (3, "drum", 21.5))
    ]
    layout = "山泉 水壶 | ¥45 | 3\n山泉 水杯 | ¥19 | 8\n山泉 水桶 | ¥88 | 2"
    rows = [e for e in read_grid(lines_of(layout)) if isinstance(e, Element)]
    assert rows[1].attributes == {"name": "山泉 水杯", "price": 19.0, "currency": "CNY", "Column C": "8"}
    unclear = [e for e in read_grid(lines_of("1 | bolt | 40\n2 | nut | 60\n3 | ring | 75")) if isinstance(e, Element)]
    assert unclear[0].attributes == {"Column A": "1", "Column B": "bolt", "Column C": "40"}
    priced = [e for e in read_grid(lines_of("Price list\nbolt | 40\nnut | 60\nring | 75")) if isinstance(e, Element)]
    assert [row.attributes.get("price") for row in priced if row.kind == "row"] == [40.0, 60.0, 75.0]


def test_a_band_ends_with_its_table() -> None:
    """What stands in the next table, or beside it, is not under the last band of this one."""
    layout = "SKU | Name | Price\nPots\nP-1 | Pot | 9\n\nName | Category | Stock\nLid | Lids | 7"
    elements = [e for e in read_grid(lines_of(layout)) if isinstance(e, Element)]
    assert [(e.kind, e.text[:4], e.level) for e in elements] == [
        ("heading", "Pots", 2),
        ("row", "SKU:", 0),
        ("heading", "", 2),
        ("row", "Name", 0),
    ]


MARK = re.compile(r"w\d+x")


def _number(chance: random.Random, _: list[int]) -> str:
    return f"{chance.randint(1, 900)}.{chance.randint(10, 99)}"


def _marked(chance: random.Random, count: list[int]) -> str:
    """A word that stands nowhere else."""
    count[0] += 1
    return f"{chance.choice(['Tin', 'Jar', '木盒', 'Basket'])} w{count[0]}x"


def _random_grid(chance: random.Random) -> list[Line]:
    """Titles, headers of one to three lines, bands, sums, notes, gaps, broken lines, tables beside and below."""
    lines: list[Line] = []
    number, count = 1, [0]

    def add(*cells: str, spans: tuple[tuple[int, int], ...] = (), problem: str | None = None) -> None:
        nonlocal number
        lines.append(Line(number, list(cells), spans, problem))
        number += 1

    shapes = ["turned"] if chance.random() < 0.2 else ["plain", "deep", "units", "beside"]
    if chance.random() < 0.2:
        shapes = ["bare", "words"]
    for _ in range(chance.randint(1, 3) if shapes[0] != "bare" else 1):
        for _ in range(chance.randint(0, 3)):
            add(_marked(chance, count))
            number += chance.randint(0, 2)
        shape = chance.choice(shapes)
        if shape == "plain":
            add("SKU", "Name", "Price", "Stock")
        elif shape == "deep":
            add("SKU", "Name", "Price", "", spans=((2, 3),))
            add("SKU", "Name", "net", "gross")
        elif shape == "units":
            add("SKU", "Name", "Weight", "Price")
            add("", "", "kg", "EUR")
        elif shape == "beside":
            add("SKU", "Name", "Price", "", "SKU", "Name", "Price")
        if shape == "turned":
            width = chance.randint(2, 4)
            add("Name", *(_marked(chance, count) for _ in range(width)))
            add("Price", *(_number(chance, count) for _ in range(width)))
            add("Colour", *(_marked(chance, count) for _ in range(width)))
        for _ in range(chance.randint(1, 6) if shape != "turned" else 0):
            kind = chance.choice(["row"] * 6 + ["band", "note", "sum", "gap", "broken", "short"])
            row = [
                f"K-{chance.randint(10, 99)}",
                _marked(chance, count),
                _number(chance, count),
                _number(chance, count),
            ]
            if shape == "words":
                row = [_marked(chance, count) for _ in range(4)]
            if shape == "beside":
                row = [*row[:3], "", f"B-{chance.randint(10, 99)}", _marked(chance, count), _number(chance, count)]
            if kind == "row":
                add(*row)
            elif kind == "band":
                add(_marked(chance, count), spans=((0, 3),) if chance.random() < 0.5 else ())
            elif kind == "note":
                add(f"Note: {_marked(chance, count)}")
            elif kind == "sum":
                add("Total", "", _number(chance, count))
            elif kind == "gap":
                number += 1
            elif kind == "broken":
                add(problem="broken")
            else:
                add(*row[: chance.randint(1, 3)])
        number += chance.randint(0, 2)
    return lines


@pytest.mark.parametrize("seed", range(200))
def test_every_cell_is_accounted_for_once(seed: int) -> None:
    """In a random grid every line that is refused is named, and every cell but the headers' comes out exactly once."""
    lines = _random_grid(random.Random(seed))
    refused, words = Counter[str](), Counter[str]()
    for element in read_grid(iter(lines)):
        if isinstance(element, RowRefused):
            refused[element.where] += 1
            continue
        words.update(MARK.findall(element.text))
        if element.kind == "row":
            line = next(line for line in lines if line.number == element.locator.row)
            assert any(word in element.text for word in line.words)
    assert refused == Counter(f"row {line.number}" for line in lines if line.problem)
    assert words == Counter(mark for line in lines for cell in line.cells for mark in MARK.findall(cell))


@pytest.mark.parametrize(
    ("title", "currency"),
    [
        ("Price list 2026, all prices in EUR incl. VAT", "EUR"),
        ("Prices are in £", "GBP"),
        ("Currency: CHF", "CHF"),
        ("Alle Preise verstehen sich in Euro", "EUR"),
        ("东海渔具行 价目（含税，单位：元）", "CNY"),
        ("價目表（單位：港元）", "HKD"),
        ("以美元计价", "USD"),
        ("价目（单位：万元）", ""),
        ("价目（单位：台）", ""),
        ("Prices in bold are new", ""),
    ],
)
def test_a_line_above_a_table_says_the_currency_of_its_prices(title: str, currency: str) -> None:
    """Of those that name none themselves, and of the tables further down that sheet."""
    table = "Item | Name | Price\nA-1 | Lamp | 20\nA-2 | Vase | $30\nA-3 | Rug | 40 SEK"
    elements = [
        one
        for one in read_grid(lines_of(f"{title}\n\n{table}\n\nOthers\n\n{table}"))
        if isinstance(one, Element) and one.kind == "row"
    ]
    assert [str(row.attributes.get("currency", "")) for row in elements] == [currency, "USD", "SEK"] * 2
