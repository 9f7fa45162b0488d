"""Small rules, and the nodes and propositions that they speak of."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from foedus.graph.closure import Rules
from foedus.graph.inference import Derivations, Rule, parse_rule
from foedus.graph.terms import Triple
from foedus.ontology.namespaces import PREFIXES

Deriver = Callable[[Iterable[ox.Quad], Sequence[Rule]], Derivations]
Knowledge = tuple[Rules, list[Triple]]

PATH = Path("some-rule.rq")
HEADER = "#+ title: T\n#+ title-de: T\n#+ sentence: S\n#+ sentence-de: S\n"
PREFIX_LINES = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("fd", "role", "skos"))


def rule(body: str, header: str = HEADER, path: Path = PATH) -> Rule:
    return parse_rule(header + PREFIX_LINES + body, path)


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["event"] + name)


def name(text: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["proposition"] + text)
