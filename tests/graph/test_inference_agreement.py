"""The same follows in another order, piece by piece, and by the second executor."""

import random
from collections.abc import Mapping

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import Deriver, Knowledge, name

from foedus.graph import load
from foedus.graph.inference import Derivations, Engine, engine_for, read_rules
from foedus.graph.names import FD, RDF
from foedus.graph.terms import Triple, triple_of
from foedus.ontology.namespaces import PREFIXES

RULES = read_rules()

STATES = ("marovia", "ruritania", "tarland")
TRIGGERS = (
    ("defence", "attack-by-third-party"),
    ("offence", "attack-by-counterparty"),
    ("neutrality", "war-with-third-party"),
    ("non-aggression", "attack-by-bearer"),
    ("consultation", "crisis"),
)

DIRECTIVES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
REGISTER = [
    ox.Quad(ox.NamedNode(PREFIXES["state"] + state), RDF.type, FD.State) for state in STATES
]


def test_the_order_of_the_input_does_not_matter(
    documents: dict[str, load.Document], derivations: Derivations, run: Deriver
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    quads += load.read_register()
    random.Random(5).shuffle(quads)
    again = run(quads, read_rules())
    assert again.inferences == derivations.inferences
    assert dict(again.propositions) == dict(derivations.propositions)


def test_the_second_executor_derives_the_same_from_the_documents(
    documents: dict[str, load.Document], derivations: Derivations, execute: Deriver
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    again = execute([*quads, *load.read_register()], read_rules())
    assert again.inferences == derivations.inferences
    assert dict(again.propositions) == dict(derivations.propositions)


@st.composite
def stories(draw: st.DrawFn) -> Mapping[ox.NamedNode, str]:
    """Make propositions, as Turtle by name: agreements, attacks, norms and transfers."""
    found: dict[ox.NamedNode, str] = {}
    year = st.integers(1920, 1924)
    for number in range(draw(st.integers(2, 7))):
        one, other = draw(st.permutations(STATES))[:2]
        kind = draw(
            st.sampled_from(["article", "force", "signature", "attack", "norm", "transfer"])
        )
        pact = f"agreement:{draw(st.sampled_from('ab'))}"
        parties = f"{pact} a fd:Agreement ; fd:hasParty state:{one} , state:{other} "
        start = draw(year)
        span = (
            f"date:{number} a fd:Date ; fd:earliest '{start}-01-01'^^xsd:date ;"
            f" fd:latest '{start + draw(st.integers(0, 1))}-01-01'^^xsd:date ."
        )
        pledge, trigger = draw(st.sampled_from(TRIGGERS))
        item = draw(st.sampled_from(["arms", "artillery", "funds"]))
        supplier = draw(
            st.sampled_from([f"fd:hasSupplier state:{one}", "fd:leavesOpen role:supplier"])
        )
        found[name(f"{kind}-{number}")] = {
            "article": f"{parties} ; fd:hasProvision provision:{number} . provision:{number}"
            f" a fd:Provision ; fd:binds state:{one} ; fd:benefits state:{other} ;"
            f" fd:hasPledge pledge:{pledge} ; fd:hasTrigger trigger:{trigger} .",
            "force": f"{parties} ; fd:entryIntoForceDate date:{number} . {span}",
            "signature": f"{parties} ; fd:signatureDate date:{number} . {span}",
            "attack": f"event:e a fd:Attack ; fd:hasAttacker state:{one} ; fd:hasTarget"
            f" state:{other}"
            + draw(st.sampled_from([" .", f" ; fd:hasDate date:{number} . {span}"])),
            "norm": f"norm:{number} a fd:Norm ; fd:binds state:{one} ; fd:coversItem item:arms ;"
            f" fd:inRole role:supplier ; fd:isDirectedAgainst state:{one} .",
            "transfer": f"event:t a fd:Transfer ; fd:hasItem item:{item} ; {supplier} ;"
            f" fd:hasRecipient state:{other} .",
        }[kind]
    return found


def parsed(story: Mapping[ox.NamedNode, str]) -> dict[ox.NamedNode, list[Triple]]:
    return {
        graph: [triple_of(q) for q in ox.parse(DIRECTIVES + text, format=ox.RdfFormat.TURTLE)]
        for graph, text in story.items()
    }


def engine(knowledge: Knowledge) -> Engine:
    return engine_for(REGISTER, RULES, *knowledge)[0]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories(), data=st.data())
def test_what_comes_later_adds_what_all_at_once_would_give(
    story: Mapping[ox.NamedNode, str], data: st.DataObject, knowledge: Knowledge
) -> None:
    graphs = parsed(story)
    first = data.draw(st.sets(st.sampled_from(sorted(graphs, key=str))))
    live, whole = engine(knowledge), engine(knowledge)
    live.add({graph: graphs[graph] for graph in first})
    before = live.derivations()
    rest = {graph: graphs[graph] for graph in graphs if graph not in first}
    supposed = live.suppose(rest)
    assert live.derivations() == before
    whole.add(graphs)
    expected = whole.derivations()
    both = {*before.inferences, *supposed.inferences}
    assert both == set(expected.inferences)
    assert {**before.propositions, **supposed.propositions} == dict(expected.propositions)
    assert live.add(rest) == supposed
    assert live.derivations() == expected


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories())
def test_the_second_executor_derives_the_same_from_random_stories(
    story: Mapping[ox.NamedNode, str], run: Deriver, execute: Deriver
) -> None:
    quads = [
        ox.Quad(s, p, o, graph)  # type: ignore[arg-type]
        for graph, triples in parsed(story).items()
        for s, p, o in triples
    ]
    one, other = run([*REGISTER, *quads], RULES), execute([*REGISTER, *quads], RULES)
    assert one.inferences == other.inferences
    assert dict(one.propositions) == dict(other.propositions)
