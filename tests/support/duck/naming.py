"""SQL that turns solutions of a rule into conclusions named by their content.

The content of a proposition is its triples, that of a new node the triples that it occurs in;
the name is the SHA-256 of their lines in order.
"""

from collections.abc import Sequence

from rdflib import BNode, Variable

from duck.expressions import Kind, as_term, number_of
from duck.queries import Body
from duck.syntax import Node, Pattern
from foedus.graph.terms import to_term
from foedus.ontology.namespaces import PREFIXES

_HERE = "'<urn:foedus:here>'"


def digest(lines: str) -> str:
    """Give SQL for the hash of a list of lines."""
    return f"substr(sha256(array_to_string(list_sort(list_distinct({lines})), chr(10))), 1, 32)"


def conclusions(body: Body, head: Sequence[Pattern]) -> str:
    """Write the SELECT of what a rule concludes.

    Its columns: ``premises`` in order, ``content`` (name of the proposition), ``node`` (the new
    one, or NULL) and ``triples`` (a list of subject, predicate, object, as numbers).
    """
    used = dict.fromkeys(
        str(node) for it in head for node in (it.subject, it.value) if isinstance(node, Variable)
    )
    bound = [name for name in used if name in body.columns]
    columns = [f'"{name}" AS "{name}"' for name in body.premises]
    columns += [
        f'{as_term(body.columns[name]._replace(sql=chr(34) + name + chr(34)))} AS "{name}"'
        for name in bound
        if name not in body.premises
    ]
    columns += [f'NULL::UBIGINT AS "{name}"' for name in used if name not in body.columns]
    texts = [f'"{name}!".text AS "{name}!"' for name in used]
    joins = [f'LEFT JOIN term "{name}!" ON "{name}!".id = solution."{name}"' for name in used]
    premises = ", ".join(f'"{name}"' for name in body.premises)
    about = [it for it in head if isinstance(it.subject, BNode) or isinstance(it.value, BNode)]
    node = digest(_lines(about, _HERE)) if about else "''"
    name = f"'<{PREFIXES['derived']}' || {node} || '>'"
    return f"""
WITH solution AS (SELECT DISTINCT {", ".join(columns)} FROM ({body.sql})),
written AS (SELECT {", ".join(["solution.*", *texts])} FROM solution {" ".join(joins)}),
named AS (SELECT *, {name if about else "NULL"} AS "node!" FROM written)
SELECT list_sort(list_distinct([{premises}])) AS premises,
  '<{PREFIXES["proposition"]}' || {digest(_lines(head, '"node!"'))} || '>' AS content,
  "node!" AS node, {_listed([_triple(it) for it in head])} AS triples
FROM named WHERE len(triples) > 0"""


def content(table: str) -> str:
    """Write the SELECT of names by content for a table (g, s, p, o): ``content`` and ``g``."""
    lines = "list(s.text || ' ' || p.text || ' ' || o.text)"
    terms = " ".join(f"JOIN term {it} ON {it}.id = t.{it}" for it in "spo")
    name = f"'<{PREFIXES['proposition']}' || {digest(lines)} || '>'"
    return f"SELECT {name} AS content, g FROM {table} t {terms} GROUP BY g"


def _lines(head: Sequence[Pattern], new: str) -> str:
    return _listed(
        [
            f"CASE WHEN {_is_triple(it)} THEN {_text(it.subject, new)} ||"
            f" ' {_quoted(it.predicate)} ' || {_text(it.value, new)} END"
            for it in head
        ]
    )


def _listed(items: Sequence[str]) -> str:
    return f"list_filter([{', '.join(items)}], lambda it: it IS NOT NULL)"


def _triple(pattern: Pattern) -> str:
    places = {
        "s": _number(pattern.subject),
        "p": number_of(pattern.predicate),
        "o": _number(pattern.value),
    }
    struct = ", ".join(f"'{key}': {sql}" for key, sql in places.items())
    return f"CASE WHEN {_is_triple(pattern)} THEN {{{struct}}} END"


def _is_triple(pattern: Pattern) -> str:
    """Tell whether both ends are bound and the subject is no literal."""
    ends = [
        f'"{node}" IS NOT NULL'
        for node in (pattern.subject, pattern.value)
        if isinstance(node, Variable)
    ]
    if isinstance(pattern.subject, Variable):
        ends.append(f'"{pattern.subject}" % 8 IN ({Kind.IRI:d}, {Kind.BLANK:d})')
    return " AND ".join(ends) or "TRUE"


def _number(node: Node) -> str:
    if isinstance(node, BNode):
        return f'ident("node!", {Kind.IRI:d})'
    return f'"{node}"' if isinstance(node, Variable) else number_of(node)


def _text(node: Node, new: str) -> str:
    if isinstance(node, BNode):
        return new
    return f'"{node}!"' if isinstance(node, Variable) else f"'{_quoted(node)}'"


def _quoted(node: Node) -> str:
    return str(to_term(node)).replace("'", "''")
