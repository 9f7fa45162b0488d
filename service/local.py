"""The engine that answers in this process, in a thread, from a read-only store.

pyoxigraph releases the interpreter while it evaluates. What it cannot do is stop: a query runs to
its end even if nobody waits for it any more.
"""

import asyncio
import logging
import threading
import traceback
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pyoxigraph as ox

from foedus.graph import snapshot
from foedus.graph.proofs import fixed
from foedus.graph.snapshot import Snapshot
from foedus.graph.why import Whys
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import BASE
from foedus.service import turtle
from foedus.service.diagnosis import syntax_error
from foedus.service.engine import REPORTED, Acceptable, Answer, Asked, Form, Proven, Query, Status
from foedus.service.errors import BadRequest, Busy, NoSnapshot, NotAcceptable, QueryFailed
from foedus.service.negotiate import offered

logger = logging.getLogger(__name__)

RESULTS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_THREADS: Final = 8
_PATIENCE: Final = 5.0
"""How many seconds a query waits for a place."""
_SNAPSHOTS: Final = 4
_T = TypeVar("_T")
_R = TypeVar("_R")


def _none_pinned(identity: str) -> Snapshot:
    raise snapshot.SnapshotGone(identity)


class LocalEngine:
    """Answers on whatever ``current`` says is published at the moment of the question.

    ``pinned`` opens an older snapshot by its id. With ``is_eager`` each snapshot that becomes the
    current one is made ready for worlds that have to be made, before anybody asks for one.
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        pinned: Callable[[str], Snapshot] = _none_pinned,
        is_eager: bool = False,
    ) -> None:
        self._is_eager = is_eager
        self._current = current
        self._pinned = pinned
        self._opened: OrderedDict[tuple[str, Path], _Opened] = OrderedDict()
        self._triples: tuple[str, int] | None = None
        self._lock = threading.Lock()
        self._places = asyncio.Semaphore(_THREADS)

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Answer after the whole result has been written, so that a failure is a clean error."""
        return await self._in_place(lambda: self._answer(query, world, acceptable))

    async def why(self, asked: Asked, world: World) -> Proven:
        """Find proofs in a thread, and every word that they need."""
        return await self._in_place(lambda: self._prove(asked, world))

    async def status(self) -> Status:
        """Say what is served; the size of the default graph is counted once a snapshot."""
        return await self._in_thread(self._status)

    def open(self) -> None:
        """Open the current snapshot before anybody asks; an error is told to who asks."""
        with suppress(FoedusError):
            self._open()

    async def _in_place(self, work: Callable[[], _T]) -> _T:
        """Run ``work`` when there is a place for it, which it keeps until it ends.

        That is so even if nobody waits for it any more.
        """
        try:
            await asyncio.wait_for(self._places.acquire(), _PATIENCE)
        except TimeoutError as error:
            raise Busy from error
        return await self._in_thread(work, self._places.release)

    async def _in_thread(
        self, work: Callable[[], _T], finally_: Callable[[], None] = lambda: None
    ) -> _T:
        """Run ``work`` in a thread that does not keep the process alive if it never ends."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_T] = loop.create_future()

        def tell(finish: Callable[[_R], None], outcome: _R) -> None:
            if not done.cancelled():
                finish(outcome)

        def run() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                try:
                    result = work()
                except BaseException as error:
                    # A result may only die in the thread that made it, not with its frames.
                    traceback.clear_frames(error.__traceback__)
                    loop.call_soon_threadsafe(tell, done.set_exception, _plain(error))
                else:
                    loop.call_soon_threadsafe(tell, done.set_result, result)
                finally:
                    loop.call_soon_threadsafe(finally_)

        threading.Thread(target=run, name="query", daemon=True).start()
        return await done

    def _open(self, identity: str | None = None) -> "_Opened":
        try:
            published = self._current()
        except snapshot.NoSnapshot as error:  # whose text names our folder
            raise NoSnapshot from error
        is_current = identity in (None, published.id)
        if identity is not None and not is_current:
            published = self._pinned(identity)
        key = (published.id, published.path)
        with self._lock:
            opened = self._opened.pop(key, None)
            if opened is None:
                opened = _Opened.of(published)
                logger.info("opened snapshot=%s", published.id)
                if self._is_eager and is_current:
                    prepare = opened.stores.prepare
                    threading.Thread(target=prepare, name="prepare", daemon=True).start()
            self._opened[key] = opened
            while len(self._opened) > _SNAPSHOTS:
                self._opened.popitem(last=False)
            return opened

    def _status(self) -> Status:
        opened = self._open()
        identity = opened.id
        if self._triples is None or self._triples[0] != identity:
            rows = opened.stores.store(REPORTED).query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            assert isinstance(rows, ox.QuerySolutions)
            self._triples = (identity, int(next(rows)["n"].value))
        return Status(identity, self._triples[1])

    def _answer(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        opened = self._open(query.snapshot)
        store = opened.stores.store(world)
        try:
            return _evaluate(store, opened.id, query, acceptable)
        except SyntaxError as error:
            raise syntax_error(query.text, str(error)) from error
        except RuntimeError as error:  # what pyoxigraph raises where the query asks too much
            raise QueryFailed(str(error)) from error

    def _prove(self, asked: Asked, world: World) -> Proven:
        opened = self._open(asked.snapshot)
        why = opened.whys.why(world)
        first, *others = asked.terms
        if others:
            predicate, value = others
            supports = why.triple_because((first, predicate, value))
            targets: tuple[ox.NamedNode, ...] = ()
        elif isinstance(first, ox.NamedNode):
            supports = why.holds_because(first)
            targets = (why.target(first),)
        else:
            raise BadRequest("only an IRI names a proposition or an inference")
        explanation = why.explain(supports, asked.at_most)
        proved = dict.fromkeys(proof.iri for proof in explanation.proofs)
        named = {*targets, *world.believe, *world.disbelieve}
        return Proven(
            tuple(why.words.term(term, asked.language) for term in targets or asked.terms),
            targets or tuple(proved),
            explanation,
            fixed(why.wording(asked.language), explanation, named),
            why.undatable,
            opened.id,
        )


@dataclass(frozen=True)
class _Opened:
    """A snapshot that is being asked."""

    id: str
    stores: WorldStores
    whys: Whys

    @classmethod
    def of(cls, snapshot: Snapshot) -> "_Opened":
        """Open it; proofs and stores of worlds are made of the same material."""
        stores = WorldStores(snapshot)
        return cls(snapshot.id, stores, Whys(lambda: stores.material))


def _evaluate(store: ox.Store, identity: str, query: Query, acceptable: Acceptable) -> Answer:
    result = store.query(
        query.text,
        base_iri=BASE,
        default_graph=_default_graph(query),
        named_graphs=_names(query.named_graphs),
    )
    form = _form(result)
    chosen = acceptable.get(form)
    if chosen is None:
        raise NotAcceptable(f"An answer of form {form}", offered(form))
    body = _serialise(result, chosen.format)
    return Answer(form, chosen.media_type, _once(body), len(body), identity)


def _plain(error: BaseException) -> Exception:
    """Make an ordinary exception of a panic in the engine, which is none."""
    if isinstance(error, Exception):
        return error
    failure = RuntimeError(f"the engine panicked: {error}")
    failure.__cause__ = error
    return failure


def _default_graph(
    query: Query,
) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None:
    names = _names(query.default_graphs)
    return None if names is None else list(names)


def _names(iris: tuple[str, ...] | None) -> list[ox.NamedNode | ox.BlankNode] | None:
    try:
        return None if iris is None else [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise BadRequest(f"a graph of the dataset is not named by an IRI: {error}") from error


def _form(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Form:
    if isinstance(result, ox.QueryBoolean):
        return Form.BOOLEAN
    return Form.SOLUTIONS if isinstance(result, ox.QuerySolutions) else Form.GRAPH


def _serialise(
    result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, format_name: str
) -> bytes:
    if isinstance(result, ox.QueryTriples):
        return turtle.serialise(result, format_name)
    return result.serialize(format=RESULTS[format_name]) or b""


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
