"""Containment: a proposition whose graph contains another's entails it.

The contained graph may be stated by the other or follow from it under the ontology. That it
leaves a role open is no part of the comparison: a graph that fills the role contains it. Events,
agreements and all else must be the same nodes. Only what somebody states, or supposes, is
compared; what rules conclude says no more than its premises.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar

from foedus.graph.closure.programs import TYPE, Fact
from foedus.graph.inference.numbers import Numbers
from foedus.graph.names import FD

_Facts: TypeAlias = Callable[[int], Iterable[Fact]]
_Key = TypeVar("_Key")

TITLE: Final = MappingProxyType({"en": "Containment", "de": "Enthaltensein"})
SENTENCE: Final = MappingProxyType(
    {
        "en": "A proposition whose graph contains the graph of another entails the other.",
        "de": "Eine Proposition, deren Graph den einer anderen enthält, schließt die andere ein.",
    }
)


class Containment:
    """Which propositions contain which.

    Args:
        stated: Gives what a proposition says,
        closed: and this with what it entails by itself.
    """

    def __init__(
        self, numbers: Numbers, stated: _Facts, closed: Callable[[int], set[Fact]]
    ) -> None:
        self._numbers = numbers
        self._stated = stated
        self._closed = closed
        self._open = numbers.of(FD.leavesOpen)
        self._anchors: dict[int, Fact | None] = {}
        self._by_anchor: defaultdict[Fact, list[int]] = defaultdict(list)
        self._by_subject: defaultdict[int, list[int]] = defaultdict(list)
        self._new: list[int] = []

    def add(self, name: int) -> None:
        """Take up a proposition."""
        anchor = self._anchor(self._content(name))
        self._anchors[name] = anchor
        if anchor is not None:
            self._by_anchor[anchor].append(name)
        self._new.append(name)

    def take_back(self, name: int) -> None:
        """Forget a proposition, if it was taken up, while its graph is known."""
        self._new.clear()
        if name in self._anchors:
            anchor = self._anchors.pop(name)
            if anchor is not None:
                _remove(self._by_anchor, anchor, name)
            for subject in _subjects(self._closed(name)):
                _remove(self._by_subject, subject, name)

    def found(self) -> Iterator[tuple[int, int]]:
        """Give each pair with what was added since the last time once, what contains first."""
        for name in self._new:
            anchor = self._anchors[name]
            for other in self._by_subject.get(anchor[0], ()) if anchor else ():
                closed = self._closed(other)
                if anchor in closed and self._content(name) <= closed:
                    yield other, name
        for name in self._new:
            closed = self._closed(name)
            for subject in _subjects(closed):
                self._by_subject[subject].append(name)
            for triple in filter(self._by_anchor.__contains__, closed):
                for other in self._by_anchor[triple]:
                    if other != name and self._content(other) <= closed:
                        yield name, other
        self._new.clear()

    def _content(self, name: int) -> set[Fact]:
        return {fact for fact in self._stated(name) if fact[1] != self._open}

    def _anchor(self, content: set[Fact]) -> Fact | None:
        """Choose the triple to find a graph by: one that few other graphs have."""
        text = self._numbers.text
        return max(content, key=lambda it: (it[1] != TYPE, text[it[1]], it), default=None)


def _subjects(facts: Iterable[Fact]) -> set[int]:
    return {subject for subject, _, _ in facts}


def _remove(names: dict[_Key, list[int]], key: _Key, name: int) -> None:
    found = names.get(key, [])
    if name in found:
        found.remove(name)
    if not found:
        names.pop(key, None)
