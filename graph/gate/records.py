"""What shapes cannot see of claims, sentences and reports, added to a view as ``fdsh:`` triples."""

from collections.abc import Collection, Iterator, Mapping

from rdflib import Graph, Literal
from rdflib.term import Node

from foedus.ontology.namespaces import FD, SHAPE


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


def add_circles(graph: Graph) -> None:
    """Mark each report that is reported by itself."""
    chain: dict[Node, set[Node]] = {}
    for inner, outer in graph.subject_objects(FD.isReportedBy):
        chain.setdefault(inner, set()).add(outer)
    for report in chain:
        if report in set(reached(chain, report)):
            graph.add((report, SHAPE.isInItself, report))


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
