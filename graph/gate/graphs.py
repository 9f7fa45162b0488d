"""Quads in rdflib's terms, by whether a proposition says them or something else does."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDF, Literal, URIRef
from rdflib.term import Node

from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PROPOSITION, SHAPE

Triple: TypeAlias = tuple[Node, Node, Node]

_BLANK: Final = str(SHAPE) + "blank/"
_RDF_LOG: Final = logging.getLogger("rdflib.term")


@dataclass(frozen=True)
class Graphs:
    """Quads by where they are: in the graphs of propositions, and in all others together."""

    propositions: Mapping[Node, Sequence[Triple]]
    records: Sequence[Triple]
    places: Mapping[Node, URIRef | None]
    """Of each node that is described outside propositions: the first graph that describes it."""

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> "Graphs":
        """Sort quads; raises ``InputRefused`` for a triple that is used as a term."""
        convert = _Converter()
        propositions: dict[Node, list[Triple]] = {}
        others: list[Triple] = []
        places: dict[Node, URIRef | None] = {}
        with _quiet():
            for quad in quads:
                triple = (
                    convert(quad.subject),
                    convert(quad.predicate),
                    convert(quad.object),
                )
                name = quad.graph_name
                graph = None if isinstance(name, ox.DefaultGraph) else convert(name)
                if isinstance(graph, URIRef) and graph.startswith(PROPOSITION):
                    propositions.setdefault(graph, []).append(triple)
                else:
                    others.append(triple)
                    places.setdefault(triple[0], graph if isinstance(graph, URIRef) else None)
        return cls(propositions, others, places)


class _Converter:
    """Terms of the store to terms of rdflib, lexical forms kept; IRIs are made once.

    A blank node gets an IRI for as long as it is judged: the shapes refuse it by a name.
    """

    def __init__(self) -> None:
        self.iris: dict[str, URIRef] = {}

    def __call__(self, term: object) -> Node:
        if isinstance(term, ox.NamedNode):
            iri = self.iris.get(term.value)
            if iri is None:
                iri = self.iris[term.value] = URIRef(term.value)
            return iri
        if isinstance(term, ox.BlankNode):
            return URIRef(_BLANK + term.value)
        if isinstance(term, ox.Literal):
            if term.language is not None:
                return Literal(term.value, lang=term.language)
            return Literal(term.value, datatype=self(term.datatype), normalize=False)  # type: ignore[arg-type]
        raise InputRefused(f"a triple is no term here: {term}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging each ill-typed literal: a shape reports it."""
    before = _RDF_LOG.disabled
    _RDF_LOG.disabled = True
    try:
        yield
    finally:
        _RDF_LOG.disabled = before


def is_blank(node: Node) -> bool:
    """Tell whether ``node`` of a view stands for a blank node."""
    return isinstance(node, URIRef) and node.startswith(_BLANK)


def is_proposition(node: Node) -> bool:
    """Tell whether ``node`` is the name of a proposition."""
    return isinstance(node, URIRef) and node.startswith(PROPOSITION)


def types_of(triples: Iterable[Triple]) -> defaultdict[Node, set[Node]]:
    """Give the classes of each node."""
    found: defaultdict[Node, set[Node]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == RDF.type:
            found[subject].add(value)
    return found
