"""Fields: what is asked, and what counts as stating it."""

import pytest

from answer.evidence import EvidenceSelector, states
from answer.fields import asked_fields
from index.chunk import Chunk, Locator
from ingest.private import is_private
from ingest.roles import field_of, price_of_header
from retriever.passage import Passage
from tests.answer.test_answerer import BagEmbedder
from tests.rows import cells_of


def row(text: str, title: str = "K200 kettle") -> Passage:
    """A product's row, as it is read."""
    cells = cells_of(text)
    text = "\n".join(cell.line for cell in cells)
    return Passage(Chunk(text, "prices.csv", 0, text, title, locator=Locator(row=2), cells=cells), 0.9, 0.9)


def page(text: str, title: str = "", document: str = "manual.pdf") -> Passage:
    """A passage of a document."""
    return Passage(Chunk(text, document, 0, text, title), 0.9, 0.9)


WATTS = row("Name: K200 kettle\nPower: 2200 W")


@pytest.mark.parametrize("query", ["How many decibels is the K200?", "K200 有多少分贝？"])
def test_a_measure_that_no_passage_holds_is_not_stated(query: str) -> None:
    """Watts do not answer decibels, and neither do another product's decibels, by row or by manual."""
    assert not states(query, [WATTS])
    assert not states(query, [WATTS, row("Noise: 62 dB", "K210"), page("Noise: 62 dB", document="k210-manual.pdf")])
    assert not states(query, [WATTS, page("The K210 is 4 dB quieter.", "Choosing a kettle")])


@pytest.mark.parametrize("query", ["How many decibels is the K200?", "K200 有多少分贝？"])
@pytest.mark.parametrize(
    "other",
    [
        page("It reaches 55dB在一米处", "K200 manual"),
        page("Sound: 55 dB(A).", document="K200-manual.pdf"),
        page("All kettles: below 55 dB.", "Kettles"),
    ],
)
def test_a_passage_about_the_product_may_state_it(query: str, other: Passage) -> None:
    """By its title, by its file's name, or because it is about no single product."""
    assert states(query, [WATTS, other])


def test_what_a_question_refers_back_to_names_the_product() -> None:
    """ "How loud is it?" after a question about the K200 is not answered from the K210's row."""
    shelf = [WATTS, row("Noise: 62 dB", "K210")]
    assert states("How loud is it?", shelf)
    assert not states("How loud is it?", shelf, "Is the K200 red?\nHow loud is it?")


def test_other_questions_are_unaffected() -> None:
    """No measured field asked, or one of two stated."""
    assert states("Does the K200 have a lid?", [WATTS])
    assert states("K200 是什么颜色？", [WATTS])
    assert states("How many watts and decibels does the K200 have?", [WATTS])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("how heavy is it", "1.2 kg"),
        ("How much does it weigh?", "It comes to 850 grams."),
        ("多重", "1.2 千克"),
        ("有多重？", "净含1.2kg带包装"),
        ("容量", "1.7升"),
        ("容量多少", "1.7L大容量"),
        ("洗衣机容量多大", "8 公斤滚筒"),
        ("电池容量多少", "5000mAh锂电"),
        ("What is the capacity of the drive?", "512 GB"),
        ("尺寸是多少", "30 x 20 x 10 cm"),
        ("What are the dimensions?", "30*20*10"),
        ("How big is it?", '5.5"'),
        ("How tall is it?", "1.8 metres"),
        ("How wide is it?", "12 in."),
        ("多少钱", "¥199"),
        ("price?", "199 yuan"),
        ("运费多少钱", "满 99 包邮"),
        ("退货运费多少钱", "无理由退货由顾客承担。"),
        ("What does a return cost?", "Returns are free of charge."),
        ("Who covers the return costs?", "The customer pays the postage."),
        ("保修多久", "两年服务"),
        ("warranty", "两年质保"),
        ("What is the warranty?", "24-month cover"),
        ("Does the warranty cover rust?", "Rust is not covered."),
        ("power", "2.2 kW"),
        ("功率多少", "2200W电热水壶"),
        ("多少瓦", "2.2千瓦"),
        ("How powerful is the suction?", "20 kPa"),
        ("What voltage?", "220V交流"),
        ("How loud is it?", "55dB以下"),
        ("声音很大怎么办", "出现异响时请断电。"),
    ],
)
def test_plain_statements_count(query: str, text: str) -> None:
    """However a shop writes it, a stated measure is not refused."""
    assert states(query, [page(text)])


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("how heavy is it", "It draws 2200 W and holds 1.7 l."),
        ("多少钱", "重 1.2 千克，2200 瓦。"),
        (
            "How much does the board cost?",
            "Its low cost and cost-effective chip suit you; charge it, feel free to ask.",
        ),
        ("这块板子多少钱？", "用户可移除元器件，更费时，但不费力。"),
        ("功率多少", "加热到 100 度，安全可靠。"),
        ("声音大吗", "影响不大，响应快。"),
        ("What size is it?", "I'm sure it's red; 2 kg."),
        ("What size is it?", "Repaired within 6 in most cases.\n1\nIn short: red."),
        ("容量多少", "红色，2200W。"),
        ("warranty?", "It is red, 2200 W."),
    ],
)
def test_other_measures_do_not_count(query: str, text: str) -> None:
    """Near misses: another unit, or a common word that has a unit's sign in it."""
    assert not states(query, [page(text)])


