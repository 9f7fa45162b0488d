"""Claims, sentences, documents, dates ...: what breaks a constraint is refused for that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from broken_descriptions import BROKEN_AGREEMENTS, BROKEN_EVENTS, EXEMPLARS
from broken_entities import BROKEN_ENTITIES, BROKEN_NEW_ENTITIES
from broken_sources import BROKEN_SOURCES
from cell_changes import DATE, DAY, EVENT, GRAPH, NAMED, QUANTITY, alike, change, drop, put, stance

from foedus.shapes.report import Finding, short

BROKEN = (
    BROKEN_SOURCES,
    BROKEN_AGREEMENTS,
    BROKEN_ENTITIES,
    BROKEN_EVENTS,
    BROKEN_NEW_ENTITIES,
)
# What cannot be broken alone: a change, and the constraint that it breaks among others.
ENTANGLED = {
    "two sentences": (put("c:1", "fd:isFoundIn", "s:2"), "Claim isFoundIn MaxCount"),
    "two documents": (put("c:1", "fd:isStatedIn", "digest:far"), "Claim isStatedIn MaxCount"),
    "another document": (
        change("c:1", "fd:isStatedIn", "digest:far")
        + f" ; INSERT DATA {{ GRAPH {GRAPH} {{ digest:far a fd:Document }} }}",
        "Claim isStatedIn Equals",
    ),
    "two reports": (
        put("report:near", "fd:isReportedBy", "report:near"),
        "Report isReportedBy MaxCount",
    ),
    "sentence in no document": (drop("s:2", "fd:isStatedIn"), "Sentence isStatedIn MinCount"),
    "sentence in two": (put("s:2", "fd:isStatedIn", "digest:far"), "Sentence isStatedIn MaxCount"),
    "sentence in an agent": (
        change("s:2", "fd:isStatedIn", "agent:orel"),
        "Sentence isStatedIn Class",
    ),
    "sentence zero": (change("s:1", "fd:number", "0"), "Sentence number MinInclusive"),
    "one number twice": (change("s:1", "fd:number", "2"), "Sentence sharesNumberWith In"),
    "per year and piece": (
        put(QUANTITY, "fd:per", "unit:piece", "proposition:subject"),
        "Quantity per MaxCount",
    ),
    "blank node": (
        put(
            EVENT, "fd:isDuring", "[ a fd:Session ; fd:hasBody agent:diet ]", "proposition:subject"
        ),
        "BlankNode isBlank MaxCount",
    ),
}

# What is rare and sound.
SOUND = {
    "denied": stance("certain", "denied", "denial"),
    "probable with cue": stance("probable", "affirmed", "hearsay", "angeblich"),
    "possible presupposition": stance("possible", "affirmed", "presupposition"),
    "probable implication": stance("probable", "affirmed", "implicit"),
    "held by an agreement": change("c:1", "fd:heldBy", "agreement:own")
    + " ; INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ;"
    " fd:hasParty state:marovia, state:tarland } }",
    "sourced supplement": f"{change('digest:cell', 'a', 'fd:Supplement')}"
    f" ; {put('report:near', 'dcterms:source', '<https://example.org/near>')}",
    "certain presupposition": stance("certain", "affirmed", "presupposition"),
    "probable presumption": stance("probable", "affirmed", "presumption", "wohl"),
    "claim alike on other words": alike("c:4", end=89),
    "reason in one language": change("s:2", "fd:yieldsNoClaim", '"A greeting."@en'),
    "reason in no language": change("s:2", "fd:yieldsNoClaim", '"A greeting."'),
    "reason in three languages": put("s:2", "fd:yieldsNoClaim", '"Salut."@fr'),
    "comments and sources": put(
        "c:1", "rdfs:comment", '"checked"@en ; dcterms:source <https://example.org/>'
    )
    + " ; "
    + put("proposition:subject", "skos:closeMatch", 'proposition:content ; rdfs:comment "like"@en'),
    "own concept": put(
        "item:own", "a", f"skos:Concept ; {NAMED} ; skos:broader item:arms ; skos:note 'own'@en"
    ),
    "own entity": put(
        "agent:own-paper",
        "a",
        f"fd:Publisher ; {NAMED} ; skos:altLabel 'Own'@en ; rdfs:seeAlso item:arms",
    ),
    "register repeated": put("place:lissa", "a", "fd:Place ; fd:isLocatedIn state:marovia"),
    "promised to the others in a phase": (
        "INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ; fd:atopNumber 7 ;"
        " fd:hasParty state:marovia ; fd:hasProvision provision:own ."
        " provision:own a fd:Provision ; fd:binds state:marovia ; fd:phaseNumber 2 ;"
        " fd:hasPledge pledge:defence ; fd:hasTrigger trigger:attack-by-third-party } }"
    ),
    "member without end": (
        "INSERT DATA { GRAPH proposition:subject { agreement:own a fd:Agreement ; fd:atopNumber 7 ;"
        " fd:hasParty state:marovia . membership:own a fd:Membership ; fd:phaseNumber 1 ;"
        " fd:isMembershipIn agreement:own ; fd:isMembershipOf state:marovia ;"
        f" fd:memberFrom date:own . date:own a {DAY} }} }}"
    ),
    "one date in two graphs": f"INSERT {{ GRAPH proposition:content {{ {DATE} ?p ?o }} }}"
    f" WHERE {{ GRAPH proposition:subject {{ {DATE} ?p ?o }} }}",
    "name of an organisation": put(
        "agent:league", "fd:nameAsStated", '"Bund"', "proposition:subject"
    ),
    "inferred date": change("c:1", "fd:reportDateBasis", "basis:inferred"),
    "own unnamed holder": "INSERT DATA { GRAPH <https://w3id.org/foedus/graph/entities>"
    " { agent:own-witness a fd:UnnamedAgent } } ; "
    + change("c:1", "fd:heldBy", "agent:own-witness"),
    "claims in a graph of their own": "MOVE digest:cell TO <https://w3id.org/foedus/graph/provenance>",
}


def cases() -> Iterator[tuple[str, str, str]]:
    for table in BROKEN:
        for node, changes in table.items():
            for name, update in changes:
                yield f"{node}: {name}", node, update


@pytest.fixture(scope="module")
def found(
    judge: Callable[..., Mapping[str, Sequence[Finding]]], make_case: Callable[..., Any]
) -> Mapping[str, Sequence[Finding]]:
    table = {
        name: make_case(EXEMPLARS.get(node, "Transfer"), update) for name, node, update in cases()
    }
    table |= {name: make_case("Transfer", update) for name, (update, _) in ENTANGLED.items()}
    return judge(table | {name: make_case("Transfer", update) for name, update in SOUND.items()})


@pytest.mark.parametrize(("name", "node"), [(name, node) for name, node, _ in cases()])
def test_what_breaks_one_constraint_is_refused_for_that_alone(
    name: str, node: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    (finding,) = found[name]
    assert short(finding.focus).strip("<>").endswith(node.split(":", 1)[1])


@pytest.mark.parametrize("name", ENTANGLED)
def test_what_breaks_several_constraints_is_refused_for_each(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    shape, path, component = ENTANGLED[name][1].split()
    assert any(
        str(finding.source_shape).endswith(f"/{shape}Shape")
        and path in str(finding.path)
        and str(finding.component).endswith(f"#{component}ConstraintComponent")
        for finding in found[name]
    )


@pytest.mark.parametrize("name", SOUND)
def test_what_is_allowed_passes(name: str, found: Mapping[str, Sequence[Finding]]) -> None:
    assert not found[name]


def test_each_constraint_is_broken_by_a_case(
    found: Mapping[str, Sequence[Finding]],
    constraints: Callable[[str], set[tuple[str, str, str]]],
) -> None:
    broken = {
        (str(f.source_shape), f.path.n3() if f.path is not None else "", str(f.component))
        for findings in found.values()
        for f in findings
    }
    wanted = {
        constraint
        for name in ("agreements", "core", "officials", "sources", "states")
        for constraint in constraints(name)
        if not constraint[0].endswith(
            (
                "ValueShape",
                "RoleShape",
                "InferenceShape",
                "FindingShape",
                "TenureShape",
            )  # test_classes
        )
    }
    assert sorted(wanted - broken) == []
