"""What a validation found: as values, as text for a person, as JSON and as a SHACL report."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import NamespaceManager
from rdflib.term import Node

from foedus.ontology.namespaces import SHAPE, bind
from foedus.shapes.path import PropertyPath, write_path

PLACE: Final = SHAPE.isFoundInGraph
"""Result -> named graph that the focus node was judged in; ours, beside SHACL's own terms."""

_NAMES: Final[NamespaceManager] = bind(Graph()).namespace_manager
_WORDS: Final = {
    "en": ("conforms", "does not conform", "finding", "findings", "value"),
    "de": ("ist in Ordnung", "ist nicht in Ordnung", "Befund", "Befunde", "Wert"),
}


@dataclass(frozen=True)
class Finding:
    """One result of a validation.

    Attributes:
        focus: The node that breaks a shape.
        messages: What to do about it, by language tag.
        source_shape: The named shape that was broken.
        component: The kind of constraint, such as ``sh:MinCountConstraintComponent``.
        path: The property that is wrong, if it is one.
        value: The value that is wrong, if it is one.
        severity: ``sh:Violation``, ``sh:Warning`` or ``sh:Info``.
        place: The named graph that ``focus`` was judged in, if the data had named graphs.
    """

    focus: Node
    messages: Mapping[str, str] = field(hash=False)
    source_shape: Node
    component: URIRef
    path: PropertyPath | None = None
    value: Node | None = None
    severity: URIRef = SH.Violation
    place: URIRef | None = None

    def message(self, lang: str = "en") -> str:
        """Give the message in ``lang``, or in the first language there is."""
        return self.messages.get(lang) or next(iter(self.messages.values()), "")

    def sort_key(self) -> tuple[str, ...]:
        """Order findings by place, node, path, shape and value, whatever order they came in."""
        parts = (self.place, self.focus, self.path, self.source_shape, self.component, self.value)
        return tuple("" if part is None else part.n3() for part in parts)


@dataclass(frozen=True)
class Report:
    """The findings of one validation, in an order that depends on nothing but them."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Report":
        """Make a report of findings in any order."""
        return cls(tuple(sorted(findings, key=Finding.sort_key)))

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, of whatever severity (SHACL 3.6.1)."""
        return not self.findings

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings of severity ``sh:Violation``."""
        return tuple(finding for finding in self.findings if finding.severity == SH.Violation)

    def as_text(self, lang: str = "en") -> str:
        """Write the report for a person, grouped by graph and node, names shortened."""
        conforms, does_not, one, many, value_word = _WORDS.get(lang, _WORDS["en"])
        if self.conforms:
            return f"{conforms}\n"
        count = len(self.findings)
        lines = [f"{does_not}: {count} {one if count == 1 else many}"]
        for place, in_place in groupby(self.findings, key=lambda finding: finding.place):
            lines += ["", short(place)] if place is not None else [""]
            for focus, group in groupby(in_place, key=lambda finding: finding.focus):
                lines.append(f"  {short(focus)}")
                for finding in group:
                    lines.append(f"    {finding.message(lang)}")
                    if finding.value is not None and finding.value != focus:
                        lines.append(f"      {value_word}: {short(finding.value)}")
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """Write the report as JSON; terms as in SPARQL 1.1 Query Results JSON."""
        document = {
            "conforms": self.conforms,
            "findings": [_as_object(finding) for finding in self.findings],
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def as_graph(self) -> Graph:
        """Write the report as a ``sh:ValidationReport``."""
        graph = bind(Graph())
        report = BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for finding in self.findings:
            result = BNode()
            graph.add((report, SH.result, result))
            graph.add((result, RDF.type, SH.ValidationResult))
            graph.add((result, SH.focusNode, finding.focus))
            graph.add((result, SH.resultSeverity, finding.severity))
            graph.add((result, SH.sourceConstraintComponent, finding.component))
            graph.add((result, SH.sourceShape, finding.source_shape))
            if finding.path is not None:
                graph.add((result, SH.resultPath, write_path(graph, finding.path)))
            if finding.value is not None:
                graph.add((result, SH.value, finding.value))
            if finding.place is not None:
                graph.add((result, PLACE, finding.place))
            for lang, text in finding.messages.items():
                graph.add((result, SH.resultMessage, Literal(text, lang=lang or None)))
        return graph


def short(term: Node) -> str:
    """Write a term for a person: an IRI with its prefix if it has one, a literal as in Turtle."""
    if isinstance(term, URIRef):
        return _NAMES.normalizeUri(term)
    return term.n3(_NAMES)


def _as_object(finding: Finding) -> dict[str, object]:
    return {
        "focusNode": _as_term(finding.focus),
        "place": None if finding.place is None else str(finding.place),
        "path": None if finding.path is None else finding.path.n3(),
        "value": None if finding.value is None else _as_term(finding.value),
        "severity": str(finding.severity),
        "messages": dict(finding.messages),
        "sourceShape": str(finding.source_shape),
        "sourceConstraintComponent": str(finding.component),
    }


def _as_term(term: Node) -> dict[str, str]:
    if isinstance(term, URIRef):
        return {"type": "uri", "value": str(term)}
    if isinstance(term, BNode):
        return {"type": "bnode", "value": str(term)}
    assert isinstance(term, Literal)
    described = {"type": "literal", "value": str(term)}
    if term.language is not None:
        described["xml:lang"] = term.language
    elif term.datatype is not None:
        described["datatype"] = str(term.datatype)
    return described
