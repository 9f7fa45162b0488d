"""``/documents`` on a real server: what enters is served at once, the refused changes nothing."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from letters import iri_of, letter
from serving import Server, eventually, is_alive, served

from foedus.graph.build import build
from foedus.graph.snapshot import current

TOKEN = "a-token-of-24-characters"
TRIG = {"Content-Type": "application/trig"}
ADDED = "# A comment.\n" + letter("added")
CLAIMED = """
ASK { ?claim <https://w3id.org/foedus/ont/isStatedIn> <%s> }
"""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a graph that begins with one document."""
    folder = tmp_path_factory.mktemp("beginning")
    path = folder / "first.trig"
    path.write_text(letter("first"), encoding="utf-8")
    build(folder / "data", [path])
    return folder / "data"


@pytest.fixture(scope="module")
def server(beginning: Path) -> Iterator[Server]:
    with served(beginning, {"FOEDUS_TOKEN": TOKEN, "FOEDUS_MAX_DOCUMENT": "100K"}) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: Server) -> httpx.Client:
    """Give a client that may write."""
    return server.client


@pytest.fixture(scope="module")
def added(client: httpx.Client) -> httpx.Response:
    """Add a document that tests read; gives what the server answered."""
    return post(client, ADDED)


def listed(client: httpx.Client) -> dict[str, dict[str, object]]:
    return {it["iri"]: it for it in client.get("/documents").json()["documents"]}


def post(client: httpx.Client, text: str, **more: str) -> httpx.Response:
    return client.post("/documents", content=text, headers={**TRIG, **more})


def put(client: httpx.Client, text: str, **more: str) -> httpx.Response:
    return client.put("/documents", content=text, headers={**TRIG, **more})


def is_claimed_in(client: httpx.Client, name: str) -> bool:
    query = CLAIMED % iri_of(name)
    return bool(client.get("/sparql", params={"query": query, "format": "json"}).json()["boolean"])


def snapshot(client: httpx.Client) -> str:
    return client.get("/documents").headers["Foedus-Snapshot"]


def test_what_is_posted_is_served_at_once(client: httpx.Client) -> None:
    before = snapshot(client)
    posted = post(client, letter("new"))
    assert posted.status_code == 201
    asked = client.get("/sparql", params={"query": CLAIMED % iri_of("new"), "format": "json"})
    assert asked.json()["boolean"] is True
    assert posted.headers["Foedus-Snapshot"] == asked.headers["Foedus-Snapshot"] != before
    assert posted.json() == {"iri": iri_of("new"), "snapshot": asked.headers["Foedus-Snapshot"]}


def test_a_document_is_read_as_it_was_sent(client: httpx.Client, added: httpx.Response) -> None:
    assert added.status_code == 201
    address = added.headers["Location"]
    read = client.get(address)
    assert read.text == ADDED
    assert read.headers["Content-Type"] == "application/trig"
    assert read.headers["ETag"] == added.headers["ETag"]
    tag = read.headers["ETag"]
    for known in (tag, f"W/{tag}", "*"):
        assert client.get(address, headers={"If-None-Match": known}).status_code == 304
    assert client.get(address, params={"iri": iri_of("none")}).status_code == 404
    older = {"iri": iri_of("added"), "snapshot": "0" * 64}
    assert client.get("/documents", params=older).status_code == 410


def test_the_list_says_what_there_is_and_what_was_posted(
    client: httpx.Client, added: httpx.Response
) -> None:
    documents = listed(client)
    assert documents[iri_of("first")]["posted"] is False
    one = documents[iri_of("added")]
    assert one["posted"] is True
    assert one["href"] == added.headers["Location"]
    assert one["title"] == {"en": "added", "de": "added (deutsch)"}
    assert (one["sentences"], one["claims"]) == (1, 1)
    turtle = client.get("/documents", headers={"Accept": "text/turtle"})
    found = ox.Store()
    found.load(turtle.content, format=ox.RdfFormat.TURTLE)
    query = f"""PREFIX dcat: <http://www.w3.org/ns/dcat#>
    ASK {{ <https://w3id.org/foedus/documents#posted> dcat:resource <{iri_of("added")}> }}"""
    assert found.query(query)


def test_the_same_again_publishes_nothing(client: httpx.Client, added: httpx.Response) -> None:
    before = snapshot(client)
    again, third = post(client, ADDED), put(client, ADDED)
    assert (again.status_code, third.status_code) == (200, 204)
    assert {it.headers["Foedus-Snapshot"] for it in (again, third)} == {before}


def test_another_document_of_the_same_iri_is_put_and_not_posted(client: httpx.Client) -> None:
    assert post(client, letter("twice")).status_code == 201
    refused = post(client, letter("twice", "ukraine"))
    assert refused.status_code == 409
    assert "PUT" in refused.json()["detail"]
    assert put(client, letter("twice", "ukraine")).status_code == 204
    assert famines(client, "twice") == ["https://w3id.org/foedus/id/state/ukraine"]


