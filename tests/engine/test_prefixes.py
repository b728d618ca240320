"""The radix tree of what was read before, worked out by hand: states are names, sizes are chosen."""

from engine.llama.prefixes import PrefixCache, common


def test_the_longest_common_beginning_is_found() -> None:
    """Also inside an edge, and below the place where the paths part."""
    cache = PrefixCache(1000)
    cache.add("", [1, 2, 3, 4], "a", 10)
    cache.add("", [1, 2, 5, 6], "b", 10)
    found = {name: cache.find("", name) for name in ((1, 2, 3, 9), (1, 2, 5, 6, 7), (1, 9), (2, 1), (1, 2))}
    assert {name: length for name, (length, _) in found.items()} == {
        (1, 2, 3, 9): 3,
        (1, 2, 5, 6, 7): 4,
        (1, 9): 1,
        (2, 1): 0,
        (1, 2): 2,
    }
    assert [found[name][1].state for name in ((1, 2, 3, 9), (1, 2, 5, 6, 7))] == ["a", "b"]  # type: ignore[union-attr]
    assert found[2, 1] == (0, None)


def test_a_shorter_state_on_the_way_serves_too() -> None:
    """A node in the middle may hold a state; what lies deeper is found all the same."""
    cache = PrefixCache(1000)
    cache.add("", [1, 2, 3, 4], "long", 10)
    cache.add("", [1, 2], "short", 10)
    assert cache.find("", [1, 2, 9])[1].state == "short"  # type: ignore[union-attr]
    assert cache.find("", [1, 2, 3])[1].state == "long"  # type: ignore[union-attr]
    assert (cache.tokens, cache.bytes) == (6, 20)


def test_tenants_see_nothing_of_each_other() -> None:
    """The same tokens, another tenant: nothing."""
    cache = PrefixCache(1000)
    cache.add("a", [1, 2], "a", 10)
    assert cache.find("b", [1, 2]) == (0, None)


def test_what_was_used_stays_and_the_rest_goes() -> None:
    """Within the budget; a state larger than all of it is not taken; the same path again takes the old one's place."""
    cache = PrefixCache(30)
    for number in range(3):
        cache.add("", [number, 7, 7], str(number), 10)
    cache.used(cache.find("", [0, 7, 7])[1])  # type: ignore[arg-type]
    assert cache.add("", [3, 7, 7], "3", 10)
    assert [cache.find("", [number, 7])[0] for number in range(4)] == [2, 0, 2, 2]
    assert (cache.evictions, cache.bytes) == (1, 30)
    assert not cache.add("", [4], "4", 31)
    assert cache.add("", [3, 7, 7], "new", 10)
    assert (cache.evictions, cache.bytes) == (1, 30)


def test_what_is_often_used_ages_too() -> None:
    """A favourite of long ago gives way in the end."""
    cache = PrefixCache(30)
    cache.add("", [1, 1], "old", 10)
    for _ in range(3):
        cache.used(cache.find("", [1, 1])[1])  # type: ignore[arg-type]
    for number in range(2, 30):
        cache.add("", [number, 1], str(number), 10)
    assert cache.find("", [1, 1]) == (0, None)
    assert cache.find("", [29, 1])[0] == 2


def test_a_common_beginning_is_counted() -> None:
    """To the last token, and no further."""
    assert [common((1, 2, 3), other) for other in ((), (1,), (1, 2, 4), (1, 2, 3, 4), (2,))] == [0, 1, 2, 3, 0]
