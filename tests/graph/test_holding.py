"""Worlds over derivations: the least fixpoint, and the same as running everything again."""

from collections.abc import Iterable, Sequence
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import Deriver

from foedus.graph import load
from foedus.graph.closure import Rules
from foedus.graph.inference import Derivations, read_rules
from foedus.graph.names import FD, is_proposition
from foedus.graph.support import Support
from foedus.graph.terms import Triple, triple_of
from foedus.graph.worlds import (
    CONTAINMENT,
    NAMED,
    Claim,
    Firmness,
    Inference,
    World,
    holding,
    read_claims,
)

RULES = read_rules()
SOURCE = ox.NamedNode("x:source")


def named(kind: str, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"x:{kind}{number}")


def claim(number: int, on: int, firmness: Firmness, is_denied: bool = False, day: int = 1) -> Claim:
    return Claim(
        named("c", number),
        named("p", on),
        firmness,
        is_denied,
        True,
        frozenset({SOURCE}),
        date(2024, 1, day),
    )


def inference(
    number: int, concludes: int, premises: Iterable[ox.NamedNode], firmness: Firmness | None = None
) -> Inference:
    rule = ox.NamedNode("x:rule")
    return Inference(named("i", number), rule, named("p", concludes), tuple(premises), firmness)


def test_a_conclusion_is_as_firm_as_the_weakest_premise_of_its_best_proof() -> None:
    claims = [claim(1, 1, Firmness.CERTAIN), claim(2, 2, Firmness.PROBABLE)]
    ways = [
        inference(1, 3, [named("p", 1), named("p", 2)]),
        inference(2, 4, [named("p", 1)], Firmness.PROBABLE),
        inference(3, 4, [named("p", 1)]),
        inference(4, 5, [named("p", 1)], Firmness.POSSIBLE),
    ]
    assert holding(claims, World(), ways).firmness == {
        named("p", 1): Firmness.CERTAIN,
        named("p", 2): Firmness.PROBABLE,
        named("p", 3): Firmness.PROBABLE,
        named("p", 4): Firmness.CERTAIN,
    }
    assert holding(claims, NAMED["possible"], ways).firmness[named("p", 5)] == Firmness.POSSIBLE


def test_what_supports_only_itself_does_not_hold() -> None:
    ring = [inference(1, 1, [named("p", 2)]), inference(2, 2, [named("p", 1)])]
    assert holding([], World(), ring).firmness == {}
    held = holding([claim(1, 2, Firmness.CERTAIN)], World(), ring)
    assert set(held.firmness) == {named("p", 1), named("p", 2)}


def test_a_claim_as_premise_needs_only_to_be_let_in() -> None:
    claims = [claim(1, 1, Firmness.POSSIBLE), claim(2, 1, Firmness.CERTAIN, True, day=9)]
    way = [inference(1, 2, [named("c", 1), named("c", 2)])]
    assert holding(claims, World(), way).firmness == {named("p", 2): Firmness.CERTAIN}
    assert holding(claims, World(as_of=date(2024, 1, 8)), way).firmness == {}
    assert holding(claims, World(disbelieve=frozenset({SOURCE})), way).firmness == {}


def test_to_deny_what_is_contained_disputes_what_contains_it_and_not_the_reverse() -> None:
    contains = Inference(named("i", 1), CONTAINMENT, named("p", 1), (named("p", 2),), None)
    both = [claim(1, 1, Firmness.CERTAIN), claim(2, 2, Firmness.CERTAIN)]
    small, large = (claim(3, number, Firmness.CERTAIN, True) for number in (1, 2))
    undisputed = NAMED["undisputed"]
    assert holding([*both, small], undisputed, [contains]).firmness == {}
    assert set(holding([*both, large], undisputed, [contains]).firmness) == {named("p", 1)}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    return World(
        at_least=draw(st.sampled_from([Firmness.POSSIBLE, Firmness.PROBABLE, Firmness.CERTAIN])),
        is_undisputed=draw(st.booleans()),
        as_of=draw(st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 4))),
    )


@settings(max_examples=300, deadline=None)
@given(world=worlds(), data=st.data())
def test_the_fixpoint_is_that_of_trying_again_and_again(world: World, data: st.DataObject) -> None:
    levels = st.sampled_from(list(Firmness)[1:])
    claims = [
        claim(number, on, firmness, is_denied, day)
        for number, (on, firmness, is_denied, day) in enumerate(
            data.draw(
                st.lists(
                    st.tuples(st.integers(0, 6), levels, st.booleans(), st.integers(1, 5)),
                    max_size=6,
                )
            )
        )
    ]
    nodes = st.sampled_from([*(named("p", n) for n in range(7)), *(it.iri for it in claims)])
    ways = [
        inference(number, concludes, premises, firmness)
        for number, (concludes, premises, firmness) in enumerate(
            data.draw(
                st.lists(
                    st.tuples(
                        st.integers(0, 6),
                        st.sets(nodes, min_size=1, max_size=3),
                        st.none() | levels,
                    ),
                    max_size=9,
                )
            )
        )
    ]
    held = holding(claims, world, ways)
    assert held.firmness == naive(claims, world, ways)
    places = {named("p", n): n for n in range(7)}
    support = Support.of(claims, ways, places, lambda it: 0)
    accepted, levels = support.holding(world, lambda it: 0)
    assert {c.iri for c, is_in in zip(claims, accepted, strict=True) if is_in} == held.accepted
    assert {name: levels[n] for name, n in places.items() if levels[n]} == held.firmness
    cut = len(ways) // 2
    halved = Support.of(claims, ways[:cut], places, lambda it: 0).extended(
        ways[cut:], places, {c.iri: n for n, c in enumerate(claims)}
    )
    assert halved.holding(world, lambda it: 0)[1].tolist() == levels.tolist()


