"""All minimal supports of a proposition, or of a triple that several propositions contain.

A support is a set of leaves (accepted claims, claims let in as premises, suppositions) that makes
its target hold, and of which none can be spared. Each node gets its minimal sets of factors from
those of its premises, until nothing changes: the least fixpoint, so that circles prove nothing.
Their number explodes in general: what goes beyond a limit is left out, and the result says so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import product
from math import prod
from typing import Final, TypeAlias

from pyoxigraph import NamedNode

from foedus.graph.proofs.grounds import Grounds
from foedus.graph.proofs.slices import Factor, Slice, bits
from foedus.graph.terms import Triple

Support: TypeAlias = frozenset[NamedNode]
"""IRIs of claims, and of propositions that are supposed."""

_WIDTHS: Final = (8, 64)


@dataclass(frozen=True)
class Limit:
    """How many supports (as products of factors) to find, and for how many comparisons of sets.

    Of what holds, one support is always found.
    """

    supports: int = 500
    work: int = 2_000_000


@dataclass(frozen=True, eq=False)
class Supports:
    """The minimal supports of a target, smallest first, then in the order of their IRIs.

    Attributes:
        sets: Sets of factors, as bits of numbers: a choice of one leaf from each is a support.
        is_capped: Whether a limit was met; these are then some of the minimal supports only.
    """

    slice: Slice
    sets: tuple[int, ...]
    is_capped: bool

    @property
    def holds(self) -> bool:
        """Whether the target holds."""
        return bool(self.sets)

    @property
    def count(self) -> int:
        """How many minimal supports these are when multiplied out."""
        factors = self.slice.factors
        several = sum(1 << bit for bit, leaves in enumerate(factors) if len(leaves) > 1)
        return sum([prod([len(factors[it]) for it in bits(mask & several)]) for mask in self.sets])

    @property
    def factored(self) -> Iterator[tuple[Factor, ...]]:
        """The factors of each set, in the order of their IRIs."""
        factors = self.slice.factors
        for mask in self.sets:
            yield tuple([factors[bit] for bit in bits(mask)][::-1])

    def __iter__(self) -> Iterator[Support]:
        for factors in self.factored:
            for leaves in product(*factors):
                yield frozenset(leaves)


def supports(grounds: Grounds, target: NamedNode, limit: Limit | None = None) -> Supports:
    """Find all minimal supports of a proposition (or of a claim: itself, if it is let in)."""
    return supports_of_any(grounds, (target,), limit)


def supports_of_triple(
    grounds: Grounds,
    triple: Triple,
    containing: Callable[[Triple], Iterable[NamedNode]],
    limit: Limit | None = None,
) -> Supports:
    """Find all minimal supports of a triple; ``containing`` gives the propositions that have it."""
    return supports_of_any(grounds, containing(triple), limit)


def supported_by_nothing(grounds: Grounds) -> Supports:
    """Give the one minimal support, which is empty, of what holds without any claim."""
    return Supports(Slice(grounds, ()), (0,), False)


def supports_of_any(
    grounds: Grounds, targets: Iterable[NamedNode], limit: Limit | None = None
) -> Supports:
    """Find all minimal supports of what holds if one of the targets does."""
    part = Slice(grounds, sorted(set(targets), key=lambda target: target.value))
    search = _Search(part, limit or Limit())
    return Supports(part, tuple(search.run()), search.is_capped)


class _Exhausted(Exception):
    """The work that the limit allows is done."""


class _Search:
    """One run; ``chains`` has the minimal sets of factors of each node, as bits of a number.

    Nodes get few sets at first, then more: however early the work ends, something is there.
    """

    def __init__(self, part: Slice, limit: Limit) -> None:
        self.is_capped = False
        self._part = part
        self._most = max(limit.supports, 1)
        self._left = self._left_to_shrink = limit.work
        self._width = 0
        self._chains: list[list[int]] = [[] for _ in part.nodes]

    def run(self) -> list[int]:
        self._seed()
        targets = self._part.targets
        found = next((self._chains[target] for target in targets if self._chains[target]), [])
        try:
            for width in sorted({min(width, self._most) for width in (*_WIDTHS, self._most)}):
                self._width = width
                self.is_capped = False
                self._settle()
                found = self._smallest({m for target in targets for m in self._chains[target]})
                if not self.is_capped:
                    return found
        except _Exhausted:
            self.is_capped = True
        return self._shrunk(found)

    def _seed(self) -> None:
        """Give each node that holds one set of factors."""
        for node, step in self._part.closure((1 << len(self._part.factors)) - 1).items():
            mask = 0
            for premise in step.body if step else ():
                mask |= self._chains[premise][0]
            self._chains[node] = [mask if step else self._part.given[node][0]]

    def _settle(self) -> None:
        """Pass sets on from premises to conclusions until nothing changes."""
        part, chains = self._part, self._chains
        # Where one factor is all there is, it is there from the start.
        agenda = [
            node for node, steps in enumerate(part.concluding) if steps or len(part.given[node]) > 1
        ]
        waiting = set(agenda)
        while agenda:
            node = heappop(agenda)
            waiting.remove(node)
            candidates = {*chains[node], *part.given[node]}
            for step in part.concluding[node]:
                candidates.update(self._joined(step.body))
            smallest = self._smallest(candidates)
            if smallest != chains[node]:
                chains[node] = smallest
                for step in part.using[node]:
                    if step.head not in waiting:
                        waiting.add(step.head)
                        heappush(agenda, step.head)

    def _joined(self, body: tuple[int, ...]) -> Iterable[int]:
        """Unite one set of each premise in all ways."""
        first, *others = sorted([self._chains[node] for node in body], key=len) or [[0]]
        joined = first
        for chain in others:
            self._spend(len(joined) * len(chain))
            joined = self._smallest({one | other for one in joined for other in chain})
        return joined

    def _smallest(self, candidates: set[int]) -> list[int]:
        """Keep the sets that contain no other, smallest first, as many as there is room for."""
        if len(candidates) < 2:
            return list(candidates)
        kept: list[int] = []
        smaller: list[int] = []
        size = 0
        for mask in _in_order(candidates):
            if mask.bit_count() > size:
                size = mask.bit_count()
                smaller = kept.copy()
            self._spend(len(smaller) + 1)
            if any(one & mask == one for one in smaller):
                continue
            if len(kept) == self._width:
                self.is_capped = True
                break
            kept.append(mask)
        return kept

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise _Exhausted

    def _shrunk(self, found: list[int]) -> list[int]:
        """Take out of each set what can be spared: under a limit, smaller ones may be missing."""
        part, left = self._part, self._left_to_shrink // 8
        minimal: dict[int, None] = {}
        for mask in found:
            if minimal and left <= 0:
                break
            spare = mask
            while spare:
                reached = part.closure(mask)
                left -= len(reached)
                spare = mask & ~part.needed(reached, mask)
                mask ^= spare & -spare
            minimal[mask] = None
        return _in_order(minimal)


def _in_order(sets: Iterable[int]) -> list[int]:
    """Put the smallest first, and of one size what comes first in the order of IRIs."""
    return sorted(sorted(sets, reverse=True), key=int.bit_count)
