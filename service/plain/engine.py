"""The engine of a plain dataset: the pool, on a copy that has all that was written."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from foedus.graph.snapshot import SnapshotGone
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.service.cache import Cache
from foedus.service.engine import (
    REPORTED,
    Acceptable,
    Answer,
    Asked,
    Chosen,
    Form,
    Proven,
    Query,
    Status,
    read,
)
from foedus.service.errors import BadRequest, NotReady, QueryFailed, ServiceFailed
from foedus.service.federation import Federation
from foedus.service.limits import Limits
from foedus.service.plain.dataset import Dataset
from foedus.service.pooled import LongBody, job_of
from foedus.service.tags import coded, tag
from foedus.service.workers.pool import Pool
from foedus.service.workers.run import Pieces

CSV: Final = Acceptable(Chosen("csv", "text/csv"), None, None)
"""For what is asked here and not by a client."""
_COUNT: Final = Query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
_LONGEST_REASON: Final = 1_000


class PlainEngine:
    """Answers on a dataset as it is; there is one world, and no proof.

    What it calls a snapshot is a state of the dataset: from one write to the next.
    """

    def __init__(self, dataset: Dataset, limits: Limits, federation: Federation) -> None:
        self.pool = Pool(limits, has_network=federation.mediator is not None)
        self._dataset = dataset
        dataset.forget = self.pool.forget
        self._federation = federation
        self._cache = Cache(limits.cache)
        self._status: Status | None = None

    async def start(self) -> None:
        """Start the workers."""
        self.pool.start()

    async def stop(self) -> None:
        """End all processes."""
        self.pool.stop()
        self._dataset.close()

    async def read_world(self, pairs: Sequence[tuple[str, str]]) -> World:
        """Give the only world, whatever is asked for."""
        return REPORTED

    def tags(self, query: Query, world: World, acceptable: Acceptable) -> Collection[str]:
        """Give the tags of the answer, with and without the coding."""
        plain = tag(self._state(query), query, REPORTED, acceptable)
        return {plain, coded(plain, acceptable.coding)} if plain else ()

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer from the cache, or anew; the world does not matter.

        Raises:
            ServiceFailed: an endpoint that the query calls does not answer.
        """
        state = self._state(query)
        plain = tag(state, query, REPORTED, acceptable)
        for name in {coded(plain, acceptable.coding), plain} if plain else ():
            kept = self._cache.get(name)
            if kept:
                return kept
        loan = await self._dataset.borrow()
        try:
            outcome = await self.pool.run(job_of(loan.store, query, acceptable), query.seconds)
        except QueryFailed as error:
            loan.give_back()
            raise self._told(error) from error
        except BaseException:
            loan.give_back()
            raise
        form = Form(outcome.form)
        chosen = acceptable.get(form)
        assert chosen, "else the pool refuses it"
        label = coded(plain, outcome.coding) if plain else None
        answer = Answer(form, chosen.media_type, b"", state, outcome.coding, label)
        keep = partial(self._keep, answer) if label else None
        if isinstance(outcome.body, Pieces):
            return replace(answer, body=LongBody(outcome.body, loan, self._cache.longest, keep))
        loan.give_back()
        if keep:
            keep(outcome.body)
        return replace(answer, body=outcome.body)

    async def why(self, asked: Asked, world: World) -> Proven:
        """Refuse: nothing is derived here."""
        raise BadRequest("a plain dataset has no proofs")

    async def status(self) -> Status:
        """Say what is served; it is counted once a state."""
        if self._status is None or self._status.snapshot != self._dataset.state:
            counted = await self.query(_COUNT, REPORTED, CSV)
            self._status = Status(counted.snapshot, int((await read(counted)).split()[1]))
        return self._status

    def ready(self) -> str:
        """Name the present state, if there is a worker."""
        if not self.pool.has_worker():
            raise NotReady
        return self._dataset.state

    def _state(self, query: Query) -> str:
        state = self._dataset.state
        if query.snapshot not in (None, state):
            raise SnapshotGone(query.snapshot or "")
        return state

    def _keep(self, answer: Answer, body: bytes) -> None:
        self._cache.keep(replace(answer, body=body))

    def _told(self, error: QueryFailed) -> FoedusError:
        """Leave the mediator out, which is none of a client's business."""
        meant = self._federation.unmediated(error.reason)
        return error if meant == error.reason else ServiceFailed(meant[:_LONGEST_REASON])
