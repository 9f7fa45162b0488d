"""The page at ``/``: it works without a script, in both languages, and escapes what it shows."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.service.app import create_app
from foedus.service.assets import asset
from foedus.service.pages import editable
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings
from foedus.service.tables import MAX_ROWS, shorten, shown_name
from foedus.service.texts import TEXTS
from tests.support.elements import Elements

STATES = (
    "SELECT ?s ?name { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name } ORDER BY ?s ?name"
)


def ask(client: httpx.Client, query: str, **parameters: str) -> httpx.Response:
    return client.get("/query", params={"query": query, **parameters})


def test_the_page_offers_a_question_before_anything_is_asked(client: httpx.Client) -> None:
    response = client.get("/query")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    Elements(response.text)
    assert "Which states are there?" in response.text
    assert "?state a fd:State" in response.text
    assert "Does anybody sell &lt;anything&gt;?" in response.text


def test_every_example_runs_by_its_link(client: httpx.Client) -> None:
    links = [
        link
        for link in Elements(client.get("/query").text).links()
        if link.startswith("/query?query")
    ]
    assert len(links) == 3
    for link in links:
        response = client.get(link)
        assert response.status_code == 200
        assert 'class="answer"' in response.text
        assert 'aria-current="true"' in response.text


def test_solutions_are_a_table_of_short_names_and_languages(client: httpx.Client) -> None:
    html = ask(client, STATES).text
    Elements(html)
    assert "4 rows" in html
    assert ">state:<wbr>marovia</a>" in html
    assert '<span lang="de">Märovien</span> <span class="tag">de</span>' in html
    assert "a1b2c3" in html


def test_our_iris_lead_to_what_the_graph_says_about_them(client: httpx.Client) -> None:
    links = Elements(ask(client, STATES).text).links()
    described = next(link for link in links if "DESCRIBE" in link)
    html = client.get(described).text
    assert "state:marovia a fd:State" in unescape(html)
    assert "@prefix state:" in html
    assert "@prefix owl:" not in html


def test_downloads_are_the_same_query_at_the_endpoint(client: httpx.Client) -> None:
    links = [link for link in Elements(ask(client, STATES).text).links() if "format=" in link]
    assert [parse_qs(urlsplit(link).query)["format"] for link in links] == [
        ["csv"],
        ["tsv"],
        ["json"],
        ["xml"],
    ]
    assert client.get(links[0]).text.splitlines()[0] == "s,name"


def test_truth_values_empty_answers_and_unbound_variables_are_shown(client: httpx.Client) -> None:
    assert '<p class="truth">Yes</p>' in ask(client, "ASK {}").text
    assert '<p class="truth">Nein</p>' in ask(client, "ASK { ?s ?p 99 }", lang="de").text
    assert TEXTS["en"]["empty"] in ask(client, "SELECT * { ?s ?p 99 }").text
    assert 'title="unbound"' in ask(client, "SELECT ?x (1 AS ?y) {}").text


def test_an_error_shows_line_column_and_the_wrong_line(client: httpx.Client) -> None:
    response = ask(client, "SELECT * {\n ?s foo:bar ?o }")
    assert response.status_code == 400
    Elements(response.text)
    assert "Line 2, column" in response.text
    assert "The prefix foo: (line 2, column 5) is not declared." in response.text
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", response.text)
    assert shown is not None
    assert re.sub("<[^>]*>", "", shown[1]) == "2  ?s foo:bar ?o }"


def test_service_and_update_are_refused_on_the_page_too(client: httpx.Client) -> None:
    assert ask(client, "SELECT * { SERVICE <urn:x> {} }").status_code == 403
    assert ask(client, "DROP ALL").status_code == 400


def test_what_people_type_is_escaped(client: httpx.Client) -> None:
    evil = "<script>alert(1)</script>"
    for query in (
        f"SELECT ('{evil}' AS ?x) {{}}",
        f"SELECT {evil}",
        f"ASK {{}} # </textarea>{evil}",
    ):
        html = ask(client, query, find=f'"{evil}').text
        Elements(html)
        assert evil not in html


def test_the_policy_lets_in_no_inline_code(client: httpx.Client) -> None:
    response = ask(client, STATES)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, attributes in Elements(response.text).found:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "style"
        assert tag != "script" or attributes["src"] == asset("query.ts")


@pytest.mark.parametrize(
    ("parameters", "header", "language"),
    [
        ({"lang": "de"}, "en", "de"),
        ({}, "de-DE,de;q=0.9,en;q=0.8", "de"),
        ({}, "fr, en;q=0.4, de;q=0.5", "de"),
        ({}, "fr", "en"),
        ({"lang": "xx"}, "de;q=0", "en"),
    ],
)
def test_the_language_is_the_one_asked_for(
    client: httpx.Client, parameters: dict[str, str], header: str, language: str
) -> None:
    response = client.get("/query", params=parameters, headers={"Accept-Language": header})
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in response.text
    assert TEXTS[language]["title"] in response.text
    question = {"de": "Welche Staaten gibt es?", "en": "Which states are there?"}[language]
    assert question in response.text


def test_a_question_is_offered_without_its_header_but_for_its_parameters() -> None:
    text = "#+ title: x\n#+ parameter: on (xsd:date): the day\nASK {} # y"
    assert editable(text) == "#+ parameter: on (xsd:date): the day\nASK {} # y"


def test_both_languages_have_the_same_texts() -> None:
    assert TEXTS["en"].keys() == TEXTS["de"].keys()


def test_questions_are_filtered_without_a_script(client: httpx.Client) -> None:
    html = client.get("/query", params={"find": "STATES there"}).text
    assert "Which states are there?" in html
    assert "Does anybody sell" not in html
    assert TEXTS["en"]["none_found"] in html
    nothing = client.get("/query", params={"find": "zeppelin"}).text
    assert '<p class="note" id="none">' in nothing


def test_a_long_answer_is_cut_on_the_page_only(
    publish: Callable[[str, str], Snapshot], serving: Callable[[ASGIApp], object]
) -> None:
    published = publish("long", "".join(f"<urn:a> <urn:b> {n} .\n" for n in range(MAX_ROWS + 5)))
    app = create_app(Settings(), PoolEngine(lambda: published), [])
    with serving(app) as address, httpx.Client(base_url=address) as client:  # type: ignore[attr-defined]
        html = ask(client, "SELECT * { ?s ?p ?o }", lang="de").text
        assert "1.005 Zeilen" in html
        assert html.count("<tr>") == MAX_ROWS + 1
        assert TEXTS["de"]["cut"].format(shown="1.000") in html


@pytest.mark.parametrize("name", ["style.css", "query.ts"])
def test_static_files_are_served_and_fetch_nothing_from_elsewhere(
    client: httpx.Client, name: str
) -> None:
    response = client.get(asset(name))
    assert response.status_code == 200
    assert "://" not in response.text
    for address in re.findall(r"url\(([^)]+)\)", response.text):
        if not address.startswith("data:"):
            assert client.get(address).status_code == 200


def test_iris_are_shortened_only_to_names_that_can_be_typed() -> None:
    assert shorten("https://w3id.org/foedus/id/state/marovia") == "state:marovia"
    assert shorten("https://w3id.org/foedus/doc/digest/lage") == "digest:lage"
    assert shorten("https://w3id.org/foedus/doc/digest/lage/claim/3") is None
    assert shown_name("https://w3id.org/foedus/doc/digest/lage/claim/3") == "digest:lage/claim/3"
    assert shorten("http://www.w3.org/2001/XMLSchema#date") == "xsd:date"
    assert shorten("urn:x") is None
