"""Products with names in several languages, or under headers nobody knows: found by each, told in the asker's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer.lookup import is_of_it_alone
from answer.names import in_form, spellings
from index.cell import Cell
from index.chunk import Chunk
from ingest.columns import Columns
from tests.asked import Asked

TWO = """货号,品名,Name,类别,Category,价格,库存
L-1,北辰落地灯,Beichen floor lamp,灯具,Lamps,299,5
L-2,微光台灯,Weiguang desk lamp,灯具,Lamps,89,9
L-3,暖屋吊灯,Nuanwu pendant,灯具,Lamps,459,0
C-1,云栖餐椅,Yunqi dining chair,椅子,Chairs,199,12
"""
THREE = """Artikelnr.;Bezeichnung;Description;品名;Warengruppe;Category;VK brutto
1001;Stehlampe Aldo;Aldo floor lamp;阿尔多落地灯;Lampen;Lamps;129,00 €
1002;Tischlampe Mira;Mira table lamp;米拉台灯;Lampen;Lamps;49,90 €
1003;Wandregal Nora;Nora wall shelf;诺拉壁架;Regale;Shelves;79,00 €
"""
MERGED = """SKU,名称 / Name,类别 / Category,Price EUR
T-1,保温杯 Vacuum flask 500 ml,杯子 / Cups,12.90
T-2,马克杯 Stoneware mug 350 ml,杯子 / Cups,7.50
T-3,茶壶 Teapot 1 L,茶具 / Tea ware,24.00
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("two"), {"list.csv": TWO}) as shop:
        yield shop


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("three"), {"liste.csv": THREE}) as shop:
        yield shop


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("merged"), {"list.csv": MERGED}) as shop:
        yield shop


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("What is the cheapest lamp?", ["Weiguang desk lamp"]),
        ("最便宜的灯是哪款？", ["微光台灯"]),
        ("How many lamps do you have?", ["Weiguang desk lamp", "Beichen floor lamp", "Nuanwu pendant"]),
        ("有几款灯", ["微光台灯", "北辰落地灯", "暖屋吊灯"]),
        ("Which categories do you have?", ["Lamps", "Chairs"]),
        ("有哪些类别？", ["灯具", "椅子"]),
    ],
)
def test_the_same_rows_are_told_by_the_names_of_the_askers_language(two: Asked, query: str, names: list[str]) -> None:
    assert two.names(query) == names


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("How much is the Mira table lamp?", "Mira table lamp is 49,90 €"),
        ("Was kostet die Tischlampe Mira?", "49,90 €"),
        ("米拉台灯多少钱", "米拉台灯：49,90 €"),
        ("How much is the Nora wall shelf?", "Nora wall shelf is 79,00 €"),
        ("最便宜的灯", "米拉台灯：49,90 €"),
        ("What is the cheapest lamp?", "Mira table lamp: 49,90 €"),
    ],
)
def test_a_product_is_found_by_any_of_three_names(three: Asked, query: str, told: str) -> None:
    """Two of them stand in columns that are not the row's best name."""
    assert told in three.ask(query)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("How much is the stoneware mug?", "Stoneware mug 350 ml is 7.50 EUR"),
        ("马克杯多少钱？", "马克杯：7.50 EUR"),
        ("Which is the cheapest cup?", "Stoneware mug 350 ml: 7.50 EUR"),
        ("最便宜的杯子", "马克杯：7.50 EUR"),
        ("How much is the teapot?", "24.00 EUR"),
    ],
)
def test_a_name_in_two_languages_is_told_by_its_half(merged: Asked, query: str, told: str) -> None:
    assert told in merged.ask(query)


def named(table: str, sep: str = ",") -> list[tuple[str, str]]:
    """The columns of names of a table, and their languages."""
    header, *rows = [line.split(sep) for line in table.split("\n")]
    return [(column.header, column.kind) for column in Columns(header, sample=rows).columns if column.tag == "name"]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("Item No,Item,MSRP\nA1,Fenn stool,49.00\nA2,Odda bench,120.00", [("Item", "en")]),
        ("款号,款名,吊牌价\nG1,雾蓝披肩,259\nG2,霜白围巾,99", [("款名", "zh")]),
        ("货品,到手价\n青石香炉,68\n松木托盘,39", [("货品", "zh")]),
        ("ref,designation,UVP inkl. MwSt\nE1,Korb Ida,22.90\nE2,Korb Eva,29.90", [("designation", "en")]),
        ("Brand,Colour,Thing,Price\nAcme,red,Fenn stool,4.00\nAcme,blue,Odda bench,5.00", [("Thing", "en")]),
        (
            "name_de,name_en,name_zh,price\nLampe Ida,Ida lamp,艾达灯,9",
            [("name_de", "de"), ("name_en", "en"), ("name_zh", "zh")],
        ),
        (
            "Name (DE),Name (EN),Preis\nLampe Ida,Ida lamp,9\nLampe Eva,Eva lamp,8",
            [("Name (DE)", "de"), ("Name (EN)", "en")],
        ),
        ("英文品名,中文品名,价格\nIda lamp,艾达灯,9\nEva lamp,伊娃灯,8", [("英文品名", "en"), ("中文品名", "zh")]),
        ("Désignation,Prix TTC\nLampe Ida,9\nLampe Eva,8", [("Désignation", "fr")]),
        ("Produkt,Beschreibung,Preis\nLampe Ida,Warmweiß dimmbar,19\nLampe Eva,Kaltweiß,29", [("Produkt", "de")]),
        ("品名,描述,价格\n艾达灯,暖光可调,19\n伊娃灯,冷光,29", [("品名", "zh")]),
        ("Name,Description,Price\nIda lamp,Warm and dimmable,19\nEva lamp,Cold,29", [("Name", "en")]),
        ("型号,价格\nX-100,19\nX-200,29", []),
        ("Question,Answer\nHow do I clean it?,With water", []),
    ],
)  # fmt: skip
def test_columns_of_names(table: str, names: list[tuple[str, str]]) -> None:
    """Each is told its language; what is described in the name's language, and a code, is no name."""
    assert named(table) == names


