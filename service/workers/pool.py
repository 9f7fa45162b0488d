"""The pool: which worker gets which job, for how long, and what else waits.

*Fast lane*: a few workers. A job is put behind one that has just begun rather than wake a worker
that sleeps; whoever waits behind a job that has run 5 ms goes elsewhere.

*Slow lane*: a job that has run 50 ms, or whose long result begins to be sent, takes a place there.
Its worker goes on with a small share, or what nobody else wants, of all processors and soon of the
last one only, and a spare takes its place in the fast lane at once; it comes back when it is done.
Where all places are taken it stands still until there is one, or if many do the job is stopped and
waits. So a worker of the fast lane is free after 50 ms at the latest.
"""

import logging
import time
from asyncio import AbstractEventLoop, TimerHandle, get_running_loop
from collections import deque
from collections.abc import Mapping
from typing import Final

from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import PREFIXES
from foedus.service import metrics
from foedus.service.errors import Busy, QueryCrashed, TimeExceeded
from foedus.service.limits import Limits
from foedus.service.workers.frames import Job
from foedus.service.workers.hand import Hand
from foedus.service.workers.run import Outcome, Pieces, Run
from foedus.service.workers.slow_lane import SlowLane
from foedus.service.workers.staff import Staff
from foedus.service.workers.worker import Duties

logger = logging.getLogger(__name__)

_PACK: Final = 0.002
_MOVE: Final = 0.005
_SLOW: Final = 0.050
"""For how many seconds a job may run before others are not put behind it, before those that are
go elsewhere, and of the processor before it goes to the slow lane itself."""
_LONG: Final = 1.0
"""How many seconds a job may be in the fast lane, whatever it waits for."""
_DEEP: Final = 8
"""How many jobs a worker of the fast lane has at once."""
_PATIENCE: Final = 10
"""How many times its own seconds a query may take when its reader is slow."""


