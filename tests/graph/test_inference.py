"""Rules: what the fragment allows, and that order, batches and repetition do not matter."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.graph import load
from foedus.graph.closure import LocalClosure, Rules
from foedus.graph.inference import (
    Derivations,
    Engine,
    Rule,
    RuleRefused,
    engine_for,
    inference_triples,
    parse_rule,
    read_inferences,
    read_rules,
)
from foedus.graph.inference.content import node_name, proposition_name
from foedus.graph.names import FD, RDF, is_proposition
from foedus.graph.terms import Triple, triple_of
from foedus.ontology.namespaces import PREFIXES

Deriver = Callable[[Iterable[ox.Quad], Sequence[Rule]], Derivations]
Knowledge = tuple[Rules, list[Triple]]

PATH = Path("some-rule.rq")
HEADER = "#+ title: T\n#+ title-de: T\n#+ sentence: S\n#+ sentence-de: S\n"
PREFIX_LINES = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in ("fd", "role", "skos"))
FIRST = 1 + HEADER.count("\n") + PREFIX_LINES.count("\n")
"""The line on which the body of a rule starts."""


def rule(body: str, header: str = HEADER, path: Path = PATH) -> Rule:
    return parse_rule(header + PREFIX_LINES + body, path)


REFUSED = {
    "no premise": ("CONSTRUCT { ?a fd:x ?b }\nWHERE { ?a skos:broader ?b }", 1, "premise"),
    "select": ("SELECT * WHERE { GRAPH ?p { ?a fd:x ?b } }", 0, "CONSTRUCT"),
    "optional outside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  OPTIONAL { ?b fd:y ?c }\n}",
        2,
        "OPTIONAL",
    ),
    "union": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  { ?b fd:y ?c }\n  UNION { ?b fd:z ?c }\n}",
        3,
        "Union",
    ),
    "minus": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  MINUS { ?b fd:y ?c }\n}",
        2,
        "Minus",
    ),
    "union inside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p {\n    { ?a fd:x ?b }\n"
        "    UNION { ?a fd:y ?b }\n  }\n}",
        3,
        "GRAPH holds",
    ),
    "values": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  VALUES ?b { fd:z }\n}",
        2,
        "ToMultiSet",
    ),
    "subselect": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  { SELECT ?b WHERE { ?b fd:y ?c } }\n}",
        2,
        "ToMultiSet",
    ),
    "service": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  SERVICE <http://example.org/> { ?b fd:y ?c }\n}",
        2,
        "ServiceGraphPattern",
    ),
    "named graph": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH fd:g { ?a fd:x ?b }\n}", 1, "GRAPH"),
    "variable property": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a ?q ?b }\n}",
        1,
        "property",
    ),
    "sequence path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  ?b skos:broader|skos:narrower ?c .\n}",
        2,
        "path",
    ),
    "plus path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  ?b skos:broader+ ?c .\n}",
        2,
        "path",
    ),
    "path inside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b . ?b skos:broader* ?c }\n}",
        1,
        "path",
    ),
    "loose path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  ?c skos:broader* ?d .\n}",
        2,
        "path",
    ),
    "two blocks": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  GRAPH ?p { ?a fd:y ?b }\n}",
        1,
        "one block",
    ),
    "filter sees outside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  GRAPH ?q {\n    ?b fd:y ?c .\n    FILTER (?c != ?a)\n  }\n}",
        4,
        "cannot see",
    ),
    "filter sees its own graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b FILTER (?p != ?b) }\n}",
        1,
        "cannot see ?p",
    ),
    "optional variable shared": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b OPTIONAL { ?a fd:z ?c } }\n"
        "  GRAPH ?q { ?b fd:y ?c }\n}",
        1,
        "unbound",
    ),
    "bind in the middle": (
        "CONSTRUCT { ?a fd:x ?c } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  BIND (?b AS ?c)\n  GRAPH ?q { ?b fd:y ?d }\n}",
        2,
        "BIND",
    ),
    "aggregate": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n} GROUP BY ?a ?b",
        2,
        "",
    ),
    "limit": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n} LIMIT 1", 2, ""),
    "unknown function": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER (REGEX(STR(?b), 'x'))\n}",
        2,
        "REGEX",
    ),
    "absence of claims": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { ?c fd:onProposition ?p }\n}",
        2,
        "NOT EXISTS",
    ),
    "graph in absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?q { ?a fd:y ?b } }\n}",
        2,
        "NOT EXISTS",
    ),
    "path in an absence's graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a skos:broader* ?b } }\n}",
        2,
        "path",
    ),
    "absence in the graph of an absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c FILTER NOT EXISTS { ?c fd:z ?b } } }\n}",
        2,
        "beside GRAPH",
    ),
    "three absences in each other": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c } FILTER NOT EXISTS {\n"
        "    GRAPH ?p { ?c fd:y ?d } FILTER NOT EXISTS { GRAPH ?p { ?d fd:y ?b } } } }\n}",
        2,
        "NOT EXISTS",
    ),
    "claims in an inner absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c }\n"
        "    FILTER NOT EXISTS { ?d fd:onProposition ?c } }\n}",
        2,
        "no claim",
    ),
    "filter in an absence sees its graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c FILTER (?c != ?p) } }\n}",
        2,
        "cannot see ?p",
    ),
    "unbound filter in an absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c } FILTER (?c != ?z) }\n}",
        2,
        "nothing binds ?z",
    ),
    "exists": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER EXISTS { ?b fd:y ?c }\n}",
        2,
        "EXISTS",
    ),
    "two new nodes": (
        "CONSTRUCT { _:m fd:x ?b . _:n fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n}",
        0,
        "one new node",
    ),
    "unbound head": (
        "CONSTRUCT { ?a fd:x ?z } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n}",
        0,
        "nothing binds",
    ),
    "unbound filter": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  FILTER (?z = ?b)\n}",
        2,
        "nothing binds",
    ),
    "blank node in a pattern": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b . _:m fd:y ?b }\n}",
        1,
        "blank node",
    ),
    "syntax": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x }\n}", 1, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_outside_the_fragment_is_refused_with_file_and_line(name: str) -> None:
    body, line, reason = REFUSED[name]
    with pytest.raises(RuleRefused) as caught:
        rule(body)
    assert (caught.value.source, caught.value.line) == ("some-rule.rq", FIRST + line)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER.replace("#+ sentence-de: S\n", ""), 1),
        (HEADER + "#+ colour: red\n", 5),
        (HEADER + "#+ weakens: certain\n", 1),
    ],
)
def test_a_header_that_lacks_or_adds_a_line_is_refused(header: str, line: int) -> None:
    with pytest.raises(RuleRefused) as caught:
        rule("CONSTRUCT { ?a fd:x ?b } WHERE { GRAPH ?p { ?a fd:x ?b } }", header)
    assert caught.value.line == line


def test_the_rules_of_foedus_say_what_they_do_in_both_languages() -> None:
    for it in read_rules():
        assert it.title["en"] != it.title["de"]
        assert it.sentence["en"].endswith(".")
        assert it.sentence["de"].endswith(".")
        assert (it.weakens is None) != it.iri.value.endswith("-perhaps")


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["event"] + name)


def name(text: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["proposition"] + text)


STEP = rule(
    "CONSTRUCT { ?a fd:isDuring ?c } WHERE {\n"
    "  GRAPH ?p { ?a fd:isDuring ?b }\n  GRAPH ?q { ?b fd:isDuring ?c }\n}"
)


def chain(length: int, is_ring: bool = False) -> dict[ox.NamedNode, list[Triple]]:
    ends = [(number, number + 1) for number in range(length)]
    if is_ring:
        ends[-1] = (length - 1, 0)
    return {name(f"{a}"): [(node(f"{a}"), FD.isDuring, node(f"{b}"))] for a, b in ends}


@pytest.mark.parametrize(("is_ring", "count"), [(False, 15), (True, 25)])
def test_a_rule_may_use_its_own_conclusions_and_ends(
    is_ring: bool, count: int, knowledge: Knowledge
) -> None:
    engine = Engine([STEP], knowledge[0], [])
    graphs = chain(5, is_ring)
    engine.add(graphs)
    found = {triple for graph in engine.derivations().propositions.values() for triple in graph}
    found |= {triple for graph in graphs.values() for triple in graph}
    assert len(found) == count
    assert all(it.concludes not in it.premises for it in engine.derivations().inferences)


def test_what_somebody_states_already_keeps_its_name_as_a_conclusion(knowledge: Knowledge) -> None:
    engine = Engine([STEP], knowledge[0], [])
    graphs = chain(2) | {name("whole"): [(node("0"), FD.isDuring, node("2"))]}
    engine.add(graphs)
    (inference,) = engine.derivations().inferences
    assert inference.concludes == name("whole")
    assert inference.premises == (name("0"), name("1"))
    assert engine.derivations().propositions == {}


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


def test_content_has_one_name_however_it_is_written() -> None:
    integer = ox.NamedNode(PREFIXES["xsd"] + "integer")
    one: list[Triple] = [(node("a"), FD.amount, ox.Literal("007", datatype=integer))]
    other: list[Triple] = [(node("a"), FD.amount, ox.Literal("7", datatype=integer))]
    assert proposition_name(one) == proposition_name(other)
    assert proposition_name(one) != proposition_name([(node("b"), *one[0][1:])])
    blank, twin = ox.BlankNode("x"), ox.BlankNode("y")
    about: list[Triple] = [(blank, RDF.type, FD.Breach), (node("a"), FD.constitutes, blank)]
    again: list[Triple] = [(node("a"), FD.constitutes, twin), (twin, RDF.type, FD.Breach)]
    assert node_name(blank, about) == node_name(twin, [*again, (node("b"), FD.amount, one[0][2])])


def test_a_local_closure_is_the_closure_beside_the_background(
    knowledge: Knowledge, documents: dict[str, load.Document]
) -> None:
    entailment = knowledge[0]
    quads = [quad for document in documents.values() for quad in document.quads]
    background = {triple_of(quad) for quad in load.read_register()}
    closed = entailment.closure(background)
    local = LocalClosure(entailment, background)
    graphs: dict[object, set[Triple]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name):
            graphs.setdefault(quad.graph_name, set()).add(triple_of(quad))
    for graph in list(graphs.values())[::6]:
        expected = entailment.closure(background | graph)
        assert local.closure(graph) | closed == expected


def test_inferences_are_read_back_as_they_were_written(derivations: Derivations) -> None:
    assert read_inferences(inference_triples(derivations.inferences)) == list(
        derivations.inferences
    )


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


STATES = ("marovia", "ruritania", "tarland")
TRIGGERS = (
    ("defence", "attack-by-third-party"),
    ("offence", "attack-by-counterparty"),
    ("neutrality", "war-with-third-party"),
    ("non-aggression", "attack-by-bearer"),
    ("consultation", "crisis"),
)


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


DIRECTIVES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
REGISTER = [
    ox.Quad(ox.NamedNode(PREFIXES["state"] + state), RDF.type, FD.State) for state in STATES
]


def parsed(story: Mapping[ox.NamedNode, str]) -> dict[ox.NamedNode, list[Triple]]:
    return {
        graph: [triple_of(q) for q in ox.parse(DIRECTIVES + text, format=ox.RdfFormat.TURTLE)]
        for graph, text in story.items()
    }


def engine(knowledge: Knowledge) -> Engine:
    return engine_for(REGISTER, RULES, *knowledge)[0]


RULES = read_rules()


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
