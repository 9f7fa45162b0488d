"""What shapes cannot see of propositions: what one graph may not say because of another triple."""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final, TypeAlias

from foedus.graph.gate.graphs import Graphs, types_of
from foedus.graph.gate.known import Known, Said, measures
from foedus.graph.gate.records import reached
from foedus.graph.gate.terms import FD, Term, Triple, iri, is_proposition
from foedus.graph.gate.vocabulary import Vocabulary

_LEAKS: Final = frozenset({FD.Agreement, FD.Attitude, FD.Event})
_HAS_PARTY: Final = FD.hasParty
_NUMBER: Final = FD.atopNumber
_BOUND: Final = frozenset({FD.binds, FD.isMembershipOf})
_HAS_PROVISION: Final = FD.hasProvision
_IN: Final = FD.isMembershipIn

Clash: TypeAlias = tuple[Term, Term, Term]
"""A proposition of the document, a node in it, and the proposition that it clashes with."""


def outsiders(triples: Sequence[Triple]) -> Iterator[tuple[Term, Term]]:
    """Give each provision and membership with the one bound, if that is no party of its agreement.

    Where a party is missing or there is not one bound agent, that has to be mended first.
    """
    parties: defaultdict[Term, set[Term]] = defaultdict(set)
    bound: defaultdict[Term, list[Term]] = defaultdict(list)
    ties: list[tuple[Term, Term]] = []
    numbered: set[Term] = set()
    for subject, predicate, value in triples:
        if predicate == _HAS_PARTY:
            parties[subject].add(value)
        elif predicate == _NUMBER:
            numbered.add(subject)
        elif predicate in _BOUND:
            bound[subject].append(value)
        elif predicate == _HAS_PROVISION:
            ties.append((subject, value))
        elif predicate == _IN:
            ties.append((value, subject))
    for agreement, tie in ties:
        if len(parties[agreement]) >= (1 if agreement in numbered else 2):
            agents = bound[tie]
            if len(agents) == 1 and agents[0] not in parties[agreement]:
                yield tie, agents[0]


def differences(known: Known, document: Graphs) -> Iterator[Clash]:
    """Give each date or quantity that an earlier graph describes otherwise, known ones first."""
    first: dict[Term, tuple[Term, Said]] = {}
    for name in sorted(document.propositions, key=iri):
        for node, said in measures(document.propositions[name]):
            if node not in first:
                first[node] = known.first_measure(node, document) or (name, said)
            other, described = first[node]
            if other != name and said != described:
                yield name, node, other


def leaks(known: Known, document: Graphs, vocabulary: Vocabulary) -> Iterator[Clash]:
    """Give what a graph says about nodes that its content describes; itself if that is within."""
    refers = _References(known, document)
    embedded: dict[Term, set[Term]] = {}
    for name, triples in document.propositions.items():
        if not refers[name]:
            continue
        nodes = {node for subject, _, value in triples for node in (subject, value)}
        for content in reached(refers, name):
            if content == name:
                yield name, name, name
                continue
            if content not in embedded:
                embedded[content] = _leakable(refers.triples(content), vocabulary)
            for node in nodes & embedded[content]:
                yield name, node, content


class _References(dict[Term, Set[Term]]):
    """The propositions that a proposition refers to, found when they are asked for."""

    def __init__(self, known: Known, document: Graphs) -> None:
        super().__init__()
        self._known = known
        self._document = document

    def __missing__(self, name: Term) -> Set[Term]:
        found = {value for _, _, value in self.triples(name) if is_proposition(value)}
        self[name] = found
        return found

    def triples(self, name: Term) -> Sequence[Triple]:
        own = self._document.propositions.get(name)
        return self._known.triples(name, self._document) if own is None else own


def _leakable(triples: Sequence[Triple], vocabulary: Vocabulary) -> set[Term]:
    return {
        node
        for node, kinds in types_of(triples).items()
        if not _LEAKS.isdisjoint(vocabulary.superclasses(kinds))
    }
