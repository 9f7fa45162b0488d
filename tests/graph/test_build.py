"""From files to a published snapshot, and what stops it."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.graph import load
from foedus.graph.build import STEPS, build, fingerprint
from foedus.graph.gate import DocumentsRefused
from foedus.graph.inference import Derivations
from foedus.graph.names import FD, RDF
from foedus.graph.snapshot import Snapshot, current
from foedus.graph.terms import quad_of
from foedus.ontology.errors import InputRefused


def test_the_same_input_gives_the_same_snapshot(built: Snapshot, tmp_path: Path) -> None:
    steps: list[str] = []
    again = build(tmp_path, progress=steps.append)
    assert again.is_new
    assert again.snapshot.id == built.id
    assert len(steps) == STEPS


def test_nothing_is_rebuilt_when_nothing_changed(built: Snapshot) -> None:
    steps: list[str] = []
    again = build(built.path.parent.parent, progress=steps.append)
    assert not again.is_new
    assert steps == []
    assert again.snapshot == built


def test_a_damaged_snapshot_is_built_anew(tmp_path: Path) -> None:
    documents = [load.FOLDER / "documents" / "soldiers-and-treaty.trig"]
    first = build(tmp_path, documents).snapshot
    for path in (first.path / "worlds" / "sober").iterdir():
        path.write_bytes(b"")
    again = build(tmp_path, documents).snapshot
    assert again.id == first.id
    assert again.is_sound()


def test_a_change_of_a_comment_publishes_no_new_snapshot(tmp_path: Path) -> None:
    path = tmp_path / "soldiers-and-treaty.trig"
    shutil.copy(load.FOLDER / "documents" / path.name, path)
    first = build(tmp_path / "data", [path])
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    steps: list[str] = []
    second = build(tmp_path / "data", [path], steps.append)
    assert len(steps) == STEPS
    assert not second.is_new
    assert second.snapshot.id == first.snapshot.id


def broken(tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "soldiers-and-treaty.trig"
    text = (load.FOLDER / "documents" / path.name).read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_document_with_a_syntax_error_is_refused_by_file_and_line(
    tmp_path: Path, built: Snapshot
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built.path.parent.parent, data, symlinks=True)
    path = broken(tmp_path, "a fd:Report ;", "a fd:Report ;;; fd:")
    line = path.read_text(encoding="utf-8").split("a fd:Report ;;; fd:")[0].count("\n") + 1
    with pytest.raises(InputRefused) as caught:
        build(data, [path])
    assert caught.value.source == str(path)
    assert caught.value.line is not None
    assert abs(caught.value.line - line) <= 1
    assert current(data).id == built.id


def test_a_document_that_does_not_conform_is_refused_by_file_line_and_reason(
    tmp_path: Path, built: Snapshot
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built.path.parent.parent, data, symlinks=True)
    path = broken(tmp_path, "    fd:firmness firmness:certain ;\n", "")
    with pytest.raises(DocumentsRefused) as caught:
        build(data, [path])
    line = path.read_text(encoding="utf-8").split("\n  c:1a\n")[0].count("\n") + 2
    assert caught.value.places[0].startswith(f"{path}:{line}: ")
    assert "claim/1a" in caught.value.places[0]
    assert "firmness" in caught.value.places[0]
    assert current(data).id == built.id


def test_a_proposition_with_two_graphs_is_refused(tmp_path: Path) -> None:
    other = load.FOLDER / "documents" / "support-for-russia.trig"
    path = broken(tmp_path, "fd:hasItem item:ammunition ;", "fd:hasItem item:arms ;")
    with pytest.raises(DocumentsRefused, match="a proposition never changes"):
        build(tmp_path / "data", [other, path])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="No such file"):
        build(tmp_path / "data", [tmp_path / "none.trig"])


def test_documents_in_the_data_directory_are_built_in(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    name = "soldiers-and-treaty.trig"
    shutil.copy(load.FOLDER / "documents" / name, tmp_path / "documents" / name)
    published = build(tmp_path, []).snapshot
    store = published.open()
    assert store.query("ASK { ?d a <https://w3id.org/foedus/ont/Document> }")


def test_the_fingerprint_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    source = load.FOLDER / "documents" / "soldiers-and-treaty.trig"
    copy = tmp_path / source.name
    shutil.copy(source, copy)
    assert fingerprint([source]) == fingerprint([copy])
    copy.write_text(copy.read_text(encoding="utf-8") + "#", encoding="utf-8")
    assert fingerprint([source]) != fingerprint([copy])


def test_named_graphs_are_the_propositions_as_encoded_or_concluded_and_the_documents(
    store: ox.Store, documents: dict[str, load.Document], derivations: Derivations
) -> None:
    encoded = {
        quad
        for document in documents.values()
        for quad in document.quads
        if quad.graph_name != ox.NamedNode("https://w3id.org/foedus/graph/entities")
    }
    served = {quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph)}
    concluded = {
        quad_of(triple, name)
        for name, triples in derivations.propositions.items()
        for triple in triples
    }
    assert served == encoded | concluded
    assert len(derivations.propositions) == len({quad.graph_name for quad in concluded})


def test_what_does_not_hold_is_in_no_default_graph(store: ox.Store) -> None:
    query = """
    PREFIX fd: <https://w3id.org/foedus/ont/>
    SELECT DISTINCT ?event WHERE {
      ?proposition a fd:Proposition .
      GRAPH ?proposition { ?event a ?class }
      FILTER NOT EXISTS { ?proposition fd:holdsWithFirmness ?firmness }
      FILTER NOT EXISTS {
        ?other fd:holdsWithFirmness ?any . GRAPH ?other { ?event a ?anyClass }
      }
      ?event ?property ?value .
    }
    """
    result = store.query(query)
    assert isinstance(result, ox.QuerySolutions)
    assert list(result) == []


def test_a_proposition_is_about_what_it_gives_a_class(store: ox.Store) -> None:
    name = ox.NamedNode("https://w3id.org/foedus/proposition/six-officers-were-killed")
    about = {quad.object for quad in store.quads_for_pattern(name, FD.isAbout, None)}
    assert {getattr(node, "value", "").rpartition("/")[2] for node in about} == {
        "deaths-of-officers",
        "missile-attack-near-donetsk",
    }
    assert ox.Quad(name, RDF.type, FD.Proposition) in store
