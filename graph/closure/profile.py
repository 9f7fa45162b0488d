"""What the compiled rules know of OWL, and the refusal of everything else.

Each construct is either compiled (`foedus.graph.closure`) or refused here: an axiom that nothing
acts upon would be a promise that the answers do not keep.
"""

from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import bind

_ANNOTATIONS: Final = frozenset(
    {
        OWL.annotatedProperty,
        OWL.annotatedSource,
        OWL.annotatedTarget,
        OWL.backwardCompatibleWith,
        OWL.deprecated,
        OWL.imports,
        OWL.incompatibleWith,
        OWL.priorVersion,
        OWL.versionInfo,
        OWL.versionIRI,
    }
)
_AXIOMS: Final = frozenset(
    {
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.disjointWith,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.hasValue,
        OWL.inverseOf,
        OWL.members,
        OWL.onProperty,
        OWL.propertyChainAxiom,
        OWL.someValuesFrom,
        OWL.unionOf,
    }
)
_AXIOM_TYPES: Final = frozenset(
    {OWL.AllDisjointClasses, OWL.SymmetricProperty, OWL.TransitiveProperty}
)
_PLAIN_TYPES: Final = frozenset(
    {
        OWL.Annotation,
        OWL.AnnotationProperty,
        OWL.Axiom,
        OWL.Class,
        OWL.DatatypeProperty,
        OWL.DeprecatedClass,
        OWL.DeprecatedProperty,
        OWL.NamedIndividual,
        OWL.Nothing,
        OWL.ObjectProperty,
        OWL.Ontology,
        OWL.OntologyProperty,
        OWL.Restriction,
        OWL.Thing,
    }
)
EVERYTHING: Final = frozenset({OWL.Thing, RDFS.Resource})
_RESERVED: Final = frozenset(
    {
        RDF.first,
        RDF.rest,
        RDF.type,
        RDFS.domain,
        RDFS.range,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
    }
)
_DATATYPES: Final = frozenset(
    {RDFS.Literal, RDF.HTML, RDF.JSON, RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString}
)
_PROPERTY_AXIOMS: Final = frozenset({RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf})
_SUPERCLASS_AXIOMS: Final = frozenset(
    {RDFS.subClassOf, RDFS.domain, RDFS.range, OWL.equivalentClass}
)
_CLASS_AXIOMS: Final = _SUPERCLASS_AXIOMS | {OWL.disjointWith, OWL.someValuesFrom}


class AxiomRefused(FoedusError):
    """An axiom that the compiled rules would ignore or get wrong.

    Attributes:
        construct: The word of RDFS or OWL that is not supported, or not in this place.
        term: What it is said of.
    """

    def __init__(self, construct: Node, term: Node, reason: str) -> None:
        names = bind(Graph()).namespace_manager
        super().__init__(f"{construct.n3(names)} on {term.n3(names)}: {reason}")
        self.construct = construct
        self.term = term


def refuse_unknown(graph: Graph) -> None:
    """Raise `AxiomRefused` for the first axiom, in order of terms, that no rule acts upon."""
    for subject, predicate, value in sorted(graph, key=lambda triple: tuple(map(str, triple))):
        if predicate == RDF.type:
            if is_schema_class(value) and value not in _AXIOM_TYPES:
                raise AxiomRefused(value, subject, "no rule acts upon this")
            if value in _AXIOM_TYPES - {OWL.AllDisjointClasses}:
                _refuse_reserved_property(value, subject)
        elif predicate in _AXIOMS:
            _refuse_odd_properties(graph, subject, predicate, value)
            _refuse_odd_classes(graph, subject, predicate, value)
        elif is_schema_property(predicate) and subject != value:
            raise AxiomRefused(predicate, subject, "no rule acts upon this")


def is_schema_property(predicate: Node) -> bool:
    """Tell whether triples with this predicate are axioms, or parts of axioms."""
    return predicate in _AXIOMS or (
        str(predicate).startswith(str(OWL)) and predicate not in _ANNOTATIONS
    )


def is_schema_class(value: Node) -> bool:
    """Tell whether to be of this type is an axiom (such as being transitive)."""
    return str(value).startswith(str(OWL)) and value not in _PLAIN_TYPES


def refuse_misplaced(ontology: Graph) -> None:
    """Refuse what OWL 2 RL allows in subclasses only; to be asked of what is stated."""
    for construct in (OWL.unionOf, OWL.someValuesFrom):
        for node in ontology.subjects(construct):
            if isinstance(node, URIRef):
                raise AxiomRefused(construct, node, "state rdfs:subClassOf from a blank node")
            for subject, predicate in ontology.subject_predicates(node):
                if predicate in _SUPERCLASS_AXIOMS:
                    raise AxiomRefused(construct, subject, "OWL 2 RL has it in subclasses only")
            if (node, OWL.equivalentClass, None) in ontology:
                raise AxiomRefused(construct, node, "OWL 2 RL has it in subclasses only")


def _refuse_odd_properties(graph: Graph, subject: Node, predicate: Node, value: Node) -> None:
    operands: list[Node] = []
    if predicate in _PROPERTY_AXIOMS | {RDFS.domain, RDFS.range, OWL.propertyChainAxiom}:
        operands.append(subject)
    if predicate in _PROPERTY_AXIOMS or predicate == OWL.onProperty:
        operands.append(value)
    if predicate == OWL.propertyChainAxiom:
        chain = list(graph.items(value))
        if not chain:
            raise AxiomRefused(predicate, subject, "the chain is empty")
        operands.extend(chain)
    for operand in operands:
        _refuse_reserved_property(predicate, operand)


def _refuse_reserved_property(construct: Node, operand: Node) -> None:
    if operand in _RESERVED or str(operand).startswith(str(OWL)) or isinstance(operand, Literal):
        raise AxiomRefused(construct, operand, "RDF and OWL themselves stay as they are")


def _refuse_odd_classes(graph: Graph, subject: Node, predicate: Node, value: Node) -> None:
    operands: list[Node] = []
    if predicate in (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith):
        operands.append(subject)
    if predicate in (OWL.unionOf, OWL.members):
        operands.extend(graph.items(value))
    elif not (
        predicate not in _CLASS_AXIOMS
        or (predicate in _SUPERCLASS_AXIOMS and value in EVERYTHING)
        or (predicate == OWL.someValuesFrom and value == OWL.Thing)
        or (predicate == RDFS.range and is_datatype(value))
    ):
        operands.append(value)
    for operand in operands:
        if operand in EVERYTHING or isinstance(operand, Literal):
            raise AxiomRefused(predicate, operand, "rules have no list of all things")
        if is_datatype(operand) or (operand, RDF.type, RDFS.Datatype) in graph:
            raise AxiomRefused(predicate, operand, "a datatype is no class of individuals")
        if str(operand).startswith(str(OWL)) and operand != OWL.Nothing:
            raise AxiomRefused(predicate, operand, "RDF and OWL themselves stay as they are")


def is_datatype(node: Node) -> bool:
    """Tell whether this is a built-in datatype."""
    return str(node).startswith(str(XSD)) or node in _DATATYPES
