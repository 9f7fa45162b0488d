"""The slow lane: so many places for jobs that take long, and what waits in front of them.

A job has begun in the fast lane. Where no place is free its worker stands still, with all that it
has found, until there is one; but only so many workers do, and the jobs of others begin anew.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

from foedus.service import metrics
from foedus.service.errors import Busy
from foedus.service.limits import Limits
from foedus.service.workers.hand import Hand
from foedus.service.workers.run import Run
from foedus.service.workers.staff import Staff

_OLD: Final = 0.400
"""How many seconds of a processor a job may have before it is kept to the last one."""


class SlowLane:
    """Who has a place, and who waits for one.

    Attributes:
        due: Jobs that have a place and need a worker.
    """

    def __init__(self, staff: Staff, limits: Limits) -> None:
        self.due: deque[Run] = deque()
        self._staff = staff
        self._limits = limits
        self._delayed: deque[Run] = deque()
        self._places = 0

    def enter(self, hand: Hand, run: Run) -> None:
        """Have a worker of the fast lane go on here, wait, or be ended; the last may be needed."""
        if run.is_over:
            self._staff.dismiss(hand)
        elif self.take_place(run):
            self._go_on(hand, run)
        elif self._count() >= self._limits.queue:
            self._stop(hand, run)
            run.finish(Busy())
        elif len(self._staff.parked) < self._limits.slow:
            self._staff.park(hand)
        else:
            self._stop(hand, run)
            self._delayed.append(run)

    def take_place(self, run: Run) -> bool:
        """Give a job a place, if there is one; tells whether it has one."""
        if not run.has_place and self._places < self._limits.slow:
            self._places += 1
            run.has_place = True
        return run.has_place

    def leave_place(self, run: Run) -> None:
        """Give the place of a job to the next; does nothing for one that has none."""
        if not run.has_place:
            return
        run.has_place = False
        self._places -= 1
        for hand in list(self._staff.parked):
            if self.take_place(hand.runs[0]):
                self._go_on(hand, hand.runs[0])
                return
        while self._delayed:
            next_ = self._delayed.popleft()
            if not next_.is_over and self.take_place(next_):
                self.due.append(next_)
                return

    def waiting(self) -> Iterator[Run]:
        """Give the jobs that do not go on at present."""
        yield from list(self._delayed)
        yield from list(self.due)
        for hand in list(self._staff.parked):
            yield hand.runs[0]

    def discard(self, run: Run) -> None:
        """Forget a job that waits and is over, if it does."""
        for queue in (self._delayed, self.due):
            if run in queue:
                queue.remove(run)

    def is_empty(self) -> bool:
        """Tell whether there is nobody."""
        return not (self._staff.slow or self._count() or self.due)

    def set_old_ones_aside(self) -> None:
        """Leave one processor to those who have been here for long."""
        for hand in self._staff.slow:
            if hand.runs and hand.used() > _OLD:
                hand.keep_aside()

    def _count(self) -> int:
        return len(self._staff.parked) + len(self._delayed)

    def _go_on(self, hand: Hand, run: Run) -> None:
        self._staff.slow_down(hand)
        if run.held > self._limits.held_back and not run.begun:
            run.begin()

    def _stop(self, hand: Hand, run: Run) -> None:
        self._staff.dismiss(hand)
        metrics.KILLED["slow-lane-full"].inc()
        run.forget()
