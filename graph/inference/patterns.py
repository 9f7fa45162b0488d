"""Patterns, conditions and absences of rules, from rdflib's algebra."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import rdflib
from rdflib.paths import MulPath
from rdflib.plugins.sparql.parserutils import CompValue

from foedus.graph.inference.expressions import Unsupported, read_expression
from foedus.graph.inference.rule import (
    NEW,
    Absence,
    Assignment,
    Condition,
    Pattern,
    Premise,
    Slot,
)
from foedus.graph.inference.source import KEYWORDS, Source
from foedus.graph.terms import to_term

_ABSENCE = r"NOT\s+EXISTS"


def read_premise(node: CompValue, source: Source) -> Premise:
    """Read a ``GRAPH ?p { }``."""
    if not isinstance(node.term, rdflib.Variable):
        source.refuse("a premise is GRAPH with a variable", r"GRAPH\s*[<\w]")
    name = str(node.term)
    filters, body = peel(node.p, "Filter")
    optional: list[tuple[Pattern, ...]] = []
    while body.name == "LeftJoin":
        if body.p2.name != "BGP" or body.expr.name != "TrueFilter":
            source.refuse("OPTIONAL holds triple patterns only", "OPTIONAL")
        optional.insert(0, read_patterns(body.p2, source))
        body = body.p1
    if body.name != "BGP" or not body.triples:
        reason = "GRAPH holds triple patterns, OPTIONAL, FILTER"
        source.refuse(reason, KEYWORDS.get(body.name, rf"GRAPH\s*\?{name}\b"))
    patterns = read_patterns(body, source)
    written = (*patterns, *(it for group in optional for it in group))
    if any(pattern.is_path for pattern in written):
        source.refuse("a path belongs outside of GRAPH", r"\*")
    inner = frozenset(variable for pattern in written for variable in pattern.variables)
    conditions, absences = [], []
    for part in (part for it in filters for part in conjuncts(it.expr)):
        if is_absence(part):
            absences.append(read_absence(part, source, inner))
        else:
            condition = read_condition(part, source)
            if stray := condition.variables - inner:
                reason = f"FILTER inside GRAPH cannot see ?{min(stray)}"
                source.refuse(reason, rf"FILTER.*\?{min(stray)}\b")
            conditions.append(condition)
    return Premise(name, False, patterns, tuple(optional), tuple(conditions), tuple(absences))


def read_absence(
    part: CompValue,
    source: Source,
    bound: frozenset[str],
    premises: frozenset[str] = frozenset(),
    depth: int = 0,
) -> Absence:
    """Read a ``NOT EXISTS { }`` of a group in which ``bound`` variables may have a value.

    Its patterns may be looked up in the propositions of ``premises``; it may hold ``depth`` more.
    """
    patterns: list[Pattern] = []
    conditions: list[Condition] = []
    inner: list[CompValue] = []
    for graph, piece in _pieces(part.graph, None, source):
        if piece.name in ("BGP", "TriplesBlock"):
            patterns += (replace(it, graph=graph) for it in read_patterns(piece, source))
        elif is_absence(piece):
            inner.append(piece)
        else:
            condition = read_condition(piece, source)
            if graph in condition.variables:
                reason = f"FILTER inside GRAPH cannot see ?{graph}"
                source.refuse(reason, rf"FILTER.*\?{graph}\b")
            conditions.append(condition)
    if not patterns:
        source.refuse("NOT EXISTS holds triple patterns and FILTER only", _ABSENCE)
    graphs = {pattern.graph for pattern in patterns if pattern.graph is not None}
    if stray := graphs - premises:
        source.refuse("GRAPH inside of NOT EXISTS names a premise", rf"GRAPH\s*\?{min(stray)}\b")
    if any(pattern.is_path and pattern.graph is not None for pattern in patterns):
        source.refuse("a path belongs outside of GRAPH", r"\*")
    if inner and not depth:
        source.refuse("NOT EXISTS holds triple patterns and FILTER only", _ABSENCE)
    free = {variable for pattern in patterns for variable in pattern.variables}
    known = bound | free
    for condition in conditions:
        if unknown := condition.variables - known:
            source.refuse(f"nothing binds ?{min(unknown)}", rf"\?{min(unknown)}\b")
    absences = tuple(read_absence(it, source, known, premises, depth - 1) for it in inner)
    used = free.union(*(it.variables for it in conditions), *(it.variables for it in absences))
    return Absence(frozenset((used & bound) | graphs), tuple(patterns), tuple(conditions), absences)


def _pieces(
    group: CompValue, graph: str | None, source: Source
) -> Iterator[tuple[str | None, CompValue]]:
    """Give the blocks of triples and the conditions of a group, each with its GRAPH."""
    # rdflib translates some of these groups, and leaves others as they were parsed.
    if group.name == "Join":
        yield from _pieces(group.p1, graph, source)
        yield from _pieces(group.p2, graph, source)
    elif group.name == "GroupGraphPatternSub":
        for part in group.part or []:
            yield from _pieces(part, graph, source)
    elif group.name == "Filter":
        if group.p is not None:
            yield from _pieces(group.p, graph, source)
        for part in conjuncts(group.expr):
            if is_absence(part) and graph is not None:
                source.refuse("write NOT EXISTS beside GRAPH, not inside", _ABSENCE)
            yield graph, part
    elif group.name in ("Graph", "GraphGraphPattern") and graph is None:
        if not isinstance(group.term, rdflib.Variable):
            source.refuse("a premise is GRAPH with a variable", r"GRAPH\s*[<\w]")
        yield from _pieces(group.p or group.graph, str(group.term), source)
    elif group.name in ("BGP", "TriplesBlock"):
        if group.triples:
            yield graph, group
    else:
        source.refuse("NOT EXISTS holds triple patterns and FILTER only", _ABSENCE)


def read_condition(part: CompValue, source: Source) -> Condition:
    """Read what FILTER asks."""
    try:
        return Condition(read_expression(part))
    except Unsupported as error:
        source.refuse(f"a rule's expressions have no {error.words}", re.escape(error.words))


def read_assignment(node: CompValue, source: Source) -> Assignment:
    """Read a BIND."""
    try:
        return Assignment(str(node.var), read_expression(node.expr))
    except Unsupported as error:
        source.refuse(f"a rule's expressions have no {error.words}", re.escape(error.words))


def read_patterns(node: CompValue, source: Source) -> tuple[Pattern, ...]:
    """Read a block of triple patterns."""
    found: list[Pattern] = []
    for block in map(list, node.triples):
        for start in range(0, len(block), 3):
            subject, predicate, value = block[start : start + 3]
            found.append(_pattern(subject, predicate, value, source))
    return tuple(found)


def read_head(node: CompValue, source: Source, known: frozenset[str]) -> tuple[Pattern, ...]:
    """Read the triples of a conclusion; ``known`` variables may have a value."""
    head: list[Pattern] = []
    blanks: set[rdflib.BNode] = set()
    for triple in node:
        blanks |= {it for it in triple if isinstance(it, rdflib.BNode)}
        subject, predicate, value = (
            NEW if isinstance(it, rdflib.BNode) else _slot(it, source) for it in triple
        )
        for slot in (subject, value):
            if isinstance(slot, str) and slot != NEW and slot not in known:
                source.refuse(f"nothing binds ?{slot}", rf"\?{slot}\b")
        if not isinstance(predicate, ox.NamedNode):
            source.refuse("a property is named, never a variable", r"CONSTRUCT")
        head.append(Pattern(subject, predicate, value))
    if len(blanks) > 1:
        source.refuse("a conclusion makes one new node at most", r"_:|\[")
    if not head:
        source.refuse("the conclusion is empty", "CONSTRUCT")
    return tuple(head)


def _pattern(subject: object, predicate: object, value: object, source: Source) -> Pattern:
    if isinstance(predicate, MulPath) and predicate.mod == "*":
        pattern = _pattern(subject, predicate.path, value, source)
        return replace(pattern, is_path=True)
    if isinstance(predicate, rdflib.Variable):
        source.refuse("a property is named, never a variable", rf"\?{predicate}\b")
    if not isinstance(predicate, rdflib.URIRef):
        source.refuse("the only path is one property with *", r"[/|^+]|[\w>]\?")
    term = ox.NamedNode(str(predicate))
    return Pattern(_slot(subject, source), term, _slot(value, source))


def _slot(node: object, source: Source) -> Slot:
    if isinstance(node, rdflib.Variable):
        return str(node)
    if isinstance(node, rdflib.URIRef | rdflib.Literal):
        return to_term(node)
    source.refuse("a blank node belongs in the head: name a variable", r"\[|_:")


def peel(node: CompValue, name: str) -> tuple[list[CompValue], CompValue]:
    """Take the outer operations of one name off."""
    found = []
    while node.name == name:
        found.append(node)
        node = node.p
    return found, node


def is_absence(part: CompValue) -> bool:
    """Tell whether a condition is NOT EXISTS."""
    return getattr(part, "name", "") == "Builtin_NOTEXISTS"


def conjuncts(expression: CompValue) -> list[CompValue]:
    """Split an expression at ``&&``."""
    if getattr(expression, "name", "") == "ConditionalAndExpression":
        parts = [expression.expr, *expression.other]
        return [piece for part in parts for piece in conjuncts(part)]
    return [expression]
