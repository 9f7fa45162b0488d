"""Judge a graph by shapes, by the reference; the only place that knows which processor that is."""

from typing import Final

import pyshacl
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.ontology.errors import FoedusError
from foedus.shapes.path import read_path
from foedus.shapes.quick import Suspects
from foedus.shapes.report import Finding, Report

_TARGETS: Final = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
_TAKES_SHAPE: Final = (SH.node, SH["not"], SH.property, SH.qualifiedValueShape)


class ShapesRefused(FoedusError):
    """The shapes themselves cannot be used; the text is the processor's."""


def validate(
    data: Graph, shapes: Graph, *, only: Suspects | None = None, check_shapes: bool = False
) -> Report:
    """Validate ``data``, to which whoever calls has added the class hierarchy that it needs.

    Nothing is inferred and nothing is fetched: ``owl:imports`` is not followed.

    Args:
        data: What is judged.
        shapes: SHACL Core and SHACL-SPARQL constraints.
        only: Of each named shape the nodes to judge by it; by default all of its targets.
        check_shapes: Judge the shapes by the shapes of SHACL first; slow.

    Raises:
        ShapesRefused: the shapes are no well-formed SHACL.
    """
    _make_orderable(data, shapes)
    used = shapes if only is None else _narrowed(shapes, only)
    try:
        _, results, text = pyshacl.validate(
            data,
            shacl_graph=used if check_shapes else _hoisted(used),
            inference="none",
            inplace=True,
            advanced=False,
            meta_shacl=check_shapes,
            do_owl_imports=False,
        )
    except pyshacl.errors.ReportableRuntimeError as error:
        raise ShapesRefused(error.message) from error
    if not isinstance(results, Graph):
        raise ShapesRefused(text)
    # Results about results (sh:detail) are left out: the shape that asks for them has the message.
    return Report.of(
        _finding(results, result, shapes) for result in results.objects(None, SH.result)
    )


class _Orderable(Literal):
    """A literal that is neither before nor after what it cannot be compared with.

    SHACL asks for a result there (4.5.3); the processor would stop with a ``TypeError``.
    """

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        try:
            return super().__lt__(other) is True
        except TypeError:
            return False

    def __le__(self, other: object) -> bool:
        try:
            return super().__le__(other) is True
        except TypeError:
            return False


def _make_orderable(data: Graph, shapes: Graph) -> None:
    """Put equal terms for the literals that ``shapes`` compare by order."""
    compared: set[Node] = set()
    for predicate in (SH.lessThan, SH.lessThanOrEquals):
        for shape, other in shapes.subject_objects(predicate):
            compared.add(other)
            ahead = [*shapes.objects(shape, SH.path)]
            while ahead:
                node = ahead.pop()
                compared.add(node)
                ahead.extend(shapes.objects(node) if isinstance(node, BNode) else ())
    for term in compared:
        for subject, value in list(data.subject_objects(term)):
            if type(value) is Literal:
                data.remove((subject, term, value))
                data.add((subject, term, _Orderable(value)))


def _narrowed(shapes: Graph, only: Suspects) -> Graph:
    """Give each shape the nodes of ``only`` for its targets."""
    narrow = _copied(shapes)
    for predicate in _TARGETS:
        narrow.remove((None, predicate, None))
    for shape, nodes in only.items():
        for node in nodes:
            narrow.add((shape, SH.targetNode, node))
    return narrow


def _copied(shapes: Graph) -> Graph:
    copy = Graph()
    for triple in shapes:
        copy.add(triple)
    return copy


def _hoisted(shapes: Graph) -> Graph:
    """Give the property shapes of each targeted node shape that shape's targets: the same results.

    The processor judges all focus nodes of a targeted shape at once, but the shapes inside of it
    node by node, three times as slow.
    """
    flat = _copied(shapes)
    inner = {value for predicate in _TAKES_SHAPE for value in shapes.objects(None, predicate)}
    inner.update(shapes.objects(None, RDF.first))
    for owner, part in shapes.subject_objects(SH.property):
        targets = [(p, o) for p in _TARGETS for o in shapes.objects(owner, p)]
        if targets and owner not in inner and isinstance(part, BNode):
            flat.remove((owner, SH.property, part))
            for predicate, value in targets:
                flat.add((part, predicate, value))
    return flat


def _finding(results: Graph, result: Node, shapes: Graph) -> Finding:
    found = {predicate: value for predicate, value in results.predicate_objects(result)}
    shape = found[SH.sourceShape]
    path = shapes.value(shape, SH.path)
    severity = found[SH.resultSeverity]
    component = found[SH.sourceConstraintComponent]
    assert isinstance(severity, URIRef)
    assert isinstance(component, URIRef)
    return Finding(
        focus=found[SH.focusNode],
        messages=_messages(results, result),
        source_shape=_named(shapes, shape),
        component=component,
        path=None if path is None else read_path(shapes, path),
        value=found.get(SH.value),
        severity=severity,
    )


def _messages(results: Graph, result: Node) -> dict[str, str]:
    texts = (o for o in results.objects(result, SH.resultMessage) if isinstance(o, Literal))
    return dict(sorted((text.language or "", str(text)) for text in texts))


def _named(shapes: Graph, shape: Node) -> Node:
    """Give the named shape that ``shape`` is written in: itself, unless it is a blank node."""
    while isinstance(shape, BNode):
        owner = shapes.value(None, SH.property, shape)
        if owner is None:
            return shape
        shape = owner
    return shape
