"""Nothing is said outside of the graph that it belongs to: no bare fact, no leak of a content."""

import pytest
from gate_cases import PATTERNS, SECOND, changed, in_graph, told

from foedus import ontology
from foedus.graph import gate
from foedus.graph.names import ENTITIES
from foedus.ontology.namespaces import PREFIXES

BARE = {
    "a role": ("state:ruritania fd:hasSupplier state:marovia", "state:ruritania"),
    "expertise": ("agent:orel fd:isExpertOn state:tarland", "agent:orel"),
    "a name as stated": ('agent:orel fd:nameAsStated "Orel"', "agent:orel"),
    "a relation of another vocabulary": (
        "agent:orel <http://www.w3.org/ns/org#memberOf> agent:league",
        "agent:orel",
    ),
}


@pytest.mark.parametrize("name", BARE)
def test_a_register_that_says_something_bare_is_named(name: str, context: gate.Context) -> None:
    triple, focus = BARE[name]
    quads = changed(f"INSERT DATA {{ GRAPH <{ENTITIES.value}> {{ {triple} }} }}")
    entities = [quad for quad in quads if quad.graph_name == ENTITIES]
    report = gate.check([], gate.Context.of(ontology.merged(), entities))
    assert told(report) == {(focus, "BareShape")}


@pytest.mark.parametrize("name", BARE)
def test_a_document_that_says_something_bare_is_named(name: str, context: gate.Context) -> None:
    triple, focus = BARE[name]
    report = gate.check(changed(f"INSERT DATA {{ GRAPH digest:lage {{ {triple} }} }}"), context)
    assert told(report) == {(focus, "BareShape")}


def test_a_document_may_not_add_a_role_from_outside_its_graph(context: gate.Context) -> None:
    event = PREFIXES["event"] + "invasion"
    copy = f"<{PREFIXES['proposition']}tarland-invades#{event}>"
    update = f"""
        DELETE WHERE {{ GRAPH ?g {{ <{event}> fd:hasAttacker ?who }} }} ;
        INSERT DATA {{ GRAPH digest:lage {{ {copy} fd:hasAttacker state:tarland }} }}"""
    assert ("event:invasion", "RedefinitionShape") in told(gate.check(changed(update), context))


# Leaks


MISSION = "event:mission a fd:Mission ; fd:hasSender state:ruritania"
LEAKS = {
    "an event that is only considered": (
        in_graph("ruritania-considers-mission", MISSION),
        ("event:mission", "LeakShape"),
    ),
    "an event that is mentioned": (
        in_graph("ruritania-considers-mission", "event:mission-idea fd:isPromptedBy event:mission"),
        ("event:mission", "LeakShape"),
    ),
    "an event two steps inside": (
        in_graph(
            "mission-is-to-count",
            "event:mercenaries a fd:Presence ; fd:hasOrigin state:tarland ;"
            " fd:hasPlace state:marovia",
        ),
        ("event:mercenaries", "LeakShape"),
    ),
    "an agreement that a statement is about": (
        in_graph(
            "orel-warns",
            "agreement:pact a fd:Agreement ; fd:hasParty state:ruritania, state:marovia",
        )
        + " ; "
        + in_graph("orel-warns", "event:orel-statement fd:hasContent proposition:pact-signed"),
        ("agreement:pact", "LeakShape"),
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_node_of_the_content_may_not_leak_into_the_graph_around_it(
    name: str, context: gate.Context
) -> None:
    update, expected = LEAKS[name]
    assert told(gate.check(changed(update), context)) == {expected}


def test_a_leak_from_a_proposition_that_is_in_the_data_is_found(context: gate.Context) -> None:
    pact = "agreement:pact a fd:Agreement ; fd:hasParty agent:bote, agent:author-of-c"
    quads = changed(f"{SECOND} ; {in_graph('denial-of-pact', pact)}")
    report = gate.check(quads, context.knowing(PATTERNS))
    assert told(report) == {("agreement:pact", "LeakShape")}


def test_two_graphs_may_assert_the_same_event(context: gate.Context) -> None:
    update = (
        in_graph("orel-warns", "event:visit a fd:Visit")
        + " ; "
        + in_graph(
            "orel-warns", "event:visit fd:hasVisitor agent:ottokar ; fd:hasHost state:marovia"
        )
    )
    assert gate.check(changed(update), context).conforms


def test_propositions_may_not_contain_each_other(context: gate.Context) -> None:
    update = in_graph("tarland-invades", "event:invasion fd:isInReturnFor proposition:orel-warns")
    assert told(gate.check(changed(update), context)) == {
        ("proposition:orel-warns", "PropositionShape"),
        ("proposition:tarland-invades", "PropositionShape"),
    }
