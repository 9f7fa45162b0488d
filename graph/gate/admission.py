"""Which documents may enter: each is judged by the gate, in the presence of the others."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox
from rdflib import SH, URIRef

from foedus import ontology
from foedus.graph import load
from foedus.graph.gate.check import Context, check
from foedus.graph.load import Document
from foedus.graph.names import FD, RDF, is_proposition
from foedus.ontology.errors import FoedusError, InputRefused
from foedus.ontology.namespaces import SHAPE
from foedus.shapes.report import Finding, Report

_KINDS = (FD.Document, FD.Supplement)
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


def admit(documents: Sequence[Document], register: Sequence[ox.Quad]) -> None:
    """Let the documents in.

    Raises:
        DocumentsRefused: some of them do not conform to the shapes, or two of them have one IRI,
            are of one text, or have different graphs under one name.
    """
    context = Context.of(ontology.merged(), register)
    found: list[tuple[Finding, Document]] = []
    for document in documents:
        others = [other for other in documents if other is not document]
        found += [(finding, document) for finding in _repeated(document, others)]
        report = _judge(document.quads, others, context)
        found += [(finding, document) for finding in report.findings]
    if found:
        places = [_place(finding, document) for finding, document in found]
        raise DocumentsRefused(Report.of(finding for finding, _ in found), places)


def judge_file(path: Path) -> Report:
    """Judge one file together with the ontology, the register and the documents of ours.

    A document of ours that the file is a version of is left out.

    Raises:
        InputRefused: the file cannot be read or parsed, or describes no document.
    """
    quads = load.read_quads(path)
    own = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object in _KINDS}
    if not own:
        raise InputRefused("describes no document", str(path))
    others = [
        document
        for document in map(load.read_document, load.document_paths())
        if document.iri not in own
    ]
    context = Context.of(ontology.merged(), load.read_register())
    documents = [Document(iri, path, tuple(quads)) for iri in own if isinstance(iri, ox.NamedNode)]
    repeated = [finding for document in documents for finding in _repeated(document, others)]
    return Report.of([*repeated, *_judge(quads, others, context).findings])


def _judge(quads: Sequence[ox.Quad], others: Sequence[Document], context: Context) -> Report:
    known = [quad for document in others for quad in document.quads]
    report = check(quads, context.knowing(known))
    return Report.of([*report.findings, *_changed_propositions(quads, known)])


def _repeated(document: Document, others: Sequence[Document]) -> Iterator[Finding]:
    texts = _texts(document)
    for other in others:
        is_version = document.iri == other.iri
        if is_version or not texts.isdisjoint(_texts(other)):
            messages = _SAME_IRI if is_version else _SAME_TEXT
            yield Finding(
                focus=URIRef(document.iri.value),
                messages={lang: text.format(other.path) for lang, text in messages.items()},
                source_shape=SHAPE.DocumentShape,
                component=SH.HasValueConstraintComponent,
            )


def _texts(document: Document) -> set[object]:
    return {
        quad.object
        for quad in document.quads
        if quad.predicate == FD.sha256 and quad.subject == document.iri
    }


def _changed_propositions(quads: Sequence[ox.Quad], known: Sequence[ox.Quad]) -> Iterator[Finding]:
    ours, theirs = _propositions(quads), _propositions(known)
    for name in ours.keys() & theirs.keys():
        if ours[name] != theirs[name]:
            yield Finding(
                focus=URIRef(name),
                messages=_TWO_GRAPHS,
                source_shape=SHAPE.PropositionShape,
                component=SH.HasValueConstraintComponent,
                place=URIRef(name),
            )


def _propositions(quads: Sequence[ox.Quad]) -> dict[str, set[tuple[object, object, object]]]:
    graphs: dict[str, set[tuple[object, object, object]]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            triple = (quad.subject, quad.predicate, quad.object)
            graphs.setdefault(quad.graph_name.value, set()).add(triple)
    return graphs


def _place(finding: Finding, document: Document) -> str:
    line = load.line_of(document.path, str(finding.focus), str(finding.place or ""))
    where = document.path if line is None else f"{document.path}:{line}"
    return f"{where}: {finding.focus}: {finding.message()}"
