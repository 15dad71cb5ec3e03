"""What search does as time passes: digests of alerts, forgetting, and looking after its index."""

from __future__ import annotations

import datetime as dt
import logging

from cms.publishing.clock import register_periodic

from .alerts.digest import forget_unconfirmed, run_alerts
from .engine import EngineUnavailable
from .engine.protocol import Snapshot
from .indexing.index import engine, forget_vectors, is_ready, make_vectors, meaning_stage, rebuild
from .indexing.reconcile import find_drift, mend
from .learning.recorder import forget

logger = logging.getLogger(__name__)

# So long at most are vectors made at a time: the job's claim must not run out, and others wait for the processor.
MAKING_SECONDS = 60.0
_filled: list[Snapshot] = []  # the state of the index that has all its vectors, so that nothing is looked at twice


@register_periodic("search_alerts", dt.timedelta(minutes=20), "Send search emails", goes_by_date=True)
def send_alerts() -> None:
    """Send the digests that are due."""
    run_alerts()


@register_periodic("search_forgetting", dt.timedelta(hours=6), "Delete old counts of searches and unconfirmed alerts")
def forget_old() -> None:
    """Delete what the settings no longer let us keep."""
    forget()
    forget_unconfirmed()


@register_periodic(
    "search_index",
    dt.timedelta(seconds=30),
    "Build the search index when there is none that answers",
    abandoned_after=dt.timedelta(hours=2),
)
def keep_index() -> None:
    """Build the index when it is lost, damaged, or of another version."""
    is_index_ready, sentence = is_ready()
    if not is_index_ready:
        logger.warning("Building the search index anew: %s", sentence)
        rebuild()


@register_periodic(
    "search_meaning",
    dt.timedelta(seconds=5),
    "Make the vectors by which new passages are found in other words",
    abandoned_after=dt.timedelta(minutes=5),
)
def keep_vectors() -> None:
    """Make the vectors that passages lack; nothing where the search goes by words alone."""
    if meaning_stage() is None or not engine().is_healthy()[0]:
        return
    snapshot = engine().snapshot()
    if _filled == [snapshot]:
        return
    if make_vectors(MAKING_SECONDS) == 0:
        _filled[:] = [snapshot]


@register_periodic(
    "search_reconcile",
    dt.timedelta(hours=24),
    "Compare the search index with the database and correct it",
    abandoned_after=dt.timedelta(hours=2),
)
def reconcile() -> None:
    """Mend what differs; what a crash or a restored backup left behind is gone within a day."""
    if not is_ready()[0]:
        return  # `search_index` builds it anew, and nothing can differ then
    forget_vectors()
    drift = find_drift()
    if drift:
        logger.warning("The search index differed from the database: %s", drift)
        still = mend(drift)
        if still:
            raise EngineUnavailable(f"The search index still differs from the database: {still}.")
