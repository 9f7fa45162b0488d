"""The gate: no document enters the data unless it conforms to the shapes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox
from rdflib import Graph, URIRef

from foedus.graph.view import Graphs, View, view
from foedus.graph.vocabulary import Vocabulary
from foedus.ontology.namespaces import SHAPE
from foedus.shapes import merged
from foedus.shapes.report import Finding, Report
from foedus.shapes.validate import validate

_UNDESCRIBED = SHAPE.DescriptionShape


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
        located.append(replace(finding, focus=focus, place=place, value=value))
    return located


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """Drop complaints about a value that is itself found to be undescribed in the same graph."""
    undescribed: set[tuple[object, URIRef | None]] = {
        (finding.focus, finding.place)
        for finding in findings
        if finding.source_shape == _UNDESCRIBED
    }
    return [
        finding
        for finding in findings
        if finding.value is None
        or finding.value == finding.focus
        or (finding.value, finding.place) not in undescribed
    ]
