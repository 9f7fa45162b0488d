"""The reading room: which page shows an IRI, and everything that is around it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service import tables
from foedus.service.assets import asset
from foedus.service.engine import Engine
from foedus.service.errors import NotThere
from foedus.service.pages import HEADERS, TEMPLATES, choose_language
from foedus.service.parameters import Parameters, decode, read_world
from foedus.service.reading import proposition
from foedus.service.reading.asking import Asker
from foedus.service.reading.frame import world_bar
from foedus.service.reading.speech import Speech
from foedus.service.reading.visit import Visit
from foedus.service.registry import Registry

Gather = Callable[[Asker, Visit, Speech, str], Awaitable[Mapping[str, Any]]]

PAGES: Final[Mapping[str, tuple[str, Gather]]] = {
    "proposition": (proposition.TEMPLATE, proposition.gather),
}
"""Template and gatherer of each kind of IRI, by what it starts with after the base."""


class Room:
    """Answers with pages about IRIs of ours."""

    def __init__(self, engine: Engine, registry: Registry) -> None:
        self._engine = engine
        self._registry = registry

    async def show(self, request: Request) -> Response:
        """Show the page of ``/KIND/…``; raises `NotThere` for what nobody describes."""
        parameters = Parameters(decode(request.scope["query_string"]))
        visit = Visit(
            request.url.path,
            parameters.pairs,
            choose_language(parameters, request.headers.get("accept-language", "")),
            await read_world(parameters, request.headers, self._engine, self._registry.described),
        )
        path = request.url.path.removesuffix(".html").lstrip("/")
        iri = BASE + path
        found = PAGES.get(path.partition("/")[0])
        if found is None:
            raise NotThere(iri)
        name, gather = found
        speech = Speech(visit.language)
        asker = Asker(self._engine, visit)
        content = await gather(asker, visit, speech, iri)
        bar = await world_bar(asker, visit, speech, ())
        permalink = visit.to(iri, {"snapshot": asker.snapshot})
        values = {
            "visit": visit,
            "bar": bar,
            "snapshot": asker.snapshot,
            "permalink": str(request.base_url).rstrip("/") + permalink,
            "alternates": [],
            "downloads": [],
            "navigation": [],
            "review": Markup(json.dumps({})),
            "more_or_fewer": lambda number: (
                speech.count(
                    "one line more than reported", "%(count)s lines more than reported", number
                )
                if number > 0
                else speech.count(
                    "one line fewer than reported", "%(count)s lines fewer than reported", -number
                )
            ),
            "other_premises": lambda number: speech.count(
                "with one other premise", "with %(count)s other premises", number
            ),
            "_": speech.say,
            **content,
        }
        html = _environment().get_template(name).render(values)
        headers = {**HEADERS, "Content-Language": visit.language, "Foedus-Snapshot": asker.snapshot}
        return Response(html, headers=headers, media_type="text/html")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["breakable"] = tables.breakable
    environment.globals["asset"] = asset
    environment.globals["shown_name"] = lambda iri: tables.shown_name(iri) or iri
    environment.globals["prefixes"] = PREFIXES
    return environment
