"""Inferences and rules as quads of the default graph, and inferences read back from there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from foedus.graph.inference import containment, entailment
from foedus.graph.inference.rule import Rule
from foedus.graph.names import FD, RDF, RDFS, SKOS
from foedus.graph.terms import Term, Triple
from foedus.graph.worlds import CONTAINMENT, Firmness, Inference

_LEVELS: Final = {level.concept: level for level in Firmness}


def inference_triples(inferences: Iterable[Inference]) -> Iterator[Triple]:
    """Write inferences as provenance."""
    for inference in inferences:
        yield inference.iri, RDF.type, FD.Inference
        yield inference.iri, FD.concludes, inference.concludes
        yield inference.iri, FD.byRule, inference.rule
        for premise in inference.premises:
            yield inference.iri, FD.hasPremise, premise
        if inference.firmness is not None:
            yield inference.iri, FD.firmness, inference.firmness.concept


def rule_triples(rules: Sequence[Rule]) -> Iterator[Triple]:
    """Describe the rules, those without a file included: label and sentence in both languages."""
    described = [(rule.iri, rule.title, rule.sentence) for rule in rules]
    described += [
        (CONTAINMENT, containment.TITLE, containment.SENTENCE),
        (entailment.ENTAILMENT, entailment.TITLE, entailment.SENTENCE),
    ]
    for iri, title, sentence in described:
        yield iri, RDF.type, FD.Rule
        for language in ("en", "de"):
            yield iri, RDFS.label, ox.Literal(title[language], language=language)
            yield iri, SKOS.definition, ox.Literal(sentence[language], language=language)


def read_inferences(triples: Iterable[Triple]) -> list[Inference]:
    """Read inferences back, in the order of their names."""
    found: defaultdict[Term, defaultdict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    wanted = {FD.concludes, FD.byRule, FD.hasPremise, FD.firmness}
    for subject, predicate, value in triples:
        if predicate in wanted:
            found[subject][predicate].append(value)
    inferences = [
        Inference(
            iri,
            _one(properties[FD.byRule]),
            _one(properties[FD.concludes]),
            tuple(sorted(map(_named, properties[FD.hasPremise]), key=str)),
            next((_LEVELS[_named(level)] for level in properties[FD.firmness]), None),
        )
        for iri, properties in found.items()
        if FD.concludes in properties and isinstance(iri, ox.NamedNode)
    ]
    return sorted(inferences, key=lambda it: it.iri.value)


def _one(terms: Sequence[Term]) -> ox.NamedNode:
    (term,) = terms
    return _named(term)


def _named(term: Term) -> ox.NamedNode:
    assert isinstance(term, ox.NamedNode)
    return term
