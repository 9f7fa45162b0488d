"""What propositions say, and what there is beside them, looked up in a snapshot's columns."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure.columns import MOST_TERMS, Keys, distinct, pack
from foedus.graph.material import Material
from foedus.graph.numbered import Groups, Terms
from foedus.graph.terms import Term, Triple


class Propositions(Mapping[ox.NamedNode, frozenset[Triple]]):
    """The graphs of all propositions: asserted, derived and those that a hypothesis brings."""

    def __init__(
        self,
        material: Material,
        terms: Terms,
        further: Mapping[ox.NamedNode, frozenset[Triple]],
    ) -> None:
        catalogue = material.catalogue
        self._terms = terms
        self._keys = catalogue.keys
        self._graphs = catalogue.graphs
        self._names = dict.fromkeys(catalogue.propositions[: catalogue.concluded[1]].tolist())
        self._further = further

    def __getitem__(self, name: ox.NamedNode) -> frozenset[Triple]:
        number = self._terms.number(name)
        if number not in self._names:
            return self._further[name]
        found = self._terms.triples(self._keys[self._rows.rows(number)])
        return frozenset(found).union(self._further.get(name, ()))

    def __iter__(self) -> Iterator[ox.NamedNode]:
        yield from map(self._terms.named, self._names)
        yield from (it for it in self._further if self._terms.number(it) not in self._names)

    def __len__(self) -> int:
        known = sum(self._terms.number(it) in self._names for it in self._further)
        return len(self._names) + len(self._further) - known

    def __contains__(self, name: object) -> bool:
        return name in self._further or (
            isinstance(name, ox.NamedNode) and self._terms.number(name) in self._names
        )

    @cached_property
    def _rows(self) -> Groups:
        return Groups(self._graphs)


class Facts:
    """Values by subject and property, beside what propositions say."""

    def __init__(self, material: Material, terms: Terms) -> None:
        self._terms = terms
        self._catalogue = material.catalogue
        self._always = np.asarray(material.universe.always)

    def stated(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Give what a document, the register or a description states."""
        return self._values(self._records, subject, predicate)

    def entailed(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """Give what there is in every world: what is stated, the ontology, and what follows."""
        return self._values(self._always, subject, predicate)

    def _values(self, keys: Keys, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        first = self._terms.number(subject)
        property_ = self._terms.property_number(predicate)
        if first < 0 or property_ < 0:
            return []
        start = pack(first, property_, 0)
        low, high = np.searchsorted(keys, [start, start + MOST_TERMS])
        return [value for _, _, value in self._terms.triples(keys[low:high])]

    @cached_property
    def _records(self) -> Keys:
        catalogue, end = self._catalogue, int(self._catalogue.documents[0])
        names = catalogue.propositions[: catalogue.concluded[0]]
        return distinct(catalogue.keys[:end][~np.isin(catalogue.graphs[:end], names)])
