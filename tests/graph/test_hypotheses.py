"""What is supposed."""

import pyoxigraph as ox
import pytest

from foedus.graph.hypotheses import LIMIT, canonical, read_hypothesis
from foedus.graph.names import FD
from foedus.ontology.errors import InputRefused

DENIAL = """
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix polarity: <https://w3id.org/foedus/concept/polarity/> .
[] a fd:Claim ; fd:onProposition <x:q> ; fd:polarity polarity:denied .
"""

HAS_DATE, FIRST, LAST = FD.hasDate, FD.earliest, FD.latest


def test_each_named_graph_is_a_proposition_that_holds() -> None:
    found = read_hypothesis("GRAPH <x:p> { <x:a> <x:b> <x:c> } GRAPH <x:q> { <x:a> <x:b> 1 }")
    assert {name.value for name in found.holds} == {"x:p", "x:q"}
    assert found.denied == frozenset()


def test_a_denied_proposition_does_not_hold_whether_its_graph_is_given_or_not() -> None:
    assert read_hypothesis(DENIAL).denied == {ox.NamedNode("x:q")}
    with_graph = read_hypothesis(DENIAL + "GRAPH <x:q> { <x:a> <x:b> <x:c> }")
    assert with_graph.holds == {}
    assert with_graph.denied == {ox.NamedNode("x:q")}


def test_the_same_hypothesis_is_always_the_same_text() -> None:
    one = canonical("GRAPH <x:p> { <x:a> <x:b> [ <x:c> 1 ] }")
    other = canonical("@prefix x: <x:> . x:p { _:n x:c 01.0 . x:a x:b _:n }".replace("01.0", "1"))
    assert one == other
    assert canonical(one) == one
    assert read_hypothesis(one) == read_hypothesis(other)
    assert canonical("  ") == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("GRAPH <x:p> { <x:a> <x:b> }", r"^suppose:1:\d+: "),
        ("GRAPH _:b { <x:a> <x:b> <x:c> }", "not a blank node"),
        ("<x:a> <x:b> <x:c> . ", "nothing is supposed"),
        ("@prefix x: <x:> . { }", "nothing is supposed"),
        ("#" * (LIMIT + 1), "longer than"),
        (f"GRAPH <x:p> {{ <x:a> {HAS_DATE} '1950-01-01' }}", "hasDate leads to a node"),
        (f"GRAPH <x:p> {{ <x:a> {HAS_DATE} <x:d> . <x:d> {FIRST} '1950-01-01' }}", "a node with"),
        (
            f"GRAPH <x:p> {{ <x:a> {HAS_DATE} <x:d> . <x:d> {FIRST} '1950-01-02' ;"
            f" {LAST} '1950-01-01' }}",
            "the first not after the last",
        ),
        (f"GRAPH <x:p> {{ <x:d> {FIRST} 'May 1950' }}", "no day as YYYY-MM-DD"),
    ],
)
def test_what_is_no_hypothesis_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputRefused, match=reason):
        read_hypothesis(text)
