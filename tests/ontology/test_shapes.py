"""The shapes of the ontology: ours conforms, and each constraint refuses what it is there for."""

from collections.abc import Callable

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus import ontology, shapes
from foedus.ontology.namespaces import BASE, FD, SHAPE
from foedus.shapes.validate import validate

PLEDGE = Namespace(BASE + "concept/pledge/")
TBOX = Namespace(BASE + "graph/ontology/")
SCHEME = URIRef(BASE + "concept/pledge")
CORE = TBOX["core"]

Change = Callable[[Graph], None]


def drop(subject: Node, predicate: URIRef, language: str | None = None) -> Change:
    """Take away what ``subject`` has of ``predicate``, in one language if that is given."""

    def change(graph: Graph) -> None:
        for value in list(graph.objects(subject, predicate)):
            if language in (None, getattr(value, "language", None)):
                graph.remove((subject, predicate, value))

    return change


def add(subject: Node, predicate: URIRef, value: Node | str, language: str | None = None) -> Change:
    node = Literal(value, lang=language) if isinstance(value, str) else value
    if isinstance(value, URIRef | BNode | Literal):
        node = value
    return lambda graph: void(graph.add((subject, predicate, node)))


def all_of(*changes: Change) -> Change:
    return lambda graph: void([change(graph) for change in changes])


def void(_: object) -> None:
    """Forget a value, so that a lambda is a change."""


def rename(old: URIRef, new: URIRef) -> Change:
    def change(graph: Graph) -> None:
        for subject, predicate, value in list(graph):
            if old in (subject, value):
                graph.remove((subject, predicate, value))
                graph.add(
                    (new if subject == old else subject, predicate, new if value == old else value)
                )

    return change


def replace(subject: Node, predicate: URIRef, value: Node) -> Change:
    return lambda graph: void(graph.set((subject, predicate, value)))


def lengthen(predicate: URIRef, member: URIRef) -> Change:
    """Append ``member`` to each list that ``predicate`` leads to."""

    def change(graph: Graph) -> None:
        for value in list(graph.objects(None, predicate)):
            Collection(graph, value).append(member)

    return change


def both_languages(name: str, subject: Node, predicate: URIRef) -> list[tuple[str, Change]]:
    return [
        (f"English{name}Shape", drop(subject, predicate, "en")),
        (f"English{name}Shape", add(subject, predicate, "another one", "en")),
        (f"German{name}Shape", drop(subject, predicate, "de")),
        (f"German{name}Shape", add(subject, predicate, "noch etwas", "de")),
        (f"{name}LanguageShape", add(subject, predicate, "autre chose", "fr")),
        (f"{name}LanguageShape", add(subject, predicate, "untagged")),
    ]


