"""The one list of prefixes, in the order in which every file of ours declares them."""

import re
from collections.abc import Mapping
from typing import Final

from rdflib import Graph, Namespace

BASE: Final = "https://w3id.org/foedus/"

FD: Final = Namespace(BASE + "ont/")
SHAPE: Final = Namespace(BASE + "shape/")
PROPOSITION: Final = Namespace(BASE + "proposition/")

_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`]')

KINDS: Final = (
    "agent",
    "agreement",
    "attitude",
    "conflict",
    "date",
    "event",
    "membership",
    "norm",
    "office",
    "place",
    "provision",
    "quantity",
    "report",
    "state",
)
"""What an entity's IRI names after ``id/``; each kind is a prefix."""

SCHEMES: Final = {
    "basis": "report-date-basis",
    "condition": "condition",
    "field": "field",
    "firmness": "firmness",
    "item": "item",
    "mode": "mode",
    "nature": "nature",
    "outcome": "outcome",
    "period": "period",
    "pledge": "pledge",
    "polarity": "polarity",
    "role": "role",
    "significance": "significance",
    "standing": "standing",
    "trend": "trend",
    "trigger": "trigger",
    "unit": "unit",
    "verdict": "verdict",
}
"""Prefix of each concept scheme, and its name in IRIs."""

_OURS = {
    "fd": str(FD),
    "fdsh": str(SHAPE),
    **{kind: f"{BASE}id/{kind}/" for kind in KINDS},
    **{prefix: f"{BASE}concept/{name}/" for prefix, name in SCHEMES.items()},
    "dataset": f"{BASE}doc/dataset/",
    "derived": f"{BASE}id/derived/",
    "digest": f"{BASE}doc/digest/",
    "inference": f"{BASE}inference/",
    "proposition": str(PROPOSITION),
    "rule": f"{BASE}rule/",
    "supplement": f"{BASE}doc/supplement/",
    "tbox": f"{BASE}graph/ontology/",
}
_W3C = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_OTHERS = {
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "wd": "http://www.wikidata.org/entity/",
}

PREFIXES: Final[Mapping[str, str]] = {
    **dict(sorted(_OURS.items())),
    **dict(sorted(_W3C.items())),
    **dict(sorted(_OTHERS.items())),
}
"""Ours, then the W3C's, then others, alphabetical within each."""


def expand(text: str) -> str | None:
    """Give the IRI that a person writes: a name with a prefix of ours, or an IRI, in <> or not.

    Gives none for what is neither.
    """
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = bare.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES and bare == text else bare
    return iri if colon and not _NOT_IN_IRI.search(iri) else None


def bind(graph: Graph) -> Graph:
    """Declare every prefix on ``graph`` and return it."""
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri, override=True, replace=True)
    return graph
