"""What the numbers guard lets through: false alarms on texts held to themselves, and corrupted numbers it catches.

    python benchmarks/numbers_guard.py [--home .xuanji] [--data ../shared/data] [--show 5]

False alarms: every sentence and cell of the home's passages, and of the public texts under --data, held to its own
passage; none may be unsupported. Caught: sentences of the home's passages in which one number, unit, currency or model
number was changed into one that the passage does not state.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from answer.citations import source_of
from answer.numbers import numbers, unsupported
from answer.stated import Stated, stated
from answer.units import split
from index.chunk import Chunk
from index.text.quantities import quantities
from retriever.passage import Passage
from server.parts import open_parts
from server.settings import read_settings

CURRENCIES = {"EUR": "CNY", "CNY": "EUR", "元": "EUR", "€": "¥", "¥": "€", "USD": "EUR"}
UNITS = {
    "months": "years", "month": "year", "years": "months", "个月": "年", "days": "weeks", "天": "周", "hours": "days",
    "minutes": "hours", "小时": "分钟", "分钟": "小时", "mm": "cm", "cm": "mm", "W": "kW", "瓦": "千瓦", "kg": "g",
    "g": "kg", "千克": "克", "ml": "l", "L": "ml", "l": "ml", "litres": "ml", "升": "毫升", "dB": "W", "°C": "mm",
    "V": "W", "个工作日": "个月", "bar": "W",
}  # fmt: skip


def passages(home: str) -> list[Chunk]:
    """Every chunk that a home serves."""
    with open_parts(read_settings({}, {"home": home})) as parts:
        chunks = {}
        for word in (
            "price",
            "guarantee",
            "how to clean",
            "kettle",
            "保修",
            "价格",
            "锅",
            "清洗",
            "robot",
            "parts",
            "配件",
        ):
            for passage in parts.retriever.search(word, top_k=500).passages:
                chunks[passage.chunk.id] = passage.chunk
    return list(chunks.values())


def public_texts(data: Path) -> Iterator[str]:
    """Paragraphs and records of the public sets."""
    for path in sorted((data / "esp_boards").rglob("*.rst")):
        yield from re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    for line in (data / "adventureworks" / "products_en_zh.jsonl").read_text(encoding="utf-8").splitlines():
        yield "\n".join(f"{name}: {value}" for name, value in json.loads(line).items())
    for path in (
        *sorted((data / "magento_catalog").glob("*.csv")),
        *sorted((data / "product_qa_sample").glob("*.csv")),
    ):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield "\n".join(f"{name}: {value}" for name, value in row.items() if name and value)
    for item in json.loads((data / "cmrc2018_trial" / "cmrc2018_trial.json").read_text(encoding="utf-8"))["data"]:
        yield from (paragraph["context"] for paragraph in item["paragraphs"])


def changed_digit(text: str, chance: random.Random) -> str | None:
    """One digit is another."""
    places = [match.start() for match in re.finditer(r"(?<![A-Za-z\d\[-])\d+", text)]
    if not places:
        return None
    at = chance.choice(places)
    return text[:at] + chance.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


def changed_unit(text: str, chance: random.Random) -> str | None:
    """One unit is another of the same or of another kind."""
    return _with_other(text, chance, UNITS)


def changed_currency(text: str, chance: random.Random) -> str | None:
    """Euros are yuan."""
    return _with_other(text, chance, CURRENCIES)


def changed_model(text: str, chance: random.Random) -> str | None:
    """A model number is that of its neighbour."""
    found = list(re.finditer(r"\b[A-Z]{1,3}-?\d{1,4}\b", text))
    if not found:
        return None
    match = chance.choice(found)
    other = match[0][:-1] + str((int(match[0][-1]) + 1) % 10)
    return text[: match.start()] + other + text[match.end() :]


def _with_other(text: str, chance: random.Random, others: dict[str, str]) -> str | None:
    found = [
        (quantity, spelled)
        for quantity in quantities(text)
        for spelled in sorted(others, key=len, reverse=True)
        if re.search(rf"(?<![A-Za-z毫千个]){re.escape(spelled)}$", quantity.written.strip())
    ]
    if not found:
        return None
    quantity, spelled = chance.choice(found)
    written = quantity.written.rstrip()
    return text[: quantity.start] + written[: -len(spelled)] + others[spelled] + text[quantity.end :]


KINDS: dict[str, Callable[[str, random.Random], str | None]] = {
    "digit": changed_digit,
    "unit": changed_unit,
    "currency": changed_currency,
    "model": changed_model,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", default=".xuanji")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--texts", type=int, default=0, help="at most so many public texts, by chance (0: all)")
    parser.add_argument("--show", type=int, default=5, help="alarms and misses printed for each kind")
    options = parser.parse_args()
    chance = random.Random(7)
    chunks = passages(options.home)
    own = [(Passage(chunk, 1.0, 1.0), source_of(chunk)) for chunk in chunks]
    held = [(unit.text, source) for passage, source in own for unit in split(passage)]
    report("own", held, options.show)
    if options.data.is_dir():
        texts = list(public_texts(options.data))
        texts = chance.sample(texts, options.texts) if options.texts else texts
        chunk_of = (Chunk("x", "x.md", 0, text) for text in texts)
        held_public = (
            (unit.text, source)
            for chunk in chunk_of
            for source in [stated(chunk.text)]
            for unit in split(Passage(chunk, 1.0, 1.0))
        )
        report("public", held_public, options.show)
    for kind, change in KINDS.items():
        tried = caught = shown = 0
        for text, source in held:
            other = change(text, chance)
            # a neighbour's number that the passage states too is no corruption that a number alone could show
            if other is None or other == text or not numbers(text):
                continue
            tried += 1
            if unsupported(other, [source]):
                caught += 1
            elif shown < options.show:
                shown += 1
                print(f"  missed ({kind}): {text[:90]!r} -> {other[:90]!r}")
        print(f"{kind}: {caught} of {tried} caught ({caught / max(1, tried):.3f})")


def report(name: str, held: Iterator[tuple[str, Stated]] | list[tuple[str, Stated]], show: int) -> None:
    """Print how many sentences are not supported by their own passage."""
    counts: Counter[str] = Counter()
    for text, source in held:
        counts["sentences"] += 1
        counts["with numbers"] += bool(numbers(text))
        if missing := unsupported(text, [source]):
            counts["alarms"] += 1
            if counts["alarms"] <= show:
                print(f"  false alarm ({name}): {sorted(missing)} in {text[:160]!r}")
    print(f"{name}: {counts['alarms']} alarms in {counts['sentences']} ({counts['with numbers']} with numbers)")


if __name__ == "__main__":
    main()
