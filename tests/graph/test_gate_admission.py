"""Files and documents let in together: each is one of its own, and each mistake has its places."""

import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from gate_cases import ROOT, register

from foedus.graph import gate, load
from foedus.graph.load import Document
from foedus.graph.names import ENTITIES, FD
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES

PROPOSITIONS = PREFIXES["proposition"]


def renamed(folder: Path, name: str, new: str) -> Document:
    """Copy a document of ours; its IRI and those of its claims and sentences end in ``new``."""
    text = (ROOT / f"graph/documents/{name}.trig").read_text(encoding="utf-8")
    path = folder / f"{new}.trig"
    path.write_text(re.sub(rf"(/doc/[\w-]+/|digest:){name}\b", rf"\1{new}", text), "utf-8")
    return load.read_document(path)


def test_a_mistake_of_the_register_is_told_once_however_many_documents_there_are() -> None:
    documents = [load.read_document(path) for path in load.document_paths()[:2]]
    state = ox.NamedNode(PREFIXES["state"] + "freedonia")
    kind = ox.Quad(state, ox.NamedNode(PREFIXES["rdf"] + "type"), FD.State, ENTITIES)
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit(documents, [*register(), kind])
    told = [line for line in caught.value.places if "freedonia" in line]
    assert len(told) == 1
    assert told[0].startswith("the register: ")


def test_a_proposition_that_two_documents_describe_otherwise_is_told_at_both(
    tmp_path: Path,
) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "copy")
    name = next(
        q.graph_name for q in first.quads if str(q.graph_name.value).startswith(PROPOSITIONS)
    )
    extra = ox.Quad(ox.NamedNode(PREFIXES["state"] + "x"), FD.hasParty, FD.x, name)
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, replace(second, quads=(*second.quads, extra))], register())
    told = [line for line in caught.value.places if "a proposition never changes" in line]
    assert [str(it.path) in line for line, it in zip(told, (first, second), strict=True)] == [
        True,
        True,
    ]


def test_a_file_without_a_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.trig"
    path.write_text("")
    with pytest.raises(InputRefused, match="describes no document") as caught:
        gate.judge_file(path)
    assert caught.value.source == str(path)


def test_two_documents_with_one_iri_are_refused(tmp_path: Path) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "support-for-russia")
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, second], register())
    told = [line for line in caught.value.places if "IRI of its own" in line]
    assert [str(path) in line for line, path in zip(told, (first.path, second.path), strict=True)]


def test_two_documents_of_one_text_are_refused(tmp_path: Path) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "copy")
    assert first.iri != second.iri
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, second], register())
    for line, (one, other) in zip(
        caught.value.places, ((first, second), (second, first)), strict=True
    ):
        assert line.startswith(str(one.path))
        assert other.iri.value in line
    assert all("of the same text" in line for line in caught.value.places)
    assert {f.message() for f in gate.judge_file(second.path).findings} == {
        f"Leave the document out, or correct fd:sha256: {first.iri.value} is of the same text."
    }
