"""Sends an answer that was sent a moment ago once more, without finding out again what the request means. For speed alone.

Most requests that meet a cached answer are repetitions to the last sign: an intranet's page asks the same for each of its
readers. What can have changed since are the content and the key. Reading these from the database for each of thousands of
requests a second costs more than everything else about them, so a process may go by what it read at most
`API_REPLAY_SECONDS` ago.

**Why nobody meets an old answer.** A change is announced to nobody before every reading from before it has run out. Its
writer gets its commit back that much later (`wait_after_commit`), and those who follow changes, by the feed or by webhooks,
hear of it that much later (`wait_until_visible`). Whoever knows of a change therefore finds it in every process, on every
machine, without any of them knowing of the others. Only spans of time are measured, so no clocks need to agree, but all
machines must have the same setting.

**The switch.** With `API_REPLAY_SECONDS=0` nothing is replayed, nobody waits, and statements go the usual way through Django.
Everything else stays right; a cached answer then takes three to five times as long.

This is the whole interface: nobody outside imports the modules behind it.
"""

from .responses import Answer, Fingerprint, Headers, Replayable, ReplayCache, fingerprint_of
from .statements import OPEN, PreparedRow, row_of
from .states import State, StateCache
from .waiting import wait_after_commit, wait_until_visible

__all__ = [
    "OPEN",
    "Answer",
    "Fingerprint",
    "Headers",
    "PreparedRow",
    "ReplayCache",
    "Replayable",
    "State",
    "StateCache",
    "fingerprint_of",
    "row_of",
    "wait_after_commit",
    "wait_until_visible",
]
