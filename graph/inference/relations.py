"""Premises as relations: a row for each way in which a proposition or a claim satisfies one.

Premises that differ in names of variables only are one relation. Rows are made when something
asks for them: of most relations nothing ever does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from foedus.graph.inference.indexes import Index, Row
from foedus.graph.inference.rule import (
    Absence,
    Condition,
    Expression,
    Operation,
    Pattern,
    Premise,
    Slot,
)
from foedus.graph.inference.source_code import Comprehension, Lookup, compiled
from foedus.graph.terms import Term

if TYPE_CHECKING:
    from foedus.graph.inference.plans import Plan

Pairs: TypeAlias = list[tuple[int, int]]
Facts: TypeAlias = Mapping[int, Sequence[tuple[int, int]]]
"""Subjects and objects by property."""

_NAME = "c0"


@dataclass
class Stage:
    """A count that rises whenever a relation is put to work that was not before."""

    number: int = 0


class Relation:
    """The rows of one premise.

    Attributes:
        columns: The variables of the rows, as the relation calls them.
        code: The function that finds rows, conditions aside.
        checks: Conditions on rows, each with the places that it looks at; none: beyond the row.
        plans: What to do with a new row.
        sources: Each makes rows of propositions or claims taken up; together they make all.
        indexes: Those that something has asked.
        stage: Counts what may put further relations to work.
    """

    def __init__(
        self,
        premise: Premise,
        number: Callable[[Term], int],
        functions: Mapping[str, object],
        stage: Stage,
    ) -> None:
        self.premise = premise
        self._number = number
        self._functions = functions
        body = Comprehension(number, _of_facts(number))
        body.names[_NAME] = "v_c0"
        body.match(premise.patterns)
        for group in premise.optional:
            body.match_optionally(group)
        plain = [absence for absence in premise.absences if not absence.conditions]
        for absence in plain:
            body.refuse(absence, lambda _: _of_facts(number))
        self.columns = tuple(sorted(body.names, key=lambda name: int(name[1:])))
        self.loose = frozenset(body.loose)
        result = [body.names[column] for column in self.columns]
        self.code = body.function("rows", "v_c0, facts", result)
        self._rows = compiled(self.code, "rows", {})
        self.checks: list[tuple[frozenset[int] | None, Callable[[Row], bool]]] = []
        for condition in premise.conditions:
            places = frozenset(self.columns.index(name) for name in condition.variables)
            self.checks.append((places, self._check(condition)))
        for absence in premise.absences:
            if absence not in plain:
                self.checks.append((None, self._check(absence)))
        self.plans: list[Plan] = []
        self.stage = stage
        self.sources: list[Callable[[], Iterable[Row]]] = []
        self.indexes: list[Index] = []
        self._indexes: dict[tuple[int, ...], Index] = {}

    def _check(self, check: Condition | Absence) -> Callable[[Row], bool]:
        body = Comprehension(self._number, _of_facts(self._number))
        for column in self.columns:
            body.bind(column)
        body.loose |= self.loose
        body.clauses.append(f"for {''.join(f'v_{it}, ' for it in self.columns)} in (row,)")
        if isinstance(check, Condition):
            body.check(check)
        else:
            body.refuse(check, lambda *_: of_proposition(self._number, "v_c0"))
        return compiled(body.function("check", "row", []), "check", dict(self._functions))  # type: ignore[return-value]

    def rows(self, name: int, facts: Facts) -> list[Row]:
        """Find how facts satisfy the patterns, conditions aside; each way once."""
        return list(dict.fromkeys(self._rows(name, facts)))

    @property
    def is_at_work(self) -> bool:
        """Tell whether anything asks for a new row: an index, or a plan that may find more."""
        return bool(self.indexes) or any(plan.may_find for plan in self.plans)

    def index(self, columns: Iterable[str]) -> Index:
        """Give rows by the values of some columns, in the columns' order."""
        places = tuple(map(self.columns.index, columns))
        if places not in self._indexes:
            self._indexes[places] = Index(places, self._begin)
        return self._indexes[places]

    def add_source(self, rows: Callable[[], Iterable[Row]]) -> None:
        """Take note of where more rows are from."""
        self.stage.number += not self.sources
        self.sources.append(rows)

    def add(self, row: Row) -> None:
        """Put a row into the indexes that are kept up to date."""
        for index in self.indexes:
            index.add(row)

    def take_back(self, row: Row) -> None:
        """Undo the last `add`, which was of this row."""
        for index in self.indexes:
            index.take_back(row)

    def _begin(self, index: Index) -> Iterator[Row]:
        self.indexes.append(index)
        self.stage.number += 1
        return (row for rows in self.sources for row in rows())

    def fill(self) -> None:
        """Fill all indexes; then `take_back` undoes what is added."""
        for index in self._indexes.values():
            index.fill()


def _of_facts(number: Callable[[Term], int]) -> Lookup:
    return lambda pattern, *_: f"facts.get({number(pattern.predicate)}, ())"


def of_proposition(number: Callable[[Term], int], name: str) -> Lookup:
    """Look patterns up in the proposition that a variable names."""
    return lambda pattern, *_: f"pairs({name}, {number(pattern.predicate)})"


def canonical(premise: Premise) -> tuple[Premise, dict[str, str]]:
    """Rename the variables of a premise by their places; gives the new names, too."""
    names = {premise.name: _NAME}

    def name(variable: str) -> str:
        return names.setdefault(variable, f"c{len(names)}")

    def slot(it: Slot) -> Slot:
        return name(it) if isinstance(it, str) else it

    def patterns(found: Iterable[Pattern]) -> tuple[Pattern, ...]:
        return tuple(replace(it, subject=slot(it.subject), value=slot(it.value)) for it in found)

    def expression(it: Expression) -> Expression:
        if isinstance(it, Operation):
            return replace(it, parts=tuple(map(expression, it.parts)))
        return slot(it)

    def conditions(found: Iterable[Condition]) -> tuple[Condition, ...]:
        return tuple(Condition(expression(it.expression)) for it in found)

    own = patterns(premise.patterns)
    optional = tuple(map(patterns, premise.optional))
    columns = dict(names)
    renamed = Premise(
        _NAME,
        premise.is_claim,
        own,
        optional,
        conditions(premise.conditions),
        tuple(
            replace(
                it,
                variables=frozenset(map(name, sorted(it.variables))),
                patterns=patterns(it.patterns),
                conditions=conditions(it.conditions),
            )
            for it in premise.absences
        ),
    )
    return renamed, columns
