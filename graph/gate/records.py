"""What shapes cannot see of claims, sentences and reports, added to a view as ``fdsh:`` triples."""

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Set
from typing import Final

from foedus.graph.gate.graphs import Triples
from foedus.graph.gate.terms import FD, RDF, SHAPE, Term, iri

_DOCUMENTS: Final = frozenset({FD.Document, FD.Supplement})
_PARTS: Final = frozenset({FD.Claim, FD.Sentence})
_CLAIMED: Final = (
    *(FD.onProposition, FD.heldBy, FD.isStatedIn, FD.isFoundIn, FD.start, FD.end),
    *(FD.polarity, FD.firmness, FD.mode),
)
"""What makes two claims of one document the same."""


_INTEGER: Final = re.compile(
    r'"([^"]*)"\^\^<http://www\.w3\.org/2001/XMLSchema#'
    r"(?:integer|(?:non)?(?:Posi|Nega|posi|nega)tiveInteger|(?:unsigned)?[Ll]ong|(?:unsigned)?[Ii]nt"
    r"|(?:unsigned)?[Ss]hort|(?:unsigned)?[Bb]yte)>"
)


def add_order(graph: Triples) -> None:
    """Link each sentence to the one numbered before it, and those that share a number."""
    numbered: dict[tuple[Term, int], list[Term]] = {}
    for sentence, stated in graph.subject_objects(FD.number):
        number = _integer(stated)
        if number is not None:
            for document in graph.objects(sentence, FD.isStatedIn):
                numbered.setdefault((document, number), []).append(sentence)
    for (document, number), sentences in numbered.items():
        for sentence in sentences:
            for previous in numbered.get((document, number - 1), ()):
                if previous != sentence:
                    graph.add(sentence, SHAPE.follows, previous)
            for other in sentences:
                if other != sentence:
                    graph.add(sentence, SHAPE.sharesNumberWith, other)


def add_spans(graph: Triples) -> None:
    """Repeat at each claim where its sentence starts and ends."""
    bounds = ((FD.start, SHAPE.sentenceStart), (FD.end, SHAPE.sentenceEnd))
    for claim, sentence in graph.subject_objects(FD.isFoundIn):
        for bound, own in bounds:
            for offset in graph.objects(sentence, bound):
                if _integer(offset) is not None:
                    graph.add(claim, own, offset)


def add_circles(graph: Triples, predicate: Term) -> None:
    """Mark each node from which ``predicate`` leads back to it."""
    chain: defaultdict[Term, set[Term]] = defaultdict(set)
    for inner, outer in graph.subject_objects(predicate):
        chain[inner].add(outer)
    for node in list(chain):
        if node in set(reached(chain, node)):
            graph.add(node, SHAPE.isInItself, node)


def add_repetitions(graph: Triples) -> None:
    """Link each claim to the first that says the same of the same words."""
    first: dict[tuple[Set[Term], ...], Term] = {}
    for claim in sorted({claim for claim, _ in graph.subject_objects(FD.onProposition)}, key=iri):
        said = tuple(frozenset(graph.objects(claim, predicate)) for predicate in _CLAIMED)
        other = first.setdefault(said, claim)
        if other != claim:
            graph.add(claim, SHAPE.repeats, other)


def add_misnamed(graph: Triples, own: Container[Term]) -> None:
    """Link claims and sentences to their document if that is not ``own`` or not in their IRIs."""
    for node, document in graph.subject_objects(FD.isStatedIn):
        is_kept = document in own and node.startswith(f"{document[:-1]}/")
        if not is_kept and _is_a(graph, node, _PARTS) and _is_a(graph, document, _DOCUMENTS):
            graph.add(node, SHAPE.isNamedApartFrom, document)


def _is_a(graph: Triples, node: Term, kinds: Set[Term]) -> bool:
    return any(kind in kinds for kind in graph.objects(node, RDF.type))


def _integer(term: Term) -> int | None:
    match = _INTEGER.fullmatch(term)
    if match is None:
        return None
    try:
        return int(match[1])
    except ValueError:
        return None


def reached(edges: Mapping[Term, Collection[Term]], start: Term) -> Iterator[Term]:
    """Give each node that is one or more steps from ``start``, once; ``edges`` has a default."""
    seen: set[Term] = set()
    ahead = list(edges[start])
    while ahead:
        node = ahead.pop()
        if node not in seen:
            seen.add(node)
            yield node
            ahead.extend(edges[node])
