"""Many small graphs, each closed by itself in the presence of one background.

What the background entails is computed once; a graph then costs what follows from it alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from pyoxigraph import BlankNode, Literal

from foedus.graph.closure.programs import TYPE, Fact
from foedus.graph.closure.rules import Rules
from foedus.graph.closure.saturation import Saturation
from foedus.graph.terms import Term, Triple


class LocalClosure:
    """Closes graphs under ``rules`` together with ``background``, one at a time.

    Attributes:
        ids: Numbers of terms; whoever adds one adds it to ``terms`` as well.
        terms: The terms by number.
        literals: The numbers of literals, and of what stands for literals.
        programs: What follows, by property or class.
        known: What the background says and entails, as far as anything follows from it.
    """

    def __init__(self, rules: Rules, background: Iterable[Triple]) -> None:
        self._rules = rules
        self.programs = rules.programs
        self.ids, self.literals = rules.numbers()
        self.terms = list(self.ids)
        self._properties: dict[Term, int] = {}
        self._classes: dict[Term, int] = {}
        self._base = Saturation(rules.programs, self.literals)
        self._base.assume(rules.background)
        self._base.assume(self._facts(background))
        self._base.run()
        self.known: Set[Fact] = self._base.known

    @property
    def derived(self) -> Iterator[Fact]:
        """What the background entails, as far as a graph can hold it."""
        for fact in self._base.derived:
            if fact[0] not in self.literals and not isinstance(self.terms[fact[1]], BlankNode):
                yield fact

    def closure(self, triples: Iterable[Triple]) -> set[Triple]:
        """Compute the triples and what they entail that the background does not."""
        result = set(triples)
        terms = self.terms
        for subject, predicate, value in self.entailed(self._facts(result)):
            first, middle = terms[subject], terms[predicate]
            if not isinstance(first, Literal) and not isinstance(middle, BlankNode):
                result.add((first, middle, terms[value]))
        return result

    def entailed(self, facts: Iterable[Fact]) -> list[Fact]:
        """Compute what facts of properties and classes at work entail that the background does not.

        Numbers that stand for no term are terms that no axiom and no background knows.
        """
        overlay = _Overlay(self._base, self._rules, self.literals)
        overlay.assume(facts)
        overlay.run()
        return overlay.derived

    def is_at_work(self, predicate: Term, value: Term) -> bool:
        """Tell whether anything may follow from a triple with this predicate and object."""
        if self._property(predicate) == TYPE:
            return self._class(value) >= 0
        return self._property(predicate) >= 0

    def meeting(self) -> set[int]:
        """List the terms that matter by what they are: background facts or axioms may meet them."""
        found = {value for program in self.programs.values() for value in program.values}
        for index in (self._base._subjects, self._base._objects):
            for nodes in index.values():
                for node, others in nodes.items():
                    found |= {node, *others}
        return found

    def _facts(self, triples: Iterable[Triple]) -> Iterator[Fact]:
        for subject, predicate, value in triples:
            number = self._property(predicate)
            if number == TYPE:
                second = self._class(value)
                if second >= 0:
                    yield self._number(subject), TYPE, second
            elif number >= 0:
                second = self._number(value)
                if isinstance(value, Literal):
                    self.literals.add(second)
                yield self._number(subject), number, second

    def _property(self, predicate: Term) -> int:
        number = self._properties.get(predicate)
        if number is None:
            number = self._properties[predicate] = self._rules.property_number(predicate)
        return number

    def _class(self, value: Term) -> int:
        number = self._classes.get(value)
        if number is None:
            number = self._classes[value] = self._rules.class_number(value)
        return number

    def _number(self, term: Term) -> int:
        number = self.ids.get(term)
        if number is None:
            number = self.ids[term] = len(self.terms)
            self.terms.append(term)
        return number


class _Known(set[Fact]):
    """Facts beside those of a base."""

    def __init__(self, base: set[Fact]) -> None:
        super().__init__()
        self._base = base

    def __contains__(self, fact: object) -> bool:
        return super().__contains__(fact) or fact in self._base


class _Nodes(defaultdict[int, Any]):
    """An index by node that looks into a base as well; only the own part is written."""

    def __init__(self, base: Mapping[int, Any], factory: type) -> None:
        super().__init__(factory)
        self._base = base

    def get(self, key: int, default: object = None) -> Any:  # noqa: ANN401 - list or dict
        """Give the nodes of both, the base's first."""
        own, theirs = super().get(key), self._base.get(key)
        if own is None:
            return default if theirs is None else theirs
        return own if theirs is None else [*theirs, *own]


class _Index(defaultdict[int, Any]):
    """An index by property that looks into a base as well."""

    def __init__(self, base: Mapping[int, Mapping[int, Any]], factory: type) -> None:
        super().__init__()
        self._base = base
        self._factory = factory

    def __missing__(self, key: int) -> _Nodes:
        self[key] = nodes = _Nodes(self._base.get(key, {}), self._factory)
        return nodes


class _Overlay(Saturation):
    def __init__(self, base: Saturation, rules: Rules, literals: set[int]) -> None:
        # Not the parent's: what it would work out is the base's.
        self.known = _Known(base.known)
        self.derived = []
        self._programs = rules.programs
        self._literals = literals
        self._steps = base._steps
        self._agenda = []
        self._stepped = set()
        self._promoted = []
        self._subjects = _Index(base._subjects, list)
        self._objects = _Index(base._objects, list)
        self._edges = _Index(base._edges, dict)
