"""SHACL reports in the formats that are offered, and the formats in which RDF is sent to us."""

from typing import Final

from foedus.service.engine import Form
from foedus.service.negotiate import FORMATS, Format
from foedus.shapes.report import Report

REPORTS: Final = (
    Format("json", "application/json", frozenset()),
    Format("turtle", "text/turtle; charset=utf-8", frozenset(), names=("ttl",)),
    Format("text", "text/plain; charset=utf-8", frozenset(), names=("txt",)),
    Format("jsonld", "application/ld+json", frozenset(), names=("json-ld",)),
    Format("ntriples", "application/n-triples", frozenset(), names=("nt",)),
    Format("rdfxml", "application/rdf+xml", frozenset(), names=("rdf",)),
)
_RDF: Final = {"turtle": "turtle", "jsonld": "json-ld", "ntriples": "nt", "rdfxml": "pretty-xml"}
SENT: Final = {
    media_type: entry.media_types[0]
    for entry in reversed(FORMATS)
    if Form.GRAPH in entry.forms
    for media_type in entry.media_types
}
"""Each media type in which RDF may be sent, and the proper one of that format."""


def write_report(report: Report, form: str, lang: str) -> bytes:
    """Write a report in a format of `REPORTS`; the text is in one language."""
    if form == "json":
        return report.as_json().encode()
    if form == "text":
        return report.as_text(lang).encode()
    return report.as_graph().serialize(format=_RDF[form], encoding="utf-8")
