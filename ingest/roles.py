"""What a column is by its header: its role, and of a price which one. The words are the lexicon's.

A header is compared as a person reads it: case, spaces, underscores, camel case, a unit in parentheses and traditional
characters do not matter. It sees headers alone; `ingest.columns` sees the cells too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from index.lexicon import either, folded, pattern, sections, words
from index.text.currencies import currency_of, marks
from index.text.price_kinds import kind_of

TYPED = ("sku", "name", "brand", "category", "currency", "price", "stock", "valid_from", "valid_to")
"""Roles with a typed attribute of their own."""
BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]\s*$")
PERIOD = ("sale_from", "sale_to", "sale_days")
"""Roles of the columns that say when a sale price holds."""
STANDING = {
    "sale": 0, "": 1, "regular": 2, "list": 3, "qualified": 4, "recommended": 5, "unit": 6, "pack": 6, "old": 7,
    "member": 8, "wholesale": 9, "break": 10, "rental": 11,
}  # fmt: skip
"""Kinds of price that may be the price itself, the best first; of the kinds that are left out none ever is."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Which price a header names: its `kind` ("" is the price itself), and its tax ("included", "excluded", "")."""

    kind: str
    tax: str = ""


@cache
def ranks() -> dict[str, tuple[str, int]]:
    """Header, as `plain_header` gives it -> (role, rank); rank 0 is the best word for the role."""
    return {
        spelling: (role, rank)
        for columns in sections("columns").values()
        for role, lists in columns.items()
        for rank, spellings in enumerate(lists)
        for spelling in spellings
    }


@lru_cache(4096)
def plain_header(header: str) -> str:
    """A header as a person reads it: `Item_No.` -> `item no`, `ListPrice` -> `list price`, `价格(元)` -> `价格`."""
    text = unicodedata.normalize("NFKC", header).strip()
    text = re.sub(r"[(\[【{][^)\]】}]*[)\]】}]", " ", text) if not re.fullmatch(r"[(\[【{].*", text) else text
    text = re.sub(r"(?<=[a-z])(?=ID\b)", " ", _uncamelled(text))
    text = folded(re.sub(r"[\s_\-.:：/|*]+", " ", text).strip().casefold())
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    if text in ranks() or text in words("heads", "words"):
        return text
    for shorter in (re.sub(rf" ?(?:{marks()})$|^(?:g|product|item|variant) ", "", text), without_language(text)):
        if shorter != text and shorter in ranks():
            return shorter
    han = re.sub(r"[^\u4e00-\u9fff]+", "", text)
    if han and han != text and han in ranks() and re.sub(r"[\u4e00-\u9fff]+", "", text).strip() in ranks():
        return han  # "品名 Name"
    return text


def is_known(header: str) -> bool:
    """Whether the text is a word that heads a common column."""
    plain = plain_header(header)
    return plain in words("heads", "words") or has_role(header)


def has_role(header: str) -> bool:
    """Whether the text heads one of the typed columns."""
    return plain_header(header) in ranks() or price_of_header(header) is not None or period_of(header) != ""


def _uncamelled(text: str) -> str:
    """`ListPrice` as two words, but a word that is spelled so itself ("MwSt") as one."""
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", _spelled_so().sub(lambda found: found[0].casefold(), text))


@cache
def _spelled_so() -> re.Pattern[str]:
    return re.compile(either(word for word in words("amounts", "tax") if re.search("[a-z][A-Z]", word)))


def without_language(plain: str) -> str:
    """A plain header without the language that it names at its end or its beginning: "name de" is "name"."""
    return _tongue().sub("", plain)


@cache
def _tongue() -> re.Pattern[str]:
    said = (some for table in sections("languages").values() for some in table.values())
    named = either(word.casefold() for some in said for word in some)
    return re.compile(rf" {named}$|^{named} ")


@lru_cache(4096)
def period_of(header: str) -> str:
    """The role of a header of the days of a sale ("sale price from", 促销截止日期), one of `PERIOD`; "" of any other.

    The header of a price may read as one ("sale from 10 pcs"): its cells decide.
    """
    text = spoken(header)
    if not pattern("periods", "sale").search(text):
        return ""
    ways = (("begin", "sale_from"), ("end", "sale_to"), ("days", "sale_days"))
    return next((role for part, role in ways if pattern("periods", part).search(text)), "")


