"""The pool: what runs away is stopped, nobody else notices, and nothing is left behind."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from foedus.service.errors import (
    Busy,
    MemoryExceeded,
    NotAcceptable,
    QueryCrashed,
    QueryFailed,
    QuerySyntaxError,
    ResultTooLong,
    StoreUnreadable,
    TimeExceeded,
)
from foedus.service.limits import Limits
from foedus.service.workers.frames import Job
from foedus.service.workers.pool import Pool
from foedus.service.workers.run import Outcome
from tests.support.pools import (
    RUNAWAYS,
    SMALL,
    children,
    eventually,
    job,
    whole,
    within,
    write_store,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_store(tmp_path_factory.mktemp("pool") / "store")


async def drained(pool: Pool, job: Job, seconds: float) -> int:
    outcome = await pool.run(job, seconds)
    if isinstance(outcome.body, bytes):
        return len(outcome.body)
    return sum([len(piece) async for piece in outcome.body])


def test_each_form_is_answered_in_its_format(store: str) -> None:
    async def test(pool: Pool) -> None:
        selected = await pool.run(job(store, SMALL))
        assert selected.form == "solutions"
        assert b"urn:s17" in await whole(selected)
        assert await whole(await pool.run(job(store, "ASK {}"))) == b'{"head":{},"boolean":true}'
        graph = await pool.run(job(store, "CONSTRUCT WHERE { <urn:s1> ?p ?o }"))
        assert await whole(graph) == b"<urn:s1> <urn:p1> <urn:s17> .\n"

    within(Limits(), test)


def test_what_is_wrong_is_told_as_what_it_is(store: str) -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(QuerySyntaxError):
            await pool.run(job(store, "SELECT * {"))
        with pytest.raises(QueryFailed):
            await pool.run(job(store, "SELECT * { ?s ?p ?o FILTER (<urn:f>(?o)) }"))
        with pytest.raises(NotAcceptable):
            await pool.run(Job(store, SMALL, None, "json", "turtle"))
        with pytest.raises(StoreUnreadable):
            await pool.run(job(store + "-none", SMALL))
        assert await pool.run(job(store, SMALL))

    within(Limits(), test)


@pytest.mark.parametrize("kind", RUNAWAYS)
def test_a_runaway_is_stopped_at_its_deadline_and_others_go_on(store: str, kind: str) -> None:
    async def test(pool: Pool) -> None:
        runaway = asyncio.create_task(drained(pool, job(store, RUNAWAYS[kind]), 1.5))
        answered = 0
        start = time.monotonic()
        while not runaway.done():
            assert b"urn:s17" in await whole(await pool.run(job(store, SMALL)))
            answered += 1
        with pytest.raises((TimeExceeded, MemoryExceeded)):
            await runaway
        assert time.monotonic() - start < 10
        assert answered > 10
        await eventually(lambda: pool.states()["idle"] == pool.limits.workers)

    within(Limits(workers=2), test)


def test_a_query_that_takes_too_much_memory_is_stopped_alone(store: str) -> None:
    async def test(pool: Pool) -> None:
        bomb = asyncio.create_task(pool.run(job(store, RUNAWAYS["sort"])))
        small = [await pool.run(job(store, f"{SMALL} # {n}")) for n in range(20)]
        with pytest.raises(MemoryExceeded) as caught:
            await bomb
        assert caught.value.most == 100 << 20
        assert len(small) == 20

    within(Limits(memory=100 << 20, seconds=60), test)


def test_too_many_are_refused_at_once(store: str) -> None:
    async def test(pool: Pool) -> None:
        runs = [pool.run(job(store, f"{SMALL} # {n}")) for n in range(20)]
        results = await asyncio.gather(*runs, return_exceptions=True)
        assert sum(isinstance(result, Busy) for result in results) == 17
        assert sum(isinstance(result, Outcome) for result in results) == 3

    within(Limits(queue=3), test)


def test_the_query_of_who_waits_no_more_is_stopped(store: str) -> None:
    async def test(pool: Pool) -> None:
        gone = asyncio.create_task(pool.run(job(store, RUNAWAYS["cross join"])))
        await eventually(lambda: pool.states()["slow"] == 1)
        gone.cancel()
        await eventually(lambda: pool.states()["slow"] == 0, 1)
        with pytest.raises(asyncio.CancelledError):
            await gone

    within(Limits(), test)


def test_who_is_behind_a_runaway_does_not_wait_for_it(store: str) -> None:
    async def test(pool: Pool) -> None:
        await pool.run(job(store, SMALL))
        runaway = asyncio.create_task(pool.run(job(store, RUNAWAYS["cross join"])))
        await asyncio.sleep(0)
        others = [pool.run(job(store, f"{SMALL} # {n}")) for n in range(10)]
        async with asyncio.timeout(10):
            for outcome in await asyncio.gather(*others):
                assert b"urn:s17" in await whole(outcome)
        assert not runaway.done()
        runaway.cancel()

    within(Limits(workers=1), test)


def test_a_worker_that_dies_takes_only_its_query_along(store: str) -> None:
    async def test(pool: Pool) -> None:
        await pool.run(job(store, SMALL))
        before = {pid: cpu(pid) for pid in children()}
        doomed = asyncio.create_task(pool.run(job(store, RUNAWAYS["cross join"])))
        await asyncio.sleep(0.5)
        busiest = max(before, key=lambda pid: cpu(pid) - before[pid])
        os.kill(busiest, signal.SIGSEGV)
        assert await pool.run(job(store, SMALL))
        with pytest.raises(QueryCrashed):
            await doomed
        await eventually(lambda: pool.states()["idle"] == 1)

    within(Limits(workers=1), test)


def cpu(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_the_pool_recovers_from_the_death_of_the_zygote(store: str) -> None:
    async def test(pool: Pool) -> None:
        await pool.run(job(store, SMALL))
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(QueryCrashed, MemoryExceeded):
                    assert await pool.run(job(store, SMALL))
                    break

    within(Limits(), test)


def test_a_result_that_is_too_long_is_an_error(store: str) -> None:
    async def test(pool: Pool) -> None:
        with pytest.raises(ResultTooLong):
            await pool.run(job(store, "SELECT * { ?s ?p ?o }"))
        assert await pool.run(job(store, "SELECT * { ?s ?p ?o } LIMIT 5"))

    within(Limits(result=10_000), test)


def test_a_worker_reaches_no_network(store: str) -> None:
    async def test(pool: Pool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.2)
            port = listener.getsockname()[1]
            text = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
            with pytest.raises((QueryFailed, StoreUnreadable)):
                await pool.run(job(store, text))
            with pytest.raises(TimeoutError):
                listener.accept()

    within(Limits(), test)


def test_a_long_result_comes_in_pieces_and_waits_for_its_reader(store: str) -> None:
    async def test(pool: Pool) -> None:
        outcome = await pool.run(job(store, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"))
        assert not isinstance(outcome.body, bytes)
        pieces = aiter(outcome.body)
        first = await anext(pieces)
        await asyncio.sleep(0.3)
        rest = b"".join([piece async for piece in pieces])
        assert (first + rest).count(b'"a":{') == 100_000
        assert (first + rest).endswith(b"]}}")
        await eventually(lambda: pool.states()["slow"] == 0)

    within(Limits(), test)


def test_a_result_that_is_not_read_to_its_end_is_stopped(store: str) -> None:
    async def test(pool: Pool) -> None:
        outcome = await pool.run(job(store, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
        assert not isinstance(outcome.body, bytes)
        await eventually(lambda: pool.states()["slow"] == 1)
        outcome.body.close()
        await eventually(lambda: pool.states()["slow"] == 0, 1)

    within(Limits(), test)


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_turtle_is_tidied_before_it_is_compressed(store: str, coding: str) -> None:
    async def test(pool: Pool) -> None:
        text = "CONSTRUCT WHERE { ?s <urn:p1> ?o }"
        plain = await pool.run(job(store, text))
        coded = await pool.run(job(store, text, coding=coding))
        assert coded.coding == coding
        assert decode(coding, await whole(coded)) == await whole(plain)
        short = await pool.run(job(store, "ASK {}", coding=coding))
        assert short.coding is None

    within(Limits(), test)


def decode(coding: str, body: bytes) -> bytes:
    import zlib

    import brotli
    import zstandard

    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    plain: bytes = brotli.decompress(body) if coding == "br" else zlib.decompress(body, 31)
    return plain
