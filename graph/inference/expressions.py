"""Expressions of rules: rdflib's algebra compiled to functions of a solution.

Dates and numbers are compared as values, as SPARQL does; an error is `Unbound`.

Source: SPARQL 1.1 Query Language, section 17.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox
import rdflib
from rdflib.plugins.sparql.parserutils import CompValue, Expr

from foedus.graph.inference.rule import Condition, Unbound, Value
from foedus.graph.terms import Term, to_term
from foedus.ontology.namespaces import PREFIXES

_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = frozenset(
    _XSD + name
    for name in (
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
        "nonPositiveInteger",
        "negativeInteger",
    )
)
_ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


class Unsupported(Exception):
    """An expression outside of the fragment; ``words`` are as the rule has them."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def compile_condition(expression: object) -> Condition:
    """Compile an expression whose truth is asked."""
    value = compile_value(expression)

    def holds(solution: Mapping[str, Term]) -> bool:
        return _truth(value(solution))

    return Condition(variables_of(expression), holds)


def compile_value(expression: object) -> Value:
    """Compile an expression.

    Raises:
        Unsupported: it has an operation that is not part of the fragment.
    """
    if isinstance(expression, rdflib.Variable):
        name = str(expression)

        def read(solution: Mapping[str, Term]) -> object:
            try:
                return solution[name]
            except KeyError:
                raise Unbound from None

        return read
    if isinstance(expression, rdflib.URIRef | rdflib.Literal):
        term = to_term(expression)
        return lambda _: term
    if not isinstance(expression, CompValue | Expr):
        raise Unsupported(str(expression))
    builder = _BUILDERS.get(expression.name)
    if builder is None:
        raise Unsupported(expression.name.removeprefix("Builtin_").removesuffix("Expression"))
    return builder(expression)


def variables_of(expression: object) -> frozenset[str]:
    """List the variables that an expression looks at."""
    if isinstance(expression, rdflib.Variable):
        return frozenset({str(expression)})
    found: set[str] = set()
    if isinstance(expression, CompValue):
        for key, part in expression.items():
            if key != "_vars":
                for item in part if isinstance(part, list) else [part]:
                    found |= variables_of(item)
    return frozenset(found)


def comparable(term: object) -> object:
    """Give the value of a date, a number, a boolean or a string; a term for all else."""
    if not isinstance(term, ox.Literal):
        return term
    datatype, lexical = term.datatype.value, term.value
    try:
        if datatype in _NUMBERS:
            return Decimal(lexical)
        if datatype == _XSD + "date":
            return date.fromisoformat(lexical)
    except (InvalidOperation, ValueError):
        return term
    if datatype == _XSD + "boolean":
        return lexical in ("true", "1")
    return lexical if datatype == _XSD + "string" else term


def term_of(value: object) -> Term:
    """Give the term that an expression's value is; raises `Unbound` where it is none."""
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal):
        return value
    if isinstance(value, bool):
        return ox.Literal(value)
    raise Unbound


def _truth(value: object) -> bool:
    found = comparable(value)
    if isinstance(found, bool):
        return found
    if isinstance(found, Decimal | str):
        return bool(found)
    raise Unbound


def _both(expression: CompValue) -> Value:
    parts = [compile_value(part) for part in [expression.expr, *expression.other]]

    def every(solution: Mapping[str, Term]) -> bool:
        return _junction(parts, solution, decided_by=False)

    return every


def _either(expression: CompValue) -> Value:
    parts = [compile_value(part) for part in [expression.expr, *expression.other]]

    def some(solution: Mapping[str, Term]) -> bool:
        return _junction(parts, solution, decided_by=True)

    return some


def _junction(parts: list[Value], solution: Mapping[str, Term], decided_by: bool) -> bool:
    failed = False
    for part in parts:
        try:
            if _truth(part(solution)) == decided_by:
                return decided_by
        except Unbound:
            failed = True
    if failed:
        raise Unbound
    return not decided_by


def _not(expression: CompValue) -> Value:
    value = compile_value(expression.expr)
    return lambda solution: not _truth(value(solution))


def _relation(expression: CompValue) -> Value:
    left = compile_value(expression.expr)
    if expression.op in ("IN", "NOT IN"):
        members = [compile_value(member) for member in expression.other]
        wanted = expression.op == "IN"
        return lambda solution: (
            any(_equal(left(solution), member(solution)) for member in members) == wanted
        )
    right = compile_value(expression.other)
    if expression.op in ("=", "!="):
        wanted = expression.op == "="
        return lambda solution: _equal(left(solution), right(solution)) == wanted
    compare = _ORDERINGS[expression.op]
    return lambda solution: _ordered(compare, left(solution), right(solution))


def _equal(left: object, right: object) -> bool:
    return bool(comparable(left) == comparable(right))


def _ordered(compare: Callable[[Any, Any], bool], left: object, right: object) -> bool:
    one, other = comparable(left), comparable(right)
    for kind in (Decimal, date, str):
        if isinstance(one, kind) and isinstance(other, kind):
            return compare(one, other)
    raise Unbound


def _if(expression: CompValue) -> Value:
    parts = (expression.arg1, expression.arg2, expression.arg3)
    condition, then, other = map(compile_value, parts)
    return lambda solution: (then if _truth(condition(solution)) else other)(solution)


def _bound(expression: CompValue) -> Value:
    name = str(expression.arg)
    return lambda solution: name in solution


def _coalesce(expression: CompValue) -> Value:
    parts = [compile_value(part) for part in expression.arg]

    def first(solution: Mapping[str, Term]) -> object:
        for part in parts:
            try:
                return part(solution)
            except Unbound:
                continue
        raise Unbound

    return first


def _string(expression: CompValue) -> Value:
    value = compile_value(expression.arg)

    def text(solution: Mapping[str, Term]) -> ox.Literal:
        found = value(solution)
        if isinstance(found, ox.NamedNode | ox.Literal):
            return ox.Literal(found.value)
        raise Unbound

    return text


_BUILDERS: Final[Mapping[str, Callable[[CompValue], Value]]] = {
    "ConditionalAndExpression": _both,
    "ConditionalOrExpression": _either,
    "UnaryNot": _not,
    "RelationalExpression": _relation,
    "Builtin_IF": _if,
    "Builtin_BOUND": _bound,
    "Builtin_COALESCE": _coalesce,
    "Builtin_STR": _string,
}