def famines(client: httpx.Client, name: str) -> list[str]:
    query = f"""PREFIX fd: <https://w3id.org/foedus/ont/>
    SELECT ?place {{ <https://w3id.org/foedus/id/event/famine-{name}> fd:hasPlace ?place }}"""
    found = client.get("/sparql", params={"query": query, "format": "json"}).json()
    return [row["place"]["value"] for row in found["results"]["bindings"]]


def test_a_change_is_made_on_the_state_that_it_expects(
    client: httpx.Client, added: httpx.Response
) -> None:
    before = snapshot(client)
    tag, other = added.headers["ETag"], letter("added", "ukraine")
    for header, value in (
        ("If-Match", '"other"'),
        ("If-Match", f"W/{tag}"),
        ("If-None-Match", "*"),
    ):
        assert put(client, other, **{header: value}).status_code == 412
    assert put(client, letter("unknown"), **{"If-Match": "*"}).status_code == 412
    params = {"iri": iri_of("added")}
    refused = client.delete("/documents", params=params, headers={"If-Match": '"other"'})
    assert refused.status_code == 412
    assert snapshot(client) == before
    assert put(client, ADDED, **{"If-Match": f'"other", {tag}'}).status_code == 204


def test_what_is_removed_is_gone_at_once(client: httpx.Client) -> None:
    before = snapshot(client)
    assert post(client, letter("short")).status_code == 201
    params = {"iri": "digest:short"}
    removed = client.delete("/documents", params=params)
    assert (removed.status_code, removed.content) == (204, b"")
    assert removed.headers["Foedus-Snapshot"] == before
    assert not is_claimed_in(client, "short")
    assert client.get("/documents", params=params).status_code == 404
    assert client.delete("/documents", params=params).status_code == 404
    assert client.delete("/documents").status_code == 400


def test_what_the_graph_began_with_stays(client: httpx.Client) -> None:
    before = snapshot(client)
    removed = client.delete("/documents", params={"iri": iri_of("first")})
    assert removed.status_code == 403
    assert "began with" in removed.json()["detail"]
    assert put(client, letter("first", "ukraine")).status_code == 403
    assert put(client, letter("first")).status_code == 204
    assert snapshot(client) == before


def test_what_does_not_conform_is_refused_with_the_report(client: httpx.Client) -> None:
    before = snapshot(client)
    broken = letter("broken").replace("fd:firmness firmness:certain ; ", "")
    refused = post(client, broken)
    assert refused.status_code == 422
    problem = refused.json()
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert "/validate" in problem["detail"]
    assert problem["conforms"] is False
    assert {it["focusNode"]["value"] for it in problem["findings"]} == {
        "https://w3id.org/foedus/doc/digest/broken/claim/1"
    }
    as_rdf = post(client, broken, Accept="text/turtle")
    assert as_rdf.status_code == 422
    assert "sh:ValidationReport" in as_rdf.text
    assert snapshot(client) == before
    assert iri_of("broken") not in listed(client)


def test_a_document_that_another_needs_is_not_removed(
    client: httpx.Client, added: httpx.Response
) -> None:
    corrects = f"fd:corrects <{iri_of('added')}/claim/1> ;"
    assert post(client, letter("other", more=corrects)).status_code == 201
    refused = client.delete("/documents", params={"iri": iri_of("added")})
    assert refused.status_code == 422
    assert iri_of("added") in listed(client)


def test_what_cannot_be_parsed_is_refused_with_its_place(client: httpx.Client) -> None:
    refused = post(client, letter("new") + "\n}")
    assert refused.status_code == 400
    assert refused.json()["line"] == letter("new").count("\n") + 2
    assert refused.json()["column"] == 1


@pytest.mark.parametrize(
    ("text", "headers", "status"),
    [
        ("<x:a> <x:b> <x:c> .", {}, 400),
        (letter("new") + letter("other"), {}, 400),
        (letter("new"), {"Content-Type": "application/sparql-update"}, 415),
        ("# " + 100_000 * "long", {}, 413),
    ],
)
def test_what_is_not_one_document_is_refused(
    text: str, headers: dict[str, str], status: int, client: httpx.Client
) -> None:
    assert post(client, text, **headers).status_code == status


def test_the_address_and_the_document_agree(client: httpx.Client, added: httpx.Response) -> None:
    def put_at(name: str) -> int:
        params = {"iri": iri_of(name)}
        return client.put("/documents", params=params, content=ADDED, headers=TRIG).status_code

    assert put_at("first") == 400
    assert put_at("added") == 204


