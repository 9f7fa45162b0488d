"""Shapes: what is worked out once for many graphs is what each of them would give by itself."""

from functools import cache
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.graph.closure import LocalClosure, Rules, close_ontology, compile_rules
from foedus.graph.inference import Engine, Rule, parse_rule
from foedus.graph.inference.background import Background
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.plans import prepare
from foedus.graph.inference.relations import Facts
from foedus.graph.inference.shapes import Shapes
from foedus.graph.terms import Term, Triple
from foedus.ontology.namespaces import PREFIXES

EX = "http://example.org/"
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
TURTLE = f"@prefix : <{EX}> .\n" + "".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items())
AXIOMS = (
    ":A rdfs:subClassOf :B .",
    ":p rdfs:domain :A .",
    ":p rdfs:range :C .",
    ":p rdfs:subPropertyOf :q .",
    ":q a owl:SymmetricProperty .",
    ":r a owl:TransitiveProperty .",
    ":p owl:inverseOf :r .",
    ":q owl:propertyChainAxiom ( :p :r ) .",
    "[] a owl:Restriction ; owl:onProperty :p ; owl:hasValue :one ; rdfs:subClassOf :B .",
    "[] a owl:Restriction ; owl:onProperty :q ; owl:someValuesFrom :A ; rdfs:subClassOf :C .",
)
RULE = """#+ title: T
#+ title-de: T
#+ sentence: S
#+ sentence-de: S
PREFIX : <http://example.org/>
CONSTRUCT { ?a :made ?b ; :count ?n } WHERE {
  GRAPH ?g {
    ?a :q ?b .
    OPTIONAL { ?a a :B . ?b :n ?n }
    FILTER (?a != :two)
    FILTER (!BOUND(?n) || ?n > 1)
    FILTER NOT EXISTS { ?a a :C . ?b :r ?c }
    FILTER NOT EXISTS { ?b :n ?m . FILTER (?m = 2) }
  }
}"""


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


@cache
def compiled(*axioms: str) -> Rules:
    return compile_rules(
        close_ontology(rdflib.Graph().parse(data=TURTLE + "\n".join(axioms), format="turtle"))
    )


def rule() -> Rule:
    return parse_rule(RULE, Path("made.rq"))


NODES = [ex(name) for name in ("one", "two", "three", "g")]
VALUES: list[Term] = [ox.Literal(1), ox.Literal(2), ox.Literal(3), ex("three")]
TRIPLES: list[Triple] = [
    *((s, ex(p), o) for s, p, o in product(NODES, "pqr", NODES)),
    *((s, TYPE, ex(c)) for s, c in product(NODES, "AC")),
    *((s, ex("n"), o) for s, o in product(NODES, VALUES)),
]
FEW = st.lists(st.sampled_from(TRIPLES), max_size=4)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    axioms=st.sampled_from([AXIOMS, AXIOMS[:6], AXIOMS[3:8], AXIOMS[6:], AXIOMS[::2]]),
    background=FEW,
    graphs=st.lists(FEW.filter(bool), min_size=1, max_size=6),
)
def test_a_graph_of_a_known_shape_is_closed_and_matched_as_if_alone(
    axioms: tuple[str, ...], background: list[Triple], graphs: list[list[Triple]]
) -> None:
    entailment = compiled(*axioms)
    alone = LocalClosure(entailment, background)
    closure = LocalClosure(entailment, background)
    numbers = Numbers(closure)
    known = Background([], [rule()], numbers.of)
    (relation,) = prepare([rule()], known, numbers.of, numbers.functions() | {"pairs": list})
    named = [numbers.of(ex(name)) for name in ("two", "A", "B", "C")]
    shapes = Shapes(closure, numbers, [relation], named)
    for triples in graphs:
        facts = {(numbers.of(s), numbers.of(p), numbers.of(o)) for s, p, o in triples}
        shape, values = shapes.of_graph(numbers.of(ex("g")), facts)
        found = {tuple(map(numbers.term, fact)) for fact in shape.closed(values)}
        expected = alone.closure(triples)
        assert found == expected
        by_property: dict[int, list[tuple[int, int]]] = {}
        for s, p, o in sorted(expected, key=str):
            by_property.setdefault(numbers.of(p), []).append((numbers.of(s), numbers.of(o)))
        plain: Facts = by_property
        checks = [check for places, check in relation.checks if places is not None]
        extended = values + shape.constants
        rows = {way.get(extended) for way in shape.ways}
        kept = {row for row in rows if all(check(row) for check in checks)}
        direct = set(relation.rows(values[0] or 0, plain))
        assert kept == {row for row in direct if all(check(row) for check in checks)}


def test_many_graphs_of_one_kind_have_one_shape() -> None:
    entailment = compile_rules(close_ontology(rdflib.Graph()))
    engine = Engine([rule()], entailment, [(ex("s1"), TYPE, ex("A")), (ex("s2"), TYPE, ex("A"))])
    graphs: dict[ox.NamedNode, list[Triple]] = {
        ex(f"g{number}"): [(ex(f"x{number}"), ex("q"), ex(f"y{number}"))] for number in range(50)
    }
    engine.add(graphs)
    assert len(engine.derivations().propositions) == 50
    assert len(engine._shapes) == 1
