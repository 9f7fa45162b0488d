"""Worlds as stores: named ones from the snapshot, others made on demand."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.graph import world_stores
from foedus.graph.descriptions import read_parameters
from foedus.graph.snapshot import Snapshot
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import NAMED, Firmness, World

PREFIXES = """
PREFIX fd: <https://w3id.org/foedus/ont/>
PREFIX firmness: <https://w3id.org/foedus/concept/firmness/>
PREFIX polarity: <https://w3id.org/foedus/concept/polarity/>
PREFIX rule: <https://w3id.org/foedus/rule/>
PREFIX state: <https://w3id.org/foedus/id/state/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
SOURCES = [
    "agent:author-of-support-for-russia",
    "agent:frankfurter-allgemeine-zeitung",
    "agent:moscow",
    "agent:choe-son-hui",
    "digest:soldiers-and-treaty",
    "supplement:treaties-and-resolutions",
]


@pytest.fixture(scope="module")
def stores(built: Snapshot) -> WorldStores:
    return WorldStores(built)


def rows(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    result = store.query(PREFIXES + query)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return {tuple(str(getattr(row[n], "value", "")) for n in names) for row in result}


def holding(store: ox.Store) -> set[tuple[str, ...]]:
    return rows(store, "SELECT ?p ?f { ?p fd:holdsWithFirmness ?f }")


def expected(store: ox.Store, world: World) -> set[tuple[str, ...]]:
    """Say what should hold, by queries over provenance alone: an independent reading."""
    source = (
        "{ ?c fd:heldBy ?s } UNION { ?c fd:isStatedIn ?s } "
        "UNION { ?c fd:isReportedBy+/fd:isPublishedBy ?s }"
    )

    def listed(nodes: frozenset[ox.NamedNode]) -> str:
        return " ".join(f"<{node.value}>" for node in nodes)

    let_in = "?c fd:onProposition ?p . "
    if world.as_of:
        let_in += f'?c fd:reportDate ?d . FILTER (?d <= "{world.as_of}"^^xsd:date) '
    if world.believe:
        let_in += f"FILTER EXISTS {{ VALUES ?s {{ {listed(world.believe)} }} {source} }} "
    if world.disbelieve:
        let_in += f"FILTER NOT EXISTS {{ VALUES ?s {{ {listed(world.disbelieve)} }} {source} }} "
    sober = "?c fd:isStatedIn/fd:hasAuthor ?h . ?c fd:heldBy ?h ." if world.is_sober else ""
    barred: set[str] = set()
    if world.is_undisputed:
        denials = f"SELECT ?p {{ ?c fd:polarity polarity:denied . {let_in} }}"
        barred = {p for (p,) in rows(store, denials)}
        contains = "?i fd:byRule rule:containment ; fd:concludes ?p ; fd:hasPremise ?q"
        barred |= {q for p, q in rows(store, f"SELECT ?p ?q {{ {contains} }}") if p in barred}
    accepted = f"""
    SELECT ?p (MAX(?rank) AS ?r) {{
      ?c fd:polarity polarity:affirmed ; fd:firmness/fd:rank ?rank .
      FILTER (?rank >= {int(world.at_least)})
      {sober} {let_in}
    }} GROUP BY ?p"""
    held = {p: int(rank) for p, rank in rows(store, accepted) if p not in barred}
    admitted = {c for (c,) in rows(store, f"SELECT ?c {{ {let_in} }}")}
    claims = {c for (c,) in rows(store, "SELECT ?c { ?c fd:onProposition ?p }")}
    ways: dict[str, tuple[str, int, list[str]]] = {}
    inferences = """SELECT ?i ?p ?premise ?rank { ?i fd:concludes ?p ; fd:hasPremise ?premise
      OPTIONAL { ?i fd:firmness/fd:rank ?rank } }"""
    for name, proposition, premise, rank in rows(store, inferences):
        ways.setdefault(name, (proposition, int(rank or 3), []))[2].append(premise)
    changed = True
    while changed:
        changed = False
        for proposition, ceiling, premises in ways.values():
            if any(it not in admitted if it in claims else it not in held for it in premises):
                continue
            firmness = min([ceiling, *(held[it] for it in premises if it in held)])
            is_enough = firmness >= max(1, int(world.at_least))
            if is_enough and proposition not in barred and held.get(proposition, 0) < firmness:
                held[proposition] = firmness
                changed = True
    return {(p, Firmness(rank).concept.value) for p, rank in held.items()}


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(list(NAMED)),
    st.none() | st.integers(0, 400).map(lambda n: date(2024, 1, 1) + timedelta(n)),
    st.sets(st.sampled_from(SOURCES), max_size=3),
    st.sets(st.sampled_from(SOURCES), max_size=2),
    st.none() | st.sampled_from(["certain", "probable", "possible"]),
)
def test_what_holds_is_what_the_definition_says(
    stores: WorldStores,
    name: str,
    as_of: date | None,
    believe: set[str],
    disbelieve: set[str],
    at_least: str | None,
) -> None:
    pairs = [("world", name)]
    pairs += [("as-of", as_of.isoformat())] if as_of else []
    pairs += [("believe", iri) for iri in believe] + [("disbelieve", iri) for iri in disbelieve]
    pairs += [("at-least", at_least)] if at_least else []
    world = read_parameters(pairs)
    assert holding(stores.store(world)) == expected(stores.store(World()), world)


