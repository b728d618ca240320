"""What `deploy/` installs: units that hold their promises, a cron line that works in cron's own environment, and a
script that can be run again, tried without being root, and undone."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from server.cli import _umbrella
from tests.waiting import LONGEST

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
SERVICES = ["xuanji.service", "xuanji-reindex.service"]
HARDENED = {
    "User": "xuanji",
    "UMask": "0027",
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "PrivateUsers": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "tmpfs",
    "ReadWritePaths": "/var/lib/xuanji",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "IPAddressDeny": "any",
    "IPAddressAllow": "localhost",
    "SystemCallArchitectures": "native",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
}
STAND_IN = """#!/bin/sh
echo '{"stage": "done"}'
echo "xuanji: called with $* as $(umask), HOME=$HOME" >&2
exit "$(cat "$(dirname "$0")/code")"
"""


def entries(unit: Path) -> list[tuple[str, str, str]]:
    """Every line of a unit as (section, key, value); each must be one."""
    section, found = "", []
    for line in unit.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert (bool(section), equals, key.isalnum()) == (True, "=", True), f"{unit}: {line}"
            found.append((section, key, value))
    return found


class Trial:
    """A prefix to install into, and a program that stands in for xuanji."""

    def __init__(self, root: Path) -> None:
        self.root = root / "prefix"
        self.program = root / "bin" / "xuanji"
        self.program.parent.mkdir()
        self.program.write_text(STAND_IN)
        self.program.chmod(0o755)
        self.ends_with(0)
        self.cron = self.root / "etc/cron.d/xuanji"
        self.settings = self.root / "etc/xuanji/xuanji.toml"
        self.home = self.root / "var/lib/xuanji"
        self.logs = self.root / "var/log/xuanji"

    def ends_with(self, code: int) -> None:
        (self.program.parent / "code").write_text(str(code))

    def install(self, *arguments: str | Path, code: int = 0) -> str:
        """What the script says; it must end with `code`."""
        line = [DEPLOY / "install.sh", "--prefix", self.root, "--xuanji", self.program, *arguments]
        done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=LONGEST)
        assert done.returncode == code, done
        assert (done.stderr == "") == (code == 0), done
        return done.stdout + done.stderr

    def files(self) -> dict[str, bytes | None]:
        """Everything below the prefix; a folder has no content."""
        found = sorted(self.root.rglob("*"))
        return {str(path.relative_to(self.root)): path.read_bytes() if path.is_file() else None for path in found}

    def named(self) -> list[str]:
        return [path for path, content in self.files().items() if content is not None]

    def call_as_cron(self) -> subprocess.CompletedProcess[str]:
        """The one job of the installed crontab, as cron runs it: by /bin/sh, with hardly any environment."""
        environ, jobs = {"PATH": "/usr/bin:/bin", "HOME": "/", "LOGNAME": "xuanji", "SHELL": "/bin/sh"}, []
        text = self.cron.read_text()
        assert text.endswith("\n")  # cron ignores a last line without one
        for line in text.splitlines():
            if variable := re.fullmatch(r"(\w+)=(.*)", line):
                environ[variable[1]] = variable[2]
            elif line and not line.startswith("#"):
                jobs.append(line.split(maxsplit=6))
        ((*when, user, command),) = jobs
        assert (when, user) == (["30", "3", "*", "*", "*"], "xuanji")
        assert "%" not in command  # cron makes a line break of it
        line = [environ["SHELL"], "-c", command]
        return subprocess.run(line, env=environ, cwd="/", capture_output=True, text=True, check=False, timeout=LONGEST)


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """Nothing is installed yet."""
    return Trial(tmp_path)


@pytest.mark.parametrize("name", SERVICES)
def test_the_services_are_hardened(name: str) -> None:
    """Each line once, in [Service], with the value that was tried."""
    found = [(key, value) for section, key, value in entries(DEPLOY / name) if section == "Service"]
    assert {key: [value for other, value in found if other == key] for key in HARDENED} == {
        key: [value] for key, value in HARDENED.items()
    }
    filters = [value for key, value in found if key == "SystemCallFilter"]
    assert filters == ["@system-service", "~@privileged"]
    switched = {
        key for key, value in found if key.startswith(("Protect", "Private")) and value in ("no", "false", "off")
    }
    assert switched == set()


@pytest.mark.parametrize("name", SERVICES)
def test_the_units_call_what_the_command_line_has(name: str) -> None:
    """The parser itself takes the command and its flags; home and settings are those the unit may write and read."""
    (line,) = [value for _, key, value in entries(DEPLOY / name) if key == "ExecStart"]
    program, *arguments = shlex.split(line)
    args = _umbrella().parse_args(arguments)
    assert (program, args.home, str(args.config)) == (
        "/opt/xuanji/.venv/bin/xuanji",
        "/var/lib/xuanji",
        "/etc/xuanji/xuanji.toml",
    )
    expected = {"xuanji.service": "serve", "xuanji-reindex.service": "reindex"}[name]
    assert (arguments[0], args.command) == (expected, _umbrella().parse_args([expected]).command)


def test_a_night_with_refused_inputs_is_no_failure() -> None:
    """1 counts as success for the job; wrong settings do not make the service start over and over."""
    job = {key: value for _, key, value in entries(DEPLOY / "xuanji-reindex.service")}
    assert (job["Type"], job["SuccessExitStatus"], job["Nice"]) == ("oneshot", "1", "10")
    service = {key: value for _, key, value in entries(DEPLOY / "xuanji.service")}
    assert (service["Type"], service["Restart"], service["RestartPreventExitStatus"]) == ("exec", "on-failure", "2")


def test_the_timer_runs_every_night_and_makes_up_for_a_missed_one() -> None:
    """It starts the service of its own name."""
    assert entries(DEPLOY / "xuanji-reindex.timer")[1:] == [
        ("Timer", "OnCalendar", "*-*-* 03:30:00"),
        ("Timer", "RandomizedDelaySec", "10min"),
        ("Timer", "Persistent", "true"),
        ("Install", "WantedBy", "timers.target"),
    ]


def test_the_cron_line_calls_what_the_command_line_has() -> None:
    """The parser takes the words of the line between the program and its redirects."""
    (called,) = re.findall(r"/opt/xuanji/.venv/bin/xuanji (reindex .*?) >>", (DEPLOY / "crontab").read_text())
    args = _umbrella().parse_args(shlex.split(called))
    assert (args.command, args.home, str(args.config)) == (
        _umbrella().parse_args(["reindex"]).command,
        "/var/lib/xuanji",
        "/etc/xuanji/xuanji.toml",
    )


def test_units_are_installed_whole_and_twice_changes_nothing(trial: Trial) -> None:
    """Exactly these files; every path in them is the given one; no mark of the substitution is left."""
    trial.install()
    assert trial.named() == [
        "etc/systemd/system/xuanji-reindex.service",
        "etc/systemd/system/xuanji-reindex.timer",
        "etc/systemd/system/xuanji.service",
        "etc/xuanji/xuanji.toml",
    ]
    assert trial.settings.read_bytes() == (ROOT / "xuanji.example.toml").read_bytes()
    job = trial.root / "etc/systemd/system/xuanji-reindex.service"
    found = {key: value for _, key, value in entries(job)}
    assert found["ExecStart"] == f"{trial.program} reindex --home {trial.home} --config {trial.settings}"
    assert (found["ReadWritePaths"], trial.home.is_dir()) == (str(trial.home), True)
    for path in job.parent.iterdir():
        text = path.read_text()
        assert [word for word in ("/opt/xuanji", " /var/lib", "=/var/lib", "@PROGRAM", "@HOME") if word in text] == []
    before = trial.files()
    assert "wrote" not in trial.install()
    assert trial.files() == before


def test_a_dry_run_says_everything_and_writes_nothing(trial: Trial) -> None:
    """Each file that would be written is named."""
    for kind in ([], ["--cron"]):
        said = trial.install("--dry-run", *kind)
        assert not trial.root.exists()
        trial.install(*kind)
        assert [path for path in trial.named() if f"would write {trial.root / path}\n" not in said] == []
        trial.install("--uninstall")
        subprocess.run(["rm", "-r", trial.root], check=True, timeout=LONGEST)


def test_an_edited_settings_file_is_kept(trial: Trial) -> None:
    """By another installation, and by the removal."""
    trial.install("--cron")
    trial.settings.write_text("port = 9000\n")
    assert f"kept {trial.settings}\n" in trial.install("--cron")
    assert f"left {trial.settings}, which was edited\n" in trial.install("--uninstall")
    assert trial.settings.read_text() == "port = 9000\n"


def test_what_was_changed_by_hand_is_kept_beside(trial: Trial) -> None:
    """Another time in the crontab is not lost by an update, and cron reads no file with a dot in its name."""
    trial.install("--cron")
    installed = trial.cron.read_text()
    edited = installed.replace("\n30 3 ", "\n15 4 ")
    trial.cron.write_text(edited)
    said = trial.install("--cron")
    assert f"kept what was there as {trial.cron}.old\n" in said
    assert (trial.cron.read_text(), trial.cron.with_name("xuanji.old").read_text()) == (installed, edited)


def test_removal_takes_only_its_own(trial: Trial) -> None:
    """A neighbour's unit, a home in use and a log stay; what is ours is gone, empty folders with it."""
    trial.install()
    trial.install("--cron")
    theirs = trial.root / "etc/systemd/system/shop.service"
    theirs.write_text("[Service]\nExecStart=/bin/true\n")
    (trial.home / "CURRENT").write_text("000001\n")
    (trial.logs / "reindex.log").write_text("a night\n")
    before = trial.files()
    trial.install("--uninstall", "--dry-run")
    assert trial.files() == before
    trial.install("--uninstall")
    assert trial.named() == ["etc/systemd/system/shop.service", "var/lib/xuanji/CURRENT", "var/log/xuanji/reindex.log"]
    assert not trial.settings.parent.exists()
    after = trial.files()
    trial.install("--uninstall")
    assert trial.files() == after


