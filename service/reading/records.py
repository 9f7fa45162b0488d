"""What decides whether propositions hold: claims and inferences, and a world as it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pyoxigraph import NamedNode

from foedus.graph.hypotheses import Hypothesis, read_hypothesis
from foedus.graph.names import POLARITY
from foedus.graph.worlds import Claim, Firmness, World
from foedus.service.reading.asking import Row
from foedus.service.reading.stances import mark_of
from foedus.service.reading.visit import slug


@dataclass(frozen=True)
class Side:
    """A world with what holds in it."""

    world: World
    held: Mapping[str, Firmness]
    hypothesis: Hypothesis | None

    @classmethod
    def of(cls, world: World, rows: Iterable[Row]) -> "Side":
        """Read a world from what holds in it."""
        held = {row["proposition"]: level_of(row["firmness"]) for row in rows}
        return cls(world, held, read_hypothesis(world.suppose) if world.suppose else None)

    def level(self, proposition: str) -> Firmness:
        """Tell how firmly a proposition holds; what does not hold is merely mentioned."""
        return self.held.get(proposition, Firmness.UNCOMMITTED)

    def supposes(self, proposition: str) -> bool:
        """Tell whether the hypothesis has it."""
        return bool(self.hypothesis and NamedNode(proposition) in self.hypothesis.holds)

    def takes_away(self, proposition: str) -> bool:
        """Tell whether the hypothesis denies it."""
        return bool(self.hypothesis and NamedNode(proposition) in self.hypothesis.denied)


@dataclass(frozen=True)
class Derivation:
    """An inference."""

    rule: str
    firmness: Firmness | None
    premises: Sequence[str]


@dataclass
class Records:
    """Claims and inferences behind propositions, and the names of sources.

    Attributes:
        behind: By proposition the claims on it, its premises, and denials of what it contains.
        parts: The last of these, with the proposition.
    """

    claims: dict[str, Claim] = field(default_factory=dict)
    behind: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    inferences: defaultdict[str, list[Derivation]] = field(
        default_factory=lambda: defaultdict(list)
    )
    parts: set[tuple[str, str]] = field(default_factory=set)
    holders: dict[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, source: str) -> str:
        """Give the name of a holder, publisher or document."""
        return self.names.get(source) or slug(source)

    @classmethod
    def of(
        cls, claims: Iterable[Row], inferences: Iterable[Row], names: Mapping[str, str]
    ) -> "Records":
        """Read the rows of ``claims-behind-propositions`` and ``inferences-of-propositions``."""
        found = cls(names=names)
        by_claim: defaultdict[str, list[Row]] = defaultdict(list)
        for row in claims:
            by_claim[row["claim"]].append(row)
            if row["claim"] not in found.behind[row["proposition"]]:
                found.behind[row["proposition"]].append(row["claim"])
            if row["denies"]:
                found.parts.add((row["proposition"], row["claim"]))
        for iri, rows in by_claim.items():
            found.claims[iri] = _claim(rows)
            found.holders[iri] = rows[0]["holder"]
        by_inference: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in inferences:
            by_inference[row["proposition"], row["inference"]].append(row)
        for (proposition, _), rows in by_inference.items():
            limit = level_of(rows[0]["firmness"]) if rows[0]["firmness"] else None
            premises = [row["premise"] for row in rows]
            name = rows[0]["ruleName"] or slug(rows[0]["rule"])
            found.inferences[proposition].append(Derivation(name, limit, premises))
        return found


def level_of(firmness: str) -> Firmness:
    """Read the concept of a firmness."""
    return Firmness[mark_of(firmness).upper()]


def _claim(rows: Sequence[Row]) -> Claim:
    row = rows[0]
    sources = {row["holder"], row["document"], *(it["publisher"] for it in rows)} - {""}
    return Claim(
        iri=NamedNode(row["claim"]),
        proposition=NamedNode(row["on"]),
        firmness=level_of(row["firmness"]),
        is_denied=row["polarity"] == POLARITY.denied.value,
        is_authors_own=bool(row["author"]) and row["author"] == row["holder"],
        sources=frozenset(map(NamedNode, sources)),
        report_date=date.fromisoformat(row["day"]) if row["day"] else None,
    )