def test_any_format_with_graphs_is_taken_and_kept_as_trig(client: httpx.Client) -> None:
    quads = list(ox.parse(letter("lines"), format=ox.RdfFormat.TRIG))
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    sent = {"Content-Type": "application/n-quads"}
    posted = client.post("/documents", content=lines, headers=sent)
    assert posted.status_code == 201
    assert "ETag" not in posted.headers
    kept = ox.parse(client.get(posted.headers["Location"]).content, format=ox.RdfFormat.TRIG)
    assert set(kept) == set(quads)


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        ("", 'Bearer realm="foedus"'),
        ("Basic " + TOKEN, 'Bearer realm="foedus"'),
        ("Bearer wrong", 'Bearer realm="foedus", error="invalid_token"'),
        ("Bearer " + TOKEN + "x", 'Bearer realm="foedus", error="invalid_token"'),
    ],
)
def test_who_does_not_bear_the_token_writes_nothing(
    header: str, challenge: str, client: httpx.Client
) -> None:
    headers = {**TRIG, "Authorization": header}
    for request in (
        client.build_request("POST", "/documents", content=letter("new"), headers=headers),
        client.build_request("PUT", "/documents", content=letter("new"), headers=headers),
        client.build_request("DELETE", "/documents?iri=digest:first", headers=headers),
    ):
        answer = client.send(request)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == challenge
        assert TOKEN not in answer.text


def test_of_two_who_write_at_once_nothing_is_lost_and_readers_go_on(client: httpx.Client) -> None:
    names = ["one", "two", "three"]
    with ThreadPoolExecutor(len(names)) as pool:
        posted = [pool.submit(post, client, letter(name)) for name in names]
        asked = 0
        while not all(it.done() for it in posted):
            assert is_claimed_in(client, "first")
            asked += 1
    assert [it.result().status_code for it in posted] == [201, 201, 201]
    assert asked > 1
    assert {iri_of(name) for name in names} < listed(client).keys()


def begun(server: Server, text: str) -> tuple[ThreadPoolExecutor, Callable[[], httpx.Response]]:
    """Post in a thread; comes back when a process works on it."""
    assert eventually(lambda: not server.jobs())
    pool = ThreadPoolExecutor(1)
    posted = pool.submit(post, server.client, text)
    assert eventually(server.jobs)
    return pool, posted.result


def test_a_job_that_is_killed_changes_nothing_and_the_next_one_works(
    server: Server, client: httpx.Client
) -> None:
    before = current(server.data).id
    pool, result = begun(server, letter("killed"))
    with pool:
        (job,) = server.jobs()
        os.kill(job, signal.SIGKILL)
        died = result()
    assert died.status_code == 503
    assert "Retry-After" in died.headers
    assert snapshot(client) == current(server.data).id == before
    assert post(client, letter("next")).status_code == 201
    assert iri_of("killed") not in listed(client)


def test_the_process_that_forks_jobs_is_started_anew(server: Server, client: httpx.Client) -> None:
    assert client.post("/validate", content=letter("new"), headers=TRIG).status_code == 200
    (zygote,) = server.zygotes()
    os.kill(zygote, signal.SIGKILL)
    assert eventually(lambda: not is_alive(zygote))
    assert client.post("/validate", content=letter("new"), headers=TRIG).status_code == 200


def test_nobody_works_on_for_a_client_that_is_gone(server: Server, client: httpx.Client) -> None:
    host, _, port = server.address.removeprefix("http://").partition(":")
    text = letter("gone").encode()
    head = (
        f"POST /documents HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/trig\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    before = snapshot(client)
    assert eventually(lambda: not server.jobs())
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + text)
        assert eventually(server.jobs)
        (job,) = server.jobs()
    assert eventually(lambda: not is_alive(job), 10)
    assert snapshot(client) == before


def test_a_server_that_ends_leaves_no_process(beginning: Path) -> None:
    for ending in (signal.SIGINT, signal.SIGKILL):
        with served(beginning, {"FOEDUS_TOKEN": TOKEN}) as server:
            pool, _ = begun(server, letter("new"))
            processes = [*server.zygotes(), *server.jobs()]
            assert len(processes) == 2
            server.process.send_signal(ending)
            server.process.wait(timeout=60)
            assert eventually(lambda left=processes: not any(map(is_alive, left)))  # type: ignore[misc]
            pool.shutdown(wait=True)
    assert current(beginning).is_sound()


def test_without_a_token_nobody_writes(beginning: Path) -> None:
    with served(beginning, {"FOEDUS_TOKEN": ""}) as server:
        refused = post(server.client, letter("new"))
        assert refused.status_code == 403
        assert "read-only" in refused.json()["detail"]
        assert server.client.delete("/documents?iri=digest:first").status_code == 403
        assert server.client.get("/documents").status_code == 200
