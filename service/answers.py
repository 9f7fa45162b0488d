"""Answers from a pool: kept for who asks again, and found once for all who ask at one moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from functools import partial
from typing import Final

from foedus.graph.worlds import World
from foedus.ontology.namespaces import BASE
from foedus.service import metrics
from foedus.service.cache import Cache
from foedus.service.engine import Acceptable, Answer, Body, Form, Query
from foedus.service.tags import coded, tag
from foedus.service.workers.frames import Job
from foedus.service.workers.pool import Pool
from foedus.service.workers.run import Outcome, Pieces
from foedus.service.workers.sink import SMALLEST
from foedus.service.workers.worlds import Loan

Borrow = Callable[[], Awaitable[Loan]]
"""Gives the store that is to be asked; it is given back when the answer is whole."""

_Flight = tuple[str, str | None, float | None]


class Answers:
    """What a pool answers.

    Args:
        pool: What evaluates.
        most: How many bytes may be kept.
    """

    def __init__(self, pool: Pool, most: int) -> None:
        self._pool: Final = pool
        self._cache: Final = Cache(most)
        self._flights: dict[_Flight, list[asyncio.Future[Answer | None]]] = {}

    async def answer(
        self, snapshot: str, query: Query, world: World, acceptable: Acceptable, borrow: Borrow
    ) -> Answer:
        """Answer from the cache, together with who asks the same at this moment, or anew."""
        plain = tag(snapshot, query, world, acceptable)
        evaluate = partial(self._evaluate, snapshot, query, acceptable, plain, borrow)
        if plain is None:
            return await evaluate()
        kept = self._kept(plain, acceptable.coding)
        if kept:
            metrics.CACHE_HIT.inc()
            return kept
        metrics.CACHE_MISS.inc()
        flight = (plain, acceptable.coding, query.seconds)
        others = self._flights.get(flight)
        if others is not None:
            future: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
            others.append(future)
            return await future or await evaluate()
        self._flights[flight] = []
        answer = None
        try:
            answer = await evaluate()
        finally:
            shared = answer if answer and isinstance(answer.body, bytes) else None
            for future in self._flights.pop(flight):
                if not future.done():
                    future.set_result(shared)
        return answer

    def _kept(self, plain: str, coding: str | None) -> Answer | None:
        """Give an answer from the cache; a short one has no coding even where one is liked."""
        kept = self._cache.get(coded(plain, coding))
        if kept is None and coding is not None:
            kept = self._cache.get(plain)
            if kept and isinstance(kept.body, bytes) and len(kept.body) >= SMALLEST:
                return None
        return kept

    async def _evaluate(
        self,
        snapshot: str,
        query: Query,
        acceptable: Acceptable,
        plain: str | None,
        borrow: Borrow,
    ) -> Answer:
        loan = await borrow()
        try:
            outcome = await self._pool.run(_job(loan.store, query, acceptable), query.seconds)
        except BaseException:
            loan.give_back()
            raise
        made = partial(_answer, outcome, snapshot, acceptable, plain)
        if isinstance(outcome.body, Pieces):
            keep = (lambda body: self._cache.keep(made(body))) if plain else None
            return made(_LongBody(outcome.body, loan, self._cache.longest, keep))
        loan.give_back()
        answer = made(outcome.body)
        if plain:
            self._cache.keep(answer)
        return answer


def tags(snapshot: str, query: Query, world: World, acceptable: Acceptable) -> Collection[str]:
    """Give the tags that an answer can have, with and without the coding."""
    plain = tag(snapshot, query, world, acceptable)
    return {plain, coded(plain, acceptable.coding)} if plain else ()


class _LongBody:
    """A long body; kept for others if it turns out not to be too long."""

    def __init__(
        self, pieces: Pieces, loan: Loan, longest: int, keep: Callable[[bytes], None] | None
    ) -> None:
        self._pieces = pieces
        self._loan = loan
        self._longest = longest
        self._keep = keep

    @property
    def patience(self) -> float:
        """For how long its reader may take nothing."""
        return self._pieces.patience

    async def __aiter__(self) -> AsyncIterator[bytes]:
        kept: list[bytes] | None = [] if self._keep else None
        size = 0
        async for piece in self._pieces:
            size += len(piece)
            if size > self._longest:
                kept = None
            if kept is not None:
                kept.append(piece)
            yield piece
        if self._keep and kept is not None:
            self._keep(b"".join(kept))

    def close(self) -> None:
        """Stop what makes it, and give its store back."""
        self._pieces.close()
        self._loan.give_back()


def _answer(
    outcome: Outcome, snapshot: str, acceptable: Acceptable, plain: str | None, body: bytes | Body
) -> Answer:
    form = Form(outcome.form)
    chosen = acceptable.get(form)
    assert chosen, "else the pool refuses it"
    label = coded(plain, outcome.coding) if plain else None
    return Answer(form, chosen.media_type, body, snapshot, outcome.coding, label)


def _job(store: str, query: Query, acceptable: Acceptable) -> Job:
    solutions, boolean, graph = acceptable.solutions, acceptable.boolean, acceptable.graph
    return Job(
        store,
        query.text,
        solutions.format if solutions else None,
        boolean.format if boolean else None,
        graph.format if graph else None,
        acceptable.coding,
        query.default_graphs,
        query.named_graphs,
        BASE,
    )
