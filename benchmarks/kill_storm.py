"""Kills at random instants of ingest, publish, withdraw, rollback and backup, and what is left after each.

Run: python benchmarks/kill_storm.py [--kills 200] [--seed 1] [--operation all] [--only N] [--rows 2300] [--lanes 2]

Each kill starts from the same small home, lets a child process (with its reader processes) do one operation, and ends
all of them with SIGKILL: half of the time after a random share of the time that the operation takes, half of the time
just before or after a random one of its calls that touch a file or the database. After it, what a restarted service
sees must be wholly the old or wholly the new state, `verify` must be clean, what had been reported as done must hold,
and the same operation, run again, must complete without embedding anything twice. Every fourth is killed twice.

The seed and the number of a kill decide its operation and its instant: --only repeats one. (An instant in seconds is
repeated as closely as the machine allows.) Exits 1 if anything deviates. Needs os.fork.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pickle
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from random import Random
from typing import Any

from kill_shop import SCENARIOS, Scenario, Shop, lived
from kill_sight import Seen, observe

PATIENCE = 120.0
"""Seconds after which an operation counts as hung."""
MEMORY = "/dev/shm"
"""Where the homes lie, if it is there: what a killed process wrote stays, whether or not it has reached a disk."""
STEPS = frozenset(
    "open write writelines flush close fsync fdatasync truncate ftruncate tofile rename replace link symlink unlink "
    "remove rmdir mkdir utime sendfile copy_file_range flock execute executemany commit rollback backup".split()
)
"""Calls in C that touch a file or the database."""


@dataclass(frozen=True)
class Instant:
    """`seconds` after the beginning; or, where there is a `call`, at the `count`-th of `of` such calls."""

    seconds: float = 0.0
    call: str = ""
    count: int = 0
    of: int = 0

    def __str__(self) -> str:
        return f"{self.call} {self.count} of {self.of}" if self.call else f"after {1000 * self.seconds:.0f} ms"


def watch(told: Callable[[str], None]) -> None:
    """From now on, `told` hears of each call of `STEPS` in this thread before and after it."""
    words = {"c_call": "before", "c_return": "after"}

    def step(_frame: Any, event: str, called: Any) -> None:
        if event in words and called.__name__ in STEPS and not isinstance(called.__self__, str):
            told(f"{words[event]} {called.__name__}")

    sys.setprofile(step)


def die_at(instant: Instant) -> Callable[[str], None]:
    left = instant.count

    def told(call: str) -> None:
        nonlocal left
        if call == instant.call:
            left -= 1
            if not left:
                os.killpg(0, signal.SIGKILL)

    return told


def forked(work: Callable[[Callable[[], object]], Any], kill_after: float | None = None) -> tuple[bool, Any]:
    """Do `work` in a child process that leads a group of its own: whether it came to its end, and its result.

    `work` gets a function that starts the clock: the group is killed `kill_after` seconds later.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _in_child(work, writing)
    os.close(writing)
    with contextlib.suppress(OSError):
        os.setpgid(child, child)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        begun = pipe.read(1)
        waited = PATIENCE if kill_after is None else kill_after
        ended = bool(select.select([pipe], [], [], waited)[0]) if begun else True
        with contextlib.suppress(ProcessLookupError):
            if kill_after is not None or not ended:
                os.killpg(child, signal.SIGKILL)
        data = pipe.read()
    os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # readers that outlived it
    if kill_after is None and not ended:
        raise TimeoutError(f"it hung for {PATIENCE:.0f} s")
    try:
        well, result = pickle.loads(data)
    except (EOFError, pickle.UnpicklingError):
        return False, None
    if not well:
        raise RuntimeError(result)
    return True, result


def _in_child(work: Callable[[Callable[[], object]], Any], writing: int) -> None:
    os.setpgid(0, 0)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        result = (True, work(partial(os.write, writing, b".")))
    except BaseException:  # noqa: BLE001 - it is told to the parent
        result = (False, traceback.format_exc())
    finally:
        sys.setprofile(None)
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(pickle.dumps(result))
    os._exit(0)


