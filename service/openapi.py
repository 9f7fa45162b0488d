"""What ``/openapi.json`` says about the routes."""

from typing import Any, Final

from foedus.service.engine import Form
from foedus.service.negotiate import OVERRIDES, offered
from foedus.service.problems import MEDIA_TYPE

DESCRIPTION: Final = (
    "A knowledge graph of who promised and who delivered what to whom, who says so and how "
    "firmly. A query without GRAPH asks what holds; GRAPH ?p asks what is being said at all."
)
TAGS: Final = [
    {"name": "query", "description": "SPARQL 1.1 Protocol, query operation"},
    {"name": "service", "description": "About this server"},
    {"name": "pages", "description": "For people"},
]
_TEXT: Final = {"schema": {"type": "string"}}


def _problem(description: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["title", "status", "detail"],
        "properties": {
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "line": {"type": "integer", "description": "Where the parser stopped, from 1"},
            "column": {"type": "integer", "description": "Where the parser stopped, from 1"},
            "hint": {"type": "string", "description": "A likelier cause than the parser's"},
            "available": {"type": "array", "items": {"type": "string"}},
        },
    }
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _parameter(
    name: str, description: str, required: bool = False, repeated: bool = False
) -> dict[str, Any]:
    single: dict[str, Any] = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "array", "items": single} if repeated else single,
    }


_DATASET: Final = [
    _parameter("default-graph-uri", "Graph to merge into the default graph", repeated=True),
    _parameter("named-graph-uri", "Graph that GRAPH may see", repeated=True),
]
_FORMAT: Final = [
    _parameter(name, "Short name or media type of a format; wins over Accept") for name in OVERRIDES
]
_ANSWERS: Final = {
    200: {
        "description": "The answer: a table, a truth value or a graph, as the query's form says",
        "content": {media_type: _TEXT for form in Form for media_type in offered(form)},
    },
    400: _problem("Not a query, or not the SPARQL Protocol"),
    403: _problem("An update, or a call of another endpoint"),
    406: _problem("No acceptable format"),
    413: _problem("Query too long"),
    501: _problem("A world that is not served yet"),
    503: _problem("No snapshot has been built"),
}

SPARQL_GET: Final[dict[str, Any]] = {
    "summary": "Query; without a query, the service description",
    "operation_id": "query",
    "tags": ["query"],
    "responses": {**_ANSWERS, 303: {"description": "A browser without a query: the page at /"}},
    "openapi_extra": {"parameters": [_parameter("query", "SPARQL"), *_DATASET, *_FORMAT]},
}
SPARQL_POST: Final[dict[str, Any]] = {
    "summary": "Query, posted as a form or as it is",
    "operation_id": "post_query",
    "tags": ["query"],
    "responses": {**_ANSWERS, 415: _problem("A body of another kind")},
    "openapi_extra": {
        "parameters": [*_DATASET, *_FORMAT],
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": _TEXT,
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["query"],
                        "properties": {"query": {"type": "string"}},
                    }
                },
            },
        },
    },
}
EXAMPLES: Final[dict[str, Any]] = {
    "summary": "Example queries as sh:SPARQLExecutable",
    "operation_id": "examples",
    "tags": ["query"],
    "responses": {
        200: {
            "description": "RDF",
            "content": {media_type: _TEXT for media_type in offered(Form.GRAPH)},
        },
        406: _problem("No acceptable format"),
    },
}
HEALTH: Final[dict[str, Any]] = {
    "summary": "Whether the graph can be asked, and which snapshot answers",
    "operation_id": "health",
    "tags": ["service"],
    "responses": {
        200: {
            "description": "It can be asked",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["status", "snapshot", "triples"],
                        "properties": {
                            "status": {"const": "ok"},
                            "snapshot": {"type": "string"},
                            "triples": {"type": "integer"},
                        },
                    }
                }
            },
        },
        503: _problem("No snapshot has been built"),
    },
}
PAGE: Final[dict[str, Any]] = {
    "summary": "The page on which a person asks",
    "operation_id": "page",
    "tags": ["pages"],
    "responses": {200: {"description": "HTML", "content": {"text/html": _TEXT}}},
    "openapi_extra": {
        "parameters": [
            _parameter("query", "SPARQL to run and show"),
            _parameter("find", "Words to filter the example questions by"),
            _parameter("lang", "de or en; else Accept-Language"),
        ]
    },
}
