"""Which server a prompt goes to, by hand-made loads and times."""

from __future__ import annotations

from engine.replicas import Replicas

KEYS = [f"key {n}" for n in range(300)]


def homes(replicas: Replicas) -> dict[str, str]:
    """Where each key goes while nothing runs."""
    found = {}
    for key in KEYS:
        found[key] = replicas.take(key)
        replicas.give(found[key])
    return found


def test_only_the_keys_of_a_lost_server_move() -> None:
    """Three servers share the keys about evenly; without one, those of the others stay, and come back when it does."""
    now = 0.0
    replicas = Replicas(["a", "b", "c"], clock=lambda: now)
    before = homes(replicas)
    assert all(70 < list(before.values()).count(url) < 130 for url in "abc")
    assert replicas.rest("b", 5) is True
    without = homes(replicas)
    assert {before[key] for key in KEYS if before[key] != without[key]} == {"b"}
    assert set(without.values()) == {"a", "c"}
    now = 5.0
    assert homes(replicas) == before


def test_a_much_busier_server_is_passed_over() -> None:
    """With the other one idle the third prompt still waits at home; the fourth goes to the idle one."""
    replicas = Replicas(["a", "b"])
    key = next(key for key, url in homes(replicas).items() if url == "a")
    assert [replicas.take(key) for _ in range(5)] == ["a", "a", "a", "b", "a"]
    replicas.give("b")
    assert replicas.take(key) == "b"


def test_where_all_have_failed_the_first_to_come_back_is_asked() -> None:
    """A single server is asked again at once."""
    now = 0.0
    replicas = Replicas(["a", "b"], clock=lambda: now)
    replicas.rest("a", 2)
    assert replicas.urls == ("b", "a")
    assert replicas.rest("b", 1) is False
    assert {replicas.take(key) for key in KEYS} == {"b"}
    alone = Replicas(["a"])
    assert alone.rest("a") is False
    assert alone.take("key") == "a"