@dataclass
class Bench:
    """A place where scenarios are run, one at a time: `world` is worked on, the others are copied to it."""

    root: Path
    rows: int
    old: dict[str, Seen] = field(default_factory=dict)
    new: dict[str, Seen] = field(default_factory=dict)
    calls: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    sent: dict[str, set[str]] = field(default_factory=dict)

    @property
    def world(self) -> Path:
        return self.root / "world"

    def shop(self) -> Shop:
        return Shop(self.world, self.rows)

    def copy(self, source: str, target: str) -> None:
        """Replace a folder by a copy of another, links between files kept."""
        shutil.rmtree(self.root / target, ignore_errors=True)
        if (self.root / source).exists():
            subprocess.run(["cp", "-a", self.root / source, self.root / target], check=True)

    def run(self, work: Callable[[Shop], Any]) -> Any:
        """Do something in a process of its own, to its end."""

        def begun(clock: Callable[[], object]) -> Any:
            clock()
            return work(self.shop())

        return forked(begun)[1]

    def look(self, scenario: Scenario) -> Seen:
        seen: Seen = self.run(partial(observe, scenario=scenario, asked=self.asked(scenario)))
        return seen

    def asked(self, scenario: Scenario) -> list[tuple[str, str]]:
        """Some SKUs: those that change, those that do not, and the withdrawn one."""
        name = str(scenario)
        old, new = ((kept[name].content if name in kept else frozenset()) for kept in (self.old, self.new))
        some = [*sorted(old ^ new)[:4], *sorted(old ^ new)[-4:], *sorted(old & new)[:2]]
        return list(dict.fromkeys([("default", "D-00007"), *((row[0], row[2]) for row in some if row[2])]))

    def prepare(self, scenario: Scenario) -> None:
        """Do a scenario unhurt: what was before, what is after, how long it takes and which calls it makes."""
        name = str(scenario)
        if name in self.new:
            return
        if not (self.root / "lived").exists():
            self.run(lived)
            self.copy("world", "lived")
        self.copy("lived", "world")
        self.run(scenario.setup)
        self.copy("world", name)
        same = next((str(one) for one in SCENARIOS if one.setup is scenario.setup and str(one) in self.old), None)
        self.old[name] = self.old[same] if same else self.look(scenario)
        self.copy(name, "world")
        calls: list[str] = []

        def act(shop: Shop) -> tuple[float, Counter[str], set[str]]:
            if not scenario.fresh:
                shop.open()
            began = time.monotonic()
            watch(calls.append)
            scenario.act(shop)
            sys.setprofile(None)
            return time.monotonic() - began, Counter(calls), set(shop.embedder.sent)

        self.seconds[name], self.calls[name], self.sent[name] = self.run(act)
        self.new[name] = self.look(scenario)
        wrong = [*self.old[name].troubles, *self.new[name].troubles]
        if len(self.new[name].content) < self.rows:
            wrong.append("the price lists were not read")
        if scenario.follows:
            hidden = {value for kind, value in self.new[name].withdrawn if kind == "sku"}
            listed = {row for row in self.shop().listed() if row[2].lower() not in hidden}
            if listed != {row[:4] for row in self.new[name].content if row[2]}:
                wrong.append("what is served is not what the price lists say")
        if wrong:
            raise RuntimeError(f"{name}, not killed: {'; '.join(wrong)}")

    def instant(self, scenario: Scenario, dice: Random) -> Instant:
        """Half in time; half at a kind of call, so that what is rare (a rename) is hit as often as what is not."""
        name = str(scenario)
        if dice.random() < 0.5:
            return Instant(seconds=dice.random() * 1.05 * self.seconds[name])
        call = dice.choice(sorted(self.calls[name]))
        of = self.calls[name][call]
        return Instant(call=call, count=1 + int(dice.random() * of), of=of)

    def strike(self, scenario: Scenario, instant: Instant) -> bool:
        """Run the operation and kill it there; whether it was done before that."""

        def act(clock: Callable[[], object]) -> None:
            shop = self.shop()
            if not scenario.fresh:
                shop.open()
            if instant.call:
                watch(die_at(instant))
            clock()
            scenario.act(shop)
            sys.setprofile(None)

        return forked(act, None if instant.call else instant.seconds)[0]

    def kill(self, scenario: Scenario, instants: Sequence[Instant]) -> tuple[str, list[str]]:
        """Kills, and the run that completes the work: what happened in words, and what deviates."""
        self.copy(str(scenario), "world")
        words, wrong, reached = [], [], "old"
        try:
            for instant in instants:
                done = self.strike(scenario, instant)
                words.append(f"{instant}{' (it was done)' if done else ''}")
                seen = self.look(scenario)
                state = self.state(scenario, seen)
                words[-1] += f": {state}"
                wrong += self.judge(scenario, seen, state, reached, done=done)
                reached = state
            sent = self.run(partial(_finish, scenario=scenario))
            after = self.look(scenario)
            state = self.state(scenario, after)
            wrong += self.judge(scenario, after, state, reached, done=True)
        except (RuntimeError, TimeoutError) as error:
            return ", ".join(words), [*wrong, str(error)]
        missing = self.sent[str(scenario)] - seen.cached
        if sorted(sent) != sorted(missing):
            wrong.append(f"afterwards {len(sent)} texts were embedded, and {len(missing)} had no vector")
        return f"{', '.join(words)}; then {state}, {len(sent)} embedded", wrong

    def state(self, scenario: Scenario, seen: Seen) -> str:
        """Which one it is, by what is seen of it."""
        old, new = self.old[str(scenario)], self.new[str(scenario)]
        if old.state == new.state:
            same = seen.snapshot == old.snapshot != new.snapshot
            return "neither" if seen.state != old.state else "old" if same else "new"
        return "old" if seen.state == old.state else "new" if seen.state == new.state else "neither"

    def judge(self, scenario: Scenario, seen: Seen, state: str, reached: str, *, done: bool) -> list[str]:
        """What is wrong after a kill. `reached` is the state after an earlier kill, `done` whether the operation had
        reported success.
        """
        old, new = self.old[str(scenario)], self.new[str(scenario)]
        wrong = list(seen.troubles)
        if state == "neither":
            wrong.append(f"what {seen.snapshot} serves is neither the old nor the new state: {_difference(old, seen)}")
        elif state == "old" and (done or reached == "new"):
            wrong.append("what had been done is undone")
        expected = old.snapshot if state == "old" else new.snapshot
        if expected is None or expected in old.kept:
            if seen.snapshot != expected:
                wrong.append(f"{seen.snapshot} is current where {expected} should be")
        elif seen.snapshot in old.kept and (done or scenario.operation != "withdraw"):  # it hides first, then purges
            wrong.append(f"{seen.snapshot} is current where a new snapshot should be")
        return wrong


