"""Claims and inferences of a snapshot, looked up in its columns: made of what is asked for."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

import numpy as np
import pyoxigraph as ox

from foedus.graph.material import Material
from foedus.graph.numbered import Groups, Terms
from foedus.graph.support import LEVELS
from foedus.graph.worlds import Claim, Firmness, Inference


class Recorded:
    """Claims and inferences, each made once; `Reasons` for proofs.

    Nodes are claims and propositions, numbered as `Support` does, but without the levels.
    """

    def __init__(self, material: Material, terms: Terms) -> None:
        self._terms = terms
        self._catalogue = material.catalogue
        self._support = material.support
        self._starts = np.asarray(self._support.starts)
        self._premises = np.asarray(self._support.premises)
        self._names = np.concatenate([self._catalogue.claims, self._catalogue.propositions])
        self._count = len(self._catalogue.claims)
        self._nodes: dict[ox.NamedNode, int] = {}
        self._iris: dict[int, ox.NamedNode] = {}
        self._claims: dict[int, Claim] = {}
        self._claims_on: dict[int, tuple[Claim, ...]] = {}
        self._concluding: dict[int, tuple[Inference, ...]] = {}

    def claim(self, iri: ox.NamedNode) -> Claim | None:
        """Give the claim of that name, if it is one."""
        node = self._node(iri)
        return self._claim(node) if 0 <= node < self._count else None

    def claims_on(self, proposition: ox.NamedNode) -> Sequence[Claim]:
        """Give the claims on a proposition in the order of their IRIs."""
        node = self._node(proposition)
        if node < self._count:
            return ()
        found = self._claims_on.get(node)
        if found is None:
            rows = self._rows_on.rows(node - self._count).tolist()
            found = self._claims_on[node] = tuple(map(self._claim, rows))
        return found

    def concluding(self, proposition: ox.NamedNode) -> Sequence[Inference]:
        """Give the inferences that conclude a proposition in the order of their IRIs."""
        node = self._node(proposition)
        if node < self._count:
            return ()
        found = self._concluding.get(node)
        if found is None:
            rows = self._rows_concluding.rows(node - self._count).tolist()
            made = sorted(map(self._inference, rows), key=lambda it: it.iri.value)
            found = self._concluding[node] = tuple(made)
        return found

    def concluded_by(self, inference: ox.NamedNode) -> ox.NamedNode | None:
        """Give what the inference of that name concludes, if it is one."""
        (rows,) = np.nonzero(self._catalogue.inferences == self._terms.number(inference))
        return self._iri(self._count + int(self._support.concludes[rows[0]])) if len(rows) else None

    def denials(self) -> list[Claim]:
        """List the claims that deny something."""
        return list(map(self._claim, np.flatnonzero(self._support.denied).tolist()))

    @property
    def undatable(self) -> int:
        """How many claims have no day of report."""
        return int(np.count_nonzero(self._support.day == 0))

    def _node(self, iri: ox.NamedNode) -> int:
        node = self._nodes.get(iri, -1)
        if node < 0:
            rows = self._by_name.rows(self._terms.number(iri))
            if len(rows):
                node = self._nodes[iri] = int(rows[0])
        return node

    def _iri(self, node: int) -> ox.NamedNode:
        iri = self._iris.get(node)
        if iri is None:
            iri = self._iris[node] = self._terms.named(self._names[node])
            self._nodes[iri] = node
        return iri

    def _claim(self, row: int) -> Claim:
        claim = self._claims.get(row)
        if claim is None:
            support, sources = self._support, self._support.sources[self._rows_from.rows(row)]
            day = int(support.day[row])
            claim = self._claims[row] = Claim(
                self._iri(row),
                self._iri(self._count + int(support.on[row])),
                Firmness(support.firmness[row]),
                bool(support.denied[row]),
                bool(support.own[row]),
                frozenset(map(self._terms.named, sources.tolist())),
                date.fromordinal(day) if day else None,
            )
        return claim

    def _inference(self, row: int) -> Inference:
        start, end = self._starts[row : row + 2].tolist()
        level, *premises = self._premises[start:end].tolist()
        return Inference(
            self._terms.named(self._catalogue.inferences[row]),
            self._terms.named(self._catalogue.rules[row]),
            self._iri(self._count + int(self._support.concludes[row])),
            tuple(self._iri(it - LEVELS) for it in premises),
            None if level == Firmness.CERTAIN else Firmness(level),
        )

    @cached_property
    def _by_name(self) -> Groups:
        return Groups(self._names)

    @cached_property
    def _rows_on(self) -> Groups:
        return Groups(self._support.on)

    @cached_property
    def _rows_from(self) -> Groups:
        return Groups(self._support.source_of)

    @cached_property
    def _rows_concluding(self) -> Groups:
        return Groups(self._support.concludes)
