"""From terms to numbers, and from these to the numbers of a lexicon."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count
from operator import attrgetter
from typing import Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure.columns import MOST_TERMS, Numbers
from foedus.graph.lexicon import Lexicon
from foedus.graph.terms import Term, Triple
from foedus.ontology.errors import InputRefused

DEFAULT: Final = -1
"""The number of the default graph."""

Coded = Numbers
"""Rows of subject, property, object and perhaps graph, as a `Coder` numbers them."""

_PLACE: Final = ox.NamedNode("urn:foedus:here")
_PARTS: Final = attrgetter("subject", "predicate", "object", "graph_name")


class Coder:
    """Numbers of terms as they come; `finish` gives those of a lexicon."""

    def __init__(self) -> None:
        self._index: defaultdict[Term | ox.DefaultGraph, int] = defaultdict(count().__next__)
        self._index[ox.DefaultGraph()] = DEFAULT

    def numbers(self, terms: Iterable[Term]) -> Numbers:
        """Give terms their numbers."""
        return np.fromiter(map(self._index.__getitem__, terms), np.int32)

    def triples(self, triples: Iterable[Triple]) -> Coded:
        """Give the terms of triples their numbers, one row each."""
        return self.numbers(chain.from_iterable(triples)).reshape(-1, 3)

    def quads(self, quads: Iterable[ox.Quad]) -> Coded:
        """Give the terms of quads their numbers, the graph's last."""
        return self.numbers(chain.from_iterable(map(_PARTS, quads))).reshape(-1, 4)

    def terms(self) -> list[Term]:
        """List the terms so far, by number; raises ``TypeError`` where one is a triple."""
        found: list[Term] = []
        for term in self._index:
            if isinstance(term, ox.Triple):
                raise TypeError("a triple as a term is not part of this data model")
            if not isinstance(term, ox.DefaultGraph):
                found.append(term)
        return found

    def finish(
        self, properties: Iterable[Term], names: Sequence[str]
    ) -> tuple[Lexicon, Numbers, Numbers]:
        """Make the lexicon, literals as the store writes them, and give its number of each term.

        Args:
            properties: Those that are properties.
            names: Further terms, as in N-Triples.

        Raises:
            InputRefused: there are more terms than a key has numbers for.
        """
        terms = self.terms()
        texts = list(map(str, terms))
        for number, text in _normal_texts(terms):
            texts[number] = text
        texts += names
        ordered = sorted(set(texts))
        if len(ordered) >= MOST_TERMS:
            raise InputRefused(f"more than {MOST_TERMS:,} terms in one graph")
        ranks = dict(zip(ordered, range(len(ordered)), strict=True))
        found = np.fromiter(map(ranks.__getitem__, texts), np.int32, len(texts))
        return Lexicon.of(ordered, map(str, properties)), found[: len(terms)], found[len(terms) :]


def _normal_texts(terms: Sequence[Term]) -> list[tuple[int, str]]:
    """Ask the store how it writes typed literals."""
    store = ox.Store()
    plain = (str(ox.Literal("").datatype), str(ox.Literal("", language="en").datatype))
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), _PLACE, term)
        for number, term in enumerate(terms)
        if isinstance(term, ox.Literal) and str(term.datatype) not in plain
    )
    return [(int(str(quad.subject.value)[2:]), str(quad.object)) for quad in store]