def _finish(shop: Shop, scenario: Scenario) -> list[str]:
    scenario.act(shop)
    return shop.embedder.sent


def _difference(old: Seen, seen: Seen) -> str:
    lacks, has = old.content - seen.content, seen.content - old.content
    return f"to the old one {len(lacks)} rows are missing and {len(has)} added; withdrawn {sorted(seen.withdrawn)}"


OPERATIONS = tuple(dict.fromkeys(scenario.operation for scenario in SCENARIOS))


def chosen(number: int, operations: Sequence[str]) -> Scenario:
    """The operations take turns, and so do the scenarios of each."""
    turn, place = divmod(number, len(operations))
    of = [scenario for scenario in SCENARIOS if scenario.operation == operations[place]]
    return of[turn % len(of)]


def storm(root: Path, rows: int, seed: int, numbers: Sequence[int], operations: Sequence[str]) -> Iterator[bool]:
    """These kills, one after the other: whether anything deviates."""
    bench = Bench(root, rows)
    for number in numbers:
        scenario, dice = chosen(number, operations), Random(f"{seed} {number}")
        try:
            bench.prepare(scenario)
            instants = [bench.instant(scenario, dice) for _ in range(2 if dice.random() < 0.25 else 1)]
            words, wrong = bench.kill(scenario, instants)
        except (RuntimeError, TimeoutError) as error:
            words, wrong = "not killed", [str(error)]
        print(f"seed {seed} kill {number}: {scenario} {words}: {'DEVIATES' if wrong else 'ok'}", flush=True)
        for one in wrong:
            print(f"seed {seed} kill {number}: {one}", flush=True)
        yield bool(wrong)


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill in several lanes, each with a folder and a process of its own, and sum up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operation", choices=(*OPERATIONS, "all"), default="all")
    parser.add_argument("--only", type=int, metavar="N", help="this kill alone")
    parser.add_argument("--rows", type=int, default=2_300, help="above 2,000, an index has segments that stay")
    parser.add_argument("--lanes", type=int, default=2)
    args = parser.parse_args(arguments)
    operations = OPERATIONS if args.operation == "all" else (args.operation,)
    numbers = range(args.kills) if args.only is None else [args.only]
    known = [chosen(number, operations) for number in numbers]
    order = list(dict.fromkeys(known))
    began = time.monotonic()
    # reader processes import the main module again, and have no use for this one
    vars(sys.modules["__main__"]).pop("__file__", None)
    resource_tracker.ensure_running()
    failed = 0
    with tempfile.TemporaryDirectory(
        prefix="kill-storm-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None
    ) as folder:
        lanes = []
        for lane in range(min(args.lanes, len(order))):
            mine = [n for n, scenario in zip(numbers, known, strict=True) if order.index(scenario) % args.lanes == lane]
            lanes.append(os.fork())
            if not lanes[-1]:
                deviating = 125
                try:
                    place = Path(folder) / f"lane-{lane}"
                    place.mkdir()
                    deviating = sum(storm(place, args.rows, args.seed, mine, operations))
                except BaseException:  # noqa: BLE001 - the parent is told by the status
                    traceback.print_exc()
                finally:
                    sys.stdout.flush()
                    os._exit(min(deviating, 125))
        for child in lanes:
            failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    told = ", ".join(f"{count} {name}" for name, count in Counter(one.operation for one in known).items())
    print(f"seed {args.seed}: {len(numbers)} kills ({told}) in {time.monotonic() - began:.0f} s, {failed} deviate")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