@lru_cache(4096)
def price_of_header(header: str) -> Priced | None:
    """Which price a header names, or None where it names none.

    A header names a price by a price word ("Price EUR", 会员价), by a word that stands for one ("RRP", 押金), or by a
    currency ("Handling EUR"). Its path is read as one: "价格 / 含税 / 零售" is a regular price, tax included.
    """
    plain = plain_header(header)
    role = ranks().get(plain, ("", 0))[0]
    if role and role != "price":
        return None
    text = spoken(header)
    tax = next((which for which in ("excluded", "included") if pattern("prices", which).search(text)), "")
    bare = without_currency(text)
    if not bare:
        return Priced("", tax) if currency_of(header) else None
    if bare in words("prices", "plain") or (role and plain == bare and not kind_of(bare)):
        return Priced("", tax)
    if not tax and pattern("prices", "never").search(bare):
        return None
    unit = BRACKETS.search(header)
    kind, named = kind_of(bare), bool((unit and currency_of(unit[1])) or _code().search(text))
    if _price_word().search(bare):
        return Priced(kind or ("" if _is_bare_price(bare) else "qualified"), tax)
    if {bare, untaxed(bare)} & {*words("prices", "alone")} or pattern("prices", "spoken").fullmatch(bare):
        return Priced(kind, tax)
    if bare in words("prices", "amounts"):
        return Priced("", tax) if named else None
    return Priced(kind or "fee", tax) if named else None


@cache
def _code() -> re.Pattern[str]:
    return re.compile(marks(), re.IGNORECASE)


def spoken(header: str) -> str:
    """The whole header in plain words, what stands in brackets included."""
    text = unicodedata.normalize("NFKC", header)
    text = _uncamelled(text)
    text = re.sub(r"(?:[\s_.:：|*()（）\[\]【】,，]|(?<!\d)-|-(?!\d))+", " ", text.replace("&", " and "))
    return folded(text.strip().casefold())


def without_currency(text: str) -> str:
    return " ".join(_code().sub(" ", text).replace("/ ", " / ").split()).strip(" /")


def untaxed(text: str) -> str:
    """A header's words without those that say whether tax is in it: "uvp inkl mwst" is a "uvp"."""
    for which in ("excluded", "included"):
        text = pattern("prices", which).sub(" ", text)
    return " ".join(text.split())


@cache
def _price_word() -> re.Pattern[str]:
    known = words("prices", "words")
    ends = [rf"\w*{re.escape(word[1:])}" for word in known if word.startswith("*")]  # of compounds: Ladenpreis
    whole = sorted((re.escape(word) for word in known if word.isascii() and word[0] != "*"), key=len, reverse=True)
    han = sorted((re.escape(word) for word in known if not word.isascii()), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join([*whole, *ends])})(?![^\W\d_])|{'|'.join(han)}")


def _is_bare_price(text: str) -> bool:
    """Whether nothing but price words and words of tax is left: "price incl vat", 含税单价."""
    rest = untaxed(_price_word().sub(" ", text))
    return not re.sub(
        r"[\W\d_]+|\b(?:in|vat|tax|mwst|per|piece|pc|pcs|each|unit|item|ea|variant|product|current|final|g)\b", "", rest
    )


@cache
def _fields() -> tuple[tuple[str, re.Pattern[str]], ...]:
    names = dict.fromkeys(name for table in sections("fields").values() for name in table)
    return tuple((name, pattern_of(name, "header")) for name in names)


def pattern_of(field: str, part: str) -> re.Pattern[str]:
    """What all languages say under a part of a field ("asked", "header", ...), as one pattern."""
    said = [one for table in sections("fields").values() for one in table.get(field, {}).get(part, ())]
    return re.compile("|".join(said) or r"(?!)", re.IGNORECASE)


@lru_cache(4096)
def field_of(header: str) -> str:
    """The field that a header names beyond the typed roles: "power", "warranty", ...; "" where it names none."""
    text = folded(header)
    return next(
        (
            name
            for name, said in _fields()
            if name not in ("price", "sku", "category", "currency") and said.search(text)
        ),
        "",
    )
