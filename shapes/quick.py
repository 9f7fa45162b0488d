"""A first judge: much quicker than the reference, asked only which nodes may break which shape.

What it finds in order is in order; what it suspects the reference judges, and only that has the
findings. Tests hold the two against each other on every broken and sound document that they have.
"""

from collections.abc import Mapping, Set
from typing import Final, TypeAlias

import shacl
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

Suspects: TypeAlias = Mapping[Node, Set[Node]]
"""Named shapes with the nodes that may break them."""

_TESTED: Final = frozenset(
    SH[name]
    for name in (
        *("alternativePath", "class", "datatype", "disjoint", "equals", "hasValue", "in"),
        *("inversePath", "languageIn", "lessThan", "lessThanOrEquals", "maxCount", "message"),
        *("minCount", "minInclusive", "node", "nodeKind", "not", "or", "path", "pattern"),
        *("property", "qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShape"),
        *("severity", "targetClass", "targetNode", "targetSubjectsOf", "uniqueLang", "xone"),
        "zeroOrMorePath",
    )
)
"""The words of SHACL on which it has been held against the reference."""


class QuickJudge:
    """Shapes, prepared once for any number of graphs."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shacl.Shapes.from_turtle(shapes.serialize(format="turtle"))

    @classmethod
    def of(cls, shapes: Graph) -> "QuickJudge | None":
        """Prepare shapes; gives none where they use words that it is not tested on."""
        words = {word for word in shapes.predicates() if str(word).startswith(str(SH))}
        return cls(shapes) if words <= _TESTED else None

    def suspects(self, turtle: str) -> Suspects | None:
        """Judge a graph; gives none where it cannot tell which nodes and shapes are at fault."""
        found: dict[Node, set[Node]] = {}
        for result in self._shapes.validate_turtle(turtle).results:
            shape, focus = result.root_shape, result.focus_node
            if shape is None or not (shape.startswith("<") and focus.startswith("<")):
                return None
            found.setdefault(URIRef(shape[1:-1]), set()).add(URIRef(focus[1:-1]))
        return found
