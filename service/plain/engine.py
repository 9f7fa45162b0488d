"""The engine of a plain dataset: the pool, on a copy that has all that was written."""

from collections.abc import Collection, Sequence
from typing import Final

from foedus.graph.snapshot import SnapshotGone
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.service.answers import Answers, tags
from foedus.service.engine import (
    REPORTED,
    Acceptable,
    Answer,
    Asked,
    Chosen,
    Proven,
    Query,
    Status,
    read,
)
from foedus.service.errors import BadRequest, NotReady, QueryFailed, ServiceFailed
from foedus.service.federation import Federation
from foedus.service.limits import Limits
from foedus.service.plain.dataset import Dataset
from foedus.service.workers.pool import Pool

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
        self._answers = Answers(self.pool, limits.cache)
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
        return tags(self._state(query), query, REPORTED, acceptable)

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer from the cache, or anew; the world does not matter.

        Raises:
            ServiceFailed: an endpoint that the query calls does not answer.
        """
        try:
            return await self._answers.answer(
                self._state(query), query, REPORTED, acceptable, self._dataset.borrow
            )
        except QueryFailed as error:
            raise self._told(error) from error

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

    def _told(self, error: QueryFailed) -> FoedusError:
        """Leave the mediator out, which is none of a client's business."""
        meant = self._federation.unmediated(error.reason)
        return error if meant == error.reason else ServiceFailed(meant[:_LONGEST_REASON])
