"""Shapes: graphs up to the terms that neither an axiom, nor the background, nor a rule knows.

What follows from a graph by the ontology, and how it satisfies the premises of rules, is worked
out once for each shape, on numbers that stand for terms; a graph then is a shape and its values.
The numbers of places are negative: -2, -4, … for the first, second, … value, one less if it is a
literal.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode

from foedus.graph.closure import LocalClosure
from foedus.graph.closure.programs import TYPE, Fact, class_key
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.relations import Pairs, Relation, Row

Values: TypeAlias = tuple[int | None, ...]
"""The name of a proposition, then the terms of its graph that stand in a shape's places."""


class RowTemplate(NamedTuple):
    """How graphs of a shape satisfy a premise, if ``checks`` allow it."""

    relation: Relation
    row: Callable[[Values], Row]
    checks: tuple[Callable[[Row], bool], ...]


class Shape:
    """What graphs have in common that differ in terms of which nothing is known.

    Attributes:
        stated: Its triples, as places in the values and the constants.
        entailed: What follows, likewise.
        constants: The terms that are the same in all, the properties among them.
        rows: How the graphs satisfy premises.
        meeting: What may entail more together with other graphs, what is stated first; also of
            properties without a name.
        doubtful: What follows, unless the background says it already.
    """

    __slots__ = ("_facts", "constants", "doubtful", "entailed", "meeting", "rows", "size", "stated")

    def __init__(
        self,
        size: int,
        stated: Sequence[Fact],
        entailed: Sequence[Fact],
        relations: Iterable[Relation],
        doubtful: Sequence[Fact],
        meeting: Sequence[Fact],
    ) -> None:
        self.size = size
        constants: dict[int | None, int] = {}

        def place(number: int | None) -> int:
            if number is not None and number < 0:
                return (-number - 2) // 2
            return size + constants.setdefault(number, len(constants))

        def places(facts: Iterable[Fact]) -> list[tuple[int, int, int]]:
            return [(place(s), place(p), place(o)) for s, p, o in facts]

        facts: dict[int, list[tuple[int, int]]] = {}
        for subject, predicate, value in dict.fromkeys((*stated, *entailed)):
            facts.setdefault(predicate, []).append((subject, value))
        self.stated, self.entailed = places(stated), places(entailed)
        self.doubtful, self.meeting = places(doubtful), places(meeting)
        self.rows: list[RowTemplate] = []
        for relation in relations:
            for row in relation.rows(place_number(0, is_literal=False), facts):
                checks = _remaining(relation, row)
                if checks is not None:
                    getter = _getter(tuple(map(place, row)))
                    self.rows.append(RowTemplate(relation, getter, checks))
        self._facts = {
            predicate: [(place(subject), place(value)) for subject, value in pairs]
            for predicate, pairs in facts.items()
        }
        self.constants: Values = tuple(constants)

    def pairs(self, values: Values, predicate: int) -> Pairs:
        """Give the subjects and objects of a property in a graph of this shape."""
        return [(values[s], values[o]) for s, o in self._facts.get(predicate, ())]  # type: ignore[misc]


def _remaining(relation: Relation, row: Row) -> tuple[Callable[[Row], bool], ...] | None:
    """List the checks that depend on values; none at all where another one fails."""
    found = []
    for places, check in relation.checks:
        if places is not None and all((row[place] or 0) >= 0 for place in places):
            if not check(row):
                return None
        else:
            found.append(check)
    return tuple(found)


def _getter(places: tuple[int, ...]) -> Callable[[Values], Row]:
    if len(places) == 1:
        (only,) = places
        return lambda values: (values[only],)
    return itemgetter(*places)


def place_number(place: int, *, is_literal: bool) -> int:
    """Give the number that stands for what is in a place."""
    return -2 * place - 2 - is_literal


