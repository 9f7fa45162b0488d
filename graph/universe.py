"""All triples that a default graph can have, and which of them a world has.

What is always there (provenance, register, ontology, and what they entail) is closed once. Of the
rest, each triple is known by its place, with everything that follows from what: so the default
graph of a world is a mask, closed by passing over those firings, and no rule runs again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foedus.graph.closure.columns import Columns, Firings, Keys, Numbers, members, ragged
from foedus.graph.support import Levels, Mask


@dataclass(frozen=True)
class Universe:
    """The triples, as sorted keys; a place after the last is that of all that is always there.

    Attributes:
        always: What every world has, closed.
        sometimes: What some world may have besides.
        conclusions: What follows, by its place.
        firsts: From which triple it follows,
        seconds: and from which other; the same where one is enough.
        starts: Where the triples of each proposition start in ``stated``, and the last ones' end.
        stated: The triples of the propositions.
        firm: Of each proposition the triples that say how firmly it holds, the weakest first.
        accepted: Of each claim the triple that says that it is accepted.
        suspects: Individuals that would be of disjoint classes, if all of it were there.
    """

    always: Keys
    sometimes: Keys
    conclusions: Numbers
    firsts: Numbers
    seconds: Numbers
    starts: Numbers
    stated: Numbers
    firm: Numbers
    accepted: Numbers
    suspects: Keys

    @classmethod
    def of(
        cls,
        columns: Columns,
        given: Keys,
        starts: Numbers,
        stated: Keys,
        firm: Keys,
        accepted: Keys,
    ) -> "Universe":
        """Close what is always there, then all that any world may add."""
        always, _ = columns.close([], given)
        added = np.concatenate([stated, firm.ravel(), accepted])
        sometimes, firings = columns.close([always], added[~members(added, always)])
        conclusions, firsts, seconds = _placed(firings, always, sometimes)
        return cls(
            always,
            sometimes,
            conclusions,
            firsts,
            seconds,
            starts,
            _places(stated, always, sometimes),
            _places(firm.ravel(), always, sometimes).reshape(firm.shape),
            _places(accepted, always, sometimes),
            columns.clashing([always, sometimes]),
        )

    def mask(self, accepted: Mask, held: Levels) -> Mask:
        """Tell which triples a world has beside what is always there.

        Only the propositions and claims that the universe was made of count.
        """
        (holds,) = np.nonzero(held[: len(self.firm)])
        has = np.zeros(len(self.sometimes) + 1, bool)
        has[-1] = True
        counts = self.starts[holds + 1] - self.starts[holds]
        has[self.stated[ragged(self.starts[holds], counts)]] = True
        has[self.firm[holds, held[holds] - 1]] = True
        has[self.accepted[accepted]] = True
        return self.closed(has)[:-1]

    def closed(self, has: Mask) -> Mask:
        """Add what follows."""
        while True:
            fires = has[self.firsts]
            fires &= has[self.seconds]
            found = self.conclusions[fires]
            found = found[~has[found]]
            if not len(found):
                return has
            has[found] = True


def _placed(
    firings: Iterable[Firings], always: Keys, sometimes: Keys
) -> tuple[Numbers, Numbers, Numbers]:
    parts: list[tuple[Numbers, Numbers, Numbers]] = []
    for conclusions, firsts, seconds in firings:
        chosen = (conclusions != firsts) & (conclusions != seconds) & ~members(conclusions, always)
        first = _places(firsts[chosen], always, sometimes)
        second = np.where(seconds[chosen] < 0, firsts[chosen], seconds[chosen])
        parts.append(
            (
                _places(conclusions[chosen], always, sometimes),
                first,
                _places(second, always, sometimes),
            )
        )
    a, b, c = (
        np.concatenate([np.empty(0, np.int32), *(part[column] for part in parts)])
        for column in range(3)
    )
    return a, b, c


def _places(keys: npt.NDArray[np.int64], always: Keys, sometimes: Keys) -> Numbers:
    places = np.searchsorted(sometimes, keys)
    places[members(keys, always)] = len(sometimes)
    return places.astype(np.int32)
