"""Terms and graphs as text, read back in rdflib's terms for the reference and for its findings."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.graph.gate.terms import Term, blank_label, iri

_RDF_LOG: Final = logging.getLogger("rdflib.term")


def read(turtle: str) -> Graph:
    """Read a graph; lexical forms are kept, and each IRI is made once."""
    graph = Graph()
    nodes: dict[object, Node] = {}

    def node(term: object) -> Node:
        found = nodes.get(term)
        if found is None:
            found = nodes[term] = _node(term)
        return found

    with _quiet():
        for triple in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
            graph.add((node(triple.subject), node(triple.predicate), node(triple.object)))
    return graph


def read_term(term: Term) -> Node:
    """Read the name of a node: an IRI, or a blank node that an IRI stands for."""
    label = blank_label(term)
    return URIRef(iri(term)) if label is None else BNode(label)


def _node(term: object) -> Node:
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    assert isinstance(term, ox.NamedNode)
    return URIRef(term.value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging each ill-typed literal: a shape reports it."""
    before = _RDF_LOG.disabled
    _RDF_LOG.disabled = True
    try:
        yield
    finally:
        _RDF_LOG.disabled = before
