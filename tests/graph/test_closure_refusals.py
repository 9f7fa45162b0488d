"""What the closure refuses and reports: axioms that it does not compile, and inconsistencies."""

import pytest
from rdflib import OWL, Literal, URIRef
from small_ontologies import ex, turtle

from foedus.graph.closure import (
    AxiomRefused,
    Inconsistency,
    OntologyInconsistent,
    close_ontology,
    compile_rules,
)
from foedus.graph.terms import to_oxigraph, to_term


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


def test_an_inconsistent_ontology_is_refused() -> None:
    with pytest.raises(OntologyInconsistent, match="Disjoint classes"):
        close_ontology(turtle(":A owl:disjointWith :B . :x a :A , :B ."))


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
