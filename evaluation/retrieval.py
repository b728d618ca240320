"""`SearchLine`: one query of a set as it was searched, with what should have come, what came, and its measures.

It knows no index: each way of searching ("fused", "dense", ...) is a function that is handed in. The measures are those
of `ir-measures`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.beir import CorpusDocument, Query, QuestionSet
from evaluation.corpus_index import as_chunk
from retriever.passage import Passage
from retriever.retriever import Found

Search = Callable[[str, int], Found]
"""The passages for a query and a `top_k`, best first."""
Tell = Callable[[str, int, int], None]
"""Told what is going on, how many are done and of how many."""

DEPTH = 100
"""Passages that are asked for; recall is measured up to there."""
CUTS = (1, 2, 3, 5, 10, 20, 50, 100)
"""Where recall is measured, for its curve."""
HITS = (1, 5, 10)
MEASURES = ("nDCG@10", "RR", *(f"hit@{k}" for k in HITS), *(f"R@{k}" for k in CUTS))
KEPT = 20
"""Passages of a query that the run keeps."""
EXCERPT = 240


@dataclass(frozen=True, slots=True)
class SearchLine:
    """A line of `retrieval.jsonl`.

    `gold`: what answers the query, each with document, grade, title, text (its beginning) and the rank it came at
    (None: not among the first `DEPTH`). `found`: what came, best first, with document, title, text, score, relevance,
    reason and grade. `measures` is empty where nothing answers the query.
    """

    set: str
    legs: str
    id: str
    query: str
    direction: str
    gold: list[dict[str, Any]]
    found: list[dict[str, Any]]
    measures: dict[str, float]
    milliseconds: float
    snapshot: str


def run_searches(questions: QuestionSet, searches: Mapping[str, Search], tell: Tell) -> Iterator[SearchLine]:
    """Every query of a set, searched in every way.

    Documents of the very same text count as one, since a search shows equal texts once.
    """
    canonical: dict[str, str] = {}
    first: dict[str, str] = {}
    by_chunk: dict[str, str] = {}
    for document in questions.documents.values():
        chunk = as_chunk(document)
        canonical[document.id] = first.setdefault(chunk.content_hash, document.id)
        by_chunk[chunk.id] = canonical[document.id]
    for legs, search in searches.items():
        runs = []
        for number, query in enumerate(questions.queries):
            tell(f"{questions.name}, {legs}", number, len(questions.queries))
            found = search(query.text, DEPTH)
            ranked: dict[str, Passage] = {}
            for passage in found.passages:
                ranked.setdefault(by_chunk[passage.chunk.id], passage)
            grades: dict[str, int] = {}
            for id, grade in query.grades.items():
                grades[canonical[id]] = max(grade, grades.get(canonical[id], 0))
            runs.append((query, grades, ranked, found))
        measures = _measures(
            {query.id: grades for query, grades, _, _ in runs},
            {query.id: list(ranked) for query, _, ranked, _ in runs},
        )
        for query, grades, ranked, found in runs:
            yield _line(questions, legs, query, grades, ranked, found, measures[query.id])


def _measures(
    grades: Mapping[str, Mapping[str, int]], ranked: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """The measures of each query, by its id; none where nothing answers it."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {str(Success @ k): f"hit@{k}" for k in HITS}
    wanted = [nDCG @ 10, RR, *(Success @ k for k in HITS), *(R @ k for k in CUTS)]
    judged = [
        ir_measures.Qrel(query, document, grade)
        for query, answers in grades.items()
        for document, grade in answers.items()
    ]
    # the rank is given for a score: equal scores would be put in another order by the library
    run = [
        ir_measures.ScoredDoc(query, document, float(len(documents) - place))
        for query, documents in ranked.items()
        for place, document in enumerate(documents)
    ]
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for metric in ir_measures.iter_calc(wanted, judged, run) if judged else ():
        found[metric.query_id][names.get(str(metric.measure), str(metric.measure))] = float(metric.value)
    nothing = dict.fromkeys(MEASURES, 0.0)
    return {query: (found.get(query) or nothing) if answers else {} for query, answers in grades.items()}


def _line(
    questions: QuestionSet,
    legs: str,
    query: Query,
    grades: Mapping[str, int],
    ranked: Mapping[str, Passage],
    found: Found,
    measures: dict[str, float],
) -> SearchLine:
    ranks = {id: rank for rank, id in enumerate(ranked, 1)}
    gold = [
        {**_told(questions.documents[id]), "grade": grade, "rank": ranks.get(id)}
        for id, grade in sorted(grades.items(), key=lambda item: ranks.get(item[0], DEPTH + 1))
    ]
    came = [
        {
            **_told(questions.documents[id]),
            "score": round(passage.score, 6),
            "relevance": round(passage.relevance, 6),
            "reason": passage.reason,
            "grade": grades.get(id, 0),
        }
        for id, passage in list(ranked.items())[:KEPT]
    ]
    direction = questions.direction(query)
    ordered = {name: round(measures[name], 6) for name in MEASURES} if measures else {}
    time = round(found.milliseconds, 3)
    return SearchLine(questions.name, legs, query.id, query.text, direction, gold, came, ordered, time, found.snapshot)


def _told(document: CorpusDocument) -> dict[str, Any]:
    return {"document": document.id, "title": document.title, "text": document.text[:EXCERPT]}
