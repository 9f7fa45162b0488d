"""The routes; what they do is in the modules that they name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from foedus.service import edge, openapi, problems, worlds
from foedus.service.description import Example, describe_examples, graph_response
from foedus.service.direct import Direct, Handler
from foedus.service.engine import Engine
from foedus.service.health import Health
from foedus.service.pages import Pages
from foedus.service.parameters import accept_header
from foedus.service.proof_page import ProofPage
from foedus.service.registry import Registry
from foedus.service.settings import Settings
from foedus.service.sparql import sparql
from foedus.service.why import WhyRoute

STATIC: Final = Path(__file__).parent / "static"


def create_app(settings: Settings, engine: Engine, questions: Sequence[Example]) -> ASGIApp:
    """Put the service together, with the edge around it."""

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        await engine.start()
        try:
            yield
        finally:
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
    pages = Pages(engine, questions, registry.described)
    health = Health(engine)
    reasons = WhyRoute(engine, registry, ProofPage())

    async def ask(request: Request) -> Response:
        return await sparql(request, engine, settings.max_body, described=registry.described)

    async def examples(request: Request) -> Response:
        endpoint = str(request.url.replace(path="/sparql", query=""))
        return graph_response(describe_examples(questions, endpoint), accept_header(request))

    async def describe_world(request: Request) -> Response:
        return await worlds.describe(request, registry, engine)

    async def world(request: Request) -> Response:
        return await worlds.show(request.path_params["key"], registry, engine)

    async def ask_world(request: Request) -> Response:
        fixed = registry.find(request.path_params["key"])
        return await sparql(request, engine, settings.max_body, fixed)

    _add(app, "/", pages.query_page, openapi.PAGE)
    _add(app, "/sparql", ask, openapi.SPARQL_GET)
    _add(app, "/sparql", ask, openapi.SPARQL_POST, method="POST")
    _add(app, "/why", reasons.answer, openapi.WHY)
    _add(app, "/worlds", describe_world, openapi.WORLDS_POST, method="POST")
    _add(app, "/worlds/{key}", world, openapi.WORLD)
    _add(app, "/worlds/{key}/sparql", ask_world, openapi.WORLD_SPARQL_GET)
    _add(app, "/worlds/{key}/sparql", ask_world, openapi.WORLD_SPARQL_POST, method="POST")
    _add(app, "/.well-known/sparql-examples", examples, openapi.EXAMPLES)
    _add(app, "/health", health.ready, openapi.HEALTH)
    _add(app, "/health/ready", health.ready, openapi.HEALTH_READY)
    _add(app, "/health/live", health.live, openapi.HEALTH_LIVE)
    _add(app, "/metrics", health.metrics, openapi.METRICS)
    handlers = {
        "/": pages.query_page,
        "/sparql": ask,
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
