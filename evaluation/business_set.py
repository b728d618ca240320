"""The built-in set: questions to the sample catalogue, and the folders that they are asked of."""

from __future__ import annotations

from pathlib import Path

from index.errors import BadRequest

NAME = "business"
ROOM = Path(__file__).resolve().parent
QUESTIONS = ROOM / "business" / "questions.jsonl"
ACCEPTED = ROOM / "accepted.json"


def folders() -> dict[str, Path]:
    """The folder of each collection. Raises BadRequest where this is no checkout, which alone has the catalogue."""
    found = {"default": ROOM.parent / "catalog", "poisoned": ROOM / "business" / "poisoned"}
    if not found["default"].is_dir():
        raise BadRequest(
            f"there is no sample catalogue at {found['default']}: it comes with a checkout only; "
            "name a set of your own, or a home that holds the catalogue with --home"
        )
    return {name: folder for name, folder in found.items() if folder.is_dir() and any(folder.iterdir())}
