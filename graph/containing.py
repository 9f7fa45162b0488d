"""Which propositions have a triple: state it, or entail it with what there is in every world.

A graph entails a triple if steps lead to it from the graph's own triples. All steps are on record
(see `universe`), so only those are gone back that lead to the triple asked for, and forward again
with the graphs that reach each of them. A step that joins two triples needs one graph with both.
"""

from collections.abc import Set
from typing import TYPE_CHECKING, Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure.columns import NO_KEYS, Firings, Keys, members, pack, unpack
from foedus.graph.coding import columns_of
from foedus.graph.material import Material
from foedus.graph.numbered import Terms
from foedus.graph.terms import Triple

if TYPE_CHECKING:
    from foedus.graph.contents import Content

_ALWAYS: Final = -1
"""What stands for a premise that every world has."""


class Containing:
    """Finds the propositions that have a triple, ``supposed`` ones included."""

    def __init__(self, material: Material, supposed: "Content | None" = None) -> None:
        catalogue, self._always = material.catalogue, np.asarray(material.universe.always)
        mine = np.isin(catalogue.graphs, catalogue.propositions[: catalogue.concluded[1]])
        self._stated, self._graphs = catalogue.keys[mine], catalogue.graphs[mine]
        self._terms = Terms(material.lexicon)
        steps = [_recorded(material)]
        if supposed is not None:
            # A graph of a name that documents use has their triples, too.
            mine = np.isin(self._graphs, supposed.graphs)
            keys = np.concatenate([supposed.keys, self._stated[mine]])
            columns = columns_of(material.entailment, supposed.lexicon)
            steps += columns.close([self._always], keys)[1]
            self._stated = np.concatenate([self._stated, supposed.keys])
            self._graphs = np.concatenate([self._graphs, supposed.graphs])
            subjects, _, values = unpack(supposed.keys)
            numbers = np.unique(np.concatenate([subjects, values, supposed.graphs]))
            late = numbers[numbers >= len(supposed.lexicon)]
            self._terms = Terms(supposed.lexicon, late.tolist())
        self._steps = self._without_always(steps)

    def is_always(self, triple: Triple) -> bool:
        """Tell whether every world has a triple, whatever holds there."""
        key = self._key(triple)
        return key is not None and bool(members(np.array([key]), self._always)[0])

    def __call__(self, triple: Triple) -> Set[ox.NamedNode]:
        """List the propositions that state or entail a triple that not every world has."""
        key = self._key(triple)
        if key is None:
            return frozenset()
        return frozenset(map(self._terms.named, self._having(key)))

    def _key(self, triple: Triple) -> int | None:
        subject, predicate, value = triple
        if not isinstance(predicate, ox.NamedNode):
            return None
        numbers = self._terms.number(subject), self._terms.number(value)
        property_ = self._terms.property_number(predicate)
        if min(*numbers, property_) < 0:
            return None
        return int(pack(numbers[0], property_, numbers[1]))

    def _having(self, key: int) -> set[int]:
        wanted, steps = self._leading(key)
        found: dict[int, set[int]] = {it: set() for it in wanted.tolist()}
        rows = members(self._stated, wanted)
        for it, graph in zip(self._stated[rows].tolist(), self._graphs[rows].tolist(), strict=True):
            found[it].add(graph)
        is_changed = True
        while is_changed:
            is_changed = False
            for conclusion, *premises in steps:
                both = set.intersection(*(found[it] for it in premises if it != _ALWAYS))
                if not both <= found[conclusion]:
                    found[conclusion] |= both
                    is_changed = True
        return found[key]

    def _leading(self, key: int) -> tuple[Keys, list[list[int]]]:
        """List all triples from which steps lead to one, itself included, and these steps."""
        conclusions, firsts, seconds = self._steps
        wanted = np.array([key])
        while True:
            rows = members(conclusions, wanted)
            more = np.unique(np.concatenate([wanted, firsts[rows], seconds[rows]]))
            more = more[more != _ALWAYS]
            if len(more) == len(wanted):
                return wanted, np.stack([it[rows] for it in self._steps], axis=1).tolist()
            wanted = more

    def _without_always(self, firings: list[Firings]) -> Firings:
        conclusions, firsts, seconds = (
            np.concatenate([NO_KEYS, *(firing[column] for firing in firings)])
            for column in range(3)
        )
        seconds = np.where(seconds < 0, firsts, seconds)
        fresh = (conclusions != _ALWAYS) & ~members(conclusions, self._always)
        firsts, seconds = (
            np.where(members(it, self._always), _ALWAYS, it)[fresh] for it in (firsts, seconds)
        )
        return conclusions[fresh], firsts, seconds


def _recorded(material: Material) -> Firings:
    universe = material.universe
    keys = np.append(universe.sometimes, _ALWAYS)
    return keys[universe.conclusions], keys[universe.firsts], keys[universe.seconds]
