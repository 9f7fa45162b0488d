"""Names by content: one identity for what is asserted and what is derived.

The content of a proposition is its triples; that of a new node is the triples of the conclusion in
which it occurs. Neither the rule nor the premises are part of it, so that the same conclusion by
two ways is one proposition. Literals count as the store normalises them (``"007"`` is ``7``).
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Final

import pyoxigraph as ox

from foedus.graph.terms import Triple
from foedus.ontology.namespaces import PREFIXES

_DIGITS: Final = 32
_PLACE: Final = ox.NamedNode("urn:foedus:here")
HERE: Final = str(_PLACE)
"""What stands for a new node in the text that it is named by."""
_PLAIN: Final = frozenset(
    {PREFIXES["xsd"] + "string", PREFIXES["xsd"] + "date", PREFIXES["rdf"] + "langString"}
)


def proposition_name(triples: Iterable[Triple], are_normal: bool = False) -> ox.NamedNode:
    """Name a proposition by its graph, which has no blank nodes."""
    given = triples if are_normal else map(normal, triples)
    return ox.NamedNode(PREFIXES["proposition"] + digest(_lines(given)))


def node_name(node: ox.BlankNode, triples: Iterable[Triple]) -> ox.NamedNode:
    """Name a new node by the triples in which it occurs; there is no other blank node in them."""
    here = (
        (_PLACE if s == node else s, p, _PLACE if o == node else o)
        for s, p, o in map(normal, triples)
        if node in (s, o)
    )
    return ox.NamedNode(PREFIXES["derived"] + digest(_lines(here)))


def inference_name(
    rule: ox.NamedNode, premises: Iterable[ox.NamedNode], conclusion: ox.NamedNode
) -> ox.NamedNode:
    """Name an inference by its rule, its premises and its conclusion."""
    parts = [rule.value, *sorted(premise.value for premise in premises), conclusion.value]
    return ox.NamedNode(PREFIXES["inference"] + digest("\n".join(parts)))


def normal(triple: Triple) -> Triple:
    """Write the literal of a triple as the store does."""
    subject, predicate, value = triple
    if isinstance(value, ox.Literal):
        return subject, predicate, normal_term(value)
    return triple


def normal_term(literal: ox.Literal) -> ox.Literal:
    """Write a literal as the store does."""
    return literal if literal.datatype.value in _PLAIN else _normal(literal)


@lru_cache(maxsize=65536)
def _normal(literal: ox.Literal) -> ox.Literal:
    store = ox.Store()
    store.add(ox.Quad(_PLACE, _PLACE, literal))
    (quad,) = store
    assert isinstance(quad.object, ox.Literal)
    return quad.object


def _lines(triples: Iterable[Triple]) -> str:
    return "\n".join(sorted({f"{s} {p} {o}" for s, p, o in triples}))


def digest(text: str) -> str:
    """Shorten a text to a part of a name; of triples it is their lines in order."""
    return sha256(text.encode()).hexdigest()[:_DIGITS]
