"""``/validate`` on a real server: the verdict of the gate, from RDF that is never followed."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from letters import iri_of, letter
from serving import FOEDUS, served

from foedus.graph.build import build

TRIG = {"Content-Type": "application/trig"}
BROKEN = letter("broken").replace("fd:firmness firmness:certain ; ", "")
CLAIM = f"{iri_of('broken')}/claim/1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Serve a graph that begins with one document, without a token."""
    folder = tmp_path_factory.mktemp("judging")
    path = folder / "first.trig"
    path.write_text(letter("first"), encoding="utf-8")
    build(folder / "data", [path])
    with served(folder / "data", {"FOEDUS_MAX_DOCUMENT": "100K"}) as server:
        yield server.client


def judge(client: httpx.Client, text: str | bytes, **headers: str) -> httpx.Response:
    return client.post("/validate", content=text, headers={**TRIG, **headers})


def test_both_verdicts_are_answers(client: httpx.Client) -> None:
    good, bad = judge(client, letter("good")), judge(client, BROKEN)
    assert (good.status_code, bad.status_code) == (200, 200)
    assert good.json() == {"conforms": True, "findings": []}
    assert bad.json()["conforms"] is False
    assert {it["focusNode"]["value"] for it in bad.json()["findings"]} == {CLAIM}


def test_the_verdict_is_that_of_the_command(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "broken.trig"
    path.write_text(BROKEN, encoding="utf-8")
    command = [str(FOEDUS), "validate", str(path), "--format", "json"]
    printed = subprocess.run(command, capture_output=True, check=False)
    assert printed.returncode == 1
    assert judge(client, BROKEN).json() == json.loads(printed.stdout)


def test_nothing_is_written(client: httpx.Client) -> None:
    before = client.get("/documents").text
    assert judge(client, letter("good")).status_code == 200
    assert client.get("/documents").text == before


def test_a_document_is_judged_beside_those_of_the_server(client: httpx.Client) -> None:
    known = judge(client, letter("good", more=f"fd:corrects <{iri_of('first')}/claim/1> ;"))
    assert known.json()["conforms"] is True
    unknown = judge(client, letter("good", more=f"fd:corrects <{iri_of('none')}/claim/1> ;"))
    assert unknown.json()["conforms"] is False
    changed = letter("good").replace("famine-good-russia", "famine-first-russia")
    (finding,) = judge(client, changed).json()["findings"]
    assert "a proposition never changes" in finding["messages"]["en"]


@pytest.mark.parametrize(
    ("accept", "rdf_format"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_the_report_is_rdf_by_accept(
    accept: str, rdf_format: ox.RdfFormat, client: httpx.Client
) -> None:
    answer = judge(client, BROKEN, Accept=accept)
    assert answer.headers["Content-Type"].partition(";")[0] == accept
    report = ox.Store()
    report.load(answer.content, format=rdf_format)
    assert report.query(
        f"""PREFIX sh: <http://www.w3.org/ns/shacl#>
        ASK {{ ?report a sh:ValidationReport ; sh:conforms false ;
          sh:result [ sh:focusNode <{CLAIM}> ] }}"""
    )


def test_the_report_is_text_in_the_language_that_is_asked_for(client: httpx.Client) -> None:
    english = judge(client, BROKEN, Accept="text/plain")
    assert english.text.startswith("does not conform: 1 finding")
    german = client.post("/validate?lang=de&format=text", content=BROKEN, headers=TRIG)
    assert german.text.startswith("ist nicht in Ordnung: 1 Befund")
    assert german.headers["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("media_type", "rdf_format"),
    [
        ("application/trig; charset=utf-8", ox.RdfFormat.TRIG),
        ("application/n-quads", ox.RdfFormat.N_QUADS),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_each_format_with_graphs_has_the_same_verdict(
    media_type: str, rdf_format: ox.RdfFormat, client: httpx.Client
) -> None:
    for text, conforms in ((letter("good"), True), (BROKEN, False)):
        sent = ox.serialize(ox.parse(text, format=ox.RdfFormat.TRIG), format=rdf_format)
        assert sent is not None
        answer = judge(client, sent, **{"Content-Type": media_type})
        assert answer.json()["conforms"] is conforms


@pytest.mark.parametrize(
    ("media_type", "text", "place"),
    [
        ("application/trig", "<x:a> <x:b>\n  <x:c> ;; fd: .", (2, 12)),
        ("text/turtle", "<x:a> <x:b> <x:c> .\n<x:a> <x:b> {", (2, 13)),
        ("application/n-triples", "<x:a> <x:b> <x:c> .\n<x:a>", (2, 6)),
        ("application/n-quads", "<x:a> <x:b>", (1, 12)),
        ("application/ld+json", '{"@id":\n]', (2, 1)),
        ("application/trig", b"<x:a> \xff", None),
        ("application/rdf+xml", "<rdf", None),
        ("application/ld+json", "[" * 50_000, None),
        ("text/turtle", "<x:a> <x:b> " + "(" * 50_000, None),
    ],
)
def test_what_cannot_be_parsed_is_refused_with_its_place(
    media_type: str, text: str | bytes, place: tuple[int, int] | None, client: httpx.Client
) -> None:
    refused = judge(client, text, **{"Content-Type": media_type})
    assert refused.status_code == 400
    problem = refused.json()
    if place:
        assert (problem["line"], problem["column"]) == place
    assert "/work" not in refused.text
    assert ".py" not in refused.text


@pytest.mark.parametrize(
    ("text", "headers", "status"),
    [
        ("<x:a> <x:b> <x:c> .", {}, 400),
        (letter("good"), {"Content-Type": "text/html"}, 415),
        (letter("good"), {"Content-Type": "application/trig; charset=latin-1"}, 415),
        ("# " + "long" * 100_000, {}, 413),
        (letter("good"), {"Accept": "image/png"}, 406),
    ],
)
def test_what_is_no_document_to_judge_is_refused(
    text: str, headers: dict[str, str], status: int, client: httpx.Client
) -> None:
    assert judge(client, text, **headers).status_code == status


@contextmanager
def listener() -> Iterator[tuple[str, socket.socket]]:
    """Listen where nobody must call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def test_nothing_that_a_document_names_is_fetched(client: httpx.Client) -> None:
    with listener() as (address, server):
        imports = f"<{iri_of('good')}> <http://www.w3.org/2002/07/owl#imports> <{address}/more> ."
        loads = f"GRAPH <{iri_of('good')}> {{ {imports} }}"
        assert judge(client, letter("good") + loads).status_code == 200
        remote = json.dumps({"@context": f"{address}/context", "@id": iri_of("good")})
        refused = judge(client, remote, **{"Content-Type": "application/ld+json"})
        assert refused.status_code == 400
        assert "@context" in refused.json()["detail"]
        entity = f"""<!DOCTYPE r [<!ENTITY e SYSTEM "{address}/entity">]>
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&e;</rdf:RDF>"""
        external = judge(client, entity, **{"Content-Type": "application/rdf+xml"})
        assert external.status_code == 400
        with pytest.raises(BlockingIOError):
            server.accept()
