"""What ``/openapi.json`` says about the routes."""

from typing import Any, Final

from foedus.graph.worlds import NAMED
from foedus.service.engine import Form
from foedus.service.negotiate import OVERRIDES, offered
from foedus.service.problems import MEDIA_TYPE

DESCRIPTION: Final = (
    "A knowledge graph of who promised and who delivered what to whom, who says so and how "
    "firmly. A query without GRAPH asks what holds; GRAPH ?p asks what is being said at all."
)
TAGS: Final = [
    {"name": "query", "description": "SPARQL 1.1 Protocol, query operation"},
    {"name": "worlds", "description": "Choices of what to let in, to accept, to suppose"},
    {"name": "documents", "description": "What the graph is made of: read, judge, write"},
    {"name": "service", "description": "About this server"},
    {"name": "pages", "description": "For people"},
]
_PROOFS: Final = (
    "application/json",
    "text/html",
    "text/turtle",
    "text/plain",
    "image/svg+xml",
    "text/vnd.mermaid",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
)
_TEXT: Final = {"schema": {"type": "string"}}


def problem(description: str) -> dict[str, Any]:
    """Describe an answer that is a problem document."""
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


def parameter(
    name: str, description: str, required: bool = False, repeated: bool = False
) -> dict[str, Any]:
    """Describe a parameter in the URL."""
    single: dict[str, Any] = {"type": "string"}
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": {"type": "array", "items": single} if repeated else single,
    }


_DATASET: Final = [
    parameter("default-graph-uri", "Graph to merge into the default graph", repeated=True),
    parameter("named-graph-uri", "Graph that GRAPH may see", repeated=True),
]
_WORLD: Final = [
    parameter(
        "world", "reported (the default), sober, undisputed, possible, or what POST /worlds gave"
    ),
    parameter("as-of", "Only what had been reported by this day"),
    parameter("believe", "Only claims of this holder, publisher or document", repeated=True),
    parameter("disbelieve", "No claims of this holder, publisher or document", repeated=True),
    parameter("at-least", "How firm a claim must be: certain, probable, possible"),
    parameter("undisputed", "true: nothing that is denied"),
    parameter("suppose", "TriG: propositions that hold, or do not"),
    parameter("snapshot", "The id of the snapshot that must answer"),
]
_FORMAT: Final = [
    parameter(name, "Short name or media type of a format; wins over Accept") for name in OVERRIDES
]
_ANSWERS: Final = {
    200: {
        "description": "The answer: a table, a truth value or a graph, as the query's form says",
        "content": {media_type: _TEXT for form in Form for media_type in offered(form)},
    },
    400: problem("Not a query, or not the SPARQL Protocol"),
    403: problem("An update, or a call of another endpoint"),
    406: problem("No acceptable format"),
    413: problem("Query too long"),
    410: problem("A snapshot that is not kept any more"),
    422: problem("A world that contradicts the ontology, or an answer that takes too much"),
    503: problem("No snapshot has been built, too many queries run, or a function is missing"),
    504: problem("The query has run as long as it may"),
}

