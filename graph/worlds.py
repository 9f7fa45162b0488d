"""Worlds: which claims are let in and accepted, and which propositions hold.

A claim is *let in* by date and source; it is *accepted* if it is let in, affirmed and firm enough.
A proposition *holds* if an accepted claim stands on it. (Inferences join in with the rules.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Final

import pyoxigraph as ox

from foedus.graph.hypotheses import Hypothesis
from foedus.graph.names import FD, FIRMNESS, POLARITY
from foedus.graph.terms import Term
from foedus.ontology.errors import FoedusError


class DataInconsistent(FoedusError):
    """What holds in a world contradicts the ontology; ``contradictions`` has a line for each."""

    def __init__(self, contradictions: Sequence[str]) -> None:
        super().__init__("the data contradict the ontology: " + "; ".join(contradictions))
        self.contradictions = tuple(contradictions)


class Firmness(IntEnum):
    """How firmly a holder stands by a claim; the order is that of firmness."""

    UNCOMMITTED = 0
    POSSIBLE = 1
    PROBABLE = 2
    CERTAIN = 3

    @property
    def concept(self) -> ox.NamedNode:
        """The concept of the scheme ``firmness``."""
        return FIRMNESS[self.name.lower()]


_FIRMNESS: Final = {level.concept: level for level in Firmness}


@dataclass(frozen=True)
class Claim:
    """What decides whether a claim is accepted; ``sources`` are holder, publishers, document."""

    iri: ox.NamedNode
    proposition: ox.NamedNode
    firmness: Firmness
    is_denied: bool
    is_authors_own: bool
    sources: frozenset[ox.NamedNode]
    report_date: date | None


@dataclass(frozen=True)
class World:
    """A choice of what to let in and to accept. The default is the world *reported*.

    Attributes:
        at_least: How firm a claim must be to be accepted.
        is_undisputed: Whether what a let-in claim denies does not hold.
        is_sober: Whether only claims that a document's author holds are accepted.
        as_of: The last day of reports that are let in.
        believe: Holders, publishers in the chain, documents; if any, only theirs are let in.
        disbelieve: The same, whose claims are not let in; this wins.
        suppose: A hypothesis, as `hypotheses.canonical` writes it.
    """

    at_least: Firmness = Firmness.PROBABLE
    is_undisputed: bool = False
    is_sober: bool = False
    as_of: date | None = None
    believe: frozenset[ox.NamedNode] = field(default_factory=frozenset)
    disbelieve: frozenset[ox.NamedNode] = field(default_factory=frozenset)
    suppose: str = ""

    def lets_in(self, claim: Claim) -> bool:
        """Tell whether date and sources admit the claim; what is undated is in no dated world."""
        if self.as_of and (claim.report_date is None or claim.report_date > self.as_of):
            return False
        if self.believe and not self.believe & claim.sources:
            return False
        return not self.disbelieve & claim.sources

    def accepts(self, claim: Claim) -> bool:
        """Tell whether the claim makes its proposition hold, disputes aside."""
        return (
            not claim.is_denied
            and claim.firmness >= max(self.at_least, Firmness.POSSIBLE)
            and (claim.is_authors_own or not self.is_sober)
            and self.lets_in(claim)
        )


NAMED: Final[Mapping[str, World]] = {
    "reported": World(),
    "sober": World(is_sober=True),
    "undisputed": World(is_undisputed=True),
    "possible": World(at_least=Firmness.POSSIBLE),
}


@dataclass(frozen=True)
class Holding:
    """What holds in a world: the accepted claims, and each proposition with its firmness."""

    accepted: frozenset[ox.NamedNode]
    firmness: Mapping[ox.NamedNode, Firmness]


def holding(claims: Iterable[Claim], world: World, hypothesis: Hypothesis | None = None) -> Holding:
    """Compute which propositions hold; each is as firm as its firmest accepted claim.

    What is supposed holds for certain; what a hypothesis denies does not hold whatever supports it.
    """
    claims = list(claims)
    accepted = [claim for claim in claims if world.accepts(claim)]
    denied = {c.proposition for c in claims if c.is_denied and world.lets_in(c)}
    excluded = denied if world.is_undisputed else set[ox.NamedNode]()
    supposed: Iterable[ox.NamedNode] = ()
    if hypothesis:
        excluded = (excluded - hypothesis.holds.keys()) | hypothesis.denied
        supposed = hypothesis.holds
    firmness: dict[ox.NamedNode, Firmness] = dict.fromkeys(supposed, Firmness.CERTAIN)
    for claim in accepted:
        if claim.proposition not in excluded:
            known = firmness.get(claim.proposition, Firmness.UNCOMMITTED)
            firmness[claim.proposition] = max(known, claim.firmness)
    return Holding(frozenset(claim.iri for claim in accepted), firmness)


def read_claims(quads: Iterable[ox.Quad]) -> list[Claim]:
    """Take the claims out of gated quads, in the order of their IRIs."""
    facts: dict[Term, dict[ox.NamedNode, Term]] = {}
    for quad in quads:
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            facts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    claims = [
        _claim(subject, properties, facts)
        for subject, properties in facts.items()
        if FD.onProposition in properties and isinstance(subject, ox.NamedNode)
    ]
    return sorted(claims, key=lambda claim: claim.iri.value)


def _claim(
    iri: ox.NamedNode,
    properties: Mapping[ox.NamedNode, Term],
    facts: Mapping[Term, Mapping[ox.NamedNode, Term]],
) -> Claim:
    holder = properties[FD.heldBy]
    document = properties[FD.isStatedIn]
    sources = {holder, document}
    report = properties.get(FD.isReportedBy)
    while report is not None:
        sources.add(facts[report][FD.isPublishedBy])
        report = facts[report].get(FD.isReportedBy)
    day = properties.get(FD.reportDate)
    proposition = properties[FD.onProposition]
    firmness = properties[FD.firmness]
    assert isinstance(proposition, ox.NamedNode)
    assert isinstance(firmness, ox.NamedNode)
    return Claim(
        iri=iri,
        proposition=proposition,
        firmness=_FIRMNESS[firmness],
        is_denied=properties.get(FD.polarity) == POLARITY.denied,
        is_authors_own=facts[document].get(FD.hasAuthor) == holder,
        sources=frozenset(s for s in sources if isinstance(s, ox.NamedNode)),
        report_date=date.fromisoformat(day.value) if day is not None else None,
    )
