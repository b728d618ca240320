"""Cells with several values: a condition is met by any of them, and what cannot be compared is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.text.measures import column_unit, measures
from index.text.quantities import quantities
from tests.asked import Asked

FILES = {
    "commas": {
        "lights.csv": """SKU,Name,Lumens,Colour temperature (K),Price EUR
B-1,Aldo bulb E27,"450,2000","2700,4000",4.90
B-2,Aldo bulb E14,470,2700,3.90
B-3,Nilo panel,"1200,3600","3000,4000,6500",39.00
B-4,Vega spot,"5,6000","2700,5000",12.00
B-5,Rima strip,800,6500,19.00
"""
    },
    "slashes": {
        "灯.csv": """型号,品名,光通量(lm),色温(K),价格
X1,星河吸顶灯,450 / 2000,3000/4000,199
X2,月影壁灯,800,3000,89
X3,流光轨道灯,1200 / 2400,4000,159
X4,微光小夜灯,50,3000,29
"""
    },
    "thousands": {
        "tanks.csv": """SKU,Name,Capacity (l),Price
K1,Tank A,"1,450",90
K2,Tank B,"2,000",120
K3,Tank C,800,70
"""
    },
    "english": {
        "shirts.csv": """SKU,Name,Colour,Sizes,Price
S-1,Oslo T-shirt,Black / White,"S, M, L",19.90
S-2,Bergen T-shirt,Red,"M, L, XL",24.90
S-3,Tromso T-shirt,White / Blue,XL,17.90
S-4,Narvik T-shirt,Black,S,15.00
"""
    },
    "chinese": {
        "衣服.csv": """货号,品名,颜色,可选尺码,售价
A1,云棉卫衣,红、黑,M/L/XL,129
A2,山岚卫衣,灰、白,S/M,119
A3,晨曦卫衣,黑,L,99
A4,暮色卫衣,白、红,均码,139
"""
    },
    "numbers": {
        "schuhe.csv": """Artikel;Größen;Farben;Preis
Laufschuh Wind;38, 39, 40, 41;blau, grau;89,00
Laufschuh Sturm;40, 42, 44;schwarz;119,00
Sandale Meer;36/37/38;rot, weiß;49,00
""",
        "cpu-cooler.csv": """name,price,rpm,color
Arctic 36,39.99,"200,1800",Black / White
Peerless 120,34.90,"500,1550",Black
Fjord 9,54.95,2500,Brown
""",
    },
    "truths": {
        "earphones.csv": """SKU,Name,Category,Price,Noise cancelling
E1,Lyra Air,Headphones,59,no
E2,Lyra Max,Headphones,149,yes
E3,Orso Go,Headphones,79,no
""",
    },
    "german": {
        "liste.csv": """Artikel;Farben;Größen;Preis
