"""The part of all derivations that can bear on some targets, in numbers and bits.

Leaves that no proof can tell apart make one *factor*, a bit: the accepted claims on a proposition
and its supposition. A claim that is a premise itself is a factor of its own. So the factors are
disjoint, and sets of them are minimal exactly when the sets of leaves that they stand for are.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from foedus.graph.hypotheses import Hypothesis
from foedus.graph.proofs.grounds import Grounds, Node
from foedus.graph.terms import Triple
from foedus.graph.worlds import Claim, Firmness, Inference, holding

Factor: TypeAlias = tuple[NamedNode, ...]
"""Leaves of which any one will do."""


class Step(NamedTuple):
    """An inference over numbered nodes; ``body`` has each premise once."""

    number: int
    head: int
    body: tuple[int, ...]
    inference: Inference


class Slice:
    """Nodes are propositions and claims as premises, numbered so that premises come first.

    Where derivations go round in circles, that order is not possible within a circle, but the
    whole circle still comes before what rests on it.
    """

    def __init__(self, grounds: Grounds, targets: Sequence[NamedNode]) -> None:
        self.nodes = _reach(grounds, targets)
        number = {node: n for n, node in enumerate(self.nodes)}
        self.targets = tuple([number[grounds.node(target)] for target in targets])
        self.factors: list[Factor] = []
        """By their bits. The first in the order of IRIs has the highest, so that of two sets of
        one size the greater number is the one to show first."""
        self._grounded: list[tuple[int, list[int]]] = []
        """Each factor with the nodes that it makes hold."""
        self.given: list[list[int]] = [[] for _ in self.nodes]
        """For each node, the factors that make it hold, as sets of one bit."""
        self.concluding: list[list[Step]] = [[] for _ in self.nodes]
        self.using: list[list[Step]] = [[] for _ in self.nodes]
        self.axioms: list[Step] = []
        self._sizes: list[int] = []
        self._find_factors()
        for head, node in enumerate(self.nodes):
            for inference, premises in zip(node.inferences, node.bodies, strict=True):
                body = tuple([number[premise] for premise in premises])
                step = Step(len(self._sizes), head, body, inference)
                self._sizes.append(len(body))
                self.concluding[head].append(step)
                for premise in body:
                    self.using[premise].append(step)
                if not body:
                    self.axioms.append(step)

    def closure(self, factors: int) -> dict[int, Step | None]:
        """Tell which nodes hold by these factors, in order, each with the first step to it."""
        reached: dict[int, Step | None] = {}
        for bit, nodes in self._grounded:
            if bit & factors:
                reached.update(dict.fromkeys(nodes))
        for step in self.axioms:
            reached.setdefault(step.head, step)
        agenda = list(reached)
        missing = self._sizes.copy()
        for node in agenda:
            for step in self.using[node]:
                number, head, _, _ = step
                missing[number] -= 1
                if not missing[number] and head not in reached:
                    reached[head] = step
                    agenda.append(head)
        return reached

    def needed(self, reached: Collection[int], factors: int) -> int:
        """Tell without which of the factors no target would hold, given what they reach.

        What a node needs is what all of its reasons need, and a step needs what any premise
        needs: the greatest fixpoint.
        """
        needs = dict.fromkeys(sorted(reached), factors)
        is_changed = True
        while is_changed:
            is_changed = False
            for node, known in needs.items():
                need = known
                for mask in self.given[node]:
                    if mask & factors:
                        need &= mask
                for step in self.concluding[node]:
                    if all(premise in needs for premise in step.body):
                        of_step = 0
                        for premise in step.body:
                            of_step |= needs[premise]
                        need &= of_step
                if need != known:
                    needs[node] = need
                    is_changed = True
        for target in self.targets:
            factors &= needs.get(target, factors)
        return factors

    def _find_factors(self) -> None:
        alone = {
            node.iri: [n] for n, node in enumerate(self.nodes) if node.is_claim and node.leaves
        }
        found: list[tuple[Factor, list[int]]] = [((leaf,), nodes) for leaf, nodes in alone.items()]
        for n, node in enumerate(self.nodes):
            if node.is_claim or not node.leaves:
                continue
            for leaf in node.leaves:
                if leaf in alone:
                    alone[leaf].append(n)
            alike = tuple([leaf for leaf in node.leaves if leaf not in alone])
            if alike:
                found.append((alike, [n]))
        self.factors += sorted([it for it, _ in found], key=lambda it: it[0].value, reverse=True)
        bit = {leaves[0]: 1 << n for n, leaves in enumerate(self.factors)}
        for leaves, nodes in found:
            self._grounded.append((bit[leaves[0]], nodes))
            for place in nodes:
                self.given[place].append(bit[leaves[0]])


def firmness(grounds: Grounds, targets: Sequence[NamedNode]) -> dict[NamedNode, Firmness]:
    """Tell how firmly the targets hold, and all propositions that can bear on them."""
    reasons, world = grounds.reasons, replace(grounds.world, is_undisputed=False)
    nodes = _reach(grounds, targets)
    claims: dict[NamedNode, Claim] = {}
    for node in nodes:
        claim = reasons.claim(node.iri)
        claims.update((it.iri, it) for it in ((claim,) if claim else reasons.claims_on(node.iri)))
    supposed = {node.iri: frozenset[Triple]() for node in nodes if node.iri in grounds.supposed}
    hypothesis = Hypothesis(supposed, frozenset(grounds.excluded))
    inferences = chain.from_iterable([node.inferences for node in nodes])
    return dict(holding(claims.values(), world, inferences, hypothesis).firmness)


def bits(mask: int) -> Iterator[int]:
    """Give the numbers of the bits that are set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _reach(grounds: Grounds, targets: Sequence[NamedNode]) -> list[Node]:
    """Go from the targets to all premises, and put each node behind those that it rests on."""
    reached: set[Node] = set()
    ordered: list[Node] = []
    for target in map(grounds.node, targets):
        if target in reached:
            continue
        reached.add(target)
        path = [(target, iter(target.premises))]
        while path:
            node, premises = path[-1]
            for below in premises:
                if below not in reached:
                    reached.add(below)
                    path.append((below, iter(below.premises)))
                    break
            else:
                path.pop()
                ordered.append(node)
    return ordered
