"""What the ontology declares, looked up by the gate: terms, concepts, and the class hierarchy."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from foedus.graph.gate.terms import Term, Triple, iri, is_iri, write
from foedus.graph.terms import to_term
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
        triples: Classes with their superclasses, properties, concepts with their schemes.
        properties: What may be a predicate.
        classes: What may be a class.
        described: Every node that the ontology says something about.
        disjoint: Sets of classes that exclude each other.
        above: Of each class: itself and all classes above it.
    """

    triples: tuple[Triple, ...]
    properties: Set[Term]
    classes: Set[Term]
    described: Set[Term]
    disjoint: tuple[Set[Term], ...]
    above: Mapping[Term, Set[Term]]
    _superclasses: dict[Set[Term], Set[Term]] = field(default_factory=dict, compare=False)
    _common: dict[Term, bool] = field(default_factory=dict, compare=False)

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
        declared = _instances(graph, _PROPERTIES) | foreign | _ANNOTATIONS
        return cls(
            triples=tuple((_term(s), _term(p), _term(o)) for s, p, o in graph),
            properties=_terms(declared),
            classes=_terms(_instances(graph, (OWL.Class, RDFS.Class)) | foreign),
            described=_terms(ontology.subjects()),
            disjoint=tuple(map(_terms, _disjoint(ontology))),
            above={
                _term(kind): _terms(graph.transitive_objects(kind, RDFS.subClassOf))
                for kind in set(graph.subjects(RDFS.subClassOf))
            },
        )

    def has_property(self, term: Term) -> bool:
        """Whether ``term`` may be a predicate: declared, mapped to, or of a common vocabulary.

        What makes ontologies, such as ``rdfs:subClassOf``, may not.
        """
        return term in self.properties or self._is_common(term)

    def has_class(self, term: Term) -> bool:
        """Whether ``term`` may be a class: declared, mapped to, or of a common vocabulary."""
        return term in self.classes or self._is_common(term)

    def superclasses(self, types: Iterable[Term]) -> Set[Term]:
        """Give ``types`` and all classes above them."""
        key = frozenset(types)
        found = self._superclasses.get(key)
        if found is None:
            found = frozenset(key.union(*(self.above.get(kind, ()) for kind in key)))
            self._superclasses[key] = found
        return found

    def _is_common(self, term: Term) -> bool:
        found = self._common.get(term)
        if found is None:
            found = is_iri(term) and any(URIRef(iri(term)) in names for names in _COMMON)
            self._common[term] = found
        return found


def _term(node: Node) -> Term:
    return write(to_term(node))


def _terms(nodes: Iterable[Node | None]) -> frozenset[Term]:
    """Write what is named; blank nodes of the ontology are nobody else's."""
    return frozenset(
        _term(node) for node in nodes if node is not None and not isinstance(node, BNode)
    )


def _instances(graph: Graph, classes: Iterable[URIRef]) -> set[Node]:
    return {node for kind in classes for node in graph.subjects(RDF.type, kind)}


def _disjoint(ontology: Graph) -> Iterable[Set[Node]]:
    for axiom in ontology.subjects(RDF.type, OWL.AllDisjointClasses):
        for members in ontology.objects(axiom, OWL.members):
            yield frozenset(Collection(ontology, members))
    for pair in ontology.subject_objects(OWL.disjointWith):
        yield frozenset(pair)
