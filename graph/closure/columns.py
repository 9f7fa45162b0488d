"""The compiled rules at work on columns: millions of triples at once, as sorted arrays of keys.

A key is a triple in one integer, by property, subject, object (see `pack`), so that the triples
of a property lie together, in the order of their subjects. The numbers of terms are the caller's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from foedus.graph.closure.programs import TYPE, Join, Program
from foedus.graph.closure.rules import Rules
from foedus.graph.terms import Term

Keys: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.int32]
Firings: TypeAlias = tuple[Keys, Keys, Keys]
"""Conclusions, their first premises, and their second ones: -1 where one premise is enough."""

TERM_BITS: Final = 24
MOST_TERMS: Final = 1 << TERM_BITS
_TERM: Final = (1 << TERM_BITS) - 1
_TOP: Final = 2 * TERM_BITS
NO_KEYS: Final[Keys] = np.empty(0, np.int64)


def pack(subjects: npt.ArrayLike, properties: npt.ArrayLike, values: npt.ArrayLike) -> Keys:
    """Put triples into keys."""
    s, p, o = (np.asarray(it, np.int64) for it in (subjects, properties, values))
    keys: Keys = (p << _TOP) | (s << TERM_BITS) | o
    return keys


def unpack(keys: Keys) -> tuple[Keys, Keys, Keys]:
    """Take keys apart: subjects, properties, values."""
    return (keys >> TERM_BITS) & _TERM, keys >> _TOP, keys & _TERM


def members(keys: Keys, among: Keys) -> npt.NDArray[np.bool_]:
    """Tell of each key whether it is in the sorted array ``among``."""
    if not len(among):
        return np.zeros(len(keys), bool)
    places = np.searchsorted(among, keys)
    places[places == len(among)] = 0
    found: npt.NDArray[np.bool_] = among[places] == keys
    return found


def distinct(keys: Keys) -> Keys:
    """Sort keys and leave out what is there twice."""
    ordered = np.sort(keys)
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    found: Keys = ordered[fresh]
    return found


def ragged(starts: Numbers | Keys, counts: Numbers | Keys) -> npt.NDArray[np.int64]:
    """List the indexes of many ranges, one after the other."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    places: Keys = np.arange(total) + np.repeat(starts - ends + counts, counts)
    return places


