"""What the worlds of a snapshot are made of, kept in it so that any world can be made later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib

from foedus.graph import assemble
from foedus.graph.closure import Rules, compile_rules
from foedus.graph.hypotheses import Hypothesis, read_hypothesis
from foedus.graph.inference import (
    Derivations,
    Engine,
    Rule,
    derive,
    engine_for,
    inference_triples,
    read_inferences,
    read_rules,
    rule_triples,
)
from foedus.graph.terms import Triple, quad_of, to_oxigraph, triple_of
from foedus.graph.worlds import World

_STATED: Final = "stated.nq"
_DERIVED: Final = "derived.nq"
_ONTOLOGY: Final = "ontology.nt"


@dataclass(frozen=True)
class Material:
    """Everything that does not depend on a choice of world.

    Attributes:
        quads: The gated documents, the register, the description of the data set and of the rules.
        closed: The ontology closed by itself.
        ontology: The same in the store's terms.
        entailment: The rules compiled from it.
        derivations: What follows from the documents.
    """

    quads: tuple[ox.Quad, ...]
    closed: rdflib.Graph
    ontology: tuple[Triple, ...]
    entailment: Rules
    derivations: Derivations

    @classmethod
    def derived(
        cls, quads: Sequence[ox.Quad], closed: rdflib.Graph, rules: Sequence[Rule]
    ) -> "Material":
        """Derive what follows from what a build has read, gated and closed."""
        everything = (*quads, *map(quad_of, rule_triples(rules)))
        vocabulary, entailment = tuple(to_oxigraph(closed)), compile_rules(closed)
        found = derive(everything, rules, entailment, vocabulary)
        return cls(everything, closed, vocabulary, entailment, found)

    @classmethod
    def read(cls, folder: Path) -> "Material":
        """Read what `write` has written."""
        propositions: dict[ox.NamedNode, set[Triple]] = {}
        inferences: list[Triple] = []
        for quad in ox.parse(path=str(folder / _DERIVED), format=ox.RdfFormat.N_QUADS):
            if isinstance(quad.graph_name, ox.NamedNode):
                propositions.setdefault(quad.graph_name, set()).add(triple_of(quad))
            else:
                inferences.append(triple_of(quad))
        graphs = {name: frozenset(triples) for name, triples in propositions.items()}
        closed = rdflib.Graph().parse(folder / _ONTOLOGY, format="nt11")
        return cls(
            tuple(ox.parse(path=str(folder / _STATED), format=ox.RdfFormat.N_QUADS)),
            closed,
            tuple(to_oxigraph(closed)),
            compile_rules(closed),
            Derivations(graphs, tuple(read_inferences(inferences))),
        )

    def write(self, folder: Path) -> None:
        """Write it into the folder of a snapshot."""
        derived = [quad_of(triple) for triple in inference_triples(self.derivations.inferences)]
        for name, triples in self.derivations.propositions.items():
            derived += [quad_of(triple, name) for triple in triples]
        ox.serialize(self.quads, str(folder / _STATED), format=ox.RdfFormat.N_QUADS)
        ox.serialize(derived, str(folder / _DERIVED), format=ox.RdfFormat.N_QUADS)
        self.closed.serialize(folder / _ONTOLOGY, format="nt11", encoding="utf-8")

    @cached_property
    def _engine(self) -> Engine:
        engine, graphs = engine_for(self.quads, read_rules(), self.entailment, self.ontology)
        engine.add(graphs)
        return engine

    def world(self, world: World) -> Iterator[ox.Quad]:
        """Give all quads of a world: its default graph, and the named graphs.

        Only a hypothesis runs the rules again, on what is new.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: the hypothesis cannot be read.
        """
        hypothesis = read_hypothesis(world.suppose) if world.suppose else None
        found = self.following(hypothesis)
        for triple in assemble.default_graph(
            self.quads, self.ontology, self.entailment, world, found, hypothesis
        ):
            yield quad_of(triple)
        yield from assemble.named_graphs(self.quads, found, hypothesis)

    def following(self, hypothesis: Hypothesis | None) -> Derivations:
        """Give what follows from the documents and from what is supposed."""
        if hypothesis is None or not hypothesis.holds:
            return self.derivations
        more = self._engine.suppose(hypothesis.holds)
        return Derivations(
            {**self.derivations.propositions, **more.propositions},
            (*self.derivations.inferences, *more.inferences),
        )
