"""What ``SERVICE`` and ``LOAD`` reach from a served dataset, and what they do not."""

import json
from pathlib import Path

import pytest
from plain import Elsewhere, Plain, elsewhere, plain

RESULTS = "application/sparql-results+json"
GOT = json.dumps(
    {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "urn:s"}}]}}
)


def test_an_allowed_endpoint_is_asked_what_was_written(server: Plain, other: Elsewhere) -> None:
    other.answers["/sparql?a=b%20c"] = (200, RESULTS, GOT)
    inner = "?s <urn:p> ?o SERVICE SILENT <http://nowhere.example/> { ?s ?p ?o }"
    query = f"SELECT * {{ SERVICE <{other.origin}/sparql?a=b%20c> {{ {inner} }} }}"
    assert server.rows(query) == [{"s": "urn:s"}]
    ((method, path, asked),) = other.asked
    assert (method, path) == ("POST", "/sparql?a=b%20c")
    assert "<http://nowhere.example/>" in asked
    assert "127.0.0.1" not in asked


def test_a_variable_endpoint_is_asked_for_each_solution(server: Plain, other: Elsewhere) -> None:
    other.answers = {"/1": (200, RESULTS, GOT), "/2": (200, RESULTS, GOT.replace("urn:s", "urn:t"))}
    values = f"VALUES ?at {{ <{other.origin}/1> <{other.origin}/2> }}"
    rows = server.rows(f"SELECT * {{ {values} SERVICE ?at {{ ?s ?p ?o }} }}")
    assert [(row["at"][-1], row["s"]) for row in rows] == [("1", "urn:s"), ("2", "urn:t")]
    assert all(set(row) == {"at", "s"} for row in rows)


def test_an_update_may_ask_others(server: Plain, other: Elsewhere) -> None:
    other.answers["/sparql"] = (200, RESULTS, GOT)
    where = f"SERVICE <{other.origin}/sparql> {{ ?s ?p ?o }}"
    assert server.update(f"INSERT {{ ?s <urn:b> 1 }} WHERE {{ {where} }}").status_code == 204
    assert server.rows("SELECT ?s { ?s ?p ?o }") == [{"s": "urn:s"}]


def test_a_document_is_loaded_with_its_own_base_among_other_operations(
    server: Plain, other: Elsewhere
) -> None:
    other.answers["/a.ttl"] = (200, "text/turtle", "<#it> <urn:b> _:x . _:x <urn:b> _:b0 .")
    load = f"LOAD <{other.origin}/a.ttl>"
    update = f"INSERT DATA {{ _:b0 <urn:b> 1 }} ; {load} INTO GRAPH <urn:g> ; {load}"
    answer = server.update(update)
    assert answer.status_code == 204, answer.text
    assert server.count() == 3
    rows = server.rows("SELECT ?s { GRAPH <urn:g> { ?s <urn:b> ?o } FILTER isIRI(?s) }")
    assert rows == [{"s": f"{other.origin}/a.ttl#it"}]


def test_a_document_that_does_not_come_stops_the_update_unless_silent(
    server: Plain, other: Elsewhere
) -> None:
    load = f"<{other.origin}/none.ttl>"
    answer = server.update(f"INSERT DATA {{ <urn:a> <urn:b> 1 }} ; LOAD {load}")
    assert answer.status_code == 503
    assert f"{other.origin}/none.ttl" in answer.json()["detail"]
    assert server.count() == 0
    answer = server.update(f"LOAD SILENT {load} ; INSERT DATA {{ <urn:a> <urn:b> 1 }}")
    assert answer.status_code == 204
    assert server.count() == 1


def test_a_context_of_a_loaded_document_is_not_followed(server: Plain, other: Elsewhere) -> None:
    document = f'{{"@context": "{other.origin}/context", "@id": "urn:a", "b": 1}}'
    other.answers["/a"] = (200, "application/ld+json", document)
    assert server.update(f"LOAD <{other.origin}/a>").status_code != 204
    assert [path for _, path, _ in other.asked] == ["/a"]


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:1/a>",
        "LOAD <file:///etc/hostname>",
        "LOAD SILENT <urn:fine> ;\nLOAD <http://127.0.0.1:1/a>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_an_update_that_reaches_elsewhere_is_refused_with_its_place(
    server: Plain, text: str
) -> None:
    answer = server.update(text)
    assert answer.status_code == 403
    last = text.rindex("LOAD") if "LOAD" in text else text.index("SERVICE")
    line = text[:last].count("\n") + 1
    column = last - (text[:last].rfind("\n") + 1) + 1
    assert (answer.json()["line"], answer.json()["column"]) == (line, column)


def test_a_redirection_is_followed_to_where_one_may_go_only(
    server: Plain, other: Elsewhere
) -> None:
    with elsewhere() as foreign:
        foreign.answers["/a.ttl"] = (200, "text/turtle", "<urn:a> <urn:b> 1 .")
        other.answers = {
            "/out": (302, f"{foreign.origin}/a.ttl", ""),
            "/in": (302, "/a.ttl", ""),
            "/a.ttl": (200, "text/turtle", "<urn:a> <urn:b> 1 ."),
            "/sparql": (307, f"{foreign.origin}/sparql", ""),
        }
        assert server.update(f"LOAD <{other.origin}/out>").status_code != 204
        query = f"SELECT * {{ SERVICE <{other.origin}/sparql> {{ ?s ?p ?o }} }}"
        failed = server.query(query)
        assert failed.status_code == 503
        assert foreign.asked == []
        assert foreign.origin in failed.json()["detail"]
        assert server.update(f"LOAD <{other.origin}/in>").status_code == 204
        assert server.count() == 1


def test_an_endpoint_that_fails_is_told_without_the_way_to_it(
    server: Plain, other: Elsewhere
) -> None:
    query = f"SELECT * {{ SERVICE <{other.origin}/none> {{ ?s ?p ?o }} }}"
    failed = server.query(query)
    assert failed.status_code == 503
    assert f"{other.origin}/none" in failed.json()["detail"]
    assert failed.text.count("127.0.0.1:") == failed.text.count(other.origin)
    assert server.rows(query.replace("SERVICE", "SERVICE SILENT")) == [{}]


def test_an_endpoint_that_breaks_off_gives_no_result(server: Plain, other: Elsewhere) -> None:
    other.answers["/half"] = (200, RESULTS, GOT[:-20])
    query = f"SELECT * {{ SERVICE <{other.origin}/half> {{ ?s ?p ?o }} }}"
    assert server.query(query).status_code >= 400


def test_without_federation_nothing_is_called(other: Elsewhere, tmp_path: Path) -> None:
    other.asked.clear()
    with plain(tmp_path / "store") as server:
        assert server.update(f"LOAD <{other.origin}/a.ttl>").status_code == 403
        assert server.update(f"LOAD SILENT <{other.origin}/a.ttl>").status_code == 204
        service = f"<{other.origin}/> {{ ?s ?p ?o }}"
        assert server.query(f"SELECT * {{ SERVICE {service} }}").status_code == 403
        assert server.rows(f"SELECT * {{ SERVICE SILENT {service} }}") == [{}]
        assert "BasicFederatedQuery" not in server.client.get("/sparql").text
    assert other.asked == []
