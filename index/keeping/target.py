"""`Target`: the SKU or file that somebody means who withdraws it, by its own name or another spelling of the same.

A recall that matches nothing would look done and protect nobody: it is an error, and tells what comes nearest. This
knows what is stored, and no folder: who knows where a path leads gives its absolute form beside it.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from sqlalchemy import ColumnElement, func, or_, select

from index.database.history import was_purged
from index.database.store import Store
from index.database.tables import ChunkRow, CollectionRow, DocumentRow, EventRow, Kind, VersionRow
from index.database.withdrawals import Withdrawal, comparable, withdrawals
from index.errors import NotFound
from index.text.letters import fold

OFFERED = 5
"""What is offered at most."""
LOOKED_AT = 5_000
"""SKUs that are compared with one that is not there."""
ALIKE = 0.7
"""The least likeness (Ratcliff and Obershelp 1988) of what is offered; two letters of seven may be wrong."""
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Target:
    """`name` is a SKU as it was written, or a path as the catalogue has it; `stored` how many chunks of it are stored,
    in any generation. `respelled`: the path was written otherwise."""

    kind: Kind
    name: str
    stored: int = 0
    respelled: bool = False


@dataclass(frozen=True, slots=True)
class _Document:
    path: str
    collection: int
    folder: str

    @property
    def whole(self) -> str:
        """Where the file lies."""
        return f"{self.folder}/{self.path}"


def find_target(store: Store, written: Sequence[str], collection: int | None = None) -> Target:
    """What is meant by a name, given in one or more spellings, the typed one first; in one collection or (None) in any.

    A path may be in another Unicode form, with backslashes, `./` in front, or absolute. Raises NotFound, with what
    comes nearest, where nothing is called so, or two files are.
    """
    documents = _documents(store, collection)
    found = _find(documents, partial(_has_sku, store, collection), written)
    if found is None:
        raise NotFound(_missed(store, documents, written[0], collection))
    return Target(found.kind, found.name, _stored(store, found.kind, found.name, collection), found.respelled)


def find_standing(store: Store, written: Sequence[str], collection: int | None = None) -> Target | None:
    """What stands withdrawn under a name (in one collection, or in any), in whatever spelling; None: nothing does."""
    standing = [one for one in withdrawals(store.engine) if collection in (None, one.collection_id)]
    folders = dict(store.collections().values())
    documents = [
        _Document(one.value, one.collection_id or 0, folder)
        for one in standing
        if one.kind == "document"
        for folder in ([folders[one.collection_id]] if one.collection_id is not None else folders.values() or [""])
    ]
    skus = {one.value for one in standing if one.kind == "sku"}
    found = _find(documents, skus.__contains__, written)
    return found and Target(found.kind, found.name, _stored(store, found.kind, found.name, None), found.respelled)


def ever_matched(store: Store, one: Withdrawal) -> bool:
    """Whether a withdrawal covers anything that is stored, or did when it was made or purged. One that never did, as
    older versions let pass, recalled nothing."""
    if (
        one.hashes
        or _stored(store, one.kind, one.written, one.collection_id)
        or was_purged(store.engine, one.kind, one.value)
    ):
        return True
    with store.engine.connect() as connection:
        made = connection.execute(select(EventRow.detail).where(EventRow.what == "withdrawn")).scalars()
        values = [comparable(one.kind, str(detail.get("value", ""))) for detail in made if detail.get("stored")]
    return one.value in values


def _find(documents: Collection[_Document], has_sku: Callable[[str], bool], written: Sequence[str]) -> Target | None:
    paths = {document.path for document in documents}
    for one in (written[0], comparable("document", written[0])):
        if one in paths:
            return Target("document", one)
    if has_sku(fold(written[0])):
        return Target("sku", written[0])
    forms = set(map(_form, written))
    same = {one.path for one in documents if _form(one.path) in forms or _form(one.whole) in forms}
    return Target("document", same.pop(), respelled=True) if len(same) == 1 else None


def _form(path: str) -> str:
    """A path as all spellings of it are compared; another case is another file."""
    return posixpath.normpath(unicodedata.normalize("NFC", path.strip().replace("\\", "/")))


def _documents(store: Store, collection: int | None) -> list[_Document]:
    """The files that the catalogue knows, in any generation."""
    known = (
        select(DocumentRow.path, DocumentRow.collection_id, CollectionRow.folder)
        .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
        .where(select(VersionRow.id).where(VersionRow.document_id == DocumentRow.id).exists())
    )
    if collection is not None:
        known = known.where(DocumentRow.collection_id == collection)
    with store.engine.connect() as connection:
        return [_Document(*row) for row in connection.execute(known)]


def _has_sku(store: Store, collection: int | None, sku: str) -> bool:
    return _stored(store, "sku", sku, collection) > 0


def _stored(store: Store, kind: Kind, name: str, collection: int | None) -> int:
    return store.stored(kind, comparable(kind, name), collection)


def _missed(store: Store, documents: Sequence[_Document], written: str, collection: int | None) -> str:
    """What is told of a name that nothing has."""
    said = f"no SKU and no file of the catalogue is called “{written}”, so nothing is withdrawn by it"
    nearest = list(dict.fromkeys((*_near_paths(documents, written), *_near_skus(store, written, collection))))
    if nearest:
        return f"{said}; did you mean {' or '.join(f'“{one}”' for one in nearest[:OFFERED])}?"
    if collection is None:
        return f"{said}, and nothing is called nearly so; a file is named by its path within the ingested folder"
    elsewhere = [
        name
        for name, (id, _) in sorted(store.collections().items())
        if id != collection and _find(_documents(store, id), partial(_has_sku, store, id), [written])
    ]
    return f"{said}; collection {', '.join(elsewhere)} has it" if elsewhere else f"{said} in this collection"


def _near_paths(documents: Sequence[_Document], written: str) -> Iterator[str]:
    """Paths that differ by case alone, bear this name in some folder, hold it, or look like it, the nearest first."""
    wanted = fold(_form(written))
    name = posixpath.basename(wanted)
    ranked = []
    for path in {document.path for document in documents}:
        here = fold(_form(path))
        file = posixpath.basename(here)
        if here == wanted:
            rank = 3.0
        elif file == name or here.endswith(f"/{wanted}") or wanted.endswith(f"/{here}"):
            rank = 2.0
        elif wanted in here or posixpath.splitext(file)[0] in (name, posixpath.splitext(name)[0]):
            rank = 1.0
        else:
            rank = max(_likeness(wanted, here), _likeness(name, file))
        if rank >= ALIKE:
            ranked.append((-rank, path))
    return (path for _, path in sorted(ranked)[:OFFERED])


def _near_skus(store: Store, written: str, collection: int | None) -> Iterator[str]:
    """SKUs that have the same letters and digits, or look alike, and those of products that bear this name."""
    wanted = fold(written)
    bare = _SIGNS.sub("", wanted)
    if not bare:
        return
    plain: ColumnElement[str] = ChunkRow.sku  # type: ignore[assignment]
    for sign in "-_ ./":
        plain = func.replace(plain, sign, "")
    alike = or_(
        plain.contains(bare, autoescape=True),
        plain.startswith(bare[:3], autoescape=True),
        plain.endswith(bare[-3:], autoescape=True),
        ChunkRow.name == wanted,
    )
    statement = select(ChunkRow.sku, ChunkRow.name, func.max(ChunkRow.id)).where(ChunkRow.sku.is_not(None), alike)
    if collection is not None:
        statement = statement.where(ChunkRow.collection_id == collection)
    with store.engine.connect() as connection:
        rows = connection.execute(statement.group_by(ChunkRow.sku, ChunkRow.name).limit(LOOKED_AT)).all()
    ranked = []
    for sku, name, id in rows:
        here = _SIGNS.sub("", sku or "")
        rank = 2.0 if here == bare or name == wanted else 1.0 if bare in here else _likeness(bare, here)
        if rank >= ALIKE:
            ranked.append((-rank, sku, id))
    best = sorted(ranked)[:OFFERED]
    chunks = store.of_rows([id for *_, id in best])
    yield from (str(chunks[id].attributes.get("sku", sku)) for _, sku, id in best)


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0
