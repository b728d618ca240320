"""The words of a text that carry meaning, for asking how many of a question's words a passage has.

Chinese is taken in pairs of characters, other scripts in words without their plural; words that any
question has ("how much", 「多少」) are left out. No dictionary and no model: the keyword leg brings better tokens.
"""

from __future__ import annotations

import re
import unicodedata

_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_ENGLISH = frozenset(
    "a about after all also am an and any are as at be been before but by can could did do does doing done else ever"
    " for from get give got had has have he her him his how i if in into is it its just know like long many may me"
    " more most much must my need no not of off on one only or other our out please shall she should so some such"
    " tell than that the their them then there these they thing this those to too up us use used using very want was"
    " we were what when where which who whose why will with would you your".split()
)
_CHINESE = frozenset(
    "什么 多少 怎么 怎样 如何 哪个 哪些 哪里 哪种 是否 能否 可以 请问 为什 么时 时候 有没 没有 是不 不是 几个 么样 少钱"
    " 你们 我们 他们 这个 那个 的是 是什 有什 有哪 了吗 的吗 吗你"
    " 告诉 诉我 知道 想要 我想 一个 需要 应该 能不 不能 会不 之间".split()
)
_PARTICLES = frozenset("的了吗呢吧啊么着过很就都也还又在和与或及把被对从到给让我你他她它是有")


def content_words(text: str) -> frozenset[str]:
    """The meaningful words of a text, folded."""
    words: set[str] = set()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if "\u3400" <= run[0] <= "\u9fff":
            pairs = {run[at : at + 2] for at in range(len(run) - 1)} or {run}
            words |= {pair for pair in pairs if pair not in _CHINESE and not _PARTICLES & set(pair)}
        elif run not in _ENGLISH and (len(run) > 1 or run.isdigit()):
            words.add(_stem(run))
    return frozenset(words)


def _stem(word: str) -> str:
    """An English word without its plural; rough, but the same on both sides."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
