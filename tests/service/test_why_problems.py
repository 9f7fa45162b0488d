"""``/why`` that cannot be answered, and text that must not become part of the page."""

import json
from xml.etree import ElementTree

import httpx
import pytest
from explaining import AMMUNITION, TRIPLE, VISIT, Page, page, why

from foedus.ontology.namespaces import PREFIXES
from foedus.service.texts import TEXTS

CONTRADICTION = """
PREFIX fd: <https://w3id.org/foedus/ont/>
GRAPH <urn:p> { <urn:e> a fd:State , fd:Attack }
"""
XSS = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(built_client: httpx.Client) -> httpx.Client:
    """Ask the server of the built graph."""
    return built_client


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ({"iri": "no iri"}, 400, "iri"),
        ({"iri": '"text"'}, 400, "iri"),
        ({"iri": "_:b"}, 400, "iri"),
        ({"iri": AMMUNITION, **TRIPLE}, 400, "both"),
        ({"iri": AMMUNITION, "subject": "state:russia"}, 400, "both"),
        ({**TRIPLE, "subject": '"Russia"'}, 400, "subject"),
        ({**TRIPLE, "predicate": "6"}, 400, "predicate"),
        ({**TRIPLE, "object": '"open'}, 400, "object"),
        ({**TRIPLE, "object": "<urn:a> , <urn:b>"}, 400, "object"),
        ({"subject": "state:russia"}, 400, "missing"),
        ({}, 400, "iri"),
        ({"iri": AMMUNITION, "limit": "0"}, 400, "limit"),
        ({"iri": AMMUNITION, "limit": "many"}, 400, "limit"),
        ({"iri": AMMUNITION, "as-of": "soon"}, 400, "as-of"),
        ({"iri": AMMUNITION, "suppose": "GRAPH {"}, 400, "suppose"),
        ({"iri": AMMUNITION, "suppose": CONTRADICTION}, 422, "urn:e"),
        ({"iri": AMMUNITION, "world": "gossip"}, 400, "world"),
        ({"iri": AMMUNITION, "world": "0" * 16}, 404, "world"),
        ({"iri": "proposition:nothing"}, 404, "proposition/nothing"),
        ({"iri": "state:russia"}, 404, "state/russia"),
        ({"iri": AMMUNITION, "snapshot": "0" * 64}, 410, "snapshot"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_that_says_why(
    client: httpx.Client, query: dict[str, str], status: int, named: str
) -> None:
    answer = why(client, **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert named in answer.json()["detail"]
    if query:
        shown = page(client, status, **query)
        assert TEXTS["en"]["why_error"] in shown.text


def test_a_parameter_twice_is_refused(client: httpx.Client) -> None:
    answer = client.get("/why", params=[("iri", AMMUNITION), ("iri", VISIT)])
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["iri", "subject", "limit", "world", "as-of", "snapshot"])
def test_what_a_reader_types_is_escaped(client: httpx.Client, name: str) -> None:
    for value in (XSS, f'"><svg onload=alert(1)>{XSS}'):
        answer = why(client, "text/html", **{"iri": AMMUNITION, name: value})
        assert answer.status_code in (400, 410)
        assert XSS not in answer.text
        assert "<svg onload" not in answer.text


def test_what_a_hypothesis_says_is_escaped_in_page_and_drawing(client: httpx.Client) -> None:
    text = f"""@prefix fd: <{PREFIXES["fd"]}> .
    GRAPH <urn:p> {{ <urn:e> a fd:Attack ; fd:asStated "{XSS}&amp;" . }}"""
    html = why(client, "text/html", iri="urn:p", suppose=text)
    assert html.status_code == 200
    assert XSS not in html.text
    assert XSS in Page(html.text).text
    drawing = why(client, "image/svg+xml", iri="urn:p", suppose=text)
    assert "script" not in {element.tag for element in ElementTree.fromstring(drawing.text).iter()}
    literal = page(client, **{**TRIPLE, "object": json.dumps(XSS)})
    assert "script" not in {tag for tag, _ in literal.found}
