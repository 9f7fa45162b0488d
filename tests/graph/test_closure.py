"""The compiled rules: construct by construct, and against owlrl."""

import re
from collections.abc import Iterable

import owlrl
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owlrl.Namespaces import ERRNS
from pyoxigraph import NamedNode
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from foedus.graph.closure import (
    AxiomRefused,
    Inconsistency,
    OntologyInconsistent,
    close_ontology,
    compile_rules,
    is_trivial,
)
from foedus.graph.terms import Term, Triple, to_node, to_oxigraph, to_term

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def ex(name: str) -> NamedNode:
    return NamedNode(f"http://example.org/{name}")


def derived(ontology: str, data: str) -> set[Triple]:
    """Compute what the rules add to the data."""
    triples = set(to_oxigraph(turtle(data)))
    return compile_rules(close_ontology(turtle(ontology))).closure(triples) - triples


CONSTRUCTS = {
    "subclass": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .",
        ":x a :A .",
        ":x a :B , :C .",
    ),
    "subclass cycle": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :A , :D .",
        ":x a :B .",
        ":x a :A , :C , :D .",
    ),
    "subproperty": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .",
        ":x :p 1 .",
        ":x :q 1 ; :r 1 .",
    ),
    "domain": (":p rdfs:domain :A . :A rdfs:subClassOf :B .", ":x :p 1 .", ":x a :A , :B ."),
    "domain of a superproperty": (
        ":p rdfs:subPropertyOf :q ; rdfs:domain :B . :q rdfs:domain :A . :A rdfs:subClassOf :B .",
        ":x :p 1 .",
        ":x :q 1 ; a :A , :B .",
    ),
    "range": (":p rdfs:range :A . :A rdfs:subClassOf :B .", ":x :p :y .", ":y a :A , :B ."),
    "range of a literal": (":p rdfs:range xsd:integer .", ":x :p 1 .", ""),
    "inverse": (
        ":p owl:inverseOf :q .",
        ":x :p :y . :u :q :v .",
        ":y :q :x . :v :p :u .",
    ),
    "inverse of a literal": (":p owl:inverseOf :q .", ":x :p 1 .", ""),
    "inverse without a name": (
        "[ owl:inverseOf :p ] rdfs:subPropertyOf :q .",
        ":x :p :y .",
        ":y :q :x .",
    ),
    "symmetric": (":p a owl:SymmetricProperty .", ":x :p :y .", ":y :p :x ."),
    "transitive": (
        ":p a owl:TransitiveProperty .",
        ":a :p :b . :b :p :c . :c :p :d .",
        ":a :p :c , :d . :b :p :d .",
    ),
    "transitive cycle": (
        ":p a owl:TransitiveProperty .",
        ":a :p :b . :b :p :a .",
        ":a :p :a . :b :p :b .",
    ),
    "transitive and subproperty": (
        ":p a owl:TransitiveProperty . :q rdfs:subPropertyOf :p .",
        ":a :q :b . :b :q :c . :a :p :b .",
        ":a :p :c . :b :p :c .",
    ),
    "chain": (
        ":r owl:propertyChainAxiom ( :p :q ) .",
        ":x :p :y . :y :q 1 , 2 . :z :q :x .",
        ":x :r 1 , 2 .",
    ),
    "long chain": (
        ":r owl:propertyChainAxiom ( :p :q :p :q ) . :s owl:propertyChainAxiom ( :p :q :q ) .",
        ":a :p :b . :b :q :c . :c :p :d ; :q :f . :d :q :e .",
        ":a :r :e ; :s :f .",
    ),
    "chain of one": (":r owl:propertyChainAxiom ( :p ) .", ":x :p :y .", ":x :r :y ."),
    "recursive chain": (
        ":p owl:propertyChainAxiom ( :p :q ) .",
        ":a :p :b . :b :q :c . :c :q :d , :a .",
        ":a :p :a , :c , :d .",
    ),
    "chain that says transitive": (
        ":p owl:propertyChainAxiom ( :p :p ) .",
        ":a :p :b . :b :p :c . :c :p :d .",
        ":a :p :c , :d . :b :p :d .",
    ),
    "equivalent class": (
        ":A owl:equivalentClass :B .",
        ":x a :A . :y a :B .",
        ":x a :B . :y a :A .",
    ),
    "equivalent property": (
        ":p owl:equivalentProperty :q .",
        ":x :p 1 . :y :q 2 .",
        ":x :q 1 . :y :p 2 .",
    ),
    "union": (
        "_:u owl:unionOf ( :A :B ) ; rdfs:subClassOf :C .",
        ":x a :A . :y a :B .",
        ":x a :C , _:u . :y a :C , _:u .",
    ),
    "has value, below": (
        "_:r owl:onProperty :p ; owl:hasValue 1 ; rdfs:subClassOf :A .",
        ":x :p 1 . :y :p 2 .",
        ":x a :A , _:r .",
    ),
    "has value, above": (
        "_:r owl:onProperty :p ; owl:hasValue :v . :A rdfs:subClassOf _:r .",
        ":x a :A .",
        ":x a _:r ; :p :v .",
    ),
    "some value": (
        "_:r owl:onProperty :p ; owl:someValuesFrom :A ; rdfs:subClassOf :B .",
        ":x :p :y . :y a :A . :z :p :x .",
        ":x a :B , _:r .",
    ),
    "some value of any kind": (
        "_:r owl:onProperty :p ; owl:someValuesFrom owl:Thing ; rdfs:subClassOf :B .",
        ":x :p 1 .",
        ":x a :B , _:r .",
    ),
    "individuals of the ontology": (
        "_:r owl:onProperty :p ; owl:someValuesFrom :A ; rdfs:subClassOf :B . :v a :A .",
        ":x :p :v .",
        ":x a :B , _:r .",
    ),
    "what is true of everything": (
        ":A rdfs:subClassOf owl:Thing . :p rdfs:domain owl:Thing ; rdfs:range rdfs:Resource .",
        ":x a :A ; :p :y .",
        "",
    ),
}


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_each_construct_entails_exactly_this(construct: str) -> None:
    ontology, data, expected = CONSTRUCTS[construct]
    label = "_:[0-9A-Za-z]+"  # the ontology's blank nodes keep labels that these tests do not know
    found = sorted(re.sub(label, "_:", " ".join(map(str, t))) for t in derived(ontology, data))
    wanted = to_oxigraph(turtle(expected))
    assert found == sorted(re.sub(label, "_:", " ".join(map(str, t))) for t in wanted)


