"""Shapes: graphs up to the terms that neither an axiom, nor the background, nor a rule knows.

What follows from a graph by the ontology, and how it satisfies the premises of rules, is worked
out once for each shape, on numbers that stand for terms (`shape`).
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from foedus.graph.closure import LocalClosure
from foedus.graph.closure.programs import TYPE, Fact, class_key
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.relations import Relation
from foedus.graph.inference.shape import Shape, Values, place_number

Graph: TypeAlias = tuple[Shape, Values]
"""A shape and what fills its places."""


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

    def of_graph(self, name: int, facts: Iterable[Fact]) -> Graph:
        """Find the shape of a graph, and its values."""
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

    def is_literal(self, number: int) -> bool:
        """Tell whether the term is a literal."""
        profile = self._numbers.profiles[number]
        if profile < 0:
            return number in self._closure.literals
        return self._are_literals[profile]

    def filled(self, shape: Shape, values: Values) -> Graph:
        """Give a shape with its values; one of its own where the background says more."""
        if shape.doubtful:
            known = self._closure.known
            if any(fact in known for fact in shape.facts(values, shape.doubtful)):
                facts = shape.facts(values, shape.stated)
                return self.make(facts, values[:1]), values[:1]
        return shape, values

    def make(self, facts: Sequence[Fact], values: Sequence[int | None]) -> Shape:
        """Make the shape of facts in which places stand for values, or for some of them."""
        for place in range(len(values)):
            self._closure.literals.add(place_number(place, is_literal=True))
        at_work = [fact for fact in facts if self._works(fact)]
        text = self._numbers.text
        entailed, doubtful = [], []
        meeting = [fact for fact in at_work if self._meets(fact)]
        for fact in self._closure.entailed(at_work):
            subject, predicate, value = fact
            if self._meets(fact):
                meeting.append(fact)
            if not self._is_rdf(subject) or text[predicate].startswith("_:"):
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
        term = self._numbers.term
        return self._closure.is_at_work(term(fact[1]), term(max(fact[2], 0)))

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
