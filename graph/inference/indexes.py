"""Indexes of rows: filled when something first asks them, and kept up to date from then on."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

Row: TypeAlias = tuple[int | None, ...]
"""The name of the proposition or claim, then the values of the premise's variables."""


class Index:
    """The rows of a relation by their values in some places.

    Args:
        begin: Called once, before the index is asked: gives the rows that there are, and sees to it
            that later ones are added.

    Attributes:
        get: As of a dictionary: gives the rows with a value, or else what is given besides.
    """

    def __init__(self, places: Sequence[int], begin: "Callable[[Index], Iterable[Row]]") -> None:
        self._key: Callable[[Row], Any] = itemgetter(*places) if places else lambda _: ()
        self._begin = begin
        self._rows: dict[Any, list[Row]] = {}
        self.is_filled = False
        self.get: Callable[[Any, Sequence[Row]], Sequence[Row]] = self._first

    def _first(self, key: object, default: Sequence[Row]) -> Sequence[Row]:
        self.fill()
        return self.get(key, default)

    def fill(self) -> None:
        """Put in all rows that there are, unless they are."""
        if not self.is_filled:
            self.is_filled = True
            for row in self._begin(self):
                self.add(row)
            self.get = self._rows.get

    def add(self, row: Row) -> None:
        """Put in a row."""
        self._rows.setdefault(self._key(row), []).append(row)

    def take_back(self, row: Row) -> None:
        """Undo the last `add`, which was of this row."""
        key = self._key(row)
        found = self._rows[key]
        found.pop()
        if not found:
            del self._rows[key]
