"""A second executor of rules, SQL generated from their text, derives what the engine derives."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
import rdflib
from duck import Executor, Outside, execute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rule_cases import HEADER, Knowledge

from foedus.graph import load
from foedus.graph.closure import Rules, close_ontology, compile_rules
from foedus.graph.inference import Derivations, derive, engine_for, parse_rule, read_rules
from foedus.graph.inference.engine import Engine
from foedus.graph.terms import Triple
from foedus.ontology.namespaces import PREFIXES

STORIES = Path(__file__).resolve().parents[1] / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.trig"))
RULES = read_rules()
DIRECTIVES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
PROLOGUE = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("fd", "event"))


class Written(NamedTuple):
    """A rule for this executor alone."""

    iri: ox.NamedNode
    text: str


@pytest.fixture(scope="module")
def bare() -> Rules:
    """Compile an ontology that says nothing."""
    return compile_rules(close_ontology(rdflib.Graph()))


def read(text: str) -> dict[ox.NamedNode, list[Triple]]:
    """Read TriG: propositions by name, a triple outside of them under ``urn:records``."""
    graphs: dict[ox.NamedNode, list[Triple]] = {}
    for quad in ox.parse(DIRECTIVES + text, format=ox.RdfFormat.TRIG):
        name = quad.graph_name
        name = name if isinstance(name, ox.NamedNode) else ox.NamedNode("urn:records")
        graphs.setdefault(name, []).append((quad.subject, quad.predicate, quad.object))  # type: ignore[arg-type]
    return graphs


def by_sql(text: str, data: str, bare: Rules) -> Derivations:
    graphs = read(data)
    records = graphs.pop(ox.NamedNode("urn:records"), [])
    rule = Written(ox.NamedNode("urn:rule"), PROLOGUE + text)
    executor = Executor([rule], bare, records)
    executor.add(graphs)
    return executor.derivations()


def quads_of(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=str(STORIES / f"{name}.trig"), format=ox.RdfFormat.TRIG))


def test_sql_derives_from_all_stories_at_once_what_the_engine_derives(knowledge: Knowledge) -> None:
    quads = [quad for name in NAMES for quad in quads_of(name)]
    found = execute(quads, RULES, *knowledge)
    assert {it.rule for it in found.inferences} >= {rule.iri for rule in RULES}
    assert found == derive(quads, RULES, *knowledge)


def test_sql_derives_from_the_documents_what_the_engine_derives(
    documents: dict[str, load.Document], derivations: Derivations, knowledge: Knowledge
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    assert execute([*quads, *load.read_register()], RULES, *knowledge) == derivations


ATTACK = """
GRAPH proposition:supposed {
  event:supposed a fd:Attack ; fd:hasAttacker state:ukraine ; fd:hasTarget state:russia .
}"""


def test_sql_derives_from_documents_and_a_hypothesis_what_the_engine_supposes(
    documents: dict[str, load.Document], knowledge: Knowledge
) -> None:
    quads = [quad for document in documents.values() for quad in document.quads]
    quads += load.read_register()
    engine, graphs = engine_for(quads, RULES, *knowledge)
    engine.add(graphs)
    before, more = engine.derivations(), engine.suppose(read(ATTACK))
    supposed = list(ox.parse(DIRECTIVES + ATTACK, format=ox.RdfFormat.TRIG))
    found = execute([*quads, *supposed], RULES, *knowledge)
    assert more.inferences
    assert set(found.inferences) == {*before.inferences, *more.inferences}
    assert found.propositions == {**before.propositions, **more.propositions}


DATA = """
GRAPH proposition:p { event:a fd:amount 2 , 10 ; fd:asStated "x" . }
GRAPH proposition:q { event:b fd:atMost 2.0 ; fd:isDuring event:a . }
"""


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("?n = ?m", 1),
        ("?n != ?m", 1),
        ("?n > ?m", 1),
        ("?n IN (?m, event:a)", 1),
        ("?n NOT IN (?m, event:a)", 1),
        ("?n < ?a", 0),
        ("!(?n < ?a)", 0),
        ("?n < ?a || ?n = ?m", 1),
        ("?n < ?a && ?n = ?m", 0),
        ("!(?n < ?a && ?n = 10 && ?n = 2)", 2),
        ("COALESCE(?n < ?a, true)", 2),
        ("IF(?n < ?a, true, true)", 0),
        ("BOUND(?none)", 0),
        ("!BOUND(?none) && STR(?b) > STR(?a)", 2),
        ("?s = 'x'", 2),
        ("?s != ?n", 2),
        ("?n < ?s || ?s < ?n", 0),
        ("?s < 'y' && ?n", 2),
        ("?a", 0),
        ("!?a", 0),
    ],
)
def test_an_error_is_neither_true_nor_false(condition: str, count: int, bare: Rules) -> None:
    found = by_sql(
        "CONSTRUCT { _:new fd:amount ?n } WHERE {\n"
        "  GRAPH ?p { ?a fd:amount ?n . OPTIONAL { ?a fd:atLeast ?none } ?a fd:asStated ?s }\n"
        f"  GRAPH ?q {{ ?b fd:atMost ?m }}\n  FILTER ({condition})\n}}",
        DATA,
        bare,
    )
    assert len(found.inferences) == count


NESTED = """
GRAPH proposition:p { event:a fd:amount 1 ; fd:isDuring event:b , event:c . }
GRAPH proposition:q { event:b fd:atMost 5 . %s }
"""


@pytest.mark.parametrize(
    ("more", "count"),
    [("", 0), ("event:c fd:atMost 6 .", 1), ("event:c fd:atMost 0 .", 0)],
)
def test_what_lacks_nothing_is_found_by_two_absences(more: str, count: int, bare: Rules) -> None:
    """Each of what ?p names has to have a higher bound in ?q."""
    found = by_sql(
        "CONSTRUCT { ?p fd:concerns ?q } WHERE {\n"
        "  GRAPH ?p { ?a fd:amount ?n }\n  GRAPH ?q { ?b fd:atMost ?m }\n"
        "  FILTER NOT EXISTS {\n    GRAPH ?p { ?a fd:isDuring ?each }\n"
        "    FILTER NOT EXISTS { GRAPH ?q { ?each fd:atMost ?bound . FILTER (?bound > ?n) } }\n"
        "  }\n}",
        NESTED % more,
        bare,
    )
    assert len(found.inferences) == count


def test_what_sql_does_not_do_is_refused(bare: Rules) -> None:
    for body in (
        "GRAPH ?p { ?a fd:x ?b } MINUS { ?b fd:y ?c }",
        "GRAPH ?p { ?a fd:x ?b } OPTIONAL { ?b fd:y ?c }",
        "GRAPH ?p { ?a fd:x ?b FILTER (REGEX(?b, 'x')) }",
        "GRAPH ?p { ?a fd:x ?b OPTIONAL { ?a fd:y ?c } } GRAPH ?q { ?c fd:y ?b }",
    ):
        with pytest.raises(Outside):
            by_sql(f"CONSTRUCT {{ ?a fd:x ?b }} WHERE {{ {body} }}", "GRAPH <x:p> {}", bare)


NODES = st.sampled_from(["event:a", "event:b", "event:c"])
# Without 1, of which the engine says that it equals true.
TERMS = NODES | st.sampled_from(["2", "2.0", "10", "'1'", "true", "'2000-01-01'^^xsd:date"])
PROPERTIES = st.sampled_from(["fd:x", "fd:y"])
INNER = ("?a", "?b", "?c")


@st.composite
def triples(draw: st.DrawFn, most: int) -> str:
    return " ".join(
        f"{draw(NODES)} {draw(PROPERTIES)} {draw(TERMS)} ."
        for _ in range(draw(st.integers(most // 2, most)))
    )


@st.composite
def datasets(draw: st.DrawFn) -> str:
    """Make propositions, background and claims."""
    count = draw(st.integers(1, 4))
    graphs = [f"GRAPH proposition:{it} {{ {draw(triples(10))} }}" for it in range(count)]
    claims = [
        f"event:claim-{it} fd:onProposition proposition:{draw(st.integers(0, count - 1))} ;"
        f" fd:u {draw(TERMS)} ."
        for it in range(draw(st.integers(0, 2)))
    ]
    steps = [
        f"{draw(NODES)} fd:{draw(st.sampled_from(['v', 'w']))} {draw(NODES)} ."
        for _ in range(draw(st.integers(0, 3)))
    ]
    return "\n".join([*graphs, *claims, *steps])


def comparisons(*names: str) -> st.SearchStrategy[str]:
    """Make conditions on these variables: on terms of any kind, joined in any way."""
    operands = st.sampled_from([*names, "2", "event:a"])
    simple = st.one_of(
        st.builds("{} {} {}".format, operands, st.sampled_from(["=", "!=", "<", ">="]), operands),
        st.builds("BOUND({})".format, st.sampled_from(names)),
        st.builds("{} IN (event:b, 2.0)".format, st.sampled_from(names)),
    )
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.builds("({} && {})".format, inner, inner),
            st.builds("({} || {})".format, inner, inner),
            st.builds("(!({}))".format, inner),
            st.builds("COALESCE({}, {})".format, inner, inner),
            st.builds("IF({}, {}, {})".format, inner, inner, inner),
        ),
        max_leaves=4,
    )


@st.composite
def premises(draw: st.DrawFn, graph: str) -> str:
    """Make a premise of two patterns, with an own variable ``?GRAPHo`` that may stay unbound."""
    one, other = draw(st.permutations(INNER))[:2]
    parts = [f"{one} {draw(PROPERTIES)} {other} ."]
    if draw(st.booleans()):
        ends = st.sampled_from([*INNER, "event:a"])
        parts += [f"{draw(st.sampled_from([one, other]))} {draw(PROPERTIES)} {draw(ends)} ."]
    start = draw(st.sampled_from([one, other]))
    parts += [f"OPTIONAL {{ {start} {draw(PROPERTIES)} ?{graph}o }}"]
    if draw(st.booleans()):
        parts += [f"FILTER ({draw(comparisons(one, other, f'?{graph}o'))})"]
    if draw(st.booleans()):
        inside = draw(comparisons(one, other, "?m"))
        parts += [f"FILTER NOT EXISTS {{ {other} {draw(PROPERTIES)} ?m . FILTER ({inside}) }}"]
    return f"GRAPH ?{graph} {{ {' '.join(parts)} }}"


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Make a rule of the whole fragment."""
    parts = [draw(premises("p"))]
    if draw(st.booleans()):
        parts += [draw(premises("q"))]
    known = sorted({it for it in re.findall(r"\?\w+", " ".join(parts)) if it != "?m"})
    certain = [it for it in known if it in INNER]
    start = draw(st.sampled_from(certain))
    if draw(st.integers(0, 3)) == 0:
        parts += ["?claim fd:onProposition ?p ; fd:u ?d ."]
        known += ["?claim", "?d"]
    if draw(st.booleans()):
        parts += [f"{start} fd:v{draw(st.sampled_from(['', '*', '*']))} ?e ."]
        known += ["?e"]
    if draw(st.booleans()):
        inside = draw(comparisons(start, "?m"))
        parts += [f"FILTER NOT EXISTS {{ {start} fd:w ?m . FILTER ({inside}) }}"]
    if draw(st.booleans()):
        parts += [f"FILTER ({draw(comparisons(*known))})"]
    test = draw(comparisons(*known))
    one, other = draw(st.sampled_from(known)), draw(st.sampled_from(known))
    parts += [f"BIND (IF({test}, {one}, {other}) AS ?f)"]
    # What may recur mentions neither a proposition nor a new node, so that there is an end.
    recurring = f"{start} fd:x {draw(st.sampled_from(certain))}"
    new = "_:new fd:concerns ?p . _:new fd:atLeast ?f"
    head = draw(st.sampled_from([recurring, new]))
    return f"CONSTRUCT {{ {head} }} WHERE {{ {' '.join(parts)} }}"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=rules(), data=datasets())
def test_sql_derives_by_a_random_rule_what_the_engine_derives(
    text: str, data: str, bare: Rules
) -> None:
    rule = parse_rule(HEADER + PROLOGUE + text, Path("random.rq"))
    graphs: Mapping[ox.NamedNode, Iterable[Triple]] = read(data)
    records = dict(graphs).pop(ox.NamedNode("urn:records"), [])
    graphs = {name: it for name, it in graphs.items() if name.value != "urn:records"}
    engine, executor = Engine([rule], bare, records), Executor([rule], bare, records)
    engine.add(graphs)
    executor.add(graphs)
    assert executor.derivations() == engine.derivations()