class Pool:
    """Workers for jobs; all of it happens in the event loop that starts it.

    With ``has_network`` queries may call other endpoints, as far as the guards let them.
    """

    def __init__(
        self,
        limits: Limits,
        has_network: bool = False,
        prefixes: Mapping[str, str] = PREFIXES,
    ) -> None:
        self.limits = limits
        duties = Duties(limits.memory, limits.result, limits.held_back, has_network, dict(prefixes))
        self._staff = Staff(limits, duties, self)
        self._waiting: deque[Run] = deque()
        self._slow_lane = SlowLane(self._staff, limits)
        self._number = 0
        self._timer: TimerHandle | None = None
        self._loop: AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the zygote and the first workers; jobs may come at once."""
        self._loop = get_running_loop()
        self._staff.start()
        self._staff.recruit(0)
        metrics.watch_pool(self.states)

    def stop(self) -> None:
        """End every worker; who still waits for a result gets an error."""
        if self._timer:
            self._timer.cancel()
        for run in (*self._staff.runs(), *self._waiting, *self._slow_lane.waiting()):
            run.finish(Busy())
        self._staff.stop()

    async def run(self, job: Job, seconds: float | None = None) -> Outcome:
        """Do a job; it is stopped if the task that waits for it is cancelled.

        Args:
            job: What to do.
            seconds: A deadline, where it is earlier than that of the pool.

        Raises:
            QuerySyntaxError, QueryFailed, NotAcceptable, BadRequest: as `Engine.query` does.
            TimeExceeded, MemoryExceeded, ResultTooLong: a limit is reached.
            Busy: there is no place, and has been none for as long as the query might have run.
            QueryCrashed: the engine came to an end on it.
            StoreUnreadable: the store cannot be read.
        """
        most = self.limits.seconds
        assert self._loop
        run = Run(job, most if seconds is None else min(seconds, most), self._loop)
        self._dispatch(run)
        try:
            await run.first
        except BaseException:
            self._abandon(run)
            raise
        if not run.begun:
            return Outcome(run.form, run.coding, run.whole())
        pieces = Pieces(run, self.limits.stall, lambda: self._abandon(run))
        return Outcome(run.form, run.coding, pieces)

    def open(self, store: str) -> None:
        """Have every worker open a store before it is asked."""
        self._staff.open(store)

    def forget(self, store: str) -> None:
        """Have every worker close a store that is never asked again, and may be removed."""
        self._staff.forget(store)

    def has_worker(self) -> bool:
        """Tell whether there is anybody who answers or will."""
        return bool(self._staff.fast or self._staff.spares or self._staff.slow)

    def states(self) -> dict[str, int]:
        """Count workers: ``idle``, ``fast``, ``slow``, ``spare``; and what waits: ``queue``."""
        busy = sum(bool(hand.runs) for hand in self._staff.fast)
        return {
            "idle": len(self._staff.fast) - busy,
            "fast": busy,
            "slow": len(self._staff.slow),
            "spare": len(self._staff.spares),
            "queue": len(self._waiting) + len(list(self._slow_lane.waiting())),
        }

    # The fast lane.

    def _dispatch(self, run: Run) -> None:
        hand = self._choose(time.monotonic())
        if hand:
            self._give(hand, run)
        elif len(self._waiting) >= self.limits.queue:
            raise Busy
        else:
            self._waiting.append(run)
            self._watch()

    def _choose(self, now: float) -> Hand | None:
        idle = None
        for hand in self._staff.fast:
            if not hand.runs:
                idle = idle or hand
            elif len(hand.runs) < _DEEP and now - hand.runs[0].started < _PACK:
                return hand
        return idle

    def _give(self, hand: Hand, run: Run) -> None:
        self._number += 1
        hand.give(run, self._number)
        self._watch()

    def _feed(self) -> None:
        while self._waiting and (hand := self._choose(time.monotonic())):
            run = self._waiting.popleft()
            if not run.is_over:
                self._give(hand, run)

    def _again(self, runs: list[Run]) -> None:
        """Give jobs to other workers; those that were there first go first."""
        for run in reversed(runs):
            if run.begun:  # whose reader has a part of it, which may come in another order
                self.has_failed(run, QueryCrashed())
            elif not run.is_over:
                run.forget()
                self._waiting.appendleft(run)
        self._feed()

    # What happens in time.

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = get_running_loop().call_later(_MOVE, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = time.monotonic()
        for hand in [hand for hand in self._staff.fast if hand.runs]:
            self._judge(hand, now)
        for run in [hand.runs[0] for hand in self._staff.slow]:
            self._is_late(run, now)
        self._slow_lane.set_old_ones_aside()
        for run in [*self._waiting, *self._slow_lane.waiting()]:
            if now > run.deadline:
                self._fail(run, Busy(), "deadline")
        is_idle = self._slow_lane.is_empty() and not self._waiting
        if not is_idle or any(hand.runs for hand in self._staff.fast):
            self._watch()

    def _judge(self, hand: Hand, now: float) -> None:
        """See to it that nobody waits long for the first job of a worker of the fast lane."""
        first = hand.runs[0]
        age = now - first.started
        if self._is_late(first, now):
            return
        if age > _MOVE and len(hand.runs) > 1:
            back = hand.take_back()
            if back is None:
                self._again(self._staff.dismiss(hand))
                return
            self._again(back)
        # On a busy machine a small query takes long, too, and need not give way for that.
        if len(hand.runs) == 1 and (age > _LONG or (age > _MOVE and hand.used() > _SLOW - _MOVE)):
            self._slow_lane.enter(hand, first)
            self._fill()

    def _is_late(self, run: Run, now: float) -> bool:
        most = run.born + _PATIENCE * run.seconds
        if run.is_over or now < (most if run.is_paused else min(run.deadline, most)):
            return False
        self._fail(run, TimeExceeded(run.seconds), "deadline")
        return True

    # The slow lane.

    def _leave_place(self, run: Run) -> None:
        self._slow_lane.leave_place(run)
        if self._slow_lane.due:
            self._fill()

    def _fill(self) -> None:
        """Let spares go where they are needed, and others come."""
        self._staff.promote()
        due = self._slow_lane.due
        while self._staff.spares and due:
            run = due.popleft()
            if run.is_over:
                self._slow_lane.leave_place(run)
                continue
            hand = self._staff.spares.pop()
            self._staff.slow_down(hand)
            self._give(hand, run)
        self._feed()
        self._staff.recruit(len(self._slow_lane.due))

    # What readers want no more, and what must not go on.

    def _abandon(self, run: Run) -> None:
        self._fail(run, Busy(), "client-gone")

    def _fail(self, run: Run, error: FoedusError, reason: metrics.Reason) -> None:
        """Stop a job; nobody else loses anything by it."""
        if run.is_over:
            return
        run.finish(error)
        hand = run.hand
        if run in self._waiting:
            self._waiting.remove(run)
        self._slow_lane.discard(run)
        is_first = hand and hand.runs and hand.runs[0] is run
        is_old = run.is_paused or time.monotonic() - run.started > _MOVE
        if hand and is_first and (hand.is_slow or is_old):
            metrics.KILLED[reason].inc()
            logger.info("stopped reason=%s", reason)
            self._again(self._staff.dismiss(hand))
            self._fill()
        self._leave_place(run)

    # What the workers tell.

    def is_ready(self, hand: Hand) -> None:
        """Take it in."""
        self._staff.take_in(hand)
        self._fill()
        self._staff.trim()

    def is_staffed(self) -> None:
        """See to it that there are enough."""
        self._fill()

    def has_grown(self, run: Run) -> None:
        """Let a long result begin, if there is a place."""
        if not run.begun and run.held > self.limits.held_back:
            if self._slow_lane.take_place(run):
                run.begin()
            else:
                run.pause()

    def is_done(self, hand: Hand, run: Run) -> None:
        """Give it the next job; who was in the slow lane comes back."""
        self._leave_place(run)
        if hand.is_slow:
            self._staff.renew(hand)
            self._staff.recruit(len(self._slow_lane.due))
        elif self._waiting:
            self._feed()

    def is_lost(self, hand: Hand) -> None:
        """Give its jobs to others, but for the first, which it died of."""
        self._staff.lose(hand)

    def is_orphaned(self, runs: list[Run]) -> None:
        """Give them to others."""
        self._again(runs)

    def has_failed(self, run: Run, error: FoedusError) -> None:
        """Tell its reader."""
        run.finish(error)
        self._leave_place(run)