NOWHERE = FD.Nowhere
MUTANTS: list[tuple[str, Change]] = [
    *both_languages("Label", FD.Tenure, RDFS.label),
    *both_languages("Definition", FD.hasIncumbent, SKOS.definition),
    *both_languages("Definition", PLEDGE.defence, SKOS.definition),
    *both_languages("Definition", SCHEME, SKOS.definition),
    *both_languages("PrefLabel", PLEDGE.defence, SKOS.prefLabel),
    *both_languages("PrefLabel", SCHEME, SKOS.prefLabel),
    *both_languages("Title", CORE, DCTERMS.title),
    *both_languages("Description", CORE, DCTERMS.description),
    ("ExampleShape", drop(FD.Tenure, SKOS.example)),
    ("ExampleShape", drop(FD.isoCode, SKOS.example)),
    ("DefinedTermShape", drop(FD.Tenure, RDFS.isDefinedBy)),
    ("DefinedTermShape", drop(FD.hasIncumbent, RDFS.isDefinedBy)),
    ("DefinedTermShape", drop(FD.isoCode, RDFS.isDefinedBy)),
    ("DefinedTermShape", add(FD.remark, RDF.type, OWL.AnnotationProperty)),
    ("ModuleShape", replace(FD.Tenure, RDFS.isDefinedBy, TBOX.visits)),
    ("OneModuleShape", add(FD.Tenure, RDFS.isDefinedBy, CORE)),
    ("TermKindShape", add(FD.hasIncumbent, RDF.type, OWL.DatatypeProperty)),
    ("TermKindShape", replace(FD.hasIncumbent, RDF.type, OWL.AnnotationProperty)),
    ("TermShape", rename(FD.Office, URIRef("https://example.org/Office"))),
    ("ClassNameShape", rename(FD.Office, FD.office)),
    ("ClassNameShape", rename(FD.Office, FD.UNOffice)),
    ("PropertyNameShape", rename(FD.hasIncumbent, FD.HasIncumbent)),
    ("PropertyNameShape", rename(FD.isoCode, FD.iso_code)),
    ("SuperclassShape", add(FD.Tenure, RDFS.subClassOf, NOWHERE)),
    ("SuperpropertyShape", add(FD.hasIncumbent, RDFS.subPropertyOf, FD.hasNowhere)),
    ("SuperpropertyShape", add(FD.isoCode, RDFS.subPropertyOf, FD.hasActor)),
    ("DomainShape", replace(FD.hasIncumbent, RDFS.domain, NOWHERE)),
    ("RangeShape", add(FD.hasIncumbent, RDFS.range, NOWHERE)),
    ("ChainShape", lengthen(OWL.propertyChainAxiom, FD.hasNowhere)),
    ("DisjointnessShape", lengthen(OWL.members, NOWHERE)),
    ("OntologyShape", drop(CORE, OWL.versionIRI)),
    ("OntologyShape", add(CORE, OWL.versionIRI, TBOX["core/0.2.0"])),
    ("OntologyShape", replace(CORE, OWL.versionIRI, Literal("0.1.0"))),
    ("OntologyShape", drop(CORE, OWL.versionInfo)),
    ("OntologyShape", add(CORE, OWL.versionInfo, "0.2.0")),
    ("OntologyShape", drop(CORE, DCTERMS.license)),
    ("OntologyShape", drop(CORE, DCTERMS.creator)),
    ("OntologyShape", add(CORE, OWL.imports, TBOX.visits)),
    ("OntologyShape", rename(TBOX.states, URIRef("https://example.org/states"))),
    (
        "DefinitionEndShape",
        all_of(
            drop(FD.Tenure, SKOS.definition, "en"),
            add(FD.Tenure, SKOS.definition, "time in an office.", "en"),
        ),
    ),
    ("ConceptShape", drop(PLEDGE.defence, SKOS.inScheme)),
    ("ConceptShape", replace(PLEDGE.defence, SKOS.inScheme, URIRef(BASE + "concept/pledges"))),
    ("ConceptShape", add(PLEDGE.defence, SKOS.inScheme, URIRef(BASE + "concept/mode"))),
    ("ConceptShape", drop(PLEDGE.defence, SKOS.broader)),
    ("ConceptShape", drop(PLEDGE.offence, SKOS.topConceptOf)),
    ("ConceptShape", add(PLEDGE.offence, SKOS.broader, PLEDGE.help)),
    ("ConceptShape", rename(PLEDGE.offence, PLEDGE.Offence)),
]
"""The one shape that refuses, and the change that it refuses."""


MODULES = ("core", "officials", "states", "vocab/pledge")
TERMS = """
    Agent Event Office Organisation Person State Tenure hasActor hasIncumbent isAttributedTo isoCode
    speaksFor
"""
SAMPLE = {
    *(FD[name] for name in TERMS.split()),
    *(PLEDGE[name] for name in ("assistance", "defence", "offence")),
    *(TBOX[name] for name in ("core", "officials", "states")),
    SCHEME,
}
"""A part of the ontology that is enough for every shape, and quick to judge."""


@pytest.fixture(scope="session")
def shape_graph() -> Graph:
    return shapes.read(shapes.ONTOLOGY)


@pytest.fixture(scope="session")
def sample() -> Graph:
    whole = Graph()
    for name in MODULES:
        whole += ontology.read(name)
    disjoint = whole.subjects(RDF.type, OWL.AllDisjointClasses)
    return sum((whole.cbd(node) for node in {*SAMPLE, *disjoint}), Graph())


def refusing(graph: Graph, shape_graph: Graph) -> set[Node]:
    """Find the shapes that ``graph`` breaks."""
    return {finding.source_shape for finding in validate(graph, shape_graph).findings}


def test_the_ontology_conforms(merged: Graph, shape_graph: Graph) -> None:
    assert validate(merged + Graph(), shape_graph, check_shapes=True).findings == ()


def test_the_sample_conforms(sample: Graph, shape_graph: Graph) -> None:
    assert refusing(sample, shape_graph) == set()


@pytest.mark.parametrize(
    ("shape", "change"),
    [pytest.param(*mutant, id=f"{i}-{mutant[0]}") for i, mutant in enumerate(MUTANTS)],
)
def test_a_mutant_is_refused_by_the_one_shape_for_it(
    sample: Graph, shape_graph: Graph, shape: str, change: Change
) -> None:
    graph = sample + Graph()
    change(graph)
    assert set(graph) != set(sample)
    assert refusing(graph, shape_graph) == {SHAPE[shape]}


def test_each_shape_has_a_mutant(shape_graph: Graph) -> None:
    kinds = (SH.NodeShape, SH.PropertyShape)
    named = {shape for kind in kinds for shape in shape_graph.subjects(RDF.type, kind)}
    holders = {SHAPE["SchemeShape"]}  # only refers to shapes that have mutants of schemes
    assert named - holders == {SHAPE[shape] for shape, _ in MUTANTS}


def test_every_message_is_in_both_languages(shape_graph: Graph) -> None:
    for shape in set(shape_graph.subjects(SH.message)):
        languages = [text.language for text in shape_graph[shape : SH.message]]
        assert sorted(languages) == ["de", "en"]
