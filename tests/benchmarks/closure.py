"""Compare the compiled rules with owlrl on the same data, and run them on a million triples.

Run by hand: ``python tests/benchmarks/closure.py``; owlrl takes a minute or two.
"""

import random
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

import owlrl
import rdflib
from pyoxigraph import NamedNode
from rdflib import RDF, Graph

from foedus.graph.closure import close_ontology, compile_rules, is_trivial
from foedus.graph.terms import Triple, to_node, to_oxigraph, to_term

BASE = "http://example.org/"
TYPE = to_term(RDF.type)
ONTOLOGY = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Transfer rdfs:subClassOf :Event . :Delivery rdfs:subClassOf :Transfer .
:Sale rdfs:subClassOf :Transfer . :Event rdfs:subClassOf :Occurrence .
:Event owl:disjointWith :Agent . :State rdfs:subClassOf :Agent .
:supplier rdfs:subPropertyOf :participant ; rdfs:range :State .
:recipient rdfs:subPropertyOf :participant .
:participant rdfs:domain :Event ; owl:inverseOf :participatesIn .
:borders a owl:SymmetricProperty . :partOf a owl:TransitiveProperty .
:suppliedFrom owl:propertyChainAxiom ( :supplier :partOf ) .
[ owl:onProperty :recipient ; owl:someValuesFrom :State ] rdfs:subClassOf :InterstateEvent .
"""
Result = TypeVar("Result")


def events(count: int) -> set[Triple]:
    """Make about ``count`` triples: events with a class, two roles, a part, two plain values."""
    chance = random.Random(1)
    states = [NamedNode(f"{BASE}state{i}") for i in range(200)]
    classes = [NamedNode(BASE + name) for name in ("Delivery", "Sale", "Transfer")]
    names = ("supplier", "recipient", "partOf", "borders", "number", "note")
    supplier, recipient, part_of, borders, number, note = (NamedNode(BASE + n) for n in names)
    triples: set[Triple] = {(state, TYPE, NamedNode(BASE + "State")) for state in states[::2]}
    triples.update(
        (state, part_of, NamedNode(f"{BASE}region{i % 20}")) for i, state in enumerate(states)
    )
    triples.update((one, borders, chance.choice(states)) for one in states)
    while len(triples) < count:
        event = NamedNode(f"{BASE}event{len(triples)}")
        triples |= {
            (event, TYPE, chance.choice(classes)),
            (event, supplier, chance.choice(states)),
            (event, recipient, chance.choice(states)),
            (event, number, to_term(rdflib.Literal(chance.randrange(1000)))),
            (event, note, to_term(rdflib.Literal(f"note {len(triples)}"))),
        }
    return triples


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Run and clock."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def owlrl_closure(ontology: Graph, triples: set[Triple]) -> set[Triple]:
    """Close ontology and data together by owlrl."""
    graph = Graph() + ontology
    for triple in triples:
        graph.add((to_node(triple[0]), to_node(triple[1]), to_node(triple[2])))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(graph)
    kept = Graph()
    for triple in graph:
        if not is_trivial(*triple):
            kept.add(triple)
    return set(to_oxigraph(kept))


def main() -> None:
    """Print times, ratios and sizes."""
    ontology = Graph().parse(data=ONTOLOGY, format="turtle")
    closed = close_ontology(ontology)
    compiling, rules = timed(lambda: compile_rules(closed))
    print(f"compile: {compiling * 1000:.1f} ms, {len(rules.rules)} rules")
    for count in (1_000, 10_000):
        data = events(count)
        ours, mine = timed(lambda data=data: rules.closure(data))
        theirs, other = timed(lambda data=data: owlrl_closure(ontology, data))
        agreed = mine | set(to_oxigraph(closed)) == other
        print(
            f"{len(data):>9} triples -> {len(mine)}: compiled {ours:.3f} s, owlrl {theirs:.1f} s, "
            f"ratio {theirs / ours:.0f}, equal: {agreed}"
        )
    for count in (100_000, 1_000_000):
        data = events(count)
        ours, mine = timed(lambda data=data: rules.closure(data))
        checking, found = timed(lambda mine=mine: rules.inconsistencies(mine))
        print(
            f"{len(data):>9} triples -> {len(mine)}: compiled {ours:.2f} s; "
            f"inconsistencies {checking:.2f} s, {len(found)} found"
        )


if __name__ == "__main__":
    main()
