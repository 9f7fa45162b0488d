"""The Graph Store Protocol at ``/graphs``, and who may write."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from plain import Plain, plain

TURTLE = {"Content-Type": "text/turtle"}
GRAPH = {"graph": "urn:g"}


def test_a_graph_is_made_replaced_added_to_and_removed(server: Plain) -> None:
    client = server.client
    put = {"params": GRAPH, "headers": TURTLE}
    assert client.put("/graphs", content="<urn:a> <urn:b> 1 .", **put).status_code == 201  # type: ignore[arg-type]
    assert client.put("/graphs", content="<urn:a> <urn:b> 2 .", **put).status_code == 204  # type: ignore[arg-type]
    assert client.post("/graphs", content="<urn:a> <urn:b> 3 .", **put).status_code == 204  # type: ignore[arg-type]
    got = client.get("/graphs", params=GRAPH, headers={"Accept": "application/n-triples"})
    assert got.headers["Content-Type"] == "application/n-triples"
    assert sorted(line.split('"')[1] for line in got.text.splitlines()) == ["2", "3"]
    assert client.head("/graphs", params=GRAPH).status_code == 200
    assert client.delete("/graphs", params=GRAPH).status_code == 204
    for method in ("GET", "HEAD", "DELETE"):
        assert client.request(method, "/graphs", params=GRAPH).status_code == 404


def test_the_default_graph_is_named_by_default(server: Plain) -> None:
    client = server.client
    body = b"<urn:a> <urn:b> <urn:c> ."
    assert client.put("/graphs?default", content=body, headers=TURTLE).status_code == 204
    assert server.count() == 1
    assert client.get("/graphs?default&format=nt").content == body.replace(b" .", b" .\n")
    assert client.delete("/graphs?default").status_code == 204
    assert client.get("/graphs?default").status_code == 200


def test_an_address_names_a_graph_and_relative_iris_are_relative_to_it(server: Plain) -> None:
    client = server.client
    address = f"{server.address}/graphs/people/ruritania.ttl"
    answer = client.put("/graphs/people/ruritania.ttl", content="<#me> <urn:b> 1 .", headers=TURTLE)
    assert answer.status_code == 201
    assert client.get("/graphs", params={"graph": address}).status_code == 200
    rows = server.rows("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }")
    assert rows == [{"g": address, "s": f"{address}#me"}]


def test_a_posted_graph_without_a_name_gets_one(server: Plain) -> None:
    answer = server.client.post("/graphs", content="<> <urn:b> 1 .", headers=TURTLE)
    assert answer.status_code == 201
    assert server.client.get(answer.headers["Location"]).status_code == 200


def test_posted_quads_go_to_their_graphs(server: Plain) -> None:
    trig = "<urn:a> <urn:b> 1 . GRAPH <urn:g> { <urn:a> <urn:b> _:x } _:x <urn:b> 2 ."
    headers = {"Content-Type": "application/trig"}
    for address in ("/graphs", "/graphs?default"):
        assert server.client.post(address, content=trig, headers=headers).status_code == 204
    assert server.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }") == [{"g": "urn:g"}]
    assert server.rows("ASK {}" and "SELECT ?o { GRAPH <urn:g> { ?s ?p ?x } ?x <urn:b> ?o }") != []
    named = server.client.put("/graphs", params=GRAPH, content=trig, headers=headers)
    assert named.status_code == 400


def test_an_empty_graph_exists(server: Plain) -> None:
    answer = server.client.put("/graphs", params=GRAPH, content="", headers=TURTLE)
    assert answer.status_code == 201
    assert server.client.get("/graphs", params=GRAPH).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "body", "status"),
    [
        ("/graphs?graph=urn:g", TURTLE, "<urn:a> <urn:b>", 400),
        ("/graphs?graph=relative", TURTLE, "", 400),
        ("/graphs?graph=urn:g&default", TURTLE, "", 400),
        ("/graphs?graph=urn:g&graph=urn:h", TURTLE, "", 400),
        ("/graphs", TURTLE, "", 400),
        ("/graphs/x?graph=urn:g", TURTLE, "", 400),
        ("/graphs?graph=urn:g", {"Content-Type": "text/csv"}, "a,b", 415),
        ("/graphs?graph=urn:g", {}, "", 415),
        ("/graphs?graph=urn:g", {**TURTLE, "Content-Encoding": "gzip"}, "", 415),
        ("/graphs?graph=urn:g", {"Content-Type": "multipart/form-data; boundary=x"}, "--y", 400),
    ],
)
def test_what_cannot_be_put_is_refused_and_nothing_changes(
    server: Plain, address: str, headers: dict[str, str], body: str, status: int
) -> None:
    server.update("INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } }")
    answer = server.client.put(address, content=body.encode(), headers=headers)
    assert answer.status_code == status, answer.text
    assert "/tmp" not in answer.text
    assert len(server.rows("SELECT * { GRAPH ?g { ?s ?p ?o } }")) == 1


def test_a_context_elsewhere_is_not_followed(server: Plain, other: object) -> None:
    body = f'{{"@context": "{other.origin}/context", "@id": "urn:a", "b": 1}}'  # type: ignore[attr-defined]
    headers = {"Content-Type": "application/ld+json"}
    answer = server.client.put("/graphs", params=GRAPH, content=body, headers=headers)
    assert answer.status_code == 400
    assert other.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Host": "elsewhere.example", "Origin": "http://elsewhere.example"},
    ],
)
def test_without_a_token_a_page_of_another_site_does_not_write(
    server: Plain, headers: dict[str, str]
) -> None:
    for method, address in (("POST", "/sparql"), ("DELETE", "/graphs?default")):
        form = {"update": "CLEAR ALL"} if method == "POST" else None
        answer = server.client.request(method, address, data=form, headers=headers)
        assert answer.status_code == 403


def test_where_there_is_a_token_who_writes_bears_it(tmp_path: Path) -> None:
    with plain(tmp_path / "store", settings={"FOEDUS_TOKEN": "letmein"}) as server:
        assert server.update("CLEAR ALL").status_code == 401
        assert server.client.delete("/graphs?default").status_code == 401
        server.client.headers["Authorization"] = "Bearer letmein"
        assert server.update("CLEAR ALL").status_code == 204
        assert httpx.get(f"{server.address}/sparql?query=ASK+%7B%7D").status_code == 200


def test_nobody_else_writes_to_a_store_that_is_served(server: Plain, tmp_path: Path) -> None:
    with plain(tmp_path / "store"):
        second = [str(Path(sys.executable).with_name("foedus")), "serve", "--port", "0", "--plain"]
        ended = subprocess.run([*second, str(tmp_path / "store")], capture_output=True, timeout=60)
    assert ended.returncode == 2
    assert b"does not open" in ended.stderr


def test_a_store_of_oxigraph_is_served_as_it_is(tmp_path: Path) -> None:
    code = (
        "import sys, pyoxigraph as ox\n"
        "store = ox.Store(sys.argv[1])\n"
        "store.update('INSERT DATA { <urn:a> <urn:b> 1 }')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "store")], check=True)
    with plain(tmp_path / "store") as server:
        assert server.count() == 1
