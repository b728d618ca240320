"""Whole-pipeline ingest against a bare `SentenceTransformer.encode` of the same chunks, in one run.

    python benchmarks/ingest_throughput.py --data ../shared/data [--form fp32] [--form auto]

Makes a mixed folder (product sheets, feeds, manuals in several formats, articles) of at least 5,000 chunks, ingests it
from files to published snapshot with each form of the embedder, each into a new home, and encodes the very same texts
with sentence-transformers as it comes (fp32, batch 32). Prints chunks/s, the ratios, and how far the vectors differ.
Models are opened beforehand on both sides; everything else counts.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from index.database.store import Store
from index.database.view import View
from index.embedding.opening import open_embedder
from index.embedding.preparing import prepare_embedder
from index.snapshot.home import Home
from index.snapshot.shelf import current_manifest
from ingest.pipeline import ingest_folder


def mixed_folder(data: Path, folder: Path) -> None:
    """Real files of many kinds, as they lie on a shop's disk."""
    for name in ("magento_catalog", "esp_boards", "olimex_manual"):
        shutil.copytree(data / name, folder / name, ignore=shutil.ignore_patterns("*.odt", "SOURCE.md", "LICENSE*"))
    shutil.copy(data / "adventureworks" / "products_en_zh.jsonl", folder)
    articles = json.loads((data / "cmrc2018_trial" / "cmrc2018_trial.json").read_bytes())["data"]
    (folder / "articles").mkdir()
    for number, article in enumerate(articles):
        text = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
        (folder / "articles" / f"{number}.md").write_text(f"# {article['title']}\n\n{text}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--form", action="append", default=[])
    parser.add_argument("--models", type=Path, default=Path(".xuanji/models"))
    options = parser.parse_args()
    model_folder = prepare_embedder(options.models)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "catalog"
        folder.mkdir()
        mixed_folder(options.data, folder)
        texts: dict[str, str] = {}
        vectors: dict[str, dict[str, np.ndarray]] = {}
        rates: dict[str, float] = {}
        for form in options.form or ["fp32", "auto"]:
            embedder = open_embedder(model_folder, form=form)
            embedder.embed_passages(["warm up"])
            home = Home(Path(scratch) / f"home-{form}")
            home.create()
            store = Store.open(home.database_url)
            report = ingest_folder(folder, home=home, store=store, embedder=embedder)
            rates[form] = report.chunks_total / report.seconds
            print(
                f"ingest {form} ({embedder.form}): {report.chunks_total} chunks, {report.embedded} texts embedded, "
                f"{report.seconds:.1f} s, {rates[form]:.2f} chunks/s, refused {len(report.refused)}",
                flush=True,
            )
            manifest = current_manifest(home)
            id = manifest.collections["default"].id
            found: dict[str, np.ndarray] = {}
            view = View(manifest.generation, date.today().isoformat())
            for ids, page in store.vectors(id, manifest.generation, manifest.fingerprint, manifest.dimension):
                chunks = store.chunks(ids.tolist(), id, view)
                for key, vector in zip(ids.tolist(), page, strict=True):
                    text = chunks[key].embedded_text
                    found[chunks[key].id] = vector
                    texts[chunks[key].id] = text
            vectors[form] = found
            store.close()
        from sentence_transformers import SentenceTransformer

        bare = SentenceTransformer(str(model_folder), device="cpu")
        bare.encode(["warm up"])
        keys = list(texts)
        began = time.monotonic()
        encoded = bare.encode(
            [texts[key] for key in keys], batch_size=32, prompt_name="passage", normalize_embeddings=True
        )
        seconds = time.monotonic() - began
        rate = len(keys) / seconds
        print(f"bare encode: {len(keys)} chunks, {seconds:.1f} s, {rate:.2f} chunks/s")
        for form, found in vectors.items():
            stored = np.stack([found[key] for key in keys])
            cosine = (stored * encoded).sum(axis=1)
            print(
                f"{form}: {rates[form] / rate:.2f}x of bare encode; largest difference of a component "
                f"{np.abs(stored - encoded).max():.1e}, least cosine {cosine.min():.4f}, mean {cosine.mean():.5f}"
            )


if __name__ == "__main__":
    main()
