"""Broken documents: whatever is dropped from them or put wrong, the gate names that place.

The mutations work over whatever documents are shipped. Each run changes something at every node;
that a node is named is not enough, the finding must be about the property that was changed.
"""

import itertools
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox
import pytest
from rdflib import RDFS, Graph, URIRef

from foedus import ontology
from foedus.graph import gate
from foedus.graph.names import ENTITIES, FD, FIRMNESS, RDF, Names, is_proposition
from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.report import Report

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "graph/documents").glob("*.trig"))
PATHS = SHIPPED or [ROOT / "tests/data/patterns.trig"]
DCTERMS = Names(PREFIXES["dcterms"])
MODE = Names(PREFIXES["mode"])
ROLE = Names(PREFIXES["role"])
XSD = Names(PREFIXES["xsd"])

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
Place: TypeAlias = tuple[str, str]
"""Graph and node; the graph is empty for what is described outside propositions."""
Slot: TypeAlias = tuple[Place, str, frozenset[ox.Quad]]
"""A place, the property that is to be changed there, and its quads."""

# Property: dropping it must be noticed. ``@``: in that language. ``|``: or left open as that role.
REQUIRED = {
    "Claim": """type onProposition heldBy firmness polarity mode isStatedIn isFoundIn start end
        paraphrase@en paraphrase@de reportDate notReportedBefore reportDateBasis cue""",
    "Sentence": "type isStatedIn number start end yieldsNoClaim",
    "Document": "type sha256 hasAuthor",
    "Report": "type isPublishedBy",
    "Agreement": "type hasParty",
    "Provision": "type binds benefits hasPledge hasTrigger",
    "Transfer": "type hasSupplier|supplier hasRecipient|recipient hasItem|item",
    "Attack": "type hasAttacker|attacker",
    "Visit": "type hasVisitor hasHost",
    "Attitude": "type hasHolder|holder hasContent",
    "Norm": "type isIssuedBy|issuer",
    "Date": "type earliest latest asStated",
    "Quantity": "type asStated",
}
RECORDS = {"Claim", "Sentence", "Document", "Report"}
CUELESS = {MODE.presupposition, MODE.implicit, MODE.opinion}


def place_of(quad: ox.Quad) -> Place:
    return (quad.graph_name.value if is_proposition(quad.graph_name) else ""), quad.subject.value


def local(quad: ox.Quad) -> str:
    return quad.predicate.value.replace("#", "/").rpartition("/")[2]


class Sample:
    """The quads of all documents, by place, with what each node is."""

    def __init__(self, quads: Sequence[ox.Quad], vocabulary: Graph) -> None:
        self.quads = quads
        self.places: dict[Place, list[ox.Quad]] = {}
        for quad in quads:
            self.places.setdefault(place_of(quad), []).append(quad)
        self.kinds = {
            place: {
                str(kind).rpartition("/")[2]
                for quad in own
                if quad.predicate == RDF.type
                for kind in vocabulary.transitive_objects(
                    URIRef(quad.object.value), RDFS.subClassOf
                )
            }
            for place, own in self.places.items()
        }

    def value(self, place: Place, predicate: ox.NamedNode) -> Term | None:
        """Give the first value of a property."""
        return next((q.object for q in self.places[place] if q.predicate == predicate), None)

    def of_kind(self, kind: str) -> list[Place]:
        """List the places of a class, those of its subclasses among them."""
        return [place for place, kinds in self.kinds.items() if kind in kinds]

    def required(self, place: Place) -> list[Slot]:
        """List what may not be dropped at ``place``."""
        names = {n for kind in self.kinds[place] for n in REQUIRED.get(kind, "").split()}
        slots = []
        for name in sorted(names):
            wanted, _, role = name.partition("|")
            wanted, _, language = wanted.partition("@")
            quads = [
                quad
                for quad in self.places[place]
                if local(quad) == wanted and language in ("", getattr(quad.object, "language", ""))
            ]
            if role and not quads:
                quads = [q for q in self.places[place] if q.object == ROLE[role]]
            if wanted == "hasParty" and self.value(place, FD.atopNumber) is None:
                quads = sorted(quads, key=str)[1:]
            if wanted == "cue" and not self.needs_cue(place):
                continue
            if quads:
                slots.append((place, local(quads[0]), frozenset(quads)))
        return slots

    def needs_cue(self, place: Place) -> bool:
        """Tell whether the claim at ``place`` must say which word hedges it."""
        hedged = self.value(place, FD.firmness) in (FIRMNESS.probable, FIRMNESS.possible)
        return hedged and self.value(place, FD.mode) not in CUELESS

    def values(self, place: Place) -> list[Slot]:
        """List one value of each property at ``place``, if it is judged what they are."""
        if not place[0] and RECORDS.isdisjoint(self.kinds[place]):
            return []
        spared = (RDF.type, DCTERMS.source, FD.yieldsNoClaim)
        own = sorted((q for q in self.places[place] if q.predicate not in spared), key=str)
        first = {quad.predicate: quad for quad in reversed(own)}
        return [(place, local(quad), frozenset({quad})) for quad in first.values()]


