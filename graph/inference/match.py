"""Rules joined with units: each premise within one unit, the premises by shared variables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from foedus.graph.inference.content import node_name, normal
from foedus.graph.inference.expressions import term_of
from foedus.graph.inference.facts import Background, Key, Unit, Units, keys_of
from foedus.graph.inference.rule import (
    NEW,
    Absence,
    Binding,
    Condition,
    Pattern,
    Premise,
    Rule,
    Slot,
    Unbound,
)
from foedus.graph.terms import Term, Triple

Step = Premise | Pattern | Condition | Absence


@dataclass(frozen=True)
class Plan:
    """The order of a rule's steps once one premise is matched.

    Attributes:
        barred: Premises that the unit of the first one may not satisfy as well.
        needs: What units there must be for the other premises.
        late: Conditions and absences that look at what is computed.
        shape: Number of the first premise's patterns.
    """

    rule: Rule
    first: Premise
    barred: frozenset[str]
    steps: tuple[Step, ...]
    late: tuple[Condition | Absence, ...]
    needs: tuple[Key, ...]
    shape: int = 0


def plans_of(rules: Sequence[Rule]) -> list[Plan]:
    """Make a plan for each premise of each rule that may be the one with the new unit."""
    shapes: dict[tuple[Pattern, ...], int] = {}
    return [
        replace(plan, shape=shapes.setdefault(plan.first.patterns, len(shapes)))
        for rule in rules
        for plan in (_plan(rule, number) for number in range(len(rule.premises)))
    ]


def _plan(rule: Rule, number: int) -> Plan:
    first = rule.premises[number]
    bound = set(first.variables)
    assigned = {assignment.name for assignment in rule.assignments}
    checks: list[Condition | Absence] = [*rule.conditions, *rule.absences]
    late = tuple(it for it in checks if it.variables & assigned)
    waiting = [it for it in checks if it not in late]
    premises = [premise for premise in rule.premises if premise is not first]
    patterns = list(rule.background)
    steps: list[Step] = []
    while True:
        ready = [it for it in waiting if it.variables <= bound]
        steps += ready
        waiting = [it for it in waiting if it not in ready]
        linked = [it for it in patterns if it.variables & bound or not it.variables]
        best: Premise | Pattern
        if linked or (patterns and not premises):
            choice = linked or [it for it in patterns if not it.is_path] or patterns
            best = max(choice, key=lambda it: len(it.variables & bound))
            patterns = [it for it in patterns if it is not best]
        elif premises:
            best = max(premises, key=lambda it: (it.name in bound, len(it.variables & bound)))
            premises = [it for it in premises if it is not best]
        else:
            break
        steps.append(best)
        bound |= best.variables
    barred = frozenset(premise.name for premise in rule.premises[:number])
    needs = [key for it in rule.premises if it is not first for key in keys_of(it)]
    return Plan(rule, first, barred, tuple(steps), late, tuple(dict.fromkeys(needs)))


Found = dict[int, list[Binding]]
"""How one unit satisfies patterns that several rules begin with, by `Plan.shape`."""


def solutions(
    plan: Plan, unit: Unit, found: Found, units: Units, background: Background
) -> Iterator[Binding]:
    """Find the solutions of a rule in which ``unit`` is the plan's first premise.

    No premise before that one is the unit, so that each combination comes once.
    """
    first = plan.first
    starts = found.get(plan.shape)
    if starts is None:
        starts = found[plan.shape] = _solve(first.patterns, unit, {})
    for start in _complete(first, unit, [{**start, first.name: unit.name} for start in starts]):
        yield from _continue(plan, 0, start, unit, units, background)


def _continue(
    plan: Plan, at: int, binding: Binding, unit: Unit, units: Units, background: Background
) -> Iterator[Binding]:
    if at == len(plan.steps):
        yield from _finish(plan, binding, units, background)
        return
    step = plan.steps[at]
    if isinstance(step, Condition):
        if _holds(step, binding):
            yield from _continue(plan, at + 1, binding, unit, units, background)
    elif isinstance(step, Absence):
        if not _is_found(step, binding, units, background):
            yield from _continue(plan, at + 1, binding, unit, units, background)
    elif isinstance(step, Pattern):
        for further in _extend(step, background.pairs(step, binding), binding):
            yield from _continue(plan, at + 1, further, unit, units, background)
    else:
        for candidate in units.candidates(step, binding):
            if candidate is not unit or step.name not in plan.barred:
                for further in matches(step, candidate, binding):
                    yield from _continue(plan, at + 1, further, unit, units, background)


def _finish(
    plan: Plan, binding: Binding, units: Units, background: Background
) -> Iterator[Binding]:
    if plan.rule.assignments:
        binding = dict(binding)
        for assignment in plan.rule.assignments:
            try:
                binding[assignment.name] = term_of(assignment.value(binding))
            except Unbound:
                continue
    for check in plan.late:
        if isinstance(check, Condition):
            if not _holds(check, binding):
                return
        elif _is_found(check, binding, units, background):
            return
    yield binding


def matches(premise: Premise, unit: Unit, binding: Binding) -> Iterator[Binding]:
    """Find how a unit satisfies a premise, given what is bound already."""
    if unit.is_claim != premise.is_claim:
        return
    if binding.get(premise.name, unit.name) != unit.name:
        return
    start = {**binding, premise.name: unit.name}
    yield from _complete(premise, unit, _solve(premise.patterns, unit, start))


def _complete(premise: Premise, unit: Unit, found: Iterable[Binding]) -> Iterator[Binding]:
    """Take the conditions that need no optional variable first, then the rest of the premise."""
    if premise.early:
        found = [it for it in found if all(_holds(condition, it) for condition in premise.early)]
    for group in premise.optional:
        found = _optionally(group, unit, found)
    for solution in found:
        if all(_holds(it, solution) for it in premise.late) and not any(
            any(
                all(_holds(condition, found) for condition in it.conditions)
                for found in _solve(it.patterns, unit, _visible(it, solution))
            )
            for it in premise.absences
        ):
            yield solution


def _optionally(
    group: Sequence[Pattern], unit: Unit, solutions: Iterable[Binding]
) -> Iterator[Binding]:
    for solution in solutions:
        yield from _solve(group, unit, solution) or [solution]


def _solve(patterns: Sequence[Pattern], unit: Unit, binding: Binding) -> list[Binding]:
    found = [binding]
    for pattern in patterns:
        pairs = unit.facts.get(pattern.predicate)
        if not pairs:
            return []
        found = [further for one in found for further in _extend(pattern, pairs, one)]
        if not found:
            break
    return found


def _extend(
    pattern: Pattern, pairs: Sequence[tuple[Term, Term]], binding: Binding
) -> list[Binding]:
    left, right = pattern.subject, pattern.value
    subject = binding.get(left) if isinstance(left, str) else left
    value = binding.get(right) if isinstance(right, str) else right
    if subject is not None and value is not None:
        return [binding] if (subject, value) in pairs else []
    if subject is not None:
        assert isinstance(right, str)
        return [{**binding, right: other} for one, other in pairs if one == subject]
    assert isinstance(left, str)
    if value is not None:
        return [{**binding, left: one} for one, other in pairs if other == value]
    assert isinstance(right, str)
    if left == right:
        return [{**binding, left: one} for one, other in pairs if one == other]
    return [{**binding, left: one, right: other} for one, other in pairs]


def _is_found(absence: Absence, binding: Binding, units: Units, background: Background) -> bool:
    visible = _visible(absence, binding)
    if absence.graph is not None:
        found = _solve(absence.patterns, units.by_name[binding[absence.graph]], visible)
    else:
        found = [visible]
        for pattern in absence.patterns:
            found = [
                further
                for solution in found
                for further in _extend(pattern, background.pairs(pattern, solution), solution)
            ]
    return any(
        all(_holds(it, solution) for it in absence.conditions)
        and not any(_is_found(it, solution, units, background) for it in absence.absences)
        for solution in found
    )


def _visible(absence: Absence, binding: Binding) -> Binding:
    return {name: term for name, term in binding.items() if name in absence.variables}


def _holds(condition: Condition, binding: Binding) -> bool:
    try:
        return bool(condition.holds(binding))
    except Unbound:
        return False


def conclusion(rule: Rule, binding: Binding) -> frozenset[Triple]:
    """Fill in the head; triples with an unbound variable, or with no RDF, are left out."""
    new = ox.BlankNode("new")
    filled: list[Triple] = []
    for pattern in rule.head:
        subject, value = (
            new if slot == NEW else _slot(slot, binding)
            for slot in (pattern.subject, pattern.value)
        )
        if subject is not None and value is not None and not isinstance(subject, ox.Literal):
            filled.append(normal((subject, pattern.predicate, value)))
    if not any(new in triple for triple in filled):
        return frozenset(filled)
    name = node_name(new, filled)
    return frozenset((name if s == new else s, p, name if o == new else o) for s, p, o in filled)


def _slot(slot: Slot, binding: Binding) -> Term | None:
    return binding.get(slot) if isinstance(slot, str) else slot
