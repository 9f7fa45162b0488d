"""Put a world together: its default graph, and the named graphs that every world shares."""

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from foedus.graph.closure import Rules
from foedus.graph.inference import Derivations, Rule, inference_triples, rule_triples
from foedus.graph.names import ENTITIES, FD, RDF, is_proposition
from foedus.graph.terms import Triple, quad_of, triple_of
from foedus.graph.worlds import World, holding, read_claims
from foedus.ontology.errors import FoedusError

_VALUES = frozenset({FD.Date, FD.Quantity})
_TRUE = ox.Literal(True)


class DataInconsistent(FoedusError):
    """What holds in a world contradicts the ontology; ``contradictions`` has a line for each."""

    def __init__(self, contradictions: Sequence[str]) -> None:
        super().__init__("the data contradict the ontology: " + "; ".join(contradictions))
        self.contradictions = tuple(contradictions)


_NOTHING = Derivations({}, ())


def named_graphs(
    quads: Iterable[ox.Quad], derivations: Derivations = _NOTHING
) -> Iterator[ox.Quad]:
    """Give the propositions exactly as encoded or concluded, and the documents' graphs.

    The register of entities is left out: it is no named graph of a world, so that ``GRAPH ?p``
    asks what is being said and nothing else.
    """
    yield from (quad for quad in quads if quad.graph_name != ENTITIES)
    yield from derived_graphs(derivations)


def derived_graphs(derivations: Derivations) -> Iterator[ox.Quad]:
    """Give the concluded propositions, each as its named graph."""
    for name, triples in derivations.propositions.items():
        for triple in triples:
            quad = quad_of(triple)
            yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


def default_graph(
    quads: Sequence[ox.Quad],
    ontology: Iterable[Triple],
    rules: Rules,
    world: World,
    derivations: Derivations = _NOTHING,
    inference_rules: Sequence[Rule] = (),
) -> set[Triple]:
    """Compute the default graph of ``world``: what `stated` gives, closed under ``rules``.

    Args:
        quads: The gated documents, the register and the data set's description, together.
        ontology: The ontology closed by itself.
        rules: Compiled from the same ontology.
        world: What to let in and to accept.
        derivations: What follows from the propositions.
        inference_rules: The rules by which it follows, to be described.

    Raises:
        DataInconsistent: an individual is in two disjoint classes.
    """
    given = {*ontology, *stated(quads, world, derivations), *rule_triples(inference_rules)}
    closed = rules.closure(given)
    contradictions = rules.inconsistencies(closed)
    if contradictions:
        raise DataInconsistent(
            [f"{it.individual} is both {it.first} and {it.second}" for it in contradictions]
        )
    return closed


def stated(
    quads: Sequence[ox.Quad], world: World, derivations: Derivations = _NOTHING
) -> Iterator[Triple]:
    """Give what the default graph of ``world`` states before anything is entailed.

    These are the triples of the propositions that hold there, all provenance, inferences included,
    and the register; what each proposition is about, how firmly it holds, and which claims are
    accepted.
    """
    held = holding(read_claims(quads), world, derivations.inferences)
    yield from inference_triples(derivations.inferences)
    quads = [*quads, *derived_graphs(derivations)]
    for quad in quads:
        if not is_proposition(quad.graph_name) or quad.graph_name in held.firmness:
            yield triple_of(quad)
    yield from subjects(quads)
    for proposition, firmness in held.firmness.items():
        yield proposition, FD.holdsWithFirmness, firmness.concept
    for claim in held.accepted:
        yield claim, FD.isAccepted, _TRUE


def subjects(quads: Iterable[ox.Quad]) -> Iterator[Triple]:
    """Say of each proposition that it is one, and what it is about.

    It is about whatever its graph gives a class, dates and quantities aside.
    """
    for quad in quads:
        if is_proposition(quad.graph_name):
            proposition = quad.graph_name
            assert isinstance(proposition, ox.NamedNode)
            yield proposition, RDF.type, FD.Proposition
            if quad.predicate == RDF.type and quad.object not in _VALUES:
                subject, _, _ = triple_of(quad)
                yield proposition, FD.isAbout, subject
