"""Why something holds in a world: its minimal supports, in words, from a snapshot's material."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from foedus.graph.closure.local import LocalClosure
from foedus.graph.hypotheses import read_hypothesis
from foedus.graph.material import Material
from foedus.graph.names import FD, RDF, RDFS, SKOS, is_proposition
from foedus.graph.passages import Span
from foedus.graph.proofs import (
    Explanation,
    Grounds,
    Language,
    Limit,
    Passage,
    Reasons,
    Supports,
    Wording,
    explain,
    supports,
    supports_of_triple,
)
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.worlds import World, excluded, read_claims
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import PREFIXES

_NAMES: Final = (
    FD.paraphrase,
    RDFS.label,
    SKOS.prefLabel,
    ox.NamedNode(PREFIXES["dcterms"] + "title"),
)


_SENTENCE: Final = {"en": "sentence", "de": "Satz"}


class NothingToProve(FoedusError):
    """Neither a proposition nor an inference has this name."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"{iri} is neither a proposition nor an inference; name one, or a triple")
        self.iri = iri


class Why:
    """Proofs in one world."""

    def __init__(self, material: Material, world: World) -> None:
        self._material = material
        hypothesis = read_hypothesis(world.suppose) if world.suppose else None
        self._found = material.following(hypothesis)
        self._graphs: dict[ox.NamedNode, set[Triple]] = {}
        self._facts: dict[Term, dict[ox.NamedNode, list[Term]]] = {}
        for quad in material.quads:
            triple = triple_of(quad)
            if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
                self._graphs.setdefault(quad.graph_name, set()).add(triple)
            else:
                subject, predicate, value = triple
                assert isinstance(predicate, ox.NamedNode)
                self._facts.setdefault(subject, {}).setdefault(predicate, []).append(value)
        supposed = hypothesis.holds if hypothesis else {}
        for further in (self._found.propositions, supposed):
            for name, triples in further.items():
                self._graphs.setdefault(name, set()).update(triples)
        claims = read_claims(material.quads)
        inferences = self._found.inferences
        self._grounds = Grounds(
            Reasons(claims, inferences),
            world,
            excluded(claims, world, inferences, hypothesis),
            frozenset(supposed),
        )

    @property
    def propositions(self) -> Mapping[ox.NamedNode, set[Triple]]:
        """All propositions there are: asserted, derived and supposed."""
        return self._graphs

    def holds_because(self, iri: ox.NamedNode, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of a proposition, or of what an inference concludes.

        Raises:
            NothingToProve: ``iri`` names neither.
        """
        concluded = {it.iri: it.concludes for it in self._found.inferences}
        target = concluded.get(iri, iri)
        if target not in self._graphs:
            raise NothingToProve(iri.value)
        return supports(self._grounds, target, limit)

    def triple_because(self, triple: Triple, limit: Limit | None = None) -> Supports:
        """Find the minimal supports of a triple that a proposition states or entails."""
        return supports_of_triple(self._grounds, triple, self._containing, limit)

    def explain(self, found: Supports, at_most: int = 20) -> Explanation:
        """Make proofs of supports, down to claims."""
        return explain(found, at_most)

    def wording(self, language: Language) -> Wording:
        """Give the words for propositions, claims, rules and passages in one language."""
        return Wording(lambda iri: self._label(iri, language), self._passage, language)

    @cached_property
    def _closure(self) -> LocalClosure:
        records = [triple_of(q) for q in self._material.quads if not is_proposition(q.graph_name)]
        return LocalClosure(self._material.entailment, [*self._material.ontology, *records])

    def _containing(self, triple: Triple) -> Iterable[ox.NamedNode]:
        for name, triples in self._graphs.items():
            if triple in triples or triple in self._closure.closure(triples):
                yield name

    @cached_property
    def _claims_on(self) -> Mapping[Term, list[Term]]:
        found: dict[Term, list[Term]] = {}
        for subject, properties in self._facts.items():
            for proposition in properties.get(FD.onProposition, ()):
                found.setdefault(proposition, []).append(subject)
        return {name: sorted(claims, key=str) for name, claims in found.items()}

    def _label(self, iri: ox.NamedNode, language: Language) -> str:
        name = self._name(iri, language)
        if name is not None:
            return name
        for number in self._facts.get(iri, {}).get(FD.number, ()):
            return f"{_SENTENCE[language]} {getattr(number, 'value', '')}"
        for claim in self._claims_on.get(iri, ()):
            said = self._name(claim, language)
            if said is not None:
                return said
        return self._in_words(iri, language)

    def _name(self, node: Term, language: Language) -> str | None:
        """Give what a node is called: paraphrase, label or title, of the data or the ontology."""
        for facts in (self._facts, self._terms):
            for predicate in _NAMES:
                for value in facts.get(node, {}).get(predicate, ()):
                    if isinstance(value, ox.Literal) and value.language == language:
                        return value.value
        return None

    @cached_property
    def _terms(self) -> Mapping[Term, Mapping[Term, list[Term]]]:
        found: dict[Term, dict[Term, list[Term]]] = {}
        for subject, predicate, value in self._material.ontology:
            if predicate in _NAMES:
                found.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return found

    def _in_words(self, iri: ox.NamedNode, language: Language) -> str:
        """Put into words a proposition that no document has: class and roles of its subjects."""

        def written(node: Term) -> str:
            if isinstance(node, ox.NamedNode) and node in self._graphs and node != iri:
                return f"“{self._label(node, language)}”"
            name = self._name(node, language)
            return name or str(getattr(node, "value", node)).rpartition("/")[2]

        described: dict[Term, tuple[list[str], list[str]]] = {}
        for subject, predicate, value in sorted(self._graphs.get(iri, ()), key=str):
            classes, roles = described.setdefault(subject, ([], []))
            if predicate == RDF.type:
                classes.append(written(value))
            elif value not in described or isinstance(value, ox.Literal):
                roles.append(f"{written(predicate)} {written(value)}")
        parts = [
            f"{', '.join(classes)} ({', '.join(roles)})"
            for classes, roles in described.values()
            if classes
        ]
        return "; ".join(parts) or iri.value

    def _passage(self, claim: ox.NamedNode) -> Passage | None:
        properties = self._facts.get(claim, {})
        document = properties.get(FD.isStatedIn, [None])[0]
        sentence = properties.get(FD.isFoundIn, [None])[0]
        if not isinstance(document, ox.NamedNode) or not isinstance(sentence, ox.NamedNode):
            return None
        start, end = properties[FD.start][0], properties[FD.end][0]
        return Passage(document, sentence, Span(int(start.value), int(end.value)))
