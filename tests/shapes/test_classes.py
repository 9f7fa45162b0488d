"""Each property: the classes that have it, and that no other has it.

The table repeats the project's vocabulary and not the shapes, so that they can disagree.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, SH

from foedus import ontology, shapes
from foedus.ontology.namespaces import FD, SHAPE
from foedus.shapes.report import Finding

# Class or classes: the properties that are theirs.
OWNED = """
Access: accessesItem inEconomyOf
Accusation: hasAccused
Agreement: atopNumber entryIntoForceDate hasParty hasProvision promisedFrom signatureDate
Agreement: terminationDate
Attack: hasAttacker hasTarget
Attitude: isPromptedBy
Benefit: arisesFrom isRelativeTo
CasusFoederis: hasAdversary
Circumvention: circumvents
Claim: corrects cue heldBy isFoundIn mode onProposition paraphrase polarity reportDateBasis
Concept: rank turnsOn
ConditionTest: bearsOn outcome testsCondition
Conditional: hasCondition hasConsequence
Cooperation: goesBeyond
Date: earliest isYearImplied latest
Document: hasAuthor sha256
Enablement: enables isEnabledBy
Finding: hasAffirmation hasDenial
Government: speaksFor
Indication: hasEvidence indicates
Inference: byRule concludes hasPremise
Interview: hasInterviewer
Membership: isMembershipIn isMembershipOf memberFrom memberUntil
MilitaryStrength: isStrengthOf
Mitigation: mitigates
Monitoring: monitors
Need: hasNeeder needsItem
Norm: coversItem hasCap inRole isDirectedAgainst isIssuedBy
NormConflict: isMeasuredAgainst verdict
Obligation: arisesUnder hasBearer hasCounterparty hasStanding inForceFrom inForceUntil
Obligation: isLaidDownIn
Office: isOfficeOf
Person: isExpertOn
Place: isLocatedIn
Presence: isPresentIn
Production: hasProducer producesItem
Proposition: isAbout
Provision: benefits hasTrigger isSubjectTo namesAdversary namesConflict namesPlace
Purpose: isPurposeOf
Quantity: amount atLeast atMost hasUnit per
Reception: hasGuest
Relationship: hasNature
Release: hasOwner hasReleaser releasesItem
Repeal: repeals
Report: isPublishedBy
Sentence: number yieldsNoClaim
SpeechAct: hasSpeaker
State: cowCode isoCode
Step: consistsIn leadsTowards
Succession: hasEarlier hasLater
Support: hasSupporter
Tenure: hasIncumbent hasOffice
Termination: terminates
Thanks: isThanksFor
Transfer: hasItem hasRecipient hasSupplier isMeantFor
Use: hasUser
Veto: inBody
Visit: hasVisitor
WeaponTest: hasTester testsItem
"""
# The same for those that several classes share on purpose.
SHARED = """
Access Benefit Support: hasBeneficiary
Agent Agreement Conflict Office Place: nameAsStated
Agreement Attitude Event: hasDate hasPlace hasSignificance inField isDuring isFirst isInReturnFor
Attack Use: usesItem
Attitude Event Norm Provision: leavesOpen
Attitude Investigation: hasHolder
Attitude SpeechAct: hasContent
Casualty Deployment Presence: hasForce
Casualty Presence Use: hasOrigin
Breach CasusFoederis DueObligation: isBasedOn
Claim Inference: firmness
Claim Report: isReportedBy notReportedBefore reportDate
Claim Sentence: end isStatedIn start
CollectiveAgent Organisation: hasMember
ConditionTest NormConflict: lacks
Date Provision Quantity: asStated
Deployment Mission: hasSender
Event: activates constitutes failsToFulfil fulfils hasActor hasParticipant hasQuantity hasTrend
Event: inConflict involvesItem isCausedBy isDeFacto raises servesInterestOf
EvidenceGap Investigation OpenQuestion: concerns
Hearing Session: hasBody
Membership Provision: phaseNumber
Monitoring Norm Provision: instrument locator
Norm Provision: binds
Obligation Provision: hasPledge
Reception Visit: hasHost
"""
# No class has these in a document: they are derived.
DERIVED = {"drawsOn", "holdsWithFirmness", "isAccepted", "isAttributedTo", "isHeldOnBehalfOf"}
# Values for those that no exemplar has.
VALUES = {
    "arisesUnder": "item:arms",
    "bearsOn": "item:arms",
    "byRule": "item:arms",
    "concludes": "proposition:content",
    "cowCode": "7",
    "hasAdversary": "state:marovia",
    "hasAffirmation": "c:1",
    "hasBearer": "state:marovia",
    "hasCounterparty": "state:marovia",
    "hasDenial": "c:1",
    "hasMember": "state:marovia",
    "hasPremise": "proposition:content",
    "hasStanding": "standing:promised",
    "inForceFrom": '"1921-01-01"^^xsd:date',
    "inForceUntil": '"1921-01-01"^^xsd:date',
    "isAbout": "state:marovia",
    "isLaidDownIn": "item:arms",
    "isLocatedIn": "state:marovia",
    "isMeasuredAgainst": "norm:cap",
    "isoCode": '"MAR"',
    "lacks": "role:quantity",
    "leavesOpen": "role:quantity",
    "outcome": "outcome:met",
    "promisedFrom": '"1921-01-01"^^xsd:date',
    "onProposition": "proposition:content",
    "rank": "1",
    "speaksFor": "state:marovia",
    "terminationDate": "date:signed",
    "testsCondition": "condition:request",
    "turnsOn": "role:request",
    "verdict": "verdict:none",
}
UNTRIED = {
    *("activates", "constitutes", "isBasedOn", "isMeasuredAgainst", "raises"),
    "terminationDate",
}
"""These lead to what no exemplar describes beside a stranger: obligations, breaches, norms."""
OFFICE = 'office:stranger a fd:Office ; fd:isOfficeOf state:tarland ; fd:nameAsStated "Amt"'
FAMINE = "event:stranger a fd:Famine ; fd:hasPlace state:tarland"

SOUND = {
    "a date of an agreement": ("Agreement", "agreement:Agreement fd:hasDate date:signed"),
    "an agreement of weight": (
        "Agreement",
        "agreement:Agreement fd:hasSignificance significance:high",
    ),
    "a plan without precedent": ("Plan", "attitude:Plan fd:isFirst true"),
    "a norm that leaves a role open": ("Norm", "norm:Norm fd:leavesOpen role:quantity"),
    "a provision that leaves a role open": (
        "Agreement",
        "provision:Agreement fd:leavesOpen role:beneficiary",
    ),
    "a hearing before a body": ("Hearing", "event:Hearing fd:hasBody agent:diet"),
    "things from a state in use": ("Use", "event:Use fd:hasOrigin state:tarland"),
    "a mandate": ("Monitoring", 'event:Monitoring fd:instrument "L/7" ; fd:locator "2"'),
    "a third that benefits": (
        "Agreement",
        "provision:second a fd:Provision ; fd:binds state:marovia ; fd:benefits state:tarland ;"
        " fd:hasPledge pledge:assistance ; fd:hasTrigger trigger:crisis ."
        " agreement:Agreement fd:hasProvision provision:second",
    ),
}


def properties(table: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in table.strip().splitlines():
        classes, _, names = line.partition(":")
        for name in names.split():
            found.setdefault(name, set()).update(classes.split())
    return found


ALL = properties(OWNED) | properties(SHARED)


def exemplars() -> dict[str, str]:
    """Give for each property an exemplar that has it."""
    found: dict[str, str] = {}
    for quad in ox.parse(path=Path(__file__).parents[1] / "data/exemplars.trig"):
        name = quad.predicate.value.rpartition("/")[2]
        found.setdefault(name, quad.graph_name.value.rpartition("/")[2])
    return found


def on_stranger(name: str) -> str:
    stranger = FAMINE if name in ("isOfficeOf", "nameAsStated") else OFFICE
    inserted = f"INSERT {{ GRAPH proposition:subject {{ {stranger} ; fd:{name} ?v }} }}"
    if name in VALUES:
        return f"{inserted} WHERE {{ BIND({VALUES[name]} AS ?v) }}"
    return f"{inserted} WHERE {{ GRAPH ?g {{ ?x fd:{name} ?v }} }}"


@pytest.fixture(scope="module")
def found(
    judge: Callable[..., Mapping[str, Sequence[Finding]]], make_case: Callable[..., Any]
) -> Mapping[str, Sequence[Finding]]:
    having = exemplars()
    cases = {
        name: make_case(having.get(name, "Transfer"), on_stranger(name))
        for name in set(ALL) - UNTRIED
    }
    for name, (exemplar, triples) in SOUND.items():
        update = f"INSERT DATA {{ GRAPH proposition:subject {{ {triples} }} }}"
        cases[name] = make_case(exemplar, update)
    return judge(cases)


@pytest.mark.parametrize("name", sorted(set(ALL) - UNTRIED))
def test_a_property_on_a_node_of_another_class_is_refused_for_that_alone(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    (finding,) = found[name]
    assert finding.focus.endswith("/stranger")
    assert all(f"fd:{name}" in finding.message(lang) for lang in ("en", "de"))


@pytest.mark.parametrize("name", SOUND)
def test_a_shared_property_passes_on_each_of_its_classes(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    assert not found[name]


def test_each_property_of_ours_is_of_a_class() -> None:
    merged = ontology.merged()
    ours = {
        str(term).removeprefix(str(FD))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in merged.subjects(RDF.type, kind)
        if str(term).startswith(str(FD))
    }
    assert ours == set(ALL) | DERIVED


def test_the_shapes_name_the_same_classes() -> None:
    graph = shapes.merged()
    named: dict[str, set[str]] = {}
    for shape in set(graph.subjects(SH.targetSubjectsOf)):
        if str(shape).endswith(("RoleShape", "ClassShape", "CodeShape")):
            parts = [
                shape,
                *(p for head in graph.objects(shape, SH["or"]) for p in graph.items(head)),
            ]
            classes = {str(c) for part in parts for c in graph.objects(part, SH["class"])}
            for name in graph.objects(shape, SH.targetSubjectsOf):
                named[name.rpartition("/")[2]] = {re.split("[/#]", c)[-1] for c in classes}
    assert named == ALL


def test_no_property_is_listed_as_owned_and_as_shared() -> None:
    assert not set(properties(OWNED)) & set(properties(SHARED))
    assert all(len(classes) == 1 for classes in properties(OWNED).values())


def test_each_shape_of_a_propertys_classes_is_broken_by_a_case(
    found: Mapping[str, Sequence[Finding]],
) -> None:
    broken = {finding.source_shape for findings in found.values() for finding in findings}
    wanted = {node for node in shapes.merged().subjects() if str(node).endswith("RoleShape")}
    assert wanted
    untried = {f"{SHAPE}CallRoleShape", f"{SHAPE}BreachingRoleShape"}
    assert {str(node) for node in wanted - broken} == untried
