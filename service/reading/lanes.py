"""The drawing with two lanes: when it happened, and when it was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup, escape

from foedus.service.reading.speech import Speech, marked

_LEFT: Final = 120
_RIGHT: Final = 860
_TOP: Final = 30
_ROW: Final = 44


@dataclass(frozen=True)
class Mark:
    """Something on a lane: a day, or a span of which one day is meant.

    Attributes:
        words: What it is.
        start, end: First and last day; one of them may be open.
        kind: ``happened``, or a mark of the stylesheet for what was said.
        address: Where it leads.
    """

    words: str
    start: date | None
    end: date | None
    kind: str
    address: str


@dataclass(frozen=True)
class Lanes:
    """The marks of both lanes, in the order of their days."""

    happened: Sequence[Mark]
    reported: Sequence[Mark]

    def draw(self, speech: Speech, title: str) -> Markup:
        """Draw them as SVG; empty where no day is known."""
        marks = [*self.happened, *self.reported]
        days = [day for mark in marks for day in (mark.start, mark.end) if day]
        if not days:
            return Markup()
        scale = _Scale(min(days), max(days))
        parts: list[Markup] = []
        y = _TOP
        for name, lane in (
            (marked("happened"), self.happened),
            (marked("reported"), self.reported),
        ):
            if not lane:
                continue
            parts.append(
                Markup('<text x="0" y="{}" class="lane">{}</text>').format(y + 4, speech.say(name))
            )
            for mark in lane:
                parts.append(_draw(mark, scale, y))
                y += _ROW
            y += 6
        axis = _axis(scale, y, speech)
        return Markup(
            '<svg viewBox="0 0 880 {}" class="lanes" role="group" aria-label="{}">{}{}</svg>'
        ).format(y + 34, title, Markup().join(parts), axis)


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        spare = max(3, (last - first).days // 12)
        self.first = first - timedelta(days=spare)
        self.last = last + timedelta(days=spare)

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _draw(mark: Mark, scale: _Scale, y: int) -> Markup:
    left = scale.x(mark.start) if mark.start else _LEFT
    right = scale.x(mark.end) if mark.end else _RIGHT
    if left != right or not (mark.start and mark.end):
        fade = " open" if not (mark.start and mark.end) else ""
        shape = Markup('<path class="span {}{}" d="M{} {}H{}"/>').format(
            mark.kind, fade, left, y, max(right, left + 6)
        )
    elif mark.kind == "denied":
        shape = Markup('<path class="cross" d="M{} {}l10 14m0-14l-10 14"/>').format(left - 5, y - 7)
    else:
        shape = Markup('<circle class="dot {}" cx="{}" cy="{}" r="6"/>').format(mark.kind, left, y)
    is_late = left > (_LEFT + _RIGHT) / 2
    return Markup('<a href="{}">{}<text x="{}" y="{}"{}>{}</text></a>').format(
        mark.address,
        shape,
        min(right, _RIGHT) if is_late else left - 5,
        y - 13,
        Markup(' text-anchor="end"') if is_late else "",
        _short(mark.words),
    )


def _short(words: str, most: int = 70) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _axis(scale: _Scale, y: int, speech: Speech) -> Markup:
    parts = [Markup('<path class="axis" d="M{} {}H{}"/>').format(_LEFT, y, _RIGHT)]
    days = (scale.last - scale.first).days
    count = 5
    for step in range(count):
        day = scale.first + timedelta(days=round(days * (step + 0.5) / count))
        parts.append(
            Markup(
                '<path class="axis" d="M{0} {1}v6"/><text x="{0}" y="{2}" class="tick">{3}</text>'
            ).format(scale.x(day), y, y + 24, escape(speech.short_day(day)))
        )
    return Markup().join(parts)
