"""What rules derive is judged as data too: obligations, norm conflicts, inferences."""

from collections.abc import Callable

import pytest
from rdflib import RDFS, SKOS, Graph

from foedus import shapes
from foedus.ontology import merged
from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.validate import validate

PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
SOUND = """
INSERT DATA {
  state:a a fd:State ; rdfs:label "A"@en, "A"@de .
  state:b a fd:State ; rdfs:label "B"@en, "B"@de .
  event:o a fd:DueObligation ; fd:hasBearer state:a ; fd:hasCounterparty state:b ;
    fd:hasPledge pledge:defence ; fd:arisesUnder agreement:x ; fd:hasStanding standing:in-force ;
    fd:inForceFrom "1921-01-01"^^xsd:date ; fd:inForceUntil "1922-01-01"^^xsd:date .
  event:e fd:activates event:o .
  event:n a fd:NormConflict ; fd:verdict verdict:undetermined .
  proposition:p a fd:Proposition ; fd:isAbout event:o .
  event:c a fd:Claim .
  event:b a fd:Breach ; fd:isBasedOn event:o .
  event:e fd:constitutes event:b .
  provision:v a fd:Provision .
  event:o fd:isLaidDownIn provision:v .
  event:k a fd:CasusFoederis ; fd:isBasedOn event:o ; fd:hasAdversary state:b .
  event:e fd:raises event:k .
  event:t a fd:ConditionTest ; fd:bearsOn event:k ; fd:testsCondition condition:request ;
    fd:outcome outcome:undetermined ; fd:lacks role:request .
  event:f a fd:Corroboration ; fd:concerns proposition:p ; fd:hasAffirmation event:c .
  event:i a fd:Inference ; fd:concludes proposition:p ; fd:hasPremise proposition:p ;
    fd:byRule event:rule ; fd:firmness firmness:probable .
}
"""
PARTS = (
    "ActivatesValueShape",
    "BreachShape",
    "CasusFoederisShape",
    "ConditionTestShape",
    "ConstitutesValueShape",
    "FindingShape",
    "InferenceShape",
    "NormConflictShape",
    "ObligationShape",
    "RaisesValueShape",
)


SHAPES = shapes.merged()
VOCABULARY = [
    triple
    for triple in merged()
    if triple[1] in (RDFS.subClassOf, SKOS.inScheme) or triple[2] == SKOS.Concept
]


def judged(update: str) -> set[tuple[str, str, str]]:
    data = Graph()
    for triple in VOCABULARY:
        data.add(triple)
    data.update(PREFIX_LINES + SOUND)
    if update:
        data.update(PREFIX_LINES + update)
    return {
        (str(f.source_shape), f.path.n3() if f.path is not None else "", str(f.component))
        for f in validate(data, SHAPES).findings
        if str(f.source_shape).endswith(PARTS)
    }


def drop(node: str, path: str) -> str:
    return f"DELETE WHERE {{ {node} fd:{path} ?o }}"


def add(node: str, path: str, value: str) -> str:
    return f"INSERT DATA {{ {node} fd:{path} {value} }}"


