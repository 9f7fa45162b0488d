"""From a draft that quotes its text to a document that points at it."""

import hashlib

import pyoxigraph as ox
import pytest

from foedus.graph.encode import DraftRefused, encode
from foedus.graph.names import BASIS, FD
from foedus.ontology.errors import InputRefused

TEXT = "Ottokar kam nach Lissa. Der Bote meldet, er sei krank. Er sei krank, heißt es."
HEAD = """
@prefix c: <https://w3id.org/foedus/doc/x/claim/> .
@prefix s: <https://w3id.org/foedus/doc/x/sentence/> .
@prefix fd: <https://w3id.org/foedus/ont/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix r: <https://w3id.org/foedus/id/report/> .
GRAPH <https://w3id.org/foedus/doc/x> {
  <https://w3id.org/foedus/doc/x> a fd:Document ; fd:notReportedBefore "1921-05-03"^^xsd:date .
  r:bote a fd:Report ; fd:reportDate "1921-05-02"^^xsd:date .
"""
CLAIM = ox.NamedNode("https://w3id.org/foedus/doc/x/claim/1")


def encoded(claim: str, text: str = TEXT) -> dict[ox.NamedNode, object]:
    draft = list(ox.parse(HEAD + claim + "}", format=ox.RdfFormat.TRIG))
    return {q.predicate: q.object for q in encode(draft, text) if q.subject == CLAIM}


def integer(number: int) -> ox.Literal:
    return ox.Literal(number)


def test_a_quotation_becomes_a_span_and_is_dropped() -> None:
    claim = encoded('c:1 fd:quote "nach Lissa" .')
    assert claim[FD.start] == integer(12)
    assert claim[FD.end] == integer(22)
    assert claim[FD.isFoundIn] == ox.NamedNode("https://w3id.org/foedus/doc/x/sentence/1")
    assert FD.quote not in claim


def test_a_repeated_quotation_needs_its_sentence() -> None:
    with pytest.raises(DraftRefused, match="more than once"):
        encoded('c:1 fd:quote "sei krank" .')
    assert encoded('c:1 fd:quote "sei krank" ; fd:isFoundIn s:3 .')[FD.start] == integer(58)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ('c:1 fd:quote "nach Strelsau" .', "not in the text"),
        ('c:1 fd:quote "Lissa. Der Bote" .', "over the end of a sentence"),
        ('c:1 fd:quote "nach Lissa" ; fd:isFoundIn s:2 .', "not in the text"),
        ('c:1 fd:quote "nach Lissa" ; fd:isFoundIn s:4 .', "has 3 sentences"),
    ],
)
def test_a_span_that_is_not_in_the_text_is_refused(claim: str, reason: str) -> None:
    with pytest.raises(DraftRefused, match=reason) as caught:
        encoded(claim)
    assert caught.value.problems[0].startswith(CLAIM.value)


def test_all_claims_that_do_not_fit_are_listed_at_once() -> None:
    with pytest.raises(DraftRefused) as caught:
        encoded('c:1 fd:quote "Strelsau" . c:2 fd:quote "Zenda" .')
    assert len(caught.value.problems) == 2


def test_a_claim_is_dated_by_its_report_or_else_bounded_by_its_document() -> None:
    reported = encoded('c:1 fd:quote "nach Lissa" ; fd:isReportedBy r:bote .')
    assert reported[FD.reportDateBasis] == BASIS.stated
    assert getattr(reported[FD.reportDate], "value", "") == "1921-05-02"
    bounded = encoded('c:1 fd:quote "nach Lissa" .')
    assert bounded[FD.reportDateBasis] == BASIS.bound
    assert getattr(bounded[FD.notReportedBefore], "value", "") == "1921-05-03"
    assert FD.reportDate not in bounded


def test_a_basis_given_in_the_draft_stays() -> None:
    claim = encoded(
        'c:1 fd:quote "nach Lissa" ; fd:isReportedBy r:bote ; fd:reportDateBasis '
        "<https://w3id.org/foedus/concept/report-date-basis/inferred> ."
    )
    assert claim[FD.reportDateBasis] == BASIS.inferred


def test_the_document_gets_its_hash_and_its_sentences_but_no_words() -> None:
    draft = list(ox.parse(HEAD + 'c:1 fd:quote "nach Lissa" . }', format=ox.RdfFormat.TRIG))
    quads = encode(draft, TEXT)
    hashes = [q.object for q in quads if q.predicate == FD.sha256]
    assert hashes == [ox.Literal(hashlib.sha256(TEXT.encode()).hexdigest())]
    assert sum(q.predicate == FD.number for q in quads) == 3
    assert not any("Lissa" in str(q.object) for q in quads)


def test_a_draft_of_two_documents_is_refused() -> None:
    draft = list(ox.parse(HEAD + "<y> a fd:Document . }", format=ox.RdfFormat.TRIG, base_iri="x:"))
    with pytest.raises(InputRefused, match="one document"):
        encode(draft, TEXT)
