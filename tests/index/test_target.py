"""What is meant by a withdrawal: exact names, other spellings of the same path, and misses, which are errors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database.withdrawals import release, withdraw, withdrawals
from index.errors import NotFound
from index.keeping.target import ever_matched, find_standing, find_target
from tests.index.test_audit import Shop

CAFE = unicodedata.normalize("NFC", "anleitungen/Café Größe.md")
KITCHEN = "说明书/电热水壶.md"
FILES = {
    "manuals/stove.md": "# Stove\n\nNever leave the stove alone for more than four hours.\n",
    "manuals/old/stove.md": "# Old stove\n\nThe old stove is lit by hand.\n",
    "manuals/Oven Guide.md": "# Oven\n\nThe oven bakes at 230 degrees.\n",
    "returns.md": "# Returns\n\nThirty days.\n",
    CAFE: "# Mühle\n\nDie Mühle mahlt fein.\n",
    KITCHEN: "# 水壶\n\n水壶可以烧一升水。\n",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("targets"))
    for path, text in FILES.items():
        (shop.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (shop.folder / path).write_text(text, encoding="utf-8")
    shop.write([("ST-210/EU", "Pellet stove", "Ofra", "990"), ("ST-310/EU", "Log stove", "Ofra", "690")], "stoves.csv")
    shop.night()
    other = shop.folder.parent / "spares"
    other.mkdir()
    (other / "grate.md").write_text("# Grate\n\nThe grate is of cast iron.\n", encoding="utf-8")
    shop.night("spares", other)
    yield shop
    shop.store.close()


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("manuals/stove.md", "document", "manuals/stove.md"),
        ("./manuals/stove.md", "document", "manuals/stove.md"),
        ("././manuals//stove.md", "document", "manuals/stove.md"),
        ("manuals\\stove.md", "document", "manuals/stove.md"),
        (".\\manuals\\old\\stove.md", "document", "manuals/old/stove.md"),
        ("manuals/old/../stove.md", "document", "manuals/stove.md"),
        (" returns.md ", "document", "returns.md"),
        (CAFE, "document", CAFE),
        (unicodedata.normalize("NFD", CAFE), "document", CAFE),
        (KITCHEN.replace("/", "\\"), "document", KITCHEN),
        ("ST-210/EU", "sku", "ST-210/EU"),
        ("st-210/eu", "sku", "st-210/eu"),
        ("ＳＴ-210/EU", "sku", "ＳＴ-210/EU"),
        ("stoves.csv", "document", "stoves.csv"),
    ],
)
def test_what_is_there_is_found_by_any_spelling_of_it(shop: Shop, written: str, kind: str, name: str) -> None:
    """A path in another form, a SKU in another case or width: the one thing that is meant, and that it is stored."""
    target = find_target(shop.store, [written])
    assert (target.kind, target.name, target.stored > 0) == (kind, name, True)


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("stove.md", ["manuals/stove.md", "manuals/old/stove.md"]),
        ("old/stove.md", ["manuals/old/stove.md"]),
        ("manuals/Stove.md", ["manuals/stove.md"]),
        ("MANUALS/STOVE.MD", ["manuals/stove.md"]),
        ("Returns.md", ["returns.md"]),
        ("manuals/stove", ["manuals/stove.md"]),
        ("manuals", ["manuals/stove.md"]),
        ("retruns.md", ["returns.md"]),
        ("returns.pdf", ["returns.md"]),
        ("Cafe Grosse.md", [CAFE]),
        ("电热水壶", [KITCHEN]),
        ("说明书/电热水壺.md", [KITCHEN]),
        ("ST-210", ["ST-210/EU"]),
        ("ST210EU", ["ST-210/EU"]),
        ("ST-120/EU", ["ST-210/EU"]),
        ("pellet stove", ["ST-210/EU"]),
    ],
)
def test_what_misses_is_an_error_that_offers_the_nearest(shop: Shop, written: str, offered: list[str]) -> None:
    """A part of a path, a wrong case, a slip of the hand, a bare name: nothing is taken, and the nearest is told."""
    with pytest.raises(NotFound, match=f"is called “{written}”") as raised:
        find_target(shop.store, [written])
    assert [name for name in offered if f"“{name}”" not in str(raised.value)] == []


@pytest.mark.parametrize("written", ["ZZ-9", "zebra.docx", "冰箱", "../../etc/passwd", "", "  ", "%", "'; --"])
def test_what_nothing_is_like_is_an_error_all_the_same(shop: Shop, written: str) -> None:
    """There is nothing to offer."""
    with pytest.raises(NotFound, match="nothing is withdrawn by it"):
        find_target(shop.store, [written])


def test_a_file_may_be_named_by_where_it_lies(shop: Shop) -> None:
    """By its absolute path, whatever the folder is called; a file elsewhere of the same name is not meant."""
    assert find_target(shop.store, ["stove.md", str(shop.folder / "manuals" / "stove.md")]).name == "manuals/stove.md"
    assert find_target(shop.store, [str(shop.folder / "returns.md")]).respelled
    with pytest.raises(NotFound):
        find_target(shop.store, ["stove.md", str(shop.folder.parent / "stove.md")])


def test_a_collection_that_has_it_not_says_which_has(shop: Shop) -> None:
    """A withdrawal in one collection alone must match there."""
    spares = shop.store.collections()["spares"][0]
    assert find_target(shop.store, ["grate.md"], spares).name == "grate.md"
    with pytest.raises(NotFound, match="collection default has it"):
        find_target(shop.store, ["ST-210/EU"], spares)
    with pytest.raises(NotFound, match="in this collection"):
        find_target(shop.store, ["pump.md"], spares)


def test_what_stands_withdrawn_is_found_again(shop: Shop) -> None:
    """A release may spell it otherwise, too; what is not withdrawn is not found; a withdrawal that never matched
    anything is told from one that did."""
    engine = shop.store.engine
    assert find_standing(shop.store, ["returns.md"]) is None
    withdraw(engine, "document", CAFE, by="test")
    withdraw(engine, "sku", "ST-210/EU", by="test", collection_id=1)
    withdraw(engine, "sku", "stove.md", by="test")
    for written in (unicodedata.normalize("NFD", CAFE), f"./{CAFE}", str(shop.folder / CAFE)):
        found = find_standing(shop.store, [written])
        assert found is not None
        assert (found.kind, found.name) == ("document", CAFE)
    assert find_standing(shop.store, ["st-210/eu"], 1) is not None
    assert find_standing(shop.store, ["st-210/eu"], 2) is None
    assert [ever_matched(shop.store, one) for one in withdrawals(engine)] == [True, True, False]
    for one in withdrawals(engine):
        release(engine, one.kind, one.written)
    assert find_standing(shop.store, [CAFE]) is None


def test_two_files_that_look_the_same_are_never_guessed_between(tmp_path: Path) -> None:
    """One name in both Unicode forms: the typed form takes its own, a third spelling takes neither."""
    shop = Shop(tmp_path)
    for form in ("NFC", "NFD"):
        (shop.folder / unicodedata.normalize(form, "Übung é.md")).write_text(f"# {form}\n\nText.\n", encoding="utf-8")
    if len(list(shop.folder.iterdir())) < 2:
        pytest.skip("this file system takes both for one")
    shop.night()
    decomposed = unicodedata.normalize("NFD", "Übung é.md")
    assert find_target(shop.store, [decomposed]).name == decomposed
    with pytest.raises(NotFound, match="did you mean"):
        find_target(shop.store, [unicodedata.normalize("NFD", "Übung ") + "é.md"])
    shop.store.close()
