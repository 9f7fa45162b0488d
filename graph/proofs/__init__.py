"""Proofs: what a proposition or triple rests on in a world, down to claims and passages."""

from foedus.graph.proofs.data import Json, as_graph, as_json
from foedus.graph.proofs.grounds import Grounds, Listed, Reasons
from foedus.graph.proofs.search import (
    Limit,
    Support,
    Supports,
    supported_by_nothing,
    supports,
    supports_of_any,
    supports_of_triple,
)
from foedus.graph.proofs.slices import Factor, firmness
from foedus.graph.proofs.svg import as_svg
from foedus.graph.proofs.text import as_mermaid, as_text
from foedus.graph.proofs.trees import Explanation, Kind, Proof, Row, explain, rows
from foedus.graph.proofs.wording import Language, Passage, Stance, Wording, fixed

__all__ = [
    "Explanation",
    "Factor",
    "Grounds",
    "Json",
    "Kind",
    "Language",
    "Limit",
    "Listed",
    "Passage",
    "Proof",
    "Reasons",
    "Row",
    "Stance",
    "Support",
    "Supports",
    "Wording",
    "as_graph",
    "as_json",
    "as_mermaid",
    "as_svg",
    "as_text",
    "explain",
    "firmness",
    "fixed",
    "rows",
    "supported_by_nothing",
    "supports",
    "supports_of_any",
    "supports_of_triple",
]
