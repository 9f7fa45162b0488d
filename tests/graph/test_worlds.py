"""Which claims are let in and accepted, and what holds."""

from datetime import date

import pyoxigraph as ox
import pytest

from foedus.graph.load import Document
from foedus.graph.worlds import NAMED, Claim, Firmness, World, holding, read_claims


def name(text: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/{text}")


def claim(
    iri: str,
    *,
    on: str = "p",
    firmness: Firmness = Firmness.CERTAIN,
    is_denied: bool = False,
    is_authors_own: bool = False,
    sources: tuple[str, ...] = ("holder", "document"),
    report_date: date | None = None,
) -> Claim:
    return Claim(
        iri=name(iri),
        proposition=name(on),
        firmness=firmness,
        is_denied=is_denied,
        is_authors_own=is_authors_own,
        sources=frozenset(map(name, sources)),
        report_date=report_date,
    )


@pytest.mark.parametrize(
    ("firmness", "in_reported", "in_possible"),
    [
        (Firmness.CERTAIN, True, True),
        (Firmness.PROBABLE, True, True),
        (Firmness.POSSIBLE, False, True),
        (Firmness.UNCOMMITTED, False, False),
    ],
)
def test_a_world_accepts_what_is_firm_enough_and_never_a_mention(
    firmness: Firmness, in_reported: bool, in_possible: bool
) -> None:
    one = claim("c", firmness=firmness)
    assert NAMED["reported"].accepts(one) is in_reported
    assert NAMED["possible"].accepts(one) is in_possible


def test_a_mention_is_accepted_at_no_threshold() -> None:
    mention = claim("c", firmness=Firmness.UNCOMMITTED)
    assert not World(at_least=Firmness.UNCOMMITTED).accepts(mention)


def test_a_denial_makes_nothing_hold() -> None:
    assert holding([claim("c", is_denied=True)], World()).firmness == {}


def test_a_proposition_is_as_firm_as_its_firmest_accepted_claim() -> None:
    claims = [claim("a", firmness=Firmness.PROBABLE), claim("b"), claim("c", is_denied=True)]
    held = holding(claims, World())
    assert held.firmness == {name("p"): Firmness.CERTAIN}
    assert held.accepted == {name("a"), name("b")}


def test_undisputed_drops_what_a_let_in_claim_denies() -> None:
    claims = [claim("a"), claim("d", is_denied=True, sources=("denier",)), claim("q", on="q")]
    assert holding(claims, World(is_undisputed=True)).firmness.keys() == {name("q")}
    without_denier = World(is_undisputed=True, disbelieve=frozenset({name("denier")}))
    assert holding(claims, without_denier).firmness.keys() == {name("p"), name("q")}


def test_sober_takes_only_what_the_author_holds() -> None:
    claims = [claim("a", is_authors_own=True), claim("b", on="q")]
    assert holding(claims, NAMED["sober"]).firmness.keys() == {name("p")}


def test_an_undated_claim_is_known_in_no_dated_world() -> None:
    day = date(2024, 10, 22)
    claims = [
        claim("undated"),
        claim("same-day", on="q", report_date=day),
        claim("later", on="r", report_date=date(2024, 10, 23)),
    ]
    assert holding(claims, World(as_of=day)).firmness.keys() == {name("q")}


def test_disbelief_in_a_source_wins_over_belief_in_another() -> None:
    one = claim("a", sources=("holder", "publisher", "document"))
    believe = frozenset({name("publisher")})
    assert World(believe=believe).accepts(one)
    assert not World(believe=believe, disbelieve=frozenset({name("holder")})).accepts(one)
    assert not World(believe=frozenset({name("other")})).accepts(one)


def test_the_publishers_of_a_chain_are_sources_of_its_claim(
    documents: dict[str, Document],
) -> None:
    claims = {
        c.iri.value.rpartition("/")[2]: c
        for c in read_claims(documents["support-for-russia"].quads)
    }
    agent = "https://w3id.org/foedus/id/agent/"
    assert claims["2b"].sources == {
        ox.NamedNode(agent + "choe-son-hui"),
        ox.NamedNode(agent + "frankfurter-allgemeine-zeitung"),
        documents["support-for-russia"].iri,
    }
    assert claims["2b"].report_date == date(2024, 11, 20)
    assert claims["1a"].is_authors_own
    assert claims["1a"].report_date is None


def test_with_the_supplement_disbelieved_all_is_as_without_it(
    documents: dict[str, Document],
) -> None:
    supplement = documents["treaties-and-resolutions"]
    digests = [d for d in documents.values() if d is not supplement]
    without = read_claims(quad for document in digests for quad in document.quads)
    everything = read_claims(quad for document in documents.values() for quad in document.quads)
    for world in NAMED.values():
        disbelieving = World(
            world.at_least,
            world.is_undisputed,
            world.is_sober,
            None,
            disbelieve=frozenset({supplement.iri}),
        )
        assert holding(everything, disbelieving) == holding(without, world)
    added = holding(everything, World()).firmness.keys() - holding(without, World()).firmness.keys()
    assert len(added) >= 15
