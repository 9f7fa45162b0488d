"""Where the variables of a rule get their values, and what of that is refused."""

from collections.abc import Sequence

from foedus.graph.inference.rule import Assignment, Condition, Pattern, Premise
from foedus.graph.inference.source import Source


def check_scopes(
    source: Source,
    premises: Sequence[Premise],
    background: Sequence[Pattern],
    assignments: Sequence[Assignment],
    conditions: Sequence[Condition],
) -> None:
    """Refuse a rule without premises, and variables without a value or with two."""
    names = [premise.name for premise in premises]
    if not names:
        source.refuse("a rule needs a premise: GRAPH ?p { … } or a claim", "WHERE")
    for name in names:
        if names.count(name) > 1:
            source.refuse(f"write one block for ?{name}", rf"GRAPH\s*\?{name}\b")
    bound = bound_by(premises, background)
    for premise in premises:
        inner = {v for pattern in premise.patterns for v in pattern.variables}
        loose = premise.variables - inner - {premise.name}
        others = [it for it in premises if it is not premise]
        if stray := loose & bound_by(others, background):
            name = min(stray)
            source.refuse(f"?{name} may be unbound: use it in one place", rf"\?{name}\b")
    for assignment in assignments:
        if assignment.name in bound:
            source.refuse(f"?{assignment.name} is bound twice", rf"AS\s*\?{assignment.name}\b")
    known = bound | {assignment.name for assignment in assignments}
    for condition in conditions:
        if stray := condition.variables - known:
            source.refuse(f"nothing binds ?{min(stray)}", rf"\?{min(stray)}\b")
    anchored = _anchored(premises, background)
    if any(pattern.variables - anchored for pattern in background if pattern.is_path):
        source.refuse("bind one end of a path by another pattern", r"\*")


def bound_by(premises: Sequence[Premise], background: Sequence[Pattern]) -> frozenset[str]:
    """List the variables that patterns bind."""
    of_premises = frozenset(v for premise in premises for v in premise.variables)
    return of_premises.union(*(pattern.variables for pattern in background))


def _anchored(premises: Sequence[Premise], background: Sequence[Pattern]) -> frozenset[str]:
    """List the variables that premises and plain patterns bind, and those that paths reach."""
    found = bound_by(premises, [pattern for pattern in background if not pattern.is_path])
    for _ in background:
        for pattern in background:
            if pattern.is_path and (len(pattern.variables) < 2 or pattern.variables & found):
                found |= pattern.variables
    return found