SPARQL_GET: Final[dict[str, Any]] = {
    "summary": "Query; without a query, the service description",
    "operation_id": "query",
    "tags": ["query"],
    "responses": {**_ANSWERS, 303: {"description": "A browser without a query: the page at /"}},
    "openapi_extra": {"parameters": [parameter("query", "SPARQL"), *_DATASET, *_WORLD, *_FORMAT]},
}
SPARQL_POST: Final[dict[str, Any]] = {
    "summary": "Query, posted as a form or as it is",
    "operation_id": "post_query",
    "tags": ["query"],
    "responses": {**_ANSWERS, 415: problem("A body of another kind")},
    "openapi_extra": {
        "parameters": [*_DATASET, *_WORLD, *_FORMAT],
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
GRAPHS: Final[dict[str, Any]] = {
    "summary": "A graph, by the Graph Store Protocol; writes are refused",
    "operation_id": "graph",
    "tags": ["query"],
    "responses": {
        200: {
            "description": "RDF",
            "content": {media_type: _TEXT for media_type in offered(Form.GRAPH)},
        },
        400: problem("No graph, or several; or a world that cannot be used"),
        404: problem("No graph of that name"),
        406: problem("No acceptable format"),
        410: problem("A snapshot that is not kept any more"),
        422: problem("A world that contradicts the ontology, or an answer that takes too much"),
        503: problem("No snapshot has been built, or too many queries are running"),
        504: problem("The query has run as long as it may"),
    },
    "openapi_extra": {
        "parameters": [
            parameter("graph", "The IRI of a named graph"),
            parameter("default", "Instead of graph: the default graph; any value"),
            *_WORLD,
            *_FORMAT,
        ]
    },
}
WHY: Final[dict[str, Any]] = {
    "summary": "All minimal supports of a line in a world, down to claims and passages",
    "operation_id": "why",
    "tags": ["query"],
    "responses": {
        200: {
            "description": "The supports; none where it does not hold",
            "content": {media_type: _TEXT for media_type in _PROOFS},
        },
        400: problem("Not one IRI or a triple, or a world that cannot be used"),
        404: problem("Neither a proposition nor an inference has this IRI; or no such world"),
        406: problem("No acceptable format"),
        410: problem("A snapshot that is not kept any more"),
        503: problem("No snapshot has been built, or too many queries are running"),
    },
    "openapi_extra": {
        "parameters": [
            parameter("iri", "A proposition or an inference; prefixed names are read too"),
            parameter("subject", "With predicate and object instead of iri: of a triple"),
            parameter("predicate", "Of a triple"),
            parameter("object", "Of a triple; a literal as in Turtle"),
            parameter("limit", "How many proofs are shown, 20 unless given"),
            *_WORLD,
            parameter("format", "Short name or media type of a format; wins over Accept"),
            parameter("lang", "de or en; else Accept-Language"),
        ]
    },
}
_KEY: Final = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "A name (reported, sober, undisputed, possible) or what POST /worlds gave",
    "schema": {"type": "string"},
}
_DESCRIPTION: Final = {
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {
                "world": {"enum": list(NAMED)},
                "as-of": {"type": "string", "format": "date"},
                "believe": {"type": "array", "items": {"type": "string", "format": "iri"}},
                "disbelieve": {"type": "array", "items": {"type": "string", "format": "iri"}},
                "at-least": {"enum": ["certain", "probable", "possible"]},
                "undisputed": {"type": "boolean"},
                "suppose": {"type": "string", "description": "TriG"},
            },
            "additionalProperties": False,
        }
    }
}
WORLDS_POST: Final[dict[str, Any]] = {
    "summary": "Describe a world; the same description always has the same address",
    "operation_id": "describe_world",
    "tags": ["worlds"],
    "status_code": 201,
    "responses": {
        400: problem("Not a description of a world"),
        413: problem("Description too long"),
        415: problem("A body of another kind"),
    },
    "openapi_extra": {"requestBody": {"required": True, "content": _DESCRIPTION}},
}
WORLDS_GET: Final[dict[str, Any]] = {
    "summary": "Two worlds side by side, and what an attack would call in, as a page",
    "operation_id": "compare_worlds",
    "tags": ["worlds"],
    "responses": {
        200: {"description": "The page", "content": {"text/html": _TEXT}},
        303: {"description": "An attack was entered: the page in the world that supposes it"},
        400: {"description": "A world, state or day that cannot be used"},
        404: problem("No such world"),
        406: problem("No acceptable format"),
        410: problem("A snapshot that is not kept any more"),
        422: problem("A world that contradicts the ontology, or an answer that takes too much"),
        503: problem("No snapshot has been built, or too many queries run"),
    },
    "openapi_extra": {
        "parameters": [
            *_WORLD,
            parameter("with", "The world to compare with, by name or key; reported by default"),
            parameter("attacker", "The state of which an attack is supposed: name, code or IRI"),
            parameter("party", "The state that is attacked"),
            parameter("on", "The day of the attack; any day where it is not given"),
            parameter("show", "The group of which all lines are shown, as the page links it"),
            parameter("lang", "de or en; else Accept-Language"),
        ]
    },
}
WORLD: Final[dict[str, Any]] = {
    "summary": "The description of a world",
    "operation_id": "world",
    "tags": ["worlds"],
    "responses": {404: problem("No such world")},
    "openapi_extra": {"parameters": [_KEY]},
}
WORLD_SPARQL_GET: Final[dict[str, Any]] = {
    **SPARQL_GET,
    "summary": "Query in this world",
    "operation_id": "query_world",
    "openapi_extra": {"parameters": [_KEY, parameter("query", "SPARQL"), *_DATASET, *_FORMAT]},
}
WORLD_SPARQL_POST: Final[dict[str, Any]] = {
    **SPARQL_POST,
    "summary": "Query in this world, posted",
    "operation_id": "post_query_world",
    "openapi_extra": {**SPARQL_POST["openapi_extra"], "parameters": [_KEY, *_DATASET, *_FORMAT]},
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
        406: problem("No acceptable format"),
    },
}
VOID: Final[dict[str, Any]] = {
    "summary": "The data set described, as VoID and DCAT",
    "operation_id": "void",
    "tags": ["query"],
    "responses": EXAMPLES["responses"],
}
CONTEXT: Final[dict[str, Any]] = {
    "summary": "The JSON-LD context of our terms",
    "operation_id": "context",
    "tags": ["query"],
    "responses": {
        200: {"description": "JSON-LD", "content": {"application/ld+json": {}}},
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
                        "required": ["status", "snapshot"],
                        "properties": {
                            "status": {"const": "ok"},
                            "snapshot": {"type": "string"},
                            "triples": {"type": "integer"},
                        },
                    }
                }
            },
        },
        503: problem("No snapshot has been built, or nobody answers"),
    },
}
HEALTH_READY: Final[dict[str, Any]] = {**HEALTH, "operation_id": "ready"}
HEALTH_LIVE: Final[dict[str, Any]] = {
    "summary": "Whether the server takes requests",
    "operation_id": "live",
    "tags": ["service"],
    "responses": {200: {"description": "It does", "content": {"application/json": {}}}},
}
METRICS: Final[dict[str, Any]] = {
    "summary": "What is counted and measured, as Prometheus reads it",
    "operation_id": "metrics",
    "tags": ["service"],
    "responses": {200: {"description": "Metrics", "content": {"text/plain": _TEXT}}},
}
PAGE: Final[dict[str, Any]] = {
    "summary": "The page on which a reader begins; with a query, the one at /query",
    "operation_id": "start",
    "tags": ["pages"],
    "responses": {200: {"description": "HTML", "content": {"text/html": _TEXT}}},
    "openapi_extra": {
        "parameters": [
            parameter("q", "Words to search for"),
            parameter("lang", "de or en; else Accept-Language"),
        ]
    },
}
QUERY_PAGE: Final[dict[str, Any]] = {
    "summary": "The page on which a person asks in SPARQL",
    "operation_id": "page",
    "tags": ["pages"],
    "responses": {200: {"description": "HTML", "content": {"text/html": _TEXT}}},
    "openapi_extra": {
        "parameters": [
            parameter("query", "SPARQL to run and show"),
            parameter("find", "Words to filter the example questions by"),
            parameter("lang", "de or en; else Accept-Language"),
        ]
    },
}
