"""Containment: a proposition whose graph contains another's entails it.

The contained graph may be stated by the other or follow from it under the ontology. That it
leaves a role open is no part of the comparison: a graph that fills the role contains it. Events,
agreements and all else must be the same nodes. Only what somebody states, or supposes, is
compared; what rules conclude says no more than its premises.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from foedus.graph.inference.content import inference_name
from foedus.graph.names import FD, RDF
from foedus.graph.terms import Triple
from foedus.graph.worlds import CONTAINMENT, Inference

_OPEN: Final = FD.leavesOpen
_TYPE: Final = RDF.type

TITLE: Final = MappingProxyType({"en": "Containment", "de": "Enthaltensein"})
SENTENCE: Final = MappingProxyType(
    {
        "en": "A proposition whose graph contains the graph of another entails the other.",
        "de": "Eine Proposition, deren Graph den einer anderen enthält, schließt die andere ein.",
    }
)


class Containment:
    """Which propositions contain which, told once of each pair."""

    def __init__(self) -> None:
        self._contents: dict[ox.NamedNode, frozenset[Triple]] = {}
        self._closed: dict[ox.NamedNode, set[Triple]] = {}
        self._by_anchor: defaultdict[Triple, list[ox.NamedNode]] = defaultdict(list)
        self._by_triple: defaultdict[Triple, list[ox.NamedNode]] = defaultdict(list)
        self._new: list[ox.NamedNode] = []

    def add(self, name: ox.NamedNode, triples: Iterable[Triple], closed: set[Triple]) -> None:
        """Take up a proposition with its triples and with what they entail."""
        content = frozenset(it for it in triples if it[1] != _OPEN)
        self._contents[name] = content
        self._closed[name] = closed
        for triple in closed:
            self._by_triple[triple].append(name)
        if content:
            self._by_anchor[_anchor(content)].append(name)
        self._new.append(name)

    def take_back(self, name: ox.NamedNode) -> None:
        """Forget a proposition, if it was taken up."""
        content = self._contents.pop(name, None)
        if content is not None:
            for triple in self._closed.pop(name):
                self._by_triple[triple].remove(name)
            if content:
                self._by_anchor[_anchor(content)].remove(name)

    def found(self) -> Iterator[Inference]:
        """Give the inferences to and from what was added since the last time."""
        for name in self._new:
            content = self._contents[name]
            if content:
                for other in self._by_triple[_anchor(content)]:
                    if other != name and content <= self._closed[other]:
                        yield _inference(other, name)
            for triple in self._closed[name]:
                for other in self._by_anchor.get(triple, ()):
                    if other != name and self._contents[other] <= self._closed[name]:
                        yield _inference(name, other)
        self._new.clear()


def _anchor(content: frozenset[Triple]) -> Triple:
    """Choose the triple to find a graph by: one that few other graphs have."""
    return max(content, key=_rarity)


def _rarity(triple: Triple) -> tuple[bool, str, str, str]:
    subject, predicate, value = triple
    return predicate != _TYPE, predicate.value, subject.value, value.value


def _inference(container: ox.NamedNode, contained: ox.NamedNode) -> Inference:
    iri = inference_name(CONTAINMENT, [container], contained)
    return Inference(iri, CONTAINMENT, contained, (container,), None)
