"""Reads how much CPU a request took, in this process and in the database's, since most of a request's work may lie in either."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from django.db import connection

Act = Callable[[], object]


def database_seconds() -> float:
    """Return the CPU seconds that this connection's server process has taken so far; 0.0 for SQLite, which runs in ours."""
    if connection.vendor != "postgresql":
        return 0.0
    folder = Path("/proc") / str(connection.connection.info.backend_pid)
    try:
        # Nanoseconds on the processor, where the kernel keeps them.
        return int((folder / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        pass
    try:
        ticks = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


def cpu_seconds(act: Act, times: int) -> float:
    """Return the CPU seconds of one `act`, both processes together, on average over `times`."""
    began = time.process_time() + database_seconds()
    for _ in range(times):
        act()
    return (time.process_time() + database_seconds() - began) / times


def side_by_side(acts: Sequence[Act], rounds: int = 9, times: int = 10) -> list[float]:
    """Return the median CPU seconds of each act, measured in turns, so that a busy machine is busy for all of them."""
    for act in acts:
        cpu_seconds(act, 3)
    gc.collect()
    taken = [[cpu_seconds(act, times) for act in acts] for _ in range(rounds)]
    return [median(one) for one in zip(*taken, strict=True)]
