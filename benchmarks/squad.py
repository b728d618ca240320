"""Reading question sets in SQuAD's layout (XQuAD, CMRC 2018)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def paragraphs(path: Path) -> list[dict[str, Any]]:
    """The paragraphs in their order, each with `context`, its `qas` and the `title` of its article ("" without one)."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        {"title": article.get("title", ""), **paragraph} for article in articles for paragraph in article["paragraphs"]
    ]
