"""Worlds that somebody has described here: ``/worlds`` and what lies beneath it."""

import json
import logging
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from foedus.graph import descriptions
from foedus.graph.worlds import NAMED, World
from foedus.service.errors import BadRequest, UnknownWorld, UnsupportedMediaType
from foedus.service.sparql import content_type, parameters_named, read_body

logger = logging.getLogger(__name__)

KEPT: Final = 1_000
"""How many descriptions are kept; the one that was posted longest ago goes."""

MAX_BODY: Final = 65_536
_JSON: Final = "application/json"


class Registry:
    """Descriptions by key, each a small file; the same description always has the same key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, world: World) -> str:
        """Keep a description and give its key; raises ``OSError`` where nothing can be written."""
        key = descriptions.key_of(world)
        if key in NAMED:
            return key
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{key}.json"
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(descriptions.as_json(world)), encoding="utf-8")
        unfinished.replace(path)
        kept = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
        return key

    def find(self, key: str) -> World:
        """Find a world by its key; raises ``UnknownWorld``."""
        if key in NAMED:
            return NAMED[key]
        path = self._folder / f"{key}.json"
        if not re.fullmatch("[0-9a-f]{16}", key) or not path.is_file():
            raise UnknownWorld(key)
        return descriptions.from_json(json.loads(path.read_text(encoding="utf-8")))


async def describe(request: Request, registry: Registry) -> Response:
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
    except ValueError as error:
        line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
        raise BadRequest(f"not JSON: {error}", line=line, column=column) from error
    with parameters_named():
        world = descriptions.from_json(document)
    key = registry.add(world)
    logger.info("described world=%s", key)
    location = {"Location": f"/worlds/{quote(key)}"}
    return _respond(key, world, 201, location)


def show(key: str, registry: Registry) -> Response:
    """Show a description, and where its endpoint is."""
    return _respond(key, registry.find(key), 200, {})


def _respond(key: str, world: World, status: int, headers: dict[str, str]) -> Response:
    document: dict[str, Any] = {
        "key": key,
        "world": descriptions.as_json(world),
        "sparql": f"/worlds/{key}/sparql",
    }
    return Response(json.dumps(document), status, headers, _JSON)
