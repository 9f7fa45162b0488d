"""Worlds: which claims are let in and accepted, and which propositions hold.

A claim is *let in* by date and source; it is *accepted* if it is let in, affirmed and firm enough.
A proposition *holds* if an accepted claim stands on it, or if one of its inferences has premises
that all hold (a claim as premise: is let in) and is firm enough: the least fixpoint.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Final

import pyoxigraph as ox

from foedus.graph.hypotheses import Hypothesis
from foedus.graph.names import FD, FIRMNESS, POLARITY
from foedus.graph.terms import Term, Triple
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import PREFIXES

CONTAINMENT: Final = ox.NamedNode(PREFIXES["rule"] + "containment")
"""The rule of inferences from a proposition to one that its graph contains."""


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
class Inference:
    """One derivation of one proposition.

    Attributes:
        premises: Propositions and claims, in the order of their names.
        firmness: How firm the conclusion is at most; none if as firm as its weakest premise.
    """

    iri: ox.NamedNode
    rule: ox.NamedNode
    concludes: ox.NamedNode
    premises: tuple[ox.NamedNode, ...]
    firmness: Firmness | None


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


def holding(
    claims: Iterable[Claim],
    world: World,
    inferences: Iterable[Inference] = (),
    hypothesis: Hypothesis | None = None,
) -> Holding:
    """Compute which propositions hold, and how firmly: by the best proof, its weakest premise.

    What is supposed holds for certain; what `excluded` lists does not hold whatever supports it.
    Linear in the size of claims and inferences.

    Source: Dowling and Gallier 1984, algorithm 2; the firmest first, as Knuth 1977 does.
    """
    claims, inferences = list(claims), list(inferences)
    accepted = [claim for claim in claims if world.accepts(claim)]
    barred = excluded(claims, world, inferences, hypothesis)
    known = {claim.iri for claim in claims}
    let_in = {claim.iri for claim in claims if world.lets_in(claim)}
    found: dict[Firmness, list[ox.NamedNode]] = {level: [] for level in Firmness}
    found[Firmness.CERTAIN].extend(hypothesis.holds if hypothesis else ())
    for claim in accepted:
        found[claim.firmness].append(claim.proposition)
    waiting: dict[int, int] = {}
    uses: defaultdict[ox.NamedNode, list[int]] = defaultdict(list)
    for number, inference in enumerate(inferences):
        premises = set(inference.premises)
        if premises & known <= let_in:
            waiting[number] = len(premises - known)
            for premise in premises - known:
                uses[premise].append(number)
            if not waiting[number]:
                found[_ceiling(inference, Firmness.CERTAIN)].append(inference.concludes)
    firmness: dict[ox.NamedNode, Firmness] = {}
    for level in range(Firmness.CERTAIN, max(world.at_least, Firmness.POSSIBLE) - 1, -1):
        agenda = found[Firmness(level)]
        while agenda:
            proposition = agenda.pop()
            if proposition in firmness or proposition in barred:
                continue
            firmness[proposition] = Firmness(level)
            for number in uses[proposition]:
                waiting[number] -= 1
                if not waiting[number]:
                    inference = inferences[number]
                    found[_ceiling(inference, Firmness(level))].append(inference.concludes)
    return Holding(frozenset(claim.iri for claim in accepted), firmness)


def _ceiling(inference: Inference, weakest: Firmness) -> Firmness:
    return weakest if inference.firmness is None else min(weakest, inference.firmness)


def excluded(
    claims: Iterable[Claim],
    world: World,
    inferences: Iterable[Inference] = (),
    hypothesis: Hypothesis | None = None,
) -> set[ox.NamedNode]:
    """List the propositions that do not hold whatever supports them.

    Those are what a hypothesis denies and, where the world is undisputed, what a let-in claim
    denies and what contains that, unless it is supposed.
    """
    disputed = _disputed(claims, world, inferences) if world.is_undisputed else set()
    return disputed - hypothesis.holds.keys() | hypothesis.denied if hypothesis else disputed


def _disputed(
    claims: Iterable[Claim], world: World, inferences: Iterable[Inference]
) -> set[ox.NamedNode]:
    """List what is denied and what contains it; each pair of containment has its inference."""
    denied = {claim.proposition for claim in claims if claim.is_denied and world.lets_in(claim)}
    containing = {
        inference.premises[0]
        for inference in inferences
        if inference.rule == CONTAINMENT and inference.concludes in denied
    }
    return denied | containing


def read_claims(quads: Iterable[ox.Quad]) -> list[Claim]:
    """Take the claims out of gated quads, in the order of their IRIs."""
    return claims_among(
        (quad.subject, quad.predicate, quad.object)
        for quad in quads
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple)
    )


def claims_among(triples: Iterable[Triple]) -> list[Claim]:
    """Take the claims out of gated triples; those of `CLAIM_PROPERTIES` are enough."""
    facts: dict[Term, dict[Term, Term]] = {}
    for subject, predicate, value in triples:
        facts.setdefault(subject, {})[predicate] = value
    claims = [
        _claim(subject, properties, facts)
        for subject, properties in facts.items()
        if FD.onProposition in properties and isinstance(subject, ox.NamedNode)
    ]
    return sorted(claims, key=lambda claim: claim.iri.value)


CLAIM_PROPERTIES: Final = (
    FD.firmness,
    FD.hasAuthor,
    FD.heldBy,
    FD.isPublishedBy,
    FD.isReportedBy,
    FD.isStatedIn,
    FD.onProposition,
    FD.polarity,
    FD.reportDate,
)


def _claim(
    iri: ox.NamedNode,
    properties: Mapping[Term, Term],
    facts: Mapping[Term, Mapping[Term, Term]],
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
