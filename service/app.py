"""The routes; what they do is in the modules that they name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from foedus.graph.copies import Source, published
from foedus.service import edge, graph_store, openapi, openapi_documents, problems, worlds
from foedus.service.assets import STATIC
from foedus.service.description import Example, describe_examples, graph_response
from foedus.service.direct import Direct, Handler
from foedus.service.documents import DocumentsRoute
from foedus.service.engine import Engine
from foedus.service.health import Health
from foedus.service.jobs import Workshop
from foedus.service.pages import Pages
from foedus.service.parameters import accept_header
from foedus.service.proof_page import ProofPage
from foedus.service.reading.linked import Linked
from foedus.service.reading.memento import Mementos
from foedus.service.reading.room import KINDS, Room
from foedus.service.reading.source_texts import SourceTexts
from foedus.service.registry import Registry
from foedus.service.settings import Settings
from foedus.service.sparql import sparql
from foedus.service.validate import ValidateRoute
from foedus.service.why import WhyRoute

_LATER: Final = 2.0
"""After so many seconds the processes of jobs are made ready: not while queries begin."""


def create_app(
    settings: Settings,
    engine: Engine,
    questions: Sequence[Example],
    source: Source | None = None,
) -> ASGIApp:
    """Put the service together, with the edge around it.

    Snapshots come from ``source``, by default what is published in the data directory.
    """
    source = source or published(settings.data)
    workshop = Workshop()

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        await engine.start()
        later = asyncio.get_running_loop().call_later(_LATER, workshop.nursery.start)
        try:
            yield
        finally:
            later.cancel()
            workshop.nursery.stop()
            await engine.stop()

    app = FastAPI(
        lifespan=working,
        title="Foedus",
        version=version("foedus"),
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        license_info={"name": "Apache-2.0; data CC BY 4.0"},
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    registry = Registry(settings.data / "worlds")
    room = Room(engine, registry, SourceTexts(settings.texts))
    pages = Pages(engine, questions, registry.described)
    health = Health(engine)
    reasons = WhyRoute(engine, registry, ProofPage())
    documents = DocumentsRoute(engine, source, settings, workshop.writing)
    validate = ValidateRoute(source, workshop.judging, settings.max_document)

    async def ask(request: Request) -> Response:
        return await sparql(request, engine, settings.max_body, described=registry.described)

    async def front(request: Request) -> Response:
        """Show an answer where there is a query, as older addresses have it; else the start."""
        is_asked = {"query", "find"} & request.query_params.keys()
        return await (pages.query_page if is_asked else room.start)(request)

    async def examples(request: Request) -> Response:
        endpoint = str(request.url.replace(path="/sparql", query=""))
        return graph_response(describe_examples(questions, endpoint), accept_header(request))

    async def describe_world(request: Request) -> Response:
        return await worlds.describe(request, registry, engine)

    async def world(request: Request) -> Response:
        return await worlds.show(request.path_params["key"], registry, engine)

    async def graphs(request: Request) -> Response:
        return await graph_store.graphs(request, engine, registry.described)

    async def ask_world(request: Request) -> Response:
        fixed = registry.find(request.path_params["key"])
        return await sparql(request, engine, settings.max_body, fixed)

    _add(app, "/", front, openapi.PAGE)
    _add(app, "/query", pages.query_page, openapi.QUERY_PAGE)
    _add(app, "/sparql", ask, openapi.SPARQL_GET)
    _add(app, "/sparql", ask, openapi.SPARQL_POST, method="POST")
    _add(app, "/graphs", graphs, openapi.GRAPHS)
    app.add_api_route("/graphs", graphs, methods=["PUT", "POST", "DELETE"], include_in_schema=False)
    _add(app, "/why", reasons.answer, openapi.WHY)
    _add(app, "/worlds", room.worlds, openapi.WORLDS_GET)
    _add(app, "/worlds", describe_world, openapi.WORLDS_POST, method="POST")
    _add(app, "/worlds/{key}", world, openapi.WORLD)
    _add(app, "/worlds/{key}/sparql", ask_world, openapi.WORLD_SPARQL_GET)
    _add(app, "/worlds/{key}/sparql", ask_world, openapi.WORLD_SPARQL_POST, method="POST")
    _add(app, "/validate", validate.answer, openapi_documents.VALIDATE, method="POST")
    _add(app, "/documents", documents.get, openapi_documents.DOCUMENTS_GET)
    _add(app, "/documents", documents.post, openapi_documents.DOCUMENTS_POST, method="POST")
    _add(app, "/documents", documents.put, openapi_documents.DOCUMENTS_PUT, method="PUT")
    _add(app, "/documents", documents.delete, openapi_documents.DOCUMENTS_DELETE, method="DELETE")
    _add(app, "/.well-known/sparql-examples", examples, openapi.EXAMPLES)
    _add(app, "/health", health.ready, openapi.HEALTH)
    _add(app, "/health/ready", health.ready, openapi.HEALTH_READY)
    _add(app, "/health/live", health.live, openapi.HEALTH_LIVE)
    _add(app, "/metrics", health.metrics, openapi.METRICS)
    linked = Linked(engine)
    _add(app, "/.well-known/void", linked.void, openapi.VOID)
    _add(app, "/context.jsonld", linked.context, openapi.CONTEXT)
    app.add_api_route("/sitemap.xml", linked.sitemap, include_in_schema=False)
    app.add_api_route("/robots.txt", linked.robots, include_in_schema=False)
    mementos = Mementos(engine, room)
    for address, handler in {
        "/timegate/{path:path}": mementos.gate,
        "/timemap/{path:path}": mementos.map,
        "/memento/{stamp}/{path:path}": mementos.memento,
    }.items():
        app.add_api_route(address, handler, methods=["GET", "HEAD"], include_in_schema=False)
    for kind in KINDS:
        app.add_api_route(
            f"/{kind}/{{name:path}}",
            room.answer,
            methods=["GET", "HEAD"],
            include_in_schema=False,
        )
    handlers = {
        "/": front,
        "/query": pages.query_page,
        "/sparql": ask,
        "/graphs": graphs,
        "/why": reasons.answer,
        "/worlds/{key}/sparql": ask_world,
    }
    return edge.wrap(Direct(app, handlers), settings)


def _add(
    app: FastAPI, path: str, handler: Handler, operation: dict[str, Any], method: str = "GET"
) -> None:
    """Add a route with its own description of itself; one that can be got has a HEAD too."""
    app.add_api_route(
        path,
        handler,
        methods=[method],
        response_class=Response,
        response_model=None,
        **operation,
    )
    if method == "GET":
        app.add_api_route(path, handler, methods=["HEAD"], include_in_schema=False)
