"""How single terms are written in Turtle, and in which order."""

import re
from collections.abc import Mapping
from typing import Final

from rdflib import RDF, XSD, Literal, URIRef

from foedus.ontology.namespaces import PREFIXES

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_NOT_IN_STRING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_BARE: Final = {
    XSD.boolean: re.compile(r"true|false"),
    XSD.integer: re.compile(r"-?(?:0|[1-9][0-9]*)"),
    XSD.decimal: re.compile(r"-?[0-9]+\.[0-9]+"),
}
_LANGUAGES: Final = {"en": 0, "de": 1}


class Names:
    """Shortens IRIs by a list of prefixes and remembers which of them it used."""

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self.used: set[str] = set()
        self._prefixes = prefixes
        self._longest_first = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self._order = {prefix: index for index, prefix in enumerate(prefixes)}

    def written(self, iri: URIRef) -> str:
        """Write ``iri`` as prefix and local name where it can be, else in full."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{_NOT_IN_IRI.sub(_numeric_escape, iri)}>"

    def directives(self) -> str:
        """Declare the prefixes used so far, one a line, in the order of the list."""
        return "".join(
            f"@prefix {prefix}: <{namespace}> .\n"
            for prefix, namespace in self._prefixes.items()
            if prefix in self.used
        )

    def literal(self, literal: Literal) -> str:
        """Write ``literal``: a number or truth value bare, a text with line breaks in long form."""
        lexical, datatype = str(literal), literal.datatype
        if literal.language:
            return f"{_quoted(lexical)}@{literal.language}"
        if datatype is None:
            return _quoted(lexical)
        if datatype in _BARE and _BARE[datatype].fullmatch(lexical):
            return lexical
        return f"{_quoted(lexical)}^^{self.written(datatype)}"

    def place(self, predicate: URIRef) -> tuple[int, int, tuple[object, ...]]:
        """Give the sort key of ``predicate`` within a block."""
        name = "a" if predicate == RDF.type else self.written(predicate)
        vocabulary = self._order.get(name.partition(":")[0], len(self._order))
        return _PLACES.get(name, _MIDDLE), vocabulary, natural(name)


def natural(text: str) -> tuple[object, ...]:
    """Give a sort key: alphabetical without regard to case, numbers by value."""
    parts = re.split(r"([0-9]+)", text.casefold())
    numbered = tuple(int(part) if index % 2 else part for index, part in enumerate(parts))
    return numbered, text


def literal_place(literal: Literal) -> tuple[object, ...]:
    """Give the sort key of ``literal`` among others: English, German, other languages."""
    language = literal.language or ""
    return _LANGUAGES.get(language, 2), language, natural(str(literal)), str(literal.datatype)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    escaped = _NOT_IN_STRING.sub(_numeric_escape, escaped)
    if "\n" not in text:
        escaped = escaped.replace('"', '\\"').replace("\t", "\\t")
        return f'"{escaped}"'
    escaped = re.sub(r'"(?="|$(?![\s\S]))', '\\\\"', escaped)
    return f'"""{escaped}"""'


def _numeric_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"


_ORDER: Final = """
    a rdfs:label skos:prefLabel skos:altLabel dcterms:title skos:definition dcterms:description
    skos:scopeNote skos:example
    owl:deprecated rdfs:subClassOf owl:equivalentClass owl:disjointWith owl:members
    rdfs:subPropertyOf owl:equivalentProperty owl:inverseOf owl:propertyChainAxiom
    rdfs:domain rdfs:range
    sh:targetClass sh:targetNode sh:targetSubjectsOf sh:targetObjectsOf sh:path sh:name
    sh:description sh:order sh:minCount sh:maxCount sh:class sh:datatype sh:nodeKind
    fd:onProposition fd:heldBy fd:firmness fd:polarity fd:mode fd:cue fd:corrects
    fd:isPublishedBy fd:isReportedBy fd:reportDate fd:notReportedBefore fd:reportDateBasis
    fd:sha256 fd:hasAuthor fd:isStatedIn fd:isFoundIn fd:number fd:start fd:end
    fd:yieldsNoClaim fd:paraphrase
    fd:earliest fd:latest fd:amount fd:atLeast fd:atMost fd:hasUnit fd:per fd:asStated
    fd:isYearImplied
"""
_FIRST = _ORDER.split()
_LAST = ("sh:property", "sh:sparql", "sh:severity", "sh:message")
_MIDDLE = len(_FIRST)
_PLACES = {
    **{name: index for index, name in enumerate(_FIRST)},
    **{name: _MIDDLE + 1 + index for index, name in enumerate(_LAST)},
}
