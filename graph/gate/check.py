"""The gate: no document enters the data unless it conforms to the shapes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from foedus.graph.gate.graphs import Graphs, is_blank
from foedus.graph.gate.view import View, view
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import SHAPE
from foedus.shapes import merged
from foedus.shapes.report import Finding, Report
from foedus.shapes.validate import validate

_UNDESCRIBED: Final = SHAPE.DescriptionShape
_REDEFINED: Final = SHAPE.RedefinitionShape
_UNRECORDED: Final = SHAPE.RecordShape
_FIRST: Final = frozenset(
    SHAPE[f"{name}Shape"]
    for name in (
        "ClaimClass",
        "ClashingKind",
        "DerivedKind",
        "DescribedKind",
        "DocumentClass",
        "Leak",
        "RecordedKind",
        "Redefinition",
        "ReportClass",
        "SentenceClass",
    )
)
"""Shapes about what a node is and where it belongs: until that is mended, the rest is moot."""
_VALUES: Final = frozenset(
    {
        SH.ClassConstraintComponent,
        SH.DatatypeConstraintComponent,
        SH.MinCountConstraintComponent,
        SH.OrConstraintComponent,
    }
)
_PAIRS: Final = frozenset(
    {
        SH.EqualsConstraintComponent,
        SH.LessThanConstraintComponent,
        SH.LessThanOrEqualsConstraintComponent,
    }
)


@dataclass(frozen=True)
class Context:
    """What a document is judged together with.

    Attributes:
        vocabulary: The ontology's terms.
        register: The shared entities.
        known: The documents that are in the data already.
        shapes: The shapes of the data.
    """

    vocabulary: Vocabulary
    register: Graphs
    known: Graphs
    shapes: Graph

    @classmethod
    def of(
        cls,
        ontology: Graph,
        register: Iterable[ox.Quad] = (),
        known: Iterable[ox.Quad] = (),
        shapes: Graph | None = None,
    ) -> "Context":
        """Prepare a context, once for any number of documents; ours are the default shapes."""
        return cls(
            vocabulary=Vocabulary.of(ontology),
            register=Graphs.of(register),
            known=Graphs.of(known),
            shapes=merged() if shapes is None else shapes,
        )

    def knowing(self, known: Iterable[ox.Quad]) -> "Context":
        """Give the same context with other documents in the data."""
        return replace(self, known=Graphs.of(known))


def check(document: Sequence[ox.Quad], context: Context) -> Report:
    """Judge a document, or several at once, given as the quads of their named graphs.

    Graphs below ``proposition/`` are propositions, all others provenance and entities. Findings
    name the nodes and graphs of the document, or of the register where that is at fault.

    Raises:
        InputRefused: a triple is used as a term.
    """
    seen = view(Graphs.of(document), context.register, context.known, context.vocabulary)
    report = validate(seen.graph, context.shapes)
    return Report.of(_without_echoes(_located(report, seen)))


def _located(report: Report, seen: View) -> list[Finding]:
    """Put the document's own nodes for those of the view; drop what is not its own."""
    located = []
    for finding in report.findings:
        if finding.focus not in seen.origins:
            continue
        focus, place = seen.origins[finding.focus]
        value = finding.value
        if value is not None and value in seen.origins:
            value, _ = seen.origins[value]
        located.append(
            replace(
                finding,
                focus=_plain(focus),
                place=place,
                value=None if value is None else _plain(value),
            )
        )
    return located


def _plain(node: Node) -> Node:
    return BNode(node.rpartition("/")[2]) if isinstance(node, URIRef) and is_blank(node) else node


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Drop what only follows from another finding, so that one mistake is told once."""
    first = {_spot(finding) for finding in findings if finding.source_shape in _FIRST}
    undescribed = {_spot(finding) for finding in findings if finding.source_shape == _UNDESCRIBED}
    classless = {
        _spot(finding)
        for finding in findings
        if finding.source_shape in (_UNDESCRIBED, _UNRECORDED) and finding.path == RDF.type
    }
    misrecorded = {
        finding.focus
        for finding in findings
        if finding.source_shape in (_FIRST | {_UNRECORDED}) - {_REDEFINED}
    }
    unusable = {
        (_spot(finding), finding.source_shape)
        for finding in findings
        if finding.component in _VALUES and finding.path is not None
    }
    kept: dict[object, Finding] = {}
    for finding in findings:
        spot = _spot(finding)
        value = None if finding.value == finding.focus else finding.value
        if spot in first and finding.source_shape not in _FIRST:
            continue
        if spot in classless and str(finding.source_shape).endswith("RoleShape"):
            continue
        if value is not None and (value in misrecorded or (value, finding.place) in undescribed):
            continue
        if finding.component in _PAIRS and (spot, finding.source_shape) in unusable:
            continue
        shown = None if finding.component == SH.EqualsConstraintComponent else value
        kept.setdefault((spot, finding.path, shown, finding.message()), finding)
    return list(kept.values())


def _spot(finding: Finding) -> tuple[Node, URIRef | None]:
    return finding.focus, finding.place
