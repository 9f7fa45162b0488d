"""Rule files: a restricted SPARQL CONSTRUCT, read with rdflib's parser.

The fragment. Patterns inside ``GRAPH ?p { }`` are a premise: one proposition says all of them;
OPTIONAL and NOT EXISTS are allowed there, for a proposition never changes. Patterns outside are
about claims (a variable with ``fd:onProposition`` is a claim, and a premise) or else about
register, ontology and records, which no rule adds to. One property may be repeated by ``*`` (no
step at all leads from any term to itself, also from one that the background does not have).
NOT EXISTS looks at these as well, or by ``GRAPH ?p`` into the proposition of a premise; then it
may hold a second one, of either kind. FILTER and, after all patterns, BIND. In the head at most
one blank node: a new node, named by what the conclusion says of it; triples with a variable that
has no value are left out. All else is refused.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from pyparsing import ParseException
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from foedus.graph.inference.patterns import (
    conjuncts,
    is_absence,
    peel,
    read_absence,
    read_assignment,
    read_condition,
    read_head,
    read_patterns,
    read_premise,
)
from foedus.graph.inference.rule import Absence, Pattern, Premise, Rule
from foedus.graph.inference.scopes import bound_by, check_scopes
from foedus.graph.inference.source import KEYWORDS, Source
from foedus.graph.names import FD
from foedus.graph.worlds import Firmness
from foedus.ontology.namespaces import PREFIXES

FOLDER: Final = Path(__file__).resolve().parent.parent / "rules"
_LEVELS: Final = {level.name.lower(): level for level in Firmness}


def read_rules(paths: Iterable[Path] | None = None) -> list[Rule]:
    """Read rule files, by default those that come with Foedus, in the order of their names.

    Raises:
        RuleRefused: one is outside of the fragment.
    """
    found = sorted(FOLDER.glob("*.rq")) if paths is None else paths
    return [parse_rule(path.read_text(encoding="utf-8"), path) for path in found]


def parse_rule(text: str, path: Path) -> Rule:
    """Parse the text of a rule file; ``path`` gives its name and is told in refusals.

    Raises:
        RuleRefused: it is outside of the fragment; with file and line.
    """
    source = Source(text, path)
    header = source.header
    query = _algebra(source)
    body = query.p.p if query.p.name == "Project" else query.p
    filters, body = peel(body, "Filter")
    extends, body = peel(body, "Extend")
    propositions: list[Premise] = []
    outside: list[Pattern] = []
    _sort_out(body, source, propositions, outside)
    claims, background = _split_claims(outside, source)
    premises = [*propositions, *claims]
    assignments = [read_assignment(node, source) for node in reversed(extends)]
    known = bound_by(premises, background) | {it.name for it in assignments}
    parts = [part for node in filters for part in conjuncts(node.expr)]
    conditions = [read_condition(part, source) for part in parts if not is_absence(part)]
    check_scopes(source, premises, background, assignments, conditions)
    names = frozenset(it.name for it in propositions)
    absences = [read_absence(part, source, known, names, 1) for part in parts if is_absence(part)]
    _refuse_unsound(absences, source)
    return Rule(
        iri=ox.NamedNode(PREFIXES["rule"] + path.stem),
        title={"en": header["title"], "de": header["title-de"]},
        sentence={"en": header["sentence"], "de": header["sentence-de"]},
        weakens=_LEVELS[header["weakens"]] if "weakens" in header else None,
        premises=premises,
        background=background,
        assignments=assignments,
        conditions=conditions,
        absences=absences,
        head=read_head(query.template, source, known),
        text=text,
    )


def _algebra(source: Source) -> CompValue:
    try:
        query: CompValue = translateQuery(parseQuery(source.text)).algebra
    except ParseException as error:
        source.refuse_line(error.msg, error.lineno, error.column)
    except Exception as error:  # rdflib raises bare ones for what it cannot translate
        source.refuse(str(error))
    if query.name != "ConstructQuery" or query.datasetClause:
        source.refuse("a rule is a CONSTRUCT without FROM", r"SELECT|ASK|DESCRIBE|FROM")
    return query


def _sort_out(
    node: CompValue, source: Source, premises: list[Premise], outside: list[Pattern]
) -> None:
    if node.name == "Join":
        _sort_out(node.p1, source, premises, outside)
        _sort_out(node.p2, source, premises, outside)
    elif node.name == "BGP":
        outside += read_patterns(node, source)
    elif node.name == "Graph":
        premises.append(read_premise(node, source))
    elif node.name == "LeftJoin":
        source.refuse("OPTIONAL belongs inside of one GRAPH", "OPTIONAL")
    elif node.name == "Extend":
        source.refuse("BIND comes after all patterns", "BIND")
    elif node.name == "Filter":
        source.refuse("FILTER belongs to the whole rule or to one GRAPH", "FILTER")
    else:
        source.refuse(f"a rule has no {node.name}", KEYWORDS.get(node.name, node.name))


def _split_claims(
    outside: Iterable[Pattern], source: Source
) -> tuple[list[Premise], list[Pattern]]:
    """Part what is about claims, which are premises, from what is background."""
    claims = {
        pattern.subject
        for pattern in outside
        if pattern.predicate == FD.onProposition and isinstance(pattern.subject, str)
    }
    premises: list[Premise] = []
    for claim in sorted(claims):
        own = tuple(pattern for pattern in outside if pattern.subject == claim)
        if any(pattern.is_path for pattern in own):
            source.refuse("a path starts at no claim", r"\*")
        premises.append(Premise(claim, True, own))
    return premises, [pattern for pattern in outside if pattern.subject not in claims]


def _refuse_unsound(absences: Iterable[Absence], source: Source) -> None:
    """Refuse to conclude anything from there being no claim: one may come."""
    for absence in absences:
        if any(it.graph is None and it.predicate == FD.onProposition for it in absence.patterns):
            source.refuse("that no claim says so can change: NOT EXISTS", r"NOT\s+EXISTS")
        _refuse_unsound(absence.absences, source)
