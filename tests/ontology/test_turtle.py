"""The serialiser: the house style, and nothing lost or changed on the way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic

from foedus import ontology
from foedus.ontology.errors import InputRefused
from foedus.ontology.lexical import Names, natural
from foedus.ontology.namespaces import BASE, FD, PREFIXES, SHAPE
from foedus.ontology.turtle import body, main, rewritten, serialise

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("ontology", "shapes", "graph/entities")
    for path in (ROOT / folder).rglob("*.ttl")
)

STYLE = """\
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix tbox: <https://w3id.org/foedus/graph/ontology/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

fd:hasDepositary
  a owl:ObjectProperty ;
  rdfs:label "has depositary"@en , "hat Verwahrer"@de ;
  skos:definition "relates an agreement to the agent that keeps its original and receives notices about it"@en ,
    "verbindet eine Übereinkunft mit der Stelle, die ihre Urschrift verwahrt und Notifikationen entgegennimmt"@de ;
  skos:example "Ruritania keeps the original of the Strelsau Convention."@en ;
  rdfs:domain fd:Agreement ;
  rdfs:range fd:Agent ;
  rdfs:isDefinedBy tbox:agreements ;
  dcterms:source <https://legal.un.org/ilc/texts/instruments/english/conventions/1_1_1969.pdf#art76> ;
.
"""  # noqa: E501
SHAPES = """\
# Two shapes.

@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix fdsh: <https://w3id.org/foedus/shape/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

fdsh:ClaimShape
  a sh:NodeShape ;
  sh:targetClass fd:Claim ;
  sh:property [
    sh:path ( fd:isFoundIn fd:number ) ;
    sh:minCount 1 ;
    sh:severity sh:Violation ;
    sh:message "Say where in the document: page, article or paragraph."@en ,
      "Fundstelle angeben: Seite, Artikel oder Absatz."@de ;
  ] ;
  sh:property [
    sh:path fd:heldBy ;
    sh:or (
      [ sh:class fd:Agent ; sh:nodeKind sh:IRI ]
      [ sh:class fd:Agreement ; sh:nodeKind sh:IRI ]
      [ sh:class fd:Something ; sh:nodeKind sh:IRI ]
    ) ;
    sh:message "Say who."@en , "Sagen, wer."@de ;
  ] ;
.

fdsh:OtherShape
  a sh:NodeShape ;
  sh:property [ sh:path [ sh:inversePath fd:isFoundIn ] ; sh:maxCount 3 ] ;
