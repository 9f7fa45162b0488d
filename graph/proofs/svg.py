"""Proofs as a drawing: the conclusion on top, what it rests on below, the claims at the bottom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from pyoxigraph import NamedNode

from foedus.graph.proofs.layout import Layout, lay_out
from foedus.graph.proofs.trees import Explanation, Kind, Proof
from foedus.graph.proofs.wording import Wording
from foedus.graph.worlds import Firmness

MOST: Final = 60
"""How many nodes a drawing has before further supports are left out."""

_TOO_MANY: Final = 400
_WIDTH: Final = 220
_MARGIN: Final = 12
_LINE: Final = 17
_CHARACTERS: Final = 30
_LINES: Final = 6
_DASHES: Final = {Firmness.PROBABLE: "9 4", Firmness.POSSIBLE: "2 4"}
_ALONE: Final = (
    "<style>svg{color:#1c1e20;background:#fbfaf6}a{color:inherit;text-decoration:none}"
    "a:hover text{text-decoration:underline}"
    "@media (prefers-color-scheme:dark){svg{color:#e8e4da;background:#15181a}}</style>"
)


@dataclass(frozen=True)
class _Box:
    """A node as it is drawn: lines of text, of which the first are its name, in a frame."""

    iri: NamedNode
    name: tuple[str, ...]
    remarks: tuple[str, ...]
    whole: str
    firmness: Firmness | None = None
    is_rule: bool = False
    is_supposed: bool = False

    @property
    def size(self) -> tuple[float, float]:
        return _WIDTH, (len(self.name) + len(self.remarks)) * _LINE + 14


def as_svg(
    explanation: Explanation,
    wording: Wording,
    link: Callable[[NamedNode], str] = lambda iri: iri.value,
    is_alone: bool = True,
) -> str:
    """Draw all proofs as one net.

    A rule needs all that leads to it; of what leads to a proposition, one suffices. Firmness is a
    kind of line and a word: full is certain, dashed probable, dotted possible.

    Args:
        explanation: The proofs; further ones are left out where the drawing gets too large.
        wording: Labels, places and firmness.
        link: Gives the address that a node leads to.
        is_alone: Whether this is a file, which brings its colours, or a part of a page.
    """
    boxes: dict[NamedNode, _Box] = {}
    below: dict[NamedNode, list[NamedNode]] = {}
    drawn = 0
    for proof in explanation.proofs:
        steps = list(proof.steps())
        new = sum((s.iri not in boxes) + (s.inference is not None) for s in steps)
        if len(boxes) + new > (MOST if drawn else _TOO_MANY):
            break
        drawn += 1
        for step in reversed(steps):
            _enter(step, boxes, below, wording)
    found = lay_out({iri: box.size for iri, box in boxes.items()}, below)
    remark = wording.drawn(drawn, explanation) or wording.remark(explanation)
    return _drawing(found, boxes, remark, link, wording.language, is_alone)


def _enter(
    step: Proof,
    boxes: dict[NamedNode, _Box],
    below: dict[NamedNode, list[NamedNode]],
    wording: Wording,
) -> None:
    boxes.setdefault(step.iri, _box(step, wording))
    onto = below.setdefault(step.iri, [])
    if step.inference:
        rule = step.inference.rule
        name = wording.label(rule)
        whole = wording.definition(rule) or name
        boxes.setdefault(step.inference.iri, _Box(rule, _wrapped(name), (), whole, is_rule=True))
        if step.inference.iri not in onto:
            onto.append(step.inference.iri)
        onto = below.setdefault(step.inference.iri, [])
    onto += [premise.iri for premise in step.premises if premise.iri not in onto]


def _box(step: Proof, wording: Wording) -> _Box:
    label = wording.label(step.iri)
    if step.kind is Kind.CLAIM:
        place, held = wording.place(step.iri), wording.held(step.iri)
        stance = wording.stance(step.iri)
        levels = {level.concept: level for level in Firmness}
        firmness = levels.get(stance.firmness) if stance else None
        whole = ". ".join(filter(None, (label, held, place)))
        return _Box(step.iri, _wrapped(held or label), _wrapped(place), whole, firmness)
    firmness = wording.firmness(step.iri)
    word = f"{wording.degree(firmness)}, " if firmness is not None else ""
    remark = word + wording.reason(step)
    is_supposed = step.kind is Kind.SUPPOSED
    return _Box(step.iri, _wrapped(label), (remark,), label, firmness, is_supposed=is_supposed)


def _drawing(
    found: Layout[NamedNode],
    boxes: Mapping[NamedNode, _Box],
    remark: str,
    link: Callable[[NamedNode], str],
    language: str,
    is_alone: bool,
) -> str:
    lines = _wrapped(remark, max(_CHARACTERS, int(found.width / 7))) if remark else ()
    width = round(max(found.width, _WIDTH) + 2 * _MARGIN)
    height = round(found.height + 2 * _MARGIN + len(lines) * _LINE)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" lang="{language}" role="group" '
        'font-family="system-ui, sans-serif" font-size="13">',
        _ALONE if is_alone else "",
        '<defs><marker id="proof-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker>'
        "</defs>",
        f'<g transform="translate({_MARGIN} {_MARGIN})">',
        *(_edge(route) for route in found.routes.values()),
        *(_node(boxes[node], *place, link) for node, place in found.places.items()),
        "</g>",
    ]
    y = height - _MARGIN - len(lines) * _LINE + 13
    parts.append(_text(lines, _MARGIN, y, "start") if lines else "")
    return "".join([*filter(None, parts), "</svg>\n"])


def _edge(route: Sequence[tuple[float, float]]) -> str:
    (x, y), *others = route
    path = [f"M{x:.1f} {y:.1f}"]
    for number, (next_x, next_y) in enumerate(others):
        if number % 2:  # straight through a layer
            path.append(f"L{next_x:.1f} {next_y:.1f}")
        else:
            bend = (y + next_y) / 2
            path.append(f"C{x:.1f} {bend:.1f} {next_x:.1f} {bend:.1f} {next_x:.1f} {next_y:.1f}")
        x, y = next_x, next_y
    return (
        f'<path d="{"".join(path)}" fill="none" stroke="currentColor" opacity=".6" '
        'marker-end="url(#proof-arrow)"/>'
    )


def _node(box: _Box, x: float, y: float, link: Callable[[NamedNode], str]) -> str:
    width, height = box.size
    dashes = _DASHES.get(box.firmness) if box.firmness is not None else None
    frame = (
        f'x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height}" '
        f'rx="{16 if box.is_rule else 2}" fill="none" stroke="currentColor" '
        f'stroke-width="{1 if box.is_rule else 2}"'
    )
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    inner = (
        f'<rect x="{x + 4:.1f}" y="{y + 4:.1f}" width="{width - 8}" height="{height - 8}" '
        'fill="none" stroke="currentColor" stroke-width="1"/>'
        if box.is_supposed
        else ""
    )
    middle, top = x + width / 2, y + 19
    style = ' font-style="italic"' if box.is_rule else ""
    remarks = _text(box.remarks, middle, top + len(box.name) * _LINE, "middle", ' font-size="11.5"')
    return (
        f'<a href="{escape(link(box.iri))}"><title>{escape(box.whole)}</title>'
        f"<rect {frame}{dashed}/>{inner}"
        f"{_text(box.name, middle, top, 'middle', style)}{remarks}</a>"
    )


def _text(lines: Sequence[str], x: float, y: float, anchor: str, style: str = "") -> str:
    if not lines:
        return ""
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{y + number * _LINE:.1f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text text-anchor="{anchor}" fill="currentColor"{style}>{spans}</text>'


def _wrapped(text: str, width: int = _CHARACTERS) -> tuple[str, ...]:
    """Break a text into lines; the end of a very long one is left out."""
    lines: list[str] = []
    for word in text.split():
        while word:
            last = lines[-1] if lines else ""
            if last and len(last) + 1 + len(word) <= width:
                lines[-1], word = f"{last} {word}", ""
            else:
                lines.append(word[:width])
                word = word[width:]
    if len(lines) <= _LINES:
        return tuple(lines)
    return (*lines[: _LINES - 1], lines[_LINES - 1][: width - 2] + " …")