def test_a_file_of_somebody_else_is_neither_overwritten_nor_removed(trial: Trial) -> None:
    """It is named, and nothing else is written either."""
    trial.cron.parent.mkdir(parents=True)
    trial.cron.write_text("0 0 * * * root true\n")
    assert f"{trial.cron}: is there and is not ours; move it away" in trial.install("--cron", code=2)
    assert f"left {trial.cron}, which is not ours" in trial.install("--uninstall")
    assert (trial.named(), trial.cron.read_text()) == (["etc/cron.d/xuanji"], "0 0 * * * root true\n")


def test_catalogues_below_home_and_addresses_are_let_in(trial: Trial) -> None:
    """The job sees the folders, read-only, though they be missing tonight; both services may talk to the address."""
    trial.install("--catalogue", "/home/shop/feed", "--catalogue", "/home/shop/目录", "--allow", "10.0.0.0/8")
    units = trial.root / "etc/systemd/system"
    job, service = (entries(units / name) for name in ("xuanji-reindex.service", "xuanji.service"))
    bound = [(section, value) for section, key, value in job if key == "BindReadOnlyPaths"]
    assert bound == [("Service", "-/home/shop/feed"), ("Service", "-/home/shop/目录")]
    for unit in (job, service):
        assert [value for _, key, value in unit if key == "IPAddressAllow"] == ["localhost 10.0.0.0/8"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--xuanji", "/nowhere/xuanji"], "/nowhere/xuanji: the program is not there"),
        (["--home", "/home/shop/xuanji"], "/home/shop/xuanji: the units hide /home"),
        (["--home", "relative"], "relative: give the whole path"),
        (["--home", "/srv/a b"], "/srv/a b: only letters"),
        (["--home", "/srv/a|b"], "/srv/a|b: only letters"),
        (["--home"], "--home needs a value"),
        (["--user", "shop; rm"], "shop; rm is no name of a user"),
        (["--allow", "a;b"], "--allow takes an address"),
        (["--catalogue", "/home/a b"], "needs a line of your own"),
        (["--cron", "--allow", "any"], "--catalogue and --allow are of the units"),
        (["--force"], "unknown option --force"),
    ],
)
def test_what_is_wrong_or_missing_is_named_and_nothing_written(trial: Trial, arguments: list[str], words: str) -> None:
    """Before anything is changed."""
    assert words in trial.install(*arguments, code=2)
    assert not trial.root.exists()


