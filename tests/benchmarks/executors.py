"""Time the rules on the same invented agreements by the engine and by others, as ratios to it.

Run by hand: ``python tests/benchmarks/executors.py [AGREEMENTS [FEW]]``. Others are SQL generated
for DuckDB (on one thread), the rules' SPARQL over Oxigraph (one round over what is stated, nothing
recorded or named), and owlrl, which runs no rules and only closes the triples of FEW agreements
under the ontology: some 20 s for 480. Times are of the processor.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import process_time

import owlrl
import pyoxigraph as ox
import rdflib

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from duck import Executor
from inference import agreements

from foedus import ontology
from foedus.graph.closure import LocalClosure, Rules, close_ontology, compile_rules
from foedus.graph.inference import Engine, read_rules
from foedus.graph.terms import Triple, quad_of, to_node, to_oxigraph

RULES = read_rules()
Graphs = dict[ox.NamedNode, list[Triple]]


def timed(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start


def sparql_store(graphs: Graphs, entailment: Rules, vocabulary: Iterable[Triple]) -> ox.Store:
    """Load propositions, each closed by itself."""
    store = ox.Store()
    store.extend(map(quad_of, vocabulary))
    closure = LocalClosure(entailment, vocabulary)
    for name, triples in graphs.items():
        store.extend(quad_of(triple, name) for triple in closure.closure(triples))
    return store


def one_round(store: ox.Store) -> None:
    for rule in RULES:
        query = re.sub(r"CONSTRUCT \{.*?\n\} WHERE", "SELECT * WHERE", rule.text, flags=re.DOTALL)
        for _ in store.query(query):  # type: ignore[union-attr]
            pass


def owlrl_graph(graphs: Graphs, closed: rdflib.Graph) -> rdflib.Graph:
    """Put the triples of all propositions beside the ontology."""
    graph = rdflib.Graph()
    for triple in [*closed, *(map(to_node, it) for graph in graphs.values() for it in graph)]:
        graph.add(tuple(triple))  # type: ignore[arg-type]
    return graph


def report(name: str, seconds: float, unit: float) -> None:
    print(f"{name:<50} {seconds:8.2f} s {seconds / unit:8.2f}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 480
    few = int(sys.argv[2]) if len(sys.argv) > 2 else min(count, 480)
    closed = close_ontology(ontology.merged())
    entailment, vocabulary = compile_rules(closed), list(to_oxigraph(closed))
    graphs = agreements(count)

    engine = Engine(RULES, entailment, vocabulary)
    unit = timed(lambda: engine.add(graphs))
    found = engine.derivations()
    triples = sum(map(len, graphs.values()))
    print(f"{len(graphs)} propositions, {triples} triples, {len(found.inferences)} inferences")
    report("engine", unit, unit)

    executor = Executor(RULES, entailment, vocabulary)
    whole = timed(lambda: executor.add(graphs))
    report("DuckDB", whole, unit)
    report("  of this in SQL", executor.querying, unit)
    report("  of this closing propositions, in Python", executor.closing, unit)
    assert executor.derivations() == found, "the executors derive different things"

    store = sparql_store(graphs, entailment, vocabulary)
    report("SPARQL over Oxigraph, one round", timed(lambda: one_round(store)), unit)
    for name, derived in found.propositions.items():
        store.extend(quad_of(triple, name) for triple in derived)
    report("SPARQL over Oxigraph, the next round", timed(lambda: one_round(store)), unit)

    part = agreements(few)
    small = Engine(RULES, entailment, vocabulary)
    unit = timed(lambda: small.add(part))
    triples = sum(map(len, part.values()))
    print(f"\n{len(part)} propositions, {triples} triples")
    report("engine", unit, unit)
    graph = owlrl_graph(part, closed)
    closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics)
    report("owlrl, entailment only", timed(lambda: closure.expand(graph)), unit)
    alone = owlrl_graph({}, closed)
    report("  of this the ontology alone", timed(lambda: closure.expand(alone)), unit)


if __name__ == "__main__":
    main()
