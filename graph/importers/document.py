"""ATOP's rows as a document of ours: propositions, and on each one claim at its row.

A row says that a state is a member from a day to a day, and which pledges it gives. What two rows
say alike is one proposition with two claims; propositions are named by what they say.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

import pyoxigraph as ox

from foedus.graph.importers import wording
from foedus.graph.importers.atop import Day, Member, MemberFile, Pledge
from foedus.graph.inference.content import proposition_name
from foedus.graph.names import BASIS, ENTITIES, FD, FIRMNESS, POLARITY, RDF, RDFS, XSD, Names
from foedus.graph.terms import Triple, quad_of
from foedus.ontology.namespaces import PREFIXES

_TRIGGERS: Final = {
    "defence": "attack-by-third-party",
    "offence": "attack-by-counterparty",
    "neutrality": "war-with-third-party",
    "non-aggression": "attack-by-bearer",
    "consultation": "crisis",
}
_CONDITION: Final = Names(PREFIXES["condition"])
_DCTERMS: Final = Names(PREFIXES["dcterms"])
_MODE: Final = Names(PREFIXES["mode"])
_PLEDGE: Final = Names(PREFIXES["pledge"])
_ROLE: Final = Names(PREFIXES["role"])
_TRIGGER: Final = Names(PREFIXES["trigger"])
_AUTHOR: Final = ox.NamedNode(PREFIXES["agent"] + "atop-project")
_SOURCE: Final = ox.NamedNode("https://doi.org/10.1080/03050620213653")


class Register:
    """What is known already: states by COW number with their names, agreements by ATOP number."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.states: dict[int, ox.NamedNode] = {}
        self.agreements: dict[int, ox.NamedNode] = {}
        self.names: defaultdict[ox.NamedNode, dict[str, str]] = defaultdict(dict)
        for subject, predicate, value, _ in quads:
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal):
                if predicate == FD.cowCode:
                    self.states[int(value.value)] = subject
                elif predicate == FD.atopNumber:
                    self.agreements[int(value.value)] = subject
                elif predicate == RDFS.label and value.language:
                    self.names[subject][value.language] = value.value

    def state(self, number: int) -> ox.NamedNode:
        """Give the entity of a COW number; ``state:cow-N`` where the register has none."""
        return self.states.get(number) or _named("state", f"cow-{number}")

    def name(self, number: int) -> Mapping[str, str]:
        """Give the name of a state in both languages."""
        other = {
            "en": f"State {number} of the Correlates of War",
            "de": f"Staat {number} der Correlates of War",
        }
        return other | self.names[self.state(number)]

    def agreement(self, number: int) -> ox.NamedNode:
        """Give the agreement with an ATOP number."""
        return self.agreements.get(number) or _named("agreement", f"atop-{number}")


def document(read: MemberFile, register: Register, reported: date | None = None) -> list[ox.Quad]:
    """Write a member file as quads.

    Args:
        read: The file.
        register: Entities and agreements that are there already.
        reported: The day on which the data set was published; without it only a bound is known:
            the last day that the file mentions.
    """
    return list(_Writer(read, register, reported).quads())


def document_name(read: MemberFile) -> str:
    """Name the document: by the version, so that a new file of the same version replaces it."""
    version = read.version or read.sha256[:8]
    return "atop-" + "".join(it if it.isalnum() else "-" for it in version)


