"""The documents that come with Foedus, against their texts and the rules of encoding."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.graph import load
from foedus.graph.load import Document
from foedus.graph.names import FD, FIRMNESS, RDF, is_proposition
from foedus.graph.passages import sentences
from foedus.graph.trig import write_document
from foedus.graph.worlds import Firmness, read_claims

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("soldiers-and-treaty", "support-for-russia", "treaties-and-resolutions")


def facts(document: Document) -> dict[object, dict[object, object]]:
    found: dict[object, dict[object, object]] = {}
    for quad in document.quads:
        found.setdefault(quad.subject, {})[quad.predicate] = quad.object
    return found


def number(value: object) -> int:
    return int(getattr(value, "value", ""))


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_written_in_house_style(documents: dict[str, Document], name: str) -> None:
    document = documents[name]
    assert document.path.read_text(encoding="utf-8") == write_document(document.quads)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_belongs_to_a_text_and_has_its_sentences(
    documents: dict[str, Document], texts: dict[str, str], name: str
) -> None:
    found = facts(documents[name])
    digest = getattr(found[documents[name].iri][FD.sha256], "value", "")
    spans = [
        (number(p[FD.number]), number(p[FD.start]), number(p[FD.end]))
        for p in found.values()
        if p.get(RDF.type) == FD.Sentence
    ]
    expected = [(n, s.start, s.end) for n, s in enumerate(sentences(texts[digest]), 1)]
    assert sorted(spans) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_cue_stands_in_the_sentence_of_its_claim(
    documents: dict[str, Document], texts: dict[str, str], name: str
) -> None:
    found = facts(documents[name])
    text = texts[getattr(found[documents[name].iri][FD.sha256], "value", "")]
    for claim, properties in found.items():
        if FD.cue in properties:
            sentence = found[properties[FD.isFoundIn]]
            passage = text[number(sentence[FD.start]) : number(sentence[FD.end])]
            for part in getattr(properties[FD.cue], "value", "").split(" … "):
                assert part in passage, claim


@pytest.mark.parametrize("name", NAMES)
def test_a_span_begins_and_ends_with_a_word(
    documents: dict[str, Document], texts: dict[str, str], name: str
) -> None:
    found = facts(documents[name])
    text = texts[getattr(found[documents[name].iri][FD.sha256], "value", "")]
    for claim, properties in found.items():
        if FD.onProposition in properties:
            start, end = number(properties[FD.start]), number(properties[FD.end])
            assert re.match(r"\b\w|[\"„'(]", text[start:]), claim
            assert start == 0 or not text[start - 1].isalnum(), claim
            assert end == len(text) or not text[end].isalnum(), claim


def test_every_sentence_yields_a_claim(documents: dict[str, Document]) -> None:
    for document in documents.values():
        found = facts(document)
        claimed = {p[FD.isFoundIn] for p in found.values() if FD.onProposition in p}
        all_sentences = {s for s, p in found.items() if p.get(RDF.type) == FD.Sentence}
        assert claimed == all_sentences


def test_the_two_digests_have_thirty_three_sentences(documents: dict[str, Document]) -> None:
    counts = {
        name: sum(p.get(RDF.type) == FD.Sentence for p in facts(documents[name]).values())
        for name in NAMES[:2]
    }
    assert counts == {"soldiers-and-treaty": 11, "support-for-russia": 22}


def test_a_mention_commits_nobody_and_everything_else_somebody(
    documents: dict[str, Document],
) -> None:
    counts = Counter(
        (p.get(FD.firmness) == FIRMNESS.uncommitted, FD.polarity in p)
        for document in documents.values()
        for p in facts(document).values()
        if FD.onProposition in p
    )
    assert set(counts) == {(True, False), (False, True)}


def test_only_the_missiles_and_the_normal_relations_are_denied(
    documents: dict[str, Document],
) -> None:
    denials = {
        c.proposition.value.rpartition("/")[2]
        for document in documents.values()
        for c in read_claims(document.quads)
        if c.is_denied
    }
    assert denials == {
        "north-korean-missiles-are-used-in-ukraine",
        "inter-korean-relations-are-normal",
    }


def test_hearsay_implicit_and_presumed_claims_are_never_certain(
    documents: dict[str, Document],
) -> None:
    modes = "hearsay implicit presumption speculation"
    weak = {ox.NamedNode(f"https://w3id.org/foedus/concept/mode/{m}") for m in modes.split()}
    for document in documents.values():
        firmness = {claim.iri: claim.firmness for claim in read_claims(document.quads)}
        for claim, properties in facts(document).items():
            if properties.get(FD.mode) in weak:
                assert isinstance(claim, ox.NamedNode)
                assert firmness[claim] < Firmness.CERTAIN, claim


def test_documents_agree_on_the_graph_of_a_proposition(documents: dict[str, Document]) -> None:
    graphs: dict[object, set[frozenset[ox.Quad]]] = {}
    for document in documents.values():
        mine: dict[object, set[ox.Quad]] = {}
        for quad in document.quads:
            if is_proposition(quad.graph_name):
                mine.setdefault(quad.graph_name, set()).add(quad)
        for name, quads in mine.items():
            graphs.setdefault(name, set()).add(frozenset(quads))
    assert [name for name, versions in graphs.items() if len(versions) > 1] == []


def test_no_file_repeats_the_wording_of_a_source(shared: Path) -> None:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 7]) for i in range(len(words) - 6)}

    sources = set().union(
        *(shingles(load.read_text(path)) for path in (shared / "sources").glob("*.txt"))
    )
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            copied = sources & shingles(path.read_text(encoding="utf-8", errors="replace"))
            assert copied == set(), name
