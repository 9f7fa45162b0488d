"""What the ontology declares, looked up by the gate: terms, concepts, and the class hierarchy."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.ontology.namespaces import BASE

_COMMON = (DCTERMS, SKOS)
_ANNOTATIONS = frozenset({RDF.type, RDFS.comment, RDFS.label, RDFS.seeAlso})
_LANGUAGE = (str(OWL), str(RDF), str(RDFS), str(XSD))
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_HIERARCHY = (RDF.type, RDFS.subClassOf, SKOS.inScheme)


@dataclass(frozen=True)
class Vocabulary:
    """The part of an ontology that data are judged by.

    Attributes:
        graph: Classes with their superclasses, properties, concepts with their schemes.
        properties: What may be a predicate.
        classes: What may be a class.
        described: Every node that the ontology says something about.
        disjoint: Sets of classes that exclude each other.
    """

    graph: Graph
    properties: Set[Node]
    classes: Set[Node]
    described: Set[Node]
    disjoint: tuple[Set[Node], ...]

    @classmethod
    def of(cls, ontology: Graph) -> "Vocabulary":
        """Read it from the merged ontology."""
        graph = Graph()
        for predicate in _HIERARCHY:
            for subject, value in ontology.subject_objects(predicate):
                graph.add((subject, predicate, value))
        foreign = {
            node
            for triple in ontology
            for node in triple
            if isinstance(node, URIRef) and not str(node).startswith((BASE, *_LANGUAGE))
        }
        return cls(
            graph=graph,
            properties=frozenset(_instances(graph, _PROPERTIES) | foreign),
            classes=frozenset(_instances(graph, (OWL.Class, RDFS.Class)) | foreign),
            described=frozenset(ontology.subjects()),
            disjoint=tuple(_disjoint(ontology)),
        )

    def has_property(self, term: Node) -> bool:
        """Whether ``term`` may be a predicate: declared, mapped to, or of a common vocabulary.

        What makes ontologies, such as ``rdfs:subClassOf``, may not.
        """
        return term in self.properties or term in _ANNOTATIONS or _is_common(term)

    def has_class(self, term: Node) -> bool:
        """Whether ``term`` may be a class: declared, mapped to, or of a common vocabulary."""
        return term in self.classes or _is_common(term)

    def superclasses(self, types: Iterable[Node]) -> set[Node]:
        """Give ``types`` and all classes above them."""
        return {
            above
            for kind in types
            for above in self.graph.transitive_objects(kind, RDFS.subClassOf)
            if above is not None
        }


def _instances(graph: Graph, classes: Iterable[URIRef]) -> set[Node]:
    return {node for kind in classes for node in graph.subjects(RDF.type, kind)}


def _disjoint(ontology: Graph) -> Iterable[Set[Node]]:
    for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        for members in ontology.objects(axiom, OWL.members):
            yield frozenset(Collection(ontology, members))
    for pair in ontology.subject_objects(OWL.disjointWith):
        yield frozenset(pair)


def _is_common(term: Node) -> bool:
    return isinstance(term, URIRef) and any(term in namespace for namespace in _COMMON)
