"""Terms by number, and rows by the number that they have: how a snapshot's columns are read."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.graph.closure.columns import Keys
from foedus.graph.inference.content import normal_term
from foedus.graph.lexicon import Lexicon
from foedus.graph.terms import Term, Triple, triple_of


class Terms:
    """Terms and triples by number, which nobody changes by asking.

    Args:
        late: The texts of terms that a hypothesis has brought, by number.
    """

    def __init__(self, lexicon: Lexicon, late: Iterable[int] = ()) -> None:
        self._lexicon = lexicon
        self._late = {lexicon.text(it): it for it in late}
        self._numbers: dict[ox.NamedNode, int] = {}
        self._properties: dict[ox.NamedNode, int] = {}

    def number(self, term: Term) -> int:
        """Find a term; -1 if there is none."""
        if not isinstance(term, ox.NamedNode):
            return self._find(normal_term(term) if isinstance(term, ox.Literal) else term)
        found = self._numbers.get(term)
        if found is None:
            found = self._find(term)
            if found >= 0:
                self._numbers[term] = found
        return found

    def _find(self, term: Term) -> int:
        found = self._lexicon.find(str(term))
        return self._late.get(f"{term} ".encode(), -1) if found < 0 else found

    def property_number(self, predicate: ox.NamedNode) -> int:
        """Find a property; -1 if there is none."""
        found = self._properties.get(predicate)
        if found is None:
            (places,) = np.nonzero(self._lexicon.properties == self.number(predicate))
            found = int(places[0]) if len(places) else -1
            self._properties[predicate] = found
        return found

    def named(self, number: int) -> ox.NamedNode:
        """Make the IRI of that number."""
        return ox.NamedNode(self._lexicon.text(number)[1:-2].decode())

    def triples(self, keys: Keys) -> list[Triple]:
        """Make triples of keys."""
        lines = self._lexicon.lines(keys)
        return [triple_of(quad) for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]


class Groups:
    """Rows by the number that each of them has."""

    def __init__(self, numbers: npt.NDArray[np.integer]) -> None:
        self._order = np.argsort(numbers, kind="stable")
        # As wide as what is looked for: else each search would convert them all.
        self._numbers = np.asarray(numbers, np.int64)[self._order]

    def rows(self, number: int) -> Keys:
        """Give the rows that have a number."""
        low, high = np.searchsorted(self._numbers, [number, number + 1])
        return self._order[low:high]
