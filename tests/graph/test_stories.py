"""Each rule has a story: what it states, and exactly what follows, by which rule from what.

A story is TriG. Its propositions are named graphs; claims and register are in the default graph.
So is what follows: an inference without a name, whose conclusion and premises may be graphs
``then:…``; a blank node in these is a new node.
"""

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from rule_cases import Deriver

from foedus.graph.inference import Derivations, read_rules
from foedus.graph.inference.content import node_name, proposition_name
from foedus.graph.names import FD, is_proposition
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.worlds import CONTAINMENT, Firmness

STORIES = Path(__file__).resolve().parents[1] / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.trig"))
LEVELS = {level.concept: level for level in Firmness}
RULES = read_rules()

Told = tuple[object, frozenset[object], object, Firmness | None]


def read(name: str) -> tuple[list[ox.Quad], list[Told]]:
    """Read a story: what it states, and what is to follow."""
    quads = list(ox.parse(path=str(STORIES / f"{name}.trig"), format=ox.RdfFormat.TRIG))
    graphs: dict[object, list[Triple]] = {}
    told: dict[object, dict[object, list[Term]]] = {}
    given: list[ox.Quad] = []
    inferences = {quad.subject for quad in quads if quad.predicate == FD.concludes}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode) and not is_proposition(quad.graph_name):
            graphs.setdefault(quad.graph_name, []).append(triple_of(quad))
        elif quad.subject in inferences:
            _, predicate, value = triple_of(quad)
            told.setdefault(quad.subject, {}).setdefault(predicate, []).append(value)
        else:
            given.append(quad)
    names = name_graphs(graphs)
    expected: list[Told] = [
        (
            it[FD.byRule][0],
            frozenset(names.get(premise, premise) for premise in it[FD.hasPremise]),
            names.get(it[FD.concludes][0], it[FD.concludes][0]),
            LEVELS[it[FD.firmness][0]] if FD.firmness in it else None,  # type: ignore[index]
        )
        for it in told.values()
    ]
    return given, expected


def name_graphs(graphs: Mapping[object, list[Triple]]) -> dict[object, object]:
    """Name expected graphs, each once the new nodes of others that it mentions are named."""
    names: dict[object, object] = {}
    nodes: dict[object, ox.NamedNode] = {}
    while len(names) < len(graphs):
        before = len(names)
        for graph, triples in graphs.items():
            found = [
                (nodes.get(s, s), p, o if isinstance(o, ox.Literal) else nodes.get(o, o))
                for s, p, o in triples
            ]
            blanks = {term for triple in found for term in triple if type(term) is ox.BlankNode}
            if graph in names or len(blanks) > 1:
                continue
            for blank in blanks:
                nodes[blank] = node_name(blank, found)
                found = [tuple(nodes.get(it, it) for it in triple) for triple in found]  # type: ignore[misc, call-overload]
            names[graph] = proposition_name(found)
        assert len(names) > before, "the expected graphs mention each other's new nodes"
    return names


def told_by(derivations: Derivations) -> list[Told]:
    return [
        (it.rule, frozenset(it.premises), it.concludes, it.firmness)
        for it in derivations.inferences
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_story_has_exactly_its_consequences(name: str, run: Deriver) -> None:
    given, expected = read(name)
    found = run(given, RULES)
    assert len(set(expected)) == len(expected)
    assert set(told_by(found)) == set(expected)
    concluded = {conclusion for _, _, conclusion, _ in expected}
    stated = {quad.graph_name for quad in given}
    assert set(found.propositions) == concluded - stated


@pytest.mark.parametrize("name", NAMES)
def test_the_second_executor_derives_the_same(name: str, run: Deriver, execute: Deriver) -> None:
    given, _ = read(name)
    one, other = run(given, RULES), execute(given, RULES)
    assert one.inferences == other.inferences
    assert dict(one.propositions) == dict(other.propositions)


def test_each_rule_has_a_story() -> None:
    used = {rule for name in NAMES for rule, _, _, _ in read(name)[1]}
    assert used == {CONTAINMENT, *(rule.iri for rule in RULES)}
