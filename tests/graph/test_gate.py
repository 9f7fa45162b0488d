"""The gate: what it lets in, what it refuses, and that it names the place.

The mutations work over whatever documents are shipped (and over an invented one beside them): many
places are changed in one run, and each of them must be named for what was changed.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import URIRef

from foedus import ontology
from foedus.graph import gate
from foedus.graph.names import ENTITIES, FD, FIRMNESS, RDF, XSD, is_proposition
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.report import Finding, Report

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SHIPPED = sorted((ROOT / "graph" / "documents").glob("*.trig"))
DCTERMS = PREFIXES["dcterms"]

Change = Callable[[ox.Quad], Iterable[ox.Quad]]
Place = tuple[str, str]
"""Graph and node; the graph is empty for what is described outside propositions."""


def parse(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path))


def register() -> list[ox.Quad]:
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ENTITIES)
        for path in sorted((ROOT / "graph" / "entities").glob("*.ttl"))
        for quad in parse(path)
    ]


DOCUMENTS = {path.stem: parse(path) for path in [*SHIPPED, DATA / "patterns.trig"]}
QUADS = [quad for quads in DOCUMENTS.values() for quad in quads]


@pytest.fixture(scope="module")
def context() -> gate.Context:
    return gate.Context.of(ontology.merged(), register())


# What conforms


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_conforms_beside_the_others(name: str, context: gate.Context) -> None:
    others = [q for other, quads in DOCUMENTS.items() if other != name for q in quads]
    report = gate.check(DOCUMENTS[name], context.knowing(others))
    assert report.conforms, report.as_text()


def test_the_register_conforms_alone(context: gate.Context) -> None:
    assert gate.check([], context).conforms


def test_the_report_does_not_depend_on_the_order_of_quads(context: gate.Context) -> None:
    broken = [quad for quad in DOCUMENTS["patterns"] if quad.predicate not in (FD.mode, FD.hasItem)]
    shuffled = list(broken)
    random.Random(7).shuffle(shuffled)
    report = gate.check(broken, context)
    assert len(report.findings) > 5
    assert gate.check(shuffled, context).as_json() == report.as_json()


# Mutations


def types() -> dict[Place, set[str]]:
    """Give each node that is judged, with the names of its classes and of those above them."""
    merged = ontology.merged()
    found: dict[Place, set[str]] = {}
    for quad in QUADS:
        classes = found.setdefault(place(quad), set())
        if quad.predicate == RDF.type:
            above = merged.transitive_objects(URIRef(quad.object.value), URIRef(f"{SUBCLASS}"))
            classes.update(str(kind).rpartition("/")[2] for kind in above)
    return found


SUBCLASS = PREFIXES["rdfs"] + "subClassOf"


def place(quad: ox.Quad) -> Place:
    graph = quad.graph_name.value if is_proposition(quad.graph_name) else ""
    return graph, quad.subject.value


TYPES = types()
RECORDS = ("Claim", "Sentence", "Document", "Report")
REQUIRED = {
    "Claim": """type onProposition heldBy firmness polarity mode isStatedIn isFoundIn start end
        paraphrase@en paraphrase@de reportDate notReportedBefore reportDateBasis cue""",
    "Sentence": "type isStatedIn number start end yieldsNoClaim@en yieldsNoClaim@de",
    "Document": "type sha256 hasAuthor title@en title@de language",
    "Report": "type isPublishedBy",
    "Agreement": "type hasParty",
    "Provision": "type binds benefits hasPledge hasTrigger",
    "Transfer": "type hasSupplier hasRecipient hasItem",
    "Date": "type earliest latest asStated",
    "Quantity": "type asStated",
    "Attack": "type hasAttacker",
    "Visit": "type hasVisitor hasHost",
    "Attitude": "type hasHolder hasContent",
    "Norm": "type isIssuedBy",
}
HEDGED = {FIRMNESS.probable, FIRMNESS.possible}
CUELESS = {PREFIXES["mode"] + name for name in ("presupposition", "implicit", "opinion")}
STANCES: dict[str, dict[str, ox.Term]] = {}
for _quad in QUADS:
    if _quad.predicate in (FD.firmness, FD.mode):
        STANCES.setdefault(_quad.subject.value, {})[local(_quad)] = _quad.object  # noqa: F821
