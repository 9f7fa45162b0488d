"""The page of a proof belongs to the reading room: its links are pages, and it has a world."""

import httpx

from tests.support.elements import Elements

HTML = {"Accept": "text/html"}
VISIT = "https://w3id.org/foedus/proposition/putin-visits-north-korea"


def test_every_link_of_a_proof_leads_to_a_page(built_client: httpx.Client) -> None:
    html = built_client.get(
        "/why", params={"iri": VISIT, "at-least": "possible"}, headers=HTML
    ).text
    links = {httpx.URL(it) for it in Elements(html).links() if it.startswith(("/doc/", "/id/"))}
    assert {it.path.split("/")[1] for it in links} == {"doc", "id"}
    for link in links:
        response = built_client.get(str(link), headers=HTML)
        assert response.status_code == 303
        page = built_client.get(response.headers["location"])
        assert page.status_code == 200, link
        assert "World: what somebody affirms as certain, probable or possible" in page.text


def test_another_world_can_be_chosen_for_a_proof(built_client: httpx.Client) -> None:
    html = built_client.get("/why", params={"iri": VISIT, "lang": "de"}, headers=HTML).text
    elements = Elements(html).found
    (form,) = [it for tag, it in elements if tag == "form" and it["action"] == "/why"][:1]
    assert form["method"] == "get"
    hidden = {it["name"]: it["value"] for tag, it in elements if it.get("type") == "hidden"}
    assert hidden["iri"] == VISIT
    # As a browser sends the form: what was left empty is there, too.
    chosen = {**hidden, "as-of": "2024-06-19", "believe": "", "disbelieve": "", "suppose": ""}
    known = built_client.get("/why", params=chosen, headers=HTML)
    assert known.status_code == 200
    assert "Tages-Anzeiger" in known.text
    assert 'class="verdict negative"' not in known.text
    chosen["as-of"] = "2024-06-18"
    assert 'class="verdict negative"' in built_client.get("/why", params=chosen, headers=HTML).text
