"""The routes of a plain dataset; what they do is in the modules that they name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp

from foedus.service import edge, problems
from foedus.service.description import Abilities
from foedus.service.direct import Direct
from foedus.service.edge import note
from foedus.service.engine import REPORTED, Query, read
from foedus.service.errors import BadRequest
from foedus.service.federation import Federation
from foedus.service.graph_store import checked, get_graph, named_graph
from foedus.service.health import Health
from foedus.service.parameters import Parameters, decode
from foedus.service.plain.dataset import Dataset
from foedus.service.plain.engine import CSV, PlainEngine
from foedus.service.plain.writes import Writes
from foedus.service.settings import Settings
from foedus.service.sparql import ask, read_parameters, read_query, without_query

_FEW: Final = 100
"""How many named graphs a service description lists; of more it lists none."""
_GRAPHS: Final = f"SELECT DISTINCT ?g {{ GRAPH ?g {{}} }} LIMIT {_FEW + 1}"


class PlainRoutes:
    """What is answered at ``/sparql`` and ``/graphs``."""

    def __init__(
        self, settings: Settings, dataset: Dataset, engine: PlainEngine, federation: Federation
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._federation = federation
        self._writes = Writes(settings, dataset, federation)

    async def sparql(self, request: Request) -> Response:
        """Answer a query, run an update, or describe the service; worlds are not looked at."""
        parameters = await read_parameters(request, self._settings.max_body, True)
        if parameters.all("update"):
            return await self._writes.update(request, parameters)
        if not parameters.all("query"):
            abilities = await self._abilities()
            return await without_query(request, self._engine, parameters, abilities, page=None)
        query = read_query(parameters)
        note(request.scope, query=query.text)
        return await ask(request, parameters, self._engine, query, federation=self._federation)

    async def graphs(self, request: Request) -> Response:
        """Answer at the address of the graph store, where parameters name the graph."""
        parameters = Parameters(decode(request.scope["query_string"]))
        names_one = parameters.all("graph") or parameters.all("default")
        if request.method == "POST" and not names_one:
            return await self._writes.add(request)
        return await self._graph(request, parameters, named_graph(parameters))

    async def graph(self, request: Request) -> Response:
        """Answer at the address that is a graph's own name."""
        parameters = Parameters(decode(request.scope["query_string"]))
        if parameters.all("graph") or parameters.all("default"):
            raise BadRequest("the address names a graph, so the parameters may not")
        graph = checked(str(request.url.replace(query="")))
        return await self._graph(request, parameters, graph)

    async def _graph(self, request: Request, parameters: Parameters, graph: str | None) -> Response:
        if request.method in ("GET", "HEAD"):
            return await get_graph(request, parameters, graph, self._engine)
        return await self._writes.change_graph(request, graph)

    async def _abilities(self) -> Abilities:
        answer = await self._engine.query(Query(_GRAPHS), REPORTED, CSV)
        _, *graphs = (await read(answer)).decode().splitlines()
        federates = self._federation.mediator is not None
        return Abilities(True, federates, () if len(graphs) > _FEW else tuple(graphs))


def create_plain_app(
    settings: Settings, dataset: Dataset, engine: PlainEngine, federation: Federation
) -> ASGIApp:
    """Put the service together, with the edge around it; ``engine`` is started and stopped."""
    routes = PlainRoutes(settings, dataset, engine, federation)
    health = Health(engine)

    @asynccontextmanager
    async def working(_: Starlette) -> AsyncIterator[None]:
        await engine.start()
        try:
            yield
        finally:
            await engine.stop()

    reads, changes = ["GET", "HEAD"], ["GET", "HEAD", "PUT", "POST", "DELETE"]
    app = FastAPI(lifespan=working, openapi_url=None)
    problems.install(app)
    app.add_route("/sparql", routes.sparql, [*reads, "POST"])
    app.add_route("/graphs", routes.graphs, changes)
    app.add_route("/graphs/{name:path}", routes.graph, changes)
    app.add_route("/health", health.ready, reads)
    app.add_route("/health/ready", health.ready, reads)
    app.add_route("/health/live", health.live, reads)
    app.add_route("/metrics", health.metrics, reads)
    return edge.wrap(Direct(app, {"/sparql": routes.sparql}), settings)