class Shapes:
    """All shapes that have occurred.

    Args:
        closure: Says what follows from a graph; its background is what is known of terms.
        constants: Terms that rules name.
    """

    def __init__(
        self,
        closure: LocalClosure,
        numbers: Numbers,
        relations: Sequence[Relation],
        constants: Iterable[int],
    ) -> None:
        self._closure = closure
        self._numbers = numbers
        self._relations = relations
        self._known: dict[object, Shape] = {}
        self._profiles: list[frozenset[int]] = []
        self._are_literals: list[bool] = []
        self._set_profiles(constants)

    def _set_profiles(self, constants: Iterable[int]) -> None:
        """Tell apart terms of which something is known; those that matter get one of their own."""
        profiles = self._numbers.profiles
        found = {
            profile: place
            for place, profile in enumerate(
                (is_literal, frozenset[int]()) for is_literal in (False, True)
            )
        }
        classes: dict[int, set[int]] = {}
        for subject, predicate, value in self._closure.known:
            members = classes.setdefault(subject, set())
            if predicate == TYPE:
                members.add(value)
            else:
                classes.setdefault(value, set())
        for number, members in classes.items():
            known = bool(profiles[number]), frozenset(members | {-1})
            profiles[number] = found.setdefault(known, len(found))
        self._profiles = [classes for _, classes in found]
        self._are_literals = [is_literal for is_literal, _ in found]
        for number in {*constants, *self._closure.meeting()}:
            profiles[number] = -1 - number

    def __len__(self) -> int:
        return len(self._known)

    def forget(self, count: int) -> None:
        """Forget all shapes but the first ``count``."""
        for key in list(self._known)[count:]:
            del self._known[key]

    def of_graph(self, name: int, facts: Iterable[Fact]) -> tuple[Shape, Values]:
        """Find the shape of a graph; gives its values, constants included."""
        profiles, are_literals = self._numbers.profiles, self._are_literals
        codes = {name: place_number(0, is_literal=False)} if profiles[name] >= 0 else {}
        values: list[int | None] = [name]

        def code(number: int) -> int:
            profile = profiles[number]
            if profile < 0:
                return number
            found = codes.get(number)
            if found is None:
                found = place_number(len(values), is_literal=are_literals[profile])
                codes[number] = found
                values.append(number)
            return found

        coded: list[Fact] = []
        for subject, predicate, value in sorted(facts):
            first = code(subject)
            coded.append((first, predicate, value if predicate == TYPE else code(value)))
        key = tuple(coded), tuple([profiles[number] for number in codes])
        shape = self._known.get(key)
        if shape is None:
            shape = self._known[key] = self.make(coded, values)
        return self.filled(shape, tuple(values))

    def closed(self, graph: tuple[Shape, Values]) -> set[Fact]:
        """List the triples of a graph and what they entail."""
        shape, values = graph
        return {(values[s], values[p], values[o]) for s, p, o in shape.stated + shape.entailed}  # type: ignore[misc]

    def is_literal(self, number: int) -> bool:
        """Tell whether the term is a literal."""
        profile = self._numbers.profiles[number]
        if profile < 0:
            return number in self._closure.literals
        return self._are_literals[profile]

    def filled(self, shape: Shape, values: Values) -> tuple[Shape, Values]:
        """Give a shape with its values; one of its own where the background says more."""
        extended = values + shape.constants
        known = self._closure.known
        if shape.doubtful and any(
            (extended[s], extended[p], extended[o]) in known for s, p, o in shape.doubtful
        ):
            facts = [(extended[s], extended[p], extended[o]) for s, p, o in shape.stated]
            shape = self.make(facts, values[:1])  # type: ignore[arg-type]
            return shape, values[:1] + shape.constants
        return shape, extended

    def make(self, facts: Sequence[Fact], values: Sequence[int | None]) -> Shape:
        """Make the shape of facts in which places stand for values, or for some of them."""
        for place in range(len(values)):
            self._closure.literals.add(place_number(place, is_literal=True))
        at_work = [fact for fact in facts if self._works(fact)]
        terms = self._numbers.terms
        entailed, doubtful = [], []
        meeting = [fact for fact in at_work if self._meets(fact)]
        for fact in self._closure.entailed(at_work):
            subject, predicate, value = fact
            if self._meets(fact):
                meeting.append(fact)
            if not self._is_rdf(subject) or isinstance(terms[predicate], BlankNode):
                continue
            about = self._classes(subject, values)
            if predicate == TYPE:
                if value in about:
                    continue
            elif about and self._classes(value, values) and min(subject, value) < 0:
                doubtful.append(fact)
            entailed.append(fact)
        return Shape(len(values), facts, entailed, self._relations, doubtful, meeting)

    def _works(self, fact: Fact) -> bool:
        terms = self._numbers.terms
        return self._closure.is_at_work(terms[fact[1]], terms[max(fact[2], 0)])

    def _meets(self, fact: Fact) -> bool:
        _, predicate, value = fact
        program = self._closure.programs.get(class_key(value) if predicate == TYPE else predicate)
        return program is not None and bool(
            program.lefts or program.rights or program.transitive is not None
        )

    def _is_rdf(self, subject: int) -> bool:
        return subject not in self._closure.literals

    def _classes(self, number: int, values: Sequence[int | None]) -> frozenset[int]:
        """List the classes that the background gives a term, and -1 if it knows it at all."""
        if number >= 0:
            return frozenset({-1})
        value = values[(-number - 2) // 2]
        assert value is not None
        profile = self._numbers.profiles[value]
        return self._profiles[profile] if profile >= 0 else frozenset({-1})
