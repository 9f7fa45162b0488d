"""Each class of a proposition's graph: its required roles, and where its properties lead.

The tables repeat the project's vocabulary and not the shapes, so that they can disagree.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from rdflib import URIRef

from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.report import Finding

# Class: roles; `|x`: may be left open as role:x; `*n`: at least n.
ROLES = """
Visit hasVisitor hasHost
Reception hasHost hasGuest|guest
Attack hasAttacker|attacker
Casualty hasOrigin hasForce
Death hasOrigin hasForce
Deployment hasSender hasForce hasPlace|place
Presence hasOrigin|origin isPresentIn
Mission hasSender
Investigation hasHolder concerns
Release hasReleaser hasOwner releasesItem
Circumvention hasActor circumvents
Support hasSupporter|supporter hasBeneficiary|beneficiary
Cooperation hasParticipant*2
Involvement hasParticipant inConflict
MilitaryStrength isStrengthOf
Benefit hasBeneficiary
Access hasBeneficiary accessesItem
Need hasNeeder needsItem
Famine hasPlace
Mitigation hasActor mitigates
Production hasProducer|producer producesItem
WeaponTest hasTester|tester testsItem
Use hasUser|user usesItem
Session hasBody
Veto hasActor inBody
Monitoring monitors
Termination terminates isCausedBy|cause
Repeal hasActor repeals
Relationship hasParticipant*2 hasNature
Enablement isEnabledBy enables
Indication hasEvidence indicates
Succession hasEarlier hasLater
Step consistsIn leadsTowards
Conditional hasCondition hasConsequence
EvidenceGap concerns
OpenQuestion concerns
Tenure hasIncumbent hasOffice
Statement hasSpeaker|speaker
Accusation hasSpeaker|speaker hasAccused hasContent
Denial hasSpeaker|speaker hasContent
Announcement hasSpeaker|speaker hasContent
Warning hasSpeaker|speaker hasContent
Interview hasSpeaker|speaker hasInterviewer hasContent
Hearing hasSpeaker|speaker hasContent
Characterisation hasSpeaker|speaker hasContent
Thanks hasSpeaker|speaker isThanksFor
Talks hasContent|content
Discussion hasContent
Plan hasHolder|holder hasContent
Concern hasHolder|holder hasContent
Purpose hasHolder|holder hasContent isPurposeOf
Agreement hasParty*2
Membership isMembershipIn isMembershipOf memberFrom phaseNumber
Transfer hasSupplier|supplier hasRecipient|recipient hasItem|item
Norm isIssuedBy|issuer
Sanction isIssuedBy|issuer isDirectedAgainst
Prohibition isIssuedBy|issuer binds coversItem
"""

# Kind: a wrong value, and the exemplars and properties that must lead to that kind.
AGENT = "place:lissa"
CONCEPT = "polarity:denied"
KINDS = {
    AGENT: """Transfer.hasActor Transfer.hasParticipant Attack.hasAttacker Visit.hasVisitor
        Visit.hasHost Reception.hasGuest Mission.hasSender Release.hasReleaser Release.hasOwner
        Support.hasSupporter Support.hasBeneficiary MilitaryStrength.isStrengthOf Need.hasNeeder
        Benefit.isRelativeTo Production.hasProducer WeaponTest.hasTester Use.hasUser
        Statement.hasSpeaker Accusation.hasAccused Interview.hasInterviewer Plan.hasHolder
        Agreement.hasParty Transfer.hasSupplier Transfer.hasRecipient Norm.isIssuedBy Norm.binds
        Benefit.servesInterestOf Tenure.hasIncumbent Session.hasBody Veto.inBody Presence.hasOrigin
        Presence.isPresentIn Access.inEconomyOf Sanction.isDirectedAgainst Transfer.isMeantFor
        Transfer.inConflict Agreement-provision.namesAdversary
        Agreement-provision.namesConflict""",
    "state:marovia": """Transfer.isDuring Transfer.isCausedBy Benefit.arisesFrom
        Termination.terminates Circumvention.circumvents Monitoring.monitors Repeal.repeals
        Agreement.hasProvision Tenure.hasOffice Transfer.hasQuantity Norm.hasCap
        Transfer.isInReturnFor Investigation.concerns Mitigation.mitigates Enablement.isEnabledBy
        Enablement.enables Indication.hasEvidence Indication.indicates Succession.hasEarlier
        Succession.hasLater Step.consistsIn Step.leadsTowards Conditional.hasCondition
        Conditional.hasConsequence Plan.hasContent Purpose.isPurposeOf Concern.isPromptedBy
        Thanks.isThanksFor Presence.isPresentIn Tenure.hasIncumbent
        Session.hasBody Transfer.isMeantFor""",
    "agent:orel": """Transfer.hasPlace Session.hasBody Presence.isPresentIn Veto.inBody
        Presence.hasOrigin Access.inEconomyOf Sanction.isDirectedAgainst
        Agreement-provision.namesPlace""",
    "agent:strelsau": "Presence.hasOrigin Sanction.isDirectedAgainst Tenure.hasIncumbent",
    "conflict:border-war": "Attack.hasTarget Statement.hasSpeaker",
    "proposition:content": "Person.isExpertOn Transfer.hasSupplier Transfer.isDuring",
    CONCEPT: """Transfer.involvesItem Transfer.hasTrend Transfer.inField Transfer.hasSignificance
        Attack.usesItem Production.producesItem WeaponTest.testsItem Release.releasesItem
        Access.accessesItem Need.needsItem Casualty.hasForce Cooperation.goesBeyond
        Relationship.hasNature Transfer.hasItem Norm.inRole Norm.coversItem Transfer.leavesOpen
        Transfer.hasSupplier Attack.fulfils Attack.failsToFulfil
        Agreement-provision.isSubjectTo""",
    "item:nonsense": "Transfer.hasItem Norm.coversItem",
    '"Tarland"': "Transfer.hasSupplier Plan.hasContent Transfer.hasItem",
    "7": "Person.nameAsStated Norm.instrument Norm.locator",
    '""': "Person.nameAsStated Norm.instrument Norm.locator",
    '"true"': "Transfer.isDeFacto Transfer.isFirst",
}
# The same for properties that may have one value only.
REPLACED = {
    "place:lissa": """Agreement-provision.binds Agreement-provision.benefits
        Membership.isMembershipOf""",
    "state:marovia": "Membership.isMembershipIn",
    "0": "Membership.phaseNumber Membership-provision.phaseNumber",
    '"1"': "Membership.phaseNumber",
    '"1921-04-01"^^xsd:date': """Transfer.hasDate Agreement.signatureDate
        Agreement.entryIntoForceDate Agreement.terminationDate Membership.memberFrom
        Membership.memberUntil""",
    "polarity:denied": """Transfer-quantity.hasUnit Transfer-quantity.per
        Agreement-provision.hasPledge Agreement-provision.hasTrigger""",
    "agent:orel": "Tenure-office.isOfficeOf",
}
NODES = {
    "Agreement-provision": "provision:Agreement",
    "Membership-provision": "provision:Membership",
    "Membership": "membership:Membership",
    "Transfer-quantity": "<https://w3id.org/foedus/id/quantity/Transfer>",
    "Tenure-office": "office:Tenure",
    "Agreement": "agreement:Agreement",
    "Norm": "norm:Norm",
    "Sanction": "norm:Sanction",
    "Prohibition": "norm:Prohibition",
    "Plan": "attitude:Plan",
    "Concern": "attitude:Concern",
    "Purpose": "attitude:Purpose",
    "Person": "agent:orel",
}


def node(name: str) -> str:
    return NODES.get(name, f"event:{name}")


def roles() -> Iterator[tuple[str, str, str, int]]:
    for line in ROLES.strip().splitlines():
        name, *parts = line.split()
        for part in parts:
            role, _, least = part.partition("*")
            role, _, left_open = role.partition("|")
            yield name, role, left_open, int(least or 1)


def kinds(table: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for value, places in table.items():
        for place in places.split():
            name, _, role = place.partition(".")
            yield name, role, value


def inserted(name: str, role: str, value: str) -> str:
    return f"INSERT DATA {{ GRAPH proposition:subject {{ {node(name)} fd:{role} {value} }} }}"


def dropped(name: str, role: str) -> str:
    return f"DELETE WHERE {{ GRAPH proposition:subject {{ {node(name)} fd:{role} ?o }} }}"


BROKEN: dict[str, tuple[str, str]] = {}
SOUND: dict[str, tuple[str, str]] = {}
for _name, _role, _open, _least in roles():
    BROKEN[f"{_name} without {_role}"] = (_name, dropped(_name, _role))
    if _least > 1:
        one = inserted(_name, _role, "state:marovia").replace("INSERT", "DELETE")
        BROKEN[f"{_name} with one {_role}"] = (_name, one)
    if _open:
        leave = inserted(_name, "leavesOpen", f"role:{_open}")
        other = inserted(_name, "leavesOpen", "role:quantity")
        BROKEN[f"{_name} with {_role} and left open"] = (_name, leave)
        BROKEN[f"{_name} without {_role} but another left open"] = (
            _name,
            f"{dropped(_name, _role)} ; {other}",
        )
        SOUND[f"{_name} with {_role} left open"] = (_name, f"{dropped(_name, _role)} ; {leave}")
for _name, _role, _value in kinds(KINDS):
    BROKEN[f"{_name} {_role} {_value}"] = (_name, inserted(_name, _role, _value))
for _name, _role, _value in kinds(REPLACED):
    BROKEN[f"{_name} {_role} {_value}"] = (
        _name,
        f"{dropped(_name, _role)} ; {inserted(_name, _role, _value)}",
    )
SOUND |= {
    "a state as place": ("Attack", inserted("Attack", "hasPlace", "state:tarland")),
    "a state as target": ("Attack", inserted("Attack", "hasTarget", "state:marovia")),
    "presence at a place": (
        "Presence",
        f"{dropped('Presence', 'isPresentIn')} ; {inserted('Presence', 'hasPlace', 'place:lissa')}",
    ),
    "a document as speaker": (
        "Characterisation",
        inserted("Characterisation", "hasSpeaker", "digest:cell"),
    ),
    "expert on a concept": ("Person", inserted("Person", "isExpertOn", "item:arms")),
}


@pytest.fixture(scope="module")
def found(
    judge: Callable[..., Mapping[str, Sequence[Finding]]], make_case: Callable[..., Any]
) -> Mapping[str, Sequence[Finding]]:
    cases = {**BROKEN, **{f"sound: {name}": case for name, case in SOUND.items()}}
    return judge(
        {
            name: make_case(exemplar.partition("-")[0], update)
            for name, (exemplar, update) in cases.items()
        }
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_graph_without_a_role_or_with_a_wrong_value_is_refused_for_that(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    (finding,) = found[name]
    prefix, _, local = node(BROKEN[name][0]).strip("<>").partition(":")
    expected = PREFIXES[prefix] + local if prefix in PREFIXES else f"{prefix}:{local}"
    if not finding.source_shape.endswith("DescriptionShape"):
        assert finding.focus == URIRef(expected)
    assert finding.place == URIRef(PREFIXES["proposition"] + "subject")


@pytest.mark.parametrize("name", SOUND)
def test_a_graph_with_a_role_left_open_or_another_kind_of_value_passes(
    name: str, found: Mapping[str, Sequence[Finding]]
) -> None:
    assert not found[f"sound: {name}"]


def test_each_constraint_on_roles_and_values_is_broken_by_a_case(
    found: Mapping[str, Sequence[Finding]],
    constraints: Callable[[str], set[tuple[str, str, str]]],
) -> None:
    broken = {
        (str(f.source_shape), f.path.n3() if f.path is not None else "", str(f.component))
        for findings in found.values()
        for f in findings
    }
    files = ("agreements", "core", "events", "norms", "officials", "speech", "transfers")
    elsewhere = (
        "AsStatedValue",
        "IsLocatedInValue",
        "Office",
        "SpeaksForValue",
    )  # test_constraints
    wanted = {
        constraint
        for name in files
        for constraint in constraints(name)
        if constraint[0].endswith("ValueShape") or name in ("events", "officials", "speech")
        if not constraint[0].endswith(tuple(f"/{shape}Shape" for shape in elsewhere))
        if not constraint[0].endswith("RoleShape")  # test_classes
    }
    assert sorted(wanted - broken) == []
