"""A plain dataset, which takes updates and graphs, is not harmed by them either."""

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from hostile import assert_fair, examples
from hostile.documents import HOSTILE, TRIG
from hostile.queries import nearly_valid
from hostile.served import TOKEN, Served
from hypothesis import given

_ROWS: Final = " ".join(f"<urn:{n}>" for n in range(300))
_CROSS: Final = "VALUES ?a { R } VALUES ?b { R } VALUES ?c { R } VALUES ?d { R }".replace(
    "R", _ROWS
)
UPDATES: Final = {
    "runaway": f"INSERT {{ ?a ?b ?c . ?b ?c ?d }} WHERE {{ {_CROSS} }}",
    "runaway-delete": f"DELETE {{ ?a ?b ?c }} WHERE {{ {_CROSS} }}",
    "braces": "INSERT DATA {" + "{" * 10_000 + "}" * 10_000 + "}",
    "graphs": "INSERT DATA { " + "GRAPH <urn:g> { " * 10_000,
    "operations": "DROP SILENT ALL ;" * 10_000,
    "inserts": "; ".join(f"INSERT DATA {{ <urn:a> <urn:b> {n} }}" for n in range(2000)),
    "long-literal": f'INSERT DATA {{ <urn:a> <urn:b> "{"x" * 200_000}" }}',
    "null": 'INSERT DATA { <urn:a> <urn:b> "\\u0000" }',
    "surrogate": 'INSERT DATA { <urn:a> <urn:b> "\\uD800" }',
    "load-file": "LOAD <file:///etc/passwd>",
    "load-loopback": "LOAD <http://127.0.0.1:1/>",
    "load-silent": "LOAD SILENT <http://127.0.0.1:1/> INTO GRAPH <urn:g>",
    "service": "INSERT { ?a ?b ?c } WHERE { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    "copy": "COPY DEFAULT TO <urn:g> ; MOVE <urn:g> TO DEFAULT ; ADD <urn:no> TO DEFAULT",
    "nothing": "",
    "query": "SELECT * { ?a ?b ?c }",
}


@pytest.fixture(scope="module")
def client(plain: Served) -> Iterator[httpx.Client]:
    with plain.client() as client:
        yield client


def _update(client: httpx.Client, update: str) -> None:
    content = update.encode("utf-8", "surrogatepass")
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    response = client.post("/sparql", content=content, headers=headers)
    assert_fair(response.status_code, response.headers, response.content, update)


@pytest.mark.parametrize("name", UPDATES)
def test_a_hostile_update_is_done_or_refused(
    plain: Served, client: httpx.Client, name: str
) -> None:
    _update(client, UPDATES[name])
    plain.assert_unharmed()


@examples(50)
@given(update=nearly_valid())
def test_what_is_no_update_is_refused(client: httpx.Client, update: str) -> None:
    _update(client, update.replace("SELECT * WHERE", "INSERT { ?a ?b ?c } WHERE"))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_graph_is_written_or_refused(
    plain: Served, client: httpx.Client, name: str
) -> None:
    kind, body = HOSTILE[name]
    response = client.put(
        "/graphs",
        params={"graph": "urn:g"},
        content=body.encode(),
        headers={"Content-Type": "text/turtle" if kind == TRIG else kind}
        | {"Authorization": f"Bearer {TOKEN}"},
    )
    assert_fair(response.status_code, response.headers, response.content, body)
    plain.assert_unharmed()
