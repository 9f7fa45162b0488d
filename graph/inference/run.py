"""Rules run on documents: which of their quads are propositions, and which are records."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from foedus.graph.closure import Rules
from foedus.graph.inference.derivations import Derivations
from foedus.graph.inference.engine import Engine, Graphs
from foedus.graph.inference.rule import Rule
from foedus.graph.names import is_proposition
from foedus.graph.terms import Triple, triple_of


def derive(
    quads: Iterable[ox.Quad],
    rules: Sequence[Rule],
    entailment: Rules,
    ontology: Iterable[Triple] = (),
) -> Derivations:
    """Derive all that follows from documents.

    Args:
        quads: Documents, register and description: each proposition is a named graph, all else
            is records.
        rules: Parsed rules.
        entailment: Compiled from the ontology.
        ontology: Its triples, for what rules ask of concepts.
    """
    engine, graphs = engine_for(quads, rules, entailment, ontology)
    engine.add(graphs)
    return engine.derivations()


def engine_for(
    quads: Iterable[ox.Quad],
    rules: Sequence[Rule],
    entailment: Rules,
    ontology: Iterable[Triple] = (),
) -> tuple[Engine, Graphs]:
    """Make an engine that knows the records in ``quads``, and give the propositions to add."""
    graphs: dict[ox.NamedNode, list[Triple]] = {}
    records: list[Triple] = list(ontology)
    for quad in quads:
        name = quad.graph_name
        if is_proposition(name) and isinstance(name, ox.NamedNode):
            graphs.setdefault(name, []).append(triple_of(quad))
        else:
            records.append(triple_of(quad))
    return Engine(rules, entailment, records), graphs
