"""Why something holds in a world: its minimal supports, in words, from a snapshot's material."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from foedus.graph.hypotheses import read_hypothesis
from foedus.graph.proofs import (
    Explanation,
    Grounds,
    Language,
    Limit,
    Listed,
    Reasons,
    Supports,
    Wording,
    explain,
    firmness,
    supported_by_nothing,
    supports,
    supports_of_triple,
)
from foedus.graph.terms import Triple
from foedus.graph.words import Words
from foedus.graph.worlds import Firmness, Inference, World, excluded
from foedus.ontology.errors import FoedusError

if TYPE_CHECKING:
    from foedus.graph.containing import Containing
    from foedus.graph.contents import Content
    from foedus.graph.material import Material

KEPT: Final = 8
"""For how many worlds proofs stay ready; the one that was asked for least recently goes."""


class NothingToProve(FoedusError):
    """Neither a proposition nor an inference has this name."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"{iri} is neither a proposition nor an inference; name one, or a triple")
        self.iri = iri


class Why:
    """Proofs in one world; may be used by several threads once it is made.

    Raises:
        DataInconsistent: what holds there contradicts the ontology.
        InputRefused: the hypothesis cannot be read.
        AxiomRefused: the hypothesis has an axiom that the ontology does not have.
    """

    def __init__(self, material: "Material", world: World) -> None:
        from foedus.graph.numbered import Terms
        from foedus.graph.recorded import Recorded
        from foedus.graph.stated import Facts, Propositions

        self._material = material
        terms = Terms(material.lexicon)
        self._recorded = Recorded(material, terms)
        self._supposed: Content | None = None
        reasons: Reasons = self._recorded
        further: dict[ox.NamedNode, frozenset[Triple]] = {}
        inferences: Sequence[Inference] = ()
        hypothesis = read_hypothesis(world.suppose) if world.suppose else None
        if hypothesis:
            from foedus.graph.contents import Contents

            # Without a hypothesis less holds than in the named worlds, which are consistent.
            self._supposed = Contents(material).of(world)
            found = material.supposing(hypothesis)
            further, inferences = {**found.propositions, **hypothesis.holds}, found.inferences
            reasons = Listed((), inferences, reasons)
        self._graphs = Propositions(material, terms, further)
        self.words = Words(Facts(material, terms), self._graphs, reasons)
        denials = self._recorded.denials() if world.is_undisputed else []
        containers = [it for claim in denials for it in reasons.concluding(claim.proposition)]
        self._grounds = Grounds(
            reasons,
            world,
            excluded(denials, world, containers, hypothesis),
            frozenset(hypothesis.holds if hypothesis else ()),
        )
        self._concluded = {it.iri: it.concludes for it in inferences}
        self._firmness: dict[ox.NamedNode, Firmness] = {}

    @property
    def propositions(self) -> Mapping[ox.NamedNode, frozenset[Triple]]:
        """All propositions there are: asserted, derived and supposed."""
        return self._graphs

    @property
    def undatable(self) -> int:
        """How many claims have no day of report, and are known in no dated world."""
        return self._recorded.undatable

    def target(self, iri: ox.NamedNode) -> ox.NamedNode:
        """Give the proposition of that name, or what the inference of that name concludes.

        Raises:
            NothingToProve: ``iri`` names neither.
        """
        if iri in self._graphs:
            return iri
        target = self._concluded.get(iri) or self._recorded.concluded_by(iri)
        if target is None:
            raise NothingToProve(iri.value)
        return target

    def holds_because(self, iri: ox.NamedNode, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of `target`; raises as it does."""
        return supports(self._grounds, self.target(iri), limit)

    def triple_because(self, triple: Triple, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of a triple that a proposition states or entails.

        What is in every world has one, which is empty.
        """
        if self.containing.is_always(triple):
            return supported_by_nothing(self._grounds)
        return supports_of_triple(self._grounds, triple, self.containing, limit)

    def explain(self, found: Supports, at_most: int = 20) -> Explanation:
        """Make proofs of supports, down to claims."""
        part = found.slice
        self._firmness.update(firmness(self._grounds, [part.nodes[it].iri for it in part.targets]))
        return explain(found, at_most)

    def wording(self, language: Language) -> Wording:
        """Give the words for propositions, claims, rules and passages in one language."""
        words = self.words
        return Wording(
            lambda iri: words.label(iri, language),
            words.passage,
            language,
            words.stance,
            self._firmness.get,
            lambda rule: words.definition(rule, language),
        )

    @cached_property
    def containing(self) -> "Containing":
        """Finds the propositions that have a triple."""
        from foedus.graph.containing import Containing

        return Containing(self._material, self._supposed)


class Whys:
    """The proofs of one snapshot, by world; may be used by several threads.

    Args:
        material: Gives what the worlds are made of, when the first proof is asked for.
    """

    def __init__(self, material: Callable[[], "Material"]) -> None:
        self._material = material
        self._made: OrderedDict[World, Why] = OrderedDict()
        self._lock = threading.Lock()
        self._making = threading.Lock()

    def why(self, world: World) -> Why:
        """Give the proofs in a world, which are made if they are not there still.

        Raises:
            DataInconsistent, InputRefused, AxiomRefused: as `Why`.
        """
        found = self._known(world)
        if found is None:
            # One is made at a time, so that none is made twice.
            with self._making:
                found = self._known(world) or Why(self._material(), world)
        with self._lock:
            self._made[world] = found
            self._made.move_to_end(world)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
        return found

    def _known(self, world: World) -> Why | None:
        with self._lock:
            return self._made.get(world)
