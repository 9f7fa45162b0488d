"""What is counted and measured, for Prometheus (``/metrics``).

Whoever does the work counts it here: ``KILLED["deadline"].inc()``. The names of labels are
few and fixed, so that no client can make more of them.
"""

import time
from typing import Final, Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
REGISTRY: Final = CollectorRegistry()
disable_created_metrics()  # type: ignore[no-untyped-call]

Reason = Literal["deadline", "memory", "crash", "client-gone", "stalled", "slow-lane-full"]
"""Why a process was ended before it was done."""
State = Literal["idle", "fast", "slow", "spare"]
"""What a worker is: waiting, answering, answering in the slow lane, or in reserve."""

REQUESTS: Final = Counter(
    "foedus_requests", "Requests answered", ("route", "method", "status"), registry=REGISTRY
)
SECONDS: Final = Histogram(
    "foedus_request_seconds",
    "From a request's headers to the end of its answer",
    ("route",),
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300),
    registry=REGISTRY,
)
SENT: Final = Counter(
    "foedus_sent_bytes", "Bytes of answers, without headers", ("route",), registry=REGISTRY
)
BROKEN: Final = Counter(
    "foedus_answers_broken", "Answers broken off after they had begun", registry=REGISTRY
)
KILLS: Final = Counter(
    "foedus_kills", "Processes ended before they were done", ("reason",), registry=REGISTRY
)
REFUSED: Final = Counter(
    "foedus_refused",
    "Requests refused at the door: too many, too slow, too long",
    ("reason",),
    registry=REGISTRY,
)
QUEUE: Final = Gauge("foedus_queue_length", "Queries that wait for a process", registry=REGISTRY)
WORKERS: Final = Gauge("foedus_workers", "Query processes", ("state",), registry=REGISTRY)
CACHE: Final = Counter(
    "foedus_cache_lookups", "Looks into the cache of answers", ("outcome",), registry=REGISTRY
)
CACHE_BYTES: Final = Gauge("foedus_cache_bytes", "Bytes in the cache of answers", registry=REGISTRY)
JOBS: Final = Counter(
    "foedus_jobs", "Documents judged or written", ("kind", "outcome"), registry=REGISTRY
)
JOBS_RUNNING: Final = Gauge("foedus_jobs_running", "Jobs that are running", registry=REGISTRY)
SNAPSHOT_QUADS: Final = Gauge(
    "foedus_snapshot_quads", "Quads of the snapshot that answers", registry=REGISTRY
)
SNAPSHOT_AGE: Final = Gauge(
    "foedus_snapshot_age_seconds", "Since the snapshot that answers was made", registry=REGISTRY
)

CACHE_HIT: Final = CACHE.labels("hit")
CACHE_MISS: Final = CACHE.labels("miss")
KILLED: Final[dict[Reason, Counter]] = {reason: KILLS.labels(reason) for reason in get_args(Reason)}


def snapshot_is(quads: int, made: float) -> None:
    """Tell which snapshot answers from now on: its size, and when it was made (seconds, epoch)."""
    SNAPSHOT_QUADS.set(quads)
    SNAPSHOT_AGE.set_function(lambda: time.time() - made)


def workers_are(**states: int) -> None:
    """Tell how many workers are in each `State`."""
    for state, count in states.items():
        WORKERS.labels(state).set(count)


def exposition() -> bytes:
    """Write all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