Bademantel Finn;weiß, grau;S/M/L;49,00
Bademantel Jule;grau;L/XL;59,00
Bademantel Ole;blau;M;39,00
"""
    },
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Asked]]:
    opened = {name: Asked(tmp_path_factory.mktemp(name), content) for name, content in FILES.items()}
    yield opened
    for shop in opened.values():
        shop.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("shop", "query", "names"),
    [
        ("commas", "Which lights have 2000 lumens?", ["Aldo bulb E27"]),
        ("commas", "Which lights have 4000 K?", ["Aldo bulb E27", "Nilo panel"]),
        ("commas", "2000流明以上的灯有哪些", ["Aldo bulb E27", "Vega spot", "Nilo panel"]),
        ("commas", "Which lights have less than 10 lumens?", ["Vega spot"]),
        ("commas", "lumens between 1000 and 1500", ["Nilo panel"]),
        ("slashes", "2000流明以上的灯有哪些", ["流光轨道灯", "星河吸顶灯"]),
        ("slashes", "哪些灯有4000K色温", ["流光轨道灯", "星河吸顶灯"]),
        ("slashes", "Which lamps have more than 2000 lumens?", ["流光轨道灯"]),
        ("thousands", "Which tanks hold 1450 litres or more?", ["Tank A", "Tank B"]),
        ("english", "Which T-shirts come in white?", ["Tromso T-shirt", "Oslo T-shirt"]),
        ("english", "Do you have T-shirts in size XL?", ["Tromso T-shirt", "Bergen T-shirt"]),
        ("english", "What is the cheapest T-shirt in size L?", ["Oslo T-shirt"]),
        ("english", "白色的T恤有哪些", ["Tromso T-shirt", "Oslo T-shirt"]),
        ("chinese", "红色的卫衣有哪些", ["云棉卫衣", "暮色卫衣"]),
        ("chinese", "最便宜的黑色卫衣", ["晨曦卫衣"]),
        ("chinese", "有XL码的卫衣吗", ["云棉卫衣"]),
        ("chinese", "Which hoodies are available in black?", ["晨曦卫衣", "云棉卫衣"]),
        ("chinese", "What is the cheapest red hoodie?", ["云棉卫衣"]),
        ("german", "Which bathrobes come in size M?", ["Bademantel Ole", "Bademantel Finn"]),
        ("german", "有L码的浴袍吗", ["Bademantel Finn", "Bademantel Jule"]),
        ("numbers", "Which shoes come in size 40?", ["Laufschuh Wind", "Laufschuh Sturm"]),
        ("numbers", "40码的鞋有哪些", ["Laufschuh Wind", "Laufschuh Sturm"]),
        ("numbers", "Which coolers run at 1800 rpm or more?", ["Arctic 36", "Fjord 9"]),
        ("truths", "Which headphones do not have noise cancelling?", ["Lyra Air", "Orso Go"]),
        ("truths", "Which headphones have noise cancelling?", ["Lyra Max"]),
        ("german", "What do you have in grey?", ["Bademantel Finn", "Bademantel Jule"]),
    ],
)
def test_a_condition_is_met_by_any_value(shops: dict[str, Asked], shop: str, query: str, names: list[str]) -> None:
    assert shops[shop].names(query) == names


@pytest.mark.parametrize(
    ("shop", "filters", "names"),
    [
        ("commas", {"Lumens": {"min": 2000, "max": 2100}}, {"Aldo bulb E27"}),
        ("slashes", {"光通量(lm)": {"min": 2300}}, {"流光轨道灯"}),
        ("english", {"Sizes": "XL"}, {"Bergen T-shirt", "Tromso T-shirt"}),
        ("english", {"Colour": ["White"]}, {"Oslo T-shirt", "Tromso T-shirt"}),
        ("chinese", {"颜色": "红"}, {"云棉卫衣", "暮色卫衣"}),
    ],
)
def test_a_callers_filter_is_met_by_any_value_too(
    shops: dict[str, Asked], shop: str, filters: dict[str, object], names: set[str]
) -> None:
    found = shops[shop].retriever.search("a", top_k=10, filters=filters).passages
    assert {passage.chunk.title for passage in found} == names


def test_what_has_several_values_is_left_out_of_the_highest_and_counted(shops: dict[str, Asked]) -> None:
    assert shops["slashes"].ask("光通量最高的灯").split("\n")[1:] == [
        "- 月影壁灯：光通量 800 lm，89 [1]",
        "另有 2 款商品的光通量无法比较，未计入。",
    ]
    assert (
        shops["commas"]
        .ask("Which has the highest lumens?")
        .endswith("3 products whose Lumens cannot be compared were left out.")
    )


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("Volt", "12 / 24 V", {"⟨1⟩ Volt [voltage]": 12.0, "⟨2⟩ Volt [voltage]": 24.0, "Volt [?]": 1.0}),
        ("Bottle", "330 / 500 ml", {"⟨1⟩ Bottle [volume]": 330.0, "⟨2⟩ Bottle [volume]": 500.0, "Bottle [?]": 1.0}),
        ("Bottle", "330 ml / 1 kg", {}),
        ("Note", "one / two", {}),
    ],
)  # fmt: skip
def test_measures_of_a_list(name: str, value: str, found: dict[str, float]) -> None:
    """Those of one kind alone; a unit behind the last is that of all."""
    assert measures({name: value}) == found


@pytest.mark.parametrize(
    ("text", "dimension"),
    [("4000 K", "colour temperature"), ("a 4K screen", ""), ("800 lm", "light"), ("800流明", "light"), ("3k", "")],
)
def test_units_of_light(text: str, dimension: str) -> None:
    """4K is no temperature, and k is a thousand."""
    assert [one.dimension for one in quantities(text, bare=True)][:1] in ([dimension], [])


def test_a_header_may_be_a_unit_and_nothing_else() -> None:
    """Where it is long enough not to be another word."""
    assert [found and found.dimension for found in map(column_unit, ("Lumens", "流明", "Litres", "W", "Size"))] == [
        "light",
        "light",
        "volume",
        None,
        None,
    ]


def test_pounds_are_money_in_a_shop_that_sells_for_them(tmp_path: Path) -> None:
    """Unless the question speaks of weight; they are a weight in another shop."""
    lines = ["SKU,Name,Weight,Price {0}", "A,Ida lamp,1 lb,19.00", "B,Ivo lamp,9 lb,39.00", "C,Una lamp,30 lb,9.00"]
    with Asked(tmp_path / "gb", {"lamps.csv": "\n".join(lines).format("GBP")}) as shop:
        assert sorted(shop.names("Which lamps are under 20 pounds?")) == ["Ida lamp", "Una lamp"]
        assert sorted(shop.names("lamps lighter than 20 pounds")) == ["Ida lamp", "Ivo lamp"]
    with Asked(tmp_path / "us", {"lamps.csv": "\n".join(lines).format("USD")}) as shop:
        assert sorted(shop.names("Which lamps are under 20 pounds?")) == ["Ida lamp", "Ivo lamp"]


def test_a_header_repeated_without_its_units_keeps_them(tmp_path: Path) -> None:
    """So that all products are compared in one currency."""
    head = ["型号", "品名", "功率", "零售价", "库存"]
    rows: list[list[object]] = [
        head,
        ["", "", "W", "元/台", "台"],
        ["一、取暖系列", "", "", "", ""],
        ["Q-1", "油汀取暖器", 2000, 399, 20],
        ["Q-3", "小太阳取暖器", 900, 89, 55],
        ["二、加湿系列", "", "", "", ""],
        head,
        ["J-1", "无雾加湿器", 30, 279, 16],
        ["J-2", "桌面加湿器", 25, 69, 120],
    ]
    with Asked(tmp_path, {"价目.xlsx": {"冬季": rows}}) as shop:
        assert shop.names("最便宜的是哪款？") == ["桌面加湿器"]
        assert "30 W" in shop.ask("无雾加湿器的功率是多少？")


def test_a_price_list_in_a_document_is_counted_and_filtered(tmp_path: Path) -> None:
    """As rows of a sheet are: named, listed under a bound, told by a SKU alone."""
    page = "# Primed rails\n\n| Code | Profile | Length | Price GBP |\n|---|---|---|---|\n" + "\n".join(
        f"| WX-{n} | Wexcombe dado rail {n} mm | 2.4 m | {n / 4:.2f} |" for n in (45, 70, 95, 120)
    )
    with Asked(tmp_path, {"rails.md": page}) as shop:
        assert "23.75 GBP" in shop.ask("How much is WX-95?")
        assert sorted(shop.names("Which dado rails are under 20 GBP?")) == [
            "Wexcombe dado rail 45 mm",
            "Wexcombe dado rail 70 mm",
        ]
        assert "2.4 m" in shop.ask("What is the length of WX-120?")
