"""What a rule is, once parsed: premises to find, conditions to check, a conclusion to draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import pyoxigraph as ox

from foedus.graph.terms import Term
from foedus.graph.worlds import Firmness
from foedus.ontology.errors import InputRefused

Slot: TypeAlias = Term | str
"""A term, or the name of a variable."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of SPARQL on expressions, by its sign or its name in lower case."""

    name: str
    parts: "tuple[Expression, ...]"


Expression: TypeAlias = "Term | str | Operation"
"""A term, the name of a variable, or an operation."""


def variables_of(expression: Expression) -> frozenset[str]:
    """List the variables that an expression looks at."""
    if isinstance(expression, Operation):
        return frozenset().union(*map(variables_of, expression.parts))
    return frozenset({expression}) if isinstance(expression, str) else frozenset()


def constants_of(expression: Expression) -> frozenset[Term]:
    """List the terms in an expression."""
    if isinstance(expression, Operation):
        return frozenset().union(*map(constants_of, expression.parts))
    return frozenset() if isinstance(expression, str) else frozenset({expression})


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; ``is_path`` where the predicate may be repeated, or left out.

    In an absence ``graph`` names the premise in whose proposition to look; none: where the absence
    is written.
    """

    subject: Slot
    predicate: ox.NamedNode
    value: Slot
    is_path: bool = False
    graph: str | None = None

    @property
    def variables(self) -> frozenset[str]:
        """The names of its variables."""
        return frozenset(slot for slot in (self.subject, self.value) if isinstance(slot, str))


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that must be true."""

    expression: Expression

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that it looks at."""
        return variables_of(self.expression)


@dataclass(frozen=True, slots=True)
class Absence:
    """Patterns that must not be found together.

    Attributes:
        variables: Those bound outside of it that it looks at.
        absences: What must not be found with them.
    """

    variables: frozenset[str]
    patterns: tuple[Pattern, ...]
    conditions: tuple[Condition, ...] = ()
    absences: "tuple[Absence, ...]" = ()

    @property
    def whole(self) -> "tuple[Absence, ...]":
        """The absence and those inside of it."""
        return (self, *(it for inner in self.absences for it in inner.whole))


@dataclass(frozen=True)
class Premise:
    """What one proposition, or one claim, has to say.

    Attributes:
        name: The variable for the proposition or the claim itself.
        is_claim: Whether it is a claim; its patterns then are about that claim alone.
        optional: Groups of patterns that bind more where they are found.
        variables: Those of ``patterns`` and ``optional``.
    """

    name: str
    is_claim: bool
    patterns: tuple[Pattern, ...]
    optional: tuple[tuple[Pattern, ...], ...] = ()
    conditions: tuple[Condition, ...] = ()
    absences: tuple[Absence, ...] = ()

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of all variables that it binds, its own included."""
        found = {self.name}
        for pattern in (*self.patterns, *(it for group in self.optional for it in group)):
            found |= pattern.variables
        return frozenset(found)


@dataclass(frozen=True)
class Assignment:
    """A variable of the conclusion that is computed."""

    name: str
    expression: Expression


@dataclass(frozen=True)
class Rule:
    """A rule of a file.

    Attributes:
        iri: Names it.
        title: In English and German, by language.
        sentence: What it says, by language.
        weakens: How firm its conclusions are at most; none if as firm as their premises.
        background: Patterns over register, ontology and records.
        head: Patterns to fill in; the empty string stands for the new node.
        text: The file's.
    """

    iri: ox.NamedNode
    title: Mapping[str, str]
    sentence: Mapping[str, str]
    weakens: Firmness | None
    premises: Sequence[Premise]
    background: Sequence[Pattern]
    assignments: Sequence[Assignment]
    conditions: Sequence[Condition]
    absences: Sequence[Absence]
    head: Sequence[Pattern]
    text: str = ""


def constants_of_rule(rule: Rule) -> Iterator[Term]:
    """List the terms that a rule names otherwise than in its head."""
    patterns: list[Pattern] = list(rule.background)
    conditions = list(rule.conditions)
    for premise in rule.premises:
        patterns += [*premise.patterns, *(it for group in premise.optional for it in group)]
        conditions += premise.conditions
    for absence in (*rule.absences, *(it for p in rule.premises for it in p.absences)):
        for it in absence.whole:
            patterns += it.patterns
            conditions += it.conditions
    for pattern in patterns:
        yield from (slot for slot in (pattern.subject, pattern.value) if not isinstance(slot, str))
    for condition in conditions:
        yield from constants_of(condition.expression)


NEW: Final = ""
"""The slot of the new node in a head."""


class RuleRefused(InputRefused):
    """A rule outside of the fragment, or one that cannot be parsed; has file and line."""
