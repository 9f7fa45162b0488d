"""What is in the data already, by what a document may refer to; looked up, never gone through."""

from collections.abc import Iterator, Sequence, Set
from typing import Final, Generic, TypeAlias, TypeVar

from foedus.graph.gate import bare
from foedus.graph.gate.graphs import Graphs, types_of
from foedus.graph.gate.terms import FD, Term, Triple, iri
from foedus.graph.gate.vocabulary import Vocabulary

Said: TypeAlias = Set[tuple[Term, Term]]
"""Predicates and values of one node in one graph."""

_T = TypeVar("_T")
_MEASURES: Final = frozenset({FD.Date, FD.Quantity})
_ON_PROPOSITION: Final = FD.onProposition


class Index(Generic[_T]):
    """Values by term, each with the document that it is from."""

    def __init__(self) -> None:
        self._found: dict[Term, list[tuple[Graphs, _T]]] = {}

    def add(self, term: Term, document: Graphs, value: _T) -> None:
        """Add one value."""
        self._found.setdefault(term, []).append((document, value))

    def get(self, term: Term, but: Graphs) -> list[_T]:
        """List the values of a term, without those from the document ``but``."""
        return [value for document, value in self._found.get(term, ()) if document is not but]


class Known:
    """Documents, indexed once for all that are judged in their presence.

    One of them may be judged itself: it is left out by whoever looks something up (``but``).

    Attributes:
        graphs: The triples of a proposition.
        claims: The claims on a proposition.
        types: The classes of a node outside propositions.
        described: The propositions that give a node its classes, with these.
        said: What is said of an entity or report outside propositions.
        measures: The propositions that describe a date or quantity, with how.
    """

    def __init__(self, documents: Sequence[Graphs], vocabulary: Vocabulary) -> None:
        self.graphs: Index[Sequence[Triple]] = Index()
        self.claims: Index[Term] = Index()
        self.types: Index[Set[Term]] = Index()
        self.described: Index[tuple[Term, Set[Term]]] = Index()
        self.said: Index[Triple] = Index()
        self.measures: Index[tuple[Term, Said]] = Index()
        self._vocabulary = vocabulary
        shared = {
            node
            for document in documents
            for node, types in document.types.items()
            if bare.is_shared(vocabulary.superclasses(types))
        }
        for document in documents:
            for node, types in document.types.items():
                self.types.add(node, document, types)
            for triple in document.records:
                if triple[0] in shared:
                    self.said.add(triple[0], document, triple)
                if triple[1] == _ON_PROPOSITION:
                    self.claims.add(triple[2], document, triple[0])
            for name, triples in document.propositions.items():
                self._add_proposition(document, name, triples)

    def _add_proposition(self, document: Graphs, name: Term, triples: Sequence[Triple]) -> None:
        self.graphs.add(name, document, triples)
        for node, types in types_of(triples).items():
            self.described.add(node, document, (name, types))
        for node, said in measures(triples):
            self.measures.add(node, document, (name, said))

    def triples(self, proposition: Term, but: Graphs) -> list[Triple]:
        """List the triples of a proposition."""
        return [triple for triples in self.graphs.get(proposition, but) for triple in triples]

    def statements(self, node: Term, but: Graphs) -> set[Triple]:
        """Give what is said of an entity or report outside propositions; of others nothing."""
        types = {kind for types in self.types.get(node, but) for kind in types}
        if bare.is_shared(self._vocabulary.superclasses(types)):
            return set(self.said.get(node, but))
        return set()

    def first_measure(self, node: Term, but: Graphs) -> tuple[Term, Said] | None:
        """Give the first proposition, by name, that describes a date or quantity."""
        return min(self.measures.get(node, but), key=lambda it: iri(it[0]), default=None)


def measures(triples: Sequence[Triple]) -> Iterator[tuple[Term, Said]]:
    """Give each date and quantity of a graph with what is said of it."""
    for node, types in types_of(triples).items():
        if not _MEASURES.isdisjoint(types):
            yield node, {(p, value) for subject, p, value in triples if subject == node}