BROKEN = {
    **{f"no {p}": drop("event:o", p) for p in ("hasBearer", "hasCounterparty", "hasPledge")},
    **{f"no {p}": drop("event:o", p) for p in ("arisesUnder", "hasStanding")},
    "two bearers": add("event:o", "hasBearer", "state:b"),
    "two counterparties": add("event:o", "hasCounterparty", "state:a"),
    "two pledges": add("event:o", "hasPledge", "pledge:assistance"),
    "two agreements": add("event:o", "arisesUnder", "agreement:y"),
    "two standings": add("event:o", "hasStanding", "standing:promised"),
    "two ends": add("event:o", "inForceUntil", '"1923-01-01"^^xsd:date'),
    "two starts": add("event:o", "inForceFrom", '"1921-02-01"^^xsd:date'),
    "no verdict": drop("event:n", "verdict"),
    "two verdicts": add("event:n", "verdict", "verdict:none"),
    "no conclusion": drop("event:i", "concludes"),
    "two conclusions": add(
        "event:i", "concludes", "proposition:p2 . proposition:p2 a fd:Proposition"
    ),
    "no premise": drop("event:i", "hasPremise"),
    "no rule": drop("event:i", "byRule"),
    "two rules": add("event:i", "byRule", "event:another"),
    "no broken obligation": drop("event:b", "isBasedOn"),
    "two broken obligations": add("event:b", "isBasedOn", "event:o2 . event:o2 a fd:Obligation"),
    "two provisions": add("event:o", "isLaidDownIn", "provision:w . provision:w a fd:Provision"),
    "no obligation tested": drop("event:k", "isBasedOn"),
    "two obligations tested": add("event:k", "isBasedOn", "event:o2 . event:o2 a fd:Obligation"),
    **{f"no {p}": drop("event:t", p) for p in ("bearsOn", "testsCondition", "outcome")},
    "two cases": add("event:t", "bearsOn", "event:k2 . event:k2 a fd:CasusFoederis"),
    "two conditions": add("event:t", "testsCondition", "condition:location"),
    "two outcomes": add("event:t", "outcome", "outcome:met"),
    "no subject": drop("event:f", "concerns"),
    "two subjects": add("event:f", "concerns", "proposition:p2 . proposition:p2 a fd:Proposition"),
    "no affirmation": drop("event:f", "hasAffirmation"),
    "two firmnesses": add("event:i", "firmness", "firmness:possible"),
}
for _node, _path, _value in (
    ("event:o", "hasBearer", "event:e"),
    ("event:o", "hasCounterparty", "event:e"),
    ("event:o", "hasStanding", "verdict:none"),
    ("event:o", "inForceFrom", '"1924-01-01"^^xsd:date'),
    ("event:o", "inForceUntil", '"1920"^^xsd:integer'),
    ("event:n", "verdict", "standing:promised"),
    ("event:i", "concludes", "event:e"),
    ("event:i", "firmness", "mode:mention"),
    ("event:e", "activates", "event:n"),
    ("event:e", "constitutes", "event:n"),
    ("event:b", "isBasedOn", "event:n"),
    ("event:k", "isBasedOn", "event:n"),
    ("event:k", "hasAdversary", "event:n"),
    ("event:e", "raises", "event:n"),
    ("event:t", "bearsOn", "event:o"),
    ("event:t", "testsCondition", "role:request"),
    ("event:t", "outcome", "verdict:undetermined"),
    ("event:t", "lacks", "condition:request"),
    ("event:f", "concerns", "event:n"),
    ("event:f", "hasAffirmation", "event:n"),
):
    BROKEN[f"{_node} {_path} {_value}"] = f"{drop(_node, _path)} ; {add(_node, _path, _value)}"


def test_what_is_derived_well_passes() -> None:
    assert judged("") == set()


@pytest.fixture(scope="module")
def broken() -> dict[str, set[tuple[str, str, str]]]:
    return {name: judged(update) for name, update in BROKEN.items()}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_derived_badly_is_found(
    name: str, broken: dict[str, set[tuple[str, str, str]]]
) -> None:
    assert broken[name]


def test_each_constraint_on_what_is_derived_is_broken_by_a_case(
    broken: dict[str, set[tuple[str, str, str]]],
    constraints: Callable[[str], set[tuple[str, str, str]]],
) -> None:
    files = ("norms", "obligations", "sources")
    wanted = {c for name in files for c in constraints(name) if c[0].endswith(PARTS)}
    found = {key for keys in broken.values() for key in keys}
    assert {
        key for key in wanted - found if not key[2].endswith("DatatypeConstraintComponent")
    } == set()


def test_shapes_are_read_by_name() -> None:
    assert "sources" in shapes.names()
    assert len(shapes.read("transfers")) > 0
    assert isinstance(shapes.merged(), Graph)
