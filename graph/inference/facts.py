"""What rules look at: units (propositions and claims) with their triples, and the background.

A unit is found by any of its triples: by property and subject, or property and object. Only
properties and classes that rules mention are kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from foedus.graph.inference.rule import Binding, Pattern, Premise, Rule, Slot
from foedus.graph.names import RDF
from foedus.graph.terms import Term, Triple

_TYPE: Final = RDF.type
Key = tuple[int, Term] | tuple[int, Term, Term]
"""What is looked up (see below), a property, its object or subject."""

_ROLES: Final = {False: (0, 1, 2), True: (3, 4, 5)}
"""Numbers of what is looked up, of propositions and of claims: property alone, object, subject."""


class Unit:
    """A proposition or a claim with what it says, by property."""

    __slots__ = ("facts", "is_claim", "name")

    def __init__(self, name: ox.NamedNode, is_claim: bool, triples: Iterable[Triple]) -> None:
        self.name = name
        self.is_claim = is_claim
        self.facts: dict[Term, list[tuple[Term, Term]]] = {}
        for subject, predicate, value in triples:
            self.facts.setdefault(predicate, []).append((subject, value))


class Units:
    """All units, indexed; what was added last can be taken back."""

    def __init__(self) -> None:
        self.by_name: dict[Term, Unit] = {}
        self._index: defaultdict[Key, list[Unit]] = defaultdict(list)

    def add(self, unit: Unit) -> None:
        """Put a unit into the indexes."""
        self.by_name[unit.name] = unit
        index = self._index
        for key in _keys(unit):
            index[key].append(unit)

    def take_back(self, unit: Unit) -> None:
        """Undo the last `add`, which was of this unit."""
        del self.by_name[unit.name]
        for key in _keys(unit):
            self._index[key].pop()

    def have(self, keys: Iterable[Key]) -> bool:
        """Tell whether there are units for all of the keys."""
        return all(self._index.get(key) for key in keys)

    def candidates(self, premise: Premise, binding: Binding) -> Sequence[Unit]:
        """List units that may satisfy ``premise``: the shortest list that an index has."""
        name = binding.get(premise.name)
        if name is not None:
            unit = self.by_name.get(name)
            return [unit] if unit is not None and unit.is_claim == premise.is_claim else []
        best: Sequence[Unit] | None = None
        present, objects, subjects = _ROLES[premise.is_claim]
        for pattern in premise.patterns:
            predicate = pattern.predicate
            subject, value = _value(pattern.subject, binding), _value(pattern.value, binding)
            keys: list[Key] = []
            if value is not None:
                keys.append((objects, predicate, value))
            if subject is not None and not premise.is_claim and predicate != _TYPE:
                keys.append((subjects, predicate, subject))
            for key in keys or [(present, predicate)]:
                found = self._index.get(key, ())
                if not found:
                    return ()
                if best is None or len(found) < len(best):
                    best = found
        return best or ()


def _keys(unit: Unit) -> Iterator[Key]:
    present, objects, subjects = _ROLES[unit.is_claim]
    for predicate, pairs in unit.facts.items():
        yield present, predicate
        if len(pairs) == 1:
            ((subject, value),) = pairs
            yield objects, predicate, value
            if not unit.is_claim and predicate != _TYPE:
                yield subjects, predicate, subject
            continue
        for value in {value for _, value in pairs}:
            yield objects, predicate, value
        if not unit.is_claim and predicate != _TYPE:
            for subject in {subject for subject, _ in pairs}:
                yield subjects, predicate, subject


def keys_of(premise: Premise) -> Iterator[Key]:
    """Give keys that whatever satisfies the premise has."""
    present, objects, _ = _ROLES[premise.is_claim]
    for pattern in premise.patterns:
        if isinstance(pattern.value, str):
            yield present, pattern.predicate
        else:
            yield objects, pattern.predicate, pattern.value


class Background:
    """Register, ontology and records, closed; nothing is ever added."""

    def __init__(self, triples: Iterable[Triple], rules: Sequence[Rule]) -> None:
        wanted = _predicates(
            pattern
            for rule in rules
            for pattern in (
                *rule.background,
                *absent_patterns(rule, of_premises=False),
                *(it for premise in rule.premises if premise.is_claim for it in premise.patterns),
            )
        )
        self._values: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
        self._subjects: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
        self._pairs: defaultdict[Term, list[tuple[Term, Term]]] = defaultdict(list)
        self.about: defaultdict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            subject, predicate, value = triple
            if predicate in wanted:
                self._values[predicate, subject].append(value)
                self._subjects[predicate, value].append(subject)
                self._pairs[predicate].append((subject, value))
                self.about[subject].append(triple)

    def pairs(self, pattern: Pattern, binding: Binding) -> Sequence[tuple[Term, Term]]:
        """Give the subjects and objects that a pattern can have."""
        subject, value = _value(pattern.subject, binding), _value(pattern.value, binding)
        predicate = pattern.predicate
        if pattern.is_path:
            if subject is not None:
                found = self._reach(self._values, predicate, subject)
                return [(subject, end) for end in found if value is None or end == value]
            assert value is not None, "the parser asks for one end"
            return [(end, value) for end in self._reach(self._subjects, predicate, value)]
        if subject is not None:
            ends = self._values.get((predicate, subject), ())
            return [(subject, end) for end in ends if value is None or end == value]
        if value is not None:
            return [(start, value) for start in self._subjects.get((predicate, value), ())]
        return self._pairs.get(predicate, ())

    def _reach(
        self, steps: dict[tuple[Term, Term], list[Term]], predicate: Term, start: Term
    ) -> list[Term]:
        found = {start: None}
        agenda = [start]
        while agenda:
            for end in steps.get((predicate, agenda.pop()), ()):
                if end not in found:
                    found[end] = None
                    agenda.append(end)
        return list(found)


class Vocabulary:
    """The properties and classes that premises mention: the rest of a graph is not looked at."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        patterns = [
            pattern
            for rule in rules
            for premise in rule.premises
            for pattern in (
                *premise.patterns,
                *(it for group in premise.optional for it in group),
                *(it for absence in premise.absences for it in absence.patterns),
            )
        ]
        patterns += [it for rule in rules for it in absent_patterns(rule, of_premises=True)]
        self._properties = _predicates(patterns)
        classes = {it.value for it in patterns if it.predicate == _TYPE}
        self._classes = None if any(isinstance(it, str) for it in classes) else classes

    def of(self, triples: Iterable[Triple]) -> list[Triple]:
        """Pick out what rules may look at."""
        return [
            triple
            for triple in triples
            if triple[1] in self._properties
            and (triple[1] != _TYPE or self._classes is None or triple[2] in self._classes)
        ]


def absent_patterns(rule: Rule, *, of_premises: bool) -> list[Pattern]:
    """List the patterns of a rule's absences: those of premises, or those of the background."""
    return [
        pattern
        for absence in rule.absences
        for it in absence.whole
        if (it.graph is not None) == of_premises
        for pattern in it.patterns
    ]


def _predicates(patterns: Iterable[Pattern]) -> frozenset[Term]:
    return frozenset(pattern.predicate for pattern in patterns)


def _value(slot: Slot, binding: Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, str) else slot
