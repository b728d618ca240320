"""What kind of thing a row is: by a word anywhere in its name, by its category, or by the place in which it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.text.naming import heads
from ingest.places import kind_in
from tests.asked import Asked, Sheets

ANYWHERE = """Article,Category,Price
LED-Stehlampe Aldo 120 cm,Beleuchtung,89.00
Tischlampe Mira weiß,Beleuchtung,39.00
Ersatzschirm für Tischlampe Mira,Zubehör,12.00
Samsung 27 inch monitor S27,Screens,199.00
Dell P2422H 24-inch monitor (black),Screens,179.00
Ergo monitor arm,Accessories,59.00
HDMI monitor cable 2 m,Accessories,9.90
Clip-on privacy monitor,Accessories,29.00
Trail backpack 30 litre,Bags,79.00
Camp tent 2P,Tents,199
Wool blanket 130x170 cm,Home,49.50
Oak chair (natural),Home,99
Desk lantern No. 5,Light,35
Fjord sleeping bag -15 C,Camping,149
Ersatzfilter für Wasserkocher Quelle,Küche,7.90
Wasserkocher Quelle mini,Küche,34.90
Sofa 3-seater,Home,599
"""
CHINESE = """品名,单价,库存
纯棉T恤 男款,59,3
纯棉T恤 女款 白色 M,69,3
棒球帽 可调节,39,4
渔夫帽（黑色）,45,4
保温杯500ml,79,2
保温杯 750ml 大号,99,2
台灯 5W,35,1
U盘 64GB,49,1
双门冰箱 BCD-210,1299,1
"""
PLACES: dict[str, dict[str, str | Sheets]] = {
    "file": {
        "case-fan.csv": "name,price,rpm\nArctic P12 Max,12.99,3300\nNoctua A12x25,29.99,2000\nFractal X2,,1000\n",
        "power-supply.csv": "name,price,type\nCorsair RM750e,99.99,ATX\nSeasonic B12,54.99,SFX\n",
    },
    "sheet": {
        "价格表.xlsx": {
            "显示器": [["型号", "价格", "库存"], ["云图 V27", 1299, 3], ["云图 V24", 799, 5], ["星河 X32", 2599, 1]],
            "键盘": [["型号", "价格", "库存"], ["星河 K87", 299, 3], ["云图 K104", 199, 5]],
        }
    },
    "band": {
        "sortiment.csv": "Modell;Preis;Farbe\nHeadphones;;\nSona One;59,90;schwarz\nSona Two;89,90;weiß\n"
        "Speakers;;\nBoomi S;39,00;blau\nBoomi L;129,00;rot\n"
    },
    "levels": {
        "Lampen 2026.xlsx": {
            "Innen": [["Name", "Preis"], ["Aldo", 89], ["Mira", 39]],
            "Außen": [["Name", "Preis"], ["Rustik", 59]],
            "Zubehör": [["Name", "Preis"], ["Dimmer D1", 15]],
        }
    },
    "none": {
        "export_2026-03.xlsx": {"Sheet1": [["Name", "Price"], ["Zephyr 100", 12], ["Zephyr 200", 22]]},
        "prices.csv": "Name,Price\nNimbus A,5\nNimbus B,6\n",
        "Nimbus.csv": "Name,Price\nNimbus C,7\nNimbus D,8\n",
        "报价单.csv": "品名,价格\n青石,9\n",
    },
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asked]]:
    files = {"anywhere": {"list.csv": ANYWHERE}, "chinese": {"list.csv": CHINESE}, **PLACES}
    opened = {name: Asked(tmp_path_factory.mktemp(name), content) for name, content in files.items()}
    yield opened
    for shop in opened.values():
        shop.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Which monitors under 200?", ["Dell P2422H 24-inch monitor (black)", "Samsung 27 inch monitor S27"]),
        ("200以下的显示器有哪些", ["Dell P2422H 24-inch monitor (black)", "Samsung 27 inch monitor S27"]),
        ("Which monitor arms do you have?", ["Ergo monitor arm"]),
        ("What is the cheapest floor lamp?", ["LED-Stehlampe Aldo 120 cm"]),
        ("最便宜的台灯", ["Tischlampe Mira weiß"]),
        ("How many lamps do you have?", ["Tischlampe Mira weiß", "LED-Stehlampe Aldo 120 cm"]),
        ("cheapest backpack", ["Trail backpack 30 litre"]),
        ("最便宜的帐篷", ["Camp tent 2P"]),
        ("What is the cheapest blanket?", ["Wool blanket 130x170 cm"]),
        ("How many chairs?", ["Oak chair (natural)"]),
        ("What is the cheapest lantern?", ["Desk lantern No. 5"]),
        ("有几款沙发", ["Sofa 3-seater"]),
        ("有几款睡袋？", ["Fjord sleeping bag -15 C"]),
        ("Which kettles do you have?", ["Wasserkocher Quelle mini"]),
    ],
)
def test_a_word_for_a_kind_stands_anywhere_in_a_name(shops: dict[str, Asked], query: str, names: list[str]) -> None:
    """What belongs to the thing, or stands among accessories, is not it."""
    assert shops["anywhere"].names(query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("最便宜的T恤", ["纯棉T恤 男款"]),
        ("有哪些T恤？", ["纯棉T恤 男款", "纯棉T恤 女款 白色 M"]),
        ("What is the cheapest t-shirt?", ["纯棉T恤 男款"]),
        ("有几款帽子", ["棒球帽 可调节", "渔夫帽（黑色）"]),
        ("How many hats do you have?", ["棒球帽 可调节", "渔夫帽（黑色）"]),
        ("最便宜的保温杯", ["保温杯500ml"]),
        ("最便宜的U盘是哪个", ["U盘 64GB"]),
        ("灯有哪些", ["台灯 5W"]),
        ("What is the cheapest fridge?", ["双门冰箱 BCD-210"]),
    ],
)
def test_chinese_kinds(shops: dict[str, Asked], query: str, names: list[str]) -> None:
    """With a letter in them, with or without 子, before sizes and colours; by the English word too."""
    assert shops["chinese"].names(query) == names


@pytest.mark.parametrize(
    ("shop", "query", "names"),
    [
        ("file", "What is the cheapest case fan?", ["Arctic P12 Max"]),
        ("file", "How many case fans do you have?", ["Arctic P12 Max", "Noctua A12x25", "Fractal X2"]),
        ("file", "最便宜的风扇", ["Arctic P12 Max"]),
        ("file", "Which power supplies under 60?", ["Seasonic B12"]),
        ("file", "最便宜的电源", ["Seasonic B12"]),
        ("file", "What is the cheapest ATX power supply?", ["Corsair RM750e"]),
        ("sheet", "最便宜的显示器", ["云图 V24"]),
        ("sheet", "What is the cheapest monitor?", ["云图 V24"]),
        ("sheet", "How many keyboards do you have?", ["云图 K104", "星河 K87"]),
        ("sheet", "有哪些类别", ["显示器", "键盘"]),
        ("band", "What are the cheapest headphones?", ["Sona One"]),
        ("band", "最便宜的耳机", ["Sona One"]),
        ("band", "How many speakers do you have?", ["Boomi S", "Boomi L"]),
        ("levels", "How many lamps do you have?", ["Mira", "Rustik", "Aldo"]),
        ("levels", "最便宜的灯", ["Mira"]),
    ],
)
def test_a_place_says_what_its_rows_are(shops: dict[str, Asked], shop: str, query: str, names: list[str]) -> None:
    """In both languages; a column "type" says more of the same kind, accessories in a sheet of their own are none."""
    assert shops[shop].names(query) == names


def test_a_name_of_a_place_may_say_nothing(shops: dict[str, Asked]) -> None:
    """Then its rows have no category: `Sheet1`, prices, 报价单, or the maker whose name they begin with."""
    for name in ("Zephyr 100", "Nimbus A", "Nimbus C", "青石"):
        found = shops["none"].retriever.search(name, top_k=1).passages
        assert [one.chunk.title for one in found] == [name]
        assert "category" not in found[0].chunk.attributes


def test_a_kind_is_a_cell_that_says_whence_it_came(shops: dict[str, Asked]) -> None:
    """Its line stands in the row's text, so that it can be quoted."""
    (chunk,) = [one.chunk for one in shops["file"].retriever.search("Noctua A12x25", top_k=1).passages]
    assert (chunk.attributes["category"], chunk.cells[-1].line, chunk.cells[-1].role) == (
        "case fan",
        "File: case fan",
        "category",
    )
    assert chunk.text.endswith("\nFile: case fan")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("case-fan", "case fan"),
        ("power_supply", "power supply"),
        ("Lampen 2026", "Lampen"),
        ("显示器价格表", "显示器"),
        ("价目表-厨房电器-2026", "厨房电器"),
        ("T-Shirts", "T-Shirts"),
        ("T恤", "T恤"),
        ("27 inch monitors", "monitors"),
        ("耳机报价（3月）", "耳机"),
        ("Sheet1", ""),
        ("Tabelle1", ""),
        ("工作表1", ""),
        ("价格表", ""),
        ("2026年3月报价单", ""),
        ("export_2026-03", ""),
        ("Preisliste März 2026", ""),
        ("Price list valid from 1 March 2026", ""),
        ("Products (EUR)", ""),
        ("WM-1000", ""),
    ],
)
def test_kinds_in_names_of_places(name: str, kind: str) -> None:
    assert kind_in(name) == kind


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Aldo lantern S", {"lantern"}),
        ("LED-Stehlampe Aldo 120 cm", {"aldo", "stehlampe", "lampe"}),
        ("Monitorarm Ergo", {"ergo"}),
        ("纯棉t恤 男款", {"t恤"}),
        ("保温杯 Vacuum flask 500 ml", {"保温杯", "flask"}),
        ("阿尔多落地灯 | Stehlampe Aldo | Aldo floor lamp", {"落地灯", "stehlampe", "lamp"}),
        ("Kettle lid with knob", {"lid"}),
        ("Mug, 350 ml", {"mug"}),
        ("Socks pack of 3", {"sock"}),
    ],
)
def test_heads_of_names(name: str, said: set[str]) -> None:
    assert said <= heads(name)
