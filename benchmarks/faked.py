"""The `xuanji` command with nothing replaced but the embedder, which hashes words instead of running a model.

    python benchmarks/faked.py reindex --home FOLDER --json

For measurements in which embedding would take longer than all that is measured. `Installation` calls it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

DIMENSION = 384
"""That of the default embedder."""


def main() -> int:
    """Put the stand-in where commands open their embedder, and run the command."""
    from index.hashing import HashingEmbedder
    from server import parts
    from server.cli import main as command

    def prepare(models: Path, *_: Any, **__: Any) -> Path:
        return models / "hashing"

    def opened(folder: Path, **_: Any) -> HashingEmbedder:
        return HashingEmbedder(folder, DIMENSION)

    vars(parts).update(prepare_embedder=prepare, open_embedder=opened)
    return command()


if __name__ == "__main__":
    sys.exit(main())
