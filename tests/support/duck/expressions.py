"""SPARQL's expressions as SQL, an error being NULL: both have the same three-valued logic.

A term is a number whose last three bits tell its kind (`Kind`). The values of literals are in
small tables by kind, so that numbers are compared as numbers and days as days.

Source: SPARQL 1.1 Query Language, section 17.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Literal as OneOf
from typing import NamedTuple

import pyoxigraph as ox
from rdflib import Literal, URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from duck.syntax import Expression, Outside, operands, plain
from foedus.graph.terms import Term, to_term


class Kind(IntEnum):
    """What a term is; ``OTHER`` is a literal whose value is not looked at."""

    IRI = 0
    NUMBER = 1
    DATE = 2
    BOOLEAN = 3
    STRING = 4
    OTHER = 5
    BLANK = 6


_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = (
    "integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger"
    " negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte"
)
_KINDS = {
    **{_XSD + name: Kind.NUMBER for name in [*_INTEGERS.split(), "decimal", "double", "float"]},
    _XSD + "date": Kind.DATE,
    _XSD + "boolean": Kind.BOOLEAN,
    _XSD + "string": Kind.STRING,
}
_ABSENT = "NULL::UBIGINT"


class Value(NamedTuple):
    """SQL for a value, and whether that is a term's number, a truth value or a text."""

    sql: str
    sort: OneOf["term", "truth", "text"] = "term"


Scope = Mapping[str, Value]
"""What variables are in SQL, by their names."""


def kind_of(term: Term) -> Kind:
    """Tell the kind of a term."""
    if isinstance(term, ox.Literal):
        return _KINDS.get(term.datatype.value, Kind.OTHER)
    return Kind.BLANK if isinstance(term, ox.BlankNode) else Kind.IRI


def number_of(node: URIRef | Literal) -> str:
    """Give SQL for the number of a rule's term."""
    term = to_term(node)
    text = str(term).replace("'", "''")
    return f"ident('{text}', {kind_of(term):d})"


TRUE, FALSE = number_of(Literal(True)), number_of(Literal(False))


def condition(expression: Expression, scope: Scope) -> str:
    """Give SQL for whether an expression is true."""
    return _truth(value(expression, scope))


def value(expression: Expression, scope: Scope) -> Value:
    """Give SQL for the value of an expression."""
    expression = plain(expression)
    if isinstance(expression, Variable):
        return scope.get(str(expression), Value(_ABSENT))
    if isinstance(expression, URIRef | Literal):
        return Value(number_of(expression))
    if not isinstance(expression, CompValue):
        raise Outside(str(expression))
    if expression.name in ("ConditionalAndExpression", "ConditionalOrExpression"):
        word = " AND " if expression.name == "ConditionalAndExpression" else " OR "
        return _joined(word, [condition(part, scope) for part in operands(expression)])
    if expression.name == "UnaryNot":
        return Value(f"(NOT {condition(expression.expr, scope)})", "truth")
    if expression.name == "RelationalExpression":
        return _relation(expression, scope)
    if expression.name == "Builtin_BOUND":
        return Value(f"({value(expression.arg, scope).sql} IS NOT NULL)", "truth")
    if expression.name == "Builtin_STR":
        return Value(f"(SELECT plain FROM term WHERE id = {_term(expression.arg, scope)})", "text")
    if expression.name == "Builtin_COALESCE":
        found = _alike([value(part, scope) for part in expression.arg])
        return Value(f"coalesce({', '.join(it.sql for it in found)})", found[0].sort)
    if expression.name == "Builtin_IF":
        test = condition(expression.arg1, scope)
        then, other = _alike([value(it, scope) for it in (expression.arg2, expression.arg3)])
        sql = f"(CASE WHEN {test} THEN {then.sql} WHEN NOT {test} THEN {other.sql} END)"
        return Value(sql, then.sort)
    raise Outside(expression.name)


def as_term(found: Value) -> str:
    """Give SQL for a value as a term's number."""
    if found.sort == "text":
        raise Outside("a text that is computed as a term")
    if found.sort == "term":
        return found.sql
    return f"(CASE WHEN {found.sql} THEN {TRUE} WHEN NOT {found.sql} THEN {FALSE} END)"


def _term(expression: Expression, scope: Scope) -> str:
    return as_term(value(expression, scope))


def _joined(word: str, parts: list[str]) -> Value:
    return Value(f"({word.join(parts)})", "truth")


def _alike(found: list[Value]) -> list[Value]:
    """Make all truth values, or else all terms."""
    if {it.sort for it in found} == {"term"}:
        return found
    if all(it.sort == "truth" or it.sql in (TRUE, FALSE) for it in found):
        return [Value(_truth(it), "truth") for it in found]
    return [Value(as_term(it)) for it in found]


def _is(sql: str, kind: Kind) -> str:
    return f"{sql} % 8 = {kind:d}"


def _of(table: str, sql: str) -> str:
    return f"(SELECT value FROM {table} WHERE id = {sql})"


def _truth(found: Value) -> str:
    """Give SQL for the effective boolean value."""
    if found.sort == "truth":
        return found.sql
    if found.sort == "text":
        return f"({found.sql} <> '')"
    if found.sql in (TRUE, FALSE):
        return str(found.sql == TRUE).upper()
    sql = found.sql
    return (
        f"(CASE WHEN {sql} = {TRUE} THEN TRUE WHEN {sql} = {FALSE} THEN FALSE"
        f" WHEN {_is(sql, Kind.NUMBER)} THEN {_of('number', sql)} <> 0"
        f" WHEN {_is(sql, Kind.STRING)} THEN {_of('string', sql)} <> '' END)"
    )


def _relation(expression: CompValue, scope: Scope) -> Value:
    left = value(expression.expr, scope)
    if expression.op in ("IN", "NOT IN"):
        found = _joined(" OR ", [_equal(left, value(it, scope)) for it in expression.other])
        return Value(f"(NOT {found.sql})", "truth") if expression.op == "NOT IN" else found
    right = value(expression.other, scope)
    if expression.op == "=":
        return Value(_equal(left, right), "truth")
    if expression.op == "!=":
        return Value(f"(NOT {_equal(left, right)})", "truth")
    return Value(_ordered(expression.op, left, right), "truth")


def _equal(left: Value, right: Value) -> str:
    """Give SQL for ``=``: values of two kinds differ, as Oxigraph has it, and are no error."""
    if "text" in (left.sort, right.sort):
        return f"({_text(left)} = {_text(right)})"
    one, other = as_term(left), as_term(right)
    return (
        f"(CASE WHEN {one} IS NULL OR {other} IS NULL THEN NULL WHEN {one} = {other} THEN TRUE"
        f" WHEN {_is(one, Kind.NUMBER)} AND {_is(other, Kind.NUMBER)}"
        f" THEN {_of('number', one)} = {_of('number', other)}"
        " ELSE FALSE END)"
    )


def _ordered(operator: str, left: Value, right: Value) -> str:
    if "text" in (left.sort, right.sort):
        return f"({_text(left)} {operator} {_text(right)})"
    one, other = as_term(left), as_term(right)
    cases = " ".join(
        f"WHEN {_is(one, kind)} THEN {_of(table, one)} {operator} {_of(table, other)}"
        for kind, table in VALUES.items()
    )
    return f"(CASE {cases} END)"


def _text(found: Value) -> str:
    return found.sql if found.sort == "text" else _of("string", as_term(found))


VALUES = {Kind.NUMBER: "number", Kind.DATE: "day", Kind.STRING: "string"}
"""Tables with the values of literals, by kind: ``id`` and ``value``."""
