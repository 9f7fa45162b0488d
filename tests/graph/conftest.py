"""What the graph's tests share: the gate's context, the engine, and a second executor of rules.

The second executor is for tests only: the rules' own SPARQL text over Oxigraph, to a fixpoint. It
shares with the engine only how conclusions and inferences are named: patterns, filters, joins and
the order of work are Oxigraph's.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pyoxigraph as ox
import pytest
from gate_cases import register
from rule_cases import Deriver, Knowledge

from foedus import ontology
from foedus.graph import gate
from foedus.graph.closure import Rules, close_ontology, compile_rules
from foedus.graph.inference import Derivations, Rule, derive
from foedus.graph.inference.content import inference_name, node_name, normal, proposition_name
from foedus.graph.inference.rule import NEW, Slot
from foedus.graph.names import FD, is_proposition
from foedus.graph.terms import Term, Triple, quad_of, to_oxigraph, triple_of
from foedus.graph.worlds import CONTAINMENT, Inference


@pytest.fixture(scope="session")
def context() -> gate.Context:
    """Give what the gate judges a document together with: the ontology and the register."""
    return gate.Context.of(ontology.merged(), register())


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Close the ontology: what is compiled from it, and its triples."""
    closed = close_ontology(ontology.merged())
    return compile_rules(closed), list(to_oxigraph(closed))


@pytest.fixture(scope="session")
def run(knowledge: Knowledge) -> Deriver:
    """Give the engine: quads and rules to what follows."""
    return lambda quads, rules: derive(quads, rules, *knowledge)


@pytest.fixture(scope="session")
def execute(knowledge: Knowledge) -> Deriver:
    """Give the second executor: quads and rules to what follows."""
    return partial(_execute, entailment=knowledge[0], vocabulary=knowledge[1])


def _execute(
    quads: Iterable[ox.Quad],
    rules: Sequence[Rule],
    entailment: Rules,
    vocabulary: Iterable[Triple],
) -> Derivations:
    stated: dict[ox.NamedNode, set[Triple]] = {}
    records = set(vocabulary)
    for quad in quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            stated.setdefault(quad.graph_name, set()).add(triple_of(quad))
        else:
            records.add(triple_of(quad))
    store = ox.Store()
    store.extend(map(quad_of, entailment.closure(records)))
    closed = {
        name: _enter(store, name, graph, records, entailment) for name, graph in stated.items()
    }
    names: dict[ox.NamedNode, ox.NamedNode] = {}
    for name in sorted(stated, key=str):
        names.setdefault(proposition_name(stated[name]), name)
    derived: dict[ox.NamedNode, frozenset[Triple]] = {}
    inferences = {it.iri: it for it in _containments(stated, closed)}
    queries = {rule.iri: _select(rule) for rule in rules}
    size = -1
    while size != len(inferences):
        size = len(inferences)
        for rule in rules:
            for solution in _rows(store, queries[rule.iri]):
                triples = _conclusion(rule, solution)
                name = names.get(proposition_name(triples), proposition_name(triples))
                found = {solution[premise.name] for premise in rule.premises}
                premises = [it for it in found if isinstance(it, ox.NamedNode)]
                if not triples or name in premises:
                    continue
                ordered = tuple(sorted(premises, key=str))
                iri = inference_name(rule.iri, ordered, name)
                inferences[iri] = Inference(iri, rule.iri, name, ordered, rule.weakens)
                if name not in stated and name not in derived:
                    derived[name] = triples
                    _enter(store, name, triples, records, entailment)
    return Derivations(derived, tuple(sorted(inferences.values(), key=lambda it: it.iri.value)))


def _conclusion(rule: Rule, solution: Mapping[str, Term]) -> frozenset[Triple]:
    """Fill in the head; triples with an unbound variable, or with no RDF, are left out."""
    new = ox.BlankNode("new")
    filled: list[Triple] = []
    for pattern in rule.head:
        subject, value = (
            new if slot == NEW else _slot(slot, solution)
            for slot in (pattern.subject, pattern.value)
        )
        if subject is not None and value is not None and not isinstance(subject, ox.Literal):
            filled.append(normal((subject, pattern.predicate, value)))
    if not any(new in triple for triple in filled):
        return frozenset(filled)
    name = node_name(new, filled)
    return frozenset((name if s == new else s, p, name if o == new else o) for s, p, o in filled)


def _slot(slot: Slot, solution: Mapping[str, Term]) -> Term | None:
    return solution.get(slot) if isinstance(slot, str) else slot


def _enter(
    store: ox.Store,
    name: ox.NamedNode,
    triples: Iterable[Triple],
    records: set[Triple],
    entailment: Rules,
) -> set[Triple]:
    """Put in a proposition with what follows from it and the background together, and only so."""
    given = set(triples)
    closed = given | (entailment.closure(records | given) - entailment.closure(records))
    for triple in closed:
        quad = quad_of(triple)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
    return closed


def _containments(
    stated: Mapping[ox.NamedNode, set[Triple]], closed: Mapping[ox.NamedNode, set[Triple]]
) -> Iterable[Inference]:
    for contained, triples in stated.items():
        core = {triple for triple in triples if triple[1] != FD.leavesOpen}
        for container in stated:
            if core and container != contained and core <= closed[container]:
                iri = inference_name(CONTAINMENT, [container], contained)
                yield Inference(iri, CONTAINMENT, contained, (container,), None)


def _select(rule: Rule) -> str:
    return re.sub(r"CONSTRUCT \{.*?\n\} WHERE", "SELECT * WHERE", rule.text, flags=re.DOTALL)


def _rows(store: ox.Store, query: str) -> list[dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]]:
    result = store.query(query)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [
        {name: row[name] for name in names if row[name] is not None}  # type: ignore[misc]
        for row in result
    ]
