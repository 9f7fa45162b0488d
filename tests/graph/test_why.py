"""Proofs on the real graph: what each line rests on."""

from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest

from foedus.graph.closure import LocalClosure
from foedus.graph.descriptions import read_parameters
from foedus.graph.material import Material
from foedus.graph.names import FD, RDF, is_proposition
from foedus.graph.numbered import Terms
from foedus.graph.proofs import as_json, as_svg, as_text
from foedus.graph.recorded import Recorded
from foedus.graph.snapshot import Snapshot
from foedus.graph.stated import Facts, Propositions
from foedus.graph.terms import Term, Triple, read_term, triple_of
from foedus.graph.why import NothingToProve, Why, Whys
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import NAMED, DataInconsistent, World, holding, read_claims
from foedus.ontology.errors import InputRefused

ATTACK = """
@prefix fd: <https://w3id.org/foedus/ont/> . @prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <urn:attack> { <urn:e> a fd:Attack ;
  fd:hasAttacker state:ukraine ; fd:hasTarget state:russia }
"""
SUPPOSED = """
@prefix fd: <https://w3id.org/foedus/ont/> . @prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <https://w3id.org/foedus/proposition/choe-visits-moscow> {
  <urn:f> a fd:SpeechAct ; fd:isAttributedTo <urn:y>
}
GRAPH <urn:p> { <urn:y> fd:speaksFor state:ukraine , <urn:z> . <urn:f> fd:isAttributedTo <urn:y> }
"""


@pytest.fixture(scope="module")
def material(built: Snapshot) -> Material:
    return Material.read(built.path)


def proposition(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://w3id.org/foedus/proposition/{name}")


@pytest.mark.parametrize("name", NAMED)
def test_a_support_is_found_exactly_for_what_holds(material: Material, name: str) -> None:
    why = Why(material, NAMED[name])
    claims = read_claims(material.quads)
    held = holding(claims, NAMED[name], material.derivations.inferences).firmness
    for target in why.propositions:
        assert why.holds_because(target).holds == (target in held), target


def test_without_one_claim_of_each_support_it_is_gone_and_one_support_keeps_it(
    material: Material,
) -> None:
    why = Why(material, World())
    claims = read_claims(material.quads)
    inferences = material.derivations.inferences
    for target in why.propositions:
        found = why.holds_because(target)
        every = [frozenset(support) for support in found]
        if not every or found.is_capped:
            continue
        hitting = {sorted(support, key=str)[0] for support in every}
        less = [claim for claim in claims if claim.iri not in hitting]
        assert target not in holding(less, World(), inferences).firmness, target
        for support in every[:3]:
            only = [claim for claim in claims if claim.iri in support]
            assert target in holding(only, World(), inferences).firmness, target


def test_what_is_looked_up_is_what_a_build_has_read_and_derived(material: Material) -> None:
    recorded = Recorded(material, Terms(material.lexicon))
    claims, derivations = read_claims(material.quads), material.derivations
    assert [recorded.claim(claim.iri) for claim in claims] == claims
    assert recorded.denials() == [claim for claim in claims if claim.is_denied]
    assert recorded.undatable == sum(claim.report_date is None for claim in claims)
    graphs: dict[ox.NamedNode, set[Triple]] = {}
    for quad in material.quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name, set()).add(triple_of(quad))
    assert dict(Propositions(material, Terms(material.lexicon), {})) == {
        **graphs,
        **derivations.propositions,
    }
    for name in graphs.keys() | derivations.propositions.keys():
        assert list(recorded.claims_on(name)) == [it for it in claims if it.proposition == name]
        concluding = [it for it in derivations.inferences if it.concludes == name]
        assert list(recorded.concluding(name)) == sorted(concluding, key=lambda it: it.iri.value)
        assert recorded.claim(name) is None
    for inference in derivations.inferences:
        assert recorded.concluded_by(inference.iri) == inference.concludes
        assert not recorded.concluding(inference.iri)


def test_facts_are_those_outside_of_propositions(material: Material) -> None:
    facts: dict[tuple[Term, ox.NamedNode], set[Term]] = {}
    for quad in material.quads:
        if not is_proposition(quad.graph_name):
            subject, _, value = triple_of(quad)
            facts.setdefault((subject, quad.predicate), set()).add(value)
    recorded = Facts(material, Terms(material.lexicon))
    for (subject, predicate), values in facts.items():
        assert set(recorded.stated(subject, predicate)) == values
        assert set(recorded.entailed(subject, predicate)) >= values
    assert not recorded.stated(ox.NamedNode("urn:nothing"), RDF.type)
    assert not recorded.stated(ox.NamedNode("urn:nothing"), ox.NamedNode("urn:nothing"))