def test_nothing_follows_without_axioms() -> None:
    assert derived(':A rdfs:label "A" . :c a skos:Concept .', ":x a :A ; :p 1 .") == set()


@pytest.mark.parametrize(
    ("axiom", "construct", "term"),
    [
        (":p a owl:FunctionalProperty .", OWL.FunctionalProperty, "p"),
        (":p a owl:InverseFunctionalProperty .", OWL.InverseFunctionalProperty, "p"),
        (":p a owl:IrreflexiveProperty .", OWL.IrreflexiveProperty, "p"),
        (":A owl:hasKey ( :p ) .", OWL.hasKey, "A"),
        (":a owl:sameAs :b .", OWL.sameAs, "a"),
        (":A owl:onProperty :p ; owl:allValuesFrom :B .", OWL.allValuesFrom, "A"),
        (":A owl:onProperty :p ; owl:maxCardinality 1 .", OWL.maxCardinality, "A"),
        (":A owl:intersectionOf ( :B :C ) .", OWL.intersectionOf, "A"),
        (":A owl:oneOf ( :b ) .", OWL.oneOf, "A"),
        (":A owl:complementOf :B .", OWL.complementOf, "A"),
        (":p owl:propertyDisjointWith :q .", OWL.propertyDisjointWith, "p"),
        (":p owl:madeUp :q .", URIRef(f"{OWL}madeUp"), "p"),
        (":A owl:unionOf ( :B :C ) .", OWL.unionOf, "A"),
        (":A rdfs:subClassOf [ owl:unionOf ( :B :C ) ] .", OWL.unionOf, "A"),
        (":p rdfs:domain [ owl:unionOf ( :B :C ) ] .", OWL.unionOf, "p"),
        (
            ":A owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :B ] .",
            OWL.someValuesFrom,
            "A",
        ),
        (":p owl:propertyChainAxiom () .", OWL.propertyChainAxiom, "p"),
    ],
)
def test_a_construct_that_is_not_compiled_is_refused(
    axiom: str, construct: URIRef, term: str
) -> None:
    with pytest.raises(AxiomRefused) as caught:
        close_ontology(turtle(axiom))
    assert (caught.value.construct, str(caught.value.term)) == (construct, ex(term).value)
    assert f"owl:{construct.removeprefix(str(OWL))}" in str(caught.value)


@pytest.mark.parametrize(
    "axiom",
    [
        "owl:Thing rdfs:subClassOf :A .",
        ":A owl:disjointWith owl:Thing .",
        "xsd:integer rdfs:subClassOf :A .",
        "[] owl:onProperty :p ; owl:someValuesFrom xsd:integer .",
        ":A rdfs:subClassOf owl:TransitiveProperty .",
        ":p rdfs:subPropertyOf rdfs:subClassOf .",
        "rdf:type rdfs:domain :A .",
        "rdfs:subClassOf a owl:SymmetricProperty .",
        ":q owl:propertyChainAxiom ( rdf:type :p ) .",
    ],
)
def test_an_axiom_about_rdf_and_owl_themselves_is_refused(axiom: str) -> None:
    with pytest.raises(AxiomRefused):
        close_ontology(turtle(axiom))


