"""``/why`` over a real socket: what a line rests on, in every form and in every world."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot, SnapshotGone
from foedus.ontology.namespaces import PREFIXES
from foedus.service.app import create_app
from foedus.service.cli import main
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings
from foedus.service.texts import TEXTS

CONTRADICTION = """
PREFIX fd: <https://w3id.org/foedus/ont/>
GRAPH <urn:p> { <urn:e> a fd:State , fd:Attack }
"""
AMMUNITION = "proposition:north-korea-supplies-ammunition-to-russia"
TRIPLE = {
    "subject": "event:ammunition-supply",
    "predicate": "fd:hasActor",
    "object": "state:north-korea",
}
VISIT = "proposition:putin-visits-north-korea"
ATTACK = """@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <urn:attack> { <urn:e> a fd:Attack ;
  fd:hasAttacker state:ukraine ; fd:hasTarget state:russia }
"""
DUE = """PREFIX fd: <https://w3id.org/foedus/ont/>
SELECT DISTINCT ?p { GRAPH ?p { ?o a fd:DueObligation } ?p fd:holdsWithFirmness ?f } ORDER BY ?p"""
UNDATABLE = """PREFIX fd: <https://w3id.org/foedus/ont/>
SELECT ?c { ?c a fd:Claim FILTER NOT EXISTS { ?c fd:reportDate ?d } }"""
WORLDS = [
    {},
    {"world": "sober"},
    {"world": "possible", "at-least": "certain"},
    {"as-of": "2024-10-22"},
    {"believe": "digest:soldiers-and-treaty"},
    {"disbelieve": "agent:lim-eul-chul"},
    {"undisputed": "true"},
    {"suppose": ATTACK},
]
XSS = "<script>alert(1)</script>"


class Page(HTMLParser):
    """The elements of a page; refuses one that is closed and was not open."""

    VOID = frozenset({"wbr", "meta", "link", "input", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element of the drawing that has no content."""
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def links(self) -> list[str]:
        """Give the addresses of all links."""
        return [attributes["href"] or "" for tag, attributes in self.found if tag == "a"]


