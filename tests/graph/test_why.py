"""Proofs on the real graph: what each line rests on."""

import pyoxigraph as ox
import pytest

from foedus.graph.descriptions import read_parameters
from foedus.graph.material import Material
from foedus.graph.names import FD, RDF
from foedus.graph.proofs import as_json, as_text
from foedus.graph.snapshot import Snapshot
from foedus.graph.terms import read_term
from foedus.graph.why import NothingToProve, Why
from foedus.graph.worlds import NAMED, World, holding, read_claims
from foedus.ontology.errors import InputRefused

ATTACK = """
@prefix fd: <https://w3id.org/foedus/ont/> . @prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <urn:attack> { <urn:e> a fd:Attack ;
  fd:hasAttacker state:ukraine ; fd:hasTarget state:russia }
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
