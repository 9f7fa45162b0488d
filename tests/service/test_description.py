"""What the service says of itself: its description, its examples, its paths."""

from collections.abc import Sequence

import httpx
import pyoxigraph as ox
from answers import PROBLEM, problem

from foedus.service.description import Example


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
    assert (response.status_code, response.headers["location"]) == (303, "/query")


def test_other_paths_and_methods_are_problems(client: httpx.Client) -> None:
    problem(client.get("/nothing"), 404)
    problem(client.get("/static/nothing"), 404)
    refused = client.delete("/sparql")
    problem(refused, 405)
    problem(client.put("/health"), 405)


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
        "/.well-known/void",
        "/query",
        "/context.jsonld",
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
