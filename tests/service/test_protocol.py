"""The SPARQL Protocol, over a real socket: each way to ask, each way to be refused."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.ontology.namespaces import PREFIXES
from foedus.service.app import create_app
from foedus.service.description import Example
from foedus.service.engine import Acceptable, Answer, Query, Status, World
from foedus.service.errors import NoSnapshot
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
CANNONS = PREFIXES["proposition"] + "cannons"
HORSES = PREFIXES["proposition"] + "horses"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
Serving = Callable[[ASGIApp], AbstractContextManager[str]]
PROBLEM = "application/problem+json"


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def count(response: httpx.Response) -> int:
    assert response.status_code == 200, response.text
    return int(response.json()["results"]["bindings"][0]["n"]["value"])


def test_a_query_is_answered_by_get_and_both_posts(client: httpx.Client) -> None:
    got = client.get("/sparql", params={"query": COUNT})
    assert count(got) == 10
    assert got.headers["foedus-snapshot"] == "a1b2c3"
    assert count(client.post("/sparql", data={"query": COUNT})) == 10
    assert count(client.post("/sparql", content=COUNT, headers=DIRECT)) == 10


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    got = client.get("/sparql", params={"query": COUNT})
    head = client.head("/sparql", params={"query": COUNT})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize(
    ("dataset", "query", "expected"),
    [
        ({"default-graph-uri": CANNONS}, COUNT, 1),
        ({"default-graph-uri": [CANNONS, HORSES]}, COUNT, 3),
        ({"default-graph-uri": CANNONS}, NAMED, 0),
        ({"default-graph-uri": "http://example.org/none"}, COUNT, 0),
        ({"named-graph-uri": HORSES}, COUNT, 0),
        ({"named-graph-uri": HORSES}, NAMED, 2),
        ({"named-graph-uri": HORSES, "default-graph-uri": CANNONS}, COUNT, 1),
        ({"default-graph-uri": HORSES}, COUNT.replace("{", f"FROM <{CANNONS}> {{", 1), 2),
        ({}, COUNT.replace("{", f"FROM <{CANNONS}> {{", 1), 1),
    ],
)
def test_the_dataset_of_the_request_replaces_that_of_the_query(
    client: httpx.Client, dataset: dict[str, str | list[str]], query: str, expected: int
) -> None:
    parameters = {"query": query, **dataset}
    assert count(client.get("/sparql", params=parameters)) == expected
    assert count(client.post("/sparql", data=parameters)) == expected
    assert count(client.post("/sparql", content=query, headers=DIRECT, params=dataset)) == expected


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/sparql-results+json"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/csv;q=0.4, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/turtle, text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_solutions_come_in_the_format_that_is_accepted(
    client: httpx.Client, accept: str, content_type: str
) -> None:
    response = client.get("/sparql", params={"query": COUNT}, headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["content-type"] == content_type
    assert b"10" in response.content


@pytest.mark.parametrize(
    ("accept", "content_type", "rdf_format"),
    [
        ("text/turtle", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("application/n-triples", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/trig", "application/trig", ox.RdfFormat.TRIG),
        ("application/n-quads", "application/n-quads", ox.RdfFormat.N_QUADS),
        ("*/*", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
    ],
)
def test_graphs_come_in_the_format_that_is_accepted(
    client: httpx.Client, accept: str, content_type: str, rdf_format: ox.RdfFormat
) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    response = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
    assert response.headers["content-type"] == content_type
    assert len(list(ox.parse(response.content, format=rdf_format))) == 10


def test_turtle_declares_only_the_prefixes_that_it_uses(client: httpx.Client) -> None:
    query = "DESCRIBE <https://w3id.org/foedus/id/state/ruritania>"
    turtle = client.get("/sparql", params={"query": query}).text
    declared = [line.split()[1] for line in turtle.splitlines() if line.startswith("@prefix")]
    assert declared == ["fd:", "state:", "rdfs:"]


@pytest.mark.parametrize(
    ("parameter", "content_type"),
    [
        ({"format": "csv"}, "text/csv; charset=utf-8"),
        ({"output": "tsv"}, "text/tab-separated-values; charset=utf-8"),
        ({"results": "xml"}, "application/sparql-results+xml"),
        ({"format": "application/sparql-results+xml"}, "application/sparql-results+xml"),
    ],
)
def test_a_format_parameter_wins_over_the_header(
    client: httpx.Client, parameter: dict[str, str], content_type: str
) -> None:
    response = client.get(
        "/sparql", params={"query": COUNT, **parameter}, headers={"Accept": "application/json"}
    )
    assert response.headers["content-type"] == content_type


def test_without_any_accept_header_solutions_are_csv(client: httpx.Client) -> None:
    request = client.build_request("GET", "/sparql", params={"query": COUNT})
    del request.headers["accept"]
    response = client.send(request)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.text == "n\r\n10\r\n"


def test_a_truth_value_is_json_or_xml_and_never_a_table(client: httpx.Client) -> None:
    ask = {"query": "ASK {}"}
    assert client.get("/sparql", params=ask).json() == {"head": {}, "boolean": True}
    xml = client.get("/sparql", params=ask, headers={"Accept": "text/xml"})
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    refused = problem(client.get("/sparql", params=ask, headers={"Accept": "text/csv"}), 406)
    assert "application/sparql-results+json" in refused["available"]
    fallback = client.get("/sparql", params={**ask, "format": "csv"})
    assert fallback.headers["content-type"] == "application/sparql-results+json"


@pytest.mark.parametrize("accept", ["image/png", "text/html", "text/csv;q=0", "nonsense"])
def test_what_cannot_be_accepted_is_a_406(client: httpx.Client, accept: str) -> None:
    headers = {"Accept": accept}
    document = problem(client.get("/sparql", params={"query": COUNT}, headers=headers), 406)
    assert "text/csv" in document["available"]


def test_an_unknown_format_is_a_406_and_unknown_parameters_are_ignored(
    client: httpx.Client,
) -> None:
    problem(client.get("/sparql", params={"query": COUNT, "format": "gif"}), 406)
    assert count(client.get("/sparql", params={"query": COUNT, "timeout": "9", "x": "y"})) == 10


@pytest.mark.parametrize("parameters", [{"query": ["ASK {}", "ASK {}"]}, {"query": " "}])
def test_a_repeated_or_empty_query_is_a_400(
    client: httpx.Client, parameters: dict[str, str | list[str]]
) -> None:
    problem(client.get("/sparql", params=parameters), 400)
    problem(client.post("/sparql", data=parameters), 400)


def test_a_missing_query_is_a_400(client: httpx.Client) -> None:
    problem(client.post("/sparql", data={"format": "json"}), 400)
    problem(client.get("/sparql", params={"default-graph-uri": CANNONS}), 400)


def test_a_query_in_url_and_body_is_repeated(client: httpx.Client) -> None:
    response = client.post("/sparql", params={"query": "ASK {}"}, content="ASK {}", headers=DIRECT)
    assert "2 times" in problem(response, 400)["detail"]


def test_an_update_is_a_403_that_names_documents(client: httpx.Client) -> None:
    update = "INSERT DATA { <urn:a> <urn:b> 1 }"
    posted = {"Content-Type": "application/sparql-update"}
    for response in (
        client.post("/sparql", data={"update": update}),
        client.post("/sparql", content=update, headers=posted),
        client.get("/sparql", params={"update": update}),
    ):
        assert "/documents" in problem(response, 403)["detail"]


def test_an_update_sent_as_query_is_a_syntax_error_that_says_so(client: httpx.Client) -> None:
    response = client.get("/sparql", params={"query": "INSERT DATA { <urn:a> <urn:b> 1 }"})
    assert "SPARQL Update" in problem(response, 400)["hint"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json"},
        {"Content-Type": "application/sparql-query; charset=utf-16"},
        {},
    ],
)
def test_a_body_of_another_kind_is_a_415(client: httpx.Client, headers: dict[str, str]) -> None:
    problem(client.post("/sparql", content=b"ASK {}", headers=headers), 415)


def test_wrong_utf8_is_a_400(client: httpx.Client) -> None:
    problem(client.get("/sparql?query=ASK%20%7B%7D%20%23%FF"), 400)
    problem(client.post("/sparql", content=b"ASK {} # \xff", headers=DIRECT), 400)
    problem(client.post("/sparql", content=b"query=ASK%20%7B%7D%23%ff", headers=FORM), 400)


def test_a_body_that_is_too_long_is_a_413(client: httpx.Client) -> None:
    long = b"ASK {} #" + b"x" * 20_000
    assert "20,000" in problem(client.post("/sparql", content=long, headers=DIRECT), 413)["detail"]
    pieces = iter([long[:10_000], long[10_000:]])
    problem(client.post("/sparql", content=pieces, headers=DIRECT), 413)


@pytest.mark.parametrize(
    ("query", "line", "hint"),
    [
        ("SELECT * {\n ?s foo:bar ?o }", 2, "foo: (line 2, column 5) is not declared"),
        ("SELECT * {\n ?s fd:bar ?o }", 2, "PREFIX fd: <https://w3id.org/foedus/ont/>"),
        ("SELEC * {}", 1, "SELEC (line 1, column 1)"),
        ("SELECT * {\n\n { ?s ?p ?o }", 3, "{ is never closed (line 1, column 10)"),
        ("SELECT * { ?s ?p ?o }\n}", 2, "} closes nothing (line 2, column 1)"),
        ('SELECT * { ?s ?p "x }', 1, "string is not closed (line 1, column 18)"),
    ],
)
def test_a_syntax_error_has_line_column_and_a_likely_cause(
    client: httpx.Client, query: str, line: int, hint: str
) -> None:
    document = problem(client.get("/sparql", params={"query": query}), 400)
    assert document["line"] == line
    assert document["column"] >= 1
    assert hint in document["hint"]


def test_the_line_and_column_are_the_parsers(client: httpx.Client) -> None:
    query = "SELECT ?s {\n ?s ?p ?o .\n ?s ?p 'ö' ] }"
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(query)
    document = problem(client.get("/sparql", params={"query": query}), 400)
    assert f"at {document['line']}:{document['column']}:" in str(caught.value)


def test_the_default_world_and_the_current_snapshot_can_be_named(client: httpx.Client) -> None:
    named = {"query": COUNT, "world": "reported", "snapshot": "a1b2c3"}
    assert count(client.get("/sparql", params=named)) == 10


def test_a_snapshot_that_is_gone_is_a_410(client: httpx.Client) -> None:
    problem(client.get("/sparql", params={"query": COUNT, "snapshot": "../../etc"}), 410)
    problem(client.get("/sparql", params={"query": COUNT, "snapshot": "0" * 64}), 410)


def test_a_silent_service_is_one_empty_solution(client: httpx.Client) -> None:
    query = "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    answer = client.get("/sparql", params={"query": query, "format": "json"})
    assert answer.json()["results"]["bindings"] == [{}]


def test_service_is_a_403(client: httpx.Client) -> None:
    query = "SELECT * {\n SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    document = problem(client.get("/sparql", params={"query": query}), 403)
    assert (document["line"], document["column"]) == (2, 2)


def test_a_query_that_would_crash_the_parser_is_a_400_and_the_server_lives(
    client: httpx.Client,
) -> None:
    deep = "ASK " + "{" * 5000 + "}" * 5000
    problem(client.post("/sparql", content=deep, headers=DIRECT), 400)
    assert count(client.get("/sparql", params={"query": COUNT})) == 10


def test_a_function_that_the_engine_lacks_is_a_501_that_names_it(client: httpx.Client) -> None:
    query = "SELECT * { ?s ?p ?o FILTER (<http://example.org/f>(?o)) }"
    document = problem(client.get("/sparql", params={"query": query}), 501)
    assert "http://example.org/f" in document["detail"]


def test_small_answers_are_not_delayed(client: httpx.Client) -> None:
    client.get("/sparql", params={"query": "ASK {}"})
    start = time.perf_counter()
    for _ in range(20):
        client.get("/sparql", params={"query": "ASK {}"})
    assert time.perf_counter() - start < 20 * 0.035


def test_a_relative_iri_is_one_of_ours(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": "ASK { <id/state/marovia> ?p ?o }"}).json()[
        "boolean"
    ]


def test_a_bare_get_describes_the_service(client: httpx.Client, server: str) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    for accept, rdf_format in [
        ("*/*", ox.RdfFormat.TURTLE),
        ("application/n-quads;q=1.0, text/turtle;q=0.7", ox.RdfFormat.N_QUADS),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ]:
        response = client.get("/sparql", headers={"Accept": accept})
        quads = list(ox.parse(response.content, format=rdf_format))
        objects = {quad.object for quad in quads if quad.predicate.value == sd + "endpoint"}
        assert objects == {ox.NamedNode(server + "/sparql")}
        assert ox.Literal(10) in {quad.object for quad in quads}
    problem(client.get("/sparql", headers={"Accept": "image/png"}), 406)
    assert client.head("/sparql").status_code == 200


def test_a_browser_without_a_query_is_led_to_the_page(client: httpx.Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/sparql", headers={"Accept": accept})
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_other_paths_and_methods_are_problems(client: httpx.Client) -> None:
    problem(client.get("/nothing"), 404)
    problem(client.get("/static/nothing"), 404)
    refused = client.delete("/sparql")
    problem(refused, 405)
    problem(client.put("/health"), 405)


def test_any_origin_may_read(client: httpx.Client) -> None:
    origin = {"Origin": "https://example.org"}
    response = client.get("/sparql", params={"query": COUNT}, headers=origin)
    assert response.headers["access-control-allow-origin"] == "*"
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    preflight = client.options(
        "/sparql", headers={**asked, "Access-Control-Request-Headers": "content-type"}
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_health_names_the_snapshot_and_counts_what_holds(client: httpx.Client) -> None:
    response = client.get("/health")
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"status": "ok", "snapshot": "a1b2c3", "triples": 10}


def test_the_examples_are_served_as_executables(
    client: httpx.Client, questions: Sequence[Example]
) -> None:
    response = client.get("/.well-known/sparql-examples")
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    store = ox.Store()
    store.load(response.content, format=ox.RdfFormat.TURTLE)
    rows = store.query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?text ?label { ?q a sh:SPARQLExecutable ; rdfs:label ?label ;
          sh:select|sh:ask|sh:construct ?text . FILTER (lang(?label) = "de") }"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {(row["text"].value, row["label"].value) for row in rows}
    assert found == {(question.text, question.title["de"]) for question in questions}


def test_openapi_names_every_path_and_the_media_types(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/",
        "/.well-known/sparql-examples",
        "/documents",
        "/graphs",
        "/health",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/sparql",
        "/validate",
        "/why",
        "/worlds",
        "/worlds/{key}",
        "/worlds/{key}/sparql",
    }
    content = document["paths"]["/sparql"]["get"]["responses"]["200"]["content"]
    assert {"application/sparql-results+json", "text/csv", "text/turtle"} <= set(content)
    assert PROBLEM in document["paths"]["/sparql"]["post"]["responses"]["415"]["content"]


def test_a_new_snapshot_answers_without_a_restart(
    publish: Callable[[str, str], Snapshot], serving: Serving
) -> None:
    published = [publish("one", "<urn:a> <urn:b> 1 , 2 .")]
    app = create_app(Settings(), PoolEngine(lambda: published[-1]), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        assert count(client.get("/sparql", params={"query": COUNT})) == 2
        published.append(publish("two", "<urn:a> <urn:b> 1 ."))
        response = client.get("/sparql", params={"query": COUNT})
        assert (count(response), response.headers["foedus-snapshot"]) == (1, "two")
        assert client.get("/health").json()["triples"] == 1


class BrokenEngine:
    """An engine that fails in a way that nobody foresaw, or has nothing to serve."""

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Fail."""
        raise RuntimeError("secret in /somewhere/else")

    async def status(self) -> Status:
        """Have nothing to serve."""
        raise NoSnapshot

    def ready(self) -> str:
        """Have nothing to serve."""
        raise NoSnapshot


def test_an_unforeseen_error_is_a_500_that_leaks_nothing(serving: Serving) -> None:
    app = create_app(Settings(), BrokenEngine(), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        response = client.get("/sparql", params={"query": COUNT})
        document = problem(response, 500)
        assert "secret" not in json.dumps(document)
        assert "Traceback" not in response.text
        assert "foedus build" in problem(client.get("/health"), 503)["detail"]
        problem(client.get("/sparql"), 503)
