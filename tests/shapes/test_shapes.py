"""The shapes as Turtle: well-formed, in both languages, of our vocabulary only."""

import pytest
from rdflib import RDF, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus import ontology, shapes
from foedus.ontology.namespaces import BASE, FD, SCHEMES, SHAPE
from foedus.shapes.validate import validate

DATA = [name for name in shapes.names() if name != shapes.ONTOLOGY]
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@pytest.fixture(scope="module")
def merged() -> Graph:
    return shapes.merged()


def reporting(graph: Graph) -> set[Node]:
    """Give the shapes whose own messages reach a reader."""
    named = {node for target in TARGETS for node in graph.subjects(target)}
    parts = {part for node in named for part in graph.objects(node, SH.property)}
    bare = {
        node
        for node in named
        if not any(
            predicate not in (RDF.type, SH.property, *TARGETS)
            for predicate in graph.predicates(node)
        )
    }
    return (named - bare) | parts


def test_the_shapes_are_well_formed_shacl(merged: Graph) -> None:
    assert validate(Graph(), merged, check_shapes=True).conforms


def test_each_shape_has_one_message_in_each_language(merged: Graph) -> None:
    for shape in reporting(merged):
        messages = [m for m in merged.objects(shape, SH.message) if isinstance(m, Literal)]
        assert sorted(str(m.language) for m in messages) == ["de", "en"], shape
        assert all(str(message).endswith(".") for message in messages)


def test_named_shapes_are_in_our_namespace_and_end_in_shape(merged: Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape)
    for shape in {node for kind in kinds for node in merged.subjects(RDF.type, kind)}:
        assert isinstance(shape, URIRef)
        assert shape.startswith(SHAPE)
        assert shape.endswith("Shape")


def test_each_shape_is_in_one_file() -> None:
    seen: dict[Node, str] = {}
    for name in DATA:
        for shape in set(shapes.read(name).subjects()):
            if isinstance(shape, URIRef):
                assert shape not in seen, (shape, name, seen.get(shape))
                seen[shape] = name


def test_each_file_of_shapes_has_a_module_of_the_ontology() -> None:
    assert set(DATA) <= set(ontology.modules())


def test_every_term_and_concept_in_the_shapes_is_declared(merged: Graph) -> None:
    declared = set(ontology.merged().subjects())
    used = {node for triple in merged for node in triple if isinstance(node, URIRef)}
    ours = {node for node in used if str(node).startswith((str(FD), f"{BASE}concept/"))}
    assert len(ours) > 100
    assert sorted(ours - declared) == []


@pytest.mark.parametrize(
    "prefix", ["basis", "firmness", "mode", "outcome", "polarity", "standing", "verdict"]
)
def test_a_closed_list_in_the_shapes_is_its_scheme(prefix: str, merged: Graph) -> None:
    scheme = URIRef(f"{BASE}concept/{SCHEMES[prefix]}")
    members = set(ontology.merged().subjects(SKOS.inScheme, scheme))
    lists = [set(Collection(merged, head)) for head in merged.objects(None, SH["in"])]
    whole = [found for found in lists if found and found == members]
    assert whole, prefix


def test_no_shape_is_written_on_a_class(merged: Graph) -> None:
    assert not [node for node in merged.subjects() if not isinstance(node, BNode | URIRef)]
    assert not [node for node in set(merged.subjects()) if str(node).startswith(str(FD))]