@pytest.fixture(scope="module")
def client(
    built: Snapshot,
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[[ASGIApp], AbstractContextManager[str]],
) -> Iterator[httpx.Client]:
    def pinned(identity: str) -> Snapshot:
        raise SnapshotGone(identity)

    folder = tmp_path_factory.mktemp("registry")
    app = create_app(Settings(data=folder), PoolEngine(lambda: built, pinned), [])
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture
def said(built: Snapshot, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give what ``foedus why`` says."""

    def say(*arguments: str) -> str:
        main(["why", *arguments, "--data", str(built.path.parent.parent)])
        return capsys.readouterr().out

    return say


def why(client: httpx.Client, accept: str = "application/json", **query: str) -> httpx.Response:
    return client.get("/why", params=query, headers={"Accept": accept})


def page(client: httpx.Client, status: int = 200, **query: str) -> Page:
    response = why(client, "text/html", **query)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    return Page(response.text)


def options(world: dict[str, str], folder: Path) -> list[str]:
    given = []
    for name, value in world.items():
        if name == "suppose":
            path = folder / "suppose.trig"
            path.write_text(value, encoding="utf-8")
            value = str(path)
        given += [f"--{name}"] if name == "undisputed" else [f"--{name}", value]
    return given


@pytest.mark.parametrize("world", WORLDS)
def test_json_is_what_the_command_line_says_in_every_world(
    client: httpx.Client, said: Callable[..., str], tmp_path: Path, world: dict[str, str]
) -> None:
    chosen = options(world, tmp_path)
    for iri in (AMMUNITION, VISIT):
        answer = why(client, iri=iri, **world)
        assert answer.status_code == 200
        assert answer.json() == json.loads(said(iri, "--format", "json", *chosen))
    answer = why(client, **TRIPLE, **world)
    assert answer.json() == json.loads(said(*TRIPLE.values(), "--format", "json", *chosen))


@pytest.mark.parametrize(
    ("accept", "parser"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_rdf_is_the_graph_of_the_command_line(
    client: httpx.Client, said: Callable[..., str], accept: str, parser: str
) -> None:
    answer = why(client, accept, iri=VISIT)
    assert answer.headers["content-type"].startswith(accept)
    expected = Graph().parse(data=said(VISIT, "--format", "turtle"), format="turtle")
    assert isomorphic(Graph().parse(data=answer.text, format=parser), expected)


@pytest.mark.parametrize("form", ["text", "mermaid"])
def test_text_and_mermaid_are_those_of_the_command_line(
    client: httpx.Client, said: Callable[..., str], form: str
) -> None:
    assert why(client, iri=VISIT, format=form).text == said(VISIT, "--format", form)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle;q=0.9, application/json;q=0.5", "text/turtle"),
        ("text/plain", "text/plain"),
        ("image/svg+xml", "image/svg+xml"),
        ("text/vnd.mermaid", "text/vnd.mermaid"),
    ],
)
def test_the_client_chooses_the_form(
    client: httpx.Client, built: Snapshot, accept: str, content_type: str
) -> None:
    answer = why(client, accept, iri=AMMUNITION)
    assert answer.headers["content-type"].partition(";")[0] == content_type
    assert answer.headers["foedus-snapshot"] == built.id
    assert answer.headers["x-content-type-options"] == "nosniff"
    varying = {name.strip() for name in answer.headers["vary"].split(",")}
    assert {"Accept", "Accept-Datetime", "Accept-Language"} <= varying
    head = client.head("/why", params={"iri": AMMUNITION}, headers={"Accept": accept})
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == answer.headers["content-type"]


def test_a_form_that_nobody_has_is_a_406_that_lists_those_there_are(client: httpx.Client) -> None:
    for answer in (why(client, "image/png", iri=VISIT), why(client, iri=VISIT, format="gif")):
        assert answer.status_code == 406
        assert "text/turtle" in answer.json()["available"]


def test_what_does_not_hold_is_an_answer_too(client: httpx.Client) -> None:
    answer = why(client, iri=VISIT, **{"as-of": "2024-01-01"})
    assert answer.status_code == 200
    assert answer.json()["holds"] is False
    assert answer.json()["supports"] == []
    assert answer.headers["memento-datetime"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    shown = page(client, iri=VISIT, **{"as-of": "2024-01-01"})
    assert TEXTS["en"]["holds_not"] in shown.text
    nonsense = why(client, subject="state:russia", predicate="a", object='"x"@de')
    assert nonsense.json()["holds"] is False


def test_what_every_world_has_holds_without_a_support_to_show(client: httpx.Client) -> None:
    known = {"subject": "state:russia", "predicate": "a", "object": "fd:State"}
    answer = why(client, **known, **{"as-of": "1900-01-01"}).json()
    assert (answer["holds"], answer["isAlways"], answer["supports"]) == (True, True, [])
    shown = page(client, **known).text
    assert TEXTS["en"]["holds"] in shown
    assert "holds in every world" in shown
    assert TEXTS["en"]["one_support"] not in shown


def test_accept_datetime_is_as_of(client: httpx.Client) -> None:
    headers = {"Accept": "application/json", "Accept-Datetime": "Tue, 22 Oct 2024 12:00:00 GMT"}
    answer = client.get("/why", params={"iri": VISIT}, headers=headers)
    assert answer.json() == why(client, iri=VISIT, **{"as-of": "2024-10-22"}).json()
    assert answer.headers["memento-datetime"] == "Tue, 22 Oct 2024 00:00:00 GMT"


def test_a_described_world_is_reached_by_its_key_and_may_be_narrowed(client: httpx.Client) -> None:
    made = client.post("/worlds", json={"as-of": "2024-12-01", "suppose": ATTACK})
    key = made.json()["key"]
    explicit = {"as-of": "2024-12-01", "suppose": ATTACK}
    for iri in (VISIT, "urn:attack"):
        assert why(client, iri=iri, world=key).json() == why(client, iri=iri, **explicit).json()
    narrowed = why(client, iri=VISIT, world=key, **{"as-of": "2024-01-01"})
    assert narrowed.json()["holds"] is False
    query = {"query": "ASK { <urn:e> ?p ?o }", "world": key}
    assert client.get("/sparql", params=query).json()["boolean"] is True
    links = page(client, iri="urn:attack", world=key).links()
    followed = [link for link in links if link.startswith("/why?iri=")]
    assert all(parse_qs(urlsplit(link).query)["world"] == [key] for link in followed)


def test_without_a_source_of_every_support_it_is_gone(client: httpx.Client) -> None:
    for iri in (AMMUNITION, VISIT):
        answer = why(client, iri=iri, limit="500").json()
        assert answer["count"] == len(answer["supports"]) > 1
        holders = {
            step["holder"]
            for support in answer["supports"]
            for step in support["steps"]
            if step["iri"] in support["leaves"]
        }
        pairs = [("iri", iri), *(("disbelieve", holder) for holder in holders)]
        gone = client.get("/why", params=pairs, headers={"Accept": "application/json"})
        assert gone.json()["holds"] is False
        for holder in holders:
            kept = [("iri", iri), *(("disbelieve", it) for it in holders - {holder})]
            assert client.get("/why", params=kept).json()["holds"] is True


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


def test_every_link_of_the_page_leads_somewhere(client: httpx.Client) -> None:
    links = [link for link in page(client, iri=VISIT, lang="de").links() if link.startswith("/why")]
    links += [link for link in page(client, iri=VISIT).links() if link.startswith("/?query")]
    assert len(links) > 20
    for link in dict.fromkeys(links):
        assert client.get(link, headers={"Accept": "text/html"}).status_code == 200, link


def test_the_query_of_the_page_finds_the_same_claims(client: httpx.Client) -> None:
    world = {"suppose": ATTACK}
    rows = client.get("/sparql", params={"query": DUE, **world}, headers={"Accept": "text/csv"})
    due = rows.text.split()[1]
    linked = next(
        link for link in page(client, iri=due, **world).links() if "VALUES+%3Ftarget" in link
    )
    asked = client.get(linked.replace("/?", "/sparql?", 1), headers={"Accept": "application/json"})
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


def test_limit_is_how_many_proofs_are_shown(client: httpx.Client) -> None:
    answer = why(client, iri=VISIT, limit="2").json()
    assert len(answer["supports"]) == 2
    assert answer["count"] == 5
    assert "The first 2 are shown." in page(client, iri=VISIT, limit="2").text
    assert "Drawn: 2 of 5 supports." in why(client, "image/svg+xml", iri=VISIT, limit="2").text


def test_a_dated_world_says_how_many_claims_it_leaves_out_and_lists_them(
    client: httpx.Client,
) -> None:
    headers = {"Accept": "application/json"}
    rows = client.get("/sparql", params={"query": UNDATABLE}, headers=headers).json()
    count = len(rows["results"]["bindings"])
    assert count > 0
    made = client.post("/worlds", json={"as-of": "2024-10-22"}).json()
    shown = client.get(f"/worlds/{made['key']}").json()
    assert shown["undatable"]["count"] == count
    assert "undatable" not in client.get("/worlds/sober").json()
    listing = shown["undatable"]["list"]
    listed = client.get(listing.replace("/?", "/sparql?", 1), headers=headers).json()
    assert len(listed["results"]["bindings"]) == count
    asked = client.get("/", params={"query": "ASK {}", "as-of": "2024-10-22"}).text
    for text in (asked, why(client, "text/html", iri=VISIT, **{"as-of": "2024-10-22"}).text):
        assert TEXTS["en"]["undatable"].format(count=count) in text
    assert "cannot be dated" not in client.get("/", params={"query": "ASK {}"}).text


def test_the_command_line_says_what_a_dated_world_leaves_out(
    built: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(built.path.parent.parent)]
    for command in (["query", "ASK {}"], ["why", VISIT]):
        main([*command, *data, "--as-of", "2024-10-22"])
        assert re.fullmatch(r"\d+ claims cannot be dated .*\n", capsys.readouterr().err)
        main([*command, *data])
        assert capsys.readouterr().err == ""
