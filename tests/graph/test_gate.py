"""The gate: what it lets in, what it takes from the data around, what it calls a leak."""

import logging
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, URIRef

from foedus import ontology
from foedus.graph import gate, load
from foedus.graph.load import Document
from foedus.graph.names import ENTITIES, FD
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES, SHAPE
from foedus.shapes.report import Finding, Report, short

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


PROPOSITIONS = PREFIXES["proposition"]
SHIPPED = {path.stem: parse(path) for path in sorted((ROOT / "graph/documents").glob("*.trig"))}
PATTERNS = parse(DATA / "patterns.trig")


@pytest.fixture(scope="module")
def context() -> gate.Context:
    return gate.Context.of(ontology.merged(), register())


def changed(update: str) -> list[ox.Quad]:
    """Give the patterns after a SPARQL update."""
    store = ox.Store()
    store.extend(PATTERNS)
    store.update(PREFIX_LINES + OWN_LINES + update)
    return list(store)


def told(report: Report) -> set[tuple[str, str]]:
    """Give node and shape of each finding, for a person."""
    return {(short(f.focus), short(f.source_shape).removeprefix("fdsh:")) for f in report.findings}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_document_conforms_beside_the_others(name: str, context: gate.Context) -> None:
    others = [quad for other, quads in SHIPPED.items() if other != name for quad in quads]
    report = gate.check(SHIPPED[name], context.knowing(others))
    assert report.conforms, report.as_text()


def test_all_shipped_documents_conform_together(context: gate.Context) -> None:
    report = gate.check([quad for quads in SHIPPED.values() for quad in quads], context)
    assert report.conforms, report.as_text()


def test_the_register_conforms_alone(context: gate.Context) -> None:
    assert gate.check([], context).conforms


def test_the_modelling_patterns_conform(context: gate.Context) -> None:
    report = gate.check(PATTERNS, context)
    assert report.conforms, report.as_text()


def test_claims_may_stand_in_the_default_graph(context: gate.Context) -> None:
    assert gate.check(changed("MOVE digest:lage TO DEFAULT"), context).conforms


def test_a_register_with_a_mistake_is_named(context: gate.Context) -> None:
    label = ox.Literal("Freedonia", language="en")
    state = ox.NamedNode(PREFIXES["state"] + "freedonia")
    name = ox.NamedNode(PREFIXES["rdfs"] + "label")
    kind = ox.Quad(state, ox.NamedNode(PREFIXES["rdf"] + "type"), FD.State, ENTITIES)
    broken = gate.Context.of(ontology.merged(), [kind, ox.Quad(state, name, label, ENTITIES)])
    (finding,) = gate.check([], broken).findings
    assert finding.focus == URIRef(state.value)
    assert finding.place == URIRef(ENTITIES.value)


def test_findings_name_the_documents_own_node_graph_and_value(context: gate.Context) -> None:
    update = """
        DELETE { GRAPH ?g { event:gun-sale fd:hasQuantity ?q } }
        INSERT { GRAPH ?g { event:gun-sale fd:hasQuantity event:gun-sale } }
        WHERE { GRAPH ?g { event:gun-sale fd:hasQuantity ?q } }"""
    (finding,) = gate.check(changed(update), context).findings
    assert short(finding.focus) == "event:gun-sale"
    assert finding.value == finding.focus
    assert finding.place == URIRef(PREFIXES["proposition"] + "ruritania-sells-guns")
    assert "proposition:ruritania-sells-guns" in gate.check(changed(update), context).as_text("de")


def test_the_report_does_not_depend_on_the_order_of_quads(context: gate.Context) -> None:
    broken = [quad for quad in PATTERNS if quad.predicate not in (FD.mode, FD.hasItem)]
    shuffled = list(broken)
    random.Random(7).shuffle(shuffled)
    report = gate.check(broken, context)
    assert len(report.findings) > 5
    assert gate.check(shuffled, context).as_json() == report.as_json()


def test_a_date_that_does_not_exist_is_a_finding_and_no_log(
    context: gate.Context, caplog: pytest.LogCaptureFixture
) -> None:
    update = """
        DELETE WHERE { GRAPH ?g { ?d fd:latest "1921-04-10"^^xsd:date } } ;
        INSERT { GRAPH ?g { ?d fd:latest "1921-04-31"^^xsd:date } }
        WHERE { GRAPH ?g { ?d fd:earliest "1921-04-01"^^xsd:date } }"""
    with caplog.at_level(logging.DEBUG, logger="rdflib"):
        (finding,) = gate.check(changed(update), context).findings
    assert str(finding.value) == "1921-04-31"
    assert not caplog.records


