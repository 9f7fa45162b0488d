"""Put a world together: its default graph, and the named graphs that every world shares."""

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from foedus.graph.closure import Rules
from foedus.graph.hypotheses import Hypothesis
from foedus.graph.inference import Derivations, inference_triples
from foedus.graph.names import ENTITIES, FD, RDF, is_proposition
from foedus.graph.terms import Triple, quad_of, triple_of
from foedus.graph.worlds import DataInconsistent, World, holding, read_claims

_VALUES = frozenset({FD.Date, FD.Quantity})
_TRUE = ox.Literal(True)
_NOTHING = Derivations({}, ())


def named_graphs(
    quads: Iterable[ox.Quad],
    derivations: Derivations = _NOTHING,
    hypothesis: Hypothesis | None = None,
) -> Iterator[ox.Quad]:
    """Give the propositions exactly as encoded, concluded or supposed, and the documents' graphs.

    The register of entities is left out: it is no named graph of a world, so that ``GRAPH ?p``
    asks what is being said and nothing else. So is the description of the data set.
    """
    for quad in quads:
        if quad.graph_name not in (ENTITIES, ox.DefaultGraph()):
            yield quad
    for name, triples in _further(derivations, hypothesis):
        for triple in triples:
            yield quad_of(triple, name)


def default_graph(
    quads: Sequence[ox.Quad],
    ontology: Iterable[Triple],
    rules: Rules,
    world: World,
    derivations: Derivations = _NOTHING,
    hypothesis: Hypothesis | None = None,
) -> set[Triple]:
    """Compute the default graph of ``world``: what `stated` gives, closed under ``rules``.

    Args:
        quads: The gated documents, the register, the description of the data set and of rules.
        ontology: The ontology closed by itself.
        rules: Compiled from the same ontology.
        world: What to let in and to accept.
        derivations: What follows from the propositions, supposed ones included.
        hypothesis: What is supposed there.

    Raises:
        DataInconsistent: an individual is in two disjoint classes.
    """
    closed = rules.closure({*ontology, *stated(quads, world, derivations, hypothesis)})
    contradictions = rules.inconsistencies(closed)
    if contradictions:
        raise DataInconsistent(
            [f"{it.individual} is both {it.first} and {it.second}" for it in contradictions]
        )
    return closed


def stated(
    quads: Sequence[ox.Quad],
    world: World,
    derivations: Derivations = _NOTHING,
    hypothesis: Hypothesis | None = None,
) -> Iterator[Triple]:
    """Give what the default graph of ``world`` states before anything is entailed.

    These are the triples of the propositions that hold there, all provenance, inferences included,
    and the register; what each proposition is about, how firmly it holds, and which claims are
    accepted.
    """
    held = holding(read_claims(quads), world, derivations.inferences, hypothesis)
    yield from inference_triples(derivations.inferences)
    for quad in quads:
        if not is_proposition(quad.graph_name) or quad.graph_name in held.firmness:
            yield triple_of(quad)
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            yield from subjects(quad.graph_name, [triple_of(quad)])
    for name, triples in _further(derivations, hypothesis):
        yield from subjects(name, triples)
        if name in held.firmness:
            yield from triples
    for proposition, firmness in held.firmness.items():
        yield proposition, FD.holdsWithFirmness, firmness.concept
    for claim in held.accepted:
        yield claim, FD.isAccepted, _TRUE


def subjects(proposition: ox.NamedNode, triples: Iterable[Triple]) -> Iterator[Triple]:
    """Say that a proposition is one, and what it is about: what its graph gives a class.

    Dates and quantities are no subjects.
    """
    yield proposition, RDF.type, FD.Proposition
    for subject, predicate, value in triples:
        if predicate == RDF.type and value not in _VALUES:
            yield proposition, FD.isAbout, subject


def _further(
    derivations: Derivations, hypothesis: Hypothesis | None
) -> Iterator[tuple[ox.NamedNode, frozenset[Triple]]]:
    """Give the propositions that no document has."""
    yield from derivations.propositions.items()
    yield from (hypothesis.holds if hypothesis else {}).items()
