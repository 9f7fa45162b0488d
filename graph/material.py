"""What the worlds of a snapshot are made of, kept in it so that any world can be made later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from foedus.graph import assemble
from foedus.graph.closure import Rules, compile_rules
from foedus.graph.hypotheses import read_hypothesis
from foedus.graph.terms import Triple, quad_of, to_oxigraph
from foedus.graph.worlds import World

_STATED = "stated.nq"
_ONTOLOGY = "ontology.nt"


@dataclass(frozen=True)
class Material:
    """Everything that does not depend on a choice of world.

    Attributes:
        quads: The gated documents, the register and the data set's description.
        closed: The ontology closed by itself.
        ontology: The same in the store's terms.
        rules: Compiled from it.
    """

    quads: tuple[ox.Quad, ...]
    closed: rdflib.Graph
    ontology: tuple[Triple, ...]
    rules: Rules

    @classmethod
    def of(cls, quads: Sequence[ox.Quad], closed: rdflib.Graph) -> "Material":
        """Prepare it from what a build has read, gated and closed."""
        return cls(tuple(quads), closed, tuple(to_oxigraph(closed)), compile_rules(closed))

    @classmethod
    def read(cls, folder: Path) -> "Material":
        """Read what `write` has written."""
        quads = list(ox.parse(path=str(folder / _STATED), format=ox.RdfFormat.N_QUADS))
        closed = rdflib.Graph().parse(folder / _ONTOLOGY, format="nt11")
        return cls.of(quads, closed)

    def write(self, folder: Path) -> None:
        """Write it into the folder of a snapshot."""
        ox.serialize(self.quads, str(folder / _STATED), format=ox.RdfFormat.N_QUADS)
        self.closed.serialize(folder / _ONTOLOGY, format="nt11", encoding="utf-8")

    def world(self, world: World) -> Iterator[ox.Quad]:
        """Give all quads of a world: its default graph, and the named graphs.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: the hypothesis cannot be read.
        """
        hypothesis = read_hypothesis(world.suppose) if world.suppose else None
        for triple in assemble.default_graph(
            self.quads, self.ontology, self.rules, world, hypothesis
        ):
            yield quad_of(triple)
        yield from assemble.named_graphs(self.quads, hypothesis)
