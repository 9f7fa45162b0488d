"""Entailment: the ontology closed once by owlrl, and rules compiled from it that close data."""

from foedus.graph.closure.local import LocalClosure
from foedus.graph.closure.profile import AxiomRefused
from foedus.graph.closure.rules import Inconsistency, Rules, compile_rules
from foedus.graph.closure.tbox import OntologyInconsistent, close_ontology, is_trivial

__all__ = [
    "AxiomRefused",
    "Inconsistency",
    "LocalClosure",
    "OntologyInconsistent",
    "Rules",
    "close_ontology",
    "compile_rules",
    "is_trivial",
]
