"""A few kills of every operation that writes, with their seed; the storm itself is `benchmarks/kill_storm.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the storm forks")

BROKEN = """
import sys
from pathlib import Path
from index.snapshot.building import Building
from index.disk import write_durably
from index.snapshot.manifest import NAME
sys.path.insert(0, "benchmarks")
from kill_storm import SCENARIOS, Bench, Instant

def publish(self, manifest):
    write_durably(self.folder / NAME, manifest.to_json())
    self.home.point_to(self.id)
    self.folder.rename(self.home.snapshots / self.id)
    self._published = True

Building.publish = publish
bench = Bench(Path(sys.argv[1]), 60)
(scenario,) = [one for one in SCENARIOS if str(one) == "publish (a file gone)"]
bench.prepare(scenario)
words, wrong = bench.kill(scenario, [Instant(call="before rename", count=1, of=2)])
print(words)
print(*wrong)
sys.exit(bool(wrong))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python at the top of the project."""
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False, timeout=LONGEST
    )


def test_kills_lose_nothing() -> None:
    """Two kills of each operation leave the old or the new state, whole, and the next run completes the work."""
    done = run("benchmarks/kill_storm.py", "--kills", "10", "--seed", "3", "--rows", "60")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.endswith(": ok") for line in lines] == [True] * 10 + [False]
    assert lines[-1].startswith("seed 3: 10 kills (2 ingest, 2 publish, 2 withdraw, 2 rollback, 2 backup)")
    assert lines[-1].endswith(" 0 deviate")


def test_the_storm_sees_a_publication_in_the_wrong_order(tmp_path: Path) -> None:
    """Were `CURRENT` written before the snapshot has its name, a kill between the two would be told of."""
    done = run("-c", BROKEN, str(tmp_path))
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("before rename 1 of 2\n"), done.stdout
    assert "SnapshotDamaged: the manifest of snapshot" in done.stdout
