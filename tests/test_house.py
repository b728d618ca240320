"""The house: rooms import only to their left, and heavy libraries are imported in one file, never at import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parent.parent
LEFT = {
    "index": set(),
    "engine": {"index"},
    "ingest": {"index"},
    "retriever": {"index", "engine"},
    "answer": {"index", "engine", "retriever"},
    "evaluation": {"index", "engine", "ingest", "retriever", "answer"},
    "tuning": {"index", "engine", "ingest", "retriever", "answer", "evaluation"},
    "server": {"index", "engine", "ingest", "retriever", "answer", "evaluation", "tuning"},
}
BELOW = {
    "lexicon": set(),
    "text": {"lexicon"},
    "embedding": set(),
    "segments": {"text"},
    "database": {"text"},
    "snapshot": {"text", "embedding", "segments", "database"},
    "publishing": {"text", "embedding", "segments", "database", "snapshot"},
    "keeping": {"text", "embedding", "segments", "database", "snapshot", "publishing"},
}
"""The folders of `index`, leaves first, and which of them each may import. The files beside them import no folder."""
HEAVY = {
    *("torch", "faiss", "llama_cpp", "unstructured", "onnxruntime", "sentence_transformers", "openvino"),
    *("opencc", "Stemmer", "httpx", "prometheus_client", "opentelemetry"),
}

WAITS = {"wait", "join", "result", "get", "communicate", "acquire"}


def imports(path: Path) -> list[tuple[str, bool]]:
    """Each imported module's top-level name, and whether the import stands at the top of the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found += [(name.split(".")[0], node in tree.body) for name in names]
    return found


def files(room: str) -> list[Path]:
    return [path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


def test_rooms_import_only_to_their_left() -> None:
    """Arrows point one way, as `LEFT` has them; no import of our own is hidden in a function."""
    wrong = []
    for room, allowed in LEFT.items():
        for path in files(room):
            for name, at_top in imports(path):
                if name in LEFT and (name not in allowed | {room} or not at_top):
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_the_engine_takes_nothing_but_the_error_tree() -> None:
    """It knows language models and nothing that is stored: of `index` it imports `index.errors` alone."""
    assert {module for path in files("engine") for module in of_index(path)} == {"index.errors"}


def of_index(path: Path) -> set[str]:
    """The modules of `index` that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name for name in named if name.split(".")[0] == "index"}


def test_folders_of_index_import_only_below() -> None:
    """Inside `index` arrows point to leaves, as `BELOW` has them, and what lies beside them is below them all."""
    wrong = []
    assert {path.parent.name for path in (ROOT / "index").glob("*/__init__.py")} == set(BELOW)
    for path in files("index"):
        folder = path.relative_to(ROOT / "index").parts[0]
        for module in of_index(path):
            name = module.split(".")[1]
            if name in BELOW and name != folder and name not in BELOW.get(folder, set()):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_a_module_of_index_needs_few_others() -> None:
    """Its modules import 3.5 others of the room on average, and none is longer than 300 lines."""
    modules = [path for path in files("index") if path.name != "__init__.py"]
    assert sum(len(of_index(path)) for path in modules) <= 3.5 * len(modules)
    lines = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules}
    assert {path: count for path, count in lines.items() if count > 300} == {}


def test_a_heavy_library_is_imported_in_one_file_and_inside() -> None:
    """Each heavy library has one file that knows it, and importing that file does not import the library.

    But for torch in `tuning`, which is what learns there.
    """
    users: dict[str, set[str]] = {}
    for room in LEFT:
        for path in files(room):
            for name, at_top in imports(path):
                if name in HEAVY and (room, name) != ("tuning", "torch"):
                    assert not at_top, f"{path.relative_to(ROOT)} imports {name} when it is imported"
                    users.setdefault(name, set()).add(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in users.items() if len(paths) > 1} == {}


def unlimited(call: ast.Call) -> bool:
    """Whether a call waits for another thread or process for as long as that likes."""
    if not isinstance(call.func, ast.Attribute):
        return False
    given = {keyword.arg for keyword in call.keywords}
    if ast.unparse(call.func) == "subprocess.run":
        return "timeout" not in given
    return call.func.attr in WAITS and not call.args and "timeout" not in given


def test_every_wait_of_a_test_has_a_limit() -> None:
    """A thread, a process or an event that never comes fails its test, and does not hold up the others."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and unlimited(node)
    ]
    assert found == []


def test_the_readme_lists_every_document_once() -> None:
    """In its list of more to read; whoever adds a document adds its line."""
    more = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## More\n")[2]
    listed = re.findall(r"^- \[(docs/[^]]+)\]\(\1\): .+$", more, re.MULTILINE)
    assert sorted(listed) == sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))


def test_help_imports_nothing_heavy() -> None:
    """The command line's help loads no model library and no web framework."""
    code = (
        "import sys\nfrom server.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"heavy = {sorted(HEAVY | {'fastapi', 'uvicorn', 'pandas', 'transformers'})!r}\n"
        "print('loaded:', sorted(set(heavy) & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=LONGEST
    )
    assert shown.stdout.splitlines()[-1] == "loaded: []"
