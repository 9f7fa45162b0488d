"""The form of an answer: what the client accepts, what it asks for by name, what nobody has."""

import httpx
import pyoxigraph as ox
import pytest
from answers import COUNT, count, problem


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
