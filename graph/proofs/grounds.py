"""What a world and a hypothesis offer for proofs: claims to rest on, and inferences to make."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Protocol, TypeVar

from pyoxigraph import NamedNode

from foedus.graph.worlds import Claim, Firmness, Inference, World

_Item = TypeVar("_Item")
_Named = TypeVar("_Named", Claim, Inference)


class Reasons(Protocol):
    """All claims and inferences there are, by what they make hold."""

    def claim(self, iri: NamedNode) -> Claim | None:
        """Give the claim of that name, if it is one."""
        ...

    def claims_on(self, proposition: NamedNode) -> Sequence[Claim]:
        """Give the claims on a proposition in the order of their IRIs."""
        ...

    def concluding(self, proposition: NamedNode) -> Sequence[Inference]:
        """Give the inferences that conclude a proposition in the order of their IRIs."""
        ...


class Listed:
    """Reasons from lists; and from others beside, which stay as they are."""

    def __init__(
        self,
        claims: Iterable[Claim],
        inferences: Iterable[Inference],
        beside: Reasons | None = None,
    ) -> None:
        self._beside = beside
        self._claims: dict[NamedNode, Claim] = {}
        self._claims_on: dict[NamedNode, list[Claim]] = {}
        self._concluding: dict[NamedNode, list[Inference]] = {}
        for proposition, some in _grouped((it.proposition, it) for it in claims).items():
            self._claims.update((it.iri, it) for it in some)
            known = beside.claims_on(proposition) if beside else ()
            self._claims_on[proposition] = _in_order([*known, *some])
        for proposition, found in _grouped((it.concludes, it) for it in inferences).items():
            recorded = beside.concluding(proposition) if beside else ()
            self._concluding[proposition] = _in_order([*recorded, *found])

    def claim(self, iri: NamedNode) -> Claim | None:
        """Give the claim of that name, if it is one."""
        found = self._claims.get(iri)
        return self._beside.claim(iri) if found is None and self._beside else found

    def claims_on(self, proposition: NamedNode) -> Sequence[Claim]:
        """Give the claims on a proposition in the order of their IRIs."""
        found = self._claims_on.get(proposition)
        if found is None:
            return self._beside.claims_on(proposition) if self._beside else ()
        return found

    def concluding(self, proposition: NamedNode) -> Sequence[Inference]:
        """Give the inferences that conclude a proposition in the order of their IRIs."""
        found = self._concluding.get(proposition)
        if found is None:
            return self._beside.concluding(proposition) if self._beside else ()
        return found


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
    _nodes: "dict[NamedNode, Node]" = field(default_factory=dict, init=False, compare=False)

    def node(self, iri: NamedNode) -> "Node":
        """Give a proposition, or a claim as a premise, with what it rests on."""
        found = self._nodes.get(iri)
        return self._nodes.setdefault(iri, self._made(iri)) if found is None else found

    def _made(self, iri: NamedNode) -> "Node":
        claim = self.reasons.claim(iri)
        if claim:
            return Node(self, iri, True, (iri,) if self.world.lets_in(claim) else (), ())
        if iri in self.excluded:
            return Node(self, iri, False, (), ())
        accepts = self.world.accepts
        leaves = [it.iri for it in self.reasons.claims_on(iri) if accepts(it)]
        if iri in self.supposed:
            leaves.append(iri)
        least = max(self.world.at_least, Firmness.POSSIBLE)
        firm_enough = [
            inference
            for inference in self.reasons.concluding(iri)
            if inference.firmness is None or inference.firmness >= least
        ]
        return Node(self, iri, False, tuple(leaves), tuple(firm_enough))


@dataclass(frozen=True, eq=False)
class Node:
    """A proposition, or a claim as a premise; one object for each, made when it is reached.

    Attributes:
        leaves: What makes a proposition hold at once: accepted claims, itself if it is supposed.
            A claim holds by itself where it is let in.
        inferences: Those that conclude the proposition and are firm enough.
    """

    grounds: Grounds
    iri: NamedNode
    is_claim: bool
    leaves: tuple[NamedNode, ...]
    inferences: tuple[Inference, ...]

    @cached_property
    def bodies(self) -> "tuple[tuple[Node, ...], ...]":
        """The premises of each inference, each once."""
        node = self.grounds.node
        return tuple([tuple(dict.fromkeys(map(node, it.premises))) for it in self.inferences])

    @cached_property
    def premises(self) -> "tuple[Node, ...]":
        """The premises of all inferences, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(self.bodies)))


def _grouped(pairs: Iterable[tuple[NamedNode, _Item]]) -> dict[NamedNode, list[_Item]]:
    groups: dict[NamedNode, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups


def _in_order(items: Iterable[_Named]) -> list[_Named]:
    """Put each once, in the order of the IRIs."""
    return sorted({it.iri: it for it in items}.values(), key=lambda it: it.iri.value)
