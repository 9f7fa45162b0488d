"""The snapshot that answers: the current one, one that is gone, a new one, none at all."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import httpx
from answers import COUNT, count, problem
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.service.app import create_app
from foedus.service.engine import Acceptable, Answer, Query, Status, World
from foedus.service.errors import NoSnapshot
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings

Serving = Callable[[ASGIApp], AbstractContextManager[str]]


def test_health_names_the_snapshot_and_counts_what_holds(client: httpx.Client) -> None:
    response = client.get("/health")
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"status": "ok", "snapshot": "a1b2c3", "triples": 10}


def test_the_default_world_and_the_current_snapshot_can_be_named(client: httpx.Client) -> None:
    named = {"query": COUNT, "world": "reported", "snapshot": "a1b2c3"}
    assert count(client.get("/sparql", params=named)) == 10


def test_a_snapshot_that_is_gone_is_a_410(client: httpx.Client) -> None:
    problem(client.get("/sparql", params={"query": COUNT, "snapshot": "../../etc"}), 410)
    problem(client.get("/sparql", params={"query": COUNT, "snapshot": "0" * 64}), 410)


def test_a_new_snapshot_answers_without_a_restart(
    publish: Callable[[str, str], Snapshot], serving: Serving
) -> None:
    published = [publish("one", "<urn:a> <urn:b> 1 , 2 .")]
    app = create_app(Settings(), PoolEngine(lambda: published[-1]), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        assert count(client.get("/sparql", params={"query": COUNT})) == 2
        published.append(publish("two", "<urn:a> <urn:b> 1 ."))
        response = client.get("/sparql", params={"query": COUNT})
        assert (count(response), response.headers["foedus-snapshot"]) == (1, "two")
        assert client.get("/health").json()["triples"] == 1


class BrokenEngine:
    """An engine that fails in a way that nobody foresaw, or has nothing to serve."""

    async def start(self) -> None:
        """Do nothing."""

    async def stop(self) -> None:
        """Do nothing."""

    async def query(self, query: Query, world: World, acceptable: Acceptable) -> Answer:
        """Fail."""
        raise RuntimeError("secret in /somewhere/else")

    async def status(self) -> Status:
        """Have nothing to serve."""
        raise NoSnapshot

    def ready(self) -> str:
        """Have nothing to serve."""
        raise NoSnapshot


def test_an_unforeseen_error_is_a_500_that_leaks_nothing(serving: Serving) -> None:
    app = create_app(Settings(), BrokenEngine(), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:
        response = client.get("/sparql", params={"query": COUNT})
        document = problem(response, 500)
        assert "secret" not in json.dumps(document)
        assert "Traceback" not in response.text
        assert "foedus build" in problem(client.get("/health"), 503)["detail"]
        problem(client.get("/sparql"), 503)