def test_a_triple_that_is_used_as_a_term_is_refused(context: gate.Context) -> None:
    quad = PATTERNS[0]
    triple = ox.Triple(quad.subject, quad.predicate, quad.object)
    with pytest.raises(InputRefused, match="no term here"):
        gate.check([ox.Quad(quad.subject, FD.asStated, triple)], context)


# What is in the data already

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


def test_a_document_may_not_add_a_role_from_outside_its_graph(context: gate.Context) -> None:
    event = PREFIXES["event"] + "invasion"
    copy = f"<{PREFIXES['proposition']}tarland-invades#{event}>"
    update = f"""
        DELETE WHERE {{ GRAPH ?g {{ <{event}> fd:hasAttacker ?who }} }} ;
        INSERT DATA {{ GRAPH digest:lage {{ {copy} fd:hasAttacker state:tarland }} }}"""
    assert ("event:invasion", "RedefinitionShape") in told(gate.check(changed(update), context))


def test_a_blank_node_is_refused_wherever_it_is(context: gate.Context) -> None:
    update = """
        DELETE { GRAPH ?g { c:8a fd:start ?n } }
        INSERT { GRAPH ?g { c:8a fd:start [] . [] a fd:Claim } }
        WHERE { GRAPH ?g { c:8a fd:start ?n } }"""
    report = gate.check(changed(update), context)
    assert any(isinstance(finding.value, BNode) for finding in report.findings)
    assert any(isinstance(finding.focus, BNode) for finding in report.findings)


# Nothing is asserted bare, nothing is merged


BARE = {
    "a role": ("state:ruritania fd:hasSupplier state:marovia", "state:ruritania"),
    "expertise": ("agent:orel fd:isExpertOn state:tarland", "agent:orel"),
    "a name as stated": ('agent:orel fd:nameAsStated "Orel"', "agent:orel"),
    "a relation of another vocabulary": (
        "agent:orel <http://www.w3.org/ns/org#memberOf> agent:league",
        "agent:orel",
    ),
}


@pytest.mark.parametrize("name", BARE)
def test_a_register_that_says_something_bare_is_named(name: str, context: gate.Context) -> None:
    triple, focus = BARE[name]
    quads = changed(f"INSERT DATA {{ GRAPH <{ENTITIES.value}> {{ {triple} }} }}")
    entities = [quad for quad in quads if quad.graph_name == ENTITIES]
    report = gate.check([], gate.Context.of(ontology.merged(), entities))
    assert told(report) == {(focus, "BareShape")}


@pytest.mark.parametrize("name", BARE)
def test_a_document_that_says_something_bare_is_named(name: str, context: gate.Context) -> None:
    triple, focus = BARE[name]
    report = gate.check(changed(f"INSERT DATA {{ GRAPH digest:lage {{ {triple} }} }}"), context)
    assert told(report) == {(focus, "BareShape")}


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


def test_a_mistake_of_the_register_is_told_once_however_many_documents_there_are() -> None:
    documents = [load.read_document(path) for path in load.document_paths()[:2]]
    state = ox.NamedNode(PREFIXES["state"] + "freedonia")
    kind = ox.Quad(state, ox.NamedNode(PREFIXES["rdf"] + "type"), FD.State, ENTITIES)
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit(documents, [*register(), kind])
    told = [line for line in caught.value.places if "freedonia" in line]
    assert len(told) == 1
    assert told[0].startswith("the register: ")


def test_a_proposition_that_two_documents_describe_otherwise_is_told_at_both(
    tmp_path: Path,
) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "copy")
    name = next(
        q.graph_name for q in first.quads if str(q.graph_name.value).startswith(PROPOSITIONS)
    )
    extra = ox.Quad(ox.NamedNode(PREFIXES["state"] + "x"), FD.hasParty, FD.x, name)
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, replace(second, quads=(*second.quads, extra))], register())
    told = [line for line in caught.value.places if "a proposition never changes" in line]
    assert [str(it.path) in line for line, it in zip(told, (first, second), strict=True)] == [
        True,
        True,
    ]


def test_a_file_without_a_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.trig"
    path.write_text("")
    with pytest.raises(InputRefused, match="describes no document") as caught:
        gate.judge_file(path)
    assert caught.value.source == str(path)


def renamed(folder: Path, name: str, new: str) -> Document:
    """Copy a document of ours; its IRI and those of its claims and sentences end in ``new``."""
    text = (ROOT / f"graph/documents/{name}.trig").read_text(encoding="utf-8")
    path = folder / f"{new}.trig"
    path.write_text(re.sub(rf"(/doc/[\w-]+/|digest:){name}\b", rf"\1{new}", text), "utf-8")
    return load.read_document(path)


