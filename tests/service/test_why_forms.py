"""``/why`` over a real socket: each form is that of the command line, and the client chooses it."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from explaining import AMMUNITION, ATTACK, TRIPLE, VISIT, why
from rdflib import Graph
from rdflib.compare import isomorphic

from foedus.graph.snapshot import Snapshot
from foedus.service.cli import main

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


@pytest.fixture(scope="module")
def client(built_client: httpx.Client) -> httpx.Client:
    """Ask the server of the built graph."""
    return built_client


@pytest.fixture
def said(built: Snapshot, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give what ``foedus why`` says."""

    def say(*arguments: str) -> str:
        main(["why", *arguments, "--data", str(built.path.parent.parent)])
        return capsys.readouterr().out

    return say


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
