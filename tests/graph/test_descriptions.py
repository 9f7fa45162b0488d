"""Worlds described by parameters and JSON."""

from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.graph.descriptions import (
    as_json,
    as_parameters,
    from_json,
    key_of,
    name_of,
    read_parameters,
)
from foedus.graph.hypotheses import canonical
from foedus.graph.worlds import NAMED, Firmness, World
from foedus.ontology.errors import InputRefused

SUPPOSED = "GRAPH <x:p> { <x:a> <x:b> <x:c> }"
iris = st.sampled_from([ox.NamedNode(f"https://example.org/{n}") for n in "abc"])
worlds = st.builds(
    World,
    at_least=st.sampled_from([Firmness.CERTAIN, Firmness.PROBABLE, Firmness.POSSIBLE]),
    is_undisputed=st.booleans(),
    is_sober=st.booleans(),
    as_of=st.none() | st.dates(),
    believe=st.frozensets(iris),
    disbelieve=st.frozensets(iris),
    suppose=st.sampled_from(["", canonical(SUPPOSED)]),
)


@given(worlds)
def test_a_description_is_read_as_the_world_that_it_describes(world: World) -> None:
    assert read_parameters(as_parameters(world)) == world
    assert from_json(as_json(world)) == world


@given(worlds, worlds)
def test_a_key_is_that_of_one_world_only(one: World, other: World) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)


def test_nothing_said_is_the_world_reported() -> None:
    assert read_parameters([]) == NAMED["reported"] == World()
    assert as_parameters(World()) == []
    assert key_of(World()) == "reported"


def test_explicit_parameters_override_a_preset() -> None:
    pairs = [("world", "possible"), ("at-least", "certain")]
    assert read_parameters(pairs).at_least == Firmness.CERTAIN
    assert read_parameters(reversed(pairs)).at_least == Firmness.CERTAIN
    off = read_parameters([("world", "undisputed"), ("undisputed", "false")])
    assert name_of(off) == "reported"


def test_other_parameters_are_left_alone() -> None:
    assert read_parameters([("query", "ASK {}"), ("format", "csv")]) == World()


def test_order_and_prefixes_do_not_matter() -> None:
    one = read_parameters([("believe", "agent:tass"), ("believe", "state:russia")])
    other = read_parameters(
        [
            ("believe", "https://w3id.org/foedus/id/state/russia"),
            ("believe", "https://w3id.org/foedus/id/agent/tass"),
        ]
    )
    assert one == other
    assert key_of(one) == key_of(other)


def test_a_day_is_read_as_a_day() -> None:
    assert read_parameters([("as-of", "2024-10-22")]).as_of == date(2024, 10, 22)


@pytest.mark.parametrize(
    ("pairs", "parameter"),
    [
        ([("world", "gossip")], "world"),
        ([("as-of", "yesterday")], "as-of"),
        ([("as-of", "2024-02-30")], "as-of"),
        ([("as-of", "2024-10-08"), ("as-of", "2024-10-09")], "as-of"),
        ([("at-least", "uncommitted")], "at-least"),
        ([("undisputed", "maybe")], "undisputed"),
        ([("believe", "the paper")], "believe"),
        ([("disbelieve", "x:<y>")], "disbelieve"),
        ([("suppose", "GRAPH {")], "suppose"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_its_parameter(
    pairs: list[tuple[str, str]], parameter: str
) -> None:
    with pytest.raises(InputRefused) as caught:
        read_parameters(pairs)
    assert caught.value.source == parameter


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "JSON object"),
        ({"wordl": "sober"}, "unknown: wordl"),
        ({"at-least": 3}, "expected a text"),
        ({"believe": [{}]}, "expected a text"),
    ],
)
def test_json_that_describes_no_world_is_refused(document: object, reason: str) -> None:
    with pytest.raises(InputRefused, match=reason):
        from_json(document)
