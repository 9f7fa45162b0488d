"""The routes; what they do is in the modules that they name."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from foedus.service import openapi, openapi_documents, problems, worlds
from foedus.service.description import Example, describe_examples, graph_response
from foedus.service.documents import DocumentsRoute
from foedus.service.engine import Engine
from foedus.service.jobs import Workshop
from foedus.service.pages import Pages
from foedus.service.parameters import accept_header
from foedus.service.proof_page import ProofPage
from foedus.service.registry import Registry
from foedus.service.settings import Settings
from foedus.service.sparql import sparql
from foedus.service.validate import ValidateRoute
from foedus.service.why import WhyRoute

STATIC: Final = Path(__file__).parent / "static"
_LATER: Final = 2.0
_Handler = Callable[[Request], Awaitable[Response]]


def create_app(settings: Settings, engine: Engine, questions: Sequence[Example]) -> FastAPI:
    """Put the service together."""
    workshop = Workshop()

    @asynccontextmanager
    async def open_workshop(_: FastAPI) -> AsyncIterator[None]:
        # Later, so that whoever asks first need not share the processor with it.
        later = asyncio.get_running_loop().call_later(_LATER, workshop.nursery.start)
        yield
        later.cancel()
        workshop.nursery.stop()

    app = FastAPI(
        lifespan=open_workshop,
        title="Foedus",
        version=version("foedus"),
        description=openapi.DESCRIPTION,
        openapi_tags=openapi.TAGS,
        license_info={"name": "Apache-2.0; data CC BY 4.0"},
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=["ETag", "Foedus-Snapshot", "Location", "Memento-Datetime"],
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    registry = Registry(settings.data / "worlds")
    pages = Pages(engine, questions, registry.described)
    reasons = WhyRoute(engine, registry, ProofPage())
    documents = DocumentsRoute(engine, settings, workshop.writing)
    validate = ValidateRoute(settings.data, workshop.judging, settings.max_document)

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

    async def health(request: Request) -> Response:
        status = await engine.status()
        document = {"status": "ok", "snapshot": status.snapshot, "triples": status.triples}
        return Response(json.dumps(document), media_type="application/json")

    _add(app, "/", pages.query_page, openapi.PAGE)
    _add(app, "/sparql", ask, openapi.SPARQL_GET)
    _add(app, "/sparql", ask, openapi.SPARQL_POST, method="POST")
    _add(app, "/why", reasons.answer, openapi.WHY)
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
    _add(app, "/health", health, openapi.HEALTH)
    return app


def _add(
    app: FastAPI, path: str, handler: _Handler, operation: dict[str, Any], method: str = "GET"
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
