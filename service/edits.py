"""Changes to a text before the engine sees it, and where that was in the text as it was sent."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from foedus.service.tokens import place


class Edit(NamedTuple):
    """``text`` takes the place of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Make all changes; those at one place are made in the order in which they are given."""
    parts = []
    position = 0
    for edit in _in_order(edits):
        parts += [text[position : edit.start], edit.text]
        position = edit.end
    return "".join([*parts, text[position:]])


def original_place(text: str, edits: Iterable[Edit], line: int, column: int) -> tuple[int, int]:
    """Give the line and column in ``text`` of a place in the edited text."""
    ordered = _in_order(edits)
    changed = edited(text, ordered)
    lines = changed.split("\n")[: line - 1]
    offset = sum(len(before) + 1 for before in lines) + column - 1
    for edit in ordered:
        if edit.start > offset:
            break
        longer = len(edit.text) - (edit.end - edit.start)
        offset = edit.start if offset < edit.start + len(edit.text) else offset - longer
    return place(text, offset)


def _in_order(edits: Iterable[Edit]) -> Sequence[Edit]:
    return sorted(edits, key=lambda edit: (edit.start, edit.end))
