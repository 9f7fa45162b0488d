"""No query does harm, whatever it is; nor does an update where updates are taken."""

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from hostile import assert_fair, examples
from hostile.queries import HOSTILE, VALID, nearly_valid
from hostile.served import Served
from hypothesis import given
from hypothesis import strategies as st

ACCEPT = [
    "application/sparql-results+json, application/n-triples;q=0.9",
    "application/sparql-results+xml, application/rdf+xml;q=0.9",
    "text/csv, text/turtle;q=0.9, application/json;q=0.1",
    "text/tab-separated-values, application/ld+json;q=0.9, text/xml;q=0.1",
]


def _ask(client: httpx.Client, query: str | bytes, accept: str) -> httpx.Response:
    response = client.post(
        "/sparql",
        content=query,
        headers={"Content-Type": "application/sparql-query", "Accept": accept},
    )
    sent = query if isinstance(query, str) else query.decode("utf-8", "replace")
    assert_fair(response.status_code, response.headers, response.content, sent)
    return response


@pytest.fixture(scope="module")
def client(worlds: Served) -> Iterator[httpx.Client]:
    with worlds.client() as client:
        yield client


@examples(80)
@given(query=VALID, accept=st.sampled_from(ACCEPT))
def test_a_valid_query_is_answered(client: httpx.Client, query: str, accept: str) -> None:
    response = _ask(client, query, accept)
    assert response.status_code in (200, 504), response.text


@examples(100)
@given(query=nearly_valid(), accept=st.sampled_from(ACCEPT))
def test_a_nearly_valid_query_is_answered_or_refused(
    client: httpx.Client, query: str, accept: str
) -> None:
    try:
        encoded = query.encode()
    except UnicodeEncodeError:
        encoded = query.encode("utf-8", "surrogatepass")
    _ask(client, encoded, accept)


@examples(100)
@given(query=st.binary(max_size=200))
def test_bytes_are_refused(client: httpx.Client, query: bytes) -> None:
    _ask(client, query, "*/*")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_answered_or_refused(
    worlds: Served, client: httpx.Client, name: str
) -> None:
    with suppress(httpx.RemoteProtocolError):  # which breaks off a long result that is stopped
        _ask(client, HOSTILE[name], ACCEPT[0])
    worlds.assert_unharmed()