def read() -> list[ox.Quad]:
    return [quad for path in PATHS for quad in ox.parse(path=path)]


def register() -> list[ox.Quad]:
    return [
        ox.Quad(*list(triple)[:3], ENTITIES)
        for path in sorted((ROOT / "graph/entities").glob("*.ttl"))
        for triple in ox.parse(path=path)
    ]


SAMPLE = Sample(read(), ontology.merged())
DROPS = [SAMPLE.required(place) for place in SAMPLE.places]
VALUES = [SAMPLE.values(place) for place in SAMPLE.places]
SENTENCE = ox.NamedNode(SAMPLE.of_kind("Sentence")[0][1])
DOCUMENT = ox.NamedNode(SAMPLE.of_kind("Document")[0][1])


@pytest.fixture(scope="module")
def judge() -> Callable[[Iterable[ox.Quad]], Report]:
    context = gate.Context.of(ontology.merged(), register())
    reference = replace(context, quick=None)

    def judged(quads: Iterable[ox.Quad]) -> Report:
        given = list(quads)
        report = gate.check(given, context)
        assert gate.check(given, reference) == report
        return report

    return judged


Judge: TypeAlias = Callable[[Iterable[ox.Quad]], Report]


WHOLE = {
    *("cue", "mode", "firmness", "polarity", "reportDate", "notReportedBefore", "reportDateBasis"),
    *("leavesOpen", "yieldsNoClaim", "isPresentIn", "hasPlace", "binds", "isDirectedAgainst"),
    *("isIssuedBy", "hasHolder", "hasSupplier", "hasRecipient", "hasItem", "hasAttacker"),
    *("benefits", "hasParty"),
}
"""Properties that a shape judges together with another one, so that its finding has no path."""


def unnamed(report: Report, slots: Iterable[Slot]) -> list[tuple[Place, str]]:
    """List the places that ``report`` does not name for the property that was changed."""
    named: dict[Place, list[str | None]] = {}
    for finding in report.findings:
        graph = str(finding.place) if is_proposition(ox.NamedNode(str(finding.place))) else ""
        path = None if finding.path is None else finding.path.n3()
        named.setdefault((graph, str(finding.focus)), []).append(path)
    return [
        (place, name)
        for place, name, _ in slots
        if not any(
            name in WHOLE if path is None else f"{name}>" in path for path in named.get(place, ())
        )
    ]


def without(slots: Iterable[Slot]) -> list[ox.Quad]:
    gone = {quad for _, _, quads in slots for quad in quads}
    return [quad for quad in SAMPLE.quads if quad not in gone]


def wrong(quad: ox.Quad) -> ox.Quad:
    value = quad.object
    if isinstance(value, ox.Literal):
        is_text = value.language is None and value.datatype == XSD.string
        broken: Term = ox.Literal(7) if is_text else ox.Literal("wrong")
    else:
        broken = DOCUMENT if quad.predicate == FD.isFoundIn else SENTENCE
    return ox.Quad(quad.subject, quad.predicate, broken, quad.graph_name)


def turns(table: Sequence[Sequence[Slot]]) -> list[list[Slot]]:
    """Share the slots of each place out to runs: its class alone, then two properties in each."""
    rest = [[slot for slot in slots if slot[1] != "type"] for slots in table]
    half = (max(map(len, rest)) + 1) // 2
    runs = [[slot for slots in rest for slot in slots[n::half]] for n in range(half)]
    classes = [slot for slots in table for slot in slots if slot[1] == "type"]
    return [classes, *runs] if classes else runs


@pytest.mark.parametrize("slots", turns(DROPS), ids=itertools.count())
def test_a_document_without_a_required_triple_is_refused_at_that_place(
    slots: list[Slot], judge: Judge
) -> None:
    assert unnamed(judge(without(slots)), slots) == []


@pytest.mark.parametrize("slots", turns(VALUES), ids=itertools.count())
def test_a_document_with_a_value_of_the_wrong_kind_is_refused_at_that_place(
    slots: list[Slot], judge: Judge
) -> None:
    broken = [wrong(quad) for _, _, quads in slots for quad in quads]
    assert unnamed(judge([*without(slots), *broken]), slots) == []


@pytest.mark.parametrize("slot", random.Random(2).sample([s for d in DROPS for s in d], 4))
def test_one_missing_triple_is_enough(slot: Slot, judge: Judge) -> None:
    assert unnamed(judge(without([slot])), [slot]) == []


@pytest.mark.parametrize("slot", random.Random(2).sample([s for v in VALUES for s in v], 4))
def test_one_wrong_value_is_enough(slot: Slot, judge: Judge) -> None:
    (quad,) = slot[2]
    assert unnamed(judge([*without([slot]), wrong(quad)]), [slot]) == []


