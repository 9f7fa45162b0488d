"""What stands in a query: errors with their place and likely cause, and what is not answered."""

import httpx
import pyoxigraph as ox
import pytest
from answers import COUNT, DIRECT, count, problem


def test_a_relative_iri_is_one_of_ours(client: httpx.Client) -> None:
    assert client.get("/sparql", params={"query": "ASK { <id/state/marovia> ?p ?o }"}).json()[
        "boolean"
    ]


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


def test_a_query_that_would_crash_the_parser_is_a_400_and_the_server_lives(
    client: httpx.Client,
) -> None:
    deep = "ASK " + "{" * 5000 + "}" * 5000
    problem(client.post("/sparql", content=deep, headers=DIRECT), 400)
    assert count(client.get("/sparql", params={"query": COUNT})) == 10


def test_service_is_a_403(client: httpx.Client) -> None:
    query = "SELECT * {\n SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    document = problem(client.get("/sparql", params={"query": query}), 403)
    assert (document["line"], document["column"]) == (2, 2)


def test_a_silent_service_is_one_empty_solution(client: httpx.Client) -> None:
    query = "SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }"
    answer = client.get("/sparql", params={"query": query, "format": "json"})
    assert answer.json()["results"]["bindings"] == [{}]


def test_a_function_that_the_engine_lacks_is_a_503_that_names_it(client: httpx.Client) -> None:
    query = "SELECT * { ?s ?p ?o FILTER (<http://example.org/f>(?o)) }"
    document = problem(client.get("/sparql", params={"query": query}), 503)
    assert "http://example.org/f" in document["detail"]
