"""The Graph Store Protocol on a graph with worlds: everything is read, nothing is written."""

import httpx
import pytest

CANNONS = "https://w3id.org/foedus/proposition/cannons"


def test_a_proposition_is_read_by_its_iri(client: httpx.Client) -> None:
    got = client.get("/graphs", params={"graph": CANNONS}, headers={"Accept": "text/turtle"})
    assert got.status_code == 200
    assert "fd:sells" in got.text
    tag = {"If-None-Match": got.headers["ETag"], "Accept": "text/turtle"}
    assert client.get("/graphs", params={"graph": CANNONS}, headers=tag).status_code == 304
    assert client.head("/graphs", params={"graph": CANNONS}).status_code == 200


def test_the_default_graph_of_a_world_is_read(client: httpx.Client) -> None:
    got = client.get("/graphs?default&world=reported&format=nt")
    assert got.text.count(" .\n") == 10


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"graph": "https://w3id.org/foedus/proposition/none"}, 404),
        ({"graph": "relative"}, 400),
        ({}, 400),
        ({"graph": CANNONS, "default": ""}, 400),
        ({"graph": CANNONS, "snapshot": "none"}, 410),
        ({"graph": CANNONS, "world": "none"}, 400),
    ],
)
def test_what_cannot_be_read_says_why(
    client: httpx.Client, parameters: dict[str, str], status: int
) -> None:
    assert client.get("/graphs", params=parameters).status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_write_is_refused_and_led_to_documents(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/graphs", params={"graph": CANNONS})
    assert answer.status_code == 403
    assert "/documents" in answer.json()["detail"]
