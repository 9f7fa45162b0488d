"""SPARQL Update at ``/sparql``: what it does, what it refuses, and what becomes of a bad one."""

import signal
import threading
from pathlib import Path

import httpx
import pytest
from plain import Plain, plain

RUNAWAY = (
    "INSERT DATA { "
    + " ".join(f"<urn:s{number}> <urn:p> {number} ." for number in range(300))
    + " } ; INSERT { ?a <urn:q> ?d } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . "
    "FILTER(?c + ?f + ?i + ?l < 0) }"
)
BOMB = (
    "INSERT { <urn:a> <urn:b> ?all } WHERE { { SELECT (GROUP_CONCAT(?x) AS ?all) { "
    f"VALUES ?x {{ '{'x' * 1000}' }} "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(4))
    + " } } }"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_an_update_is_there_for_the_next_query(server: Plain) -> None:
    for number in range(3):
        assert server.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status_code == 204
        assert server.count() == number + 1
    answer = server.client.post("/sparql", data={"update": "DELETE WHERE { ?s ?p ?o }"})
    assert answer.status_code == 204
    assert server.count() == 0


def test_an_update_is_taken_whatever_the_client_accepts(server: Plain) -> None:
    headers = {"Accept": "application/sparql-results+json", **FORM}
    answer = server.client.post("/sparql", content="update=CLEAR+ALL", headers=headers)
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("method", "parameters", "form"),
    [
        ("GET", {"update": "CLEAR ALL"}, None),
        ("POST", {}, {"update": ["CLEAR ALL", "CLEAR ALL"]}),
        ("POST", {}, {"update": "CLEAR ALL", "query": "ASK {}"}),
        ("POST", {}, {"update": "CLEAR NOTHING"}),
    ],
)
def test_a_request_that_is_no_update_is_a_400(
    server: Plain, method: str, parameters: dict[str, str], form: dict[str, str] | None
) -> None:
    server.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    answer = server.client.request(method, "/sparql", params=parameters, data=form)
    assert answer.status_code == 400
    assert server.count() == 1


def test_a_syntax_error_has_its_place_and_nothing_is_done(server: Plain) -> None:
    answer = server.update("INSERT DATA { <urn:a> <urn:b> 1 } ;\nINSERT DATA { ex:a <urn:b> }")
    assert answer.status_code == 400
    assert answer.json()["line"] == 2
    assert "ex:" in answer.json()["hint"]
    assert server.count() == 0


def test_an_update_that_fails_on_the_way_does_nothing(server: Plain) -> None:
    answer = server.update("INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:none>")
    assert answer.status_code == 409
    assert "urn:none" in answer.json()["detail"]
    assert server.count() == 0


def test_prefixes_may_be_declared_again_behind_a_semicolon(server: Plain) -> None:
    answer = server.update(
        "PREFIX : <urn:first:> INSERT DATA { :a :b 'x; PREFIX : <urn:no:>' } ;\n"
        "# a comment; then\nPREFIX : <urn:second:> BASE <http://base.example/x/>\n"
        "INSERT DATA { :a :b <../c> , 'd'^^:e } ; BASE <http://end.example/>"
    )
    assert answer.status_code == 204, answer.text
    assert {row["s"] for row in server.rows("SELECT ?s { ?s ?p ?o }")} == {
        "urn:first:a",
        "urn:second:a",
    }
    assert server.rows("SELECT ?o { ?s ?p ?o FILTER isIRI(?o) }") == [
        {"o": "http://base.example/c"}
    ]


def test_a_request_names_the_dataset_of_an_update(server: Plain) -> None:
    server.update("INSERT DATA { <urn:a> <urn:p> 0 GRAPH <urn:g> { <urn:a> <urn:p> 1 } }")
    copy = "INSERT { <urn:a> <urn:q> ?o } WHERE { ?s <urn:p> ?o }"
    assert server.update(copy, using_graph_uri="urn:g").status_code == 204
    assert server.rows("SELECT ?o { ?s <urn:q> ?o }") == [{"o": "1"}]
    delete = "DELETE WHERE { ?s <urn:q> ?o }"
    assert server.update(delete, using_named_graph_uri="urn:g").status_code == 204
    assert server.count() == 2
    conflict = "INSERT { <urn:a> <urn:q> ?o } USING <urn:g> WHERE { ?s <urn:p> ?o }"
    assert server.update(conflict, using_graph_uri="urn:g").status_code == 400
    assert server.update(copy, using_graph_uri="no iri").status_code == 400


def test_deep_and_long_updates_are_refused_but_not_many_data(server: Plain) -> None:
    deep = "INSERT DATA { <urn:a> <urn:b> " + "(" * 10_000 + ")" * 10_000 + " }"
    assert server.update(deep).status_code == 400
    chained = "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o " + "BIND(1 AS ?x) " * 2_000 + "}"
    assert server.update(chained).status_code == 400
    graphs = " ".join(f"GRAPH <urn:g{n}> {{ <urn:a> <urn:b> {n} }}" for n in range(2_000))
    assert server.update(f"INSERT DATA {{ {graphs} }}").status_code == 204
    operations = " ; ".join(f"INSERT DATA {{ <urn:a> <urn:b> {n} }}" for n in range(1_000))
    assert server.update(operations).status_code == 204
    members = " ".join(map(str, range(10_000)))
    assert server.update(f"INSERT DATA {{ <urn:l> <urn:b> ( {members} ) }}").status_code == 204


def test_a_runaway_update_is_stopped_and_stops_no_reader(server: Plain) -> None:
    server.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(server.update(RUNAWAY)))
    thread.start()
    read = 0
    while thread.is_alive():
        assert server.count() == 1
        read += 1
    thread.join()
    assert answers[0].status_code == 504
    assert "5 seconds" in answers[0].json()["detail"]
    assert read > 5
    assert server.count() == 1
    assert server.update("INSERT DATA { <urn:a> <urn:b> 2 }").status_code == 204
    assert server.count() == 2


def test_an_update_that_eats_the_memory_is_stopped(server: Plain) -> None:
    server.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert server.update(BOMB).status_code in (422, 504)
    assert server.count() == 1
    assert server.update("INSERT DATA { <urn:a> <urn:b> 2 }").status_code == 204


def test_what_was_acknowledged_survives_a_kill_of_everything(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with plain(store) as first:
        for number in range(20):
            assert first.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status_code == 204
        assert first.count() == 20
        first.update("INSERT DATA { <urn:a> <urn:b> 20 }")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with plain(store) as second:
        assert second.count() == 21
        assert [path.name for path in (store / ".copies").iterdir()] != []
    assert not (store / ".copies").exists()


def test_no_process_is_left_when_the_server_is_killed(tmp_path: Path) -> None:
    with plain(tmp_path / "store", "--federation", "http://127.0.0.1:9") as server:
        server.update("INSERT DATA { <urn:a> <urn:b> 1 }")
        assert server.count() == 1
        family = descendants(server.process.pid)
        assert len(family) > 3
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
    for _ in range(1_000):
        left = [pid for pid in family if is_alive(pid)]
        if not left:
            break
        threading.Event().wait(0.01)
    assert left == []


def descendants(pid: int) -> list[int]:
    """List all processes that come from one."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        children = [int(child) for child in (task / "children").read_text().split()]
        found += [one for child in children for one in (child, *descendants(child))]
    return found


def is_alive(pid: int) -> bool:
    """Tell whether a process works; one that only waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "letter.txt").write_text("Dear …")
    with (
        pytest.raises(AssertionError, match="neither empty nor a store"),
        plain(tmp_path / "store"),
    ):
        pass
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["letter.txt"]
