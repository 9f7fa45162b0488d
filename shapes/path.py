"""Property paths between SHACL's triples and rdflib's path objects (SHACL 2.3.1)."""

from typing import Final, Literal, TypeAlias

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.term import Node

PropertyPath: TypeAlias = URIRef | Path

_REPEATED: Final[dict[Node, Literal["*", "+", "?"]]] = {
    SH.zeroOrMorePath: "*",
    SH.oneOrMorePath: "+",
    SH.zeroOrOnePath: "?",
}


def read_path(graph: Graph, node: Node) -> PropertyPath:
    """Read the path at ``node``; raises ``ValueError`` where there is none."""
    if isinstance(node, URIRef):
        return node
    if (node, RDF.first, None) in graph:
        return SequencePath(*(read_path(graph, part) for part in Collection(graph, node)))
    for predicate, value in graph.predicate_objects(node):
        if predicate == SH.inversePath:
            return InvPath(read_path(graph, value))
        if predicate == SH.alternativePath:
            return AlternativePath(*(read_path(graph, part) for part in Collection(graph, value)))
        if predicate in _REPEATED:
            return MulPath(read_path(graph, value), _REPEATED[predicate])
    raise ValueError(f"no property path: {node}")


def write_path(graph: Graph, path: PropertyPath) -> Node:
    """Add the triples of ``path`` and give the node that stands for it."""
    if isinstance(path, URIRef):
        return path
    if isinstance(path, SequencePath):
        return _list(graph, path.args)
    node = BNode()
    if isinstance(path, InvPath):
        graph.add((node, SH.inversePath, write_path(graph, path.arg)))
    elif isinstance(path, AlternativePath):
        graph.add((node, SH.alternativePath, _list(graph, path.args)))
    elif isinstance(path, MulPath):
        (predicate,) = (p for p, sign in _REPEATED.items() if sign == path.mod)
        graph.add((node, predicate, write_path(graph, path.path)))
    else:
        raise ValueError(f"SHACL has no such path: {path}")
    return node


def _list(graph: Graph, parts: list[PropertyPath]) -> Node:
    head = BNode()
    Collection(graph, head, [write_path(graph, part) for part in parts])
    return head
