"""What a rule concludes: that it ends, what it is called, which closure it sees, how it is kept."""

import pyoxigraph as ox
import pytest
from rule_cases import Knowledge, name, node, rule

from foedus.graph import load
from foedus.graph.closure import LocalClosure
from foedus.graph.inference import Derivations, Engine, inference_triples, read_inferences
from foedus.graph.inference.content import node_name, proposition_name
from foedus.graph.names import FD, RDF, is_proposition
from foedus.graph.terms import Triple, triple_of
from foedus.ontology.namespaces import PREFIXES

STEP = rule(
    "CONSTRUCT { ?a fd:isDuring ?c } WHERE {\n"
    "  GRAPH ?p { ?a fd:isDuring ?b }\n  GRAPH ?q { ?b fd:isDuring ?c }\n}"
)


def chain(length: int, is_ring: bool = False) -> dict[ox.NamedNode, list[Triple]]:
    ends = [(number, number + 1) for number in range(length)]
    if is_ring:
        ends[-1] = (length - 1, 0)
    return {name(f"{a}"): [(node(f"{a}"), FD.isDuring, node(f"{b}"))] for a, b in ends}


@pytest.mark.parametrize(("is_ring", "count"), [(False, 15), (True, 25)])
def test_a_rule_may_use_its_own_conclusions_and_ends(
    is_ring: bool, count: int, knowledge: Knowledge
) -> None:
    engine = Engine([STEP], knowledge[0], [])
    graphs = chain(5, is_ring)
    engine.add(graphs)
    found = {triple for graph in engine.derivations().propositions.values() for triple in graph}
    found |= {triple for graph in graphs.values() for triple in graph}
    assert len(found) == count
    assert all(it.concludes not in it.premises for it in engine.derivations().inferences)


def test_what_somebody_states_already_keeps_its_name_as_a_conclusion(knowledge: Knowledge) -> None:
    engine = Engine([STEP], knowledge[0], [])
    graphs = chain(2) | {name("whole"): [(node("0"), FD.isDuring, node("2"))]}
    engine.add(graphs)
    (inference,) = engine.derivations().inferences
    assert inference.concludes == name("whole")
    assert inference.premises == (name("0"), name("1"))
    assert engine.derivations().propositions == {}


def test_content_has_one_name_however_it_is_written() -> None:
    integer = ox.NamedNode(PREFIXES["xsd"] + "integer")
    one: list[Triple] = [(node("a"), FD.amount, ox.Literal("007", datatype=integer))]
    other: list[Triple] = [(node("a"), FD.amount, ox.Literal("7", datatype=integer))]
    assert proposition_name(one) == proposition_name(other)
    assert proposition_name(one) != proposition_name([(node("b"), *one[0][1:])])
    blank, twin = ox.BlankNode("x"), ox.BlankNode("y")
    about: list[Triple] = [(blank, RDF.type, FD.Breach), (node("a"), FD.constitutes, blank)]
    again: list[Triple] = [(node("a"), FD.constitutes, twin), (twin, RDF.type, FD.Breach)]
    assert node_name(blank, about) == node_name(twin, [*again, (node("b"), FD.amount, one[0][2])])


def test_a_local_closure_is_the_closure_beside_the_background(
    knowledge: Knowledge, documents: dict[str, load.Document]
) -> None:
    entailment = knowledge[0]
    quads = [quad for document in documents.values() for quad in document.quads]
    background = {triple_of(quad) for quad in load.read_register()}
    closed = entailment.closure(background)
    local = LocalClosure(entailment, background)
    graphs: dict[object, set[Triple]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name):
            graphs.setdefault(quad.graph_name, set()).add(triple_of(quad))
    for graph in list(graphs.values())[::6]:
        expected = entailment.closure(background | graph)
        assert local.closure(graph) | closed == expected


def test_inferences_are_read_back_as_they_were_written(derivations: Derivations) -> None:
    assert read_inferences(inference_triples(derivations.inferences)) == list(
        derivations.inferences
    )
