"""Lets editors work and followers follow at the same time, in processes of their own, and compares what they have in the end."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from cms.access.models import MemberOrganisation
from cms.publishing.feed.expiry import record_expiries
from cms.publishing.feed.models import FeedThing
from tests import factories

from .editors import Editor, make_world
from .mirrors import ROOTS, Mirror, exported, read_by_roots

FOLLOWERS = ("public", "Alder", "Birch")
# What follows a change otherwise (the search index) is no part of this proof, and much slower than it.
QUIET = {
    "TASKS": {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
    "WAGTAILSEARCH_BACKENDS": {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}},
    "API_LIMITS": {**settings.API_LIMITS, "cost": 10**9, "deadline_seconds": 120.0},
}


@dataclass
class Verdict:
    """What the proof found: for each follower the things it has too many, lacks, or has otherwise than a full read."""

    operations: int = 0
    done: Counter[str] = field(default_factory=Counter)
    prevented: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    stops: int = 0
    things: dict[str, int] = field(default_factory=dict)
    ghosts: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        return not (self.ghosts or self.misses or self.stale)


def prove(operations: int, *, seed: int = 1, writers: int = 4, has_processes: bool = True) -> Verdict:
    """Carry out that many random operations with followers beside them; return what the judge found."""
    with override_settings(**QUIET):
        make_world()
        keys = {
            name: None if name == "public" else factories.api_key(factories.organisation(name)) for name in FOLLOWERS
        }
        verdict = Verdict(operations)
        run = _in_processes if has_processes else _in_turns
        mirrors = run(verdict, keys, operations, seed, writers)
        _judge(verdict, mirrors)
    return verdict


def _in_turns(verdict: Verdict, keys: dict, operations: int, seed: int, writers: int) -> dict[str, Mirror]:
    editors = [Editor(seed * 100 + number) for number in range(1, writers + 1)]
    mirrors, chance = {name: Mirror(key) for name, key in keys.items()}, random.Random(seed)
    for _ in range(operations):
        chance.choice(editors).act()
        if chance.random() < 0.3:
            mirrors[chance.choice(FOLLOWERS)].follow(chance)
    for editor in editors:
        verdict.done += editor.done
        verdict.prevented += editor.prevented
    return mirrors


def _in_processes(verdict: Verdict, keys: dict, operations: int, seed: int, writers: int) -> dict[str, Mirror]:
    context = multiprocessing.get_context("fork")
    told: Any = context.Queue()
    is_over = context.Event()
    # No connection may be shared between processes.
    connections.close_all()
    share = [operations // writers + (number < operations % writers) for number in range(writers)]
    editing = [
        context.Process(target=_edit, args=(told, seed * 100 + number + 1, count)) for number, count in enumerate(share)
    ]
    # A long run leaves more to the editors: followers of whole copies read far more than editors write.
    pause_seconds = min(max(operations / 500, 1.0), 15.0)
    following = [
        context.Process(target=_follow, args=(told, name, key, f"{name} {seed}", is_over, pause_seconds))
        for name, key in keys.items()
    ]
    for process in (*editing, *following):
        process.start()
    mirrors: dict[str, Mirror] = {}
    left = len(editing)
    while len(mirrors) < len(keys):
        name, what = told.get()
        if isinstance(what, str):
            for process in (*editing, *following):
                process.terminate()
                process.join()
            raise RuntimeError(f"{name} broke off:\n{what}")
        if isinstance(what, Mirror):
            mirrors[name] = what
            continue
        verdict.done += what[0]
        verdict.prevented += what[1]
        left -= 1
        if not left:
            is_over.set()
    for process in (*editing, *following):
        process.join()
    return mirrors


def _edit(told: Any, seed: int, count: int) -> None:
    try:
        editor = Editor(seed)
        for _ in range(count):
            editor.act()
        told.put((seed, (editor.done, editor.prevented)))
    except BaseException:
        told.put((f"editor {seed}", _trace()))
        raise


def _follow(told: Any, name: str, key: str | None, seed: str, is_over: Any, pause_seconds: float) -> None:
    try:
        mirror, chance = Mirror(key), random.Random(seed)
        while not is_over.is_set():
            mirror.follow(chance)
            is_over.wait(chance.uniform(0, pause_seconds))
        told.put((name, mirror))
    except BaseException:
        told.put((name, _trace()))
        raise


def _trace() -> str:
    import traceback

    return traceback.format_exc()


def _let_all_expire() -> None:
    """Wait until nothing is left whose time runs out while the judge reads."""
    while FeedThing.objects.filter(visible_until__isnull=False).exists():
        last = FeedThing.objects.order_by("-visible_until").filter(visible_until__isnull=False).first()
        left = (last.visible_until - timezone.now()).total_seconds()
        if left > 60:
            break
        time.sleep(max(left, 0.0) + 0.01)
        record_expiries(timezone.now())


def _judge(verdict: Verdict, mirrors: dict[str, Mirror]) -> None:
    """Let each follower take up the rest, and compare it with a full export and with the schema's lists."""
    _let_all_expire()
    assert MemberOrganisation.objects.filter(name="Alder").exists()
    for name, mirror in mirrors.items():
        mirror.follow()
        verdict.pages += mirror.pages
        verdict.stops += mirror.stops
        verdict.things[name] = len(mirror.things)
        by_roots = read_by_roots(mirror.key)
        covered = {*ROOTS, "Topic"}
        own = {place: thing for place, thing in mirror.things.items() if place[0] in covered}
        for source, mine, theirs in (("export", mirror.things, exported(mirror.key)), ("lists", own, by_roots)):
            verdict.ghosts += [f"{name}, {source}: {place}" for place in mine.keys() - theirs.keys()]
            verdict.misses += [f"{name}, {source}: {place}" for place in theirs.keys() - mine.keys()]
            verdict.stale += [
                f"{name}, {source}: {place}: {_difference(mine[place], theirs[place])}"
                for place in mine.keys() & theirs.keys()
                if mine[place] != theirs[place]
            ]


def _difference(mine: Any, theirs: Any) -> str:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return "; ".join(
            f"{name}.{_difference(mine[name], theirs[name])}" for name in mine if mine[name] != theirs[name]
        )
    return f" has {mine!r}, should have {theirs!r}"[:600]