def test_worlds_differ_in_their_default_graphs_alone(stores: WorldStores) -> None:
    def named(world: World) -> set[ox.Quad]:
        return {q for q in stores.store(world) if not isinstance(q.graph_name, ox.DefaultGraph)}

    for world in (*NAMED.values(), World(as_of=date(2024, 6, 30))):
        assert named(world) == named(World())


def test_a_supposed_event_holds_with_its_classes_and_in_its_graph(stores: WorldStores) -> None:
    text = """
    @prefix fd: <https://w3id.org/foedus/ont/> .
    @prefix state: <https://w3id.org/foedus/id/state/> .
    GRAPH <https://example.org/p> { <https://example.org/e> a fd:Attack ;
      fd:hasAttacker state:ukraine ; fd:hasTarget state:russia }
    """
    store = stores.store(read_parameters([("suppose", text)]))
    event = ox.NamedNode("https://example.org/e")
    found = {value.rpartition("/")[2] for (value,) in rows(store, f"SELECT ?c {{ {event} a ?c }}")}
    assert {"Attack", "Event"} <= found
    assert rows(store, f"SELECT ?a {{ {event} fd:isAttributedTo ?a }}") == {
        ("https://w3id.org/foedus/id/state/ukraine",)
    }
    graph = f"SELECT ?p ?f {{ GRAPH ?p {{ {event} a fd:Attack }} ?p fd:holdsWithFirmness ?f }}"
    certain = Firmness.CERTAIN.concept.value
    assert rows(store, graph) == {("https://example.org/p", certain)}
    assert rows(stores.store(World()), f"SELECT ?c {{ {event} a ?c }}") == set()


def test_what_a_hypothesis_denies_does_not_hold_whatever_supports_it(stores: WorldStores) -> None:
    name = "https://w3id.org/foedus/proposition/putin-visits-north-korea"
    assert any(p == name for p, _ in holding(stores.store(World())))
    text = f"""
    [] <https://w3id.org/foedus/ont/onProposition> <{name}> ;
      <https://w3id.org/foedus/ont/polarity> <https://w3id.org/foedus/concept/polarity/denied> .
    """
    denied = stores.store(read_parameters([("suppose", text)]))
    lost = holding(stores.store(World())) - holding(denied)
    assert name in {p for p, _ in lost}
    assert holding(denied) <= holding(stores.store(World()))


def test_the_world_asked_for_least_recently_is_made_again(
    built: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_stores, "KEPT", 2)
    stores = WorldStores(built)
    days = [World(as_of=date(2024, 1, n)) for n in (1, 2, 3)]
    first = stores.store(days[0])
    assert stores.store(days[0]) is first
    stores.store(days[1])
    stores.store(days[0])
    stores.store(days[2])
    assert stores.store(days[0]) is first
    assert len(stores._open) == 2


def test_files_of_a_world_stay_while_a_query_may_use_them_and_no_longer(
    built: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_stores, "KEPT", 1)
    stores = WorldStores(built)
    made = []
    for day in (1, 2, 3):
        stores.store(World(as_of=date(2024, 1, day)))
        made.append(stores._folders[World(as_of=date(2024, 1, day))])
    assert [folder.is_dir() for folder in made] == [False, True, True]
    del stores
    assert not any(folder.exists() for folder in made)


def test_a_snapshot_that_cannot_be_written_beside_still_makes_worlds(
    built: Snapshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = tempfile.mkdtemp

    def only_elsewhere(prefix: str | None = None, dir: Path | None = None) -> str:
        if dir == built.path.parent:
            raise OSError("read-only")
        return made(prefix=prefix, dir=dir)

    monkeypatch.setattr(tempfile, "mkdtemp", only_elsewhere)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stores = WorldStores(built)
    early = World(as_of=date(2024, 6, 30))
    assert holding(stores.store(early)) == expected(stores.store(World()), early)
    assert len(list(tmp_path.iterdir())) == 1
