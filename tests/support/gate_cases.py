"""What the gate's tests put before it: the patterns after a change, and a second document."""

from pathlib import Path

import pyoxigraph as ox

from foedus.graph.names import ENTITIES
from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.report import Report, short

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
OWN_LINES = "".join(
    f"PREFIX {prefix}: <https://w3id.org/foedus/doc/digest/{part}/>\n"
    for prefix, part in (
        *(("c", "lage/claim"), ("s", "lage/sentence")),
        *(("cc", "c/claim"), ("sc", "c/sentence")),
    )
)


def parse(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path))


def register() -> list[ox.Quad]:
    return [
        ox.Quad(*list(triple)[:3], ENTITIES)
        for path in sorted((ROOT / "graph" / "entities").glob("*.ttl"))
        for triple in parse(path)
    ]


PATTERNS = parse(DATA / "patterns.trig")

SECOND = """
    DROP ALL ;
    INSERT DATA {
      GRAPH <https://w3id.org/foedus/graph/entities> {
        agent:author-of-c a fd:UnnamedAgent .
        agent:bote a fd:Publisher ; rdfs:label "B"@en, "B"@de .
      }
      GRAPH proposition:denial-of-pact {
        event:denial-of-pact a fd:Denial ; fd:hasSpeaker agent:bote ;
          fd:hasContent proposition:pact-signed .
      }
      GRAPH digest:c {
        digest:c a fd:Document ; fd:hasAuthor agent:author-of-c ; dcterms:language "en" ;
          fd:sha256 "63fdd8a51c7e8057cb89c20406bd53bb24b846a1a0aadd7c9654e6bab142586a" ;
          dcterms:title "C"@en, "C"@de .
        sc:1 a fd:Sentence ; fd:isStatedIn digest:c ; fd:number 1 ; fd:start 0 ; fd:end 9 .
        cc:1 a fd:Claim ; fd:onProposition proposition:pact-signed ; fd:heldBy agreement:pact ;
          fd:corrects c:8a ; fd:firmness firmness:certain ; fd:polarity polarity:denied ;
          fd:mode mode:denial ; fd:notReportedBefore "1921-05-03"^^xsd:date ;
          fd:reportDateBasis basis:bound ; fd:isStatedIn digest:c ; fd:isFoundIn sc:1 ;
          fd:start 0 ; fd:end 9 ; fd:paraphrase "No pact."@en, "Kein Pakt."@de .
        cc:2 a fd:Claim ; fd:onProposition proposition:denial-of-pact ; fd:heldBy agent:bote ;
          fd:firmness firmness:certain ; fd:polarity polarity:affirmed ;
          fd:mode mode:assertion ; fd:notReportedBefore "1921-05-03"^^xsd:date ;
          fd:reportDateBasis basis:bound ; fd:isStatedIn digest:c ; fd:isFoundIn sc:1 ;
          fd:start 0 ; fd:end 9 ; fd:paraphrase "No pact."@en, "Kein Pakt."@de .
      }
    }
"""


def changed(update: str) -> list[ox.Quad]:
    """Give the patterns after a SPARQL update."""
    store = ox.Store()
    store.extend(PATTERNS)
    store.update(PREFIX_LINES + OWN_LINES + update)
    return list(store)


def in_graph(name: str, triples: str) -> str:
    return f"INSERT DATA {{ GRAPH proposition:{name} {{ {triples} }} }}"


def told(report: Report) -> set[tuple[str, str]]:
    """Give node and shape of each finding, for a person."""
    return {(short(f.focus), short(f.source_shape).removeprefix("fdsh:")) for f in report.findings}