@pytest.mark.parametrize("suppose", ["", ATTACK, SUPPOSED])
def test_exactly_the_propositions_whose_closure_has_a_triple_contain_it(
    material: Material, suppose: str
) -> None:
    why = Why(material, read_parameters([("suppose", suppose)]))
    containing = why.containing
    records = [triple_of(it) for it in material.quads if not is_proposition(it.graph_name)]
    closure = LocalClosure(material.entailment, [*material.ontology, *records])
    expected: dict[Triple, set[ox.NamedNode]] = {}
    for name, triples in why.propositions.items():
        for triple in closure.closure(triples):
            expected.setdefault(triple, set()).add(name)
    always = {triple for triple in expected if containing.is_always(triple)}
    assert always < {*records, *material.entailment.closure([*material.ontology, *records])}
    for triple in expected.keys() - always:
        assert containing(triple) == expected[triple], triple
    for triple in [*expected][:50]:
        other = (triple[2], triple[1], triple[0])
        assert containing(other) == expected.get(other, set())


def test_what_every_world_has_rests_on_nothing(material: Material) -> None:
    why = Why(material, World())
    found = why.triple_because((read_term("state:russia"), RDF.type, FD.State))
    assert list(found) == [frozenset()]
    explanation = why.explain(found)
    assert as_text(explanation, why.wording("en")).startswith("This holds in every world")
    assert as_json(explanation, why.wording("de"))["isAlways"]
    assert "every world" in as_svg(explanation, why.wording("en"))


def test_a_world_that_contradicts_the_ontology_proves_nothing(material: Material) -> None:
    with pytest.raises(DataInconsistent, match="urn:e"):
        Why(
            material,
            read_parameters(
                [
                    (
                        "suppose",
                        f"GRAPH <urn:p> {{ <urn:e> a <{FD.State.value}>, <{FD.Attack.value}> }}",
                    )
                ]
            ),
        )


def test_hypotheses_of_several_threads_do_not_disturb_each_other(built: Snapshot) -> None:
    stores = WorldStores(built)
    whys = Whys(lambda: stores.material)
    worlds = [
        read_parameters([("suppose", ATTACK.replace("state:russia", f"state:{name}"))])
        for name in ("russia", "north-korea", "south-korea", "united-states")
    ]
    with ThreadPoolExecutor(8) as pool:
        opened = [pool.submit(stores.store, world) for world in worlds]
        proved = list(pool.map(lambda world: set(whys.why(world).propositions), worlds))
    for world, task, found in zip(worlds, opened, proved, strict=True):
        alone = Why(Material.read(built.path), world)
        assert found == set(alone.propositions)
        assert {name for name in task.result().named_graphs() if name in alone.propositions} == (
            found
        )
        assert whys.why(world) is whys.why(world)


def test_how_firm_it_is_is_what_the_world_says(material: Material) -> None:
    for name, world in NAMED.items():
        why = Why(material, world)
        claims = read_claims(material.quads)
        held = holding(claims, world, material.derivations.inferences).firmness
        for target in why.propositions:
            why.explain(why.holds_because(target))
            assert why.wording("en").firmness(target) == held.get(target), (name, target)


def test_a_triple_that_is_entailed_is_proved_down_to_the_passages(material: Material) -> None:
    visit = ox.NamedNode("https://w3id.org/foedus/id/event/choe-visit")
    why = Why(material, World())
    found = why.triple_because((visit, RDF.type, FD.Event))
    assert found.holds
    text = as_text(why.explain(found), why.wording("en"))
    assert "On a visit to Moscow Choe confirmed that North Korea stands behind Russia." in text
    assert "Digest on North Korea's support for Russia" in text
    assert not why.triple_because((visit, RDF.type, FD.Attack)).holds


def test_what_is_called_in_rests_on_the_pledge_and_the_supposed_attack(material: Material) -> None:
    why = Why(material, read_parameters([("suppose", ATTACK)]))
    due = [
        name
        for name, triples in why.propositions.items()
        if any(p == RDF.type and o == FD.DueObligation for _, p, o in triples)
    ]
    assert due
    texts = [as_text(why.explain(why.holds_because(it)), why.wording("de")) for it in due]
    assert any("Nordkorea versprach Russland Hilfe" in text for text in texts)
    for target in due:
        proofs = as_json(why.explain(why.holds_because(target)), why.wording("en"))
        assert "urn:attack" in str(proofs)


def test_what_names_nothing_is_refused(material: Material) -> None:
    with pytest.raises(NothingToProve, match="nothing"):
        Why(material, World()).holds_because(proposition("nothing"))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("state:russia", ox.NamedNode("https://w3id.org/foedus/id/state/russia")),
        ("https://example.org/x", ox.NamedNode("https://example.org/x")),
        ("<https://example.org/x>", ox.NamedNode("https://example.org/x")),
        ("a", RDF.type),
        ("6", ox.Literal(6)),
        ('"Präsident"', ox.Literal("Präsident")),
        ('"x"@de', ox.Literal("x", language="de")),
    ],
)
def test_a_term_is_read_as_a_person_writes_it(text: str, term: object) -> None:
    assert read_term(text) == term


@pytest.mark.parametrize("text", ["", "no term", '"open', "state:a b"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        read_term(text)
