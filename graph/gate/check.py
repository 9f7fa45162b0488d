"""The gate: no document enters the data unless it conforms to the shapes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, URIRef
from rdflib.term import Node

from foedus.graph.collector import collector_paused
from foedus.graph.gate.graphs import Graphs
from foedus.graph.gate.known import Known
from foedus.graph.gate.reading import read, read_term
from foedus.graph.gate.terms import iri
from foedus.graph.gate.view import View, view
from foedus.graph.gate.vocabulary import Vocabulary
from foedus.ontology.namespaces import SHAPE
from foedus.shapes import merged
from foedus.shapes.quick import QuickJudge, Suspects
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
        quick: The first judge; without it the reference judges everything.
    """

    vocabulary: Vocabulary
    register: Graphs
    known: Known
    shapes: Graph
    quick: QuickJudge | None

    @classmethod
    def of(
        cls,
        ontology: Graph,
        register: Iterable[ox.Quad] = (),
        shapes: Graph | None = None,
    ) -> "Context":
        """Prepare a context, once for any number of documents; ours are the default shapes."""
        shapes = merged() if shapes is None else shapes
        vocabulary = Vocabulary.of(ontology)
        return cls(
            vocabulary=vocabulary,
            register=Graphs.of(register),
            known=Known((), vocabulary),
            shapes=shapes,
            quick=QuickJudge.of(shapes),
        )

    def beside(self, documents: Sequence[Graphs]) -> "Context":
        """Give the same context with other documents in the data, each of which may be judged."""
        return replace(self, known=Known(documents, self.vocabulary))

    def knowing(self, known: Iterable[ox.Quad]) -> "Context":
        """Give the same context with other documents in the data, as one."""
        return self.beside([Graphs.of(known)])


def check(document: Sequence[ox.Quad], context: Context) -> Report:
    """Judge a document, or several at once, given as the quads of their named graphs.

    Graphs below ``proposition/`` are propositions, all others provenance and entities. Findings
    name the nodes and graphs of the document, or of the register where that is at fault.

    Raises:
        InputRefused: a triple is used as a term.
    """
    with collector_paused():
        sorted_quads = Graphs.of(document)
    return check_graphs(sorted_quads, context)


def check_graphs(document: Graphs, context: Context) -> Report:
    """Judge a document whose quads are sorted already; it may be among the known ones."""
    with collector_paused():
        seen = view(document, context.register, context.known, context.vocabulary)
    turtle = seen.graph.turtle()
    suspects = None if context.quick is None else context.quick.suspects(turtle)
    if suspects is not None:
        suspects = _own_suspects(suspects, seen)
        if not suspects:
            return Report()
    report = validate(read(turtle), context.shapes, only=suspects)
    return Report.of(_without_echoes(_located(report, seen)))


def _own_suspects(suspects: Suspects, seen: View) -> Suspects:
    """Leave out what is known already: it is not judged, and only in part in the view."""
    kept = {
        shape: {node for node in nodes if f"<{node}>" in seen.origins}
        for shape, nodes in suspects.items()
    }
    return {shape: nodes for shape, nodes in kept.items() if nodes}


def _located(report: Report, seen: View) -> list[Finding]:
    """Put the document's own nodes for those of the view; drop what is not its own."""
    located = []
    for finding in report.findings:
        origin = seen.origins.get(f"<{finding.focus}>")
        if origin is not None:
            focus, place = origin
            located.append(
                replace(
                    finding,
                    focus=read_term(focus),
                    place=None if place is None else URIRef(iri(place)),
                    value=_own(finding.value, seen),
                )
            )
    return located


def _own(value: Node | None, seen: View) -> Node | None:
    if not isinstance(value, URIRef):
        return value
    term = f"<{value}>"
    own, _ = seen.origins.get(term, (term, None))
    return read_term(own)


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
