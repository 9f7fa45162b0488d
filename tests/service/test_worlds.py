"""Worlds over HTTP: parameters, Accept-Datetime, endpoints of their own."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import httpx
import pytest
from rdflib import Graph, Variable
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.graph.worlds import World
from foedus.service import registry as registry_module
from foedus.service.app import create_app
from foedus.service.errors import UnknownWorld
from foedus.service.pooled import PoolEngine
from foedus.service.registry import Registry
from foedus.service.settings import Settings

COUNT = """PREFIX fd: <https://w3id.org/foedus/ont/>
SELECT (COUNT(?p) AS ?n) { ?p fd:holdsWithFirmness ?f }"""
ATTACK = """@prefix fd: <https://w3id.org/foedus/ont/> .
GRAPH <https://example.org/p> { <https://example.org/e> a fd:Attack }"""
IS_ATTACK = "ASK { <https://example.org/e> a <https://w3id.org/foedus/ont/Event> }"


@pytest.fixture(scope="module")
def client(
    built: Snapshot,
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[[ASGIApp], AbstractContextManager[str]],
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("registry")
    app = create_app(Settings(data=folder), PoolEngine(lambda: built), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        yield client


def count(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def ask(client: httpx.Client, *pairs: tuple[str, str], path: str = "/sparql") -> int:
    return count(client.get(path, params=[("query", COUNT), *pairs]))


def test_parameters_choose_a_world_in_the_url_and_in_a_form(client: httpx.Client) -> None:
    reported = ask(client)
    for pair in (("world", "sober"), ("as-of", "2024-10-22"), ("disbelieve", "agent:tass")):
        chosen = ask(client, pair)
        assert 0 < chosen < reported
        assert count(client.post("/sparql", data={"query": COUNT, **dict([pair])})) == chosen
        headers = {"Content-Type": "application/sparql-query"}
        posted = client.post("/sparql", params=[pair], content=COUNT, headers=headers)
        assert count(posted) == chosen
    assert ask(client, ("world", "possible")) > reported


def test_accept_datetime_is_as_of_and_answered_with_memento_datetime(client: httpx.Client) -> None:
    headers = {"Accept-Datetime": "Tue, 22 Oct 2024 12:00:00 GMT"}
    answer = client.get("/sparql", params={"query": COUNT}, headers=headers)
    assert count(answer) == ask(client, ("as-of", "2024-10-22"))
    assert answer.headers["memento-datetime"] == "Tue, 22 Oct 2024 00:00:00 GMT"
    assert "accept-datetime" in answer.headers["vary"].lower()
    explicit = client.get(
        "/sparql", params={"query": COUNT, "as-of": "2024-02-07"}, headers=headers
    )
    assert explicit.headers["memento-datetime"] == "Wed, 07 Feb 2024 00:00:00 GMT"
    assert "memento-datetime" not in client.get("/sparql", params={"query": COUNT}).headers


def test_what_cannot_be_used_is_a_400_that_names_the_parameter(client: httpx.Client) -> None:
    for name, value in (("as-of", "soon"), ("world", "gossip"), ("suppose", "GRAPH {")):
        answer = client.get("/sparql", params={"query": COUNT, name: value})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert name in answer.json()["detail"].lower()
    bad = client.get("/sparql", params={"query": COUNT}, headers={"Accept-Datetime": "soon"})
    assert bad.status_code == 400


def test_a_world_that_contradicts_the_ontology_is_a_422(client: httpx.Client) -> None:
    text = """@prefix fd: <https://w3id.org/foedus/ont/> .
    GRAPH <https://example.org/p> { <https://example.org/e> a fd:Attack , fd:Person }"""
    answer = client.get("/sparql", params={"query": COUNT, "suppose": text})
    assert answer.status_code == 422
    assert "https://example.org/e" in answer.json()["detail"]


def test_a_described_world_has_an_endpoint_of_its_own(client: httpx.Client) -> None:
    description = {"as-of": "2024-10-22", "believe": ["agent:die-zeit"], "suppose": ATTACK}
    made = client.post("/worlds", json=description)
    assert made.status_code == 201
    address = made.headers["location"]
    again = client.post("/worlds", json=dict(reversed(description.items())))
    assert again.headers["location"] == address
    shown = client.get(address)
    assert shown.json()["world"]["as-of"] == "2024-10-22"
    assert client.post("/worlds", json=shown.json()["world"]).headers["location"] == address
    endpoint = f"{address}/sparql"
    pairs = [("as-of", "2024-10-22"), ("believe", "agent:die-zeit"), ("suppose", ATTACK)]
    assert ask(client, path=endpoint) == ask(client, *pairs)
    assert client.get(endpoint, params={"query": IS_ATTACK}).json()["boolean"] is True
    assert client.get("/sparql", params={"query": IS_ATTACK}).json()["boolean"] is False


def test_the_endpoint_of_a_world_is_one_for_any_client(client: httpx.Client) -> None:
    store = SPARQLStore(str(client.base_url.join("/worlds/sober/sparql")))
    result = Graph(store).query(COUNT)
    assert int(str(result.bindings[0][Variable("n")])) == ask(client, ("world", "sober"))


def test_the_endpoint_of_a_world_takes_no_other_world(client: httpx.Client) -> None:
    answer = client.get("/worlds/sober/sparql", params={"query": COUNT, "world": "possible"})
    assert answer.status_code == 400


def test_a_world_that_nobody_described_is_a_404(client: httpx.Client) -> None:
    for key in ("0" * 16, "gossip", "..%2f..%2fetc"):
        assert client.get(f"/worlds/{key}").status_code == 404
        assert client.get(f"/worlds/{key}/sparql", params={"query": COUNT}).status_code == 404


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ('{"wordl": "sober"}', "application/json", 400),
        ("world=sober", "application/x-www-form-urlencoded", 415),
        (" " * 70_000, "application/json", 413),
        (json.dumps({"suppose": "GRAPH {"}), "application/json", 400),
    ],
)
def test_what_is_no_description_is_refused(
    client: httpx.Client, content: str, content_type: str, status: int
) -> None:
    answer = client.post("/worlds", content=content, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_registry_is_bounded_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "KEPT", 2)
    registry = Registry(tmp_path)
    keys = []
    for day in (1, 2, 3):
        keys.append(registry.add(World(as_of=date(2024, 1, day))))
        os.utime(tmp_path / f"{keys[-1]}.json", (day, day))
    registry.add(World(as_of=date(2024, 1, 3)))
    assert registry.find(keys[2]) == World(as_of=date(2024, 1, 3))
    with pytest.raises(UnknownWorld):
        registry.find(keys[0])


def test_the_page_stays_in_the_world_that_was_chosen(client: httpx.Client) -> None:
    page = client.get("/query", params={"query": COUNT, "as-of": "2024-10-22"})
    assert page.status_code == 200
    assert 'name="as-of" value="2024-10-22"' in page.text
    assert "as-of=2024-10-22&amp;format=csv" in page.text
    assert str(ask(client, ("as-of", "2024-10-22"))) in page.text
