"""OWL 2 RL, and the axioms that did harm stay out."""

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.ontology.namespaces import FD

TYPES = {
    OWL.AllDisjointClasses,
    OWL.AnnotationProperty,
    OWL.Class,
    OWL.DatatypeProperty,
    OWL.ObjectProperty,
    OWL.Ontology,
    SKOS.Concept,
    SKOS.ConceptScheme,
}
AXIOMS = {
    OWL.members,
    OWL.propertyChainAxiom,
    RDFS.domain,
    RDFS.range,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
}
ANNOTATIONS = {OWL.imports, OWL.versionIRI, OWL.versionInfo, RDFS.isDefinedBy, RDFS.label}
SYNTAX = {RDF.type, RDF.first, RDF.rest}
BUILT_IN = (str(OWL), str(RDF), str(RDFS))

DOMAINS = {
    FD.hasAttacker: FD.Attack,
    FD.hasIncumbent: FD.Tenure,
    FD.hasVisitor: FD.Visit,
}
"""The only domains: true of every use by the property's name."""

LEFT_FREE = """
    asStated binds concerns hasBeneficiary hasContent hasDate hasHolder hasItem hasParticipant
    hasPlace hasQuantity hasRecipient hasSpeaker hasSupplier hasTarget heldBy isAbout
    isAttributedTo isStatedIn locator nameAsStated onProposition
"""


def constructs(graph: Graph) -> tuple[set[Node], set[Node]]:
    """List the types and the built-in predicates that ``graph`` uses."""
    types = set(graph.objects(None, RDF.type))
    predicates = {p for p in graph.predicates() if str(p).startswith(BUILT_IN)}
    return types, predicates


def test_only_listed_constructs_of_owl_2_rl_are_used(merged: Graph) -> None:
    types, predicates = constructs(merged)
    assert types - TYPES == set()
    assert predicates - AXIOMS - ANNOTATIONS - SYNTAX == set()


def test_a_construct_outside_the_list_is_noticed(merged: Graph) -> None:
    changed = merged + Graph()
    changed.add((FD.hasSupplier, RDF.type, OWL.FunctionalProperty))
    changed.add((FD.Person, OWL.hasKey, RDF.nil))
    types, predicates = constructs(changed)
    assert types - TYPES == {OWL.FunctionalProperty}
    assert predicates - AXIOMS - ANNOTATIONS - SYNTAX == {OWL.hasKey}


def test_axioms_are_between_names(merged: Graph) -> None:
    hierarchy = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range)
    ends = {end for axiom in hierarchy for pair in merged[:axiom] for end in pair}
    chains = merged.objects(None, OWL.propertyChainAxiom)
    links = {link for chain in chains for link in Collection(merged, chain)}
    assert [node for node in ends | links if not isinstance(node, URIRef)] == []


def test_no_class_or_property_of_owl_itself_is_in_an_axiom(merged: Graph) -> None:
    ends = {end for axiom in AXIOMS for pair in merged[:axiom] for end in pair}
    assert [end for end in ends if str(end).startswith(BUILT_IN)] == []


def test_domains_are_only_on_terms_of_one_class(merged: Graph) -> None:
    assert dict(merged[: RDFS.domain]) == DOMAINS


def test_ranges_only_say_that_closed_lists_have_concepts(merged: Graph) -> None:
    assert set(merged.objects(None, RDFS.range)) == {SKOS.Concept}


@pytest.mark.parametrize("name", LEFT_FREE.split())
def test_a_shared_property_has_no_domain_or_range_even_by_inheritance(
    merged: Graph, name: str
) -> None:
    for term in merged.transitive_objects(FD[name], RDFS.subPropertyOf):
        assert (term, RDFS.domain, None) not in merged
        assert (term, RDFS.range, None) not in merged


def test_no_property_of_an_event_pattern_makes_an_event(merged: Graph) -> None:
    """A trigger is a concept; nothing that leads from it or to it is of a class of events."""
    assert (FD.hasTrigger, RDFS.domain, None) not in merged
    assert (FD.hasTrigger, RDFS.range, SKOS.Concept) in merged


def test_no_datatype_is_a_class(merged: Graph) -> None:
    classes = set(merged.subjects(RDF.type, OWL.Class))
    assert [term for term in classes if str(term).startswith(str(XSD))] == []


def test_chains_lead_to_governments_and_to_sources(merged: Graph) -> None:
    chains = {
        (term, *Collection(merged, chain)) for term, chain in merged[: OWL.propertyChainAxiom]
    }
    assert chains == {
        (FD.drawsOn, FD.isReportedBy, FD.drawsOn),
        (FD.drawsOn, FD.isStatedIn, FD.hasAuthor),
        (FD.isAttributedTo, FD.isAttributedTo, FD.speaksFor),
        (FD.isHeldOnBehalfOf, FD.heldBy, FD.speaksFor),
    }
