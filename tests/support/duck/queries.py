"""A rule's body as one SELECT: each premise a join within one graph, the premises joined.

Tables: ``quad`` (g, s, p, o) has propositions, each closed by itself, ``record`` (s, p, o) the
background with all claims, ``reach`` (p, s, o) what repeated properties lead to in one step or
more, ``fresh`` (g) the propositions of the last round.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rdflib import BNode, Variable

from duck.expressions import Kind, Scope, Value, condition, number_of, value
from duck.syntax import Expression, Group, Node, Outside, Pattern, absent_group, filters_of
from foedus.ontology.namespaces import FD

CLAIMED = FD.onProposition


@dataclass
class Query:
    """A SELECT being put together.

    Attributes:
        tables: Tables with their aliases.
        wanted: What has to be true.
        columns: What variables are here.
        loose: The variables that may be NULL.
        mark: Begins the aliases, which must differ from those of queries around.
    """

    tables: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)
    columns: dict[str, Value] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    mark: str = "t"

    def alias(self, table: str) -> str:
        """Add a table and give its alias."""
        alias = f"{self.mark}{len(self.tables)}"
        self.tables.append(f"{table} {alias}")
        return alias

    def bind(self, name: str, column: str) -> None:
        """Say that a variable is in a column, or that it is the same as before."""
        if name not in self.columns:
            self.columns[name] = Value(column)
        else:
            self.wanted.append(f"{self.columns[name].sql} = {column}")

    def match(self, node: Node, column: str) -> None:
        """Say that what a pattern has in one place is in a column."""
        if isinstance(node, Variable):
            self.bind(str(node), column)
        elif isinstance(node, BNode):
            raise Outside("a blank node in a pattern")
        else:
            self.wanted.append(f"{column} = {number_of(node)}")

    def sql(self, computed: Iterable[str] = ()) -> str:
        """Write it."""
        columns = [f'{found.sql} AS "{name}"' for name, found in self.columns.items()]
        where = f" WHERE {' AND '.join(self.wanted)}" if self.wanted else ""
        return (
            f"SELECT {', '.join([*columns, *computed]) or '1'} FROM {', '.join(self.tables)}{where}"
        )

    def around(self, inner: str, columns: Scope, loose: set[str]) -> None:
        """Start from a SELECT with these columns."""
        alias = self.alias(f"({inner})")
        self.columns = {
            name: Value(f'{alias}."{name}"', found.sort) for name, found in columns.items()
        }
        self.loose = set(loose)


@dataclass(frozen=True)
class Body:
    """The SELECT of a rule's solutions: its premises' columns, and what sorts all have."""

    sql: str
    premises: tuple[str, ...]
    columns: Scope


def select(body: Group, fresh: str | None = None) -> Body:
    """Write the SELECT of a rule's body; ``fresh`` is a premise that is of the last round."""
    query = Query()
    for name, group in body.graphs:
        inner = _premise(str(name), group, is_fresh=fresh == str(name))
        _add(query, inner)
    claims = {str(it.subject) for it in body.patterns if it.predicate == CLAIMED}
    for pattern in sorted(body.patterns, key=lambda it: it.is_path):
        _background(query, pattern)
    query.wanted += [f"{query.columns[name].sql} % 8 = {Kind.IRI:d}" for name in sorted(claims)]
    if body.optional:
        raise Outside("OPTIONAL outside of GRAPH")
    for name, expression in body.bindings:
        query = _nested(query, str(name), expression)
    if not body.bindings:
        query = _nested(query)
    _filter(query, body, None)
    if len({name.lower() for name in query.columns}) < len(query.columns):
        raise Outside("variables that differ by case only")
    graphs = [str(name) for name, _ in body.graphs]
    return Body(query.sql(), (*graphs, *sorted(claims)), query.columns)


def _nested(query: Query, name: str = "", expression: Expression = None) -> Query:
    """Put a query into another, with one more column if an expression is given."""
    outer, columns = Query(), dict(query.columns)
    computed = []
    if name:
        found = value(expression, query.columns)
        columns[name] = found
        computed.append(f'{found.sql} AS "{name}"')
    outer.around(query.sql(computed), columns, query.loose | ({name} if name else set()))
    return outer


