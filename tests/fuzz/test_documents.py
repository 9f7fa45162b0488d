"""No RDF does harm: judged, supposed, or sent as a document."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hostile import assert_fair, examples
from hostile.documents import HOSTILE, TRIG, VALID, nearly_valid
from hostile.served import TOKEN, Served
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def client(worlds: Served) -> Iterator[httpx.Client]:
    with worlds.client() as client:
        yield client


def _post(client: httpx.Client, path: str, kind: str, body: str) -> int:
    headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"}
    content = body.encode("utf-8", "surrogatepass")
    response = client.post(path, content=content, headers=headers)
    assert_fair(response.status_code, response.headers, response.content, body)
    return response.status_code


def _suppose(client: httpx.Client, trig: str) -> int:
    response = client.post("/sparql", data={"query": "ASK {}", "suppose": trig})
    assert_fair(response.status_code, response.headers, response.content, trig)
    return response.status_code


@examples(10)
@given(trig=VALID | nearly_valid())
def test_rdf_is_judged_or_refused(client: httpx.Client, trig: str) -> None:
    assert _post(client, "/validate", TRIG, trig) in (200, 400, 422, 503, 504)


@examples(10)
@given(trig=VALID | nearly_valid())
def test_a_document_is_refused(client: httpx.Client, trig: str) -> None:
    assert _post(client, "/documents", TRIG, trig) in (400, 403, 422, 503, 504)


@examples(12)
@given(trig=VALID | nearly_valid())
def test_what_is_supposed_is_accepted_or_refused(client: httpx.Client, trig: str) -> None:
    assert _suppose(client, trig) in (200, 400, 422, 503, 504)


@examples(30)
@given(
    description=st.dictionaries(
        st.sampled_from(["world", "as-of", "believe", "disbelieve", "at-least", "suppose", "x"]),
        st.none() | st.booleans() | st.floats() | st.text() | st.lists(st.text() | st.none()),
    )
)
def test_any_description_of_a_world_is_accepted_or_refused(
    client: httpx.Client, description: dict[str, object]
) -> None:
    response = client.post("/worlds", content=json.dumps(description).encode())
    assert_fair(response.status_code, response.headers, response.content, str(description))


@pytest.mark.parametrize("path", ["/validate", "/documents"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rdf_is_refused(worlds: Served, client: httpx.Client, path: str, name: str) -> None:
    assert _post(client, path, *HOSTILE[name]) != 201
    worlds.assert_unharmed()


@pytest.mark.parametrize("name", [it for it in HOSTILE if HOSTILE[it][0] == TRIG])
def test_a_hostile_hypothesis_is_refused(worlds: Served, client: httpx.Client, name: str) -> None:
    _suppose(client, HOSTILE[name][1])
    worlds.assert_unharmed()
