"""RDF terms of the store: conversion from rdflib and back, and what a triple is outside of a store.

A triple is a plain tuple: cheaper than the store's own class, and able to hold what only rules
need on their way (a literal as subject, a blank node as predicate).
"""

from collections.abc import Iterator
from typing import TypeAlias

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse
from pyoxigraph import Triple as QuotedTriple

from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES, expand

Term: TypeAlias = NamedNode | BlankNode | Literal
Triple: TypeAlias = tuple[Term, Term, Term]


def to_term(node: rdflib.term.Node) -> Term:
    """Convert one term; blank nodes keep their label."""
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if not isinstance(node, rdflib.Literal):
        raise TypeError(f"no RDF term: {node!r}")
    if node.language is not None:
        return Literal(str(node), language=node.language)
    if node.datatype is not None:
        return Literal(str(node), datatype=NamedNode(str(node.datatype)))
    return Literal(str(node))


def to_oxigraph(graph: rdflib.Graph) -> Iterator[Triple]:
    """Convert the triples of a graph, in no particular order; blank nodes keep their label."""
    for subject, predicate, value in graph:
        yield to_term(subject), to_term(predicate), to_term(value)


def to_node(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Convert one term of the store to rdflib; literals keep their form as written."""
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, Literal):
        raise TypeError(f"no RDF 1.1 term: {term!r}")
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language, normalize=False)
    if term.datatype.value == str(rdflib.XSD.string):
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def triple_of(quad: Quad) -> Triple:
    """Give the triple of a quad; raises ``TypeError`` where a triple is a term of another."""
    subject, value = quad.subject, quad.object
    if isinstance(subject, QuotedTriple) or isinstance(value, QuotedTriple):
        raise TypeError("a triple as a term is not part of this data model")
    return subject, quad.predicate, value


def quad_of(triple: Triple, graph: NamedNode | None = None) -> Quad:
    """Put a triple into a graph, else the default; raises ``TypeError`` if it is no RDF triple."""
    subject, predicate, value = triple
    if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
        raise TypeError(f"no RDF triple: {triple!r}")
    return Quad(subject, predicate, value, graph or DefaultGraph())


def read_term(text: str) -> Term:
    """Read a term as a person writes it: an IRI, a name with a prefix of ours, or Turtle's literal.

    Raises:
        InputRefused: it is none of them.
    """
    if text == "a":
        return NamedNode(PREFIXES["rdf"] + "type")
    iri = expand(text)
    try:
        if iri is not None and text[:1] not in ("'", '"'):
            return NamedNode(iri)
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
        (quad,) = parse(f"{head}<x:s> <x:p> {text} .", format=RdfFormat.TURTLE)
        return triple_of(quad)[2]
    except (SyntaxError, ValueError) as error:
        raise InputRefused(f"no IRI, name or literal: {text!r}") from error
