"""The commands that put one question: `ask` and `search`."""

from __future__ import annotations

import argparse

from answer.answer import Answered, Token
from index.snapshot.shelf import current_manifest
from server.filters import read_filters
from server.parts import open_home, open_parts, open_search
from server.settings import Settings
from server.talk import plain
from server.terminal import preparing, print_json, show_passages, show_sources
from server.wire import AnswerBody, AskRequest, SearchBody, SearchRequest, passage_bodies


def search(settings: Settings, args: argparse.Namespace) -> int:
    """Print the passages nearest to a question."""
    filters = read_filters(args.filter)
    request = SearchRequest(
        query=args.query, top_k=args.top_k, collection=args.collection, filters=filters, as_of=args.as_of
    )
    request.check(settings)
    current_manifest(open_home(settings))  # with nothing to search, no model need be prepared to say so
    with preparing() as progress, open_search(settings, progress) as (retriever, _):
        found = retriever.search(
            request.query, top_k=request.top_k, collection=request.collection, filters=filters, as_of=request.day
        )
    body = SearchBody(passage_bodies(found.passages), found.snapshot)
    if args.json:
        print_json(body)
    else:
        show_passages(body.passages)
    return 0


def ask(settings: Settings, args: argparse.Namespace) -> int:
    """Answer a question, word by word, and name the sources."""
    filters = read_filters(args.filter)
    request = AskRequest(
        query=args.query,
        top_k=args.top_k,
        collection=args.collection,
        filters=filters,
        language=args.language,
        as_of=args.as_of,
    )
    request.check(settings)
    current_manifest(open_home(settings))
    body: AnswerBody | None = None
    streamed = ""
    with preparing() as progress, open_parts(settings, progress) as parts:
        for item in parts.answerer.ask(
            request.query,
            language=request.language,
            collection=request.collection,
            filters=filters,
            top_k=request.top_k,
            as_of=request.day,
        ):
            match item:
                case Token() if not args.json:
                    print(plain(item.text), end="", flush=True)
                    streamed += item.text
                case Answered():
                    body = AnswerBody.of(item.answer)
    assert body is not None, "the last event of an answer is the answer"
    if args.json:
        print_json(body)
        return 0
    if streamed.strip() != body.answer.strip():  # the checks changed what had been streamed
        print(("\n\n" if streamed else "") + plain(body.answer), end="")
    print()
    show_sources(body)
    return 0
