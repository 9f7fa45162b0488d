"""One rdflib graph of a document's named graphs, made for the shapes.

SHACL sees a single graph, but a proposition's graph must stand alone. So each event, agreement,
date ... of a proposition is renamed to a copy that is private to it, and what shapes cannot see is
added in the namespace ``fdsh:`` (listed at the top of ``shapes/core.ttl`` and ``sources.ttl``).
Provenance and the register stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.graph.gate import records
from foedus.graph.gate.graphs import Graphs, Triple, is_blank, is_proposition
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import BASE, FD, SHAPE

_LEAKS: Final = frozenset({FD.Agreement, FD.Attitude, FD.Event})
_ENTITY_BASE: Final = BASE + "id/"


@dataclass(frozen=True)
class View:
    """What the shapes see, and the way back from it.

    Attributes:
        graph: The one graph.
        origins: Each node that is judged -> the node as the document names it, and its graph.
    """

    graph: Graph
    origins: Mapping[Node, tuple[Node, URIRef | None]]


def view(document: Graphs, register: Graphs, known: Graphs, vocabulary: Vocabulary) -> View:
    """Build the view of ``document``.

    Args:
        document: What is judged.
        register: The shared entities; judged with it.
        known: Everything else that is in the data already. Only what ``document`` refers to is
            taken from it, and that is not judged.
        vocabulary: The ontology's.
    """
    graph = Graph()
    for part in (vocabulary.graph, register.records):
        for triple in part:
            graph.add(triple)
    builder = _Builder(graph, document, register, known, vocabulary)
    builder.add_propositions()
    builder.add_leaks()
    builder.add_records()
    builder.add_kinds()
    builder.add_known()
    return View(graph, builder.origins)


class _Builder:
    def __init__(
        self,
        graph: Graph,
        document: Graphs,
        register: Graphs,
        known: Graphs,
        vocabulary: Vocabulary,
    ) -> None:
        self.graph = graph
        self.document = document
        self.known = known
        self.vocabulary = vocabulary
        self.origins: dict[Node, tuple[Node, URIRef | None]] = {}
        self.outside = {**register.places, **document.places}
        self.types = _types(register.records)
        self.add_statements()

    def add_statements(self) -> None:
        """Add what the document says outside propositions, but for what is not its to say."""
        registered = dict(self.types)
        own = _types(self.document.records)
        for subject, predicate, value in self.document.records:
            self.check_terms(subject, predicate, value)
            if subject in self.vocabulary.described or _is_copy(subject):
                self.graph.add((subject, SHAPE.redefines, subject))
            elif predicate == RDF.type and value not in registered.get(subject, own[subject]):
                self.graph.add((subject, SHAPE.redefines, value))
            elif self.vocabulary.has_property(predicate):
                self.graph.add((subject, predicate, value))
        for subject, kinds in own.items():
            self.types.setdefault(subject, kinds)

    def add_propositions(self) -> None:
        for name, triples in self.document.propositions.items():
            assert isinstance(name, URIRef)
            self.origins[name] = (name, name)
            self.graph.add((name, RDF.type, FD.Proposition))
            self.add_copies(name, triples)

    def add_copies(self, name: URIRef, triples: Sequence[Triple]) -> None:
        described = {subject for subject, _, _ in triples}
        copies = {node: _copy(name, node) for node in described}
        for _, predicate, value in triples:
            if value not in copies and predicate != RDF.type and self.is_private(value):
                copies[value] = _copy(name, value)
        for node, copy in copies.items():
            self.origins[copy] = (node, name)
            self.graph.add((copy, SHAPE.copyOf, node))
            self.mark_blank(copy, node)
        for node in described:
            self.graph.add((name, FD.isAbout, copies[node]))
            for kind in self.types.get(node, ()):
                self.graph.add((copies[node], RDF.type, kind))
        for subject, predicate, value in triples:
            # An entity keeps its name where it is an object: its class is in the register.
            kept = value in self.outside or predicate == RDF.type
            self.graph.add(
                (copies[subject], predicate, value if kept else copies.get(value, value))
            )
            self.check_terms(copies[subject], predicate, value)

    def mark_blank(self, node: Node, original: Node) -> None:
        if is_blank(original):
            self.graph.add((node, SHAPE.isBlank, Literal(True)))

    def is_private(self, node: Node) -> bool:
        """Whether ``node``, which its graph only mentions, ought to be described there."""
        return (
            isinstance(node, URIRef)
            and (is_blank(node) or node.startswith(_ENTITY_BASE))
            and node not in self.outside
            and node not in self.vocabulary.described
        )

    def check_terms(self, node: Node, predicate: Node, value: Node) -> None:
        if not self.vocabulary.has_property(predicate):
            self.graph.add((node, SHAPE.usesUndeclared, predicate))
        elif predicate == RDF.type and not self.vocabulary.has_class(value):
            self.graph.add((node, SHAPE.usesUndeclared, value))

    def add_leaks(self) -> None:
        """Mark what a graph says about nodes that the content of the graph describes."""
        refers = {
            name: {value for _, _, value in triples if is_proposition(value)}
            for name, triples in {**self.known.propositions, **self.document.propositions}.items()
        }
        embedded: dict[Node, set[Node]] = {}
        for name, triples in self.document.propositions.items():
            nodes = {node for subject, _, value in triples for node in (subject, value)}
            for content in records.reached(refers, name):
                if content == name:
                    self.graph.add((name, SHAPE.isInItself, name))
                    continue
                if content not in embedded:
                    embedded[content] = self.leakable(content)
                for node in nodes & embedded[content]:
                    assert isinstance(name, URIRef)
                    self.graph.add((_copy(name, node), SHAPE.leaksFrom, content))

    def leakable(self, name: Node) -> set[Node]:
        triples = self.document.propositions.get(name) or self.known.propositions.get(name, ())
        return {
            node
            for node, kinds in _types(triples).items()
            if not _LEAKS.isdisjoint(self.vocabulary.superclasses(kinds))
        }

    def add_kinds(self) -> None:
        """Say of which top class each node is, and where its classes exclude each other."""
        for node in self.origins:
            classes = self.vocabulary.superclasses(self.graph.objects(node, RDF.type))
            for disjoint in self.vocabulary.disjoint:
                kinds = sorted(classes & disjoint, key=str)
                if FD.Event in disjoint:
                    for kind in kinds:
                        self.graph.add((node, SHAPE.hasKind, kind))
                for kind in kinds[1:]:
                    self.graph.add((node, SHAPE.hasClashingKind, kind))

    def add_records(self) -> None:
        for node, place in self.outside.items():
            self.origins.setdefault(node, (node, place))
            if not is_proposition(node):
                self.graph.add((node, SHAPE.isRecordedIn, place or SHAPE.defaultGraph))
            self.mark_blank(node, node)
        records.add_order(self.graph)
        records.add_spans(self.graph)
        records.add_circles(self.graph)

    def add_known(self) -> None:
        """Add of the known data the kind of each node that the document refers to."""
        wanted = {
            value for triples in self.document.propositions.values() for _, _, value in triples
        }
        wanted.update(value for _, _, value in self.document.records)
        wanted.difference_update(self.origins)
        for name, triples in self.known.propositions.items():
            if name in wanted:
                self.graph.add((name, RDF.type, FD.Proposition))
            assert isinstance(name, URIRef)
            for subject, predicate, value in triples:
                if predicate == RDF.type and subject in wanted:
                    copy = _copy(name, subject)
                    self.graph.add((copy, SHAPE.copyOf, subject))
                    self.graph.add((copy, RDF.type, value))
        for subject, predicate, value in self.known.records:
            if (predicate == RDF.type and subject in wanted) or (
                predicate == FD.onProposition and value in self.document.propositions
            ):
                self.graph.add((subject, predicate, value))


def _copy(name: URIRef, node: Node) -> URIRef:
    return URIRef(f"{name}#{node}")


def _is_copy(node: Node) -> bool:
    return is_proposition(node) and "#" in str(node)


def _types(triples: Iterable[Triple]) -> defaultdict[Node, set[Node]]:
    found: defaultdict[Node, set[Node]] = defaultdict(set)
    for subject, predicate, value in triples:
        if predicate == RDF.type:
            found[subject].add(value)
    return found
