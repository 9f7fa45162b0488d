"""The ontology closed once by owlrl, and what of its closure says nothing."""

from typing import Final

import owlrl
from owlrl.Namespaces import ERRNS
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal
from rdflib.term import Node

from foedus.graph.closure.profile import EVERYTHING, is_datatype, refuse_misplaced, refuse_unknown
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import bind

_BUILT_IN: Final = (str(OWL), str(RDF), str(RDFS), str(XSD))
_REFLEXIVE: Final = frozenset(
    {
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.sameAs,
    }
)
_SIGNATURE: Final = frozenset({RDFS.subClassOf, RDFS.domain, RDFS.range, RDF.type})


class OntologyInconsistent(FoedusError):
    """The ontology contradicts itself before any data; ``messages`` are owlrl's."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("the ontology is inconsistent: " + "; ".join(messages))
        self.messages = messages


def close_ontology(ontology: Graph) -> Graph:
    """Compute the OWL 2 RL closure of the ontology alone, without what is trivial.

    What the ontology itself states stays, trivial or not. The argument is not changed.

    Raises:
        AxiomRefused: a construct outside of what is compiled, or outside of OWL 2 RL.
        OntologyInconsistent: owlrl finds a contradiction.
    """
    refuse_unknown(ontology)
    refuse_misplaced(ontology)
    closed = Graph()
    for triple in ontology:
        closed.add(triple)
    # Without owlrl's own conversions of literals: they would change rdflib's tables for good.
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics,
        improved_datatypes=False,
        axiomatic_triples=False,
        datatype_axioms=False,
    ).expand(closed)
    messages = sorted(str(message) for message in closed.objects(None, ERRNS.error))
    if messages:
        raise OntologyInconsistent(messages)
    result = bind(Graph())
    for triple in closed:
        if triple in ontology or not is_trivial(*triple):
            result.add(triple)
    return result


def is_trivial(subject: Node, predicate: Node, value: Node) -> bool:
    """Tell whether a triple says nothing: it is true of everything, or of RDF and OWL themselves.

    Also literals as subjects, which rules may pass through but no graph can hold.
    """
    if isinstance(subject, Literal):
        return True
    if predicate in _SIGNATURE and value in EVERYTHING:
        return True
    if predicate == RDFS.subClassOf and subject == OWL.Nothing:
        return True
    if predicate in _REFLEXIVE and subject == value:
        return True
    if predicate == OWL.disjointWith:
        return is_datatype(subject) and is_datatype(value)
    return predicate == RDF.type and str(subject).startswith(_BUILT_IN)
