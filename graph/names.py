"""IRIs as terms of the store, and what kind of thing an IRI of ours names."""

from functools import cache
from typing import Final

from pyoxigraph import NamedNode

from foedus.ontology.namespaces import BASE, PREFIXES, PROPOSITION


class Names:
    """A namespace; its attributes and items are terms: ``FD.heldBy``, ``FD["heldBy"]``."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(self.base + name)

    def __getitem__(self, name: str) -> NamedNode:
        return _named(self.base + name)


@cache
def _named(iri: str) -> NamedNode:
    return NamedNode(iri)


FD: Final = Names(PREFIXES["fd"])
BASIS: Final = Names(PREFIXES["basis"])
FIRMNESS: Final = Names(PREFIXES["firmness"])
POLARITY: Final = Names(PREFIXES["polarity"])
RDF: Final = Names(PREFIXES["rdf"])
RDFS: Final = Names(PREFIXES["rdfs"])
SKOS: Final = Names(PREFIXES["skos"])
XSD: Final = Names(PREFIXES["xsd"])

ENTITIES: Final = NamedNode(BASE + "graph/entities")
"""Graph of a document's own entities: authors, unnamed and collective holders."""


def is_proposition(name: object) -> bool:
    """Tell whether ``name`` is the name of a proposition, and so of its graph."""
    return isinstance(name, NamedNode) and name.value.startswith(str(PROPOSITION))