@pytest.mark.parametrize(
    "query",
    [
        "How long does delivery take?",
        "多长时间发货？",
        "适合多大的孩子？",
        "水温多高？",
        "Can it measure humidity?",
        "Should I hold the button?",
        "Is it heavy-duty?",
        "How high can the temperature go?",
        "这款电压力锅好用吗？",
    ],
)
def test_words_of_other_meanings_ask_for_no_field(query: str) -> None:
    """A time, an age or a temperature is no size; such a question is never refused for want of centimetres."""
    assert asked_fields(query) == ()


@pytest.mark.parametrize(
    ("query", "name", "told", "other"),
    [
        ("How long is the cord of the S17?", "cord", "A cord of 0.75 m is enclosed.", "It is 30 cm tall."),
        ("电源线有多长", "cord", "电源线长 1.2 米。", "高 30 厘米。"),
        (
            "When will you have it back in stock?",
            "arrival",
            "Next delivery in April 2027.",
            "Delivered within two days.",
        ),
        ("什么时候到货", "arrival", "预计 12 月中旬到货。", "满 99 元包邮。"),
    ],
)
def test_a_field_without_a_measure_is_told_in_words(query: str, name: str, told: str, other: str) -> None:
    """The length of a cord is no other length, and the next delivery of a product not that of a parcel."""
    (field,) = (field for field in asked_fields(query) if field.name == name)
    assert field.measured_in(told)
    assert not field.measured_in(other)


def test_a_telephone_number_has_digits() -> None:
    """Telephones are named in many texts; other numbers than theirs say nothing."""
    assert states("What is your phone number?", [page("Call us: +49 30 1234567.")])
    assert states("你们的电话是多少", [page("客服热线：400-123-4567")])
    assert not states("What is your phone number?", [page("Maps stay in your phone for 30 days. Part 004502.")])


def test_the_size_of_a_room_is_no_size_of_the_product() -> None:
    """ "Room size (m²)" is another column than the product's size."""
    assert field_of("Room size (m²)") == ""
    assert field_of("Size of the box") == field_of("尺寸")


@pytest.mark.parametrize(
    "header", ["StandardCost", "standard_cost", "Cost price", "Purchase price", "成本价", "进货价格"]
)
def test_what_the_shop_pays_is_no_price(header: str) -> None:
    """A customer who asks for the price is told the other column, wherever it stands, and never this one."""
    bike = row(f"name: Trail 200\n{header}: 1251.98\nListPrice: 2294.99", "Trail 200")
    evidence = EvidenceSelector(BagEmbedder()).select("How much is the Trail 200?", [bike])
    assert evidence[0].unit.text == "ListPrice: 2294.99"
    assert [item.unit.text for item in evidence if "1251.98" in item.unit.text] == []


@pytest.mark.parametrize("header", ["ListPrice", "Unit price", "售价", "Shipping cost"])
def test_what_a_customer_pays_is(header: str) -> None:
    """Prices and charges by their usual names."""
    assert price_of_header(header) is not None
    assert not is_private(header)
