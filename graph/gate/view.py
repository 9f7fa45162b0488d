"""One rdflib graph of a document's named graphs, made for the shapes.

SHACL sees a single graph, but a proposition's graph must stand alone. So each event, agreement,
date ... of a proposition is renamed to a copy that is private to it, and what shapes cannot see is
added in the namespace ``fdsh:`` (listed at the top of ``shapes/core.ttl`` and ``sources.ttl``).
Provenance and the register stay as they are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.graph.gate import bare, contents, records
from foedus.graph.gate.graphs import Graphs, Triple, is_blank, is_proposition, types_of
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import BASE, FD, SHAPE

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
    for triple in vocabulary.graph:
        graph.add(triple)
    builder = _Builder(graph, document, register, known, vocabulary)
    builder.add_propositions()
    builder.add_records()
    builder.add_kinds()
    builder.add_known()
    records.add_misnamed(graph, set(document.places))
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
        self.types = types_of(register.records)
        self.classes: dict[Node, Set[Node]] = {}
        self.add_register(register.records)
        self.add_statements(self.of_others(register.records))

    def add_register(self, triples: Sequence[Triple]) -> None:
        for subject, predicate, value in triples:
            self.add_statement(subject, predicate, value)

    def of_others(self, register: Sequence[Triple]) -> Mapping[Node, Set[Triple]]:
        """Give what is said already of each entity and report that is not the document's own."""
        said: defaultdict[Node, set[Triple]] = defaultdict(set)
        for triple in register:
            said[triple[0]].add(triple)
        shared = {
            subject
            for subject, kinds in types_of(self.known.records).items()
            if bare.is_shared(self.vocabulary.superclasses(kinds))
        }
        for triple in self.known.records:
            if triple[0] in shared:
                said[triple[0]].add(triple)
        return said

    def add_statements(self, of_others: Mapping[Node, Set[Triple]]) -> None:
        """Add what the document says outside propositions, but for what is not its to say."""
        for subject, kinds in types_of(self.document.records).items():
            self.types.setdefault(subject, kinds)
        for triple in self.document.records:
            subject, predicate, value = triple
            self.check_terms(subject, predicate, value)
            if subject in self.vocabulary.described or _is_copy(subject):
                self.graph.add((subject, SHAPE.redefines, subject))
            elif triple not in of_others.get(subject, (triple,)):
                self.graph.add((subject, SHAPE.redefines, value))
            elif self.vocabulary.has_property(predicate):
                self.add_statement(subject, predicate, value)

    def add_statement(self, subject: Node, predicate: Node, value: Node) -> None:
        if bare.is_bare(predicate, self.classes_of(subject)):
            self.graph.add((subject, SHAPE.saysBare, predicate))
        else:
            self.graph.add((subject, predicate, value))

    def classes_of(self, node: Node) -> Set[Node]:
        """Give the classes of what is described outside propositions; none if it must not be."""
        if is_proposition(node):
            return {FD.Proposition}
        if node not in self.classes:
            self.classes[node] = self.vocabulary.superclasses(self.types.get(node, ()))
        return self.classes[node]

    def add_propositions(self) -> None:
        for name, triples in self.document.propositions.items():
            assert isinstance(name, URIRef)
            self.origins[name] = (name, name)
            self.graph.add((name, RDF.type, FD.Proposition))
            self.add_copies(name, triples)
        for name, node, other in contents.differences(self.known, self.document):
            self.graph.add((_copy(name, node), SHAPE.differsFrom, other))
        for name, node, content in contents.leaks(self.known, self.document, self.vocabulary):
            if node == name:
                self.graph.add((name, SHAPE.isInItself, name))
            else:
                self.graph.add((_copy(name, node), SHAPE.leaksFrom, content))

    def add_copies(self, name: URIRef, triples: Sequence[Triple]) -> None:
        described = {subject for subject, _, _ in triples}
        types = types_of(triples)
        classes = {
            node: self.vocabulary.superclasses(types[node]) | self.classes_of(node)
            for node in described
        }
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
            if bare.is_for_the_register(predicate, classes[subject]):
                self.graph.add((copies[subject], SHAPE.saysOfEntity, predicate))
        for tie, agent in contents.outsiders(triples):
            if agent in self.outside and FD.Agent in self.classes_of(agent):
                self.graph.add((copies[tie], SHAPE.hasOutsider, agent))

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
        records.add_circles(self.graph, FD.isReportedBy)
        records.add_circles(self.graph, FD.corrects)
        records.add_repetitions(self.graph)

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
