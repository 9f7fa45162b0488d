"""Expressions of rules: read from rdflib's algebra, and written as Python.

A term is its number there, and what has no value, or is an error in SPARQL, is ``None``. Of
logical operations there are two forms: one gives ``True``, ``False`` or ``None``; of the other only
matters whether it is true, so that Python's own ``and`` and ``or`` will do.

Source: SPARQL 1.1 Query Language, section 17.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.plugins.sparql.parserutils import CompValue

from foedus.graph.inference.rule import Expression, Operation
from foedus.graph.terms import Term, to_term

_JUNCTIONS: Final = {"ConditionalAndExpression": "&&", "ConditionalOrExpression": "||"}
_FUNCTIONS: Final = {"Builtin_COALESCE": "coalesce", "Builtin_STR": "str", "UnaryNot": "!"}
_LOGICAL: Final = {
    "&&": "both",
    "||": "either",
    "!": "negated",
    "=": "equal",
    "!=": "unequal",
    "<": "less",
    ">": "greater",
    "<=": "at_most",
    ">=": "at_least",
    "in": "among",
    "not in": "not_among",
}
_VALUED: Final = {"if": "pick", "coalesce": "first", "str": "string"}


class Unsupported(Exception):
    """An expression outside of the fragment; ``words`` are as the rule has them."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def read_expression(node: object) -> Expression:
    """Read an expression.

    Raises:
        Unsupported: it has an operation that is not part of the fragment.
    """
    if isinstance(node, rdflib.Variable):
        return str(node)
    if isinstance(node, rdflib.URIRef | rdflib.Literal):
        return to_term(node)
    if not isinstance(node, CompValue):
        raise Unsupported(str(node))
    name = node.name
    if name in _JUNCTIONS:
        return _operation(_JUNCTIONS[name], node.expr, *node.other)
    if name == "RelationalExpression":
        others = node.other if node.op in ("IN", "NOT IN") else [node.other]
        return _operation(node.op.lower(), node.expr, *others)
    if name == "Builtin_IF":
        return _operation("if", node.arg1, node.arg2, node.arg3)
    if name == "Builtin_BOUND":
        return Operation("bound", (str(node.arg),))
    if name in _FUNCTIONS:
        parts = node.expr if name == "UnaryNot" else node.arg
        return _operation(_FUNCTIONS[name], *(parts if isinstance(parts, list) else [parts]))
    raise Unsupported(name.removeprefix("Builtin_").removesuffix("Expression"))


def _operation(name: str, *parts: object) -> Operation:
    return Operation(name, tuple(map(read_expression, parts)))


class Writer:
    """Writes expressions; functions that the text calls are those of `Values`.

    Args:
        number: Gives the number of a term.
        names: What variables are called in the text; others have no value.
        loose: Those of the variables that may be ``None``.
    """

    def __init__(
        self, number: Callable[[Term], int], names: Mapping[str, str], loose: set[str]
    ) -> None:
        self._number = number
        self._names = names
        self._loose = loose

    def value(self, it: Expression) -> str:
        """Write the number of an expression's value, or ``None``."""
        if isinstance(it, str):
            return self._names.get(it, "None")
        if not isinstance(it, Operation):
            return str(self._number(it))
        if it.name == "if":
            condition, then, other = it.parts
            return f"pick({self.logic(condition)}, {self.value(then)}, {self.value(other)})"
        if it.name in _VALUED:
            return f"{_VALUED[it.name]}({', '.join(map(self.value, it.parts))})"
        return f"truth_value({self.logic(it)})"

    def logic(self, it: Expression) -> str:
        """Write ``True``, ``False`` or ``None``."""
        if not isinstance(it, Operation) or it.name in _VALUED:
            return f"truth({self.value(it)})"
        if it.name == "bound":
            return f"({self.value(it.parts[0])} is not None)"
        write = self.logic if it.name in ("&&", "||", "!") else self.value
        return f"{_LOGICAL[it.name]}({', '.join(map(write, it.parts))})"

    def test(self, it: Expression) -> str:
        """Write what Python takes for true if and only if it is true."""
        if not isinstance(it, Operation):
            return self.logic(it)
        if it.name in ("&&", "||"):
            return f"({(' and ' if it.name == '&&' else ' or ').join(map(self.test, it.parts))})"
        if it.name == "!" and isinstance(it.parts[0], Operation) and it.parts[0].name == "bound":
            return f"({self.value(it.parts[0].parts[0])} is None)"
        if it.name == "!":
            return f"({self.logic(it.parts[0])} is False)"
        first, *others = it.parts
        if it.name in ("=", "!=") and all(map(self._has_value, it.parts)):
            one, other = map(self.value, it.parts)
            if it.name == "=":
                return f"({one} == {other} or values[{one}] == values[{other}])"
            return f"({one} != {other} and values[{one}] != values[{other}])"
        if it.name == "in" and all(isinstance(other, ox.NamedNode) for other in others):
            return f"({self.value(first)} in {{{', '.join(map(self.value, others))}}})"
        return self.logic(it)

    def _has_value(self, it: Expression) -> bool:
        if isinstance(it, str):
            return it in self._names and it not in self._loose
        return not isinstance(it, Operation)
