"""``/why`` in a world: what holds there, what does not, and what the world leaves out."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from explaining import AMMUNITION, ATTACK, VISIT, page, why

from foedus.graph.snapshot import Snapshot
from foedus.service.cli import main
from foedus.service.texts import TEXTS

UNDATABLE = """PREFIX fd: <https://w3id.org/foedus/ont/>
SELECT ?c { ?c a fd:Claim FILTER NOT EXISTS { ?c fd:reportDate ?d } }"""


@pytest.fixture(scope="module")
def client(built_client: httpx.Client) -> httpx.Client:
    """Ask the server of the built graph."""
    return built_client


def test_what_does_not_hold_is_an_answer_too(client: httpx.Client) -> None:
    answer = why(client, iri=VISIT, **{"as-of": "2024-01-01"})
    assert answer.status_code == 200
    assert answer.json()["holds"] is False
    assert answer.json()["supports"] == []
    assert answer.headers["memento-datetime"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    shown = page(client, iri=VISIT, **{"as-of": "2024-01-01"})
    assert TEXTS["en"]["holds_not"] in shown.text
    nonsense = why(client, subject="state:russia", predicate="a", object='"x"@de')
    assert nonsense.json()["holds"] is False


def test_what_every_world_has_holds_without_a_support_to_show(client: httpx.Client) -> None:
    known = {"subject": "state:russia", "predicate": "a", "object": "fd:State"}
    answer = why(client, **known, **{"as-of": "1900-01-01"}).json()
    assert (answer["holds"], answer["isAlways"], answer["supports"]) == (True, True, [])
    shown = page(client, **known).text
    assert TEXTS["en"]["holds"] in shown
    assert "holds in every world" in shown
    assert TEXTS["en"]["one_support"] not in shown


def test_accept_datetime_is_as_of(client: httpx.Client) -> None:
    headers = {"Accept": "application/json", "Accept-Datetime": "Tue, 22 Oct 2024 12:00:00 GMT"}
    answer = client.get("/why", params={"iri": VISIT}, headers=headers)
    assert answer.json() == why(client, iri=VISIT, **{"as-of": "2024-10-22"}).json()
    assert answer.headers["memento-datetime"] == "Tue, 22 Oct 2024 00:00:00 GMT"


def test_a_described_world_is_reached_by_its_key_and_may_be_narrowed(client: httpx.Client) -> None:
    made = client.post("/worlds", json={"as-of": "2024-12-01", "suppose": ATTACK})
    key = made.json()["key"]
    explicit = {"as-of": "2024-12-01", "suppose": ATTACK}
    for iri in (VISIT, "urn:attack"):
        assert why(client, iri=iri, world=key).json() == why(client, iri=iri, **explicit).json()
    narrowed = why(client, iri=VISIT, world=key, **{"as-of": "2024-01-01"})
    assert narrowed.json()["holds"] is False
    query = {"query": "ASK { <urn:e> ?p ?o }", "world": key}
    assert client.get("/sparql", params=query).json()["boolean"] is True
    links = page(client, iri="urn:attack", world=key).links()
    followed = [link for link in links if link.startswith("/why?iri=")]
    assert all(parse_qs(urlsplit(link).query)["world"] == [key] for link in followed)


def test_without_a_source_of_every_support_it_is_gone(client: httpx.Client) -> None:
    for iri in (AMMUNITION, VISIT):
        answer = why(client, iri=iri, limit="500").json()
        assert answer["count"] == len(answer["supports"]) > 1
        holders = {
            step["holder"]
            for support in answer["supports"]
            for step in support["steps"]
            if step["iri"] in support["leaves"]
        }
        pairs = [("iri", iri), *(("disbelieve", holder) for holder in holders)]
        gone = client.get("/why", params=pairs, headers={"Accept": "application/json"})
        assert gone.json()["holds"] is False
        for holder in holders:
            kept = [("iri", iri), *(("disbelieve", it) for it in holders - {holder})]
            assert client.get("/why", params=kept).json()["holds"] is True


def test_a_dated_world_says_how_many_claims_it_leaves_out_and_lists_them(
    client: httpx.Client,
) -> None:
    headers = {"Accept": "application/json"}
    rows = client.get("/sparql", params={"query": UNDATABLE}, headers=headers).json()
    count = len(rows["results"]["bindings"])
    assert count > 0
    made = client.post("/worlds", json={"as-of": "2024-10-22"}).json()
    shown = client.get(f"/worlds/{made['key']}").json()
    assert shown["undatable"]["count"] == count
    assert "undatable" not in client.get("/worlds/sober").json()
    listing = shown["undatable"]["list"]
    listed = client.get(listing.replace("/query?", "/sparql?", 1), headers=headers).json()
    assert len(listed["results"]["bindings"]) == count
    asked = client.get("/query", params={"query": "ASK {}", "as-of": "2024-10-22"}).text
    for text in (asked, why(client, "text/html", iri=VISIT, **{"as-of": "2024-10-22"}).text):
        assert TEXTS["en"]["undatable"].format(count=count) in text
    assert "cannot be dated" not in client.get("/query", params={"query": "ASK {}"}).text


def test_the_command_line_says_what_a_dated_world_leaves_out(
    built: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(built.path.parent.parent)]
    for command in (["query", "ASK {}"], ["why", VISIT]):
        main([*command, *data, "--as-of", "2024-10-22"])
        assert re.fullmatch(r"\d+ claims cannot be dated .*\n", capsys.readouterr().err)
        main([*command, *data])
        assert capsys.readouterr().err == ""