class _Writer:
    def __init__(self, read: MemberFile, register: Register, reported: date | None) -> None:
        self.read = read
        self.register = register
        self.document = _named("dataset", document_name(read))
        bound = max(day.earliest for it in read.members for day in (it.since, it.until) if day)
        self.reported: list[tuple[ox.NamedNode, ox.NamedNode | ox.Literal]] = (
            [(FD.reportDate, _day(reported)), (FD.reportDateBasis, BASIS.stated)]
            if reported
            else [(FD.notReportedBefore, _day(bound)), (FD.reportDateBasis, BASIS.bound)]
        )
        self.written: set[ox.NamedNode] = set()
        self.spells: defaultdict[tuple[int, int, int], int] = defaultdict(int)

    def quads(self) -> Iterator[ox.Quad]:
        yield from self.entities()
        for triple in self.description():
            yield quad_of(triple, self.document)
        for number, member in enumerate(self.read.members, 1):
            sentence = ox.NamedNode(f"{self.document.value}/sentence/{number}")
            for triple in _sentence(sentence, self.document, number, member):
                yield quad_of(triple, self.document)
            name = self.register.name(member.state)
            said = wording.membership(member, name)
            yield from self.claim(sentence, member, "member", self.membership(member), said)
            for promised in member.pledges:
                said = wording.pledge(member, promised, name)
                graph = self.pledge(member, promised)
                yield from self.claim(sentence, member, promised.kind, graph, said)

    def entities(self) -> Iterator[ox.Quad]:
        """Give the states without an entity, and the author."""
        numbers = {number for it in self.read.members for number in _states(it)}
        facts: list[Triple] = [
            (_AUTHOR, RDF.type, FD.Publisher),
            (_AUTHOR, RDFS.label, ox.Literal("ATOP project", language="en")),
            (_AUTHOR, RDFS.label, ox.Literal("ATOP-Projekt", language="de")),
        ]
        for number in sorted(numbers - self.register.states.keys()):
            state = self.register.state(number)
            facts += [(state, RDF.type, FD.State), (state, FD.cowCode, ox.Literal(number))]
            for language, label in self.register.name(number).items():
                facts.append((state, RDFS.label, ox.Literal(label, language=language)))
        return (quad_of(triple, ENTITIES) for triple in facts)

    def description(self) -> list[Triple]:
        it = self.document
        version = f" {self.read.version}" if self.read.version else ""
        title = f"Alliance Treaty Obligations and Provisions{version}"
        return [
            (it, RDF.type, FD.Document),
            (it, FD.sha256, ox.Literal(self.read.sha256)),
            (it, FD.hasAuthor, _AUTHOR),
            (it, _DCTERMS.title, ox.Literal(f"{title}: members", language="en")),
            (it, _DCTERMS.title, ox.Literal(f"{title}: Mitglieder", language="de")),
            (it, _DCTERMS.language, ox.Literal("en")),
            (it, _DCTERMS.source, _SOURCE),
        ]

    def membership(self, member: Member) -> list[Triple]:
        key = (member.alliance, member.state, member.phase)
        self.spells[key] += 1
        spell = f"-{self.spells[key]}" if self.spells[key] > 1 else ""
        agreement, state = (
            self.register.agreement(member.alliance),
            self.register.state(member.state),
        )
        node = _named("membership", f"{_slug(member)}{spell}")
        return [
            *self.agreement(member),
            (node, RDF.type, FD.Membership),
            (node, FD.isMembershipIn, agreement),
            (node, FD.isMembershipOf, state),
            (node, FD.phaseNumber, ox.Literal(member.phase)),
            *_date(node, FD.memberFrom, member.since),
            *(_date(node, FD.memberUntil, member.until) if member.until else ()),
        ]

    def pledge(self, member: Member, promised: Pledge) -> list[Triple]:
        agreement, state = (
            self.register.agreement(member.alliance),
            self.register.state(member.state),
        )
        node = _named("provision", f"{_slug(member)}-{promised.kind}")
        trigger = "attack-by-third-party" if promised.needs_attack else _TRIGGERS[promised.kind]
        open_roles = [_ROLE.beneficiary] if member.varies_by_partner else []
        if promised.adversaries and not promised.are_all_named:
            open_roles.append(_ROLE.adversary)
        return [
            *self.agreement(member),
            (agreement, FD.hasProvision, node),
            (node, RDF.type, FD.Provision),
            (node, FD.binds, state),
            (node, FD.hasPledge, _PLEDGE[promised.kind]),
            (node, FD.hasTrigger, _TRIGGER[trigger]),
            (node, FD.phaseNumber, ox.Literal(member.phase)),
            *((node, FD.isSubjectTo, _CONDITION[kind]) for kind in promised.conditions),
            *((node, FD.namesAdversary, self.register.state(it)) for it in promised.adversaries),
            *((node, FD.leavesOpen, role) for role in open_roles),
        ]

    def agreement(self, member: Member) -> list[Triple]:
        node = self.register.agreement(member.alliance)
        return [
            (node, RDF.type, FD.Agreement),
            (node, FD.atopNumber, ox.Literal(member.alliance)),
            (node, FD.hasParty, self.register.state(member.state)),
        ]

    def claim(
        self,
        sentence: ox.NamedNode,
        member: Member,
        kind: str,
        graph: list[Triple],
        said: Mapping[str, str],
    ) -> Iterator[ox.Quad]:
        proposition = proposition_name(graph)
        if proposition not in self.written:
            self.written.add(proposition)
            for triple in graph:
                yield quad_of(triple, proposition)
        node = ox.NamedNode(f"{self.document.value}/claim/{member.line}-{kind}")
        facts: list[Triple] = [
            (node, RDF.type, FD.Claim),
            (node, FD.onProposition, proposition),
            (node, FD.heldBy, _AUTHOR),
            (node, FD.firmness, FIRMNESS.certain),
            (node, FD.polarity, POLARITY.affirmed),
            (node, FD.mode, _MODE.assertion),
            (node, FD.isStatedIn, self.document),
            (node, FD.isFoundIn, sentence),
            (node, FD.start, ox.Literal(member.span.start)),
            (node, FD.end, ox.Literal(member.span.end)),
            *((node, FD.paraphrase, ox.Literal(it, language=tag)) for tag, it in said.items()),
            *((node, predicate, value) for predicate, value in self.reported),
        ]
        for triple in facts:
            yield quad_of(triple, self.document)


def _sentence(
    node: ox.NamedNode, of: ox.NamedNode, number: int, member: Member
) -> Iterator[Triple]:
    yield node, RDF.type, FD.Sentence
    yield node, FD.isStatedIn, of
    yield node, FD.number, ox.Literal(number)
    yield node, FD.start, ox.Literal(member.span.start)
    yield node, FD.end, ox.Literal(member.span.end)


def _date(node: ox.NamedNode, role: ox.NamedNode, day: Day) -> Iterator[Triple]:
    of = _named("date", day.stated)
    yield node, role, of
    yield of, RDF.type, FD.Date
    yield of, FD.earliest, _day(day.earliest)
    yield of, FD.latest, _day(day.latest)
    yield of, FD.asStated, ox.Literal(day.stated)


def _states(member: Member) -> Iterator[int]:
    yield member.state
    for promised in member.pledges:
        yield from promised.adversaries


def _slug(member: Member) -> str:
    return f"atop-{member.alliance}-{member.state}-{member.phase}"


def _named(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def _day(day: date) -> ox.Literal:
    return ox.Literal(day.isoformat(), datatype=XSD.date)
