"""What shapes cannot see of claims, sentences and reports, added to a view as ``fdsh:`` triples."""

from collections.abc import Collection, Iterator, Mapping, Set
from typing import Final

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.ontology.namespaces import FD, SHAPE

_DOCUMENTS: Final = frozenset({FD.Document, FD.Supplement})
_PARTS: Final = frozenset({FD.Claim, FD.Sentence})
_CLAIMED: Final = (
    *(FD.onProposition, FD.heldBy, FD.isStatedIn, FD.isFoundIn, FD.start, FD.end),
    *(FD.polarity, FD.firmness, FD.mode),
)
"""What makes two claims of one document the same."""


def add_order(graph: Graph) -> None:
    """Link each sentence to the one numbered before it, and those that share a number."""
    numbered: dict[tuple[Node, int], list[Node]] = {}
    for sentence, stated in graph.subject_objects(FD.number):
        if isinstance(stated, Literal) and isinstance(stated.value, int):
            for document in graph.objects(sentence, FD.isStatedIn):
                numbered.setdefault((document, stated.value), []).append(sentence)
    for (document, number), sentences in numbered.items():
        for sentence in sentences:
            for previous in numbered.get((document, number - 1), ()):
                if previous != sentence:
                    graph.add((sentence, SHAPE.follows, previous))
            for other in sentences:
                if other != sentence:
                    graph.add((sentence, SHAPE.sharesNumberWith, other))


def add_spans(graph: Graph) -> None:
    """Repeat at each claim where its sentence starts and ends."""
    for claim, sentence in graph.subject_objects(FD.isFoundIn):
        for bound, own in ((FD.start, SHAPE.sentenceStart), (FD.end, SHAPE.sentenceEnd)):
            for offset in filter(_is_integer, graph.objects(sentence, bound)):
                graph.add((claim, own, offset))


def add_circles(graph: Graph, predicate: URIRef) -> None:
    """Mark each node from which ``predicate`` leads back to it."""
    chain: dict[Node, set[Node]] = {}
    for inner, outer in graph.subject_objects(predicate):
        chain.setdefault(inner, set()).add(outer)
    for node in chain:
        if node in set(reached(chain, node)):
            graph.add((node, SHAPE.isInItself, node))


def add_repetitions(graph: Graph) -> None:
    """Link each claim to the first that says the same of the same words."""
    first: dict[tuple[Set[Node], ...], Node] = {}
    for claim in sorted(set(graph.subjects(FD.onProposition)), key=str):
        said = tuple(frozenset(graph.objects(claim, predicate)) for predicate in _CLAIMED)
        other = first.setdefault(said, claim)
        if other != claim:
            graph.add((claim, SHAPE.repeats, other))


def add_misnamed(graph: Graph, own: Set[Node]) -> None:
    """Link claims and sentences to their document if that is not ``own`` or not in their IRIs."""
    for node, document in list(graph.subject_objects(FD.isStatedIn)):
        is_kept = document in own and str(node).startswith(f"{document}/")
        if not is_kept and _is_a(graph, node, _PARTS) and _is_a(graph, document, _DOCUMENTS):
            graph.add((node, SHAPE.isNamedApartFrom, document))


def _is_a(graph: Graph, node: Node, kinds: Set[Node]) -> bool:
    return any(kind in kinds for kind in graph.objects(node, RDF.type))


def _is_integer(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, int)


def reached(edges: Mapping[Node, Collection[Node]], start: Node) -> Iterator[Node]:
    """Give each node that is one or more steps from ``start``, once."""
    seen: set[Node] = set()
    ahead = list(edges.get(start, ()))
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            yield node
            ahead.extend(edges.get(node, ()))
