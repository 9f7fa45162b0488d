"""An invented document of one sentence and one claim, as TriG."""

import hashlib

_LETTER = """@prefix agent: <https://w3id.org/foedus/id/agent/> .
@prefix basis: <https://w3id.org/foedus/concept/report-date-basis/> .
@prefix c: <https://w3id.org/foedus/doc/digest/NAME/claim/> .
@prefix digest: <https://w3id.org/foedus/doc/digest/> .
@prefix event: <https://w3id.org/foedus/id/event/> .
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix firmness: <https://w3id.org/foedus/concept/firmness/> .
@prefix mode: <https://w3id.org/foedus/concept/mode/> .
@prefix polarity: <https://w3id.org/foedus/concept/polarity/> .
@prefix proposition: <https://w3id.org/foedus/proposition/> .
@prefix s: <https://w3id.org/foedus/doc/digest/NAME/sentence/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

GRAPH <https://w3id.org/foedus/graph/entities> {
  agent:author-of-NAME a fd:UnnamedAgent ;
    rdfs:label "author of NAME"@en , "Verfasser von NAME"@de .
}
GRAPH proposition:famine-NAME-STATE { event:famine-NAME a fd:Famine ; fd:hasPlace state:STATE . }
GRAPH digest:NAME {
  digest:NAME a fd:Document ; fd:hasAuthor agent:author-of-NAME ; dcterms:language "de" ;
    fd:sha256 "SUM" ; dcterms:title "NAME"@en , "NAME (deutsch)"@de .
  s:1 a fd:Sentence ; fd:isStatedIn digest:NAME ; fd:number 1 ; fd:start 0 ; fd:end 90 .
  c:1 a fd:Claim ; fd:onProposition proposition:famine-NAME-STATE ;
    fd:heldBy agent:author-of-NAME ; MORE
    fd:firmness firmness:certain ; fd:polarity polarity:affirmed ; fd:mode mode:assertion ;
    fd:notReportedBefore "1921-05-03"^^xsd:date ; fd:reportDateBasis basis:bound ;
    fd:isStatedIn digest:NAME ; fd:isFoundIn s:1 ; fd:start 0 ; fd:end 50 ;
    fd:paraphrase "There is a famine."@en , "Es herrscht eine Hungersnot."@de .
}
"""


def letter(name: str, state: str = "russia", more: str = "") -> str:
    """Write that there is a famine in a state; ``more`` is said of the claim."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    text = _LETTER.replace("NAME", name).replace("STATE", state)
    return text.replace("SUM", digest).replace("MORE", more)


def iri_of(name: str) -> str:
    """Name the document."""
    return f"https://w3id.org/foedus/doc/digest/{name}"
