"""What the ontology entails from several propositions is an inference from exactly these."""

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.graph.closure import Rules, close_ontology, compile_rules
from foedus.graph.inference import Engine, rule_triples
from foedus.graph.inference.entailment import ENTAILMENT
from foedus.graph.terms import Triple
from foedus.ontology.namespaces import PREFIXES

EX = "http://example.org/"
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
TURTLE = f"@prefix : <{EX}> .\n" + "".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items())
AXIOMS = (
    ":r a owl:TransitiveProperty .",
    ":p rdfs:subPropertyOf :r .",
    ":p owl:inverseOf :q .",
    ":q owl:propertyChainAxiom ( :p :r ) .",
    ":s owl:propertyChainAxiom ( :p :q :r ) .",
    ":r rdfs:domain :A .",
    "[] a owl:Restriction ; owl:onProperty :q ; owl:someValuesFrom :A ; rdfs:subClassOf :B .",
)


def ex(name: object) -> ox.NamedNode:
    return ox.NamedNode(f"{EX}{name}")


@cache
def compiled(*axioms: str) -> Rules:
    return compile_rules(
        close_ontology(rdflib.Graph().parse(data=TURTLE + "\n".join(axioms), format="turtle"))
    )


def engine(*axioms: str, background: Iterable[Triple] = ()) -> Engine:
    return Engine([], compiled(*axioms), background)


def edge(one: object, property_: str, other: object) -> Triple:
    return ex(one), ex(property_), ex(other)


def told(live: Engine) -> dict[Triple, list[frozenset[ox.NamedNode]]]:
    """Give what is entailed, each with the premises of its inferences."""
    derived = live.derivations()
    found: dict[Triple, list[frozenset[ox.NamedNode]]] = {}
    for inference in derived.inferences:
        if inference.rule == ENTAILMENT:
            (triple,) = derived.propositions[inference.concludes]
            found.setdefault(triple, []).append(frozenset(inference.premises))
    return found


def test_transitivity_joins_two_propositions() -> None:
    live = engine(AXIOMS[0])
    live.add({ex("one"): [edge(1, "r", 2)], ex("two"): [edge(2, "r", 3)]})
    assert told(live) == {edge(1, "r", 3): [{ex("one"), ex("two")}]}


def test_a_chain_of_three_properties_has_three_premises() -> None:
    live = engine(AXIOMS[4])
    graphs = {ex(f"g{it}"): [edge(it, property_, it + 1)] for it, property_ in enumerate("pqr")}
    live.add(graphs)
    assert told(live) == {edge(0, "s", 3): [set(graphs)]}


def test_a_chain_of_which_two_links_are_in_one_proposition_has_two_premises() -> None:
    live = engine(AXIOMS[4])
    graphs = {
        ex("g"): [edge(0, "p", 1), edge(1, "q", 2)],
        ex("h"): [edge(2, "r", 3)],
    }
    live.add(graphs)
    assert told(live) == {edge(0, "s", 3): [set(graphs)]}


def test_what_one_proposition_entails_alone_or_with_the_background_is_no_inference() -> None:
    both = [edge(1, "r", 2), edge(2, "r", 3)]
    live = engine(AXIOMS[0], background=[edge(7, "r", 8)])
    live.add({ex("one"): both, ex("two"): [edge(2, "r", 3)], ex("three"): [edge(8, "r", 9)]})
    assert told(live) == {}


def test_a_class_of_the_other_proposition_is_a_premise() -> None:
    live = engine(AXIOMS[6])
    live.add(
        {
            ex("one"): [edge(1, "q", 2)],
            ex("two"): [(ex(2), TYPE, ex("A"))],
        }
    )
    assert told(live) == {(ex(1), TYPE, ex("B")): [{ex("one"), ex("two")}]}


@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_chain_of_a_hundred_is_recorded_left_linearly(is_backwards: bool) -> None:
    live = engine(AXIOMS[0])
    names = [f"{999 - it if is_backwards else 100 + it}" for it in range(100)]
    live.add({ex(name): [edge(it, "r", it + 1)] for it, name in enumerate(names)})
    found = told(live)
    assert len(found) == sum(map(len, found.values())) == 100 * 99 // 2


def test_a_path_that_is_stated_later_prolongs_others() -> None:
    live = engine(AXIOMS[0], AXIOMS[1])
    live.add({ex("ab"): [edge("a", "r", "b")], ex("bc"): [edge("b", "r", "c")]})
    live.add({ex("za"): [edge("z", "r", "a")], ex("ac"): [edge("a", "p", "c")]})
    assert frozenset({ex("za"), ex("ac")}) in told(live)[edge("z", "r", "c")]


def test_the_rule_is_described_in_both_languages() -> None:
    assert len([triple for triple in rule_triples([]) if triple[0] == ENTAILMENT]) == 5


ONTOLOGIES = st.sampled_from([AXIOMS, AXIOMS[:3], AXIOMS[1:5], AXIOMS[4:], AXIOMS[::2]])
LINKS = st.tuples(st.sampled_from("abcd"), st.sampled_from("pqr"), st.sampled_from("abcd"))
PARTS = st.lists(st.lists(LINKS, min_size=1, max_size=2), min_size=1, max_size=6)


def graphs_of(parts: list[list[tuple[str, str, str]]]) -> dict[ox.NamedNode, list[Triple]]:
    return {ex(f"g{it}"): [edge(*link) for link in part] for it, part in enumerate(parts)}


@settings(max_examples=60, deadline=None)
@given(axioms=ONTOLOGIES, parts=PARTS, background=st.lists(LINKS, max_size=2))
def test_propositions_with_their_entailments_say_what_all_entail_together_and_no_more(
    axioms: tuple[str, ...],
    parts: list[list[tuple[str, str, str]]],
    background: list[tuple[str, str, str]],
) -> None:
    entailment = compiled(*sorted(axioms))
    known = [edge(*link) for link in background]
    live = Engine([], entailment, known)
    graphs = graphs_of(parts)
    live.add(graphs)
    stated = {triple for graph in graphs.values() for triple in graph}
    derived = {t for graph in live.derivations().propositions.values() for t in graph}
    together = entailment.closure({*known, *stated})
    assert entailment.closure({*known, *stated, *derived}) == together
    alone = {t for graph in graphs.values() for t in entailment.closure({*known, *graph})}
    alone |= {t for t in derived for t in entailment.closure({*known, t})}
    missing = together - alone - entailment.closure(known)
    # That something is of a class which only an axiom describes is nothing that can be said.
    assert all(isinstance(value, ox.BlankNode) for _, _, value in missing)


@settings(max_examples=40, deadline=None)
@given(axioms=ONTOLOGIES, parts=PARTS, data=st.data())
def test_what_comes_later_or_is_supposed_adds_what_all_at_once_would_give(
    axioms: tuple[str, ...], parts: list[list[tuple[str, str, str]]], data: st.DataObject
) -> None:
    graphs = graphs_of(parts)
    first = data.draw(st.sets(st.sampled_from(sorted(graphs, key=str))))
    rest = {name: graph for name, graph in graphs.items() if name not in first}
    live, whole = engine(*sorted(axioms)), engine(*sorted(axioms))
    live.add({name: graphs[name] for name in first})
    before = live.derivations()
    supposed = live.suppose(rest)
    assert live.derivations() == before
    assert live.add(rest) == supposed
    whole.add(graphs)
    later = {triple for graph in live.derivations().propositions.values() for triple in graph}
    once = {triple for graph in whole.derivations().propositions.values() for triple in graph}
    stated = {triple for graph in graphs.values() for triple in graph}
    assert later | stated >= once
    assert once | stated >= later
