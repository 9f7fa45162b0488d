"""A sentence with the passages of its claims, cut where one of them begins or ends.

Passages overlap as they like, and HTML nests: so each segment is one mark that names all claims
over it, and has a line under it for each passage. A passage's line keeps its distance from the text
all along, so that the eye can follow it through the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from foedus.graph.passages import Span

LANES: Final = 5
"""How many distances there are; what overlaps more deeply shares the last."""


@dataclass(frozen=True)
class Passage:
    """What a claim rests on, in code points of the document."""

    claim: str
    mark: str
    span: Span


@dataclass(frozen=True, order=True)
class Line:
    """A line under a segment: how far from the text, and how it is drawn."""

    lane: int
    mark: str


@dataclass(frozen=True)
class Segment:
    """A stretch of a sentence over which the same claims lie; where none does it is plain.

    Attributes:
        claims: All claims over it, in their order.
        lines: Those under it, the farthest first: it is the outermost element.
        ending: The claims whose passage ends with it.
    """

    text: str
    claims: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    ending: tuple[str, ...] = ()


def segments(text: str, sentence: Span, passages: Iterable[Passage]) -> list[Segment]:
    """Cut a sentence of ``text``; what of a passage lies outside of the sentence is left out."""
    inside = [
        Passage(it.claim, it.mark, Span(start, end))
        for it in passages
        if (start := max(it.span.start, sentence.start)) < (end := min(it.span.end, sentence.end))
    ]
    lanes = _lanes(inside)
    borders = {sentence.start, sentence.end}
    cuts = sorted(borders.union(*((it.span.start, it.span.end) for it in inside)))
    found = []
    for start, end in pairwise(cuts):
        over = [it for it in inside if Span(start, end) in it.span]
        lines = {Line(lanes[it.span, it.mark], it.mark) for it in over}
        found.append(
            Segment(
                text[start:end],
                tuple(it.claim for it in over),
                tuple(sorted(lines, reverse=True)),
                tuple(it.claim for it in over if it.span.end == end),
            )
        )
    return found


def _lanes(passages: Sequence[Passage]) -> dict[tuple[Span, str], int]:
    """Give each line the nearest lane that is free over its length; short ones come first."""
    lanes: dict[tuple[Span, str], int] = {}
    lines = {(it.span, it.mark) for it in passages}
    for span, mark in sorted(lines, key=lambda it: (it[0].end - it[0].start, it)):
        taken = {lane for (other, _), lane in lanes.items() if _overlap(span, other)}
        lanes[span, mark] = next(n for n in range(len(taken) + 1) if n not in taken)
    return {line: min(lane, LANES - 1) for line, lane in lanes.items()}


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
