"""The compiled rules, construct by construct: what follows, no more, and that it ends."""

import re

import pytest
from small_ontologies import ex, turtle

from foedus.graph.closure import close_ontology, compile_rules
from foedus.graph.terms import Triple, to_oxigraph


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


def test_the_ontology_may_be_among_the_data() -> None:
    closed = close_ontology(turtle(":p a owl:SymmetricProperty ; rdfs:range :A . :v a :A ."))
    triples = set(to_oxigraph(closed))
    assert compile_rules(closed).closure(triples) == triples


def test_the_closed_ontology_keeps_what_is_stated_and_nothing_trivial() -> None:
    stated = turtle(":A a owl:Class ; rdfs:subClassOf owl:Thing , :B . :B rdfs:subClassOf :C .")
    closed = close_ontology(stated)
    assert set(closed - stated) == set(turtle(":A rdfs:subClassOf :C ."))
    assert not set(stated - closed)


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
