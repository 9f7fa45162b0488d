"""What a snapshot has, looked up in its columns: objects are made of what is asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.graph.closure.columns import MOST_TERMS, Keys, distinct, pack
from foedus.graph.inference.content import normal_term
from foedus.graph.lexicon import Lexicon
from foedus.graph.material import Material
from foedus.graph.support import LEVELS
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.worlds import Claim, Firmness, Inference


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
