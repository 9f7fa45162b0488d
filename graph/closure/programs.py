"""The closed ontology compiled: what follows from a triple, by its property or by its class.

Terms and rules are integers here. Of subclasses, subproperties, domains and ranges only the
nearest become rules: the farther ones follow in steps, and each step is a premise to show.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import BlankNode
from rdflib import OWL, RDF, RDFS, Graph
from rdflib.term import Node

from foedus.graph.closure.profile import EVERYTHING, is_datatype
from foedus.graph.terms import Term, to_term

Fact: TypeAlias = tuple[int, int, int]
TYPE: Final = 0
"""The number of ``rdf:type``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """An axiom at work: its rule in the tables of OWL 2 RL, and its terms, subject first."""

    name: str
    terms: tuple[Term, ...]


class Join(NamedTuple):
    """From (x left y) and (y right z) follows (x head z), or (x head value)."""

    left: int
    right: int
    head: int
    value: int | None
    rule: int
    right_key: int


@dataclass(slots=True)
class Program:
    """What follows from (s p o), p being one property, or ``rdf:type`` with o one class."""

    copies: list[tuple[int, int]] = field(default_factory=list)
    """(q, rule): (s q o) follows."""
    swaps: list[tuple[int, int]] = field(default_factory=list)
    """(q, rule): (o q s) follows."""
    subjects: list[tuple[int, int, int]] = field(default_factory=list)
    """(q, value, rule): (s q value) follows."""
    objects: list[tuple[int, int]] = field(default_factory=list)
    """(class, rule): o is of the class."""
    datatypes: list[tuple[int, int]] = field(default_factory=list)
    """(datatype, rule): o is of the datatype, which says something unless it is a literal."""
    values: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """(class, rule) by the object: s is of the class."""
    lefts: list[Join] = field(default_factory=list)
    rights: list[Join] = field(default_factory=list)
    transitive: int | None = None
    """The rule of transitivity."""