def test_two_documents_with_one_iri_are_refused(tmp_path: Path) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "support-for-russia")
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, second], register())
    told = [line for line in caught.value.places if "IRI of its own" in line]
    assert [str(path) in line for line, path in zip(told, (first.path, second.path), strict=True)]


def test_two_documents_of_one_text_are_refused(tmp_path: Path) -> None:
    first = load.read_document(ROOT / "graph/documents/support-for-russia.trig")
    second = renamed(tmp_path, "support-for-russia", "copy")
    assert first.iri != second.iri
    with pytest.raises(gate.DocumentsRefused) as caught:
        gate.admit([first, second], register())
    for line, (one, other) in zip(
        caught.value.places, ((first, second), (second, first)), strict=True
    ):
        assert line.startswith(str(one.path))
        assert other.iri.value in line
    assert all("of the same text" in line for line in caught.value.places)
    assert {f.message() for f in gate.judge_file(second.path).findings} == {
        f"Leave the document out, or correct fd:sha256: {first.iri.value} is of the same text."
    }


# Leaks


def in_graph(name: str, triples: str) -> str:
    return f"INSERT DATA {{ GRAPH proposition:{name} {{ {triples} }} }}"


MISSION = "event:mission a fd:Mission ; fd:hasSender state:ruritania"
LEAKS = {
    "an event that is only considered": (
        in_graph("ruritania-considers-mission", MISSION),
        ("event:mission", "LeakShape"),
    ),
    "an event that is mentioned": (
        in_graph("ruritania-considers-mission", "event:mission-idea fd:isPromptedBy event:mission"),
        ("event:mission", "LeakShape"),
    ),
    "an event two steps inside": (
        in_graph(
            "mission-is-to-count",
            "event:mercenaries a fd:Presence ; fd:hasOrigin state:tarland ;"
            " fd:hasPlace state:marovia",
        ),
        ("event:mercenaries", "LeakShape"),
    ),
    "an agreement that a statement is about": (
        in_graph(
            "orel-warns",
            "agreement:pact a fd:Agreement ; fd:hasParty state:ruritania, state:marovia",
        )
        + " ; "
        + in_graph("orel-warns", "event:orel-statement fd:hasContent proposition:pact-signed"),
        ("agreement:pact", "LeakShape"),
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_node_of_the_content_may_not_leak_into_the_graph_around_it(
    name: str, context: gate.Context
) -> None:
    update, expected = LEAKS[name]
    assert told(gate.check(changed(update), context)) == {expected}


def test_a_leak_from_a_proposition_that_is_in_the_data_is_found(context: gate.Context) -> None:
    pact = "agreement:pact a fd:Agreement ; fd:hasParty agent:bote, agent:author-of-c"
    quads = changed(f"{SECOND} ; {in_graph('denial-of-pact', pact)}")
    report = gate.check(quads, context.knowing(PATTERNS))
    assert told(report) == {("agreement:pact", "LeakShape")}


def test_two_graphs_may_assert_the_same_event(context: gate.Context) -> None:
    update = (
        in_graph("orel-warns", "event:visit a fd:Visit")
        + " ; "
        + in_graph(
            "orel-warns", "event:visit fd:hasVisitor agent:ottokar ; fd:hasHost state:marovia"
        )
    )
    assert gate.check(changed(update), context).conforms


def test_propositions_may_not_contain_each_other(context: gate.Context) -> None:
    update = in_graph("tarland-invades", "event:invasion fd:isInReturnFor proposition:orel-warns")
    assert told(gate.check(changed(update), context)) == {
        ("proposition:orel-warns", "PropositionShape"),
        ("proposition:tarland-invades", "PropositionShape"),
    }


# One mistake, one finding


def found(quads: Iterable[ox.Quad], context: gate.Context) -> list[Finding]:
    return list(gate.check(list(quads), context).findings)


def test_an_entity_that_is_in_no_register_is_told_once(context: gate.Context) -> None:
    update = in_graph(
        "marovia-delivers-horses", "event:horse-delivery fd:hasSupplier state:morovia"
    )
    (finding,) = found(changed(update), context)
    assert short(finding.focus) == "state:morovia"
    assert finding.source_shape == SHAPE.DescriptionShape


def test_a_claim_without_its_class_is_found_and_told_once(context: gate.Context) -> None:
    (finding,) = found(changed("DELETE WHERE { GRAPH ?g { c:8a a fd:Claim } }"), context)
    assert finding.source_shape == SHAPE.RecordShape
    assert finding.message("de").startswith("Dem Knoten seine Klasse geben")


def test_shapes_of_ones_own_can_be_used(context: gate.Context) -> None:
    none = gate.Context.of(ontology.merged(), shapes=Graph())
    assert gate.check([quad for quad in PATTERNS if quad.predicate != FD.mode], none).conforms
