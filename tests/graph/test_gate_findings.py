"""What conforms, and how the gate tells what does not: at its place, once, in the same order."""

import logging
import random
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from gate_cases import PATTERNS, ROOT, changed, in_graph, parse
from rdflib import BNode, Graph, URIRef

from foedus import ontology
from foedus.graph import gate
from foedus.graph.names import ENTITIES, FD
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES, SHAPE
from foedus.shapes.report import Finding, short

SHIPPED = {path.stem: parse(path) for path in sorted((ROOT / "graph/documents").glob("*.trig"))}


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


def test_shapes_of_ones_own_can_be_used(context: gate.Context) -> None:
    none = gate.Context.of(ontology.merged(), shapes=Graph())
    assert gate.check([quad for quad in PATTERNS if quad.predicate != FD.mode], none).conforms


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


def test_a_blank_node_is_refused_wherever_it_is(context: gate.Context) -> None:
    update = """
        DELETE { GRAPH ?g { c:8a fd:start ?n } }
        INSERT { GRAPH ?g { c:8a fd:start [] . [] a fd:Claim } }
        WHERE { GRAPH ?g { c:8a fd:start ?n } }"""
    report = gate.check(changed(update), context)
    assert any(isinstance(finding.value, BNode) for finding in report.findings)
    assert any(isinstance(finding.focus, BNode) for finding in report.findings)


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
