"""Quads by whether a proposition says them or something else does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from foedus.graph.gate.terms import RDF, Term, Triple, is_proposition, write

_TYPE: Final = RDF.type


@dataclass(frozen=True)
class Graphs:
    """Quads by where they are: in the graphs of propositions, and in all others together.

    Attributes:
        propositions: The triples of each, by its name.
        records: The triples of all other graphs.
        places: Of each node that is described outside propositions: the first graph to do so.
    """

    propositions: Mapping[Term, Sequence[Triple]]
    records: Sequence[Triple]
    places: Mapping[Term, Term | None]

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> "Graphs":
        """Sort quads; raises ``InputRefused`` for a triple that is used as a term."""
        terms: dict[str, Term] = {}
        propositions: dict[Term, list[Triple]] = {}
        others: list[Triple] = []
        places: dict[Term, Term | None] = {}

        def kept(term: object) -> Term:
            text = write(term)
            return terms.setdefault(text, text)

        for subject, predicate, value, name in quads:
            triple = (kept(subject), kept(predicate), kept(value))
            graph = kept(name) if isinstance(name, ox.NamedNode) else None
            if graph is not None and is_proposition(graph):
                propositions.setdefault(graph, []).append(triple)
            else:
                others.append(triple)
                places.setdefault(triple[0], graph)
        return cls(propositions, others, places)

    @cached_property
    def types(self) -> Mapping[Term, Set[Term]]:
        """The classes of each node, as told outside propositions."""
        return types_of(self.records)

    @cached_property
    def said(self) -> Mapping[Term, Set[Triple]]:
        """What is told of each node outside propositions."""
        found: defaultdict[Term, set[Triple]] = defaultdict(set)
        for triple in self.records:
            found[triple[0]].add(triple)
        return dict(found)


class Triples:
    """Triples in memory, by subject and predicate; one that is added twice may come twice."""

    def __init__(self) -> None:
        self.by_subject: dict[Term, dict[Term, list[Term]]] = {}

    def add(self, subject: Term, predicate: Term, value: Term) -> None:
        """Add one triple."""
        of_subject = self.by_subject.get(subject)
        if of_subject is None:
            self.by_subject[subject] = {predicate: [value]}
        elif predicate in of_subject:
            of_subject[predicate].append(value)
        else:
            of_subject[predicate] = [value]

    def objects(self, subject: Term, predicate: Term) -> Sequence[Term]:
        """Give the values of one property of a node."""
        return self.by_subject.get(subject, {}).get(predicate, ())

    def subject_objects(self, predicate: Term) -> list[tuple[Term, Term]]:
        """List the pairs that ``predicate`` relates."""
        return [
            (subject, value)
            for subject, of_subject in self.by_subject.items()
            if predicate in of_subject
            for value in of_subject[predicate]
        ]

    def turtle(self) -> str:
        """Write all triples."""
        return "".join(self._written())

    def _written(self) -> Iterator[str]:
        for subject, of_subject in self.by_subject.items():
            yield subject
            separator = " "
            for predicate, values in of_subject.items():
                yield f"{separator}{predicate} {','.join(values)}"
                separator = ";"
            yield " .\n"


def types_of(triples: Iterable[Triple]) -> dict[Term, set[Term]]:
    """Give the classes of each node."""
    found: defaultdict[Term, set[Term]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == _TYPE:
            found[subject].add(value)
    return dict(found)
