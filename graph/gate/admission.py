"""Which documents may enter: each is judged by the gate, in the presence of the others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import SH, URIRef

from foedus import ontology
from foedus.graph import load
from foedus.graph.gate.check import Context, check_graphs
from foedus.graph.gate.graphs import Graphs
from foedus.graph.gate.known import Known
from foedus.graph.gate.terms import iri
from foedus.graph.load import Document
from foedus.graph.names import FD, RDF
from foedus.ontology.errors import FoedusError, InputRefused
from foedus.ontology.namespaces import SHAPE
from foedus.shapes.report import Finding, Report

_KINDS = (FD.Document, FD.Supplement)
_UNNAMED = Path()
_TWO_GRAPHS = {
    "en": "Another document has other triples under this name: a proposition never changes. "
    "Repeat its graph exactly, leave it out, or give yours a name of its own.",
    "de": "Ein anderes Dokument hat unter diesem Namen andere Tripel: eine Proposition ändert "
    "sich nie. Ihren Graphen genau wiederholen, weglassen oder der eigenen einen Namen geben.",
}
_SAME_IRI = {
    "en": "Give the document an IRI of its own, or leave it out: {} has this one.",
    "de": "Dem Dokument eine eigene IRI geben oder es weglassen: {} hat diese.",
}
_SAME_TEXT = {
    "en": "Leave the document out, or correct fd:sha256: {} is of the same text.",
    "de": "Das Dokument weglassen oder fd:sha256 berichtigen: {} gehört zum selben Text.",
}


class DocumentsRefused(FoedusError):
    """Documents do not conform; the text has a line for each finding: file, line, reason.

    Attributes:
        report: All findings.
        places: The lines of the text.
    """

    def __init__(self, report: Report, places: Sequence[str]) -> None:
        super().__init__("\n".join(places))
        self.report = report
        self.places = tuple(places)

    def __reduce__(self) -> tuple[type["DocumentsRefused"], tuple[Report, tuple[str, ...]]]:
        return DocumentsRefused, (self.report, self.places)


def admit(documents: Sequence[Document], register: Sequence[ox.Quad]) -> None:
    """Let the documents in.

    Raises:
        DocumentsRefused: the register or some of the documents do not conform to the shapes, or
            two documents have one IRI, are of one text, or have different graphs under one name.
    """
    _admit(documents, Context.of(ontology.merged(), register))


def _admit(documents: Sequence[Document], alone: Context) -> None:
    graphs = [Graphs.of(document.quads) for document in documents]
    context = alone.beside(graphs)
    of_register = check_graphs(Graphs.of(()), alone).findings
    found: list[tuple[Finding, Document | None]] = [(finding, None) for finding in of_register]
    owners = _Owners(documents)
    for document, own in zip(documents, graphs, strict=True):
        found += [(finding, document) for finding in owners.repeated(document)]
        report = _judge(own, context)
        told = (finding for finding in report.findings if finding not in of_register)
        found += [(finding, document) for finding in told]
    if found:
        places = [_place(finding, document) for finding, document in found]
        raise DocumentsRefused(Report.of(finding for finding, _ in found), places)


def admit_files(paths: Sequence[Path]) -> None:
    """Let the documents in these files in, with our register; raises as `admit` does."""
    _admit([load.read_document(path) for path in paths], our_context())


@cache
def our_context() -> Context:
    """Give our ontology and register as context of a judgement, once a process."""
    return Context.of(ontology.merged(), load.read_register())


def judge_file(path: Path) -> Report:
    """Judge one file as `judge` does, beside the documents of ours.

    Raises:
        InputRefused: the file cannot be read or parsed, or describes no document.
    """
    return judge(load.read_quads(path), load.document_paths(), path)


def judge(quads: Sequence[ox.Quad], beside: Sequence[Path], path: Path = _UNNAMED) -> Report:
    """Judge quads together with the ontology, the register and the documents in other files.

    Such a document that the quads are a version of is left out. ``path`` is where they are from.

    Raises:
        InputRefused: they describe no document.
    """
    own = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object in _KINDS}
    if not own:
        raise InputRefused("describes no document", None if path is _UNNAMED else str(path))
    others = [document for document in map(load.read_document, beside) if document.iri not in own]
    context = our_context().beside([Graphs.of(document.quads) for document in others])
    documents = [Document(iri, path, tuple(quads)) for iri in own if isinstance(iri, ox.NamedNode)]
    owners = _Owners([*others, *documents])
    repeated = [finding for document in documents for finding in owners.repeated(document)]
    return Report.of([*repeated, *_judge(Graphs.of(quads), context).findings])


def _judge(document: Graphs, context: Context) -> Report:
    report = check_graphs(document, context)
    return Report.of([*report.findings, *_changed_propositions(document, context.known)])


class _Owners:
    """Which documents have an IRI, or the sum of a text."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._order = {id(document): place for place, document in enumerate(documents)}
        self._by_iri: defaultdict[object, list[Document]] = defaultdict(list)
        self._by_text: defaultdict[object, list[Document]] = defaultdict(list)
        for document in documents:
            self._by_iri[document.iri].append(document)
            for text in _texts(document):
                self._by_text[text].append(document)

    def repeated(self, document: Document) -> Iterator[Finding]:
        """Find the other documents that have the same IRI, or else are of the same text."""
        others = {id(it): it for text in _texts(document) for it in self._by_text[text]}
        others |= {id(it): it for it in self._by_iri[document.iri]}
        others.pop(id(document), None)
        for other in sorted(others.values(), key=lambda it: self._order[id(it)]):
            is_same = document.iri == other.iri
            messages = _SAME_IRI if is_same else _SAME_TEXT
            name = other.path.name if is_same else other.iri.value
            yield Finding(
                focus=URIRef(document.iri.value),
                messages={lang: text.format(name) for lang, text in messages.items()},
                source_shape=SHAPE.DocumentShape,
                component=SH.HasValueConstraintComponent,
            )


def _texts(document: Document) -> set[object]:
    return {
        quad.object
        for quad in document.quads
        if quad.predicate == FD.sha256 and quad.subject == document.iri
    }


def _changed_propositions(document: Graphs, known: Known) -> Iterator[Finding]:
    for name, triples in document.propositions.items():
        theirs = known.triples(name, document)
        if theirs and set(triples) != set(theirs):
            yield Finding(
                focus=URIRef(iri(name)),
                messages=_TWO_GRAPHS,
                source_shape=SHAPE.PropositionShape,
                component=SH.HasValueConstraintComponent,
                place=URIRef(iri(name)),
            )


def _place(finding: Finding, document: Document | None) -> str:
    if document is None:
        return f"the register: {finding.focus}: {finding.message()}"
    line = load.line_of(document.path, str(finding.focus), str(finding.place or ""))
    where = document.path if line is None else f"{document.path}:{line}"
    return f"{where}: {finding.focus}: {finding.message()}"
