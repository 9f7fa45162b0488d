"""The shape of graphs: what they have in common that differ in terms of which nothing is known.

A graph is a shape and its values. In a shape, numbers that stand for values are negative: -2, -4, …
for the first, second, … value, one less if it is a literal.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from foedus.graph.closure.programs import Fact
from foedus.graph.inference.indexes import Row
from foedus.graph.inference.relations import Pairs, Relation

Values: TypeAlias = tuple[int | None, ...]
"""The name of a proposition, then the terms of its graph that stand in a shape's places."""


class Way(NamedTuple):
    """How graphs of a shape satisfy a premise, if ``checks`` allow it."""

    relation: Relation
    get: Callable[[Values], Row]
    checks: tuple[Callable[[Row], bool], ...]

    def row(self, extended: Values) -> Row | None:
        """Make the row of a graph, given its values and the constants of the shape."""
        row = self.get(extended)
        return row if all([check(row) for check in self.checks]) else None


class Shape:
    """What graphs have in common that differ in terms of which nothing is known.

    Attributes:
        stated: Its triples, as places in the values and the constants.
        entailed: What follows, likewise.
        constants: The terms that are the same in all, the properties among them.
        ways: How the graphs satisfy premises.
        meeting: What may entail more together with other graphs, what is stated first; also of
            properties without a name.
        doubtful: What follows, unless the background says it already.
        taken_up: The values of the graphs that have been taken up.
    """

    __slots__ = (
        "_at_work",
        "_facts",
        "_stage",
        "constants",
        "doubtful",
        "entailed",
        "meeting",
        "stated",
        "taken_up",
        "ways",
    )

    def __init__(
        self,
        size: int,
        stated: Sequence[Fact],
        entailed: Sequence[Fact],
        relations: Iterable[Relation],
        doubtful: Sequence[Fact],
        meeting: Sequence[Fact],
    ) -> None:
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
        self.ways: list[Way] = []
        for relation in relations:
            for row in relation.rows(place_number(0, is_literal=False), facts):
                checks = _remaining(relation, row)
                if checks is not None:
                    self.ways.append(Way(relation, _getter(tuple(map(place, row))), checks))
        self._facts = {
            predicate: [(place(subject), place(value)) for subject, value in pairs]
            for predicate, pairs in facts.items()
        }
        self.constants: Values = tuple(constants)
        self.taken_up: list[Values] = []
        self._at_work: list[Way] = []
        self._stage = -1

    def facts(self, values: Values, places: Iterable[tuple[int, int, int]]) -> list[Fact]:
        """Fill in places: `stated`, `entailed` and the like."""
        all_ = values + self.constants
        return [(all_[s], all_[p], all_[o]) for s, p, o in places]  # type: ignore[misc]

    def columns(self, graphs: Sequence[Values]) -> npt.NDArray[np.int32]:
        """Give the triples of many graphs, each with the graph's name after it."""
        rows = [tuple([it or 0 for it in values + self.constants]) for values in graphs]
        filled = np.array(rows, np.int32)
        places = np.array([(*it, 0) for it in self.stated], np.intp)
        return filled[:, places].reshape(-1, 4)

    def closed(self, values: Values) -> set[Fact]:
        """List the triples of a graph and what they entail."""
        return set(self.facts(values, self.stated + self.entailed))

    def pairs(self, values: Values, predicate: int) -> Pairs:
        """Give the subjects and objects of a property in a graph of this shape."""
        all_ = values + self.constants
        return [(all_[s], all_[o]) for s, o in self._facts.get(predicate, ())]  # type: ignore[misc]

    def take_up(self, values: Values) -> list[tuple[Relation, Row]]:
        """Take up a graph; gives those of its rows that anything asks for."""
        if not self.taken_up:
            for way in self.ways:
                way.relation.add_source(lambda way=way: self._rows(way))  # type: ignore[misc]
        self.taken_up.append(values)
        if not self.ways:
            return []
        stage = self.ways[0].relation.stage.number
        if stage != self._stage:
            self._stage = stage
            self._at_work = [way for way in self.ways if way.relation.is_at_work]
        if not self._at_work:
            return []
        all_ = values + self.constants
        found = [(way.relation, way.row(all_)) for way in self._at_work]
        return [(relation, row) for relation, row in found if row is not None]

    def take_back(self) -> None:
        """Undo the last `take_up` of all; all indexes must have been filled before it."""
        all_ = self.taken_up.pop() + self.constants
        for way in reversed(self.ways):
            if not self.taken_up:
                way.relation.sources.pop()
            row = way.row(all_)
            if row is not None:
                way.relation.take_back(row)

    def _rows(self, way: Way) -> Iterator[Row]:
        for values in self.taken_up:
            row = way.row(values + self.constants)
            if row is not None:
                yield row


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
