"""One graph of a document's named graphs, made for the shapes.

SHACL sees a single graph, but a proposition's graph must stand alone. So each event, agreement,
date ... of a proposition is renamed to a copy that is private to it, and what shapes cannot see is
added in the namespace ``fdsh:`` (listed at the top of ``shapes/core.ttl`` and ``sources.ttl``).
Provenance and the register stay as they are.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from foedus.graph.gate import bare, contents, records
from foedus.graph.gate.graphs import Graphs, Triples, types_of
from foedus.graph.gate.known import Known
from foedus.graph.gate.terms import (
    FD,
    RDF,
    SHAPE,
    TRUE,
    Term,
    Triple,
    iri,
    is_blank,
    is_proposition,
)
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import BASE

_ENTITY_BASE: Final = f"<{BASE}id/"
_TYPE: Final = RDF.type
_COPY_OF: Final = SHAPE.copyOf
_IS_ABOUT: Final = FD.isAbout
_PROPOSITION: Final = frozenset({FD.Proposition})


@dataclass(frozen=True)
class View:
    """What the shapes see, and the way back from it.

    Attributes:
        graph: The one graph.
        origins: Each node that is judged -> the node as the document names it, and its graph.
    """

    graph: Triples
    origins: Mapping[Term, tuple[Term, Term | None]]


def view(document: Graphs, register: Graphs, known: Known, vocabulary: Vocabulary) -> View:
    """Build the view of ``document``.

    Args:
        document: What is judged.
        register: The shared entities; judged with it.
        known: Everything else that is in the data already. Only what ``document`` refers to is
            taken from it, and that is not judged.
        vocabulary: The ontology's.
    """
    builder = _Builder(document, register, known, vocabulary)
    builder.add_propositions()
    builder.add_records()
    builder.add_kinds()
    builder.add_known()
    records.add_misnamed(builder.graph, document.places)
    return View(builder.graph, builder.origins)


class _Builder:
    def __init__(
        self, document: Graphs, register: Graphs, known: Known, vocabulary: Vocabulary
    ) -> None:
        self.graph = Triples()
        self.document = document
        self.register = register
        self.known = known
        self.vocabulary = vocabulary
        self.origins: dict[Term, tuple[Term, Term | None]] = {}
        self.outside = {**register.places, **document.places}
        self.types = {**document.types, **register.types}
        self.classes: dict[Term, Set[Term]] = {}
        for triple in vocabulary.triples:
            self.graph.add(*triple)
        for triple in register.records:
            self.add_statement(*triple)
        self.add_statements()

    def add_statements(self) -> None:
        """Add what the document says outside propositions, but for what is not its to say."""
        others: dict[Term, Set[Triple]] = {}
        for triple in self.document.records:
            subject, predicate, value = triple
            self.check_terms(subject, predicate, value)
            if subject not in others:
                others[subject] = self.said_by_others(subject)
            if subject in self.vocabulary.described or _is_copy(subject):
                self.graph.add(subject, SHAPE.redefines, subject)
            elif others[subject] and triple not in others[subject]:
                self.graph.add(subject, SHAPE.redefines, value)
            elif self.vocabulary.has_property(predicate):
                self.add_statement(subject, predicate, value)

    def said_by_others(self, node: Term) -> Set[Triple]:
        """Give what is said already of an entity or report that is not the document's own."""
        own = self.register.said.get(node, frozenset())
        return own | self.known.statements(node, self.document)

    def add_statement(self, subject: Term, predicate: Term, value: Term) -> None:
        if bare.is_bare(predicate, self.classes_of(subject)):
            self.graph.add(subject, SHAPE.saysBare, predicate)
        else:
            self.graph.add(subject, predicate, value)

    def classes_of(self, node: Term) -> Set[Term]:
        """Give the classes of what is described outside propositions; none if it must not be."""
        found = self.classes.get(node)
        if found is None:
            found = self.vocabulary.superclasses(self.types.get(node, ()))
            self.classes[node] = found = _PROPOSITION if is_proposition(node) else found
        return found

    def add_propositions(self) -> None:
        for name, triples in self.document.propositions.items():
            self.origins[name] = (name, name)
            self.graph.add(name, _TYPE, FD.Proposition)
            self.add_copies(name, triples)
        for name, node, other in contents.differences(self.known, self.document):
            self.graph.add(_copy(name, node), SHAPE.differsFrom, other)
        for name, node, content in contents.leaks(self.known, self.document, self.vocabulary):
            if node == name:
                self.graph.add(name, SHAPE.isInItself, name)
            else:
                self.graph.add(_copy(name, node), SHAPE.leaksFrom, content)

    def add_copies(self, name: Term, triples: Sequence[Triple]) -> None:
        add, outside = self.graph.add, self.outside
        types = types_of(triples)
        # In the order of the graph: what is written is the same in every run.
        described = {subject: _copy(name, subject) for subject, _, _ in triples}
        copies = dict(described)
        for _, predicate, value in triples:
            if value not in copies and predicate != _TYPE and self.is_private(value):
                copies[value] = _copy(name, value)
        for node, copy in copies.items():
            self.origins[copy] = (node, name)
            add(copy, _COPY_OF, node)
            self.mark_blank(copy, node)
        classes = {}
        for node, copy in described.items():
            add(name, _IS_ABOUT, copy)
            for kind in self.types.get(node, ()):
                add(copy, _TYPE, kind)
            own = self.vocabulary.superclasses(types.get(node, ()))
            classes[node] = own | self.classes_of(node)
        for subject, predicate, value in triples:
            copy = described[subject]
            # An entity keeps its name where it is an object: its class is in the register.
            kept = value in outside or predicate == _TYPE
            add(copy, predicate, value if kept else copies.get(value, value))
            self.check_terms(copy, predicate, value)
            if bare.is_for_the_register(predicate, classes[subject]):
                add(copy, SHAPE.saysOfEntity, predicate)
        for tie, agent in contents.outsiders(triples):
            if agent in outside and FD.Agent in self.classes_of(agent):
                add(copies[tie], SHAPE.hasOutsider, agent)

    def mark_blank(self, node: Term, original: Term) -> None:
        if is_blank(original):
            self.graph.add(node, SHAPE.isBlank, TRUE)

    def is_private(self, node: Term) -> bool:
        """Whether ``node``, which its graph only mentions, ought to be described there."""
        return (
            (node.startswith(_ENTITY_BASE) or is_blank(node))
            and node not in self.outside
            and node not in self.vocabulary.described
        )

    def check_terms(self, node: Term, predicate: Term, value: Term) -> None:
        if not self.vocabulary.has_property(predicate):
            self.graph.add(node, SHAPE.usesUndeclared, predicate)
        elif predicate == _TYPE and not self.vocabulary.has_class(value):
            self.graph.add(node, SHAPE.usesUndeclared, value)

    def add_kinds(self) -> None:
        """Say of which top class each node is, and where its classes exclude each other."""
        found: dict[Set[Term], list[tuple[Term, Term]]] = {}
        for node in self.origins:
            classes = self.vocabulary.superclasses(self.graph.objects(node, _TYPE))
            kinds = found.get(classes)
            if kinds is None:
                kinds = found[classes] = list(self.kinds(classes))
            for predicate, kind in kinds:
                self.graph.add(node, predicate, kind)

    def kinds(self, classes: Set[Term]) -> Iterator[tuple[Term, Term]]:
        for disjoint in self.vocabulary.disjoint:
            kinds = sorted(classes & disjoint, key=iri)
            if FD.Event in disjoint:
                for kind in kinds:
                    yield SHAPE.hasKind, kind
            for kind in kinds[1:]:
                yield SHAPE.hasClashingKind, kind

    def add_records(self) -> None:
        for node, place in self.outside.items():
            self.origins.setdefault(node, (node, place))
            if not is_proposition(node):
                self.graph.add(node, SHAPE.isRecordedIn, place or SHAPE.defaultGraph)
            self.mark_blank(node, node)
        records.add_order(self.graph)
        records.add_spans(self.graph)
        records.add_circles(self.graph, FD.isReportedBy)
        records.add_circles(self.graph, FD.corrects)
        records.add_repetitions(self.graph)

    def add_known(self) -> None:
        """Add of the known data the kind of each node that the document refers to."""
        add, but = self.graph.add, self.document
        wanted = {
            value for triples in self.document.propositions.values() for _, _, value in triples
        }
        wanted.update(value for _, _, value in self.document.records)
        for node in wanted.difference(self.origins):
            if self.known.graphs.get(node, but):
                add(node, _TYPE, FD.Proposition)
            for name, kinds in self.known.described.get(node, but):
                for kind in kinds:
                    add(_copy(name, node), _COPY_OF, node)
                    add(_copy(name, node), _TYPE, kind)
            for kinds in self.known.types.get(node, but):
                for kind in kinds:
                    add(node, _TYPE, kind)
        for name in self.document.propositions:
            for claim in self.known.claims.get(name, but):
                add(claim, FD.onProposition, name)


def _copy(name: Term, node: Term) -> Term:
    return f"{name[:-1]}#{node[1:]}"


def _is_copy(node: Term) -> bool:
    return is_proposition(node) and "#" in node
