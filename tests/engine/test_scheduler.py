"""Who is served next: no model is needed to see that."""

from engine.engine import Caller, Sampling
from engine.llama.scheduler import Scheduler
from engine.llama.sequence import Sequence, Text


def ask(number: int, client: str = "", length: int = 10, **caller: bool) -> Sequence:
    """A request with a prompt of its own."""
    return Sequence(number, [number * 1000 + place for place in range(length)], Sampling(), Caller(client, **caller))  # type: ignore[arg-type]


def nothing(_: Sequence) -> int:
    """Nothing is cached."""
    return 0


def test_clients_take_turns_however_many_requests_each_has() -> None:
    """Ten of one and then one of another: the other is second."""
    scheduler = Scheduler(1)
    for number in range(10):
        scheduler.add(ask(number, "many"))
    scheduler.add(ask(10, "one"))
    first = scheduler.admit(nothing)
    assert first is not None
    assert first.number == 0
    scheduler.charge("many", read=10, made=4)
    assert scheduler.admit(nothing) is None
    scheduler.leave(first)
    second = scheduler.admit(nothing)
    assert second is not None
    assert second.number == 10


def test_who_was_away_brings_no_credit() -> None:
    """A client that comes back begins where the least served of those present stands."""
    scheduler = Scheduler(1)
    scheduler.add(ask(0, "busy"))
    scheduler.charge("busy", read=1000)
    scheduler.add(ask(1, "new"))
    scheduler.add(ask(2, "busy"))
    assert [one.number for one in scheduler.order()] == [0, 1, 2]
    scheduler.charge("new", read=5)
    assert [one.number for one in scheduler.order()] == [0, 2, 1]


def test_people_go_before_batch_work_and_find_a_slot() -> None:
    """Batch work never takes the last free slot while others run, and stands behind whoever waits."""
    scheduler = Scheduler(2)
    for number in range(3):
        scheduler.add(ask(number, batch=True))
    taken = scheduler.admit(nothing)
    assert taken is not None
    assert taken.number == 0
    assert scheduler.admit(nothing) is None
    scheduler.add(ask(3))
    person = scheduler.admit(nothing)
    assert person is not None
    assert person.number == 3


def test_a_step_reads_replies_together_and_prompts_alone() -> None:
    """Pieces keep to the budget and none is a single token."""
    scheduler = Scheduler(4)
    for number, length in enumerate((5, 101, 40)):
        scheduler.add(ask(number, length=length))
    a, b, c = (scheduler.admit(nothing) for _ in range(3))
    assert a
    assert b
    assert c
    a.tokens.append(1)
    a.held = 5
    assert scheduler.plan(100) == [[(a, 1)], [(c, 40)], [(b, 60)]]
    assert scheduler.plan(140) == [[(a, 1)], [(c, 40)], [(b, 101)]]
    b.held = 80
    assert scheduler.plan(50) == [[(a, 1)], [(b, 21)], [(c, 29)]]
    a.guess = [7, 7]
    assert scheduler.plan(50)[0] == [(a, 3)]


def test_text_is_cut_at_stop_texts_and_never_inside_a_character() -> None:
    """A stop text across pieces, half an emoji, a Chinese character byte by byte, what never completes."""
    text = Text(("END", "停"))
    told = [text.push(piece) for piece in (b"a E", b"N", b"x", "🙂".encode()[:2], "🙂".encode()[2:], b"EN")]
    assert told == ["a ", "", "ENx", "", "🙂", ""]
    assert (text.push(b"D rest"), text.stopped, text.rest()) == ("", True, "")
    text = Text(("停",))
    assert [text.push(bytes([byte])) for byte in "好停".encode()] == ["", "", "好", "", "", ""]
    assert text.stopped
    text = Text(())
    assert [text.push("好".encode()[:2]), text.rest()] == ["", "\ufffd"]


def test_those_who_speak_stand_side_by_side() -> None:
    """Slots are exchanged with those who still read, or given up for free ones, and as few of them as will do."""
    scheduler = Scheduler(6)
    for number in range(6):
        scheduler.add(ask(number))
    seated = [scheduler.admit(nothing) for _ in range(6)]
    sequences = [one for one in seated if one is not None]
    assert [one.slot for one in sequences] == [0, 1, 2, 3, 4, 5]
    for number in (0, 2, 3, 5):
        sequences[number].held = 10
        sequences[number].tokens.append(7)
    scheduler.leave(sequences[1])
    assert list(scheduler.exchanges()) == [(5, 1)]
    assert [one.slot for one in sequences] == [0, -1, 2, 3, 4, 1]
    assert list(scheduler.exchanges()) == []
    assert [[one.number for one, _ in batch] for batch in scheduler.plan(100)] == [[0, 5, 2, 3], [4]]
    scheduler.leave(sequences[2])
    scheduler.add(ask(6))
    last = scheduler.admit(nothing)
    assert last is not None
    assert last.slot == 2
    assert list(scheduler.exchanges()) == [(3, 2)]
    assert (sequences[3].slot, last.slot) == (2, 3)
    scheduler.leave(last)
    scheduler.add(ask(7))
    assert (scheduler.admit(nothing) or last).slot == 3
