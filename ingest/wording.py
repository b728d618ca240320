"""What in a text is broken by a wrong encoding, told with precision first: a finding that is none costs trust."""

from __future__ import annotations

import re

GARBLED = re.compile(
    "\ufffd|ï»¿|锟斤拷|烫烫烫烫|屯屯屯屯|鐨勬|鐨勪|鐨勫|銆[\u4e00-\u9fff]"
    "|â€[™œ\x9d\x9c\x99˜\x98“”\x93\x94¢¦\x80-\xbf]?|Ã[\x80-\xbfƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\xa0°£®©·±²³µ½¼¾«»€]"
    "|(?:[ä-é][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€]{2}){2}"
)
"""Bytes that were decoded twice or wrongly: UTF-8 read as Windows-1252 (`Ã©`, `â€™`) or as GBK, GBK as UTF-8."""
GARBLED_SIGNS = ("\ufffd", "ï»¿", "锟斤", "烫烫烫", "屯屯屯", "鐨", "銆", "â€", "Ã", "Â", "ä¸", "å", "æ", "ç", "è", "é")


def garbled(text: str) -> str | None:
    """The first characters of a text that a wrong encoding broke, with a few around them; None where all are whole."""
    if text.isascii():
        return None
    found = GARBLED.search(text)
    return None if found is None else text[max(0, found.start() - 20) : found.end() + 20]


def garbled_signs(text: str) -> tuple[str, ...]:
    """What in a text may be found by `garbled`, many texts joined; where there is none, it finds nothing."""
    return () if text.isascii() else tuple(sign for sign in GARBLED_SIGNS if sign in text)
