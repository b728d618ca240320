"""Words in pictures, Chinese and English, read offline by RapidOCR where the `ocr` extra is installed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.chunk import Locator
from ingest.document import Element, Refused, RowRefused

INSTALL = "words in pictures are read only with the ocr extra: pip install 'xuanji[ocr]'"
SWITCHED_OFF = "words in pictures are not read, because OCR is switched off"
MAX_PIXELS = 100_000_000
SURE = 0.5
"""Least confidence of a line (0 to 1); RapidOCR's own default. Below it stand scratches and patterns."""


def available() -> bool:
    """Whether the `ocr` extra is installed."""
    return find_spec("rapidocr_onnxruntime") is not None


def read_image(path: Path, *, ocr: bool) -> Iterator[Element | RowRefused]:
    """The words of a picture, a text for each page of it. Raises `Refused` without OCR or without words."""
    from PIL import Image, ImageSequence, UnidentifiedImageError

    if not ocr:
        raise Refused(SWITCHED_OFF)
    if not available():
        raise Refused(INSTALL)
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused(f"the picture has {image.width} x {image.height} points, too many to read")
            pages = image.format == "TIFF"
            found = False
            for number, frame in enumerate(ImageSequence.Iterator(image) if pages else [image], start=1):
                text = words(frame)
                if text:
                    found = True
                    yield Element("text", text, locator=Locator(page=number if pages else None))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(f"the picture is damaged or of an unknown kind: {error}") from error
    if not found:
        raise Refused("no words were found in the picture")


def words(image: Any) -> str:
    """The text of a PIL image, line by line from the top; empty where there is none."""
    import numpy as np

    lines, _ = _engine()(np.asarray(image.convert("RGB"))[:, :, ::-1])
    boxes = [
        (min(point[1] for point in box), max(point[1] for point in box), box[0][0], text)
        for box, text, score in lines or []
        if float(score) >= SURE and text.strip()
    ]
    rows: list[list[tuple[float, float, float, str]]] = []
    for box in sorted(boxes):
        middle = (box[0] + box[1]) / 2
        if rows and rows[-1][0][0] < middle < rows[-1][0][1]:
            rows[-1].append(box)
        else:
            rows.append([box])
    return "\n".join("  ".join(box[3] for box in sorted(row, key=lambda box: box[2])) for row in rows)


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR  # type: ignore[import-untyped]

    return RapidOCR()
