"""Proofs as plain text: an indented tree for each support; and as a Mermaid flowchart."""

from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from foedus.graph.proofs.trees import Explanation, Kind, Proof, rows
from foedus.graph.proofs.wording import Wording

_SHAPES: Final = {
    Kind.CLAIM: ('[/"', '"/]'),
    Kind.ASSERTED: ('["', '"]'),
    Kind.SUPPOSED: ('["', '"]:::supposed'),
    Kind.INFERRED: ('["', '"]'),
}


def as_text(explanation: Explanation, wording: Wording) -> str:
    """Write each proof as a tree, conclusion first, what it rests on indented below it."""
    parts = [
        "\n".join((wording.heading(number, explanation), *_lines(proof, wording)))
        for number, proof in enumerate(explanation.proofs, 1)
    ]
    remark = wording.remark(explanation)
    return "\n\n".join([*parts, remark] if remark else parts) + "\n"


def as_mermaid(explanation: Explanation, wording: Wording) -> str:
    """Draw all proofs as one flowchart, from the claims up to the conclusion.

    An inference is a node that needs all that leads to it; of what leads to a proposition,
    one suffices.
    """
    names: dict[NamedNode, str] = {}
    nodes: dict[str, None] = {}
    edges: dict[str, None] = {}

    def draw(iri: NamedNode, label: str, shape: tuple[str, str]) -> str:
        name = names.setdefault(iri, f"n{len(names) + 1}")
        nodes.setdefault(f"  {name}{shape[0]}{_escaped(label)}{shape[1]}")
        return name

    for proof in explanation.proofs:
        for step in proof.steps():
            label = wording.label(step.iri)
            if step.kind is Kind.CLAIM and (place := wording.place(step.iri)):
                label = f"{label} ({place})"
            name = draw(step.iri, label, _SHAPES[step.kind])
            onto = name
            if step.inference:
                rule = wording.label(step.inference.rule)
                onto = draw(step.inference.iri, rule, ('(["', '"])'))
                edges.setdefault(f"  {onto} --> {name}")
            for premise in step.premises:
                edges.setdefault(f"  {names[premise.iri]} --> {onto}")
    remark = wording.remark(explanation)
    note = [f"  %% {remark}"] if remark else []
    style = ["  classDef supposed stroke-dasharray: 4 3"]
    return "\n".join(["flowchart BT", *note, *nodes, *edges, *style]) + "\n"


def _lines(proof: Proof, wording: Wording) -> Iterator[str]:
    for row in rows(proof):
        node = row.node
        line = "  " * row.depth + wording.label(node.iri)
        if node.kind is Kind.CLAIM:
            place, held = wording.place(node.iri), wording.held(node.iri)
            yield line + (f" ({place})" if place else "") + (f" [{held}]" if held else "")
        elif row.is_repeated:
            yield f"{line} [{wording.kind(node)}; {wording.repeated()}]"
        else:
            yield f"{line} [{wording.kind(node)}]"


def _escaped(label: str) -> str:
    label = " ".join(label.split()).replace("#", "#35;")
    for character, code in (('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        label = label.replace(character, code)
    return label
