"""`Finding`: something in a catalogue that its owner should look at; its kinds, and what is found between two versions.

It knows no files: the rows of one file are watched by `ingest.lint`, and what was published before is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.chunk import Chunk
from index.errors import BadRequest

KINDS: Mapping[str, str] = {
    "duplicate_sku": "warning",
    "price_missing": "warning",
    "price_zero": "warning",
    "price_jump": "error",
    "price_column_lost": "error",
    "mixed_currencies": "warning",
    "shifted_columns": "error",
    "wrong_type": "warning",
    "date_unread": "error",
    "error_value": "warning",
    "struck_out": "warning",
    "encoding": "warning",
    "instructions": "warning",
    "format_lies": "warning",
    "sku_column_lost": "error",
    "swapped_skus": "warning",
    "withdrawn": "warning",
    "held_back": "note",
    "suspect_column": "note",
}
"""Kind -> its severity unless the settings say otherwise. An error is what hardly ever is meant and reaches a customer
as a wrong price or a lost product; what an ordinary catalogue has some of is a warning; a note says what was done."""
SEVERITIES = ("error", "warning", "note", "off")
JUMP = 99.5
"""Factor between two prices that is a slip and no offer: 100, less what rounding takes (12.99 -> 1299.00)."""
LOST = 0.5
"""A column is lost where the share of rows that have it falls below this part of what it was."""
LONGEST = 60
"""Characters of a value that are quoted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is one of `KINDS`; `where` the locator in words, "" for the whole file; `column` the column's header, ""
    where none is meant; `message` one sentence for a shopkeeper."""

    kind: str
    where: str
    column: str
    message: str

    def as_list(self) -> list[str]:
        """For a JSON column."""
        return [self.kind, self.where, self.column, self.message]

    @classmethod
    def from_list(cls, parts: Sequence[Any]) -> Finding:
        """The inverse of `as_list`."""
        kind, where, column, message = map(str, parts)
        return cls(kind, where, column, message)


def quoted(value: object) -> str:
    """A value as it is shown in a message: on one line, shortened, in quotation marks."""
    text = " ".join(str(value).split())
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”"


def severities(overrides: Mapping[str, str]) -> Mapping[str, str]:
    """Every kind's severity. Raises BadRequest for an unknown kind or severity."""
    for kind, severity in overrides.items():
        if kind not in KINDS:
            raise BadRequest(f"{kind!r} is no kind of catalogue finding; there are {', '.join(KINDS)}")
        if severity not in SEVERITIES:
            raise BadRequest(f"{severity!r} is no severity for {kind}; use {', '.join(SEVERITIES)}")
    return {**KINDS, **overrides}


def price_jump(before: float, after: float) -> bool:
    """Whether a price rose or fell a hundredfold, as where a decimal comma was lost. Zero is no jump."""
    low, high = sorted((before, after))
    return low > 0 and high >= JUMP * low


def price_finding(sku: str, before: float, after: float, *, where: str = "", column: str = "") -> Finding | None:
    """What a row's new price tells beside its published one: a jump, or nothing. A zero tells by itself (`Table`)."""
    if price_jump(before, after):
        message = f"the price of {quoted(sku)} goes from {before:.15g} to {after:.15g}; look for a lost decimal mark"
        return Finding("price_jump", where, column, message)
    return None


def conflict_finding(first: Chunk, last: Chunk) -> Finding:
    """What is told, at the later of them, of two rows in two sheets or files that give one SKU two prices."""
    one, other = (float(chunk.attributes["price"]) for chunk in (first, last))
    place = ", ".join(part for part in (first.document, str(first.locator)) if part)
    sku = quoted(last.attributes["sku"])
    message = f"{sku} costs {other:.15g} here and {one:.15g} in {place}; see which of the two holds"
    return Finding("duplicate_sku", str(last.locator), column_of("price", last), message)


def column_of(role: str, row: Chunk) -> str:
    """The header under which a row's SKU, price, ... stands; "" where none does."""
    return next((cell.header for cell in row.cells if cell.role == role and cell.chosen), "")


LOSSES = {
    "sku": ("a SKU", "if the column was renamed, name it in key_columns or give it its old header back"),
    "price": ("a price", "see whether the price column was renamed or emptied"),
}
"""Role -> what most rows had, and what to do now that most have it no more."""


def column_lost(role: str, had: int, before: int, has: int, now: int, *, column: str = "") -> Finding | None:
    """A file of which `had` of `before` rows had a SKU or a price, most of them, and now `has` of `now`: its column was
    renamed, emptied or shifted. `column` is the header that it has, or had. One without rows is told elsewhere."""
    if not before or not now or had * 2 < before or has * before >= LOST * had * now:
        return None
    what, advice = LOSSES[role]
    message = f"{had} of {before} rows had {what}, now {has} of {now} have one; {advice}"
    return Finding(f"{role}_column_lost", "", column, message)


def swapped(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs of SKUs that exchanged their names; both mappings are SKU -> name among changed rows.

    Where several products bear the same two names, they are paired in order of their SKUs.
    """
    moved: dict[tuple[str, str], list[str]] = {}
    for sku in sorted(before.keys() & after.keys()):
        old, new = (" ".join(names[sku].split()).casefold() for names in (before, after))
        if old != new and old and new:
            moved.setdefault((old, new), []).append(sku)
    pairs = []
    for (old, new), skus in moved.items():
        if old < new:
            pairs += [tuple(sorted(pair)) for pair in zip(skus, moved.get((new, old), ()), strict=False)]
    return sorted((first, second) for first, second in pairs)


def swap_finding(pair: tuple[str, str], before: Mapping[str, str], *, where: str = "", column: str = "") -> Finding:
    """What is told of two SKUs that exchanged their names."""
    first, second = pair
    message = (
        f"{quoted(first)} and {quoted(second)} exchanged their names ({quoted(before[first])}, "
        f"{quoted(before[second])}); see whether the SKUs were swapped by mistake"
    )
    return Finding("swapped_skus", where, column, message)