def replaced(
    kind: str, predicate: ox.NamedNode, value: Callable[[Place], Term | None]
) -> tuple[list[ox.Quad], list[Slot]]:
    """Put another value at every node of a kind that has ``predicate``."""
    slots: list[Slot] = []
    broken: list[ox.Quad] = []
    for place in SAMPLE.of_kind(kind):
        quads = [quad for quad in SAMPLE.places[place] if quad.predicate == predicate]
        other = value(place)
        if quads and other is not None:
            slots.append((place, local(quads[0]), frozenset(quads)))
            broken.append(ox.Quad(quads[0].subject, predicate, other, quads[0].graph_name))
    assert slots
    return broken, slots


def offset(place: Place, predicate: ox.NamedNode, by: int) -> Term | None:
    """Give a bound of the sentence that the claim at ``place`` is found in, moved."""
    sentence = SAMPLE.value(place, FD.isFoundIn)
    assert isinstance(sentence, ox.NamedNode)
    bound = SAMPLE.value(("", sentence.value), predicate)
    assert isinstance(bound, ox.Literal)
    return ox.Literal(int(bound.value) + by)


def day(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=XSD.date)


EVENT = ox.NamedNode(SAMPLE.of_kind("Event")[0][1])
LOCATION = ox.NamedNode(
    next(str(q.subject.value) for q in [*SAMPLE.quads, *register()] if q.object == FD.Place)
)
PROPOSITION = SAMPLE.value(SAMPLE.of_kind("Claim")[0], FD.onProposition)
# Name: class, property and its new value, and the property that the finding is about.
SPECIAL: Mapping[str, tuple[str, ox.NamedNode, Callable[[Place], Term | None], str]] = {
    "earliest day after the latest": ("Date", FD.earliest, lambda _: day("2999-12-31"), "earliest"),
    "latest day before the earliest": ("Date", FD.latest, lambda _: day("1000-01-01"), "earliest"),
    "no such day": ("Date", FD.latest, lambda _: day("2999-02-30"), "latest"),
    "claim before its sentence": (
        "Claim",
        FD.start,
        lambda p: offset(p, FD.start, -1),
        "sentenceStart",
    ),
    "claim beyond its sentence": ("Claim", FD.end, lambda p: offset(p, FD.end, 1), "end"),
    "claim of no length": ("Claim", FD.end, lambda p: SAMPLE.value(p, FD.start), "start"),
    "sentence that ends before it starts": ("Sentence", FD.end, lambda _: ox.Literal(0), "start"),
    "unknown firmness": ("Claim", FD.firmness, lambda _: FIRMNESS.sure, "firmness"),
    "unknown mode": ("Claim", FD.mode, lambda _: MODE.shouting, "mode"),
    "held by a place": ("Claim", FD.heldBy, lambda _: LOCATION, "heldBy"),
    "held by a document": ("Claim", FD.heldBy, lambda _: DOCUMENT, "heldBy"),
    "held by an event": ("Claim", FD.heldBy, lambda _: EVENT, "heldBy"),
    "held by a proposition": ("Claim", FD.heldBy, lambda _: PROPOSITION, "heldBy"),
    "sum in capitals": ("Document", FD.sha256, lambda _: ox.Literal("A" * 64), "sha256"),
}


# Those that do not meet are put into the documents at once.
TOGETHER = (
    ("earliest day after the latest", "claim before its sentence", "sum in capitals"),
    ("latest day before the earliest", "claim beyond its sentence"),
    ("no such day", "claim of no length"),
    ("unknown firmness", "held by a place"),
    ("unknown mode", "held by a document"),
    ("held by an event", "sentence that ends before it starts"),
    ("held by a proposition",),
)


@pytest.mark.parametrize("names", TOGETHER, ids=" and ".join)
def test_each_place_with_a_value_that_cannot_be_is_named(
    names: tuple[str, ...], judge: Judge
) -> None:
    broken: list[ox.Quad] = []
    changed: list[Slot] = []
    expected: list[Slot] = []
    for name in names:
        kind, predicate, value, compared = SPECIAL[name]
        quads, slots = replaced(kind, predicate, value)
        broken += quads
        changed += slots
        expected += [(place, compared, own) for place, _, own in slots]
    assert unnamed(judge([*without(changed), *broken]), expected) == []


def test_every_special_mutation_is_run() -> None:
    assert sorted(name for names in TOGETHER for name in names) == sorted(SPECIAL)


def test_each_proposition_without_a_claim_is_named(judge: Judge) -> None:
    report = judge(quad for quad in SAMPLE.quads if quad.predicate != FD.onProposition)
    propositions = {q.graph_name.value for q in SAMPLE.quads if is_proposition(q.graph_name)}
    assert propositions <= {str(finding.focus) for finding in report.findings}


def test_each_claim_on_a_proposition_without_a_graph_is_named(judge: Judge) -> None:
    report = judge(quad for quad in SAMPLE.quads if not is_proposition(quad.graph_name))
    claims = {node for _, node in SAMPLE.of_kind("Claim")}
    assert claims <= {str(finding.focus) for finding in report.findings}
