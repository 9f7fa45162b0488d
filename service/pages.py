"""The page at ``/query``: a query box, the example questions, and the answer beneath.

The page runs the query itself, so that it works without a script and its address is the link to
the answer.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import Request
from starlette.responses import Response

from foedus.graph import descriptions
from foedus.graph.proofs import Language
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError, InputRefused
from foedus.service import guard, problems, tables
from foedus.service.assets import asset
from foedus.service.description import Example
from foedus.service.engine import Acceptable, Chosen, Engine, Form, read
from foedus.service.negotiate import parse_accept
from foedus.service.parameters import Parameters, decode, read_world
from foedus.service.sparql import read_query
from foedus.service.texts import LANGUAGES, TEXTS, number
from foedus.service.undatable import count_undatable, list_undatable

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Language",
}
TEMPLATES: Final = Path(__file__).parent / "templates"
DOWNLOADS: Final = {
    Form.SOLUTIONS: {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"},
    Form.BOOLEAN: {"json": "JSON", "xml": "XML"},
    Form.GRAPH: {
        "turtle": "Turtle",
        "ntriples": "N-Triples",
        "jsonld": "JSON-LD",
        "rdfxml": "RDF/XML",
    },
}
_JSON: Final = Chosen("json", "application/sparql-results+json")
_SHOWN: Final = Acceptable(_JSON, _JSON, Chosen("turtle", "text/turtle"))


@dataclass(frozen=True)
class Link:
    """A link with its words."""

    address: str
    words: str
    is_current: bool = False


@dataclass(frozen=True)
class Shown:
    """An answer, ready to be shown; exactly one of the three kinds is there.

    ``undatable`` is how many claims a world with a day leaves out because they have none.
    """

    form: Form
    snapshot: str
    milliseconds: int
    downloads: list[Link]
    undatable: int
    table: tables.Table | None = None
    truth: bool | None = None
    turtle: str | None = None


@dataclass(frozen=True)
class Failure:
    """Why there is no answer, and the line that is wrong, cut where the parser stopped."""

    status: int
    reason: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    before: str = ""
    behind: str = ""


class Pages:
    """The pages, on an engine and its example questions."""

    def __init__(
        self,
        engine: Engine,
        questions: Sequence[Example],
        described: Callable[[str], World | None] = lambda key: None,
    ) -> None:
        self._engine = engine
        self._described = described
        self._questions = questions
        self._template = template("query.html")

    async def query_page(self, request: Request) -> Response:
        """Show the query box, and the answer if the request has a query."""
        parameters = Parameters(decode(request.scope["query_string"]))
        language = choose_language(parameters, request.headers.get("accept-language", ""))
        typed = (parameters.all("query") or ("",))[-1].replace("\r\n", "\n")
        find = (parameters.all("find") or ("",))[-1].strip()
        shown, failure = None, None
        if typed.strip():
            try:
                shown = await self._ask(parameters, request, language)
            except FoedusError as error:
                failure = explain(error, typed)
        return self._page(
            200 if failure is None else failure.status,
            {
                "language": language,
                "query": typed or (editable(self._questions[0].text) if self._questions else ""),
                "find": find,
                "world": world_pairs(parameters),
                "groups": group(self._questions, language, find, typed, world_pairs(parameters)),
                "shown": shown,
                "failure": failure,
                "undatable": list_undatable([*world_pairs(parameters), ("lang", language)]),
                "other": _address(
                    typed, "de" if language == "en" else "en", find, world_pairs(parameters)
                ),
            },
        )

    async def _ask(self, parameters: Parameters, request: Request, language: str) -> Shown:
        world = await read_world(parameters, request.headers, self._engine, self._described)
        chosen = world_pairs(parameters)
        query = read_query(parameters)
        admitted = replace(query, text=await guard.admitted(query.text))
        start = time.perf_counter()
        answer = await self._engine.query(admitted, world, _SHOWN)
        body = await read(answer)
        elapsed = round((time.perf_counter() - start) * 1000)
        downloads = [
            Link("/sparql?" + urlencode([("query", query.text), *chosen, ("format", name)]), words)
            for name, words in DOWNLOADS[answer.form].items()
        ]
        return Shown(
            answer.form,
            answer.snapshot,
            elapsed,
            downloads,
            await count_undatable(self._engine, world, query.snapshot),
            table=tables.table(body, language) if answer.form is Form.SOLUTIONS else None,
            truth=json.loads(body)["boolean"] if answer.form is Form.BOOLEAN else None,
            turtle=body.decode() if answer.form is Form.GRAPH else None,
        )

    def _page(self, status: int, values: Mapping[str, Any]) -> Response:
        language = values["language"]
        html = self._template.render(
            **values,
            text=TEXTS[language],
            number=lambda value: number(value, language),
            max_turtle=tables.MAX_TURTLE,
        )
        headers = {**HEADERS, "Content-Language": language}
        return Response(html, status_code=status, headers=headers, media_type="text/html")


@cache
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
    return environment


def template(name: str) -> Template:
    """Load a template; what it shows is escaped, and what it lacks is an error."""
    return _environment().get_template(name)


def world_pairs(parameters: Parameters) -> list[tuple[str, str]]:
    """Give the parameters that choose a world or a snapshot, for links that stay in it."""
    chosen = (*descriptions.PARAMETERS, "snapshot")
    return [(name, value) for name, value in parameters.pairs if name in chosen]


def choose_language(parameters: Parameters, accept_language: str) -> Language:
    """Take ``lang=``, else what the browser likes best, else English."""
    known: Mapping[str, Language] = {language: language for language in LANGUAGES}
    for wanted in reversed(parameters.all("lang")):
        if wanted in known:
            return known[wanted]
    ranges = sorted(
        parse_accept(_as_media_types(accept_language)), key=lambda entry: -entry.quality
    )
    liked = (entry.media_type.partition("/")[2][:2] for entry in ranges if entry.quality > 0)
    return next((known[language] for language in liked if language in known), "en")


def group(
    questions: Sequence[Example],
    language: str,
    find: str,
    typed: str,
    world: Sequence[tuple[str, str]] = (),
) -> dict[str, list[Link]]:
    """Put the questions that have all the words of ``find`` under their headings."""
    words = find.casefold().split()
    groups: dict[str, list[Link]] = {}
    for question in questions:
        title, heading = question.title[language], question.group[language]
        searched = f"{title} {heading} {question.name}".casefold()
        if all(word in searched for word in words):
            query = editable(question.text)
            is_current = query.strip() == typed.strip()
            link = Link(_address(query, language, find, world), title, is_current)
            groups.setdefault(heading, []).append(link)
    return groups


def editable(text: str) -> str:
    """Leave out a question's header, but for what it says about its parameters."""
    lines = text.split("\n")
    return "\n".join(
        line for line in lines if not line.startswith("#+") or line.startswith("#+ parameter")
    )


def explain(error: FoedusError, query: str) -> Failure:
    """Make of an error what the page says about it."""
    document = problems.describe(error)
    if not isinstance(error, InputRefused):
        return Failure(document["status"], document["detail"])
    lines = query.split("\n")
    line, column = error.line, error.column
    has_place = line is not None and column is not None and line <= len(lines)
    wrong = lines[line - 1] if has_place and line is not None else ""
    cut = (column or 1) - 1
    return Failure(
        document["status"],
        error.reason[:1].upper() + error.reason[1:],
        document.get("hint"),
        line if has_place else None,
        column if has_place else None,
        wrong[:cut],
        wrong[cut:],
    )


def _address(query: str, language: str, find: str, world: Sequence[tuple[str, str]] = ()) -> str:
    pairs = [("query", query), ("find", find), *world, ("lang", language)]
    return "/query?" + urlencode([(name, value) for name, value in pairs if value])


def _as_media_types(accept_language: str) -> str:
    """Let the reader of Accept read Accept-Language, whose elements have no slash."""
    return ",".join(f"x/{element.strip()}" for element in accept_language.split(",") if element)
