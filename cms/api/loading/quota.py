"""How much a caller may ask for in a time, as the limits of a request and its answer's headers tell it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """How much may be asked for: cost a minute in the long run, and cost at once after a rest."""

    cost_per_minute: int
    cost_burst: int

    @property
    def seconds_a_unit(self) -> float:
        """The time in which one unit of cost is earned again."""
        return 60.0 / self.cost_per_minute

    @property
    def burst_seconds(self) -> float:
        """The debt of time at which a caller is refused."""
        return self.cost_burst * self.seconds_a_unit

    @property
    def policy(self) -> str:
        """The rate as the header `RateLimit-Policy` tells it."""
        burst = f'"burst";q={self.cost_burst};w={math.ceil(self.burst_seconds)}'
        return f'{burst}, "sustained";q={self.cost_per_minute};w=60'
