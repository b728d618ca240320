"""`compare_keywords`: the keyword files of a collection against the texts that they were made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.arrays import Floats, Ids
from index.database.store import Store
from index.errors import SnapshotDamaged, StorageUnavailable
from index.keeping.comparison import SHOWN, Disagreement
from index.segments.keyword_building import postings_of
from index.segments.keyword_fields import FINGERPRINT, Fields, fields_of
from index.segments.keywords import Hashes, KeywordFile
from index.segments.stored import StoredSegment
from index.snapshot.manifest import Manifest

LEAST, SHARE = 2_000, 0.01
"""So many texts of a segment are compared term by term, or all; of many, this share."""
TOLERANCE = 2e-3
"""How far an impact may be from the computed one: float16 has eleven bits."""
_BLOCK = 1 << 22
_PAGE = 500


def compare_keywords(
    store: Store, folder: Path, manifest: Manifest, name: str, checked: Counter[str]
) -> list[Disagreement]:
    """What disagrees; `checked` is told how many texts were compared.

    Terms and impacts of a sample of the living texts are made anew and compared; of the others, those that have no term
    at all. Files that are missing or not as published are told of by whoever compares checksums.
    """
    entry = manifest.collections[name]
    if entry.keywords != FINGERPRINT:
        told = "the keyword files are missing or made by another version: the next run makes them anew"
        return [Disagreement("keywords", name, told, "note")]
    if not all((folder / file).is_file() for file in entry.files):
        return []
    found = []
    for segment in entry.segments:
        wrong: list[int] = []
        try:
            ids, file = _living(StoredSegment.open(folder, segment)), KeywordFile.open(folder / segment.keywords)
            if (file.header.count, file.header.fingerprint) != (segment.count, FINGERPRINT):
                raise SnapshotDamaged(f"The keyword file {file.path} is of another segment or version.")
        except (SnapshotDamaged, StorageUnavailable) as error:
            found.append(Disagreement("keywords", name, str(error)))
            continue
        counts = _counts(file)
        rows = _sample(ids, counts)
        for start in range(0, len(rows), _PAGE):
            page = rows[start : start + _PAGE]
            chunks = store.saying(ids[page], entry.id, manifest.generation)
            # chunks that say another text than they should are left out
            said = {id: [fields_of(chunk) for chunk in some if chunk.text_id == id] for id, some in chunks.items()}
            said = {id: fields for id, fields in said.items() if fields}
            known = page[np.isin(ids[page], list(said))]  # who compares rows and vectors tells of the others
            checked["keyword texts"] += len(known)
            wrong += _wrong(file, counts, known, [said[id] for id in ids[known].tolist()])
        if wrong:
            told = f"{len(wrong):,} of {len(rows):,} texts have other terms in {segment.keywords} than they say"
            found.append(Disagreement("keywords", name, f"{told}: {', '.join(map(str, ids[wrong[:SHOWN]].tolist()))}"))
    return found


def _living(stored: StoredSegment) -> Ids:
    """(count,) the ids of a segment's rows, -1 where one is dead."""
    ids = np.full(stored.segment.count, -1, np.int64)
    ids[stored.rows] = stored.ids
    return ids


def _counts(file: KeywordFile) -> Ids:
    """(count,) how many terms each row has."""
    counts = np.zeros(file.header.count, np.int64)
    for start in range(0, file.header.postings, _BLOCK):
        counts += np.bincount(file.rows[start : start + _BLOCK], minlength=len(counts))
    return counts


def _sample(ids: Ids, counts: Ids) -> Ids:
    """The rows to compare, ascending: a share of the living ones, and some of those that have no term."""
    living = np.flatnonzero(ids >= 0)
    chosen = np.random.default_rng().permutation(living)[: max(LEAST, int(SHARE * len(living)))]
    return np.union1d(chosen, living[counts[living] == 0][:LEAST])


def _wrong(file: KeywordFile, counts: Ids, rows: Ids, said: Sequence[list[Fields]]) -> list[int]:
    """Those of these rows whose terms or impacts are those of none of the chunks that say the text."""
    averages = file.averages
    left = np.ones(len(rows), np.bool_)
    for version in range(max(map(len, said), default=0)):
        places = np.array([place for place in np.flatnonzero(left).tolist() if len(said[place]) > version], np.int64)
        hashes, each, at, impacts = postings_of([said[place][version] for place in places.tolist()], averages)
        differs = np.bincount(at, minlength=len(places)) != counts[rows[places]]
        stored = _impacts(file, hashes, each, rows[places][at])
        differs[at[np.abs(stored - impacts.astype(np.float32)) > TOLERANCE]] = True
        left[places] = differs
    wrong: list[int] = rows[left].tolist()
    return wrong


def _impacts(file: KeywordFile, hashes: Hashes, counts: Ids, rows: Ids) -> Floats:
    """What is stored for these terms, each with so many of the rows; -1 where the row does not have the term."""
    stored = np.full(len(rows), -1, np.float32)
    ends = np.cumsum(counts)
    for start, end, first, last in zip(*file.find(hashes), ends - counts, ends, strict=True):
        if end > start:
            having, wanted = file.rows[start:end], rows[first:last].astype(np.uint32)
            at = np.minimum(np.searchsorted(having, wanted), end - start - 1)
            here = having[at] == wanted
            stored[first:last][here] = file.impacts[start:end][at[here]]
    return stored
