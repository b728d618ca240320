"""`Night`: what `reindex` must make of an invented shop's folder, worked out from the truth alone.

It knows the rules that are promised (a product is its SKU; a text is embedded once; the gate's limits), and none of
the code that keeps them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import wares
from shop_file import Row, ShopFile

MOST_LOST, SLACK, JUMP = 0.2, 5, 99.5
"""The gate's defaults: the share of rows or files that may go, the number that always may, the factor of a slip."""
KINDS = ("price", "stock", "edited", "withdrawn", "new")

Files = Mapping[str, ShopFile]
Placed = tuple[ShopFile, Row]
Keyed = dict[str, list[Placed]]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a night must come to. `changes` are products by kind; `because` says why the gate must close, if it must."""

    embedded: int = 0
    changes: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    refused: int = 0
    published: bool = False
    unreadable: bool = False
    because: str = ""

    @property
    def exit(self) -> int:
        """The exit code."""
        return 3 if self.unreadable or self.because else min(self.refused, 1)


@dataclass(frozen=True, slots=True)
class Night:
    """`after` is what is served if the gate opens, `texts` are all that came, `asked` some SKUs worth a question."""

    expected: Expectation
    after: Files
    texts: frozenset[int]
    asked: tuple[str, ...]


def night(files: Files, read: Files, served: Files, ever: set[int], most_asked: int = 40) -> Night:
    """`files` lie in the folder, `read` lay there at the last publication, `served` is what was read of those, `ever`
    are the texts that were embedded before."""
    after = {path: served.get(path) if file.garbled else file for path, file in files.items()}
    kept = {path: file for path, file in after.items() if file is not None}
    came = [file for path, file in kept.items() if served.get(path) is not file]
    gone = [file for path, file in served.items() if kept.get(path) is not file]
    texts = frozenset(text for file in came for text in file.texts())
    moves = _moves(gone, came)
    changes = dict.fromkeys(KINDS, 0) | Counter(_kind(*pair) for pair in moves.pairs)
    changes |= {"withdrawn": len(moves.lost), "new": len(moves.new)}
    changes["edited"] += len(moves.repeated)
    because = _because(served, kept, moves.pairs)
    changed = any(read.get(path) is not files.get(path) for path in read.keys() | files.keys())
    told = [placed for _, placed in moves.pairs] + moves.lost + moves.new
    step = max(1, len(told) // most_asked)
    return Night(
        Expectation(
            embedded=len(texts - ever),
            changes=changes,
            refused=sum(file.garbled for file in files.values()),
            published=changed and not because,
            because=because,
        ),
        kept,
        texts,
        tuple(row[wares.SKU] for file, row in told[::step] if file.has_keys),
    )


@dataclass(frozen=True, slots=True)
class _Moves:
    """Products that changed, before and after; those that are gone; those that are new; and the SKUs that stand oftener
    or less often than before, beside a row that stayed. What only moved is none of these."""

    pairs: list[tuple[Placed, Placed]]
    lost: list[Placed]
    new: list[Placed]
    repeated: set[str]


def _moves(gone: Iterable[ShopFile], came: Iterable[ShopFile]) -> _Moves:
    before, after = _by_text(gone), _by_text(came)
    stayed = set()
    for text in before.keys() & after.keys():
        both = min(len(before[text]), len(after[text]))
        stayed.add(_key(text, before[text][0]))
        del before[text][:both], after[text][:both]
    old, new = _by_key(before), _by_key(after)
    repeated = stayed & (old.keys() | new.keys())
    pairs = [pair for key in sorted(old.keys() & new.keys()) for pair in zip(old[key], new[key], strict=False)]
    return _Moves(pairs, _surplus(old, new, repeated), _surplus(new, old, repeated), repeated)


def _surplus(these: Keyed, those: Keyed, without: set[str]) -> list[Placed]:
    return [placed for key, some in these.items() if key not in without for placed in some[len(those.get(key, ())) :]]


def _by_text(files: Iterable[ShopFile]) -> dict[int, list[Placed]]:
    found: dict[int, list[Placed]] = defaultdict(list)
    for file in files:
        if file.is_sheet:
            for row in file.rows:
                found[file.text(row)].append((file, row))
    return found


def _by_key(texts: Mapping[int, list[Placed]]) -> Keyed:
    found: Keyed = defaultdict(list)
    for text, some in texts.items():
        for placed in some:
            found[_key(text, placed)].append(placed)
    return dict(found)


def _key(text: int, placed: Placed) -> str:
    file, row = placed
    return row[wares.SKU] if file.has_keys else f"text {text}"


def _kind(before: Placed, after: Placed) -> str:
    (_, old), (_, new) = before, after
    if old[wares.PRICE] != new[wares.PRICE] or old[wares.CURRENCY] != new[wares.CURRENCY]:
        return "price"
    return "stock" if old[wares.STOCK] != new[wares.STOCK] else "edited"


def _because(served: Files, after: Files, pairs: Iterable[tuple[Placed, Placed]]) -> str:
    for name, had, has in (("files", len(served), len(after)), ("rows", _keyed(served), _keyed(after))):
        if had - has > max(SLACK, int(MOST_LOST * had)):
            return f"{had - has} of {had} {name} are gone"
    for path, file in after.items():
        if file.is_sheet and not file.has_keys and path in served and served[path].has_keys:
            return f"{path} has no SKUs any more"
    for (_, old), (_, new) in pairs:
        prices = sorted((price_of(old), price_of(new)))
        if prices[0] > 0 and prices[1] >= JUMP * prices[0]:
            return f"the price of {new[wares.SKU]} goes from {old[wares.PRICE]} to {new[wares.PRICE]}"
    return ""


def _keyed(files: Files) -> int:
    return sum(len(file.rows) for file in files.values() if file.has_keys)


def price_of(row: Row) -> float:
    """The price; 0 where the cell holds none."""
    try:
        return float(row[wares.PRICE])
    except ValueError:
        return 0.0
