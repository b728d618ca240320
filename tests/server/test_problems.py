"""The table from exception class to HTTP status."""

from __future__ import annotations

import importlib
import pkgutil

import answer
import index
import ingest
import retriever
import server
from engine.engine import EngineBusy
from index.errors import NotFound, NothingPublished, StorageUnavailable, XuanjiError
from server.problems import STATUS, NotReady, Problem, TooBusy


def all_errors(kind: type[XuanjiError]) -> set[type[XuanjiError]]:
    """A class and everything below it, of the project's own modules."""
    below = (all_errors(child) for child in kind.__subclasses__())
    return {kind}.union(*below)


def test_every_error_of_the_project_is_in_the_table() -> None:
    """Whoever adds an error decides what HTTP says about it."""
    rooms = (index, ingest, retriever, answer, server)
    for room in rooms:
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    missing = all_errors(XuanjiError) - STATUS.keys()
    names = {room.__name__ for room in rooms}
    assert [kind.__name__ for kind in missing if kind.__module__.partition(".")[0] in names] == []


def test_a_problem_is_made_of_its_error() -> None:
    """Type and title come from the class, the detail from the text; a transient one says when to come back."""
    assert Problem.of(NotFound("there is no collection 'x'")).as_dict() == {
        "type": "urn:xuanji:problem:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no collection 'x'",
    }
    assert Problem.of(NotReady("loading")).headers == {"Retry-After": "1"}


def test_whoever_is_told_503_is_told_when_to_come_back() -> None:
    """The documentation promises Retry-After for all of them."""
    errors = [NotReady("x"), NothingPublished("x"), StorageUnavailable("x"), TooBusy("searches"), EngineBusy(7)]
    assert {type(error) for error in errors} == {kind for kind, status in STATUS.items() if status == 503}
    assert [Problem.of(error).headers for error in errors] == [{"Retry-After": after} for after in "15517"]


def test_half_a_character_can_be_told() -> None:
    """A detail may quote a request that held a lone surrogate, which no reply can hold."""
    assert Problem.of(NotFound("there is no \ud800")).as_dict()["detail"] == "there is no \\ud800"


def test_a_class_unknown_to_the_table_has_its_base_class_s_status() -> None:
    """A test above keeps this from being needed, but a plug-in may bring its own."""

    class Lost(NotFound):
        """Not in the table."""

    problem = Problem.of(Lost("gone"))
    assert problem.status == 404
