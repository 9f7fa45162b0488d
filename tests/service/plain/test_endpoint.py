"""What a plain endpoint says of itself and of its answers; RDF 1.2; what it refuses at once."""

import time

from plain import Plain


def test_the_description_says_what_the_endpoint_can(server: Plain) -> None:
    server.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }")
    text = server.client.get("/sparql", headers={"Accept": "text/turtle"}).text
    for word in ("SPARQL11Query", "SPARQL11Update", "BasicFederatedQuery", "<urn:g>"):
        assert word in text
    assert f"<{server.address}/sparql>" in text


def test_an_answer_of_before_a_write_is_not_given_after_it(server: Plain) -> None:
    first = server.query("SELECT * { ?s ?p ?o }")
    tag = {"If-None-Match": first.headers["ETag"]}
    parameters = {"query": "SELECT * { ?s ?p ?o }", "format": "json"}
    again = server.client.get("/sparql", params=parameters, headers=tag)
    assert again.status_code == 304
    server.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert server.client.get("/sparql", params=parameters, headers=tag).status_code == 200


def test_reifiers_triple_terms_and_directions_are_stored_and_found(server: Plain) -> None:
    said = "<urn:r> rdf:reifies <<( <urn:a> <urn:b> 'x'@ar--rtl )>> . "
    said += "<< <urn:a> <urn:b> 1 >> <urn:by> 2 ."
    answer = server.client.put(
        "/graphs?default",
        content=f'VERSION "1.2" PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> {said}',
        headers={"Content-Type": "text/turtle; version=1.2"},
    )
    assert answer.status_code == 204, answer.text
    query = (
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
        "SELECT (LANGDIR(?o) AS ?dir) (OBJECT(?t) AS ?x) { "
        "?r rdf:reifies ?t . <urn:r> rdf:reifies <<( ?a ?b ?o )>> FILTER(isTRIPLE(?t)) "
        "OPTIONAL { << <urn:a> <urn:b> ?z >> <urn:by> 2 } }"
    )
    answer = server.client.post(
        "/sparql",
        content=query,
        headers={
            "Content-Type": "application/sparql-query; version=1.2",
            "Accept": "application/sparql-results+json",
        },
    )
    assert answer.status_code == 200, answer.text
    bindings = answer.json()["results"]["bindings"]
    assert {row["dir"]["value"] for row in bindings} == {"rtl"}
    assert len(bindings) == 2


def test_nothing_waits_for_a_long_refusal(server: Plain) -> None:
    start = time.monotonic()
    for piece in ("a.", "(1)", "'''", "? "):
        text = piece * (262_144 // len(piece))
        headers = {"Content-Type": "application/sparql-query"}
        assert server.client.post("/sparql", content=text, headers=headers).status_code == 400
    assert time.monotonic() - start < 30
