"""Proofs as trees: a proposition, the inference to it, its premises, down to claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from pyoxigraph import NamedNode

from foedus.graph.proofs.search import Support, Supports
from foedus.graph.proofs.slices import Slice
from foedus.graph.worlds import Inference


class Kind(StrEnum):
    """Why a node of a proof holds."""

    CLAIM = "claim"
    """It is a claim that is let in."""
    ASSERTED = "asserted"
    """An accepted claim stands on the proposition."""
    SUPPOSED = "supposed"
    """The hypothesis has the proposition."""
    INFERRED = "inferred"
    """An inference concludes the proposition."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A node of a proof, and what it rests on; of an asserted proposition that is its claim.

    A node that several others rest on is one object, so this may be less of a tree than a net.
    """

    iri: NamedNode
    kind: Kind
    premises: "tuple[Proof, ...]" = ()
    inference: Inference | None = None

    def steps(self) -> Iterator["Proof"]:
        """Give each node once, premises before what rests on them, the conclusion last."""
        seen = {self}
        path = [(self, iter(self.premises))]
        while path:
            node, premises = path[-1]
            below = next((premise for premise in premises if premise not in seen), None)
            if below is None:
                path.pop()
                yield node
            else:
                seen.add(below)
                path.append((below, iter(below.premises)))


@dataclass(frozen=True)
class Row:
    """A node of a proof where an indented tree has it.

    Attributes:
        depth: How many conclusions it is below; 0 is the conclusion of the proof.
        is_repeated: Whether its premises are not shown below it, but where it came up first.
    """

    node: Proof
    depth: int
    is_repeated: bool


def rows(proof: Proof) -> Iterator[Row]:
    """Give a proof line by line, each conclusion before its premises; however deep it is."""
    explained: set[Proof] = set()
    agenda = [(proof, 0)]
    while agenda:
        node, depth = agenda.pop()
        yield Row(node, depth, node in explained)
        if node.premises and node not in explained:
            explained.add(node)
            agenda += [(premise, depth + 1) for premise in reversed(node.premises)]


@dataclass(frozen=True)
class Explanation:
    """Proofs of one target, one for each minimal support that is shown.

    Attributes:
        count: How many minimal supports are known.
        is_capped: Whether there may be more than are known.
    """

    proofs: tuple[Proof, ...]
    count: int
    is_capped: bool


def explain(supports: Supports, at_most: int = 20) -> Explanation:
    """Prove the target by its first supports, ``at_most`` so many of them."""
    proofs = tuple(prove(supports.slice, support) for support in islice(supports, at_most))
    return Explanation(proofs, supports.count, supports.is_capped)


def prove(part: Slice, support: Support) -> Proof:
    """Build the proof that needs the fewest rounds of inferences from the leaves of a support.

    Raises:
        ValueError: these leaves do not support any of the targets.
    """
    factors = 0
    for bit, leaves in enumerate(part.factors):
        if support.intersection(leaves):
            factors |= 1 << bit
    proofs: dict[int, Proof] = {}
    for node, step in part.closure(factors).items():
        iri = part.nodes[node]
        if step is not None:
            premises = tuple(proofs[premise] for premise in step.body)
            proofs[node] = Proof(iri, Kind.INFERRED, premises, step.inference)
        else:
            proofs[node] = _leaf(part, node, support)
        if node in part.targets:
            return proofs[node]
    raise ValueError("these leaves support no target")


def _leaf(part: Slice, node: int, support: Support) -> Proof:
    iri = part.nodes[node]
    leaves = [leaf for bit in part.given_by(node) for leaf in part.factors[bit] if leaf in support]
    claims = [leaf for leaf in leaves if leaf != iri]
    if claims:
        return Proof(iri, Kind.ASSERTED, (Proof(min(claims, key=_value), Kind.CLAIM),))
    return Proof(iri, Kind.CLAIM if part.is_claim(node) else Kind.SUPPOSED)


def _value(iri: NamedNode) -> str:
    return iri.value