def naive(
    claims: Sequence[Claim], world: World, ways: Sequence[Inference]
) -> dict[ox.NamedNode, Firmness]:
    barred = {it.proposition for it in claims if it.is_denied and world.lets_in(it)}
    barred = barred if world.is_undisputed else set()
    let_in = {it.iri for it in claims if world.lets_in(it)}
    held: dict[ox.NamedNode, Firmness] = {}
    found = [(it.proposition, it.firmness) for it in claims if world.accepts(it)]
    while True:
        for way in ways:
            levels = [Firmness.CERTAIN if it in let_in else held.get(it) for it in way.premises]
            ceiling = Firmness.CERTAIN if way.firmness is None else way.firmness
            known = [level for level in levels if level is not None]
            if len(known) == len(levels):
                found.append((way.concludes, min([ceiling, *known])))
        better = [
            (proposition, level)
            for proposition, level in found
            if level >= world.at_least
            and proposition not in barred
            and level > held.get(proposition, Firmness.UNCOMMITTED)
        ]
        if not better:
            return held
        for proposition, level in better:
            held[proposition] = max(level, held.get(proposition, Firmness.UNCOMMITTED))


WORLDS = {
    **NAMED,
    "certain": World(at_least=Firmness.CERTAIN),
    "early": World(as_of=date(2024, 10, 10)),
    "late": World(as_of=date(2024, 12, 5), at_least=Firmness.POSSIBLE),
    "first": World(believe=frozenset({ox.NamedNode("https://w3id.org/foedus/doc/digest/soldiers-and-treaty")})),
    "no-supplement": World(
        disbelieve=frozenset(
            {ox.NamedNode("https://w3id.org/foedus/doc/supplement/treaties-and-resolutions")}
        )
    ),
    "no-moscow": World(disbelieve=frozenset({ox.NamedNode("https://w3id.org/foedus/id/agent/moscow")})),
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_what_running_everything_again_on_the_reduced_input_gives(
    name: str,
    documents: dict[str, load.Document],
    derivations: Derivations,
    run: Deriver,
    knowledge: tuple[Rules, list[Triple]],
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    quads += load.read_register()
    world = WORLDS[name]
    claims = read_claims(quads)
    assert set(holding(claims, world, derivations.inferences).firmness) == again(
        quads, claims, world, run, knowledge
    )


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_so_is_a_random_world(
    data: st.DataObject,
    documents: dict[str, load.Document],
    derivations: Derivations,
    run: Deriver,
    knowledge: tuple[Rules, list[Triple]],
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    quads += load.read_register()
    claims = read_claims(quads)
    sources = sorted({source for it in claims for source in it.sources}, key=str)
    world = World(
        at_least=data.draw(st.sampled_from(list(Firmness)[1:])),
        is_sober=data.draw(st.booleans()),
        disbelieve=data.draw(st.frozensets(st.sampled_from(sources), max_size=6)),
    )
    assert set(holding(claims, world, derivations.inferences).firmness) == again(
        quads, claims, world, run, knowledge
    )


def again(
    quads: Sequence[ox.Quad],
    claims: Sequence[Claim],
    world: World,
    run: Deriver,
    knowledge: tuple[Rules, list[Triple]],
) -> set[ox.NamedNode]:
    """Run the rules on what is accepted and let in alone; containment apart, until nothing is new.

    Each strength apart: at that strength only claims as firm count, and rules that do not weaken
    below it.
    """
    out = {it.iri for it in claims if not world.lets_in(it)}
    records = [
        quad for quad in quads if not is_proposition(quad.graph_name) and quad.subject not in out
    ]
    graphs: dict[ox.NamedNode, set[ox.Quad]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name, set()).add(quad)
    rules = [it for it in RULES if it.weakens is None or it.weakens >= world.at_least]
    closed = {
        graph: knowledge[0].closure({triple_of(quad) for quad in parts})
        for graph, parts in graphs.items()
    }
    contained = {
        (large, small)
        for small, parts in graphs.items()
        for large in graphs
        if small != large
        and {triple_of(q) for q in parts if q.predicate != FD.leavesOpen} <= closed[large]
    }
    barred: set[ox.NamedNode] = set()
    if world.is_undisputed:
        barred = {it.proposition for it in claims if it.is_denied and world.lets_in(it)}
        barred |= {large for large, small in contained if small in barred}
    held = {it.proposition for it in claims if world.accepts(it)} - barred
    while more := {small for large, small in contained if large in held} - held - barred:
        held |= more
    found = run([*records, *(quad for graph in held for quad in graphs[graph])], rules)
    assert not barred & set(found.propositions)
    return held | {it.concludes for it in found.inferences}
