"""Words for what a snapshot has: labels, passages and stances, from its quads and its ontology."""

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from foedus.graph.names import FD, POLARITY, RDF, RDFS, SKOS
from foedus.graph.passages import Span
from foedus.graph.proofs import Language, Passage, Reasons, Stance
from foedus.graph.terms import Term, Triple
from foedus.ontology.namespaces import PREFIXES

if TYPE_CHECKING:
    from foedus.graph.stated import Facts

_NAMES: Final = (
    FD.paraphrase,
    RDFS.label,
    SKOS.prefLabel,
    ox.NamedNode(PREFIXES["dcterms"] + "title"),
)
_SENTENCE: Final = {"en": "sentence", "de": "Satz"}


class Words:
    """Names things as their data do; a proposition that no document has by what its graph says.

    Args:
        facts: What is said outside of propositions.
        graphs: The propositions.
        reasons: The claims on them.
    """

    def __init__(
        self,
        facts: "Facts",
        graphs: Mapping[ox.NamedNode, Set[Triple]],
        reasons: Reasons,
    ) -> None:
        self._facts = facts
        self._graphs = graphs
        self._reasons = reasons

    def label(self, iri: ox.NamedNode, language: Language) -> str:
        """Give the name of a thing; of a proposition what is claimed by it."""
        name = self._name(iri, language)
        if name is not None:
            return name
        for number in self._facts.stated(iri, FD.number):
            return f"{_SENTENCE[language]} {getattr(number, 'value', '')}"
        for claim in self._reasons.claims_on(iri):
            said = self._name(claim.iri, language)
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
        for value in self._facts.stated(iri, SKOS.definition):
            if isinstance(value, ox.Literal) and value.language == language:
                return value.value
        return ""

    def passage(self, claim: ox.NamedNode) -> Passage | None:
        """Find where a claim is stated."""
        document, sentence = self._one(claim, FD.isStatedIn), self._one(claim, FD.isFoundIn)
        start, end = self._one(claim, FD.start), self._one(claim, FD.end)
        if not isinstance(document, ox.NamedNode) or not isinstance(sentence, ox.NamedNode):
            return None
        assert start is not None
        assert end is not None
        return Passage(document, sentence, Span(int(start.value), int(end.value)))

    def stance(self, claim: ox.NamedNode) -> Stance | None:
        """Find who holds a claim, how firmly, in which mode, and who reports it."""
        holder, firmness, mode = (
            self._one(claim, name) for name in (FD.heldBy, FD.firmness, FD.mode)
        )
        if not isinstance(holder, ox.NamedNode) or not isinstance(firmness, ox.NamedNode):
            return None
        day = self._one(claim, FD.reportDate)
        return Stance(
            holder,
            firmness,
            mode if isinstance(mode, ox.NamedNode) else None,
            self._one(claim, FD.polarity) == POLARITY.denied,
            day.value if day is not None else None,
            self._publishers(self._one(claim, FD.isReportedBy)),
        )

    def _publishers(self, report: Term | None) -> tuple[ox.NamedNode, ...]:
        found: dict[ox.NamedNode, None] = {}
        while report is not None:
            for publisher in self._facts.stated(report, FD.isPublishedBy):
                if isinstance(publisher, ox.NamedNode):
                    found[publisher] = None
            report = self._one(report, FD.isReportedBy)
        return tuple(found)

    def _one(self, subject: Term, predicate: ox.NamedNode) -> Term | None:
        return next(iter(self._facts.stated(subject, predicate)), None)

    def _name(self, node: Term, language: Language) -> str | None:
        """Give what a node is called: paraphrase, label or title, of the data or the ontology."""
        for values in (self._facts.stated, self._facts.entailed):
            for predicate in _NAMES:
                for value in values(node, predicate):
                    if isinstance(value, ox.Literal) and value.language == language:
                        return value.value
        return None

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
