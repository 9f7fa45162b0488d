"""What a world and a hypothesis offer for proofs: claims to rest on, and inferences to make."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import NamedNode

from foedus.graph.worlds import Claim, Firmness, Inference, World

_Item = TypeVar("_Item")


class Reasons:
    """All claims and inferences of a snapshot, by what they make hold; made once."""

    def __init__(self, claims: Iterable[Claim], inferences: Iterable[Inference]) -> None:
        self.claims: dict[NamedNode, Claim] = {}
        self._claims_on: dict[NamedNode, list[Claim]] = {}
        self._concluding: dict[NamedNode, list[Inference]] = {}
        self._add(claims, inferences)

    def claims_on(self, proposition: NamedNode) -> Sequence[Claim]:
        """Give the claims on a proposition in the order of their IRIs."""
        return self._claims_on.get(proposition, ())

    def concluding(self, proposition: NamedNode) -> Sequence[Inference]:
        """Give the inferences that conclude a proposition in the order of their IRIs."""
        return self._concluding.get(proposition, ())

    def extended(self, claims: Iterable[Claim], inferences: Iterable[Inference]) -> "Reasons":
        """Add what a hypothesis brings; this object stays as it is."""
        both = Reasons((), ())
        both.claims = dict(self.claims)
        both._claims_on = dict(self._claims_on)
        both._concluding = dict(self._concluding)
        both._add(claims, inferences)
        return both

    def _add(self, claims: Iterable[Claim], inferences: Iterable[Inference]) -> None:
        on = _grouped((claim.proposition, claim) for claim in claims)
        concluding = _grouped((inference.concludes, inference) for inference in inferences)
        for proposition, some in on.items():
            self.claims.update((claim.iri, claim) for claim in some)
            claims_on = {c.iri: c for c in (*self.claims_on(proposition), *some)}
            self._claims_on[proposition] = sorted(claims_on.values(), key=lambda c: c.iri.value)
        for proposition, found in concluding.items():
            inferences_of = {i.iri: i for i in (*self.concluding(proposition), *found)}
            self._concluding[proposition] = sorted(
                inferences_of.values(), key=lambda i: i.iri.value
            )


@dataclass(frozen=True)
class Grounds:
    """A world with a hypothesis.

    Attributes:
        excluded: Propositions that do not hold, whatever supports them: those that the hypothesis
            denies and, in a world without disputes, the disputed ones; `worlds` knows which.
        supposed: Propositions that the hypothesis has; of these only what is not excluded holds.
    """

    reasons: Reasons
    world: World
    excluded: Set[NamedNode]
    supposed: Set[NamedNode] = frozenset()

    def leaves(self, proposition: NamedNode) -> list[NamedNode]:
        """Give what makes the proposition hold at once: accepted claims, itself if supposed."""
        if proposition in self.excluded:
            return []
        accepts = self.world.accepts
        found = [c.iri for c in self.reasons.claims_on(proposition) if accepts(c)]
        return [*found, proposition] if proposition in self.supposed else found

    def inferences(self, proposition: NamedNode) -> list[Inference]:
        """Give the inferences of the proposition that are firm enough."""
        concluding = self.reasons.concluding(proposition)
        if not concluding or proposition in self.excluded:
            return []
        least = max(self.world.at_least, Firmness.POSSIBLE)
        return [
            inference
            for inference in concluding
            if inference.firmness is None or inference.firmness >= least
        ]

    def admits(self, premise: NamedNode) -> bool:
        """Tell whether the premise is a proposition or a claim that is let in."""
        claim = self.reasons.claims.get(premise)
        return claim is None or self.world.lets_in(claim)


def _grouped(pairs: Iterable[tuple[NamedNode, _Item]]) -> dict[NamedNode, list[_Item]]:
    groups: dict[NamedNode, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups
