"""What sign-in does as time passes."""

from __future__ import annotations

from datetime import timedelta

from cms.limits.limiter import forget_old_attempts
from cms.publishing.clock import register_periodic


@register_periodic(
    "forget_attempts", timedelta(hours=1), "Forgets who tried to sign in or asked for a new password, after a day."
)
def forget_attempts() -> None:
    """Delete counted tries that no limit needs any more."""
    forget_old_attempts()
