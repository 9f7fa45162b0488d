"""Processes that work on what somebody sent: how many, for how long, with how much memory."""

import asyncio
from collections.abc import Iterator

import pytest
from letters import letter
from serving import children, eventually

from foedus.ontology.errors import InputRefused
from foedus.service.errors import Busy, JobDied, JobOverran, ReportTooLong
from foedus.service.jobs import Jobs, Limits
from foedus.service.jobs.nursery import Nursery

ENDLESS = b"<x:a> <x:b> <x:c> .\n" * 1_000_000
PLENTY = Limits(seconds=120, memory=2 * 1024**3)
JUDGE = {"beside": [], "form": "json", "lang": "en"}
TRIG = {**JUDGE, "media": "application/trig"}
LINES = {**JUDGE, "media": "application/n-triples"}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.stop()


def is_idle(nursery: Nursery) -> bool:
    return eventually(lambda: nursery.pid is None or not children(nursery.pid))


def test_a_job_gives_back_values_and_bytes(nursery: Nursery) -> None:
    jobs = Jobs("judge", nursery, PLENTY)
    done = asyncio.run(jobs.run("judge", TRIG, letter("good").encode()))
    assert done.fields == {"conforms": True}
    assert done.payload.startswith(b"{")
    assert is_idle(nursery)


def test_an_error_of_a_job_is_raised_without_the_place_of_a_file(nursery: Nursery) -> None:
    jobs = Jobs("judge", nursery, PLENTY)
    with pytest.raises(InputRefused) as caught:
        asyncio.run(jobs.run("judge", LINES, b"<x:a>\n<x:b>"))
    assert (caught.value.line, caught.value.source) == (2, None)


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        (Limits(seconds=0.05, memory=2 * 1024**3), JobOverran),
        (Limits(seconds=120, memory=64 * 1024**2), JobDied),
    ],
)
def test_a_job_that_takes_too_much_is_ended(
    limits: Limits, error: type[Exception], nursery: Nursery
) -> None:
    with pytest.raises(error):
        asyncio.run(Jobs("judge", nursery, limits).run("judge", LINES, ENDLESS))
    assert is_idle(nursery)


def test_an_answer_that_is_too_long_is_refused(nursery: Nursery) -> None:
    limits = Limits(seconds=120, memory=2 * 1024**3, output=5)
    with pytest.raises(ReportTooLong):
        asyncio.run(Jobs("judge", nursery, limits).run("judge", TRIG, letter("good").encode()))


def test_only_so_many_run_and_only_so_many_wait(nursery: Nursery) -> None:
    limits = Limits(seconds=120, memory=2 * 1024**3, at_once=1, waiting=1, patience=0.1)

    async def crowd() -> list[object]:
        jobs = Jobs("judge", nursery, limits)
        first = asyncio.ensure_future(jobs.run("judge", LINES, ENDLESS))
        await asyncio.sleep(0)
        later = [jobs.run("judge", TRIG, letter("good").encode()) for _ in range(2)]
        found = list(await asyncio.gather(*later, return_exceptions=True))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return found

    assert [type(it) for it in asyncio.run(crowd())] == [Busy, Busy]
    assert is_idle(nursery)
