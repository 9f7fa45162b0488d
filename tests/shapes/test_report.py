"""Validation and its report, on graphs small enough to see through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

from foedus.ontology.namespaces import FD, PREFIXES, SHAPE
from foedus.shapes.path import read_path, write_path
from foedus.shapes.quick import QuickJudge
from foedus.shapes.report import PLACE, Finding, Report
from foedus.shapes.validate import ShapesRefused, validate

EVENT = URIRef(PREFIXES["event"] + "brod-bridge")
PLACED = URIRef(PREFIXES["proposition"] + "bridge")
SHAPES = """
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix fdsh: <https://w3id.org/foedus/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
fdsh:AttackShape a sh:NodeShape ; sh:targetClass fd:Attack ;
  sh:property [ sh:path fd:hasAttacker ; sh:minCount 1 ; sh:message "Who?"@en , "Wer?"@de ] ;
  sh:property [ sh:path fd:start ; sh:lessThan fd:end ; sh:message "Order."@en , "Folge."@de ] ;
  sh:property [ sh:path fd:number ; sh:datatype xsd:integer ; sh:severity sh:Warning ] .
"""
PATHS = st.recursive(
    st.sampled_from([FD.hasActor, FD.start, RDF.type]),
    lambda inner: st.one_of(
        inner.map(InvPath),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: SequencePath(*parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AlternativePath(*parts)),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda pair: MulPath(*pair)),
    ),
    max_leaves=4,
)


def shaped() -> Graph:
    return Graph().parse(data=SHAPES, format="turtle")


def attack(*triples: tuple[URIRef, object]) -> Graph:
    graph = Graph()
    graph.add((EVENT, RDF.type, FD.Attack))
    for predicate, value in triples:
        graph.add((EVENT, predicate, value if isinstance(value, URIRef) else Literal(value)))
    return graph


def test_a_graph_that_conforms_has_no_findings() -> None:
    report = validate(attack((FD.hasAttacker, FD.x)), shaped())
    assert report.conforms
    assert report.as_text() == "conforms\n"
    assert json.loads(report.as_json()) == {"conforms": True, "findings": []}


def test_a_finding_names_node_path_shape_and_says_it_in_both_languages() -> None:
    (finding,) = validate(attack(), shaped()).findings
    assert finding.focus == EVENT
    assert finding.path == FD.hasAttacker
    assert str(finding.source_shape).endswith("AttackShape")
    assert finding.messages == {"en": "Who?", "de": "Wer?"}
    assert (finding.message("de"), finding.message("fr")) == ("Wer?", "Wer?")


def test_a_warning_is_a_finding_but_no_violation() -> None:
    report = validate(attack((FD.hasAttacker, FD.x), (FD.number, "one")), shaped())
    assert not report.conforms
    assert not report.violations
    assert report.findings[0].value == Literal("one")


def test_only_the_nodes_that_are_asked_for_are_judged_by_the_shape_that_is_asked_for() -> None:
    data = attack((FD.start, 2), (FD.end, 1))
    data.add((FD.other, RDF.type, FD.Attack))
    assert {f.focus for f in validate(data, shaped()).findings} == {EVENT, FD.other}
    only = {SHAPE.AttackShape: {FD.other}}
    (finding,) = validate(data, shaped(), only=only).findings
    assert (finding.focus, finding.message()) == (FD.other, "Who?")
    assert validate(data, shaped(), only={SHAPE.OtherShape: {EVENT}}).conforms


def test_the_first_judge_names_the_shape_and_the_nodes_that_break_it() -> None:
    judge = QuickJudge.of(shaped())
    assert judge is not None
    broken = attack((FD.number, "one"))
    assert judge.suspects(broken.serialize(format="turtle")) == {SHAPE.AttackShape: {EVENT}}
    sound = attack((FD.hasAttacker, FD.x))
    assert judge.suspects(sound.serialize(format="turtle")) == {}


def test_the_first_judge_leaves_what_has_no_name_to_the_reference() -> None:
    shapes = Graph()
    shape = BNode()
    shapes.add((shape, RDF.type, SH.NodeShape))
    shapes.add((shape, SH.targetClass, FD.Attack))
    shapes.add((shape, SH.nodeKind, SH.Literal))
    judge = QuickJudge.of(shapes)
    assert judge is not None
    assert judge.suspects(attack().serialize(format="turtle")) is None


@pytest.mark.parametrize("end", [Literal("late"), Literal("1921-02-30", datatype=XSD.date), FD.x])
def test_values_that_have_no_order_are_out_of_order(end: object) -> None:
    data = attack((FD.hasAttacker, FD.x), (FD.start, 1))
    data.add((EVENT, FD.end, end))
    (finding,) = validate(data, shaped()).findings
    assert finding.message() == "Order."


def test_findings_come_in_the_same_order_whatever_order_they_were_found_in() -> None:
    data = attack((FD.start, 2), (FD.end, 1), (FD.number, "one"))
    findings = validate(data, shaped()).findings
    assert len(findings) == 3
    assert Report.of(reversed(findings)) == Report.of(findings)


def test_shapes_that_are_no_shacl_are_refused() -> None:
    broken = SHAPES + "fdsh:Bad a sh:NodeShape ; sh:targetClass fd:Attack ; sh:datatype 7, 8 ."
    with pytest.raises(ShapesRefused):
        validate(attack(), Graph().parse(data=broken, format="turtle"), check_shapes=True)
    with pytest.raises(ShapesRefused):
        validate(attack(), Graph().parse(data=broken, format="turtle"))


def placed() -> Report:
    finding = Finding(
        focus=EVENT,
        messages={"de": "Wer?", "en": "Who?"},
        source_shape=FD.AttackShape,
        component=SH.MinCountConstraintComponent,
        path=InvPath(FD.hasAttacker),
        value=Literal("Brod", lang="de"),
        place=PLACED,
    )
    return Report((finding,))


def test_the_text_is_grouped_by_place_with_short_names() -> None:
    assert placed().as_text("de").splitlines() == [
        "ist nicht in Ordnung: 1 Befund",
        "",
        "proposition:bridge",
        "  event:brod-bridge",
        "    Wer?",
        '      Wert: "Brod"@de',
    ]
    assert "does not conform: 1 finding\n" in placed().as_text("en")


def test_the_report_as_rdf_is_a_validation_report() -> None:
    graph = placed().as_graph()
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    (result,) = graph.objects(report, SH.result)
    assert graph.value(report, SH.conforms) == Literal(False)
    assert graph.value(result, SH.focusNode) == EVENT
    assert graph.value(result, PLACE) == PLACED
    assert set(graph.objects(result, SH.resultMessage)) == {
        Literal("Wer?", lang="de"),
        Literal("Who?", lang="en"),
    }
    path = graph.value(result, SH.resultPath)
    assert graph.value(path, SH.inversePath) == FD.hasAttacker


def test_the_report_as_json_keeps_terms() -> None:
    (finding,) = json.loads(placed().as_json())["findings"]
    assert finding["focusNode"] == {"type": "uri", "value": str(EVENT)}
    assert finding["value"] == {"type": "literal", "value": "Brod", "xml:lang": "de"}
    assert finding["place"] == str(PLACED)
    assert finding["messages"] == {"de": "Wer?", "en": "Who?"}


@given(PATHS)
def test_a_path_that_is_written_reads_as_itself(path: URIRef | Path) -> None:
    graph = Graph()
    assert read_path(graph, write_path(graph, path)) == path


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="no property path"):
        read_path(Graph(), BNode())
