"""Rules and what follows by them, each conclusion with its premises."""

from foedus.graph.inference.derivations import Derivations
from foedus.graph.inference.engine import Engine, Graphs
from foedus.graph.inference.parse import parse_rule, read_rules
from foedus.graph.inference.recorded import inference_triples, read_inferences, rule_triples
from foedus.graph.inference.rule import Rule, RuleRefused
from foedus.graph.inference.run import derive, engine_for
from foedus.graph.worlds import Inference

__all__ = [
    "Derivations",
    "Engine",
    "Graphs",
    "Inference",
    "Rule",
    "RuleRefused",
    "derive",
    "engine_for",
    "inference_triples",
    "parse_rule",
    "read_inferences",
    "read_rules",
    "rule_triples",
]
