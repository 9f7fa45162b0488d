"""A first judge: much quicker than the reference, asked only which nodes may break which shape.

What it finds in order is in order; what it suspects the reference judges, and only that has the
findings. Tests hold the two against each other on every broken and sound document that they have.
"""

from collections.abc import Mapping, Set
from typing import Final, TypeAlias

import shacl
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.paths import MulPath, SequencePath
from rdflib.term import Node

from foedus.shapes.path import write_path

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

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_CLASSES: Final = SequencePath(RDF.type, MulPath(RDFS.subClassOf, "*"))


class QuickJudge:
    """Shapes, prepared once for any number of graphs."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shacl.Shapes.from_turtle(_linear(shapes).serialize(format="turtle"))

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


def _linear(shapes: Graph) -> Graph:
    """Say ``sh:class`` by a path wherever a shape is part of another: the same, in linear time.

    There the judge goes through all instances of the class at every node.
    """
    told = Graph()
    for triple in shapes:
        told.add(triple)
    whole = {shape for target in _TARGETS for shape in shapes.subjects(target)}
    whole |= {part for shape in whole for part in shapes.objects(shape, SH.property)}
    for shape, kind in shapes.subject_objects(SH["class"]):
        if shape not in whole:
            part = BNode()
            told.remove((shape, SH["class"], kind))
            told.add((shape, SH.property, part))
            told.add((part, SH.path, write_path(told, _CLASSES)))
            told.add((part, SH.hasValue, kind))
    return told
