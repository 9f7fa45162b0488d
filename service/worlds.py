"""``/worlds``: describe a world, and read its description."""

import json
import logging
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from foedus.graph import descriptions
from foedus.graph.worlds import World
from foedus.service.engine import Engine
from foedus.service.errors import BadRequest, UnsupportedMediaType
from foedus.service.parameters import content_type, parameters_named, read_body
from foedus.service.registry import Registry
from foedus.service.undatable import count_undatable, list_undatable

logger = logging.getLogger(__name__)

MAX_BODY: Final = 65_536
_JSON: Final = "application/json"


async def describe(request: Request, registry: Registry, engine: Engine) -> Response:
    """Take a description, JSON with the parameters as keys; answer 201 with its address.

    Raises:
        UnsupportedMediaType: the body is not JSON by its type.
        TooLarge: it is longer than ``MAX_BODY``.
        BadRequest: it is not JSON by its content, or describes no world.
    """
    media_type, _ = content_type(request.headers.get("content-type", ""))
    if media_type != _JSON:
        raise UnsupportedMediaType(media_type, _JSON)
    body = await read_body(request, MAX_BODY)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
        raise BadRequest(f"not JSON: {error}", line=line, column=column) from error
    with parameters_named():
        world = await engine.read_world(descriptions.parameters_of(document))
    key = registry.add(world)
    logger.info("described world=%s", key)
    location = {"Location": f"/worlds/{quote(key)}"}
    return _respond(key, world, await count_undatable(engine, world), 201, location)


async def show(key: str, registry: Registry, engine: Engine) -> Response:
    """Show a description, and where its endpoint is."""
    world = registry.find(key)
    return _respond(key, world, await count_undatable(engine, world), 200, {})


def _respond(
    key: str, world: World, undatable: int, status: int, headers: dict[str, str]
) -> Response:
    document: dict[str, Any] = {
        "key": key,
        "world": descriptions.as_json(world),
        "sparql": f"/worlds/{key}/sparql",
        "why": f"/why?world={key}",
    }
    if world.as_of:
        document["undatable"] = {"count": undatable, "list": list_undatable([("world", key)])}
    return Response(json.dumps(document), status, headers, _JSON)