def _add(query: Query, inner: Query) -> None:
    """Join a premise to what there is."""
    further = Query()
    alias = query.alias(f"({inner.sql()})")
    further.columns = {name: Value(f'{alias}."{name}"') for name in inner.columns}
    for name, found in further.columns.items():
        if name in query.columns and name in query.loose | inner.loose:
            raise Outside(f"?{name} may be unbound, and is used in two places")
        query.bind(name, found.sql)
    query.loose |= inner.loose


def _premise(name: str, group: Group, is_fresh: bool) -> Query:
    if group.graphs or group.bindings:
        raise Outside("GRAPH with more than patterns, OPTIONAL and FILTER")
    query = _star(name, group.patterns)
    if is_fresh:
        query.wanted.append(f"{query.columns[name].sql} IN (SELECT g FROM fresh)")
    for part in group.optional:
        if part.graphs or part.optional or part.filters or part.bindings:
            raise Outside("OPTIONAL with more than patterns")
        query = _left_join(query, _star(name, part.patterns))
    query = _nested(query) if group.filters else query
    _filter(query, group, name)
    return query


def _star(name: str, patterns: Sequence[Pattern]) -> Query:
    """Join patterns within one graph."""
    query = Query()
    for pattern in patterns:
        _within(query, name, pattern)
    return query


def _within(query: Query, graph: str, pattern: Pattern) -> None:
    if pattern.is_path:
        raise Outside("a path within GRAPH")
    alias = query.alias("quad")
    query.wanted.append(f"{alias}.p = {number_of(pattern.predicate)}")
    query.bind(graph, f"{alias}.g")
    query.match(pattern.subject, f"{alias}.s")
    query.match(pattern.value, f"{alias}.o")


def _left_join(query: Query, inner: Query) -> Query:
    outer = Query()
    outer.tables = [f"({query.sql()}) l LEFT JOIN ({inner.sql()}) r ON "]
    shared = [name for name in inner.columns if name in query.columns]
    tests = [
        f'(l."{name}" = r."{name}"' + (f' OR l."{name}" IS NULL)' if name in query.loose else ")")
        for name in shared
    ]
    outer.tables[0] += " AND ".join(tests)
    for name in [*query.columns, *(it for it in inner.columns if it not in shared)]:
        side = f'{"l" if name in query.columns else "r"}."{name}"'
        both = f'coalesce(l."{name}", r."{name}")'
        outer.columns[name] = Value(both if name in shared and name in query.loose else side)
    outer.loose = query.loose | (set(inner.columns) - set(shared))
    return outer


def _background(query: Query, pattern: Pattern) -> None:
    table = "record"
    if pattern.is_path:
        step = number_of(pattern.predicate)
        table = (
            f"(SELECT s, o FROM reach WHERE p = {step} AND s <> o UNION ALL SELECT s, o FROM same)"
        )
    alias = query.alias(table)
    if not pattern.is_path:
        query.wanted.append(f"{alias}.p = {number_of(pattern.predicate)}")
    query.match(pattern.subject, f"{alias}.s")
    query.match(pattern.value, f"{alias}.o")


def _filter(query: Query, group: Group, graph: str | None) -> None:
    conditions, absences = filters_of(group)
    query.wanted += [condition(it, query.columns) for it in conditions]
    for part in absences:
        query.wanted.append(_absence(part, query.columns, query.loose, graph, "e"))


def _absence(part: Expression, scope: Scope, loose: set[str], graph: str | None, mark: str) -> str:
    """Write NOT EXISTS: variables bound outside are seen, also by the filters inside."""
    query = Query(mark=mark)
    group = absent_group(part)
    groups = [(graph, group), *((str(name), inner) for name, inner in group.graphs)]
    for name, inner in groups:
        if inner.optional or inner.bindings or (inner.graphs and inner is not group):
            raise Outside("NOT EXISTS with more than patterns and FILTER")
        for pattern in inner.patterns:
            if name is None:
                _background(query, pattern)
            else:
                _within(query, name, pattern)
    for name, found in query.columns.items():
        if name in scope:
            test = f"{found.sql} = {scope[name].sql}"
            query.wanted.append(f"({test} OR {scope[name].sql} IS NULL)" if name in loose else test)
    seen, free = {**scope, **query.columns}, loose - set(query.columns)
    for name, inner in groups:
        conditions, absences = filters_of(inner)
        query.wanted += [condition(it, seen) for it in conditions]
        query.wanted += [_absence(it, seen, free, name, mark + "e") for it in absences]
    query.columns = {}
    return f"NOT EXISTS ({query.sql()})"
