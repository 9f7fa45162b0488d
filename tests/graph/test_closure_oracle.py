"""The compiled rules against owlrl: random ontologies and data, closed by both."""

import re
from collections.abc import Iterable

import owlrl
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from foedus.graph.closure import OntologyInconsistent, close_ontology, compile_rules, is_trivial
from foedus.graph.terms import Term, Triple, to_node, to_oxigraph, to_term

NAMES = "http://example.org/"
CLASSES = [URIRef(f"{NAMES}C{i}") for i in range(5)]
PROPERTIES = [URIRef(f"{NAMES}p{i}") for i in range(4)]
INDIVIDUALS = [URIRef(f"{NAMES}i{i}") for i in range(4)] + [BNode("b0")]
LITERALS = [
    Literal("a"),
    Literal("b", lang="de"),
    Literal(5),
    Literal("2024-01-01", datatype=XSD.date),
]

classes, properties = st.sampled_from(CLASSES), st.sampled_from(PROPERTIES)
individuals = st.sampled_from(INDIVIDUALS)
values = st.sampled_from(INDIVIDUALS * 3 + LITERALS)
Triples = list[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


def listed(items: Iterable[rdflib.term.Node]) -> tuple[BNode, Triples]:
    graph, head = Graph(), BNode()
    Collection(graph, head, list(items))
    return head, list(graph)


@st.composite
def expressions(draw: st.DrawFn, position: str) -> tuple[rdflib.term.Node, Triples]:
    """Draw a class, or a restriction or union that OWL 2 RL allows in that position."""
    kinds = ["class", "class", "hasValue"]
    kinds += ["someValuesFrom", "unionOf"] if position == "subclass" else ["nothing", "thing"]
    kind, node = draw(st.sampled_from(kinds)), BNode()
    if kind == "class":
        return draw(classes), []
    if kind == "nothing":
        return draw(st.sampled_from([*CLASSES, OWL.Nothing])), []
    if kind == "thing":
        return OWL.Thing, []
    if kind == "unionOf":
        head, triples = listed(draw(st.lists(classes, min_size=1, max_size=3)))
        return node, [(node, OWL.unionOf, head), *triples]
    triples = [(node, OWL.onProperty, draw(properties))]
    if kind == "hasValue":
        return node, [*triples, (node, OWL.hasValue, draw(values))]
    filler, more = draw(st.one_of(st.just((OWL.Thing, [])), expressions("subclass")))
    return node, [*triples, (node, OWL.someValuesFrom, filler), *more]


@st.composite
def axioms(draw: st.DrawFn) -> Triples:
    kind = draw(
        st.sampled_from(
            [
                RDFS.subClassOf,
                RDFS.subPropertyOf,
                RDFS.domain,
                RDFS.range,
                OWL.inverseOf,
                OWL.SymmetricProperty,
                OWL.TransitiveProperty,
                OWL.propertyChainAxiom,
                OWL.equivalentClass,
                OWL.equivalentProperty,
                OWL.disjointWith,
                OWL.AllDisjointClasses,
                RDF.type,
                OWL.Class,
            ]
        )
    )
    node = BNode()
    if kind == RDFS.subClassOf:
        lower, below = draw(expressions("subclass"))
        upper, above = draw(expressions("superclass"))
        return [(lower, kind, upper), *below, *above]
    if kind in (RDFS.domain, RDFS.range):
        upper, above = draw(expressions("superclass"))
        if kind == RDFS.range and draw(st.booleans()):
            upper, above = draw(st.sampled_from([XSD.date, XSD.integer, RDFS.Literal])), []
        return [(draw(properties), kind, upper), *above]
    if kind in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf):
        if draw(st.integers(0, 4)) == 0:
            inverse = (node, OWL.inverseOf, draw(properties))
            return [(node, RDFS.subPropertyOf, draw(properties)), inverse]
        return [(draw(properties), kind, draw(properties))]
    if kind in (OWL.SymmetricProperty, OWL.TransitiveProperty):
        return [(draw(properties), RDF.type, kind)]
    if kind == OWL.propertyChainAxiom:
        head, triples = listed(draw(st.lists(properties, min_size=1, max_size=4)))
        return [(draw(properties), kind, head), *triples]
    if kind == OWL.AllDisjointClasses:
        head, triples = listed(draw(st.lists(classes, min_size=2, max_size=3, unique=True)))
        return [(node, RDF.type, kind), (node, OWL.members, head), *triples]
    if kind == OWL.disjointWith:
        lower, below = draw(expressions("subclass"))
        return [(lower, kind, draw(classes)), *below]
    if kind == RDF.type:
        return draw(assertions)
    if kind == OWL.Class:
        return [(draw(classes), RDF.type, kind), (draw(properties), RDF.type, OWL.ObjectProperty)]
    return [(draw(classes), kind, draw(classes))]


assertions: st.SearchStrategy[Triples] = st.one_of(
    st.tuples(individuals, st.just(RDF.type), classes),
    st.tuples(individuals, properties, values),
    st.tuples(individuals, properties, values),
).map(lambda triple: [triple])


def as_graph(parts: Iterable[Triples]) -> Graph:
    graph = Graph()
    for triples in parts:
        for triple in triples:
            graph.add(triple)
    return graph


def owlrl_closure(graph: Graph) -> tuple[set[Triple], set[str]]:
    """Compute what owlrl entails that is not trivial, and the errors that it reports."""
    closed = Graph()
    for triple in graph:
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, improved_datatypes=False).expand(closed)
    errors = {str(message) for message in closed.objects(None, ERRNS.error)}
    kept = Graph()
    for triple in closed:
        if (
            not is_trivial(*triple)
            and ERRNS.ErrorMessage not in triple
            and triple[1] != ERRNS.error
        ):
            kept.add(triple)
    return set(to_oxigraph(kept)), errors


def name(term: Term) -> str:
    return str(to_node(term))


def reported(errors: set[str]) -> set[tuple[str, frozenset[str]]]:
    found = set()
    for error in errors:
        match = re.fullmatch("Disjoint classes (.*) and (.*) have a common individual (.*)", error)
        if match and not all(name.startswith(str(XSD)) for name in match.group(1, 2)):
            found.add((match[3], frozenset(match.group(1, 2))))
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(axioms(), max_size=8).map(as_graph), st.lists(assertions, max_size=8).map(as_graph))
def test_the_rules_entail_what_owlrl_entails(ontology: Graph, data: Graph) -> None:
    try:
        closed = close_ontology(ontology)
    except OntologyInconsistent:
        return
    rules = compile_rules(closed)
    triples = rules.closure(to_oxigraph(data))
    ours = triples | set(to_oxigraph(closed))
    theirs, errors = owlrl_closure(ontology + data)
    found = rules.inconsistencies(triples)
    nothing = to_term(OWL.Nothing)
    if any(inconsistency.first == nothing for inconsistency in found):
        # From here on anything follows, and owlrl begins to say so.
        assert any("'Nothing'" in error for error in errors)
        return
    assert {triple for triple in ours if not is_trivial(*map(to_node, triple))} == theirs
    assert {
        (name(it.individual), frozenset({name(it.first), name(it.second)})) for it in found
    } == reported(errors)
