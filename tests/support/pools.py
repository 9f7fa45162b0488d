"""A pool of workers for a test, small data, queries that run away, and who works for it."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from foedus.service.limits import Limits
from foedus.service.workers.frames import Job
from foedus.service.workers.pool import Pool
from foedus.service.workers.run import Outcome

TRIPLES = "".join(f"<urn:s{n}> <urn:p{n % 7}> <urn:s{(n * 17) % 2000}> .\n" for n in range(2000))
SMALL = "SELECT ?o { <urn:s1> ?p ?o }"
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d <urn:p1> ?f FILTER (STR(?a) < STR(?f)) }"
COUNTED = (
    b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"285345",'
    b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}'
)
RUNAWAYS = {
    "cross join": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "sort": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d }",
    "distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "concat": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) "
    "{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "regex": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    "FILTER regex(CONCAT(STR(?a), STR(?d), STR(?g)), '(x+)+y') }",
}
_MARK = "PYTEST_POOL"
"""In the environment of every process of a pool of ours."""
Test = Callable[[Pool], Coroutine[Any, Any, None]]


def write_store(folder: Path) -> str:
    """Write the small data into a folder, and give its name."""
    made = ox.Store(str(folder))
    made.bulk_load(TRIPLES, format=ox.RdfFormat.N_TRIPLES)
    made.flush()
    return str(folder)


def job(store: str, text: str, **more: Any) -> Job:  # noqa: ANN401
    return Job(store, text, "json", "json", "turtle", **more)


def within(limits: Limits, test: Test) -> None:
    """Run a test on a pool, which leaves no process behind."""

    async def run() -> None:
        pool = Pool(limits)
        pool.start()
        try:
            await test(pool)
        finally:
            pool.stop()

    os.environ[_MARK] = str(os.getpid())
    try:
        before = children()
        asyncio.run(run())
        soon(lambda: children() <= before)
    finally:
        del os.environ[_MARK]


def children() -> set[int]:
    """Find the zygotes of this process and all workers, whose parent may be gone."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (path / "cmdline").read_bytes()
            state = (path / "stat").read_text().rpartition(")")[2].split()[0]
            ours = (path / "environ").read_bytes()
            is_worker = b"foedus.service.workers.zygote" in command and state != "Z"
            if is_worker and f"{_MARK}={os.getpid()}\0".encode() in ours:
                found.add(int(path.name))
    return found


def soon(is_so: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


async def eventually(is_so: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.02)


async def whole(outcome: Outcome) -> bytes:
    if isinstance(outcome.body, bytes):
        return outcome.body
    return b"".join([piece async for piece in outcome.body])
