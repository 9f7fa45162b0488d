"""Cases of the shapes: many small documents, each changed in one place, judged in one run."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from foedus import shapes
from foedus.graph.gate import Context, check
from foedus.ontology import merged
from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.shapes.path import PropertyPath, read_path
from foedus.shapes.report import Finding

DATA = Path(__file__).parents[1] / "data"
SUBJECT = ox.NamedNode(f"{BASE}proposition/subject")
PRIVATE = tuple(BASE + part for part in ("doc/", "graph/", "id/", "proposition/"))
OWN = f"{BASE}doc/digest/cell/"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
OWN_LINES = "".join(
    f"PREFIX {prefix}: <{OWN}{part}/>\n" for prefix, part in (("c", "claim"), ("s", "sentence"))
)


@dataclass(frozen=True)
class Case:
    """A change to the smallest document, with one exemplar's graph as its subject."""

    exemplar: str
    update: str


Judge = Callable[[Mapping[str, Case]], Mapping[str, Sequence[Finding]]]


def read(name: str) -> list[ox.Quad]:
    return list(ox.parse(path=DATA / name))


@pytest.fixture(scope="session")
def context() -> Context:
    return Context.of(merged(), read("register.ttl"))


@pytest.fixture(scope="session")
def judge(context: Context) -> Judge:
    cell = read("cell.trig")
    exemplars: dict[str, list[ox.Quad]] = {}
    for quad in read("exemplars.trig"):
        name = quad.graph_name.value.rpartition("/")[2]
        moved = ox.Quad(quad.subject, quad.predicate, quad.object, SUBJECT)
        exemplars.setdefault(name, []).append(moved)

    shared = {quad.subject for quad in read("register.ttl")}

    def judged(cases: Mapping[str, Case]) -> Mapping[str, Sequence[Finding]]:
        quads: list[ox.Quad] = []
        for number, case in enumerate(cases.values()):
            store = ox.Store()
            store.extend([*cell, *exemplars[case.exemplar]])
            store.update(PREFIX_LINES + OWN_LINES + case.update)
            quads.extend(_tagged(quad, f".{number}", shared) for quad in store)
        report = check(quads, context)
        assert check(quads, replace(context, quick=None)) == report
        found: dict[str, list[Finding]] = {name: [] for name in cases}
        names = list(cases)
        for finding in report.findings:
            tag = finding.focus.rpartition(".")[2] if "." in str(finding.focus) else ""
            if not tag.isdigit():  # A register's entity: found by its graph's tag.
                tag = (finding.place or "").rpartition(".")[2]
            found[names[int(tag)]].append(_untagged(finding, f".{tag}"))
        return found

    return judged


@pytest.fixture(scope="session")
def constraints() -> Callable[[str], set[tuple[str, str, str]]]:
    """List what a file of shapes can complain about: shape, path, kind of constraint."""

    def listed(name: str) -> set[tuple[str, str, str]]:
        graph = shapes.read(name)
        targeted = {node for p in TARGETS for node in graph.subjects(p)}
        return {
            (str(owner), path.n3() if path is not None else "", str(SH) + component)
            for owner in targeted
            for shape in (owner, *graph.objects(owner, SH.property))
            for path in [_path(graph, shape)]
            for parameter in graph.predicates(shape)
            for component in PARAMETERS.get(parameter, ())
        }

    return listed


TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
PARAMETERS = {
    SH[name]: (name[0].upper() + name[1:] + "ConstraintComponent",)
    for name in re.findall(
        r"\w+",
        "class datatype disjoint equals in languageIn lessThan lessThanOrEquals maxCount minCount"
        " minInclusive node nodeKind not or pattern qualifiedMaxCount qualifiedMinCount uniqueLang"
        " xone hasValue",
    )
}


def _path(graph: Graph, shape: Node) -> PropertyPath | None:
    node = graph.value(shape, SH.path)
    return None if node is None else read_path(graph, node)


def _tagged(quad: ox.Quad, tag: str, shared: set[object]) -> ox.Quad:
    def tagged(term: object) -> object:
        if isinstance(term, ox.NamedNode) and term.value.startswith(PRIVATE):
            if term in shared:
                return term
            return ox.NamedNode(term.value.replace(OWN, f"{OWN[:-1]}{tag}/") + tag)
        return term

    subject, predicate, value, graph = quad
    return ox.Quad(tagged(subject), predicate, tagged(value), tagged(graph))


def _untagged(finding: Finding, tag: str) -> Finding:
    def plain(term: Node | None) -> Node | None:
        if not isinstance(term, URIRef):
            return term
        return URIRef(term.removesuffix(tag).replace(f"{OWN[:-1]}{tag}/", OWN))

    return replace(
        finding, focus=plain(finding.focus), value=plain(finding.value), place=plain(finding.place)
    )


@pytest.fixture(scope="session")
def make_case() -> type[Case]:
    return Case