class Compiler:
    """Programs from the axioms of a closed ontology that `refuse_unknown` has let pass."""

    def __init__(self, closed: Graph) -> None:
        self.ids: dict[Term, int] = {to_term(RDF.type): TYPE}
        self.rules: list[Rule] = []
        self.programs: dict[int, Program] = {}
        self._closed = closed
        self._prefixes: dict[tuple[Node, ...], int] = {}
        self._compile_hierarchies()
        self._compile_characteristics()
        self._compile_chains()
        self._compile_restrictions()

    def _id(self, node: Node) -> int:
        return self.ids.setdefault(to_term(node), len(self.ids))

    def _rule(self, name: str, *nodes: Node) -> int:
        self.rules.append(Rule(name, tuple(map(to_term, nodes))))
        return len(self.rules) - 1

    def _of_property(self, node: Node) -> Program:
        return self.programs.setdefault(self._id(node), Program())

    def _of_class(self, node: Node) -> Program:
        return self.programs.setdefault(class_key(self._id(node)), Program())

    def _pairs(self, predicate: Node) -> set[tuple[Node, Node]]:
        """List what two different terms an axiom relates, unless it says nothing."""
        return {
            (subject, value)
            for subject, value in self._closed.subject_objects(predicate)
            if subject != value and subject != OWL.Nothing and value not in EVERYTHING
        }

    def _compile_hierarchies(self) -> None:
        subclasses, subproperties = self._pairs(RDFS.subClassOf), self._pairs(RDFS.subPropertyOf)
        for lower, upper in _nearest(subclasses):
            rule = self._rule("cax-sco", lower, upper)
            self._of_class(lower).subjects.append((TYPE, self._id(upper), rule))
        for lower, upper in _nearest(subproperties):
            rule = self._rule("prp-spo1", lower, upper)
            self._of_property(lower).copies.append((self._id(upper), rule))
        for property_, class_ in self._nearest_classes(RDFS.domain, subclasses, subproperties):
            rule = self._rule("prp-dom", property_, class_)
            self._of_property(property_).subjects.append((TYPE, self._id(class_), rule))
        for property_, class_ in self._nearest_classes(RDFS.range, subclasses, subproperties):
            rule = self._rule("prp-rng", property_, class_)
            program = self._of_property(property_)
            is_data = is_datatype(class_) or (class_, RDF.type, RDFS.Datatype) in self._closed
            (program.datatypes if is_data else program.objects).append((self._id(class_), rule))

    def _nearest_classes(
        self,
        predicate: Node,
        subclasses: set[tuple[Node, Node]],
        subproperties: set[tuple[Node, Node]],
    ) -> list[tuple[Node, Node]]:
        """List domains or ranges that follow neither from a narrower one nor a superproperty's."""
        stated = self._pairs(predicate)
        narrower, wider = _strict(subclasses), _strict(subproperties)
        return sorted(
            (property_, class_)
            for property_, class_ in stated
            if not any((property_, lower) in stated for lower in narrower.get(class_, ()))
            and not any(
                (upper, class_) in stated for upper, lowers in wider.items() if property_ in lowers
            )
        )

    def _compile_characteristics(self) -> None:
        for one, other in sorted(self._closed.subject_objects(OWL.inverseOf), key=str):
            for name, source, target in (("prp-inv1", one, other), ("prp-inv2", other, one)):
                rule = self._rule(name, one, other)
                self._of_property(source).swaps.append((self._id(target), rule))
        for node in sorted(self._closed.subjects(RDF.type, OWL.SymmetricProperty), key=str):
            self._of_property(node).swaps.append((self._id(node), self._rule("prp-symp", node)))
        for node in sorted(self._closed.subjects(RDF.type, OWL.TransitiveProperty), key=str):
            self._of_property(node).transitive = self._rule("prp-trp", node)

    def _compile_chains(self) -> None:
        """Compile chains as joins of two, the middles being properties without a name."""
        for head, node in sorted(self._closed.subject_objects(OWL.propertyChainAxiom), key=str):
            chain = tuple(self._closed.items(node))
            rule = self._rule("prp-spo2", head, *chain)
            if len(chain) == 1:
                self._of_property(chain[0]).copies.append((self._id(head), rule))
                continue
            if chain == (head, head):
                program = self._of_property(head)
                program.transitive = rule if program.transitive is None else program.transitive
                continue
            left = self._id(chain[0])
            for length in range(2, len(chain)):
                prefix = chain[:length]
                if prefix not in self._prefixes:
                    middle = self.ids.setdefault(_middle(prefix), len(self.ids))
                    self._prefixes[prefix] = middle
                    self._join(left, self._id(prefix[-1]), middle, rule)
                left = self._prefixes[prefix]
            self._join(left, self._id(chain[-1]), self._id(head), rule)

    def _join(self, left: int, right: int, head: int, rule: int) -> None:
        join = Join(left, right, head, None, rule, right)
        self.programs.setdefault(left, Program()).lefts.append(join)
        self.programs.setdefault(right, Program()).rights.append(join)

    def _compile_restrictions(self) -> None:
        for restriction, node in sorted(self._closed.subject_objects(OWL.onProperty), key=str):
            program, class_ = self._of_property(node), self._id(restriction)
            for value in sorted(self._closed.objects(restriction, OWL.hasValue), key=str):
                number = self._id(value)
                rule = self._rule("cls-hv1", restriction, node, value)
                self._of_class(restriction).subjects.append((self._id(node), number, rule))
                rule = self._rule("cls-hv2", restriction, node, value)
                program.values.setdefault(number, []).append((class_, rule))
            for filler in sorted(self._closed.objects(restriction, OWL.someValuesFrom), key=str):
                if filler == OWL.Thing:
                    rule = self._rule("cls-svf2", restriction, node, filler)
                    program.subjects.append((TYPE, class_, rule))
                    continue
                rule = self._rule("cls-svf1", restriction, node, filler)
                key = class_key(self._id(filler))
                join = Join(self._id(node), TYPE, TYPE, class_, rule, key)
                program.lefts.append(join)
                self._of_class(filler).rights.append(join)


def _middle(prefix: Iterable[Node]) -> BlankNode:
    """Name the middle of a chain by what leads to it, so that it is the same at any time."""
    return BlankNode("chain" + hashlib.sha256(" ".join(map(str, prefix)).encode()).hexdigest()[:32])


def class_key(class_: int) -> int:
    """Give the key of the program for members of a class; properties have their own number."""
    return ~class_


def _strict(pairs: Iterable[tuple[Node, Node]]) -> dict[Node, set[Node]]:
    """Map each term to those strictly below it; equivalent ones are not below each other."""
    closed = set(pairs)
    below: dict[Node, set[Node]] = {}
    for lower, upper in closed:
        if (upper, lower) not in closed:
            below.setdefault(upper, set()).add(lower)
    return below


def _nearest(closed: set[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
    """List the pairs of a transitive relation with nothing strictly between; cycles stay whole."""
    below = _strict(closed)
    return sorted(
        (lower, upper)
        for lower, upper in closed
        if not any(lower in below.get(middle, ()) for middle in below.get(upper, ()))
    )
