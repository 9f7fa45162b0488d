"""What follows, with the graphs of conclusions made only when they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from foedus.graph.inference.shapes import Shape, Values
from foedus.graph.terms import Term, Triple
from foedus.graph.worlds import Inference

Graph: TypeAlias = tuple[Shape, Values]
"""A shape and what fills its places."""


@dataclass(frozen=True)
class Derivations:
    """What follows.

    Attributes:
        propositions: Those that nobody states, by name.
        inferences: In the order of their names; also of propositions that somebody states.
    """

    propositions: Mapping[ox.NamedNode, frozenset[Triple]]
    inferences: tuple[Inference, ...]


class DerivedGraphs(Mapping[ox.NamedNode, frozenset[Triple]]):
    """Graphs by name, in the order of the names, each made when it is first asked for."""

    def __init__(self, terms: Sequence[Term], graphs: Mapping[int, Graph]) -> None:
        self._terms = terms
        self._graphs = {terms[name]: graph for name, graph in graphs.items()}
        self._made: dict[ox.NamedNode, frozenset[Triple]] = {}

    def __getitem__(self, name: ox.NamedNode) -> frozenset[Triple]:
        made = self._made.get(name)
        if made is None:
            shape, values = self._graphs[name]
            made = self._made[name] = frozenset(
                [tuple([self._terms[values[place] or 0] for place in it]) for it in shape.stated]  # type: ignore[misc]
            )
        return made

    def __iter__(self) -> Iterator[ox.NamedNode]:
        return iter(self._graphs)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._graphs)
