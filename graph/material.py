"""What the worlds of a snapshot are made of, kept in it so that any world can be made later.

All of it is columns of numbers (see `lexicon`), opened without being read. Terms, quads and
inferences as objects are made of them when somebody asks for these.
"""

import gc
import threading
from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pyoxigraph as ox
import rdflib

from foedus.graph.catalogue import Catalogue
from foedus.graph.closure import Rules, compile_rules
from foedus.graph.coder import Coder
from foedus.graph.coding import encode
from foedus.graph.collector import collector_paused
from foedus.graph.deriving import derived_from
from foedus.graph.hypotheses import Hypothesis
from foedus.graph.inference import (
    Derivations,
    Engine,
    Rule,
    engine_for,
    read_rules,
    rule_triples,
)
from foedus.graph.lexicon import Lexicon
from foedus.graph.support import Support
from foedus.graph.terms import Triple, quad_of, to_node, to_oxigraph, triple_of
from foedus.graph.universe import Universe

_ONTOLOGY: Final = "ontology.nt"
_Columns = TypeVar("_Columns", Catalogue, Support, Universe)


class Material:
    """Everything that does not depend on a choice of world."""

    def __init__(
        self,
        lexicon: Lexicon,
        catalogue: Catalogue,
        support: Support,
        universe: Universe,
        ontology: bytes,
    ) -> None:
        self.lexicon = lexicon
        self.catalogue = catalogue
        self.support = support
        self.universe = universe
        self._ontology = ontology
        self._making = threading.Lock()
        self._engine: Engine | None = None

    @classmethod
    def derived(
        cls, quads: Sequence[ox.Quad], closed: rdflib.Graph, rules: Sequence[Rule]
    ) -> "Material":
        """Derive what follows from what a build has read, gated and closed.

        Raises:
            AxiomRefused: a document has an axiom that the ontology does not have.
        """
        vocabulary, entailment = tuple(to_oxigraph(closed)), compile_rules(closed)
        with collector_paused():
            coder = Coder()
            stated = coder.quads(chain(quads, map(quad_of, rule_triples(rules))))
            engine = derived_from(stated, coder.terms(), vocabulary, entailment, rules)
            parts = encode(coder, stated, vocabulary, entailment, engine)
        ontology = ox.serialize(map(quad_of, vocabulary), format=ox.RdfFormat.N_TRIPLES)
        assert ontology is not None
        return cls(parts.lexicon, parts.catalogue, parts.support, parts.universe, ontology)

    @classmethod
    def read(cls, snapshot: Path) -> "Material":
        """Open what `write` has written into the folder of a snapshot."""
        folder = snapshot / "material"
        return cls(
            Lexicon.read(folder),
            _read(Catalogue, folder),
            _read(Support, folder),
            _read(Universe, folder),
            (folder / _ONTOLOGY).read_bytes(),
        )

    def write(self, snapshot: Path) -> None:
        """Write it into the folder of a snapshot."""
        folder = snapshot / "material"
        folder.mkdir()
        self.lexicon.write(folder)
        for part in (self.catalogue, self.support, self.universe):
            for field in fields(part):
                np.save(folder / _file(part, field.name), getattr(part, field.name))
        (folder / _ONTOLOGY).write_bytes(self._ontology)

    @cached_property
    def quads(self) -> tuple[ox.Quad, ...]:
        """The gated documents, the register, the description of the data set and of the rules."""
        with collector_paused():
            return self.catalogue.quads(self.lexicon)

    @cached_property
    def derivations(self) -> Derivations:
        """What follows from the documents."""
        with collector_paused():
            return self.catalogue.derivations(self.lexicon, self.support)

    @cached_property
    def ontology(self) -> tuple[Triple, ...]:
        """The ontology closed by itself."""
        return tuple(map(triple_of, ox.parse(self._ontology, format=ox.RdfFormat.N_TRIPLES)))

    @cached_property
    def entailment(self) -> Rules:
        """The rules compiled from it."""
        closed = rdflib.Graph()
        for subject, predicate, value in self.ontology:
            closed.add((to_node(subject), to_node(predicate), to_node(value)))
        return compile_rules(closed)

    def engine(self) -> Engine:
        """Give the rules at work on all that is there; who comes while they start waits.

        They hold many objects for good, which the collector need not go through again.
        """
        with self._making:
            if self._engine is None:
                # What earlier ones held is for the collector again.
                gc.unfreeze()
                with collector_paused():
                    quads, rules = self.quads, read_rules()
                    engine, graphs = engine_for(quads, rules, self.entailment, self.ontology)
                    engine.add(graphs)
                    engine.prepare()
                    self._engine = engine
                    gc.collect()
                    gc.freeze()
            return self._engine

    def supposing(self, hypothesis: Hypothesis) -> Derivations:
        """Give what follows besides from what is supposed: the rules run, on what is new."""
        return self.engine().suppose(hypothesis.holds)


def _file(part: object, field: str) -> str:
    name = part.__name__ if isinstance(part, type) else type(part).__name__
    return f"{name.lower()}-{field}.npy"


def _read(part: type[_Columns], folder: Path) -> _Columns:
    columns: dict[str, Any] = {
        field.name: np.load(folder / _file(part, field.name), mmap_mode="r")
        for field in fields(part)
    }
    return part(**columns)