@pytest.mark.parametrize("code", [0, 1])
def test_a_good_night_under_cron_is_silent(trial: Trial, code: int) -> None:
    """Both logs hold what was printed, night after night; cron gets nothing to mail; the code is the job's."""
    trial.install("--cron")
    trial.ends_with(code)
    for _ in range(2):
        done = trial.call_as_cron()
        assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
    assert (trial.logs / "reindex.jsonl").read_text() == '{"stage": "done"}\n' * 2
    called = f"xuanji: called with reindex --home {trial.home} --config {trial.settings} as 0027, HOME=/\n"
    assert (trial.logs / "reindex.log").read_text() == called * 2


@pytest.mark.parametrize("code", [2, 3, 137])
def test_a_failed_night_under_cron_is_told_and_its_output_kept(trial: Trial, code: int) -> None:
    """One sentence for cron to mail, with the code and where the reason stands."""
    trial.install("--cron")
    trial.ends_with(code)
    done = trial.call_as_cron()
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout == f"Xuanji's nightly reindex ended with {code}; {trial.logs}/reindex.log says why\n"
    assert (trial.logs / "reindex.jsonl").read_text() == '{"stage": "done"}\n'
    assert "called with reindex" in (trial.logs / "reindex.log").read_text()


def test_a_program_or_a_log_folder_that_is_gone_is_told_too(trial: Trial) -> None:
    """An upgrade that failed, a disk that is not there: cron has something to mail."""
    trial.install("--cron")
    trial.program.unlink()
    done = trial.call_as_cron()
    assert (done.returncode, "ended with 127" in done.stdout) == (127, True)
    assert "not found" in (trial.logs / "reindex.log").read_text()
    subprocess.run(["rm", "-r", trial.logs], check=True, timeout=LONGEST)
    done = trial.call_as_cron()
    assert (done.returncode != 0, "nightly reindex ended with" in done.stdout) == (True, True)


def test_log_rotation_is_that_of_the_cron_line(trial: Trial) -> None:
    """The two files the line writes are the two that are rotated."""
    trial.install("--cron")
    text = (trial.root / "etc/logrotate.d/xuanji").read_text()
    assert f"\n{trial.logs}/*.jsonl {trial.logs}/*.log {{\n    su xuanji xuanji\n" in text
