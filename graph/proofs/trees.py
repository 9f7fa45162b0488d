"""Proofs as trees: a proposition, the inference to it, its premises, down to claims."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice, product

from pyoxigraph import NamedNode

from foedus.graph.proofs.search import Supports
from foedus.graph.proofs.slices import Slice, Step, bits
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


@dataclass(slots=True, eq=False)  # Not frozen: hundreds of thousands are made, in half the time.
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
        is_always: Whether the target holds in every world, without any claim or inference.
    """

    proofs: tuple[Proof, ...]
    count: int
    is_capped: bool
    is_always: bool = False


def explain(supports: Supports, at_most: int = 20) -> Explanation:
    """Prove the target by its first supports, ``at_most`` so many of them."""
    if supports.holds and not supports.slice.targets:
        return Explanation((), supports.count, supports.is_capped, is_always=True)
    prover = _Prover(supports.slice)
    proofs = chain.from_iterable(map(prover.proofs, supports.sets))
    return Explanation(tuple(islice(proofs, at_most)), supports.count, supports.is_capped)


class _Prover:
    """Builds proofs, each node that several of them have only once."""

    def __init__(self, part: Slice) -> None:
        self._part = part
        self._grounded: dict[tuple[int, NamedNode], Proof] = {}
        self._inferred: dict[tuple[int, tuple[Proof, ...]], Proof] = {}

    def proofs(self, factors: int) -> Iterator[Proof]:
        """Prove by each choice of one leaf from every factor.

        Which steps lead to the target is the same for all; what rests on no leaf that another
        choice changes is, too.
        """
        target, plan = self._plan(factors)
        alternatives = {1 << bit: self._part.factors[bit] for bit in reversed([*bits(factors)])}
        several = {bit for bit, leaves in alternatives.items() if len(leaves) > 1}
        changing: dict[int, Step | None] = {}
        for node, step in plan.items():
            reasons = self._part.given[node] if step is None else step.body
            if not (several if step is None else changing.keys()).isdisjoint(reasons):
                changing[node] = step
        made: dict[int, Proof] = {}
        for leaves in product(*alternatives.values()):
            chosen = dict(zip(alternatives, leaves, strict=True))
            for node, step in plan.items():
                if step is None:
                    made[node] = self._leaf(node, chosen)
                    continue
                premises = tuple([made[premise] for premise in step.body])
                key = step.number, premises
                proof = self._inferred.get(key)
                if proof is None:
                    iri = self._part.nodes[node].iri
                    proof = Proof(iri, Kind.INFERRED, premises, step.inference)
                    self._inferred[key] = proof
                made[node] = proof
            yield made[target]
            plan = changing

    def _plan(self, factors: int) -> tuple[int, dict[int, Step | None]]:
        """Give the first target that holds by these factors, and the steps to it in order."""
        plan: dict[int, Step | None] = {}
        for node, step in self._part.closure(factors).items():
            plan[node] = step
            if node in self._part.targets:
                return node, plan
        raise ValueError("these leaves support no target")

    def _leaf(self, node: int, chosen: Mapping[int, NamedNode]) -> Proof:
        iri, is_claim = self._part.nodes[node].iri, self._part.nodes[node].is_claim
        leaves = [chosen[bit] for bit in self._part.given[node] if bit in chosen]
        leaf = min(leaves, key=lambda it: (it == iri, it.value)) if len(leaves) > 1 else leaves[0]
        proof = self._grounded.get((node, leaf))
        if proof is None:
            if leaf != iri:
                proof = Proof(iri, Kind.ASSERTED, (Proof(leaf, Kind.CLAIM),))
            else:
                proof = Proof(iri, Kind.CLAIM if is_claim else Kind.SUPPOSED)
            self._grounded[node, leaf] = proof
        return proof
