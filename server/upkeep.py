"""What an operator does to what is served: roll back, pin, withdraw, verify, back up, restore."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answer.answer import Answer, Answered
from evaluation.verify import prove_withdrawn
from evaluation.verify import verify as verify_home
from index.database.exclusive import describe
from index.database.history import record
from index.database.store import Store
from index.database.withdrawals import comparable, release, withdrawals
from index.database.withdrawals import withdraw as withdraw_one
from index.errors import BadRequest, NotFound
from index.keeping.backup import backup as write_backup
from index.keeping.purge import purge_withdrawn
from index.keeping.restore import restore as read_backup
from index.keeping.target import Target, find_standing, find_target
from index.snapshot.home import Home
from index.snapshot.rollback import roll_back
from index.snapshot.shelf import pin
from server.ingest_settings import canaries_file, declared
from server.nightly import republish
from server.parts import answering, open_home, open_index, open_search, opened_store
from server.settings import Settings
from server.talk import plain, say
from server.terminal import preparing, print_json


def rollback(settings: Settings, args: Namespace) -> int:
    """Serve an older snapshot again."""
    home = open_home(settings)
    by = describe("xuanji rollback")
    with opened_store(home) as store, home.writing(by), store.alone(by):
        done = roll_back(home, store, args.snapshot, by=by, reason=args.reason)
    if args.json:
        print_json({"from": done.before, "snapshot": done.now})
    else:
        print(f"snapshot {done.now} is served; {done.before} was. It stays so until the catalogue changes")
    return 0


def pin_snapshot(settings: Settings, args: Namespace) -> int:
    """Keep a snapshot for ever, or no longer."""
    home = open_home(settings)
    with home.writing(describe("xuanji pin")):
        pin(home, args.snapshot, release=args.release)
    if args.json:
        print_json({"snapshot": args.snapshot, "pinned": not args.release})
    else:
        print(f"snapshot {args.snapshot} " + ("goes with the others of its age" if args.release else "is kept"))
    return 0


def withdraw(settings: Settings, args: Namespace) -> int:
    """Let nothing answer for a SKU or a file, from the next question on."""
    home = open_home(settings)
    by = describe("xuanji withdraw")
    with opened_store(home) as store:
        found: dict[str, Any] = {}
        if args.what:
            found = _withdraw_one(home, store, args, by)
            if not args.json:
                _say_withdrawn(found)
        elif not args.list and not args.purge:
            raise BadRequest("name a SKU or a file, or use --list or --purge")
        if args.list or args.json:
            found["withdrawn"] = _standing(store)
        if args.list and not args.json:
            for one in found["withdrawn"]:
                words = [one["kind"], one["value"], _where(one), one["at"], one["by"], one["reason"]]
                print(plain("; ".join(filter(None, words))))
            if not found["withdrawn"]:
                print("nothing is withdrawn")
    if args.purge:
        with preparing() as progress, open_index(settings, progress) as parts:
            report = purge_withdrawn(parts.home, parts.store, parts.embedder, by=by)
        found["purged"] = report.as_dict()
        if not args.json:
            print(plain(str(report)))
    if args.json:
        print_json(found)
    return 0


def _withdraw_one(home: Home, store: Store, args: Namespace, by: str) -> dict[str, Any]:
    """Withdraw or release what is named, and record it; what it was. Raises NotFound where nothing is called so."""
    collection_id = _collection(store, args.collection)
    written = _spellings(args.what)
    target: Target | None
    if args.release:
        target = find_standing(store, written, collection_id)
        if target is None or not release(store.engine, target.kind, target.name, collection_id):
            raise NotFound(_not_released(store, written, args.collection))
        what = "released"
    else:  # what was purged is stored no more, and may be withdrawn once more
        target = find_standing(store, written, collection_id) or find_target(store, written, collection_id)
        withdraw_one(store.engine, target.kind, target.name, by=by, reason=args.reason, collection_id=collection_id)
        what = "withdrawn"
    told = {"kind": target.kind, "value": target.name, "stored": target.stored}
    record(store.engine, what, by, home.current(), {**told, "reason": args.reason})
    return {"what": what, **told, "written": args.what}


def _spellings(what: str) -> list[str]:
    """A name as it was typed, and where it leads as a path, by name and by what links stand for."""
    path = Path(what)
    return [what, str(path.absolute()), str(path.resolve())]


def _say_withdrawn(found: dict[str, Any]) -> None:
    kind, name = found["kind"], found["value"]
    if name != found["written"]:
        say(f"{found['written']} is taken for the {kind} {name}")
    if found["what"] == "released":
        print(plain(f"{name} may be answered again, from the next question on"))
        if not found["stored"]:
            say(f"nothing of this {kind} is stored; it comes back when its file next changes")
        return
    print(plain(f"{kind} {name} is withdrawn, from the next question on, until it is released"))


def _standing(store: Store) -> list[dict[str, Any]]:
    """All that is withdrawn; `collection` is None for all of them."""
    names = {id: name for name, (id, _) in store.collections().items()}
    return [
        {
            "kind": one.kind,
            "value": one.written,
            "collection": None if one.collection_id is None else names[one.collection_id],
            "at": one.at,
            "by": one.by,
            "reason": one.reason,
        }
        for one in withdrawals(store.engine)
    ]


def _where(one: dict[str, Any]) -> str:
    return "in every collection" if one["collection"] is None else f"in {one['collection']}"


def _not_released(store: Store, written: Sequence[str], collection: str | None) -> str:
    """Why a release ended nothing: where it is withdrawn instead, if anywhere."""
    here = f" in {collection}" if collection is not None else ""
    target = find_standing(store, written)
    if target is None:
        return f"{written[0]} is not withdrawn{here}; xuanji withdraw --list shows what is"
    value = comparable(target.kind, target.name)
    there = [
        one for one in _standing(store) if (one["kind"], comparable(target.kind, one["value"])) == (target.kind, value)
    ]
    where = ", ".join(map(_where, there))
    alone = " alone" if any(one["collection"] is None for one in there) else ""
    return f"{written[0]} is withdrawn {where}, not{here}{alone}; without --collection, --release ends that"


def _collection(store: Store, name: str | None) -> int | None:
    if name is None:
        return None
    known = store.collections()
    if name not in known:
        raise NotFound(f"there is no collection {name!r}; there are: {', '.join(sorted(known)) or 'none'}")
    return known[name][0]


def verify(settings: Settings, args: Namespace) -> int:
    """Compare all that is kept, or prove a withdrawal; 1 where something disagrees."""
    if args.withdrawn:
        with (
            preparing() as progress,
            open_search(settings, progress) as (retriever, parts),
            answering(settings, parts, retriever, progress) as whole,
        ):
            written = _spellings(args.withdrawn)
            target = find_standing(parts.store, written) or find_target(parts.store, written)

            def ask(question: str, collection: str) -> Answer:
                events = whole.answerer.ask(question, collection=collection)
                return next(event.answer for event in events if isinstance(event, Answered))

            proof = prove_withdrawn(retriever, parts.store, parts.home, target.kind, target.name, ask)
        if args.json:
            print_json(proof.as_dict())
        else:
            for check in proof.checks:
                print(plain(f"{'ok' if check.ok else 'FAILED':7} {check.name}: {check.sentence}"))
        return 0 if proof.clean else 1
    home = open_home(settings)
    with opened_store(home) as store:
        found = verify_home(home, store, declared(settings))
    if args.json:
        print_json(found.as_dict())
    else:
        for one in found.disagreements:
            print(plain(f"DISAGREES {one.about} {one.collection}: {one.message}"))
        for note in found.notes:
            print(plain(f"note {note.about} {note.collection}: {note.message}"))
        looked = ", ".join(f"{count:,} {what}" for what, count in found.checked.items())
        print(plain(f"{'clean' if found.clean else 'NOT CLEAN'}: {looked}"))
    return 0 if found.clean else 1


def backup(settings: Settings, args: Namespace) -> int:
    """Write everything but the models into one file, with the settings that were read and the shop's own questions."""
    home = open_home(settings)
    with opened_store(home) as store:
        report = write_backup(
            home,
            store,
            args.file,
            settings=settings.read_from,
            canaries=canaries_file(settings).absolute(),
            overwrite=args.overwrite,
        )
    if args.json:
        print_json(report.as_dict())
    else:
        print(plain(str(report)))
    return 0


def restore(settings: Settings, args: Namespace) -> int:
    """Bring a backup back; one of an older version gets its index rebuilt, and nothing is embedded."""
    home = open_home(settings)
    report = read_backup(args.file, home, force=args.force, by=describe("xuanji restore"))
    if report.rebuild:
        with preparing() as progress, open_index(settings, progress) as parts:
            republish(parts, by=describe("xuanji restore"))
    if args.json:
        print_json(report.as_dict())
    else:
        print(plain(str(report)))
    return 0
