"""Hypotheses: propositions that are supposed to hold, or not to, whatever is claimed.

A hypothesis is TriG. Each named graph is a proposition that holds. If a claim in it has
``polarity:denied``, the proposition that the claim stands on does not hold, whether the hypothesis
gives its graph or the data do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from foedus.graph.names import FD, POLARITY
from foedus.graph.terms import Term, Triple, triple_of
from foedus.ontology.errors import InputRefused

_BOUNDS: Final = (FD.earliest, FD.latest)

LIMIT = 65_536
"""How long a hypothesis may be, in characters."""


@dataclass(frozen=True)
class Hypothesis:
    """What is supposed: the graphs of propositions that hold, and propositions that do not."""

    holds: Mapping[ox.NamedNode, frozenset[Triple]]
    denied: frozenset[ox.NamedNode]


def read_hypothesis(text: str) -> Hypothesis:
    """Read a hypothesis from TriG.

    Raises:
        InputRefused: it is too long or no TriG (with line and column), names a graph by a blank
            node, has no graph and denies nothing, uses a triple as a term, or has a date that is
            no node with its first and last day.
    """
    graphs: dict[ox.NamedNode, set[Triple]] = {}
    claims: dict[object, dict[object, object]] = {}
    for quad in _parsed(text):
        try:
            triple = triple_of(quad)
        except TypeError as error:
            raise InputRefused(str(error), "suppose") from error
        claims.setdefault(quad.subject, {})[quad.predicate] = quad.object
        name = quad.graph_name
        if isinstance(name, ox.NamedNode):
            graphs.setdefault(name, set()).add(triple)
        elif not isinstance(name, ox.DefaultGraph):
            raise InputRefused("a proposition is named by an IRI, not a blank node", "suppose")
    denied = frozenset(
        proposition
        for properties in claims.values()
        if properties.get(FD.polarity) == POLARITY.denied
        and isinstance(proposition := properties.get(FD.onProposition), ox.NamedNode)
    )
    holds = {name: frozenset(t) for name, t in graphs.items() if name not in denied}
    for triples in holds.values():
        _check_dates(triples)
    if not holds and not denied:
        raise InputRefused("nothing is supposed: write GRAPH <name> { triples }", "suppose")
    return Hypothesis(holds, denied)


def _check_dates(triples: Collection[Triple]) -> None:
    """Refuse a date that rules would not see: an event would then count as on any day."""
    days: dict[Term, dict[Term, list[date]]] = {}
    for subject, predicate, value in triples:
        if predicate in _BOUNDS:
            try:
                day = date.fromisoformat(getattr(value, "value", ""))
            except ValueError as error:
                raise InputRefused(f"no day as YYYY-MM-DD: {value}", "suppose") from error
            days.setdefault(subject, {}).setdefault(predicate, []).append(day)
    for _, predicate, value in triples:
        if predicate != FD.hasDate:
            continue
        bounds = [days.get(value, {}).get(bound, []) for bound in _BOUNDS]
        if [len(found) for found in bounds] != [1, 1] or bounds[0] > bounds[1]:
            reason = "fd:hasDate leads to a node with fd:earliest and fd:latest in the same graph"
            raise InputRefused(f"{reason}, the first not after the last: {value}", "suppose")


def canonical(text: str) -> str:
    """Write a hypothesis so that the same one is always the same text; empty stays empty.

    Raises:
        InputRefused: as `read_hypothesis`.
    """
    if not text.strip():
        return ""
    read_hypothesis(text)
    dataset = ox.Dataset(_parsed(text))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    graphs: dict[str, list[str]] = {}
    for quad in dataset:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        graphs.setdefault(name, []).append(f"{quad.triple} .\n")
    parts = [(name, "".join(sorted(lines))) for name, lines in sorted(graphs.items())]
    return "".join(f"GRAPH {name} {{\n{lines}}}\n" if name else lines for name, lines in parts)


def _parsed(text: str) -> list[ox.Quad]:
    if len(text) > LIMIT:
        raise InputRefused(f"longer than {LIMIT:,} characters", "suppose")
    try:
        return list(ox.parse(text, format=ox.RdfFormat.TRIG))
    except SyntaxError as error:
        raise InputRefused(str(error.msg), "suppose", error.lineno, error.offset) from error