class Columns:
    """Closes arrays of keys under rules.

    Args:
        rules: Compiled from the ontology.
        terms: The number of each term that rules use.
        properties: The number of each property that rules use, middles of chains included.
        are_literals: Tells of numbers of terms whether they are literals.
    """

    def __init__(
        self,
        rules: Rules,
        terms: Mapping[Term, int],
        properties: Mapping[Term, int],
        are_literals: Callable[[Keys], npt.NDArray[np.bool_]],
    ) -> None:
        names = list(rules.numbers()[0])
        self._term = [terms[name] for name in names]
        self._property = [properties.get(name, -1) for name in names]
        self._programs = sorted(rules.programs.items())
        self._are_literals = are_literals
        self._disjoint = [(terms.get(a, -1), terms.get(b, -1)) for a, b in rules.disjoint]

    def close(self, known: Sequence[Keys], given: Keys) -> tuple[Keys, list[Firings]]:
        """Compute what ``given`` entails together with ``known``, which is closed.

        Literals may be subjects of what is entailed, and middles of chains properties.

        Returns:
            What is not in ``known``, ``given`` included, sorted; and how all of it follows.
        """
        found = _without(distinct(given), known)
        fresh, firings = found, []
        while len(fresh):
            concluded = list(self._consequences(fresh, [*known, found]))
            firings += concluded
            children = [it[0] for it in concluded]
            fresh = distinct(np.concatenate([NO_KEYS, *children]))
            fresh = _without(fresh, [*known, found])
            if len(fresh):
                found = np.sort(np.concatenate([found, fresh]), kind="stable")
        return found, firings

    def clashing(self, known: Sequence[Keys]) -> Keys:
        """List the individuals that are of two disjoint classes, or of ``owl:Nothing``."""
        watched = sorted({it for pair in self._disjoint for it in pair})
        place = {it: n for n, it in enumerate(watched)}
        disjoint = np.zeros((len(watched), len(watched)), bool)
        for one, other in self._disjoint:
            disjoint[place[one], place[other]] = disjoint[place[other], place[one]] = True
        types = np.concatenate([NO_KEYS, *(self._rows(layer, TYPE) for layer in known)])
        types = np.sort(types[np.isin(types & _TERM, watched)])
        subjects, classes = (types >> TERM_BITS) & _TERM, np.searchsorted(watched, types & _TERM)
        clashing = subjects[disjoint[classes, classes]]
        distance = 1
        while (same := subjects[distance:] == subjects[: len(subjects) - distance]).any():
            same &= disjoint[classes[distance:], classes[: len(classes) - distance]]
            clashing = np.append(clashing, subjects[distance:][same])
            distance += 1
        return np.unique(clashing)

    def _rows(self, keys: Keys, key: int) -> Keys:
        """Pick the triples of a program: of a property, or of one class."""
        property_ = self._property[key if key >= 0 else TYPE]
        low, high = np.searchsorted(keys, [property_ << _TOP, (property_ + 1) << _TOP])
        rows = keys[low:high]
        return rows if key >= 0 else rows[(rows & _TERM) == self._term[~key]]

    def _consequences(self, fresh: Keys, known: Sequence[Keys]) -> Iterator[Firings]:
        types = self._rows(fresh, TYPE)
        types = types[np.argsort(types & _TERM, kind="stable")]
        classes = types & _TERM
        for key, program in self._programs:
            if key >= 0:
                rows = self._rows(fresh, key)
            else:
                low, high = np.searchsorted(classes, [self._term[~key], self._term[~key] + 1])
                rows = types[low:high]
            if len(rows):
                yield from self._alone(rows, program)
                yield from self._joins(np.sort(rows), key, program, known)

    def _alone(self, rows: Keys, program: Program) -> Iterator[Firings]:
        subjects, values = (rows >> TERM_BITS) & _TERM, rows & _TERM
        alone = np.full(len(rows), -1, np.int64)
        type_ = self._property[TYPE]
        for other, _ in program.copies:
            yield pack(subjects, self._property[other], values), rows, alone
        for other, _ in program.swaps:
            yield pack(values, self._property[other], subjects), rows, alone
        for other, value, _ in program.subjects:
            yield pack(subjects, self._property[other], self._term[value]), rows, alone
        for class_, _ in program.objects:
            yield pack(values, type_, self._term[class_]), rows, alone
        if program.datatypes:
            odd = ~self._are_literals(values)
            for class_, _ in program.datatypes if odd.any() else ():
                yield pack(values[odd], type_, self._term[class_]), rows[odd], alone[odd]
        for value, classes in program.values.items():
            chosen = values == self._term[value]
            for class_, _ in classes if chosen.any() else ():
                yield pack(subjects[chosen], type_, self._term[class_]), rows[chosen], alone[chosen]

    def _joins(
        self, rows: Keys, key: int, program: Program, known: Sequence[Keys]
    ) -> Iterator[Firings]:
        """Join rows, as left sides and as right sides, with what is known."""
        lefts, rights = list(program.lefts), list(program.rights)
        if program.transitive is not None:
            rights.append(Join(key, key, key, None, program.transitive, key))
            lefts.append(rights[-1])
        for join in lefts:
            for layer in known:
                yield self._conclude(join, *_meet(rows, self._rows(layer, join.right_key)))
        for join in rights:
            for layer in known:
                yield self._conclude(join, *_meet(self._rows(layer, join.left), rows))

    def _conclude(self, join: Join, lefts: Keys, rights: Keys) -> Firings:
        value = rights & _TERM if join.value is None else self._term[join.value]
        return pack((lefts >> TERM_BITS) & _TERM, self._property[join.head], value), lefts, rights


def _meet(lefts: Keys, rights: Keys) -> tuple[Keys, Keys]:
    """Pair each (x p y) with each (y q z); ``rights`` are sorted and of one property."""
    subjects = (rights >> TERM_BITS) & _TERM
    if not len(lefts) or not len(rights):
        return NO_KEYS, NO_KEYS
    middles = lefts & _TERM
    low = np.searchsorted(subjects, middles)
    counts = np.searchsorted(subjects, middles, side="right") - low
    return np.repeat(lefts, counts), rights[ragged(low, counts)]


def _without(keys: Keys, layers: Sequence[Keys]) -> Keys:
    for layer in layers:
        keys = keys[~members(keys, layer)]
    return keys
