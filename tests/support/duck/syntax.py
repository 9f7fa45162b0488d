"""The text of a rule as groups of patterns, from rdflib's parse tree.

The tree and not the algebra: there some groups inside of NOT EXISTS lose their filters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, NamedTuple

from rdflib import BNode, Literal, URIRef, Variable
from rdflib.paths import MulPath
from rdflib.plugins.sparql import algebra
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

Node = URIRef | Literal | Variable | BNode
Expression = Any
"""A variable, a term or a node of rdflib's parse tree."""


Key = tuple[str, str | None]
"""A property, and its value where a pattern has a term."""


class Outside(Exception):
    """A rule that this executor cannot run."""


class Pattern(NamedTuple):
    """A triple pattern; ``is_path`` where the property may be repeated or left out."""

    subject: Node
    predicate: URIRef
    value: Node
    is_path: bool


@dataclass
class Group:
    """What one pair of braces holds."""

    patterns: list[Pattern] = field(default_factory=list)
    graphs: list[tuple[Variable, "Group"]] = field(default_factory=list)
    optional: list["Group"] = field(default_factory=list)
    filters: list[Expression] = field(default_factory=list)
    bindings: list[tuple[Variable, Expression]] = field(default_factory=list)


@dataclass(frozen=True)
class Parsed:
    """A rule: the patterns of its head, its body, and all terms in it."""

    head: list[Pattern]
    body: Group
    terms: list[URIRef | Literal]


@cache
def parse(text: str) -> Parsed:
    """Parse the text of a rule."""
    prologue, query = parseQuery(text)
    names = partial(algebra.translatePName, prologue=algebra.translatePrologue(prologue, None))
    tree = algebra.traverse(algebra.traverse(query, visitPost=names), visitPost=_path)
    terms: list[URIRef | Literal] = []

    def keep(node: object) -> None:
        if isinstance(node, URIRef | Literal):
            terms.append(node)
        elif isinstance(node, MulPath):
            keep(node.path)

    algebra.traverse([tree.template, tree.where], visitPost=keep)
    return Parsed(list(_patterns(tree.template)), _group(tree.where), terms)


def operands(expression: CompValue) -> list[Expression]:
    """List what ``&&`` and ``||`` join."""
    return [expression.expr, *(expression.other or [])]


def plain(expression: Expression) -> Expression:
    """Take off the layers of the grammar that do nothing."""
    while isinstance(expression, CompValue) and set(expression) == {"expr"}:
        if expression.name == "UnaryNot":
            break
        expression = expression.expr
    return expression


def filters_of(group: Group) -> tuple[list[Expression], list[CompValue]]:
    """Split a group's filters into conditions and NOT EXISTS."""
    conditions: list[Expression] = []
    absences: list[CompValue] = []
    for part in group.filters:
        absent = isinstance(part, CompValue) and part.name == "Builtin_NOTEXISTS"
        (absences if absent else conditions).append(part)
    return conditions, absences


def absent_group(part: CompValue) -> Group:
    """Give the group that is not to be found."""
    return _group(part.graph)


def _path(node: object) -> object:
    return algebra.translatePath(node) if isinstance(node, CompValue) else None


def _group(tree: CompValue) -> Group:
    found = Group()
    for part in tree.part or []:
        if part.name == "TriplesBlock":
            found.patterns += _patterns(part.triples)
        elif part.name == "GraphGraphPattern" and isinstance(part.term, Variable):
            found.graphs.append((part.term, _group(part.graph)))
        elif part.name == "OptionalGraphPattern":
            found.optional.append(_group(part.graph))
        elif part.name == "Filter":
            found.filters += _conjuncts(part.expr)
        elif part.name == "Bind":
            found.bindings.append((part.var, plain(part.expr)))
        else:
            raise Outside(part.name)
    return found


def _conjuncts(expression: Expression) -> Iterator[Expression]:
    part = plain(expression)
    if isinstance(part, CompValue) and part.name == "ConditionalAndExpression":
        for operand in operands(part):
            yield from _conjuncts(operand)
    else:
        yield part


def _patterns(blocks: list[list[Any]]) -> Iterator[Pattern]:
    for block in blocks:
        for at in range(0, len(block), 3):
            subject, predicate, value = block[at : at + 3]
            is_path = isinstance(predicate, MulPath) and predicate.mod == "*"
            name = predicate.path if is_path else predicate
            if not isinstance(name, URIRef):
                raise Outside(f"property {predicate}")
            yield Pattern(subject, name, value, is_path)


def header(text: str) -> Mapping[str, str]:
    """Read what a rule's file says of itself."""
    lines = (line[2:].partition(":") for line in text.splitlines() if line.startswith("#+"))
    return {key.strip(): value.strip() for key, _, value in lines}


def repeated(groups: Iterable[Group]) -> set[URIRef]:
    """List the properties, that rules repeat."""
    found: set[URIRef] = set()
    for group in groups:
        found |= {it.predicate for it in group.patterns if it.is_path}
        found |= repeated(absent_group(it) for it in filters_of(group)[1])
    return found


def needed(group: Group) -> set[Key]:
    """List the keys that a proposition must have to be a premise."""
    return {_key(it) for it in group.patterns}


def mentioned(group: Group) -> set[Key]:
    """List the keys of all patterns, which are all that a rule looks at."""
    found: set[Key] = set()
    agenda = [group]
    while agenda:
        part = agenda.pop()
        agenda += [inner for _, inner in part.graphs] + part.optional
        agenda += map(absent_group, filters_of(part)[1])
        found |= needed(part)
    return found


def _key(pattern: Pattern) -> Key:
    is_open = isinstance(pattern.value, Variable)
    return str(pattern.predicate), None if is_open else str(pattern.value)
