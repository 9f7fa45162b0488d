"""Every IRI of ours answers: a thing leads to what is said of it, as a page or as RDF."""

import re
from itertools import pairwise

import httpx
import pyoxigraph as ox
import pytest

from foedus.service.assets import asset
from tests.support.answers import problem
from tests.support.elements import Elements

MISSILES = "/proposition/north-korean-missiles-are-used-in-ukraine"
RUSSIA = "/id/state/russia"
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("text/turtle;q=0.4, application/ld+json;q=0.9", "jsonld"),
    ],
)
def test_a_thing_leads_to_what_is_said_of_it(
    built_client: httpx.Client, accept: str, suffix: str
) -> None:
    response = built_client.get(f"{RUSSIA}?at-least=possible", headers={"Accept": accept})
    assert response.status_code == 303
    assert response.headers["location"] == f"{RUSSIA}.{suffix}?at-least=possible"
    assert "Accept" in response.headers["vary"]


def test_all_suffixes_give_the_same_description(built_client: httpx.Client) -> None:
    found = []
    for suffix, format_ in FORMATS.items():
        response = built_client.get(f"{RUSSIA}.{suffix}")
        assert response.status_code == 200
        found.append({quad.predicate for quad in ox.parse(response.content, format=format_)})
    assert found[0]
    assert all(it == found[0] for it in found)


def test_every_form_links_to_all_others_and_to_the_thing(built_client: httpx.Client) -> None:
    for suffix in ("html", *FORMATS):
        links = built_client.get(f"{RUSSIA}.{suffix}").headers["link"]
        for other in ("html", *FORMATS):
            assert f'<{RUSSIA}.{other}>; rel="alternate"' in links
        assert '<https://w3id.org/foedus/id/state/russia>; rel="describes"' in links


@pytest.mark.parametrize(
    "path",
    [
        "/id/state/atlantis",
        "/proposition/no-such",
        "/doc/none",
        "/id/a%20b",
        "/id/%3Cx%3E",
        "/id/%00",
        "/id/%FF",
        "/proposition/%22%7D",
        "/memento/20240618000000/id/a%20b",
    ],
)
@pytest.mark.parametrize("suffix", ["html", "ttl"])
def test_what_the_graph_says_nothing_of_is_not_there(
    built_client: httpx.Client, path: str, suffix: str
) -> None:
    problem(built_client.get(f"{path}.{suffix}"), 404)


@pytest.mark.parametrize(
    "path", [RUSSIA, MISSILES, "/ont/Claim", "/rule/contradiction", "/concept/firmness/certain"]
)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_is_whole_and_runs_no_foreign_code(
    built_client: httpx.Client, path: str, language: str
) -> None:
    response = built_client.get(f"{path}.html", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert response.headers["content-language"] == language
    assert "unsafe" not in response.headers["content-security-policy"]
    elements = Elements(response.text)
    assert ("html", {"lang": language}) in elements.found
    headings = [int(tag[1]) for tag, _ in elements.found if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    for tag, attributes in elements.found:
        assert tag != "style"
        assert tag != "script" or attributes == {"type": "application/ld+json"}
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    sheets = [it for tag, it in elements.found if tag == "link" and it["rel"] == "stylesheet"]
    assert [it["href"] for it in sheets] == [asset("style.css")]


def test_every_query_of_a_page_can_be_opened(built_client: httpx.Client) -> None:
    for path in (RUSSIA, MISSILES):
        page = Elements(built_client.get(f"{path}.html").text)
        links = [httpx.URL(it) for it in page.links() if it.startswith("/query?query=")]
        found = []
        for link in links:
            answer = built_client.get("/sparql", params={"query": link.params["query"]})
            assert answer.status_code == 200, answer.text
            found.append(answer.json()["results"]["bindings"])
        assert any(found)


def test_links_keep_world_and_language(built_client: httpx.Client) -> None:
    chosen = {"at-least": "possible", "lang": "de"}
    page = Elements(built_client.get(f"{MISSILES}.html", params=chosen).text)
    own = [httpx.URL(it) for it in page.links() if re.match("/(id|doc|proposition|rule)/", it)]
    same = [it for it in own if it.path != MISSILES]
    assert same
    assert all(it.params.get("at-least") == "possible" for it in same)
    assert all(it.params.get("lang") == "de" for it in same if "html" not in it.path)
