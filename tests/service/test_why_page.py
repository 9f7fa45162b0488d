"""The page of ``/why`` and its drawing: each support, where its links lead, its language."""

import re
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from explaining import AMMUNITION, ATTACK, VISIT, page, why

from foedus.service.texts import TEXTS

DUE = """PREFIX fd: <https://w3id.org/foedus/ont/>
SELECT DISTINCT ?p { GRAPH ?p { ?o a fd:DueObligation } ?p fd:holdsWithFirmness ?f } ORDER BY ?p"""


@pytest.fixture(scope="module")
def client(built_client: httpx.Client) -> httpx.Client:
    """Ask the server of the built graph."""
    return built_client


def test_the_page_shows_each_support_down_to_holder_and_passage(client: httpx.Client) -> None:
    shown = page(client, iri=VISIT)
    answer = why(client, iri=VISIT).json()
    assert TEXTS["en"]["holds"] in shown.text
    assert f"Support 5 of {answer['count']}" in shown.text
    for support in answer["supports"]:
        for step in support["steps"]:
            assert step["label"] in shown.text
            if step["kind"] == "claim":
                assert f"{step['start']}–{step['end']}" in shown.text
                assert step["holderLabel"] in shown.text
            if "rule" in step:
                assert step["ruleLabel"] in shown.text
                assert step["ruleSentence"] in shown.text
    assert "svg" in {tag for tag, _ in shown.found}
    assert not any("style" in attributes for _, attributes in shown.found)


def test_limit_is_how_many_proofs_are_shown(client: httpx.Client) -> None:
    answer = why(client, iri=VISIT, limit="2").json()
    assert len(answer["supports"]) == 2
    assert answer["count"] == 5
    assert "The first 2 are shown." in page(client, iri=VISIT, limit="2").text
    assert "Drawn: 2 of 5 supports." in why(client, "image/svg+xml", iri=VISIT, limit="2").text


def test_every_link_of_the_page_leads_somewhere(client: httpx.Client) -> None:
    links = [link for link in page(client, iri=VISIT, lang="de").links() if link.startswith("/why")]
    links += [link for link in page(client, iri=VISIT).links() if link.startswith("/query?query")]
    assert len(links) > 20
    for link in dict.fromkeys(links):
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_links_of_the_page_disbelieve_one_source_each(client: httpx.Client) -> None:
    shown = page(client, iri=AMMUNITION, disbelieve="agent:lim-eul-chul")
    without = [
        parse_qsl(urlsplit(link).query)
        for link in shown.links()
        if sum(name == "disbelieve" for name, _ in parse_qsl(urlsplit(link).query)) == 2
    ]
    assert without
    for pairs in without:
        answer = client.get("/why", params=[*pairs, ("format", "json")])
        assert answer.json()["holds"] is False


def test_the_query_of_the_page_finds_the_same_claims(client: httpx.Client) -> None:
    world = {"suppose": ATTACK}
    rows = client.get("/sparql", params={"query": DUE, **world}, headers={"Accept": "text/csv"})
    due = rows.text.split()[1]
    linked = next(
        link for link in page(client, iri=due, **world).links() if "VALUES+%3Ftarget" in link
    )
    asked = client.get(
        linked.replace("/query?", "/sparql?", 1), headers={"Accept": "application/json"}
    )
    found = {row["claim"]["value"] for row in asked.json()["results"]["bindings"] if "claim" in row}
    answer = why(client, iri=due, **world).json()
    leaves = {leaf for support in answer["supports"] for leaf in support["leaves"]}
    assert leaves - {"urn:attack"} <= found


def test_the_page_speaks_german(client: httpx.Client) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "de-AT, en;q=0.5"}
    answer = client.get("/why", params={"iri": AMMUNITION}, headers=headers)
    assert answer.headers["content-language"] == "de"
    assert "Nordkorea versorgt Russland mit Munition." in answer.text
    assert "Stütze 1 von 2" in answer.text
    assert why(client, iri=AMMUNITION, lang="de").json()["language"] == "de"


def test_the_page_asks_where_nothing_is_asked(client: httpx.Client) -> None:
    shown = page(client)
    fields = {attributes.get("name") for tag, attributes in shown.found if tag == "input"}
    assert {"iri", "subject", "predicate", "object"} <= fields


def test_the_drawing_is_well_formed_and_always_the_same(client: httpx.Client) -> None:
    first = why(client, "image/svg+xml", iri=VISIT)
    root = ElementTree.fromstring(first.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert first.text == why(client, "image/svg+xml", iri=VISIT).text
    links = [e.get("href") or "" for e in root.iter("{http://www.w3.org/2000/svg}a")]
    assert all(link.startswith(str(client.base_url)) for link in links)
    drawn = "".join(root.itertext())
    assert "probable" in drawn
    assert re.search(r'stroke-dasharray="9 4"', first.text)
