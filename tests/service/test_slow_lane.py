"""The slow lane: who takes long stands back, waits where he is, and comes back as he was."""

import asyncio
import contextlib
import os
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from foedus.service.errors import Busy
from foedus.service.limits import Limits
from foedus.service.workers.pool import Pool
from tests.support.pools import (
    COUNTED,
    LONG,
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


def test_small_queries_go_on_where_the_slow_lane_is_full(store: str) -> None:
    async def test(pool: Pool) -> None:
        runaways = []
        for n in range(9):
            text = f"{RUNAWAYS['cross join']} # {n}"
            runaways.append(asyncio.create_task(pool.run(job(store, text))))
            assert await pool.run(job(store, f"{SMALL} # {n}"))
        await eventually(lambda: sum(task.done() for task in runaways) >= 3, 60)
        assert pool.states()["slow"] == 2
        for n in range(20):
            assert await pool.run(job(store, f"{SMALL} # {n}"))
        for task in runaways:
            task.cancel()
        results = await asyncio.gather(*runaways, return_exceptions=True)
        assert sum(isinstance(result, Busy) for result in results) >= 3

    within(Limits(workers=2, slow=2, queue=4, seconds=100), test)


def test_who_waits_for_a_place_in_the_slow_lane_goes_on_where_it_was(store: str) -> None:
    async def test(pool: Pool) -> None:
        tasks = [asyncio.create_task(pool.run(job(store, f"{LONG} # {n}"))) for n in range(2)]
        await eventually(lambda: pool.states()["queue"] == 1)
        assert await pool.run(job(store, SMALL))
        assert [await whole(it) for it in await asyncio.gather(*tasks)] == [COUNTED, COUNTED]

    before = begun_anew()
    within(Limits(workers=2, slow=1), test)
    assert begun_anew() == before


def test_who_was_in_the_slow_lane_comes_back_as_quick_as_before(store: str) -> None:
    async def test(pool: Pool) -> None:
        task = asyncio.create_task(pool.run(job(store, LONG)))
        await eventually(lambda: pool.states()["slow"] == 1)
        await eventually(lambda: len(giving_way()) == 1)  # who has come up does so no more
        (busy,) = giving_way()
        await eventually(lambda: any(processors == 1 for _, processors in threads(busy)))
        assert await whole(await task) == COUNTED
        await eventually(lambda: pool.states()["spare"] > 0)
        await eventually(lambda: set(threads(busy)) == {(0, len(os.sched_getaffinity(0)))})

    within(Limits(workers=1), test)


def test_who_has_kept_too_much_memory_does_not_come_back(store: str) -> None:
    async def test(pool: Pool) -> None:
        task = asyncio.create_task(pool.run(job(store, LONG)))
        await eventually(lambda: pool.states()["slow"] == 1)
        known = children()
        assert await whole(await task) == COUNTED
        await eventually(lambda: bool(known - children()))

    within(Limits(workers=1, memory=64 << 20), test)


def begun_anew() -> float | None:
    return REGISTRY.get_sample_value("foedus_kills_total", {"reason": "slow-lane-full"})


def giving_way() -> list[int]:
    return [pid for pid in children() if any(nice > 0 for nice, _ in threads(pid))]


def threads(pid: int) -> list[tuple[int, int]]:
    """Give niceness and number of processors of each thread."""
    found = []
    for path in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended
            fields = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            found.append((int(fields[16]), len(os.sched_getaffinity(int(path.name)))))
    return found
