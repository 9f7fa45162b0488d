"""Rules as functions: what follows once one premise has a new row.

Each premise of a rule has a plan of its own, that looks for the others, then for the background.
No premise before that one may be of the same proposition or claim, so that each combination comes
once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from foedus.graph.inference.background import Background
from foedus.graph.inference.indexes import Row
from foedus.graph.inference.relations import Relation, Stage, canonical, of_proposition
from foedus.graph.inference.rule import NEW, Absence, Condition, Pattern, Premise, Rule
from foedus.graph.inference.source_code import Comprehension, Lookup, compiled
from foedus.graph.terms import Term

Solution: TypeAlias = tuple[tuple[int, ...], tuple[int | None, ...]]
"""The premises, and what the variables of the head are (`head_variables`)."""


class Plan:
    """One order in which a rule's steps are taken.

    Attributes:
        code: The function, in Python.
        solve: Compiled: gives the solutions in which the first premise has a given row.
    """

    def __init__(
        self,
        rule: Rule,
        first: int,
        relations: Sequence[tuple[Relation, Mapping[str, str]]],
        background: Background,
        number: Callable[[Term], int],
        functions: Mapping[str, object],
    ) -> None:
        self.rule = rule
        self.rule_iri = rule.iri.value
        self._relations = relations
        self._number = number
        self._background = background
        self._namespace: dict[str, object] = {**functions, "reach": background.reach}
        self._meets: Relation | None = None
        self._body = Comprehension(number, self._of_background)
        self._write(first)
        names = "".join(f"v_{premise.name}, " for premise in rule.premises)
        arguments = (self._body.names[name] for name in head_variables(rule))
        result = [f"({names})", f"({''.join(f'{it}, ' for it in arguments)})"]
        self.code = self._body.function("solve", "row", result)
        self.solve: Callable[[Row], list[Solution]] = compiled(self.code, "solve", self._namespace)

    @property
    def may_find(self) -> bool:
        """Tell whether there is anything that a row could be joined with first."""
        return self._meets is None or bool(self._meets.sources)

    def _write(self, first: int) -> None:
        rule, body = self.rule, self._body
        start = rule.premises[first]
        self._unpack(first, "(row,)", frozenset())
        barred = [premise.name for premise in rule.premises[:first]]
        assigned = {assignment.name for assignment in rule.assignments}
        checks: list[Condition | Absence] = [*rule.conditions, *rule.absences]
        late = [check for check in checks if check.variables & assigned]
        waiting = [check for check in checks if check not in late]
        places = [place for place in range(len(rule.premises)) if place != first]
        patterns = list(rule.background)
        while True:
            bound = body.names.keys()
            for check in [it for it in waiting if it.variables <= bound]:
                waiting.remove(check)
                self._check(check)
            linked = [it for it in patterns if it.variables & bound or not it.variables]
            if linked or (patterns and not places):
                choice = linked or [it for it in patterns if not it.is_path] or patterns
                pattern = max(choice, key=lambda it: len(it.variables & bound))
                patterns = [it for it in patterns if it is not pattern]
                body.match([pattern])
            elif places:
                place = max(places, key=lambda it: self._links(rule.premises[it]))
                places.remove(place)
                self._find(place, start if rule.premises[place].name in barred else None)
            else:
                break
        for assignment in rule.assignments:
            body.assign(assignment.name, body.writer.value(assignment.expression))
        for check in late:
            self._check(check)

    def _links(self, premise: Premise) -> tuple[bool, int]:
        bound = self._body.names.keys()
        return premise.name in bound, len(premise.variables & bound)

    def _unpack(self, place: int, rows: str, known: frozenset[str]) -> None:
        """Go through rows; ``known`` columns are equal already."""
        relation, columns = self._relations[place]
        variables = {column: variable for variable, column in columns.items()}
        places = []
        for column in relation.columns:
            variable = variables[column]
            places.append("_" if column in known else self._body.bind(variable))
            if column in relation.loose:
                self._body.loose.add(variable)
        self._body.clauses.append(f"for {''.join(f'{it}, ' for it in places)} in {rows}")

    def _find(self, place: int, other: Premise | None) -> None:
        """Find the rows of a further premise, which is not that of ``other``."""
        relation, columns = self._relations[place]
        names = self._body.names
        known = [column for variable, column in columns.items() if variable in names]
        variables = {column: variable for variable, column in columns.items()}
        key = ", ".join(names[variables[column]] for column in known)
        key = key if len(known) == 1 else f"({key})"
        index = f"rows{place}"
        self._namespace[index] = relation.index(known)
        self._meets = self._meets or relation
        self._unpack(place, f"{index}.get({key}, ())", frozenset(known))
        if other is not None:
            name = self.rule.premises[place].name
            self._body.clauses.append(f"if {names[name]} != {names[other.name]}")

    def _check(self, check: Condition | Absence) -> None:
        if isinstance(check, Condition):
            self._body.check(check)
        else:
            self._body.refuse(check, self._lookup)

    def _lookup(self, outside: Comprehension) -> Lookup:
        """Look where a pattern of an absence says: in a premise, or in the background."""

        def pairs(pattern: Pattern, subject: str | None, value: str | None) -> str:
            if pattern.graph is None:
                return self._of_background(pattern, subject, value)
            premise = of_proposition(self._number, outside.names[pattern.graph])
            return premise(pattern, subject, value)

        return pairs

    def _of_background(self, pattern: Pattern, subject: str | None, value: str | None) -> str:
        number = self._number(pattern.predicate)
        by_subject, by_value, pairs = self._background.tables(number)
        if pattern.is_path:
            if subject is not None:
                table = self._table(f"values{number}", by_subject)
                return f"[({subject}, it) for it in reach({table}, {subject})]"
            assert value is not None, "the parser asks for one end"
            table = self._table(f"subjects{number}", by_value)
            return f"[(it, {value}) for it in reach({table}, {value})]"
        if subject is not None:
            table = self._table(f"values{number}", by_subject)
            return f"[({subject}, it) for it in {table}.get({subject}, ())]"
        if value is not None:
            table = self._table(f"subjects{number}", by_value)
            return f"[(it, {value}) for it in {table}.get({value}, ())]"
        return self._table(f"pairs{number}", pairs)

    def _table(self, name: str, table: object) -> str:
        self._namespace[name] = table
        return name


def head_variables(rule: Rule) -> list[str]:
    """List the variables of a rule's conclusion."""
    slots = [slot for pattern in rule.head for slot in (pattern.subject, pattern.value)]
    return list(dict.fromkeys(slot for slot in slots if isinstance(slot, str) and slot != NEW))


def prepare(
    rules: Sequence[Rule],
    background: Background,
    number: Callable[[Term], int],
    functions: Mapping[str, object],
) -> list[Relation]:
    """Make the relations of the rules' premises, each with its plans."""
    found: dict[Premise, Relation] = {}
    stage = Stage()
    for rule in rules:
        relations: list[tuple[Relation, Mapping[str, str]]] = []
        for premise in rule.premises:
            form, columns = canonical(premise)
            if form not in found:
                found[form] = Relation(form, number, functions, stage)
            relations.append((found[form], columns))
        for first, (relation, _) in enumerate(relations):
            plan = Plan(rule, first, relations, background, number, functions)
            relation.plans.append(plan)
    return list(found.values())
