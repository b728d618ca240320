"""The keyword index's terms: the same thing written in many ways shares a term, and different things do not."""

from __future__ import annotations

import hashlib

import pytest

from index.text.analysis import VERSION, is_bilingual, is_chinese, terms


@pytest.mark.parametrize("asked", ["k200eu", "K-200", "K 200", "k200", "K-200/EU", "Ｋ２００", "K‑200/EU"])
def test_a_model_number_is_found_however_it_is_typed(asked: str) -> None:
    """Whole, in parts, in two words, with other dashes and in wide letters; what is shared is no mere number."""
    shared = set(terms("Kettle K-200/EU, steel")) & set(terms(asked))
    assert shared & {"k200", "k200eu"}


def test_a_model_number_gives_its_whole_its_parts_and_its_beginnings() -> None:
    """Every part stands alone, and every beginning that ends with a number."""
    assert terms("K-200/EU") == ["k", "200", "eu", "k200eu", "k200"]
    assert terms("XR500") == ["xr500", "500"]
    assert "iphon" in terms("iPhone15")
    assert "iphon" in terms("iphone 15")


def test_other_model_numbers_share_no_whole() -> None:
    """K-210 and RK200 are other things than K-200."""
    assert set(terms("K-200")) & set(terms("K-210")) == {"k"}
    assert set(terms("K200")) & set(terms("RK200")) == {"200"}


@pytest.mark.parametrize("written", ["1,7 L", "1.7 litre", "1700 ml", "1.7升", "1.7公升", "1.7L"])
def test_a_quantity_is_one_term_in_every_unit_and_language(written: str) -> None:
    """In its base unit."""
    assert terms(written).count("volume=1700") == 1


def test_the_plain_number_stays_beside_the_quantity() -> None:
    """Decimal commas and thousands are read; months and money have their dimension."""
    assert "1.7" in terms("1,7 L")
    assert "1.7" in terms("1.7升")
    assert {"1299", "money:EUR=1299"} <= set(terms("€1,299.00"))
    assert {"24", "months=24"} <= set(terms("24 months"))
    assert "months=24" in terms("保修兩年")
    assert terms("1, 2, 3") == ["1", "2", "3"]


def test_a_range_gives_both_its_ends_the_unit() -> None:
    """50-100 W is from 50 W to 100 W."""
    assert {"power=50", "power=100"} <= set(terms("50–100 W"))


def test_english_is_stemmed_and_without_stop_words_and_accents() -> None:
    """Plurals, forms and hyphens meet."""
    assert terms("The kettle's lids are boiling") == ["kettl", "lid", "boil"]
    assert set(terms("wifi")) <= set(terms("Wi-Fi"))
    assert terms("Café CRÈME") == terms("cafe creme") == ["cafe", "creme"]
    assert terms("What is it for?") == []


def test_chinese_is_taken_in_pairs_and_characters() -> None:
    """Pairs that any question has and particles alone give nothing."""
    assert terms("电热水壶") == ["电热", "热水", "水壶", "电", "热", "水", "壶"]
    assert terms("多少") == ["多", "少"]
    assert terms("壶的") == ["壶的", "壶"]


def test_traditional_script_is_folded() -> None:
    """Character by character, in passages and questions alike."""
    assert terms("電熱水壺質保") == terms("电热水壶质保")


def test_latin_words_and_numbers_inside_chinese_are_terms() -> None:
    """Mixed sheets are the rule."""
    found = terms("支持Bluetooth5.3的RC40电饭煲,功率860W")
    assert {"bluetooth5.3", "rc40", "power=860", "电饭"} <= set(found)


def test_a_term_comes_as_often_as_it_stands() -> None:
    """Term frequencies are counted by the caller."""
    assert terms("steel steel STEEL") == ["steel"] * 3


def test_the_version_belongs_to_these_terms() -> None:
    """Where this fails, texts give other terms than before: raise `VERSION`, so that keyword files are made anew."""
    text = "K-200/EU 电熱水壶 1,7 L, €1,299.00, Power (W): 2200, stain-proof lids; 質保兩年 MQ4-90X/12.5 Ω ½ naïve 第３"
    digest = hashlib.sha256("\n".join(terms(text)).encode()).hexdigest()[:16]
    assert (VERSION, digest) == ("3", "6017abcea744e8e4")


@pytest.mark.parametrize(
    ("text", "chinese", "bilingual"),
    [
        (
            "货号 SKU: 77 名称 Name: Kettle lid with knob 壶盖 适用 Fits: Orvane K200, K210 and all of their sisters",
            False,
            True,
        ),
        (
            "货号: SM-2401\n品名: 穗沫 D12 免滤豆浆机\n品牌: 穗沫\n容量: 1.2 L\n备注: 干豆、湿豆两种程序，USB-C 充电。",
            True,
            False,
        ),
        (
            "SKU: PK-1006\nProduct: glass tea kettle\nRemarks: the tea 茶 is brewed in a basket of stainless steel",
            False,
            False,
        ),
        ("壶盖 Lid", True, False),
        (
            "破壁机的杯体带有电气接头，请勿放入洗碗机，也不要用水冲洗主机；杯盖、量杯塞和搅拌棒可以放在洗碗机的上层。",
            True,
            False,
        ),
    ],
)
def test_a_text_in_both_languages_is_told_from_one_with_names(text: str, chinese: bool, bilingual: bool) -> None:
    """A price list that names everything twice; not a Chinese row with model numbers, nor an English with a word."""
    assert (is_chinese(text), is_bilingual(text)) == (chinese, bilingual)
