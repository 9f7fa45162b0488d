"""All terms of a snapshot as text in one piece, numbered in the order of that text.

The order is that of canonical N-Quads: literals, names, blank nodes. So numbers compare as lines
do, and lines are written without ever making a term.
"""

import mmap
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from foedus.graph.closure.columns import Keys, Numbers, unpack
from foedus.graph.terms import Term, triple_of

_TEXTS: Final = "terms.txt"
_OFFSETS: Final = "terms.npy"
_PROPERTIES: Final = "properties.npy"
_SOME: Final = "<x:x>"
_LITERAL, _BLANK = 0, 2
CHUNK: Final = 32_768
"""How many lines are written at a time."""


class Lexicon:
    """Terms by number, numbers by term; properties have numbers of their own, in the same order.

    What is `learned` later has the numbers after, in no order.
    """

    def __init__(self, texts: bytes | mmap.mmap, offsets: Keys, properties: Numbers) -> None:
        self._texts = texts
        self._offsets = offsets
        self.properties = properties
        self._learned: list[bytes] = []
        self._numbers: dict[str, int] = {}
        self.names = self._place(b"<")
        self.blanks = self._place(b"_")
        """The numbers of the first name and of the first blank node."""

    @classmethod
    def of(cls, texts: Iterable[str], properties: Iterable[str]) -> "Lexicon":
        """Take sorted texts, and those of properties among them."""
        encoded = [f"{text} ".encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=offsets[1:])
        made = cls(b"".join(encoded), offsets, np.empty(0, np.int32))
        made.properties = np.array([made.find(text) for text in sorted(properties)], np.int32)
        return made

    @classmethod
    def read(cls, folder: Path) -> "Lexicon":
        """Open what `write` has written; nothing is read before it is asked for."""
        with (folder / _TEXTS).open("rb") as file:
            texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        offsets = np.asarray(np.load(folder / _OFFSETS, mmap_mode="r"))
        return cls(texts, offsets, np.load(folder / _PROPERTIES))

    def write(self, folder: Path) -> None:
        """Write it into a folder."""
        (folder / _TEXTS).write_bytes(self._texts)
        np.save(folder / _OFFSETS, self._offsets)
        np.save(folder / _PROPERTIES, self.properties)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def text(self, number: int) -> bytes:
        """Give a term as in N-Quads, with a space after it."""
        if number >= len(self):
            return self._learned[number - len(self)]
        return self._texts[self._offsets[number] : self._offsets[number + 1]]

    def find(self, text: str) -> int:
        """Give the number of a term by its text; -1 if there is no such term."""
        wanted = text.encode() + b" "
        place = self._place(wanted)
        return place if place < len(self) and self.text(place) == wanted else -1

    def _place(self, wanted: bytes) -> int:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.text(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def texts(self, numbers: Numbers | Keys) -> list[bytes]:
        """Give many terms, each read once."""
        distinct, places = np.unique(numbers, return_inverse=True)
        found = [self.text(number) for number in distinct.tolist()]
        return [found[place] for place in places.tolist()]

    def lines(self, keys: Keys, graphs: Numbers | None = None) -> bytes:
        """Write N-Quads, a line for each key; a graph below 0 is the default graph."""
        subjects, properties, values = unpack(keys)
        parts = [b".\n"] * (5 * len(keys))
        parts[0::5] = self.texts(subjects)
        parts[1::5] = self.texts(self.properties[properties])
        parts[2::5] = self.texts(values)
        if graphs is None:
            parts[3::5] = [b""] * len(keys)
        else:
            named = np.unique(graphs)
            names = {it: self.text(it) if it >= 0 else b"" for it in named.tolist()}
            parts[3::5] = [names[it] for it in graphs.tolist()]
        return b"".join(parts)

    def are_plain(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Tell of triples whether they are without blank nodes."""
        subjects, _, values = unpack(keys)
        plain: npt.NDArray[np.bool_] = (self._kinds(subjects) < _BLANK) & (
            self._kinds(values) < _BLANK
        )
        return plain

    def are_triples(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Tell of keys whether a graph can hold them: no literal says something, no blank links."""
        subjects, properties, _ = unpack(keys)
        fit: npt.NDArray[np.bool_] = (self._kinds(subjects) > _LITERAL) & (
            self._kinds(self.properties[properties]) < _BLANK
        )
        return fit

    def are_literals(self, numbers: Keys) -> npt.NDArray[np.bool_]:
        """Tell of terms whether they are literals."""
        found: npt.NDArray[np.bool_] = self._kinds(numbers) == _LITERAL
        return found

    def _kinds(self, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
        kinds = (numbers >= self.names).astype(np.int8) + (numbers >= self.blanks)
        if self._learned:
            late = numbers >= len(self)
            starts = [text[:1] for text in self._learned]
            table = np.array([b'"<_'.index(start) for start in starts], np.int8)
            kinds[late] = table[numbers[late] - len(self)]
        return kinds

    def learning(self) -> "Lexicon":
        """Give one that learns what it does not know, and leaves this one as it is."""
        other = Lexicon(self._texts, self._offsets, self.properties)
        other.names, other.blanks = self.names, self.blanks
        return other

    def number(self, term: Term) -> int:
        """Give the number of a term; learn it if need be."""
        text = str(term)
        number = self._numbers.get(text, -1)
        if number < 0:
            number = self.find(text)
        if number < 0:
            number = len(self) + len(self._learned)
            self._learned.append(f"{text} ".encode())
        self._numbers[text] = number
        return number

    def property_number(self, term: Term) -> int:
        """Give the number that a term has as a property; learn it if need be."""
        number = self.number(term)
        (found,) = np.nonzero(self.properties == number)
        if len(found):
            return int(found[0])
        self.properties = np.append(self.properties, np.int32(number))
        return len(self.properties) - 1

    @cached_property
    def terms(self) -> Sequence[Term]:
        """All terms as the store has them."""
        head = f"{_SOME} {_SOME} ".encode()
        lines = b"".join(head + self.text(number) + b".\n" for number in range(len(self)))
        return [triple_of(quad)[2] for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
