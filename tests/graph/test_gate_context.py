"""What a document may take from the data around it, and may not change of it."""

import pyoxigraph as ox
from gate_cases import PATTERNS, SECOND, changed, told
from rdflib import URIRef

from foedus.graph import gate
from foedus.graph.names import ENTITIES, FD
from foedus.ontology.namespaces import PREFIXES, SHAPE


def test_a_document_may_refer_to_what_is_in_the_data(context: gate.Context) -> None:
    report = gate.check(changed(SECOND), context.knowing(PATTERNS))
    assert report.conforms, report.as_text()


def test_a_document_may_not_refer_to_what_is_in_no_data(context: gate.Context) -> None:
    claim = "<https://w3id.org/foedus/doc/digest/c/claim/1>"
    paths = {
        str(finding.path).rpartition("/")[2]
        for finding in gate.check(changed(SECOND), context).findings
        if finding.focus.n3() == claim
    }
    assert paths == {"onProposition", "heldBy", "corrects"}


def test_what_is_in_the_data_is_not_judged_again(context: gate.Context) -> None:
    known = [quad for quad in PATTERNS if quad.predicate not in (FD.mode, FD.hasParty)]
    assert gate.check(changed(SECOND), context.knowing(known)).conforms


def test_a_proposition_may_have_its_claims_in_another_document(context: gate.Context) -> None:
    graph = ox.NamedNode(PREFIXES["proposition"] + "orphan")
    ship = ox.NamedNode(PREFIXES["event"] + "orphan")
    own = [
        ox.Quad(ship, ox.NamedNode(PREFIXES["rdf"] + "type"), FD.Mission, graph),
        ox.Quad(ship, FD.hasSender, ox.NamedNode(PREFIXES["state"] + "ruritania"), graph),
    ]
    entities = [quad for quad in PATTERNS if quad.graph_name == ENTITIES]
    assert told(gate.check([*own, *entities], context)) == {
        ("proposition:orphan", "PropositionShape")
    }
    other = [ox.Quad(ship, FD.onProposition, graph, ENTITIES)]
    assert gate.check([*own, *entities], context.knowing(other)).conforms


def test_a_document_may_not_bend_the_ontology_to_pass(context: gate.Context) -> None:
    update = """
        INSERT DATA { GRAPH digest:lage {
          fd:Place rdfs:subClassOf fd:Agent . agent:lissa rdfs:subClassOf fd:Agent } } ;
        DELETE { GRAPH ?g { c:8a fd:heldBy ?who } }
        INSERT { GRAPH ?g { c:8a fd:heldBy agent:lissa } }
        WHERE { GRAPH ?g { c:8a fd:heldBy ?who } }"""
    shapes = {shape for _, shape in told(gate.check(changed(update), context))}
    assert shapes == {"ClaimShape", "RedefinitionShape", "UndeclaredTermShape"}


NAME = 'rdfs:label "Orel"@en, "Orel"@de'


def test_a_document_may_not_add_to_the_entity_of_another(context: gate.Context) -> None:
    add = f"INSERT DATA {{ GRAPH <{ENTITIES.value}> {{ agent:orel %s ; {NAME} }} }}"
    repeated = changed(f"{SECOND} ; {add % 'a fd:Person'}")
    assert gate.check(repeated, context.knowing(PATTERNS)).conforms
    named = 'skos:altLabel "O."'
    added = changed(f"{SECOND} ; {add % named}")
    report = gate.check(added, context.knowing(PATTERNS))
    assert told(report) == {("agent:orel", "RedefinitionShape")}


def test_a_claim_in_a_document_of_another_file_is_refused(context: gate.Context) -> None:
    update = f"""{SECOND} ;
        DELETE {{ GRAPH ?g {{ cc:2 ?p ?o }} }} INSERT {{ GRAPH ?g {{ c:new ?p ?o }} }}
        WHERE {{ GRAPH ?g {{ cc:2 ?p ?o }} }} ;
        DELETE {{ GRAPH ?g {{ c:new fd:isStatedIn ?d ; fd:isFoundIn ?s }} }}
        INSERT {{ GRAPH ?g {{ c:new fd:isStatedIn digest:lage ; fd:isFoundIn s:1 }} }}
        WHERE {{ GRAPH ?g {{ c:new fd:isStatedIn ?d ; fd:isFoundIn ?s }} }}"""
    shapes = {shape for _, shape in told(gate.check(changed(update), context.knowing(PATTERNS)))}
    assert "OwnNameShape" in shapes


def test_a_date_that_another_document_describes_otherwise_is_named(context: gate.Context) -> None:
    day = "<https://w3id.org/foedus/id/event/visit/date>"
    update = f"""{SECOND} ; INSERT DATA {{ GRAPH proposition:denial-of-pact {{
          event:denial-of-pact fd:hasDate {day} . {day} a fd:Date ; fd:asStated "neulich" ;
            fd:earliest "1921-04-01"^^xsd:date ; fd:latest "1921-04-30"^^xsd:date }} }}"""
    (finding,) = gate.check(changed(update), context.knowing(PATTERNS)).findings
    assert finding.source_shape == SHAPE.OneDescriptionShape
    assert finding.value == URIRef(PREFIXES["proposition"] + "ottokar-in-lissa-in-march")
