"""What one query may take, and how many may run: the limits of the pool that answers queries."""

import os
from dataclasses import dataclass, field


def _processors() -> int:
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Limits:
    """Limits of a pool of workers; sizes are in bytes, times in seconds.

    Attributes:
        seconds: How long a query may run; waiting for a slow reader does not count.
        memory: How much a query may allocate beyond what its worker has when idle.
        result: Longest result, before compression.
        workers: Workers of the fast lane.
        slow: How many queries may run in the slow lane besides.
        queue: How many queries may wait for a place, in each lane.
        cache: How much whole results may take that are kept for who asks again; 0 keeps none.
        held_back: How much of a result is held back before its status line is sent, so that a
            failure up to there is a clean error.
        stall: How long a reader may take nothing of its result.
    """

    seconds: float = 30.0
    memory: int = 1 << 30
    result: int = 4 << 30
    workers: int = field(default_factory=lambda: _processors() + 1)
    slow: int = 8
    queue: int = 64
    cache: int = 64 << 20
    held_back: int = 256 << 10
    stall: float = 20.0
