"""What follows, made into graphs and inferences only when they are asked for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias, overload

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.graph.inference.content import digest
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.shape import Shape, Values
from foedus.graph.inference.shapes import Graph
from foedus.graph.terms import Triple
from foedus.graph.worlds import Firmness, Inference
from foedus.ontology.namespaces import PREFIXES

Column: TypeAlias = npt.NDArray[np.int32]
Quads: TypeAlias = npt.NDArray[np.int32]
"""Four numbers a row."""


@dataclass(frozen=True)
class Derivations:
    """What follows.

    Attributes:
        propositions: Those that nobody states, by name.
        inferences: In the order of their names; also of propositions that somebody states.
    """

    propositions: Mapping[ox.NamedNode, frozenset[Triple]]
    inferences: Sequence[Inference]


class DerivedGraphs(Mapping[ox.NamedNode, frozenset[Triple]]):
    """Graphs in the order of their names, each made when it is first asked for."""

    def __init__(self, numbers: Numbers, graphs: Mapping[int, Graph]) -> None:
        self._numbers = numbers
        self._by_number = graphs
        self._made: dict[ox.NamedNode, frozenset[Triple]] = {}

    def __getitem__(self, name: ox.NamedNode) -> frozenset[Triple]:
        made = self._made.get(name)
        if made is None:
            shape, values = self._graphs[name]
            term = self._numbers.term
            made = self._made[name] = frozenset(
                [(term(s), term(p), term(o)) for s, p, o in shape.facts(values, shape.stated)]
            )
        return made

    def __iter__(self) -> Iterator[ox.NamedNode]:
        return iter(self._graphs)

    def __len__(self) -> int:
        return len(self._by_number)

    @cached_property
    def _graphs(self) -> dict[ox.NamedNode, Graph]:
        return {self._numbers.name(name): graph for name, graph in self._by_number.items()}

    @property
    def names(self) -> Column:
        """The numbers of the names."""
        return np.fromiter(self._by_number, np.int32, len(self._by_number))

    def columns(self) -> Quads:
        """Give all triples by the numbers of their terms: subject, property, object, graph."""
        by_shape: dict[Shape, list[Values]] = {}
        for shape, values in self._by_number.values():
            by_shape.setdefault(shape, []).append(values)
        parts = [shape.columns(graphs) for shape, graphs in by_shape.items()]
        return np.concatenate([np.empty((0, 4), np.int32), *parts])


Record: TypeAlias = tuple[int, ...]
"""The place of a rule, the number of what it concludes, those of the premises in their order."""


class InferenceColumns(NamedTuple):
    """Inferences in columns, in the order of their names.

    Attributes:
        names: As in N-Triples.
        rules: The rules, and how firm their conclusions are at most.
        by: The place of each inference's rule.
        concludes: The number of what each concludes.
        counts: How many premises each has.
        premises: The numbers of all premises, one inference's after the other's.
    """

    names: Sequence[str]
    rules: Sequence[ox.NamedNode]
    weakens: Sequence[Firmness | None]
    by: Column
    concludes: Column
    counts: Column
    premises: Column


class Recorder(NamedTuple):
    """A rule as records have it."""

    iri: ox.NamedNode
    weakens: Firmness | None


class Inferences(Sequence[Inference]):
    """Inferences in the order of their names, each made when it is asked for."""

    def __init__(
        self, numbers: Numbers, recorders: Sequence[Recorder], records: Iterable[Record]
    ) -> None:
        self._numbers = numbers
        self._recorders = recorders
        rules = [recorder.iri.value for recorder in recorders]
        text = numbers.text
        named = []
        for record in records:
            rule, conclusion, *premises = record
            iris = sorted([text[it][1:-1] for it in premises])
            named.append((digest("\n".join([rules[rule], *iris, text[conclusion][1:-1]])), record))
        self._named = sorted(named)

    def __len__(self) -> int:
        return len(self._named)

    @overload
    def __getitem__(self, index: int) -> Inference: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Inference, ...]: ...

    def __getitem__(self, index: int | slice) -> Inference | tuple[Inference, ...]:
        if isinstance(index, slice):
            return tuple(map(self._inference, self._named[index]))
        return self._inference(self._named[index])

    def __iter__(self) -> Iterator[Inference]:
        return map(self._inference, self._named)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | Inferences) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def columns(self) -> InferenceColumns:
        """Give the same in columns."""
        records = [record for _, record in self._named]
        return InferenceColumns(
            [f"<{PREFIXES['inference']}{digits}>" for digits, _ in self._named],
            [recorder.iri for recorder in self._recorders],
            [recorder.weakens for recorder in self._recorders],
            np.fromiter((it[0] for it in records), np.int32, len(records)),
            np.fromiter((it[1] for it in records), np.int32, len(records)),
            np.fromiter((len(it) - 2 for it in records), np.int32, len(records)),
            np.fromiter((number for it in records for number in it[2:]), np.int32),
        )

    def _inference(self, named: tuple[str, Record]) -> Inference:
        digits, (rule, conclusion, *premises) = named
        numbers, recorder = self._numbers, self._recorders[rule]
        return Inference(
            ox.NamedNode(PREFIXES["inference"] + digits),
            recorder.iri,
            numbers.name(conclusion),
            tuple([numbers.name(it) for it in sorted(premises, key=numbers.text.__getitem__)]),
            recorder.weakens,
        )
