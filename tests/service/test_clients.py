"""Clients that people have, over a real socket."""

import io
import subprocess
import urllib.parse
import urllib.request

import pandas
import pytest
import rdflib
import SPARQLWrapper as sw
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from foedus.ontology.namespaces import PREFIXES
from foedus.service.engine import Form
from foedus.service.negotiate import Format, acceptable, offered, parse_accept

STATES = (
    "SELECT ?s ?name { ?s a <https://w3id.org/foedus/ont/State> ; "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER (lang(?name) = 'de') } ORDER BY ?s"
)
NAMES = ["Märovien", "Ruritanien"]
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("results", ["xml", "json", "csv"])
def test_rdflib_selects(server: str, method: str, results: str) -> None:
    store = SPARQLStore(server + "/sparql", method=method, returnFormat=results)
    assert [str(row[1]) for row in store.query(STATES)] == NAMES


@pytest.mark.parametrize("results", ["xml", "json"])
def test_rdflib_asks_and_constructs(server: str, results: str) -> None:
    graph = rdflib.Graph(SPARQLStore(server + "/sparql", returnFormat=results))
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert graph.query("ASK { ?s ?p 'nothing' }").askAnswer is False
    constructed = SPARQLStore(server + "/sparql", returnFormat="xml").query(CONSTRUCT)
    assert constructed.graph is not None
    assert len(constructed.graph) == 10


def test_rdflib_reads_triples_and_lists_graphs(server: str) -> None:
    store = SPARQLStore(server + "/sparql")
    graph = rdflib.Graph(store)
    assert len(list(graph.triples((None, rdflib.RDFS.label, None)))) == 4
    names = {str(name) for name in store.contexts()}
    assert {PREFIXES["proposition"] + "cannons", PREFIXES["proposition"] + "horses"} <= names
    one = rdflib.Graph(store, identifier=rdflib.URIRef(PREFIXES["proposition"] + "horses"))
    assert len(list(one)) == 2


@pytest.mark.parametrize("method", [sw.GET, sw.POST])
def test_sparqlwrapper_reads_every_format(server: str, method: str) -> None:
    wrapper = sw.SPARQLWrapper(server + "/sparql")
    wrapper.setMethod(method)
    wrapper.setQuery(STATES)
    wrapper.setReturnFormat(sw.JSON)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == NAMES
    wrapper.setReturnFormat(sw.XML)
    assert wrapper.queryAndConvert().getElementsByTagName("result").length == 2
    wrapper.setReturnFormat(sw.CSV)
    assert list(pandas.read_csv(io.BytesIO(wrapper.queryAndConvert()))["name"]) == NAMES
    wrapper.setReturnFormat(sw.TSV)
    assert wrapper.queryAndConvert().decode().startswith("?s\t?name\n")


@pytest.mark.parametrize("returned", [sw.XML, sw.RDFXML, sw.TURTLE, sw.N3, sw.JSONLD])
def test_sparqlwrapper_constructs_a_graph(server: str, returned: str) -> None:
    wrapper = sw.SPARQLWrapper(server + "/sparql", returnFormat=returned)
    wrapper.setQuery(CONSTRUCT)
    converted = wrapper.queryAndConvert()
    graph = (
        rdflib.Graph().parse(data=converted, format="turtle")
        if isinstance(converted, bytes)
        else converted
    )
    assert len(graph) == 10


def test_sparqlwrapper_posts_a_query_directly_and_gets_errors(server: str) -> None:
    wrapper = sw.SPARQLWrapper(server + "/sparql", returnFormat=sw.JSON)
    wrapper.setMethod(sw.POST)
    wrapper.setRequestMethod(sw.POSTDIRECTLY)
    wrapper.setQuery("ASK { ?s ?p ?o }")
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.setQuery("SELECT * { ?s ?p }")
    with pytest.raises(sw.SPARQLExceptions.QueryBadFormed):
        wrapper.query()


@pytest.mark.parametrize("override", ["", "&format=csv"])
def test_pandas_reads_a_url(server: str, override: str) -> None:
    url = f"{server}/sparql?{urllib.parse.urlencode({'query': STATES})}{override}"
    assert list(pandas.read_csv(url)["name"]) == NAMES


def test_urllib_and_curl_get_an_answer(server: str) -> None:
    url = f"{server}/sparql?{urllib.parse.urlencode({'query': STATES})}"
    with urllib.request.urlopen(url) as response:
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "Märovien" in response.read().decode()
    asked = ["curl", "--silent", "--fail", "--data-urlencode", f"query={STATES}"]
    wanted = ["--header", "Accept: text/tab-separated-values", f"{server}/sparql"]
    ran = subprocess.run([*asked, *wanted], capture_output=True, check=True)
    assert ran.stdout.decode().splitlines()[1].endswith('"Märovien"@de')


def test_the_short_names_of_formats_mean_one_format_for_each_form() -> None:
    for form in Form:
        entries: set[Format] = set(offered(form).values())
        names = [name for entry in entries for name in entry.all_names]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/csv", [("text/csv", 1.0)]),
        ("text/csv;q=0.5, */*;q=.1", [("text/csv", 0.5), ("*/*", 0.0)]),
        ('a/b;x="q=0,1";q=0.3', [("a/b", 0.3)]),
        ("*, Text/HTML ; Q=1.000", [("*/*", 1.0), ("text/html", 1.0)]),
        (",,; q=1,nonsense", []),
    ],
)
def test_accept_is_read_as_its_grammar_says(header: str, expected: list[object]) -> None:
    assert [(entry.media_type, entry.quality) for entry in parse_accept(header)] == expected


@pytest.mark.parametrize(
    ("header", "content_type"),
    [
        ("text/csv;q=0.2, application/json;q=0.9", "application/json"),
        ("*/*, text/csv;q=0", "application/sparql-results+json"),
        ("*/*;q=0.1, text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/*;q=0.5, application/sparql-results+json;q=0.1", "xml"),
    ],
)
def test_the_most_specific_range_decides_the_quality(header: str, content_type: str) -> None:
    chosen = acceptable(header).solutions
    assert chosen is not None
    assert chosen.media_type.endswith(content_type)