def test_the_compiler_itself_refuses_what_it_does_not_know() -> None:
    with pytest.raises(AxiomRefused, match="owl:FunctionalProperty"):
        compile_rules(turtle(":p a owl:FunctionalProperty ."))


@pytest.mark.parametrize("axiom", [":a owl:sameAs :b .", ":p a owl:TransitiveProperty ."])
def test_an_axiom_among_the_data_is_refused(axiom: str) -> None:
    rules = compile_rules(close_ontology(turtle(":p a owl:SymmetricProperty .")))
    with pytest.raises(AxiomRefused, match="belong in the ontology"):
        rules.closure(to_oxigraph(turtle(axiom)))


def test_the_ontology_may_be_among_the_data() -> None:
    closed = close_ontology(turtle(":p a owl:SymmetricProperty ; rdfs:range :A . :v a :A ."))
    triples = set(to_oxigraph(closed))
    assert compile_rules(closed).closure(triples) == triples


def test_an_inconsistent_ontology_is_refused() -> None:
    with pytest.raises(OntologyInconsistent, match="Disjoint classes"):
        close_ontology(turtle(":A owl:disjointWith :B . :x a :A , :B ."))


def test_the_closed_ontology_keeps_what_is_stated_and_nothing_trivial() -> None:
    stated = turtle(":A a owl:Class ; rdfs:subClassOf owl:Thing , :B . :B rdfs:subClassOf :C .")
    closed = close_ontology(stated)
    assert set(closed - stated) == set(turtle(":A rdfs:subClassOf :C ."))
    assert not set(stated - closed)


def inconsistencies(ontology: str, data: str) -> list[Inconsistency]:
    rules = compile_rules(close_ontology(turtle(ontology)))
    return rules.inconsistencies(rules.closure(to_oxigraph(turtle(data))))


def test_a_member_of_disjoint_classes_is_inconsistent() -> None:
    found = inconsistencies(
        ":B owl:disjointWith :A . :C rdfs:subClassOf :B .",
        ":y a :C , :A . :x a :A , :B . :z a :A .",
    )
    expected = [Inconsistency(ex(name), ex("A"), ex("B")) for name in "xy"]
    assert found == expected


def test_all_disjoint_classes_are_disjoint_in_pairs() -> None:
    found = inconsistencies(
        "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) .", ":x a :A , :B . :y a :C , :B ."
    )
    assert found == [
        Inconsistency(ex("x"), ex("A"), ex("B")),
        Inconsistency(ex("y"), ex("B"), ex("C")),
    ]


def test_a_member_of_nothing_is_inconsistent() -> None:
    nothing = to_term(OWL.Nothing)
    found = inconsistencies(":A rdfs:subClassOf owl:Nothing .", ":x a :A .")
    assert found == [Inconsistency(ex("x"), nothing, nothing)]


def test_a_literal_in_disjoint_ranges_is_inconsistent() -> None:
    found = inconsistencies(
        ":p rdfs:range :A . :q rdfs:range :B . :A owl:disjointWith :B .", ":x :p 1 . :y :q 1 ."
    )
    assert found == [Inconsistency(to_term(Literal(1)), ex("A"), ex("B"))]


def test_an_individual_of_the_ontology_can_become_inconsistent() -> None:
    found = inconsistencies(":A owl:disjointWith :B . :v a :A .", ":v a :B .")
    assert found == [Inconsistency(ex("v"), ex("A"), ex("B"))]


def test_transitivity_and_chains_end_on_ten_thousand_triples() -> None:
    rules = compile_rules(
        close_ontology(
            turtle(
                """
                :before a owl:TransitiveProperty ; owl:inverseOf :after .
                :after a owl:TransitiveProperty .
                :step rdfs:subPropertyOf :before .
                :reaches owl:propertyChainAxiom ( :reaches :hop ) .
                :hop rdfs:subPropertyOf :reaches .
                """
            )
        )
    )
    step, hop = ex("step"), ex("hop")
    chains: set[Triple] = {
        (ex(f"c{chain}n{i}"), step, ex(f"c{chain}n{i + 1}"))
        for chain in range(250)
        for i in range(20)
    }
    rings: set[Triple] = {
        (ex(f"r{ring}n{i}"), hop, ex(f"r{ring}n{(i + 1) % 20}"))
        for ring in range(250)
        for i in range(20)
    }
    closed = rules.closure(chains | rings)
    pairs = 20 * 21 // 2
    assert len(closed) == 10_000 + 250 * (2 * pairs) + 250 * 20 * 20


# The oracle: random ontologies and data, closed by owlrl and by the rules.

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
