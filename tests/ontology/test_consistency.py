"""The closure of the ontology by owlrl: consistent, and it derives what the axioms are for."""

from itertools import combinations, count

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.ontology.namespaces import BASE, FD

ERRORS = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
"""Under which owlrl puts its findings into the graph."""

PROV = Namespace("http://www.w3.org/ns/prov#")
TEST = Namespace("https://example.org/")
SHARED_TOP = "Place"
"""The one top class that is not disjoint with the others: a state is a place too."""


def closed(graph: Graph) -> Graph:
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def inconsistencies(graph: Graph) -> list[str]:
    messages = graph.subjects(RDF.type, ERRORS.ErrorMessage)
    return [str(text) for message in messages for text in graph[message : ERRORS.error]]


def axioms(merged: Graph) -> Graph:
    """Copy the part of the ontology that the reasoner acts upon, which is quicker to close."""
    kept = Graph()
    for subject, predicate, value in merged:
        if not isinstance(value, Literal) and predicate != RDFS.isDefinedBy:
            kept.add((subject, predicate, value))
    return kept


def test_the_ontology_with_an_instance_of_each_class_and_property_is_consistent(
    merged: Graph,
) -> None:
    graph = merged + Graph()
    numbers = count()
    for term in set(merged.subjects(RDF.type, OWL.Class)):
        graph.add((TEST[f"n{next(numbers)}"], RDF.type, term))
    for term in set(merged.subjects(RDF.type, OWL.ObjectProperty)):
        graph.add((TEST[f"n{next(numbers)}"], term, TEST[f"n{next(numbers)}"]))
    for term in set(merged.subjects(RDF.type, OWL.DatatypeProperty)):
        graph.add((TEST[f"n{next(numbers)}"], term, Literal("1", datatype=XSD.string)))
    assert next(numbers) > 200
    assert inconsistencies(closed(graph)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("Agent", "Event"), ("State", "Government"), ("Transfer", "Plan"), ("Document", "Claim")],
)
def test_an_individual_of_two_disjoint_classes_is_found(
    merged: Graph, first: str, second: str
) -> None:
    graph = axioms(merged)
    graph.add((TEST.both, RDF.type, FD[first]))
    graph.add((TEST.both, RDF.type, FD[second]))
    assert any(str(TEST.both) in message for message in inconsistencies(closed(graph)))


def test_a_state_may_be_a_place_and_an_unnamed_agent_a_collective(merged: Graph) -> None:
    graph = axioms(merged)
    for node, name in (
        (TEST.state, "State"),
        (TEST.state, "Place"),
        (TEST.experts, "UnnamedAgent"),
        (TEST.experts, "CollectiveAgent"),
    ):
        graph.add((node, RDF.type, FD[name]))
    assert inconsistencies(closed(graph)) == []


def test_the_top_classes_are_pairwise_disjoint(merged: Graph) -> None:
    classes = {term for term in merged.subjects(RDF.type, OWL.Class) if is_ours(term)}
    tops = {
        term
        for term in classes
        if not any(is_ours(parent) for parent in merged[term : RDFS.subClassOf])
    }
    members = [set(Collection(merged, value)) for _, value in merged[: OWL.members]]
    together = {pair for names in members for pair in combinations(sorted(names, key=str), 2)}
    expected = tops - {FD[SHARED_TOP]}
    assert set(combinations(sorted(expected, key=str), 2)) <= together


def test_an_agreement_may_hold_a_claim(merged: Graph) -> None:
    graph = axioms(merged)
    graph.add((TEST.claim, FD.heldBy, TEST.pact))
    graph.add((TEST.pact, RDF.type, FD.Agreement))
    assert inconsistencies(closed(graph)) == []
    assert (TEST.pact, RDF.type, FD.Agent) not in graph


def test_a_recipient_makes_no_transfer_and_two_suppliers_are_two(merged: Graph) -> None:
    graph = axioms(merged)
    graph.add((TEST.statement, FD.hasRecipient, TEST.press))
    for name in ("ruritania", "tarland"):
        graph.add((TEST.delivery, FD.hasSupplier, TEST[name]))
    closed(graph)
    assert (TEST.statement, RDF.type, FD.Transfer) not in graph
    assert (TEST.ruritania, OWL.sameAs, TEST.tarland) not in graph


def test_what_a_government_says_and_holds_goes_on_its_state_s_account(merged: Graph) -> None:
    graph = axioms(merged)
    graph.add((TEST.cabinet, FD.speaksFor, TEST.ruritania))
    graph.add((TEST.note, FD.hasSpeaker, TEST.cabinet))
    graph.add((TEST.delivery, FD.hasSupplier, TEST.cabinet))
    graph.add((TEST.claim, FD.heldBy, TEST.cabinet))
    closed(graph)
    assert (TEST.note, FD.isAttributedTo, TEST.ruritania) in graph
    assert (TEST.delivery, FD.isAttributedTo, TEST.ruritania) in graph
    assert (TEST.claim, FD.isHeldOnBehalfOf, TEST.ruritania) in graph
    assert (TEST.claim, FD.heldBy, TEST.ruritania) not in graph


def test_the_alignments_add_only_foreign_terms(merged: Graph) -> None:
    graph = axioms(merged)
    graph.add((TEST.claim, RDF.type, FD.Claim))
    graph.add((TEST.claim, FD.heldBy, TEST.minister))
    closed(graph)
    assert (TEST.claim, PROV.wasAttributedTo, TEST.minister) in graph
    assert (TEST.claim, RDF.type, PROV.Entity) in graph
    assert {term for term in graph[TEST.claim : RDF.type] if is_ours(term)} == {FD.Claim}
    assert [term for term in graph[TEST.minister : RDF.type] if is_ours(term)] == []


def is_ours(term: Node) -> bool:
    return isinstance(term, URIRef) and term.startswith(BASE)
