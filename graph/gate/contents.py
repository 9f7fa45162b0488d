"""What shapes cannot see of propositions: what one graph may not say because of another triple."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final, TypeAlias

from rdflib import URIRef
from rdflib.term import Node

from foedus.graph.gate.graphs import Graphs, Triple, is_proposition, types_of
from foedus.graph.gate.records import reached
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import FD

_LEAKS: Final = frozenset({FD.Agreement, FD.Attitude, FD.Event})
_MEASURES: Final = frozenset({FD.Date, FD.Quantity})

Clash: TypeAlias = tuple[URIRef, Node, Node]
"""A proposition of the document, a node in it, and the proposition that it clashes with."""


def outsiders(triples: Sequence[Triple]) -> Iterator[tuple[Node, Node]]:
    """Give each provision and membership with the one bound, if that is no party of its agreement.

    Where a party is missing or there is not one bound agent, that has to be mended first.
    """
    parties: defaultdict[Node, set[Node]] = defaultdict(set)
    bound: defaultdict[Node, list[Node]] = defaultdict(list)
    ties: list[tuple[Node, Node]] = []
    numbered: set[Node] = set()
    for subject, predicate, value in triples:
        if predicate == FD.hasParty:
            parties[subject].add(value)
        elif predicate == FD.atopNumber:
            numbered.add(subject)
        elif predicate in (FD.binds, FD.isMembershipOf):
            bound[subject].append(value)
        elif predicate == FD.hasProvision:
            ties.append((subject, value))
        elif predicate == FD.isMembershipIn:
            ties.append((value, subject))
    for agreement, tie in ties:
        if len(parties[agreement]) >= (1 if agreement in numbered else 2):
            agents = bound[tie]
            if len(agents) == 1 and agents[0] not in parties[agreement]:
                yield tie, agents[0]


def differences(known: Graphs, document: Graphs) -> Iterator[Clash]:
    """Give each date or quantity that an earlier graph describes otherwise, known ones first."""
    first: dict[Node, tuple[Node, Set[tuple[Node, Node]]]] = {}
    for part in (known, document):
        for name in sorted(part.propositions, key=str):
            triples = part.propositions[name]
            for node, kinds in types_of(triples).items():
                if _MEASURES.isdisjoint(kinds):
                    continue
                said = {(p, value) for subject, p, value in triples if subject == node}
                other, described = first.setdefault(node, (name, said))
                if part is document and other != name and said != described:
                    assert isinstance(name, URIRef)
                    yield name, node, other


def leaks(known: Graphs, document: Graphs, vocabulary: Vocabulary) -> Iterator[Clash]:
    """Give what a graph says about nodes that its content describes; itself if that is within."""
    propositions = {**known.propositions, **document.propositions}
    refers = {
        name: {value for _, _, value in triples if is_proposition(value)}
        for name, triples in propositions.items()
    }
    embedded: dict[Node, set[Node]] = {}
    for name, triples in document.propositions.items():
        assert isinstance(name, URIRef)
        nodes = {node for subject, _, value in triples for node in (subject, value)}
        for content in reached(refers, name):
            if content == name:
                yield name, name, name
                continue
            if content not in embedded:
                embedded[content] = _leakable(propositions.get(content, ()), vocabulary)
            for node in nodes & embedded[content]:
                yield name, node, content


def _leakable(triples: Sequence[Triple], vocabulary: Vocabulary) -> set[Node]:
    return {
        node
        for node, kinds in types_of(triples).items()
        if not _LEAKS.isdisjoint(vocabulary.superclasses(kinds))
    }
