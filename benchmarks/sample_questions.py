"""How well the sample catalogue's 40 questions are served: gold source in the top 5, refusals, gold answers.

    python benchmarks/sample_questions.py [--home .xuanji] [--answers]

Needs the index that `make demo` makes. With --answers each question is also asked of the language model.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from pathlib import Path
from typing import Any

from answer.answerer import Answered
from retriever.passage import Passage
from server.parts import open_parts
from server.settings import read_settings

QUESTIONS = Path(__file__).with_name("questions.jsonl")


def is_source(passage: Passage, source: dict[str, Any]) -> bool:
    """Whether a passage comes from a gold source: the same document, and the same page or row where one is named."""
    if passage.chunk.document != source["document"]:
        return False
    place, gold = passage.chunk.locator.as_dict(), source["locator"]
    return all(place.get(part) == gold[part] for part in ("page", "sheet", "row") if part in gold)


def plain(text: str) -> str:
    """Text without width, case and blanks, for looking an answer up."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", default=".xuanji")
    parser.add_argument("--answers", action="store_true")
    options = parser.parse_args()
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    settings = read_settings({}, {"home": options.home})
    hits = refused = wrong_refusals = correct = 0
    with open_parts(settings) as parts:
        for question in questions:
            passages = parts.retriever.search(question["question"], top_k=5).passages
            ranks = [
                n for n, passage in enumerate(passages, 1) if any(is_source(passage, s) for s in question["sources"])
            ]
            hits += bool(ranks)
            line = f"{question['id']}  rank {ranks[0] if ranks else '-'}  relevance {passages[0].relevance:.2f}"
            if options.answers:
                (answered,) = [
                    event for event in parts.answerer.ask(question["question"]) if isinstance(event, Answered)
                ]
                answer = answered.answer
                golds = [question["answer"], *question.get("answer_alternatives", [])] if question["answerable"] else []
                right = any(plain(gold) in plain(answer.text) for gold in golds)
                correct += right
                refused += answer.refused and not question["answerable"]
                wrong_refusals += answer.refused and question["answerable"]
                line += f"  {'refused' if answer.refused else 'right' if right else 'wrong'}  {answer.text!r}"
            print(line, flush=True)
    answerable = sum(question["answerable"] for question in questions)
    print(f"gold source in the top 5: {hits} of {answerable}")
    if options.answers:
        print(f"gold answer in the reply: {correct} of {answerable}; refused though answerable: {wrong_refusals}")
        print(f"unanswerable and refused: {refused} of {len(questions) - answerable}")


if __name__ == "__main__":
    main()