.
"""

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.text(alphabet="\"\\\n\r\t '@^.")
iris = st.sampled_from([FD.Visit, FD["claim/1"], SHAPE["2x"], RDF.type, URIRef(BASE), FD["a.b."]])
blanks = st.integers(0, 3).map(lambda number: BNode(f"n{number}"))
literals = st.one_of(
    texts.map(Literal),
    st.builds(Literal, texts, lang=st.sampled_from(["de", "en", "fr", "en-gb"])),
    st.builds(Literal, texts, datatype=st.sampled_from([XSD.string, FD.kind, URIRef("urn:x y")])),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(Literal),
    st.floats(allow_nan=False).map(Literal),
    st.dates().map(Literal),
)
triples = st.tuples(iris | blanks, iris, iris | blanks | literals)


def graph_of(triples: list[tuple[URIRef | BNode, URIRef, URIRef | BNode | Literal]]) -> Graph:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


@given(st.lists(triples, max_size=12))
def test_nothing_is_lost_and_a_second_writing_changes_nothing(
    triples: list[tuple[URIRef | BNode, URIRef, URIRef | BNode | Literal]],
) -> None:
    graph = graph_of(triples)
    text = serialise(graph)
    again = Graph().parse(data=text, format="turtle")
    assert isomorphic(again, graph)
    assert serialise(again) == text


@given(literals)
def test_a_literal_comes_back_as_it_was(literal: Literal) -> None:
    graph = graph_of([(FD.subject, FD.predicate, literal)])
    again = Graph().parse(data=serialise(graph), format="turtle")
    assert list(again.objects()) == [literal]


@given(st.lists(iris | literals | st.lists(iris, max_size=3).map(tuple), max_size=12))
def test_a_list_comes_back_in_its_order(items: list[URIRef | Literal | tuple[URIRef, ...]]) -> None:
    graph = Graph()
    nodes = [
        Collection(graph, BNode(), list(item)).uri
        if isinstance(item, tuple) and item
        else RDF.nil
        if isinstance(item, tuple)
        else item
        for item in items
    ]
    head = Collection(graph, BNode(), nodes).uri if nodes else RDF.nil
    graph.add((FD.subject, SH["in"], head))
    text = serialise(graph)
    assert "rdf:first" not in text
    assert isomorphic(Graph().parse(data=text, format="turtle"), graph)


@pytest.mark.parametrize("text", [STYLE, SHAPES], ids=["style", "shapes"])
def test_the_house_style_is_left_as_it_is(text: str) -> None:
    assert rewritten(text) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_is_in_house_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert rewritten(text, str(path)) == text


def test_every_module_is_among_the_files_that_are_checked() -> None:
    assert {ontology.module_path(name) for name in ontology.modules()} <= set(FILES)


def test_subjects_are_in_natural_order_behind_the_header() -> None:
    graph = graph_of(
        [(URIRef(f"{FD}{name}"), RDFS.seeAlso, FD.x) for name in ("c10", "B", "c2", "a")]
    )
    graph.add((URIRef(BASE + "graph/ontology/core"), RDF.type, OWL.Ontology))
    lines = serialise(graph).splitlines()
    heads = [line for line in lines if line and line[0] not in " .@"]
    assert heads == ["tbox:core", "fd:a", "fd:B", "fd:c2", "fd:c10"]


def test_type_label_definition_example_axioms_and_the_rest_follow_one_another() -> None:
    graph = Graph()
    order = [
        RDF.type,
        RDFS.label,
        SKOS.definition,
        SKOS.scopeNote,
        SKOS.example,
        RDFS.subClassOf,
        RDFS.isDefinedBy,
        RDFS.seeAlso,
    ]
    for predicate in reversed(order):
        graph.add((FD.Visit, predicate, FD.x))
    lines = serialise(graph).split("fd:Visit\n")[1].splitlines()
    verbs = [line.split()[0] for line in lines[:-1]]
    assert verbs == ["a", *(Names().written(predicate) for predicate in order[1:])]


def test_only_used_prefixes_are_declared_and_in_the_one_order() -> None:
    graph = graph_of([(FD.x, SKOS.note, Literal("1", datatype=XSD.date)), (SHAPE.y, SH.path, FD.x)])
    declared = [line.split()[1] for line in serialise(graph).splitlines() if line[:1] == "@"]
    assert declared == ["fd:", "fdsh:", "sh:", "skos:", "xsd:"]


def test_an_empty_graph_is_an_empty_document() -> None:
    assert serialise(Graph()) == ""


def test_a_body_is_indented_but_its_literals_are_not() -> None:
    graph = graph_of([(FD.x, SKOS.note, Literal("one\ntwo"))])
    names = Names()
    assert body(graph, "  ", names=names) == '  fd:x\n    skos:note """one\ntwo""" ;\n  .\n'
    assert names.directives() == "".join(
        f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("fd", "skos")
    )


def test_prefixes_of_one_s_own_are_used_where_they_fit_best() -> None:
    claims = f"{BASE}doc/digest/lage/claim/"
    names = Names({**PREFIXES, "ac": claims})
    assert names.written(URIRef(claims + "10")) == "ac:10"
    assert names.written(URIRef(f"{BASE}doc/digest/lage")) == "digest:lage"
    assert names.written(URIRef(claims + "a/b")) == f"<{claims}a/b>"


def test_numbers_are_ordered_by_value() -> None:
    assert sorted(["b10", "B9", "a", "b1a"], key=natural) == ["a", "b1a", "B9", "b10"]
    assert sorted(["visit2", "visit", "0", ""], key=natural) == ["", "0", "visit", "visit2"]


def test_check_names_what_differs_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text(STYLE, encoding="utf-8")
    bad.write_text(f"# kept\n{STYLE}".replace("  a owl", " a owl"), encoding="utf-8")
    before = bad.read_text(encoding="utf-8")
    assert main(["--check", str(good), str(bad)]) == 1
    assert capsys.readouterr().out == f"{bad}\n"
    assert bad.read_text(encoding="utf-8") == before


def test_without_check_the_file_is_rewritten_and_its_comment_kept(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text(f"# kept\n{STYLE}".replace("  a owl", " a owl"), encoding="utf-8")
    assert main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == f"# kept\n\n{STYLE}"
    assert main(["--check", str(path)]) == 0


def test_what_is_not_turtle_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix fd: <https://w3id.org/foedus/ont/> .\nfd:x fd:y .\n", encoding="utf-8")
    with pytest.raises(InputRefused) as caught:
        rewritten(path.read_text(encoding="utf-8"), str(path))
    assert (caught.value.source, caught.value.line) == (str(path), 2)
    assert main([str(path)]) == 2
    assert "broken.ttl:2" in capsys.readouterr().err
