"""`Wish`: what a customer looks for, as a model takes it out of a message: the product, what it must have and must not,
each in English and in Chinese, so that rows in either language can be met.

It knows of no sheet. Amounts of money and orders are read by rules (`retriever.bounds`, `retriever.phrases`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from index.lexicon import pattern
from index.text.analysis import is_chinese, simplified, terms
from index.text.letters import fold

MOST_HAVING, MOST_LACKING = 4, 2
"""Properties that one wish may have, and that it may rule out."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is said, in both languages."""

    en: str
    zh: str

    @property
    def words(self) -> tuple[str, ...]:
        """Both, each once."""
        return tuple(dict.fromkeys(filter(None, (self.en, self.zh))))


@dataclass(frozen=True, slots=True)
class Wish:
    """`product` is what kind it is; all of `having` must be met and none of `lacking`."""

    product: Term
    having: tuple[Term, ...] = ()
    lacking: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All that it says, in both languages."""
        return tuple(word for term in (self.product, *self.having, *self.lacking) for word in term.words)


GRAMMAR = "\n".join(
    (
        r'root ::= "{\"what\": " term ", \"with\": [" having "], \"without\": [" lacking "]}"',
        f'having ::= (term (", " term){{0,{MOST_HAVING - 1}}})?',
        f'lacking ::= (term (", " term){{0,{MOST_LACKING - 1}}})?',
        r'term ::= "\"" [^"|\\\n]{1,40} "|" [^"|\\\n]{1,20} "\""',
    )
)
"""GBNF of a wish: each term as English|Chinese."""


def read_wish(text: str, question: str) -> Wish | None:
    """The wish that a model wrote, less what has no word of the question; None for a text that is cut short."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    refuses = pattern("questions", "refuses").search(fold(simplified(question))) is not None
    parts = (said["with"], said["without"] if refuses else ())
    having, lacking = (tuple(term for one in some if is_heard(term := _term(one), question)) for some in parts)
    return Wish(_term(said["what"]), having, lacking)


def _term(written: str) -> Term:
    en, _, zh = written.partition("|")
    return Term(en.strip(), zh.strip())


def is_heard(term: Term, question: str) -> bool:
    """Whether a term has a word, or a Chinese sign, of the question."""
    plain = fold(simplified(question))
    said = set(terms(plain))
    for one in term.words:
        if not said.isdisjoint(terms(fold(simplified(one)))) or any(
            is_chinese(sign) and sign in plain for sign in simplified(one)
        ):
            return True
    return False
