"""Turn a draft, in which claims quote their passages, into a document, in which they point at them.

A draft is TriG as in ``graph/documents/``, but for what the text itself can tell: a claim carries
``fd:quote`` with the exact words that it rests on (and ``fd:isFoundIn`` where they occur in
several sentences). Encoding finds the words, refuses what is not there, writes the span, lists the
document's sentences with their spans, and stores the text's hash. The words themselves are dropped.
A claim without a date takes that of its report, or else the document's lower bound.
"""

import hashlib
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from foedus.graph.load import the_document
from foedus.graph.names import BASIS, FD, RDF, XSD
from foedus.graph.passages import Span, locate, sentences
from foedus.graph.terms import Term
from foedus.ontology.errors import FoedusError, InputRefused

QUOTE = FD.quote


class DraftRefused(FoedusError):
    """Claims of a draft do not fit the text; ``problems`` has one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def encode(draft: Sequence[ox.Quad], text: str) -> list[ox.Quad]:
    """Resolve the quotations of ``draft`` against ``text``.

    Raises:
        DraftRefused: quotations that are not in the text, not in one sentence, or ambiguous; all
            of them are listed.
        InputRefused: the draft does not describe exactly one document.
    """
    document = the_document(draft)
    spans = sentences(text)
    facts = _by_subject(draft)
    bound = facts[document].get(FD.notReportedBefore)
    quads = [
        quad
        for quad in draft
        if quad.predicate != QUOTE
        and not (quad.subject == document and quad.predicate == FD.notReportedBefore)
    ]
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    quads.append(ox.Quad(document, FD.sha256, ox.Literal(text_hash), document))
    quads.extend(_sentence_quads(document, spans))
    problems = []
    for claim, properties in facts.items():
        if QUOTE not in properties:
            continue
        try:
            sentence, span = _passage(document, properties, text, spans)
        except InputRefused as error:
            problems.append(f"{claim.value}: {error}")
            continue
        added = {
            FD.isStatedIn: document,
            FD.isFoundIn: sentence,
            FD.start: _integer(span.start),
            FD.end: _integer(span.end),
            **_date(properties, facts, bound),
        }
        quads.extend(
            ox.Quad(claim, predicate, value, document)
            for predicate, value in added.items()
            if predicate not in properties
        )
    if problems:
        raise DraftRefused(sorted(problems))
    return quads


Facts = dict[ox.NamedNode, dict[ox.NamedNode, Term]]


def _by_subject(draft: Sequence[ox.Quad]) -> Facts:
    facts: Facts = {}
    for quad in draft:
        if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.Triple):
            facts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    return facts


def _passage(
    document: ox.NamedNode,
    properties: dict[ox.NamedNode, Term],
    text: str,
    spans: Sequence[Span],
) -> tuple[ox.NamedNode, Span]:
    quote = properties[QUOTE]
    stated = properties.get(FD.isFoundIn)
    if not isinstance(quote, ox.Literal):
        raise InputRefused("fd:quote is not a text")
    if isinstance(stated, ox.NamedNode):
        number = stated.value.rpartition("/")[2]
        if not number.isdigit() or not 1 <= int(number) <= len(spans):
            raise InputRefused(f"the text has {len(spans)} sentences, none is {stated.value}")
        return stated, locate(text, quote.value, spans[int(number) - 1])
    span = locate(text, quote.value)
    for number_, sentence in enumerate(spans, 1):
        if span in sentence:
            return _sentence(document, number_), span
    raise InputRefused(f"runs over the end of a sentence: “{quote.value}”")


def _date(
    properties: dict[ox.NamedNode, Term],
    facts: Facts,
    bound: Term | None,
) -> dict[ox.NamedNode, Term]:
    report = properties.get(FD.isReportedBy)
    dated = facts.get(report, {}) if isinstance(report, ox.NamedNode) else {}
    date = properties.get(FD.reportDate) or dated.get(FD.reportDate)
    earliest = properties.get(FD.notReportedBefore) or dated.get(FD.notReportedBefore)
    basis = BASIS.stated
    if date is not None:
        return {FD.reportDate: date, FD.reportDateBasis: basis}
    earliest = earliest or bound
    if earliest is None:
        return {}
    basis = BASIS.bound
    return {FD.notReportedBefore: earliest, FD.reportDateBasis: basis}


def _sentence_quads(document: ox.NamedNode, spans: Sequence[Span]) -> Iterator[ox.Quad]:
    for number, span in enumerate(spans, 1):
        sentence = _sentence(document, number)
        yield ox.Quad(sentence, RDF.type, FD.Sentence, document)
        yield ox.Quad(sentence, FD.isStatedIn, document, document)
        yield ox.Quad(sentence, FD.number, _integer(number), document)
        yield ox.Quad(sentence, FD.start, _integer(span.start), document)
        yield ox.Quad(sentence, FD.end, _integer(span.end), document)


def _sentence(document: ox.NamedNode, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{document.value}/sentence/{number}")


def _integer(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=XSD.integer)
