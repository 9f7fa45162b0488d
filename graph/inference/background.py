"""Register, ontology and records, closed, as rules look at them: nothing is ever added."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import pyoxigraph as ox

from foedus.graph.closure.programs import Fact
from foedus.graph.inference.rule import Pattern, Rule
from foedus.graph.terms import Term

Steps = dict[int, list[int]]


class Background:
    """Triples by property, those of them that rules ask for.

    Attributes:
        about: By subject, then by property: the pairs, as `relations.Facts`.
    """

    def __init__(
        self, facts: Iterable[Fact], rules: Sequence[Rule], number: Callable[[Term], int]
    ) -> None:
        wanted = set(map(number, asked(rules)))
        self._values: defaultdict[int, Steps] = defaultdict(dict)
        self._subjects: defaultdict[int, Steps] = defaultdict(dict)
        self._pairs: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.about: dict[int, dict[int, list[tuple[int, int]]]] = {}
        for subject, predicate, value in facts:
            if predicate in wanted:
                self._values[predicate].setdefault(subject, []).append(value)
                self._subjects[predicate].setdefault(value, []).append(subject)
                self._pairs[predicate].append((subject, value))
                mine = self.about.setdefault(subject, {})
                mine.setdefault(predicate, []).append((subject, value))

    def tables(self, predicate: int) -> tuple[Steps, Steps, list[tuple[int, int]]]:
        """Give a property's objects by subject, its subjects by object, and all pairs."""
        return self._values[predicate], self._subjects[predicate], self._pairs[predicate]

    @staticmethod
    def reach(steps: Mapping[int, Sequence[int]], start: int) -> list[int]:
        """List what any number of steps leads to; none leads to the start."""
        found = {start: None}
        agenda = [start]
        while agenda:
            for end in steps.get(agenda.pop(), ()):
                if end not in found:
                    found[end] = None
                    agenda.append(end)
        return list(found)


def asked(rules: Iterable[Rule]) -> set[ox.NamedNode]:
    """List the properties that rules ask for."""
    return {pattern.predicate for rule in rules for pattern in _asked(rule)}


def _asked(rule: Rule) -> Iterable[Pattern]:
    yield from rule.background
    for premise in rule.premises:
        if premise.is_claim:
            yield from premise.patterns
    for absence in rule.absences:
        for it in absence.whole:
            yield from (pattern for pattern in it.patterns if pattern.graph is None)
