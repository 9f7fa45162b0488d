"""What holds, over numbers: claims and inferences as columns, made once and asked for any world.

The same as `worlds.holding`, for data of any size. A *node* is what can be a premise: a level of
firmness, a claim, a proposition, in this order. The first premise of each inference is the level
that the inference has at most.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.graph.closure.columns import Numbers, ragged
from foedus.graph.worlds import CONTAINMENT, Claim, Firmness, Inference, World

Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
LEVELS: Final = len(Firmness)
"""How many nodes are levels of firmness."""


@dataclass(frozen=True)
class Support:
    """Claims and inferences; propositions by their places in the caller's list.

    Attributes:
        propositions: One number: how many there are.
        on: The proposition of each claim.
        firmness: How firm each claim is.
        denied: Whether it is a denial.
        own: Whether the document's author holds it.
        day: The proleptic ordinal of its report's day; 0 if it has none.
        sources: All claims' sources, as the caller numbers terms.
        source_of: The claim of each of them.
        concludes: The proposition that each inference concludes.
        starts: Where the premises of each inference start, and the end of the last one's.
        premises: Nodes.
        containers: Of each pair of containment, the proposition that contains.
        contained: The one that it contains.
    """

    propositions: Numbers
    on: Numbers
    firmness: Levels
    denied: Mask
    own: Mask
    day: Numbers
    sources: Numbers
    source_of: Numbers
    concludes: Numbers
    starts: Numbers
    premises: Numbers
    containers: Numbers
    contained: Numbers

    @classmethod
    def of(
        cls,
        claims: Sequence[Claim],
        inferences: Sequence[Inference],
        places: Mapping[ox.NamedNode, int],
        number: Callable[[ox.NamedNode], int],
    ) -> "Support":
        """Put claims and inferences into columns, given the places of propositions."""
        sources = [(n, number(it)) for n, claim in enumerate(claims) for it in claim.sources]
        node = {claim.iri: LEVELS + n for n, claim in enumerate(claims)}
        return cls(
            np.array([len(places)], np.int32),
            _numbers(places[it.proposition] for it in claims),
            np.array([it.firmness for it in claims], np.int8),
            np.array([it.is_denied for it in claims], bool),
            np.array([it.is_authors_own for it in claims], bool),
            _numbers(it.report_date.toordinal() if it.report_date else 0 for it in claims),
            _numbers(source for _, source in sources),
            _numbers(claim for claim, _ in sources),
            *_columns(inferences, places, node, len(claims)),
        )

    def extended(
        self,
        inferences: Sequence[Inference],
        places: Mapping[ox.NamedNode, int],
        claims: Mapping[ox.NamedNode, int],
    ) -> "Support":
        """Add inferences, and propositions up to the highest of ``places``."""
        more = _columns(
            inferences, places, {it: LEVELS + n for it, n in claims.items()}, len(self.on)
        )
        concludes, starts, premises, containers, contained = more
        return Support(
            np.array([max([self.count, *(it + 1 for it in places.values())])], np.int32),
            self.on,
            self.firmness,
            self.denied,
            self.own,
            self.day,
            self.sources,
            self.source_of,
            np.concatenate([self.concludes, concludes]),
            np.concatenate([self.starts[:-1], starts + self.starts[-1]]),
            np.concatenate([self.premises, premises]),
            np.concatenate([self.containers, containers]),
            np.concatenate([self.contained, contained]),
        )

    @property
    def count(self) -> int:
        """How many propositions there are."""
        return int(self.propositions[0])

    def let_in(self, world: World, number: Callable[[ox.NamedNode], int]) -> Mask:
        """Tell of each claim whether date and sources admit it."""
        found = np.ones(len(self.on), bool)
        if world.as_of:
            found &= (self.day > 0) & (self.day <= world.as_of.toordinal())
        if world.believe:
            found &= self._have(world.believe, number)
        if world.disbelieve:
            found &= ~self._have(world.disbelieve, number)
        return found

    def _have(self, sources: Iterable[ox.NamedNode], number: Callable[[ox.NamedNode], int]) -> Mask:
        chosen = np.isin(self.sources, [number(it) for it in sources])
        found: Mask = np.bincount(self.source_of[chosen], minlength=len(self.on)) > 0
        return found

    def holding(
        self,
        world: World,
        number: Callable[[ox.NamedNode], int],
        supposed: Sequence[int] = (),
        denied: Sequence[int] = (),
    ) -> tuple[Mask, Levels]:
        """Tell which claims are accepted, and how firmly each proposition holds: 0 if not.

        ``supposed`` hold for certain, ``denied`` do not hold whatever supports them.
        """
        least = max(world.at_least, Firmness.POSSIBLE)
        let_in = self.let_in(world, number)
        accepted = let_in & ~self.denied & (self.firmness >= least)
        if world.is_sober:
            accepted &= self.own
        barred = np.zeros(self.count, bool)
        if world.is_undisputed:
            barred[self.on[self.denied & let_in]] = True
            barred[self.containers[barred[self.contained]]] = True
            barred[list(supposed)] = False
        barred[list(denied)] = True
        values = np.zeros(LEVELS + len(self.on) + self.count, np.int8)
        values[:LEVELS] = range(LEVELS)
        values[LEVELS : LEVELS + len(self.on)][let_in] = Firmness.CERTAIN
        held = values[LEVELS + len(self.on) :]
        np.maximum.at(held, self.on[accepted], self.firmness[accepted])
        held[list(supposed)] = Firmness.CERTAIN
        held[barred] = 0
        self._spread(values, held, barred, least)
        return accepted, held

    def _spread(self, values: Levels, held: Levels, barred: Mask, least: Firmness) -> None:
        """Raise what inferences conclude, until nothing changes; only what may change is tried."""
        active: npt.NDArray[np.int64] = np.arange(len(self.concludes))
        counts = np.diff(self.starts)
        while len(active):
            rows = ragged(self.starts[active], counts[active])
            ends = np.cumsum(counts[active])
            weakest = np.minimum.reduceat(values[self.premises[rows]], ends - counts[active])
            heads = self.concludes[active]
            better = (weakest >= least) & (weakest > held[heads]) & ~barred[heads]
            np.maximum.at(held, heads[better], weakest[better])
            nodes = np.unique(heads[better]) + LEVELS + len(self.on)
            starts, uses = self._uses
            active = np.unique(uses[ragged(starts[nodes], starts[nodes + 1] - starts[nodes])])

    @cached_property
    def _uses(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give for each node the inferences that it is a premise of."""
        inferences = np.repeat(np.arange(len(self.concludes)), np.diff(self.starts))
        order = np.argsort(self.premises, kind="stable")
        nodes = np.arange(LEVELS + len(self.on) + self.count + 1)
        return np.searchsorted(self.premises[order], nodes), inferences[order]


def _columns(
    inferences: Sequence[Inference],
    places: Mapping[ox.NamedNode, int],
    claims: Mapping[ox.NamedNode, int],
    claim_count: int,
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    offset = LEVELS + claim_count
    premises: list[int] = []
    starts = [0]
    for it in inferences:
        premises.append(Firmness.CERTAIN if it.firmness is None else it.firmness)
        for name in it.premises:
            node = claims.get(name)
            premises.append(offset + places[name] if node is None else node)
        starts.append(len(premises))
    pairs = [
        (places[it.premises[0]], places[it.concludes])
        for it in inferences
        if it.rule == CONTAINMENT
    ]
    return (
        _numbers(places[it.concludes] for it in inferences),
        _numbers(starts),
        _numbers(premises),
        _numbers(container for container, _ in pairs),
        _numbers(contained for _, contained in pairs),
    )


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, np.int32)
