"""Why something holds in a world: its minimal supports, in words, from a snapshot's material."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from foedus.graph.hypotheses import read_hypothesis
from foedus.graph.names import is_proposition
from foedus.graph.proofs import (
    Explanation,
    Grounds,
    Language,
    Limit,
    Reasons,
    Supports,
    Wording,
    explain,
    supports,
    supports_of_triple,
)
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.words import Words
from foedus.graph.worlds import Firmness, World, excluded, holding, read_claims
from foedus.ontology.errors import FoedusError

if TYPE_CHECKING:
    from foedus.graph.closure.local import LocalClosure
    from foedus.graph.material import Material

KEPT: Final = 8
"""For how many worlds proofs stay ready; the one that was asked for least recently goes."""


class NothingToProve(FoedusError):
    """Neither a proposition nor an inference has this name."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"{iri} is neither a proposition nor an inference; name one, or a triple")
        self.iri = iri


class Why:
    """Proofs in one world; may be used by several threads once it is made."""

    def __init__(self, material: "Material", world: World) -> None:
        self._material = material
        self._world = world
        self._hypothesis = read_hypothesis(world.suppose) if world.suppose else None
        self._found = material.following(self._hypothesis)
        self._graphs: dict[ox.NamedNode, set[Triple]] = {}
        facts: dict[Term, dict[ox.NamedNode, list[Term]]] = {}
        for quad in material.quads:
            triple = triple_of(quad)
            if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
                self._graphs.setdefault(quad.graph_name, set()).add(triple)
            else:
                subject, predicate, value = triple
                assert isinstance(predicate, ox.NamedNode)
                facts.setdefault(subject, {}).setdefault(predicate, []).append(value)
        supposed = self._hypothesis.holds if self._hypothesis else {}
        for further in (self._found.propositions, supposed):
            for name, triples in further.items():
                self._graphs.setdefault(name, set()).update(triples)
        self.words = Words(facts, self._graphs, material.ontology)
        self._claims = read_claims(material.quads)
        inferences = self._found.inferences
        self._grounds = Grounds(
            Reasons(self._claims, inferences),
            world,
            excluded(self._claims, world, inferences, self._hypothesis),
            frozenset(supposed),
        )

    @property
    def propositions(self) -> Mapping[ox.NamedNode, set[Triple]]:
        """All propositions there are: asserted, derived and supposed."""
        return self._graphs

    @property
    def undatable(self) -> int:
        """How many claims have no day of report, and are known in no dated world."""
        return sum(claim.report_date is None for claim in self._claims)

    def target(self, iri: ox.NamedNode) -> ox.NamedNode:
        """Give the proposition of that name, or what the inference of that name concludes.

        Raises:
            NothingToProve: ``iri`` names neither.
        """
        target = self._concluded.get(iri, iri)
        if target not in self._graphs:
            raise NothingToProve(iri.value)
        return target

    def holds_because(self, iri: ox.NamedNode, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of `target`; raises as it does."""
        return supports(self._grounds, self.target(iri), limit)

    def triple_because(self, triple: Triple, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of a triple that a proposition states or entails."""
        return supports_of_triple(self._grounds, triple, self._containing, limit)

    def explain(self, found: Supports, at_most: int = 20) -> Explanation:
        """Make proofs of supports, down to claims."""
        return explain(found, at_most)

    def wording(self, language: Language) -> Wording:
        """Give the words for propositions, claims, rules and passages in one language."""
        words = self.words
        return Wording(
            lambda iri: words.label(iri, language),
            words.passage,
            language,
            words.stance,
            self._held.get,
            lambda rule: words.definition(rule, language),
        )

    @cached_property
    def _concluded(self) -> Mapping[ox.NamedNode, ox.NamedNode]:
        return {inference.iri: inference.concludes for inference in self._found.inferences}

    @cached_property
    def _held(self) -> Mapping[ox.NamedNode, Firmness]:
        inferences = self._found.inferences
        return holding(self._claims, self._world, inferences, self._hypothesis).firmness

    @cached_property
    def _closure(self) -> "LocalClosure":
        from foedus.graph.closure.local import LocalClosure

        records = [triple_of(q) for q in self._material.quads if not is_proposition(q.graph_name)]
        return LocalClosure(self._material.entailment, [*self._material.ontology, *records])

    def _containing(self, triple: Triple) -> Iterable[ox.NamedNode]:
        for name, triples in self._graphs.items():
            if triple in triples or triple in self._closure.closure(triples):
                yield name


class Whys:
    """The proofs of one snapshot, by world; may be used by several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: OrderedDict[World, Why] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def why(self, world: World) -> Why:
        """Give the proofs in a world, which are made if they are not there still.

        Raises:
            InputRefused: its hypothesis cannot be read.
        """
        found = self._known(world)
        if found is None:
            # One is made at a time: a hypothesis runs on indexes that all worlds share.
            with self._making:
                found = self._known(world) or Why(self._material, world)
        with self._lock:
            self._made[world] = found
            self._made.move_to_end(world)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return found

    def _known(self, world: World) -> Why | None:
        with self._lock:
            return self._made.get(world)

    @cached_property
    def _material(self) -> "Material":
        # Only a proof needs the libraries that close the ontology.
        from foedus.graph.material import Material

        return Material.read(self._folder)
