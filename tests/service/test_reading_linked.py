"""What machines look for: the data set described, names of terms, and a list of the pages."""

import json
import re

import httpx
import pyoxigraph as ox

VOID = "http://rdfs.org/ns/void#"
MISSILES = "https://w3id.org/foedus/proposition/north-korean-missiles-are-used-in-ukraine"


def test_the_data_set_is_described_with_its_true_size(built_client: httpx.Client) -> None:
    response = built_client.get("/.well-known/void", headers={"Accept": "application/n-triples"})
    triples = list(ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES))
    values = {it.predicate.value: it.object.value for it in triples}
    count = built_client.get(
        "/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
    )
    assert values[VOID + "triples"] == count.text.split()[1]
    assert values[VOID + "sparqlEndpoint"] == f"{str(built_client.base_url).rstrip('/')}/sparql"
    claims = "SELECT (COUNT(*) AS ?n) { ?c a <https://w3id.org/foedus/ont/Claim> }"
    count = built_client.get("/sparql", params={"query": claims, "format": "csv"})
    (part,) = [
        it.subject for it in triples if it.object.value == "https://w3id.org/foedus/ont/Claim"
    ]
    entities = {it.predicate.value: it.object.value for it in triples if it.subject == part}
    assert entities[VOID + "entities"] == count.text.split()[1]


def test_the_context_makes_short_names_into_our_terms(built_client: httpx.Client) -> None:
    response = built_client.get("/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    context = response.json()["@context"]
    claim = {"id": "urn:x", "type": "Claim", "onProposition": "proposition:p"}
    written = json.dumps({"@context": context, **claim})
    found = {
        (it.predicate.value, it.object.value)
        for it in ox.parse(written, format=ox.RdfFormat.JSON_LD)
    }
    assert ("https://w3id.org/foedus/ont/onProposition", context["proposition"] + "p") in found
    assert any(it.endswith("Claim") for _, it in found)
    assert context["earliest"] == "https://w3id.org/foedus/ont/earliest"


def test_robots_find_every_page_in_the_sitemap(built_client: httpx.Client) -> None:
    robots = built_client.get("/robots.txt").text
    assert "Disallow: /sparql" in robots
    (address,) = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    pages = re.findall(r"<loc>(.*?)</loc>", built_client.get(address).text)
    path = httpx.URL(MISSILES).path.removeprefix("/foedus")
    assert f"{str(built_client.base_url).rstrip('/')}{path}.html" in pages
    assert len(pages) == len(set(pages)) > 150
    for page in pages[:: len(pages) // 15]:
        assert built_client.get(page).status_code == 200, page
