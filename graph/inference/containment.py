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

from foedus.graph.closure.programs import TYPE, Fact
from foedus.graph.inference.content import inference_name
from foedus.graph.inference.numbers import Numbers
from foedus.graph.names import FD
from foedus.graph.worlds import CONTAINMENT, Inference

TITLE: Final = MappingProxyType({"en": "Containment", "de": "Enthaltensein"})
SENTENCE: Final = MappingProxyType(
    {
        "en": "A proposition whose graph contains the graph of another entails the other.",
        "de": "Eine Proposition, deren Graph den einer anderen enthält, schließt die andere ein.",
    }
)


class Containment:
    """Which propositions contain which, told once of each pair."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._open = numbers.of(FD.leavesOpen)
        self._contents: dict[int, frozenset[Fact]] = {}
        self._closed: dict[int, set[Fact]] = {}
        self._by_anchor: defaultdict[Fact, list[int]] = defaultdict(list)
        self._by_triple: defaultdict[Fact, list[int]] = defaultdict(list)
        self._new: list[int] = []

    def add(self, name: int, stated: Iterable[Fact], closed: set[Fact]) -> None:
        """Take up a proposition with its triples and with these and what they entail."""
        content = frozenset(it for it in stated if it[1] != self._open)
        self._contents[name] = content
        self._closed[name] = closed
        for triple in closed:
            self._by_triple[triple].append(name)
        if content:
            self._by_anchor[self._anchor(content)].append(name)
        self._new.append(name)

    def take_back(self, name: int) -> None:
        """Forget a proposition, if it was taken up."""
        content = self._contents.pop(name, None)
        if content is not None:
            for triple in self._closed.pop(name):
                _remove(self._by_triple, triple, name)
            if content:
                _remove(self._by_anchor, self._anchor(content), name)

    def found(self) -> Iterator[Inference]:
        """Give the inferences to and from what was added since the last time."""
        for name in self._new:
            content = self._contents[name]
            if content:
                for other in self._by_triple.get(self._anchor(content), ()):
                    if other != name and content <= self._closed[other]:
                        yield self._inference(other, name)
            for triple in self._closed[name]:
                for other in self._by_anchor.get(triple, ()):
                    if other != name and self._contents[other] <= self._closed[name]:
                        yield self._inference(name, other)
        self._new.clear()

    def _anchor(self, content: frozenset[Fact]) -> Fact:
        """Choose the triple to find a graph by: one that few other graphs have."""
        text = self._numbers.text
        return max(content, key=lambda it: (it[1] != TYPE, text[it[1]], it))

    def _inference(self, container: int, contained: int) -> Inference:
        one, other = self._numbers.terms[container], self._numbers.terms[contained]
        assert isinstance(one, ox.NamedNode)
        assert isinstance(other, ox.NamedNode)
        iri = inference_name(CONTAINMENT, [one], other)
        return Inference(iri, CONTAINMENT, other, (one,), None)


def _remove(names: dict[Fact, list[int]], triple: Fact, name: int) -> None:
    names[triple].remove(name)
    if not names[triple]:
        del names[triple]
