"""Expressions in rules: comparisons, absences and computed values, as SPARQL has them."""

from pathlib import Path

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import Deriver, Knowledge, name, node, rule

from foedus.graph.inference import Engine
from foedus.graph.names import FD
from foedus.graph.terms import Triple
from foedus.ontology.namespaces import PREFIXES


def test_numbers_and_dates_are_compared_as_values(knowledge: Knowledge) -> None:
    compare = rule(
        "CONSTRUCT { ?a fd:concerns ?p } WHERE {\n  GRAPH ?p { ?a fd:amount ?b }\n"
        "  GRAPH ?q { ?c fd:atMost ?d }\n  FILTER (?b > ?d)\n}"
    )
    integer, decimal = (ox.NamedNode(PREFIXES["xsd"] + it) for it in ("integer", "decimal"))
    graphs: dict[ox.NamedNode, list[Triple]] = {
        name("ten"): [(node("a"), FD.amount, ox.Literal("10", datatype=integer))],
        name("nine"): [(node("b"), FD.amount, ox.Literal("9", datatype=integer))],
        name("limit"): [(node("c"), FD.atMost, ox.Literal("9.0", datatype=decimal))],
    }
    engine = Engine([compare], knowledge[0], [])
    assert [it.premises for it in engine.add(graphs).inferences] == [(name("limit"), name("ten"))]


ABSENCES = [
    rule(body, path=Path(f"absence-{number}.rq"))
    for number, body in enumerate(
        (
            "CONSTRUCT {\n  ?a fd:concerns ?c .\n} WHERE {\n"
            "  GRAPH ?p { ?a fd:isDuring ?b }\n  GRAPH ?q { ?b fd:isDuring ?c }\n"
            "  FILTER NOT EXISTS { GRAPH ?q { ?c fd:amount ?n . FILTER (?n > 1 && ?c != ?a) } }\n}",
            "CONSTRUCT {\n  ?a fd:affects ?c .\n} WHERE {\n"
            "  GRAPH ?p { ?a fd:isDuring ?b }\n  GRAPH ?q { ?b fd:isDuring ?c }\n"
            "  FILTER NOT EXISTS {\n    GRAPH ?p { ?b fd:amount ?n }\n"
            "    FILTER NOT EXISTS { GRAPH ?q { ?b fd:amount ?n . FILTER (?a != ?b) } }\n  }\n}",
            "CONSTRUCT {\n  _:it fd:concerns ?a , ?c ;\n    fd:atMost ?most .\n} WHERE {\n"
            "  GRAPH ?p { ?a fd:isDuring ?b OPTIONAL { ?a fd:amount ?n } }\n"
            "  GRAPH ?q { ?c fd:isDuring ?d OPTIONAL { ?c fd:amount ?m } }\n"
            "  FILTER (?b != ?c && ?c NOT IN (?a, ?d))\n"
            "  BIND (COALESCE(IF(BOUND(?n) && ?n < ?m, ?m, ?n), ?m) AS ?most)\n"
            "  FILTER NOT EXISTS { GRAPH ?q { ?d fd:amount ?k . FILTER (?k = ?most) } }\n}",
        )
    )
]


@st.composite
def numbered(draw: st.DrawFn) -> list[ox.Quad]:
    """Make propositions that put events into each other, some with numbers."""
    events, integer = st.sampled_from("abcd"), ox.NamedNode(PREFIXES["xsd"] + "integer")
    found: list[ox.Quad] = []
    for number in range(draw(st.integers(1, 5))):
        graph = name(f"{number}")
        found.append(ox.Quad(node(draw(events)), FD.isDuring, node(draw(events)), graph))
        for event in draw(st.lists(events, max_size=3)):
            amount = ox.Literal(str(draw(st.integers(1, 3))), datatype=integer)
            found.append(ox.Quad(node(event), FD.amount, amount, graph))
    return found


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(quads=numbered())
def test_absences_and_computed_values_are_as_sparql_has_them(
    quads: list[ox.Quad], run: Deriver, execute: Deriver
) -> None:
    one, other = run(quads, ABSENCES), execute(quads, ABSENCES)
    assert one.inferences == other.inferences
    assert dict(one.propositions) == dict(other.propositions)


def test_a_computed_variable_without_value_leaves_its_triple_out(knowledge: Knowledge) -> None:
    engine = Engine([ABSENCES[2]], knowledge[0], [])
    engine.add(
        {
            name("one"): [(node("a"), FD.isDuring, node("b"))],
            name("other"): [(node("c"), FD.isDuring, node("d"))],
        }
    )
    (found,) = engine.derivations().propositions.values()
    assert {triple[1] for triple in found} == {FD.concerns}
