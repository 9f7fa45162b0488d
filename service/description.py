"""RDF about the service itself: the service description and the example queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph as ox
from starlette.responses import Response

from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service import negotiate, turtle
from foedus.service.diagnosis import form_of
from foedus.service.engine import Form, Status
from foedus.service.errors import BadRequest, NotAcceptable

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
EXAMPLES: Final = BASE + ".well-known/sparql-examples"
_EXECUTABLES: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
    "DESCRIBE": ("SPARQLExecutable", "select"),
}
_RDF_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")


class Example(Protocol):
    """A question as ``foedus.graph.questions`` reads it from its file."""

    @property
    def name(self) -> str:
        """Its key, in kebab-case."""
        ...

    @property
    def title(self) -> Mapping[str, str]:
        """What it asks, by language."""
        ...

    @property
    def group(self) -> Mapping[str, str]:
        """Its heading, by language."""
        ...

    @property
    def text(self) -> str:
        """SPARQL that runs as it is."""
        ...


@dataclass(frozen=True)
class Abilities:
    """What an endpoint can beyond queries.

    Attributes:
        updates: Whether it takes updates.
        federation: Whether queries may call other endpoints.
        graphs: IRIs of the named graphs, where they are few.
    """

    updates: bool = False
    federation: bool = False
    graphs: tuple[str, ...] = ()


QUERIES: Final = Abilities()


def describe_service(
    endpoint: str, status: Status, abilities: Abilities = QUERIES
) -> list[ox.Triple]:
    """Describe the endpoint by the vocabulary of SPARQL 1.1 Service Description.

    Raises:
        BadRequest: ``endpoint``, which is what the client called us, is not an IRI.
    """
    service, dataset, default = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
    address = _address(endpoint)
    integer = ox.NamedNode(PREFIXES["xsd"] + "integer")
    size = ox.Literal(str(status.triples), datatype=integer)
    triples = [
        ox.Triple(service, _RDF_TYPE, _sd("Service")),
        ox.Triple(service, _sd("endpoint"), address),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL10Query")),
        ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        ox.Triple(service, _sd("defaultDataset"), dataset),
        ox.Triple(dataset, _RDF_TYPE, _sd("Dataset")),
        ox.Triple(dataset, _sd("defaultGraph"), default),
        ox.Triple(default, _RDF_TYPE, _sd("Graph")),
        ox.Triple(default, ox.NamedNode(PREFIXES["void"] + "triples"), size),
    ]
    formats = [entry for entry in negotiate.FORMATS if entry.iri]
    triples += [ox.Triple(service, _sd("resultFormat"), _iri(entry)) for entry in formats]
    if abilities.updates:
        triples.append(ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Update")))
        triples.append(ox.Triple(service, _sd("feature"), _sd("EmptyGraphs")))
        read = [entry for entry in formats if Form.GRAPH in entry.forms]
        triples += [ox.Triple(service, _sd("inputFormat"), _iri(entry)) for entry in read]
    if abilities.federation:
        triples.append(ox.Triple(service, _sd("feature"), _sd("BasicFederatedQuery")))
    for graph in abilities.graphs:
        named = ox.BlankNode()
        triples.append(ox.Triple(dataset, _sd("namedGraph"), named))
        triples.append(ox.Triple(named, _RDF_TYPE, _sd("NamedGraph")))
        triples.append(ox.Triple(named, _sd("name"), ox.NamedNode(graph)))
    return triples


def _iri(entry: negotiate.Format) -> ox.NamedNode:
    return ox.NamedNode(entry.iri or "")


def describe_examples(questions: Iterable[Example], endpoint: str) -> list[ox.Triple]:
    """Describe each question as a ``sh:SPARQLExecutable`` that is run at ``endpoint``."""
    triples = []
    target = _address(endpoint)
    for question in questions:
        node = ox.NamedNode(f"{EXAMPLES}#{question.name}")
        kind, predicate = _EXECUTABLES[form_of(question.text) or "SELECT"]
        classes = dict.fromkeys(("SPARQLExecutable", kind))
        triples += [ox.Triple(node, _RDF_TYPE, _sh(name)) for name in classes]
        for language, label in question.title.items():
            triples.append(
                ox.Triple(
                    node,
                    ox.NamedNode(PREFIXES["rdfs"] + "label"),
                    ox.Literal(label, language=language),
                )
            )
        for language, group in question.group.items():
            triples.append(
                ox.Triple(
                    node,
                    ox.NamedNode(PREFIXES["schema"] + "keywords"),
                    ox.Literal(group, language=language),
                )
            )
        triples.append(ox.Triple(node, _sh(predicate), ox.Literal(question.text)))
        triples.append(ox.Triple(node, ox.NamedNode(PREFIXES["schema"] + "target"), target))
    return triples


def graph_response(
    triples: Sequence[ox.Triple], accept: str | None, overrides: Iterable[str] = ()
) -> Response:
    """Send a small graph in the form that the client likes best."""
    chosen = negotiate.acceptable(accept, overrides).graph
    if chosen is None:
        raise NotAcceptable("This", negotiate.offered(Form.GRAPH))
    body = turtle.serialise(triples, chosen.format, {**PREFIXES, "sd": SD})
    return Response(body, headers={"Content-Type": chosen.media_type, "Vary": "Accept"})


def _address(endpoint: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(endpoint)
    except ValueError as error:
        raise BadRequest("the Host header names no host") from error


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["sh"] + name)
