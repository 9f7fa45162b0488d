"""Proofs for programs: as JSON, and as RDF in the words of PROV-O."""

from typing import TypeAlias

from pyoxigraph import NamedNode
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import PROV

from foedus.graph.proofs.trees import Explanation, Kind, Proof
from foedus.graph.proofs.wording import Wording
from foedus.graph.worlds import Firmness
from foedus.ontology.namespaces import FD, bind

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


def as_json(explanation: Explanation, wording: Wording) -> dict[str, Json]:
    """List for each support its leaves, and the steps of its proof, premises first.

    Steps refer to their premises by IRI, so that the depth of a proof is no depth of JSON.
    """
    return {
        "holds": explanation.count > 0,
        "count": explanation.count,
        "isCapped": explanation.is_capped,
        "isAlways": explanation.is_always,
        "language": wording.language,
        "supports": [_support(proof, wording) for proof in explanation.proofs],
    }


def as_graph(explanation: Explanation, wording: Wording) -> Graph:
    """Describe all proofs in one graph: inferences are activities, each support a collection."""
    graph = bind(Graph())
    for proof in explanation.proofs:
        support = BNode()
        graph.add((support, RDF.type, PROV.Collection))
        graph.add((URIRef(proof.iri.value), PROV.wasDerivedFrom, support))
        for step in proof.steps():
            _describe(step, graph, wording)
            if not step.premises and step.kind in (Kind.CLAIM, Kind.SUPPOSED):
                graph.add((support, PROV.hadMember, URIRef(step.iri.value)))
        if remark := wording.remark(explanation):
            comment = Literal(remark, lang=wording.language)
            graph.add((URIRef(proof.iri.value), RDFS.comment, comment))
    return graph


def _support(proof: Proof, wording: Wording) -> dict[str, Json]:
    steps = list(proof.steps())
    levels = wording.levels(proof)
    leaves = sorted({s.iri.value for s in steps if s.kind in (Kind.CLAIM, Kind.SUPPOSED)})
    return {
        "conclusion": proof.iri.value,
        "leaves": [*leaves],
        "steps": [_step(step, wording, levels.get(step.iri)) for step in steps],
    }


def _step(step: Proof, wording: Wording, level: Firmness | None) -> dict[str, Json]:
    told: dict[str, Json] = {
        "iri": step.iri.value,
        "kind": step.kind.value,
        "label": wording.label(step.iri),
    }
    if step.kind is Kind.CLAIM and (passage := wording.passage(step.iri)):
        told["document"] = passage.document.value
        told["sentence"] = passage.sentence.value
        told["start"] = passage.span.start
        told["end"] = passage.span.end
    if step.kind is Kind.CLAIM and (stance := wording.stance(step.iri)):
        told["holder"] = stance.holder.value
        told["holderLabel"] = wording.label(stance.holder)
        told["firmness"] = stance.firmness.value
        told["mode"] = stance.mode.value if stance.mode else None
        told["isDenied"] = stance.is_denied
        told["reportDate"] = stance.report_date
    elif level is not None and step.kind is not Kind.SUPPOSED:
        told["firmness"] = level.concept.value
    if step.inference:
        told["inference"] = step.inference.iri.value
        told["rule"] = step.inference.rule.value
        told["ruleLabel"] = wording.label(step.inference.rule)
        if sentence := wording.definition(step.inference.rule):
            told["ruleSentence"] = sentence
    if step.premises:
        told["premises"] = [premise.iri.value for premise in step.premises]
    return told


def _describe(step: Proof, graph: Graph, wording: Wording) -> None:
    node = URIRef(step.iri.value)
    graph.add((node, RDF.type, PROV.Entity))
    graph.add((node, RDF.type, FD.Claim if step.kind is Kind.CLAIM else FD.Proposition))
    graph.add((node, RDFS.label, _text(step.iri, wording)))
    if step.kind is Kind.SUPPOSED:
        graph.add((node, RDFS.comment, Literal(wording.kind(step), lang=wording.language)))
    if step.kind is Kind.CLAIM and (passage := wording.passage(step.iri)):
        document = URIRef(passage.document.value)
        graph.add((node, PROV.wasDerivedFrom, document))
        graph.add((node, FD.isStatedIn, document))
        graph.add((node, FD.isFoundIn, URIRef(passage.sentence.value)))
        graph.add((node, FD.start, Literal(passage.span.start)))
        graph.add((node, FD.end, Literal(passage.span.end)))
    if step.kind is Kind.CLAIM and (stance := wording.stance(step.iri)):
        holder = URIRef(stance.holder.value)
        for is_held in (FD.heldBy, PROV.wasAttributedTo):
            graph.add((node, is_held, holder))
        graph.add((holder, RDFS.label, _text(stance.holder, wording)))
        graph.add((node, FD.firmness, URIRef(stance.firmness.value)))
        if stance.mode:
            graph.add((node, FD["mode"], URIRef(stance.mode.value)))
    elif (firmness := wording.firmness(step.iri)) is not None:
        graph.add((node, FD.holdsWithFirmness, URIRef(firmness.concept.value)))
    if not step.inference:
        for premise in step.premises:
            graph.add((node, PROV.wasDerivedFrom, URIRef(premise.iri.value)))
            graph.add((URIRef(premise.iri.value), FD.onProposition, node))
        return
    activity = URIRef(step.inference.iri.value)
    rule = URIRef(step.inference.rule.value)
    graph.add((activity, RDF.type, PROV.Activity))
    graph.add((activity, RDF.type, FD.Inference))
    graph.add((activity, FD.byRule, rule))
    graph.add((rule, RDFS.label, _text(step.inference.rule, wording)))
    for concludes in (FD.concludes, PROV.generated):
        graph.add((activity, concludes, node))
    for premise in step.premises:
        for uses in (FD.hasPremise, PROV.used):
            graph.add((activity, uses, URIRef(premise.iri.value)))


def _text(iri: NamedNode, wording: Wording) -> Literal:
    return Literal(wording.label(iri), lang=wording.language)
