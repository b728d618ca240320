"""Typed values out of a cell's text: numbers, prices with their currency, dates. What is not certain is None."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

CURRENCIES = {
    "¥": "CNY", "元": "CNY", "人民币": "CNY", "RMB": "CNY", "CN¥": "CNY", "块": "CNY",
    "$": "USD", "US$": "USD", "美元": "USD", "€": "EUR", "欧元": "EUR", "£": "GBP", "英镑": "GBP",
    "円": "JPY", "日元": "JPY", "JP¥": "JPY", "₩": "KRW", "韩元": "KRW", "₹": "INR", "₽": "RUB", "฿": "THB", "₫": "VND",
    "HK$": "HKD", "港币": "HKD", "港元": "HKD", "NT$": "TWD", "新台币": "TWD", "台币": "TWD", "A$": "AUD", "AU$": "AUD",
    "C$": "CAD", "CA$": "CAD", "S$": "SGD", "R$": "BRL", "ZŁ": "PLN",
}  # fmt: skip
"""Sign -> ISO 4217 code. A bare ¥ is taken for yuan and a bare $ for US dollars."""
CODES = frozenset(
    [
        "CNY",
        "USD",
        "EUR",
        "GBP",
        "JPY",
        "KRW",
        "HKD",
        "TWD",
        "INR",
        "RUB",
        "AUD",
        "CAD",
        "SGD",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "THB",
        "VND",
        "MYR",
        "IDR",
        "PHP",
        "BRL",
        "MXN",
        "TRY",
        "ZAR",
        "NZD",
        "AED",
        "ILS",
    ]
)
SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
NAMED = re.compile(rf"(?<![A-Z])({'|'.join(sorted(CODES))})(?![A-Z])|({SIGN})", re.IGNORECASE)
MONEY = re.compile(
    rf"(?:{SIGN}|{'|'.join(sorted(CODES))})?\s*(?P<number>\d[\d.,' ]*|\.\d+)\s*"
    rf"(?P<after>(?:{SIGN}|{'|'.join(sorted(CODES))})?)\s*(?:整|正)?\s*(?:(?:/|per )\s*[^\d/]{{1,12}})?",
    re.IGNORECASE,
)
PLAIN = re.compile(r"-?\d{1,15}(\.\d+)?")
GROUPED = {mark: re.compile(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+") for mark in ",. '"}
UNIT = re.compile(
    r"\s*(pcs?\.?|pieces?|units?|ea\.?|sets?|件|个|個|台|只|套|支|把|条|盒|箱|双|瓶|包|本|张)$", re.IGNORECASE
)
ISO_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]\s*\d{1,2}:\d{2}.*)?")
PACKED_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
LOCAL_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:,?\s+\d{1,2}:\d{2}.*)?")
WORDED_DATE = re.compile(
    r"(?:(\d{1,2})\.? ([a-z]{3})[a-z]*\.?,? (\d{4})|([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}))", re.I
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@lru_cache(1024)
def currency_of(text: str) -> str | None:
    """The ISO 4217 code that a text names by code, sign or word: `Price (CNY)` -> CNY."""
    found = NAMED.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    return (found.group(1) or CURRENCIES.get(found.group(2).upper(), "")).upper() or None


def number_of(text: str) -> float | None:
    """A number: `1,200` -> 1200, `1.299,00` -> 1299, `12,5` -> 12.5, `1 299` -> 1299."""
    if PLAIN.fullmatch(text):
        return float(text)
    text = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    negative, text = text.startswith("-"), text.removeprefix("-").strip()
    value = _unsigned(text)
    return None if value is None else -value if negative else value


def _unsigned(text: str, dot_groups: bool = False) -> float | None:
    """`dot_groups`: a lone dot before three digits groups thousands, as where the euro sign follows the number."""
    if not re.fullmatch(r"\d[\d.,' ]*|\.\d+", text):
        return float(text) if re.fullmatch(r"\d+(\.\d+)?e[+-]?\d{1,2}", text, re.IGNORECASE) else None
    comma, dot = text.rfind(","), text.rfind(".")
    decimal = "." if dot > comma else ","
    group = "," if decimal == "." else "."
    if text.count(decimal) > 1:
        decimal, group = "", decimal
    elif (decimal == "," or dot_groups) and min(comma, dot) < 0 and text[0] != "0" and GROUPED[decimal].fullmatch(text):
        decimal, group = "", decimal  # one mark before exactly three digits: a comma groups, a dot is a decimal point
    whole, _, rest = text.partition(decimal) if decimal else (text, "", "")
    marks = {char for char in whole if not char.isdigit()}
    if marks and not (len(marks) == 1 and marks <= {group, " ", "'"} and GROUPED[marks.pop()].fullmatch(whole)):
        return None
    if rest and not rest.isdigit():
        return None
    return float("".join(filter(str.isdigit, whole)) + "." + (rest or "0"))


def price_of(text: str) -> tuple[float, str | None] | None:
    """A price and the currency it names: `¥1,299.00` -> (1299.0, "CNY"). None for ranges, words and negatives."""
    if PLAIN.fullmatch(text):
        return (float(text), None) if text[0] != "-" else None
    text = unicodedata.normalize("NFKC", text).replace("’", "'").strip()
    found = MONEY.fullmatch(text)
    if found is None:
        value = _unsigned(text)
        return None if value is None else (value, None)
    currency = currency_of(text[: found.start("number")] + " " + text[found.end("number") :])
    value = _unsigned(found["number"].strip(), dot_groups=bool(found["after"]) and currency == "EUR")
    return None if value is None else (value, currency)


def stock_of(text: str) -> int | float | None:
    """A quantity: `1,200`, `35 pcs`, `12件`. Integers stay integers."""
    if text.isascii() and text.isdigit() and len(text) < 16:
        return int(text)
    value = number_of(UNIT.sub("", text))
    if value is None:
        return None
    return int(value) if value.is_integer() else value


def date_of(text: str) -> str | None:
    """An ISO 8601 date. `03/04/2026` is ambiguous and gives None; `23/04/2026` is not."""
    text = unicodedata.normalize("NFKC", text).strip()
    for pattern in (ISO_DATE, PACKED_DATE):
        if found := pattern.fullmatch(text):
            return _iso(int(found[1]), int(found[2]), int(found[3]))
    if found := LOCAL_DATE.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        if found[2] == "." or first > 12 or first == second:  # 3.4.2026 is written day first everywhere
            return _iso(year, second, first)
        return _iso(year, first, second) if second > 12 else None
    if found := WORDED_DATE.fullmatch(text):
        name = (found[2] or found[4]).lower()
        month = MONTHS.index(name) + 1 if name in MONTHS else 0
        return _iso(int(found[3] or found[6]), month, int(found[1] or found[5]))
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
