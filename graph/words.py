"""Words for what a snapshot has: labels, passages and stances, from its quads and its ontology."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from foedus.graph.names import FD, POLARITY, RDF, RDFS, SKOS
from foedus.graph.passages import Span
from foedus.graph.proofs import Language, Passage, Stance
from foedus.graph.terms import Term, Triple
from foedus.ontology.namespaces import PREFIXES

_NAMES: Final = (
    FD.paraphrase,
    RDFS.label,
    SKOS.prefLabel,
    ox.NamedNode(PREFIXES["dcterms"] + "title"),
)
_SENTENCE: Final = {"en": "sentence", "de": "Satz"}

Facts = Mapping[Term, Mapping[ox.NamedNode, list[Term]]]
"""Values by subject and property."""


class Words:
    """Names things as their data do; a proposition that no document has by what its graph says.

    Args:
        facts: Everything outside of propositions.
        graphs: The propositions.
        ontology: Where terms and concepts have their labels.
    """

    def __init__(
        self,
        facts: Facts,
        graphs: Mapping[ox.NamedNode, set[Triple]],
        ontology: tuple[Triple, ...],
    ) -> None:
        self._facts = facts
        self._graphs = graphs
        self._ontology = ontology

    def label(self, iri: ox.NamedNode, language: Language) -> str:
        """Give the name of a thing; of a proposition what is claimed by it."""
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

    def term(self, term: Term, language: Language) -> str:
        """Give the name of a node, or the text of a literal."""
        if isinstance(term, ox.NamedNode) and term not in self._graphs:
            return self._name(term, language) or term.value.rpartition("/")[2] or term.value
        return self.label(term, language) if isinstance(term, ox.NamedNode) else term.value

    def definition(self, iri: ox.NamedNode, language: Language) -> str:
        """Give the sentence that says what a rule does; empty where there is none."""
        for value in self._facts.get(iri, {}).get(SKOS.definition, ()):
            if isinstance(value, ox.Literal) and value.language == language:
                return value.value
        return ""

    def passage(self, claim: ox.NamedNode) -> Passage | None:
        """Find where a claim is stated."""
        properties = self._facts.get(claim, {})
        document = properties.get(FD.isStatedIn, [None])[0]
        sentence = properties.get(FD.isFoundIn, [None])[0]
        if not isinstance(document, ox.NamedNode) or not isinstance(sentence, ox.NamedNode):
            return None
        start, end = properties[FD.start][0], properties[FD.end][0]
        return Passage(document, sentence, Span(int(start.value), int(end.value)))

    def stance(self, claim: ox.NamedNode) -> Stance | None:
        """Find who holds a claim, how firmly, in which mode, and who reports it."""
        properties = self._facts.get(claim, {})
        holder, firmness, mode = (
            properties.get(name, [None])[0] for name in (FD.heldBy, FD.firmness, FD.mode)
        )
        if not isinstance(holder, ox.NamedNode) or not isinstance(firmness, ox.NamedNode):
            return None
        day = properties.get(FD.reportDate, [None])[0]
        return Stance(
            holder,
            firmness,
            mode if isinstance(mode, ox.NamedNode) else None,
            POLARITY.denied in properties.get(FD.polarity, ()),
            day.value if day is not None else None,
            self._publishers(properties.get(FD.isReportedBy, [None])[0]),
        )

    def _publishers(self, report: Term | None) -> tuple[ox.NamedNode, ...]:
        found: dict[ox.NamedNode, None] = {}
        while report is not None:
            properties = self._facts.get(report, {})
            for publisher in properties.get(FD.isPublishedBy, ()):
                if isinstance(publisher, ox.NamedNode):
                    found[publisher] = None
            report = properties.get(FD.isReportedBy, [None])[0]
        return tuple(found)

    def _name(self, node: Term, language: Language) -> str | None:
        """Give what a node is called: paraphrase, label or title, of the data or the ontology."""
        for facts in (self._facts, self._terms):
            for predicate in _NAMES:
                for value in facts.get(node, {}).get(predicate, ()):
                    if isinstance(value, ox.Literal) and value.language == language:
                        return value.value
        return None

    @cached_property
    def _claims_on(self) -> Mapping[Term, list[Term]]:
        found: dict[Term, list[Term]] = {}
        for subject, properties in self._facts.items():
            for proposition in properties.get(FD.onProposition, ()):
                found.setdefault(proposition, []).append(subject)
        return {name: sorted(claims, key=str) for name, claims in found.items()}

    @cached_property
    def _terms(self) -> Facts:
        found: dict[Term, dict[ox.NamedNode, list[Term]]] = {}
        for subject, predicate, value in self._ontology:
            if predicate in _NAMES and isinstance(predicate, ox.NamedNode):
                found.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return found

    def _in_words(self, iri: ox.NamedNode, language: Language) -> str:
        """Put into words a proposition that no document has: class and roles of its subjects."""

        def written(node: Term) -> str:
            if isinstance(node, ox.NamedNode) and node in self._graphs and node != iri:
                return f"“{self.label(node, language)}”"
            if isinstance(node, ox.Literal):
                return node.value
            name = self._name(node, language)
            return name or str(getattr(node, "value", node)).rpartition("/")[2]

        described: dict[Term, tuple[list[str], list[str]]] = {}
        for subject, predicate, value in sorted(self._graphs.get(iri, ()), key=str):
            classes, roles = described.setdefault(subject, ([], []))
            if isinstance(value, ox.NamedNode) and value.value.startswith(PREFIXES["derived"]):
                continue  # named by a hash, which tells a reader nothing
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
