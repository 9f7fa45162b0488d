"""The SPARQL Protocol, over a real socket: each way to put a query, and what is no query."""

import time

import httpx
import pytest
from answers import COUNT, DIRECT, count, problem

from foedus.ontology.namespaces import PREFIXES

NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
CANNONS = PREFIXES["proposition"] + "cannons"
HORSES = PREFIXES["proposition"] + "horses"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


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


def test_small_answers_are_not_delayed(client: httpx.Client) -> None:
    client.get("/sparql", params={"query": "ASK {}"})
    start = time.perf_counter()
    for _ in range(20):
        client.get("/sparql", params={"query": "ASK {}"})
    assert time.perf_counter() - start < 20 * 0.035
