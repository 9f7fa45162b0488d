"""Python written for patterns: one comprehension for each premise and each order of a join.

A pattern becomes a ``for`` or an ``if`` of the comprehension; a variable keeps its name, with a
``v_`` before it. What is written can be read: `Relation.code` and `Plan.code`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from foedus.graph.inference.expressions import Writer
from foedus.graph.inference.rule import Absence, Condition, Pattern, Slot
from foedus.graph.terms import Term


class Lookup(Protocol):
    """How the pairs of a property are written, given what is known of subject and object."""

    def __call__(self, pattern: Pattern, subject: str | None, value: str | None) -> str:
        """Write an iterable of pairs; it may leave out what does not fit."""


class Comprehension:
    """The clauses of a comprehension, and the variables that they bind."""

    def __init__(self, number: Callable[[Term], int], lookup: Lookup) -> None:
        self.clauses: list[str] = []
        self.names: dict[str, str] = {}
        self.loose: set[str] = set()
        self._number = number
        self._lookup = lookup

    def nested(self, lookup: Lookup | None = None) -> Comprehension:
        """Begin one within this one, that sees its variables."""
        other = Comprehension(self._number, lookup or self._lookup)
        other.names, other.loose = dict(self.names), set(self.loose)
        return other

    def bind(self, variable: str) -> str:
        """Name a variable that gets a value here."""
        self.names[variable] = f"v_{variable}"
        self.loose.discard(variable)
        return self.names[variable]

    @property
    def writer(self) -> Writer:
        """Writes expressions of what is bound so far."""
        return Writer(self._number, self.names, self.loose)

    def match(self, patterns: Iterable[Pattern]) -> None:
        """Find patterns together, those first of which most is known."""
        waiting = list(patterns)
        while waiting:
            best = max(waiting, key=lambda it: (self._known(it), not it.is_path))
            waiting.remove(best)
            self._match(best)

    def _known(self, pattern: Pattern) -> int:
        firm = self.names.keys() - self.loose
        return sum(not isinstance(it, str) or it in firm for it in (pattern.subject, pattern.value))

    def _match(self, pattern: Pattern) -> None:
        subject, value = self._written(pattern.subject), self._written(pattern.value)
        pairs = self._lookup(pattern, subject, value)
        left = self._place(pattern.subject, subject, "s")
        right = self._place(pattern.value, value, "o")
        if pattern.subject == pattern.value and subject is None:
            right = "o"
            self.clauses.append(f"for {left}, {right} in {pairs} if {left} == {right}")
            return
        self.clauses.append(f"for {left}, {right} in {pairs}")
        for slot, place in ((pattern.subject, left), (pattern.value, right)):
            self._agree(slot, place)

    def _written(self, slot: Slot) -> str | None:
        """Write a term or a variable that surely has a value."""
        if not isinstance(slot, str):
            return str(self._number(slot))
        return self.names.get(slot) if slot not in self.loose else None

    def _place(self, slot: Slot, written: str | None, spare: str) -> str:
        if written is not None:
            return spare
        assert isinstance(slot, str)
        return spare if slot in self.loose else self.bind(slot)

    def _agree(self, slot: Slot, place: str) -> None:
        if not isinstance(slot, str):
            self.clauses.append(f"if {place} == {self._number(slot)}")
        elif slot in self.loose:
            old = self.names[slot]
            self.clauses.append(f"if {old} is None or {old} == {place} for {old}_ in ({place},)")
            self.names[slot] = f"{old}_"
            self.loose.discard(slot)
        elif place != self.names[slot]:
            self.clauses.append(f"if {place} == {self.names[slot]}")

    def match_optionally(self, patterns: Sequence[Pattern]) -> None:
        """Find patterns together, or leave their variables without a value."""
        inner = self.nested()
        inner.match(patterns)
        firm = self.names.keys() - self.loose
        new = sorted({v for pattern in patterns for v in pattern.variables} - firm)
        if not new:
            return
        found = ", ".join(inner.names[variable] for variable in new)
        before = ", ".join(self.names.get(variable, "None") for variable in new)
        for variable in new:
            self.bind(variable)
            self.loose.add(variable)
        places = ", ".join(self.names[variable] for variable in new)
        clauses = " ".join(inner.clauses)
        self.clauses.append(f"for {places}, in [({found},) {clauses}] or [({before},)]")

    def check(self, condition: Condition) -> None:
        """Go on only where a condition is true."""
        self.clauses.append(f"if {self.writer.test(condition.expression)}")

    def refuse(self, absence: Absence, lookup: Callable[[Comprehension], Lookup]) -> None:
        """Go on only where patterns are not found together."""
        inner = self.nested()
        inner._lookup = lookup(self)
        inner.match(absence.patterns)
        for condition in absence.conditions:
            inner.check(condition)
        for further in absence.absences:
            inner.refuse(further, lookup)
        self.clauses.append(f"if not any(True {' '.join(inner.clauses)})")

    def assign(self, variable: str, expression: str) -> None:
        """Give a variable a computed value, or none."""
        self.clauses.append(f"for {self.bind(variable)} in ({expression},)")
        self.loose.add(variable)

    def function(self, name: str, parameters: str, result: Iterable[str]) -> str:
        """Write a function that lists, for each solution, a tuple."""
        body = "\n        ".join([f"({''.join(f'{it}, ' for it in result)})", *self.clauses])
        return f"def {name}({parameters}):\n    return [\n        {body}\n    ]\n"


def compiled(code: str, name: str, namespace: dict[str, object]) -> Callable[..., list]:  # type: ignore[type-arg]
    """Compile what was written and give the function of that name."""
    found: dict[str, object] = dict(namespace)
    exec(compile(code, f"<{name}>", "exec"), found)
    function = found[name]
    assert callable(function)
    return function
