"""Fetching a model from the hub: the only file of this room that reaches the network, and only for "hub:owner/name"."""

from __future__ import annotations

import shutil
from pathlib import Path

from index.errors import ModelUnusable

HUB = "hub:"
"""In front of a model that is to be downloaded. Anything else is a path, so that a mistyped one asks nobody."""


def download(repository: str, target: Path) -> None:
    """Put a hub repository into the folder `target`, which appears whole or not at all.

    Raises `ModelUnusable` when the hub cannot be reached or has no such sentence-transformers model.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.parent / f".{target.name}.part"  # kept after a failure: the next try goes on from there
    try:
        snapshot_download(
            repository, local_dir=part, ignore_patterns=["onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot"]
        )
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise ModelUnusable(f"the embedder {repository} could not be downloaded: {error}") from error
    if not (part / "modules.json").is_file():
        shutil.rmtree(part)
        raise ModelUnusable(f"{repository} is not a sentence-transformers model: it has no modules.json")
    part.rename(target)
