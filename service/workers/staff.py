"""The workers that there are: as many as are wanted, and one to spare, whatever becomes of them."""

import logging
from asyncio import Task, get_running_loop
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from foedus.ontology.errors import FoedusError
from foedus.service import metrics
from foedus.service.errors import MemoryExceeded, QueryCrashed
from foedus.service.limits import Limits
from foedus.service.workers.hand import Hand, Overseer
from foedus.service.workers.nursery import Newborn, Nursery
from foedus.service.workers.run import Run
from foedus.service.workers.worker import Duties

logger = logging.getLogger(__name__)

SPARES: Final = 1
_GROWN: Final = 8
"""The part of what a query may take that a worker may keep after one, and go on."""
_SIGNS: Final = ("memory allocation", "bad_alloc", "MemoryError")
_PAUSE: Final = 0.2
"""How many seconds to wait before a worker is forked in place of one that did not come up."""
_WARM: Final = 3
"""How many stores a new worker opens before it is asked."""


class Boss(Overseer, Protocol):
    """Is told what changes among the workers, besides what an `Overseer` is."""

    def is_staffed(self) -> None:
        """Hear that there may be somebody new, or nobody where somebody was."""
        ...

    def is_orphaned(self, runs: list[Run]) -> None:
        """Hear of jobs whose worker ended itself over another one."""
        ...

    def has_failed(self, run: Run, error: FoedusError) -> None:
        """Hear what a worker died of."""
        ...


class Staff:
    """The workers.

    Attributes:
        fast: Those of the fast lane.
        spares: Those that wait to be needed.
        slow: Those of the slow lane, each with one job.
        parked: Those that stand still until there is a place in the slow lane, the first to go on
            first.
    """

    def __init__(self, limits: Limits, duties: Duties, boss: Boss) -> None:
        self.fast: list[Hand] = []
        self.spares: list[Hand] = []
        self.slow: set[Hand] = set()
        self.parked: deque[Hand] = deque()
        self._limits = limits
        self._duties = duties
        self._boss = boss
        self._nursery: Nursery | None = None
        self._all: set[Hand] = set()
        self._young: set[Hand] = set()
        self._asked = 0
        self._connecting: set[Task[None]] = set()
        self._warm: deque[str] = deque(maxlen=_WARM)

    def start(self) -> None:
        """Start the zygote; workers are there when they are asked for."""
        self._nursery = Nursery(self._is_forked, self._is_back)

    def stop(self) -> None:
        """End everybody."""
        for task in self._connecting:
            task.cancel()
        for hand in self._all:
            hand.end()
        self._all.clear()
        if self._nursery:
            self._nursery.close()

    def recruit(self, more: int) -> None:
        """Ask for as many workers as are missing, and so many more."""
        wanted = self._limits.workers + SPARES + more
        missing = wanted - len(self.fast) - len(self.spares) - len(self._young) - self._asked
        for _ in range(missing if self._nursery else 0):
            assert self._nursery
            self._asked += 1
            self._nursery.ask(replace(self._duties, open=tuple(self._warm)))

    def promote(self) -> None:
        """Let spares fill the fast lane."""
        while self.spares and len(self.fast) < self._limits.workers:
            self.fast.append(self.spares.pop())

    def take_in(self, hand: Hand) -> None:
        """Have a worker that has come up as a spare."""
        self._young.discard(hand)
        self.spares.append(hand)

    def trim(self) -> None:
        """Let go of spares that are too many; those that came last are the warmest."""
        while len(self.spares) > self._limits.workers:
            self.dismiss(self.spares[0])

    def slow_down(self, hand: Hand) -> None:
        """Move a worker to the slow lane."""
        self._leave(hand)
        self.slow.add(hand)
        hand.slow_down()
        hand.go_on()

    def park(self, hand: Hand) -> None:
        """Have a worker stand still in front of the slow lane."""
        self._leave(hand)
        self.parked.append(hand)
        hand.slow_down()
        hand.stand_still()

    def renew(self, hand: Hand) -> None:
        """Have a worker come back from the slow lane, unless its query has left too much behind."""
        if hand.memory() > self._limits.memory // _GROWN:
            self.dismiss(hand)
            return
        self._leave(hand)
        self._young.add(hand)
        hand.go_on()
        hand.renew()

    def dismiss(self, hand: Hand) -> list[Run]:
        """End a worker; gives the jobs that it had, but for those that are over."""
        hand.end()
        self._leave(hand)
        self._young.discard(hand)
        self._all.discard(hand)
        runs = [run for run in hand.runs if not run.is_over]
        hand.runs.clear()
        return runs

    def _leave(self, hand: Hand) -> None:
        for group in (self.fast, self.spares, self.parked):
            if hand in group:
                group.remove(hand)
        self.slow.discard(hand)

    def lose(self, hand: Hand) -> None:
        """Hear that a worker is gone; its first job is what it died of."""
        guilty = next(iter(hand.runs), None)
        was_young = hand in self._young
        error = self._cause(hand.newborn)
        others = [run for run in self.dismiss(hand) if run is not guilty]
        if guilty and not guilty.is_over:
            self._boss.has_failed(guilty, error)
        self._boss.is_orphaned(others)
        if was_young:
            get_running_loop().call_later(_PAUSE, self._boss.is_staffed)
        else:
            self._boss.is_staffed()

    def _cause(self, newborn: Newborn) -> FoedusError:
        """Find out what it died of; the kernel ends who takes too much memory without a word."""
        words = newborn.last_words()
        is_memory = not words or any(sign in words for sign in _SIGNS)
        metrics.KILLED["memory" if is_memory else "crash"].inc()
        logger.warning("worker died: %s", " ".join(words.split()[:20]))
        return MemoryExceeded(self._limits.memory) if is_memory else QueryCrashed()

    def runs(self) -> Iterator[Run]:
        """Give all jobs that workers have."""
        for hand in self._all:
            yield from hand.runs

    def open(self, store: str) -> None:
        """Have every worker open a store before it is asked, also those that are to come."""
        if store not in self._warm:
            self._warm.append(store)
        for hand in self._all:
            hand.open(store)

    def forget(self, store: str) -> None:
        """Have every worker close a store."""
        if store in self._warm:
            self._warm.remove(store)
        for hand in self._all:
            hand.drop(store)

    def _is_forked(self, newborn: Newborn | None) -> None:
        self._asked -= 1
        if newborn is None:
            get_running_loop().call_later(_PAUSE, self._boss.is_staffed)
            return
        hand = Hand(newborn, self._boss, self._limits.memory, self._limits.result)
        self._all.add(hand)
        self._young.add(hand)
        task = get_running_loop().create_task(hand.connect())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    def _is_back(self) -> None:
        """Hear that there is another zygote, which was asked for nobody yet."""
        self._asked = 0
        self._boss.is_staffed()
