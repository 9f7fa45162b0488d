"""Reading by the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

A graph is named by ``?graph=IRI``, ``?default``, or by the address of the request itself.
"""

from collections.abc import Callable
from typing import Final

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from foedus.graph.worlds import World
from foedus.service import negotiate
from foedus.service.edge import note
from foedus.service.engine import REPORTED, Acceptable, Chosen, Engine, Form, Query, read
from foedus.service.errors import BadRequest, NoGraph, NotAcceptable, UpdateRefused
from foedus.service.parameters import Parameters, decode, read_world
from foedus.service.sparql import ask

_BOOLEAN: Final = Acceptable(None, Chosen("json", "application/sparql-results+json"), None)


def named_graph(parameters: Parameters) -> str | None:
    """Give the IRI of the graph that a request names; none if it is the default graph.

    Raises:
        BadRequest: it names no graph, or several, or not by an IRI.
    """
    graph = parameters.one("graph")
    if parameters.all("default"):
        if graph is not None:
            raise BadRequest("a request names one graph: ?graph=IRI or ?default")
        return None
    if graph is None:
        raise BadRequest("the request names no graph: add ?graph=IRI or ?default")
    return checked(graph)


def checked(graph: str) -> str:
    """Let the IRI of a graph pass; raises ``BadRequest`` if it is none."""
    try:
        return ox.NamedNode(graph).value
    except ValueError as error:
        raise BadRequest("the graph is not named by an absolute IRI") from error


async def graphs(
    request: Request, engine: Engine, described: Callable[[str], World | None]
) -> Response:
    """Send a graph as it is in a world; nobody writes here.

    Raises:
        UpdateRefused: the request would write.
    """
    if request.method not in ("GET", "HEAD"):
        raise UpdateRefused
    parameters = Parameters(decode(request.scope["query_string"]))
    graph = named_graph(parameters)
    world = await read_world(parameters, request.headers, engine, described)
    note(request.scope, world=world)
    return await get_graph(request, parameters, graph, engine, world)


async def get_graph(
    request: Request,
    parameters: Parameters,
    graph: str | None,
    engine: Engine,
    world: World = REPORTED,
) -> Response:
    """Send a graph; raises ``NoGraph`` if there is none of that name."""
    if negotiate.acceptable_of(request, parameters).graph is None:
        raise NotAcceptable("A graph", negotiate.offered(Form.GRAPH))
    snapshot = parameters.one("snapshot") or None
    if graph is None:
        text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    else:
        name = ox.NamedNode(graph)
        asked = Query(f"ASK {{ GRAPH {name} {{}} }}", snapshot=snapshot)
        if b"true" not in await read(await engine.query(asked, world, _BOOLEAN)):
            raise NoGraph(graph)
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}"
    return await ask(request, parameters, engine, Query(text, snapshot=snapshot), world)
