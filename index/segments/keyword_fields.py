"""`Weights`: the fields in which a chunk's terms count, and how BM25F weighs them (Robertson, Zaragoza and Taylor 2004,
with a length norm of its own for each field, as in Zaragoza et al. 2004):

    tf(t) = sum over fields of weight * count(t) / (1 - b + b * length / average length)
    impact(t) = tf(t) / (k1 + tf(t));  score = sum over the question's terms of idf(t) * impact(t)

A field's length is counted in terms; its average is over the texts that have the field. Beside them a text has marks:
terms that no question can give by being written, which tell its script, its own SKU and what its title names.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import astuple, dataclass

from index.cell import Cell
from index.chunk import Chunk
from index.text.analysis import VERSION, is_bilingual, is_chinese
from index.text.identifiers import identifiers
from index.text.letters import fold

FIELDS = ("title", "sku", "attributes", "section", "text", "marks")
CHINESE = "=zh"
"""The mark of a text that is written in Chinese."""
BILINGUAL = "=both"
"""The mark of a text that is written in Chinese and in Latin letters alike."""
MARKS = "script both sku title"
"""What marks there are; another text here makes keyword files anew."""

Fields = tuple[str, ...]
"""A chunk's text in each of `FIELDS`."""


@dataclass(frozen=True, slots=True)
class Weights:
    """For each of `FIELDS` its weight and b; k1 is common to all."""

    weight: tuple[float, ...] = (2.0, 2.0, 1.0, 1.5, 1.0, 1.0)
    b: tuple[float, ...] = (0.3, 0.0, 0.0, 0.3, 0.5, 0.0)
    k1: float = 1.2

    @property
    def fingerprint(self) -> str:
        """Tells keyword files apart whose scores or terms are not comparable: 16 hex digits."""
        return hashlib.blake2b(repr((VERSION, FIELDS, MARKS, astuple(self))).encode(), digest_size=8).hexdigest()


WEIGHTS = Weights()
FINGERPRINT = WEIGHTS.fingerprint
"""Of the keyword files that are searched: those of another one find nothing until they are made anew."""


def fields_of(chunk: Chunk) -> Fields:
    """The chunk's text by field. Nothing is in it that the embedded text has not (the unit
    of a header stands beside its number): equal texts have equal terms."""
    said = chunk.embedded_text
    known = [str(chunk.attributes.get(name, "")) for name in ("sku", "brand", "category")]
    sku, brand, category = (value if value in said else "" for value in known)
    marks = [CHINESE] if is_chinese(chunk.text) else []
    marks += [BILINGUAL] if is_bilingual(chunk.text) else []
    marks += [own_sku(sku)] if sku else []
    marks += [in_title(identifier) for identifier in identifiers(chunk.title)]
    measured = " ".join([f"{cell.text} {cell.unit}" for cell in chunk.cells if cell.unit and _is_measure(cell)])
    text = f"{chunk.text}\n{measured}" if measured else chunk.text
    return chunk.title, sku, f"{brand} {category}", " ".join(chunk.section), text, " ".join(marks)


def _is_measure(cell: Cell) -> bool:
    """Whether it is a number without its unit. Prices are found by what they may cost, not by their digits."""
    return cell.role != "price" and cell.text[-1].isdigit()


def own_sku(sku: str) -> str:
    """The mark of a row whose SKU this is, however it is written: K-200/EU and k200eu have one."""
    return "=" + re.sub(r"[\W_]+", "", fold(sku))


def in_title(identifier: str) -> str:
    """The mark of a text whose title has this identifier (as compared): it is about it, and does not only name it."""
    return f"~{identifier}"
