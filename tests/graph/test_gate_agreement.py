"""The first judge of the gate against the reference: both must find the same, whatever is written.

Documents are put wrong at random: literals of all forms where others were, nodes at each other's
places. What the reference finds in a whole document must be what it finds where the first judge
suspects something; nothing is hidden by what the gate leaves out as an echo.
"""

import random
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from foedus import ontology
from foedus.graph import load
from foedus.graph.gate import Context, check
from foedus.graph.gate.graphs import Graphs
from foedus.graph.gate.reading import read
from foedus.graph.gate.view import view
from foedus.ontology.namespaces import PREFIXES
from foedus.shapes.quick import QuickJudge
from foedus.shapes.validate import validate

# rdflib warns of literals that are no numbers or truth values; here they are meant.
pytestmark = pytest.mark.filterwarnings("ignore:(Serializing|Parsing) weird:UserWarning")
DATA = Path(__file__).parents[1] / "data"
SOURCES = ("patterns.trig", "exemplars.trig", "cell.trig")
XSD = PREFIXES["xsd"]
FORMS = {
    "boolean": ("true", "1", "TRUE", "yes"),
    "date": ("1921-04-10", "1921-04-31", "0000-01-01", "1921-04-10Z", "-0044-03-15", "1921", "now"),
    "dateTime": ("1921-04-10T00:00:00", "1921-04-10T25:00:00Z", "1921-04-10"),
    "decimal": ("1.0", "1", "-1.5", "1e3", "."),
    "double": ("1e3", "NaN", "INF", "-1", "x"),
    "gYear": ("1921", "21"),
    "int": ("7", "99999999999"),
    "integer": ("0", "1", "01", "+1", "-1", "1.0", "99999999999999999999", "x", ""),
    "nonNegativeInteger": ("1", "-1"),
    "string": ("", " ", "\n", "x", "1921-04-10", "de", "a" * 64, "PRK", 'a"b\\c'),
    "unheardOf": ("x",),
}
LITERALS = [
    *(
        ox.Literal(text, datatype=ox.NamedNode(XSD + name))
        for name, texts in FORMS.items()
        for text in texts
    ),
    *(
        ox.Literal(text, language=tag)
        for tag in ("de", "en", "DE", "de-AT", "fr", "en-GB")
        for text in ("x", " ", "")
    ),
]


@pytest.fixture(scope="module")
def context() -> Context:
    return Context.of(
        ontology.merged(), [*load.read_register(), *ox.parse(path=DATA / "register.ttl")]
    )


def garbled(seed: int) -> list[ox.Quad]:
    """Give invented documents with one thing in eight put wrong."""
    chance = random.Random(seed)
    quads = [quad for name in SOURCES for quad in ox.parse(path=DATA / name)]
    names = sorted(
        {term for quad in quads for term in quad if isinstance(term, ox.NamedNode)}, key=str
    )

    def turned(quad: ox.Quad) -> ox.Quad:
        subject, predicate, value, graph = quad
        if chance.random() < 1 / 8:
            is_literal = isinstance(value, ox.Literal)
            other_kind = chance.random() < 1 / 8
            value = chance.choice(LITERALS if is_literal is not other_kind else names)
        if chance.random() < 1 / 80:
            predicate = chance.choice(quads).predicate
        return ox.Quad(subject, predicate, value, graph)

    return [turned(quad) for quad in quads if chance.random() < 39 / 40]


@pytest.mark.parametrize("seed", range(4))
def test_the_first_judge_suspects_whatever_the_reference_finds(seed: int, context: Context) -> None:
    seen = view(Graphs.of(garbled(seed)), context.register, context.known, context.vocabulary)
    turtle = seen.graph.turtle()
    assert context.quick is not None
    suspects = context.quick.suspects(turtle)
    whole = validate(read(turtle), context.shapes)
    assert len(whole.findings) > 300
    assert validate(read(turtle), context.shapes, only=suspects) == whole


def test_the_gate_reports_the_same_with_and_without_a_first_judge(context: Context) -> None:
    quads = garbled(99)
    report = check(quads, context)
    assert len(report.findings) > 100
    assert check(quads, replace(context, quick=None)) == report


def test_words_that_the_first_judge_is_not_tested_on_are_left_to_the_reference() -> None:
    text = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
        :S a sh:PropertyShape ; sh:targetSubjectsOf :p ; sh:path :p ; sh:maxLength 3 ."""
    assert QuickJudge.of(Graph().parse(data=text, format="turtle")) is None
