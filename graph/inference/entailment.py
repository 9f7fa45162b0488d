"""Entailment across propositions: what follows by the ontology from two of them, not from one.

A chain of properties may need more than two, its middles having no name. Transitivity is
left-linear, as in `foedus.graph.closure.saturation`: what has another reason than transitivity
prolongs paths.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from foedus.graph.closure import LocalClosure
from foedus.graph.closure.programs import TYPE, Fact, class_key
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.shapes import Graph
from foedus.ontology.namespaces import PREFIXES

ENTAILMENT: Final = ox.NamedNode(PREFIXES["rule"] + "entailment")
TITLE: Final = MappingProxyType({"en": "Entailment", "de": "Folgerung aus der Ontologie"})
SENTENCE: Final = MappingProxyType(
    {
        "en": "What follows from several propositions together by an axiom of the ontology, such as"
        " a chain of properties or transitivity, follows from these propositions.",
        "de": "Was nach einem Axiom der Ontologie, etwa einer Kette von Eigenschaften oder"
        " Transitivität, aus mehreren Propositionen zusammen folgt, folgt aus diesen.",
    }
)


class Meeting(NamedTuple):
    """A triple and the propositions that it follows from."""

    fact: Fact
    premises: tuple[int, ...]
    is_step: bool


_Index: TypeAlias = defaultdict[tuple[int, int], list[Meeting]]


class Entailment:
    """The triples of propositions that may meet those of others.

    Args:
        closed: Gives what a proposition says and entails by itself.
    """

    def __init__(
        self, closure: LocalClosure, numbers: Numbers, closed: Callable[[int], set[Fact]]
    ) -> None:
        self._closure = closure
        self._numbers = numbers
        self._closed = closed
        self._by_subject: _Index = defaultdict(list)
        self._by_object: _Index = defaultdict(list)
        self._edges: _Index = defaultdict(list)
        self._stepped: dict[int, Meeting] = {}
        self._log: list[Callable[[], Any]] = []

    def add(self, name: int, graph: Graph, *, is_step: bool) -> Iterator[Meeting]:
        """Take up a proposition, and give what follows from it and others.

        Where it was concluded by transitivity alone, it prolongs no path until `promote`.
        """
        shape, values = graph
        for place, fact in enumerate(shape.facts(values, shape.meeting)):
            yield from self._meet(Meeting(fact, (name,), is_step and not place))

    def promote(self, name: int) -> Iterator[Meeting]:
        """Note that a proposition has another reason than transitivity."""
        item = self._stepped.pop(name, None)
        if item is not None:
            self._log.append(lambda: self._stepped.__setitem__(name, item))
            yield from self._link(item)

    def __len__(self) -> int:
        return len(self._log)

    def forget(self, count: int) -> None:
        """Undo all changes but the first ``count``."""
        while len(self._log) > count:
            self._log.pop()()

    def _meet(self, item: Meeting) -> Iterator[Meeting]:
        subject, predicate, value = item.fact
        key = class_key(value) if predicate == TYPE else predicate
        program = self._closure.programs.get(key)
        if program is None:
            return
        if program.rights:
            self._append(self._by_subject, (key, subject), item)
        for join in program.lefts:
            for other in list(self._by_subject.get((join.right_key, value), ())):
                end = other.fact[2] if join.value is None else join.value
                yield from self._found((subject, join.head, end), item, other)
        for join in program.rights:
            for other in list(self._by_object.get((join.left, subject), ())):
                end = value if join.value is None else join.value
                yield from self._found((other.fact[0], join.head, end), other, item)
        if program.lefts or program.transitive is not None:
            self._append(self._by_object, (predicate, value), item)
        if program.transitive is not None:
            for other in list(self._edges.get((predicate, value), ())):
                conclusion = (subject, predicate, other.fact[2])
                yield from self._found(conclusion, item, other, is_step=True)
            if item.is_step:
                (name,) = item.premises
                self._stepped[name] = item
                self._log.append(lambda: self._stepped.pop(name))
            else:
                yield from self._link(item)

    def _link(self, edge: Meeting) -> Iterator[Meeting]:
        """Make it an edge that prolongs paths."""
        subject, predicate, value = edge.fact
        self._append(self._edges, (predicate, subject), edge)
        for path in list(self._by_object.get((predicate, subject), ())):
            conclusion = (path.fact[0], predicate, value)
            yield from self._found(conclusion, path, edge, is_step=True)

    def _found(
        self, fact: Fact, one: Meeting, other: Meeting, *, is_step: bool = False
    ) -> Iterator[Meeting]:
        premises = tuple(sorted({*one.premises, *other.premises}))
        if len(premises) > 1 and fact not in self._closure.known:
            yield from self._concluded(Meeting(fact, premises, is_step))

    def _concluded(self, item: Meeting) -> Iterator[Meeting]:
        """Give a conclusion that can be told, or else what follows from it."""
        fact, premises, _ = item
        if self._is_nameless(fact):
            yield from self._meet(item)
            for further in self._closure.entailed([fact]):
                yield from self._concluded(Meeting(further, premises, is_step=False))
        elif fact[0] not in self._closure.literals and not any(
            fact in self._closed(name) for name in premises
        ):
            yield item

    def _is_nameless(self, fact: Fact) -> bool:
        """Tell whether it is the middle of a chain, or of a class that only an axiom describes."""
        _, predicate, value = fact
        return self._numbers.text[value if predicate == TYPE else predicate].startswith("_:")

    def _append(self, index: _Index, key: tuple[int, int], item: Meeting) -> None:
        index[key].append(item)
        self._log.append(index[key].pop)