def test_models_that_are_words_are_names_too() -> None:
    """In a list without names; they stay what their column is."""
    row = Columns(["型号", "价格"], sample=[["云图 V27", "1299"], ["星河 X32", "2599"]]).row(["云图 V27", "1299"])
    assert (row.attributes["sku"], row.attributes["name"], row.attributes["price"]) == ("云图 V27", "云图 V27", 1299.0)


def test_halves_are_of_a_column_in_two_languages_alone() -> None:
    """A brand in Latin letters before a Chinese word is a part of the name."""
    one, two = Cell("品名", "Nordhem 电热水壶", "name"), Cell("Name 名称", "Desk lamp / 台灯", "name")
    assert (spellings(one), spellings(two)) == (("Nordhem 电热水壶",), ("Desk lamp / 台灯", "台灯", "Desk lamp"))
    assert (in_form([one], "name", "en"), in_form([two], "name", "zh")) == (None, (two, "台灯"))


PRICED = {
    "a.csv": "Item No,Item,MSRP\nA1,Fenn stool,49.00\nA2,Odda bench,120.00\n",
    "b.csv": "Art.-Nr.;Artikelbezeichnung;EVP\nB1;Hocker Tessa;39,00 €\nB2;Bank Liv;99,00 €\n",
    "c.csv": "编号,名称,门店价\nC1,云杉凳,88\nC2,白桦桌,399\n",
    "d.csv": "ref,designation,UVP inkl. MwSt\nE1,Korb Ida,22.90\n",
    "e.csv": "SKU,Title,Amount (GBP)\nF1,Moss blanket,35.00\n",
    "f.csv": "款号,款名,吊牌价\nG1,雾蓝披肩,259\n",
    "g.csv": "Artikel;Verkaufspreis brutto\nTeppich Runa;249,00\n",
    "h.csv": "货品,到手价\n青石香炉,68\n",
    "i.csv": "Product;Our price;Was\nWren pillow;18.00;25.00\n",
    "k.csv": "品名,零售价,会员价\n墨竹砚台,面议,面议\n山栗书架,1180元,1080元\n",
    "l.csv": "Name,Our price,Was,Trade\nRidge tent,189.00,229.00,132.00\n",
    "j.csv": "Ware;Rate\nSlate tray;14.00\nSlate bowl;11.00\n",
}


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with Asked(tmp_path_factory.mktemp("priced"), PRICED) as shop:
        yield shop


@pytest.mark.parametrize(
    ("query", "price"),
    [
        ("How much is the Fenn stool?", "49.00"),
        ("Fenn stool多少钱？", "49.00"),
        ("Was kostet der Hocker Tessa?", "39,00 €"),
        ("Wie teuer ist die Bank Liv?", "99,00 €"),
        ("云杉凳多少钱", "88"),
        ("How much is Korb Ida?", "22.90"),
        ("How much is the Moss blanket?", "35.00 GBP"),
        ("雾蓝披肩多少钱", "259"),
        ("Was kostet Teppich Runa?", "249,00"),
        ("青石香炉多少钱", "68"),
        ("How much is the Wren pillow?", "18.00"),
        ("What does the Slate tray go for?", "14.00"),
        ("墨竹砚台多少钱？", "面议"),
        ("山栗书架的会员价是多少", "会员价"),
        ("What was the Ridge tent before?", "229.00"),
        ("Ridge tent多少钱", "189.00"),
    ],
)
def test_how_much_knows_every_header_of_a_price(priced: Asked, query: str, price: str) -> None:
    assert price in priced.ask(query)


@pytest.mark.parametrize(
    ("query", "is_so"),
    [
        ("How much is the garden hose?", True),
        ("What does the hose for the garden cost?", True),
        ("How much is a garden gnome?", False),
        ("How much is the hose?", False),
        ("How much is the garden hose reel?", False),
        ("花园水管多少钱", False),
    ],
)
def test_a_question_that_says_nothing_but_words_of_a_name(query: str, is_so: bool) -> None:
    """Sizes at the name's end need not be said."""
    cells = Columns(["Name", "Price"]).row(["Garden hose 25 m", "24.00"]).cells
    assert is_of_it_alone(query, Chunk("1", "a.csv", 0, "", "Garden hose 25 m", cells=cells)) is is_so
