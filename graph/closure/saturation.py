"""Semi-naive forward chaining over compiled programs.

Each combination of premises meets once, when the later of them is taken up. Transitivity is
left-linear: it prolongs any path by an edge that has another reason than transitivity, so that a
chain of n edges makes n(n-1)/2 firings.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import TypeAlias

from foedus.graph.closure.programs import TYPE, Fact, Program, class_key

Firing: TypeAlias = tuple[Fact, int, tuple[Fact, ...]]
"""A conclusion, the number of its rule, and one or two premises."""

_Index: TypeAlias = defaultdict[int, defaultdict[int, list[int]]]


class Saturation:
    """Facts on their way to everything that they entail."""

    def __init__(self, programs: Mapping[int, Program], literals: Set[int]) -> None:
        self.known: set[Fact] = set()
        self.derived: list[Fact] = []
        self._programs = programs
        self._literals = literals
        self._steps = {p.transitive for p in programs.values() if p.transitive is not None}
        self._agenda: list[Fact] = []
        # Transitivity: facts that only it has concluded; those of them with a new reason besides.
        self._stepped: set[Fact] = set()
        self._promoted: list[Fact] = []
        self._edges: dict[int, defaultdict[int, dict[int, None]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        self._subjects: _Index = defaultdict(lambda: defaultdict(list))
        self._objects: _Index = defaultdict(lambda: defaultdict(list))

    def assume(self, facts: Iterable[Fact]) -> None:
        """Take in facts that are given."""
        for fact in facts:
            if fact not in self.known:
                self.known.add(fact)
                self._agenda.append(fact)

    def run(self) -> None:
        """Conclude all that follows."""
        deque(self.firings(), maxlen=0)

    def firings(self) -> Iterator[Firing]:
        """Conclude all that follows, and tell how; also how else what is known already follows."""
        known, stepped, steps = self.known, self._stepped, self._steps
        while self._promoted or self._agenda:
            if self._promoted:
                found = self._link(self._promoted.pop())
            else:
                found = self._consequences(self._agenda.pop())
            for firing in found:
                conclusion, rule, premises = firing
                if conclusion in premises:
                    continue
                yield firing
                if conclusion not in known:
                    known.add(conclusion)
                    self.derived.append(conclusion)
                    self._agenda.append(conclusion)
                    if rule in steps:
                        stepped.add(conclusion)
                elif rule not in steps and conclusion in stepped:
                    stepped.remove(conclusion)
                    self._promoted.append(conclusion)

    def _consequences(self, fact: Fact) -> list[Firing]:
        subject, predicate, value = fact
        key = class_key(value) if predicate == TYPE else predicate
        program = self._programs.get(key)
        if program is None:
            return []
        alone = (fact,)
        found: list[Firing] = []
        for q, rule in program.copies:
            found.append(((subject, q, value), rule, alone))
        for q, rule in program.swaps:
            found.append(((value, q, subject), rule, alone))
        for q, other, rule in program.subjects:
            found.append(((subject, q, other), rule, alone))
        for class_, rule in program.objects:
            found.append(((value, TYPE, class_), rule, alone))
        if program.datatypes and value not in self._literals:
            for class_, rule in program.datatypes:
                found.append(((value, TYPE, class_), rule, alone))
        if program.values:
            for class_, rule in program.values.get(value, ()):
                found.append(((subject, TYPE, class_), rule, alone))
        if program.lefts or program.rights or program.transitive is not None:
            self._join(fact, key, program, found)
        return found

    def _join(self, fact: Fact, key: int, program: Program, found: list[Firing]) -> None:
        """Add what follows from the fact and one taken up before, and put it in the indexes."""
        subject, predicate, value = fact
        if program.rights:
            self._objects[key][subject].append(value)
        for _, right, head, constant, rule, right_key in program.lefts:
            for end in self._objects[right_key].get(value, ()):
                conclusion = (subject, head, end if constant is None else constant)
                found.append((conclusion, rule, (fact, (value, right, end))))
        for left, _, head, constant, rule, _ in program.rights:
            for start in self._subjects[left].get(subject, ()):
                conclusion = (start, head, value if constant is None else constant)
                found.append((conclusion, rule, ((start, left, subject), fact)))
        if program.lefts or program.transitive is not None:
            self._subjects[predicate][value].append(subject)
        if program.transitive is not None:
            for end in self._edges[predicate].get(value, ()):
                conclusion = (subject, predicate, end)
                found.append((conclusion, program.transitive, (fact, (value, predicate, end))))
            if fact not in self._stepped:
                found += self._link(fact)

    def _link(self, fact: Fact) -> list[Firing]:
        """Make the fact an edge that prolongs paths, once."""
        subject, predicate, value = fact
        edges = self._edges[predicate][subject]
        rule = self._programs[predicate].transitive
        if value in edges or rule is None:
            return []
        edges[value] = None
        return [
            ((start, predicate, value), rule, ((start, predicate, subject), fact))
            for start in self._subjects[predicate].get(subject, ())
        ]
