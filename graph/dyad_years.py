"""What each state has pledged to each other, year by year: the directed dyad-years of a world.

One row for two agents and a year in which an obligation of one towards the other is in force, or
in which both are members of one agreement. Where the terms of an agreement change in a year, its
last phase counts. Source of the form: ATOP, https://doi.org/10.1080/03050620213653.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.ontology.namespaces import PREFIXES

PLEDGES: Final = (
    "defence",
    "offence",
    "neutrality",
    "non-aggression",
    "consultation",
    "assistance",
)
_HEAD: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
_OBLIGATIONS: Final = """
SELECT ?bearer ?counterparty ?agreement ?phase ?pledge ?from ?until ?firmness WHERE {
  ?obligation a fd:Obligation ; fd:hasBearer ?bearer ; fd:hasCounterparty ?counterparty ;
    fd:arisesUnder ?agreement ; fd:hasPledge ?pledge ; fd:hasStanding standing:in-force ;
    fd:inForceFrom ?from .
  ?proposition fd:isAbout ?obligation ; fd:holdsWithFirmness ?firmness .
  FILTER NOT EXISTS { ?obligation a fd:DueObligation }
  OPTIONAL { ?obligation fd:inForceUntil ?until }
  OPTIONAL { ?obligation fd:isLaidDownIn/fd:phaseNumber ?phase }
}"""
_MEMBERSHIPS: Final = """
SELECT DISTINCT ?party ?agreement ?phase ?from ?until WHERE {
  ?membership a fd:Membership ; fd:isMembershipOf ?party ; fd:isMembershipIn ?agreement ;
    fd:phaseNumber ?phase ; fd:memberFrom/fd:earliest ?from .
  OPTIONAL { ?membership fd:memberUntil/fd:latest ?until }
}"""


@dataclass
class DyadYear:
    """What one agent has pledged to another in one year.

    Attributes:
        pledges: Names of pledges, each with whether it is only possible.
        agreements: The agreements under which they are bound to each other, by IRI.
    """

    bearer: str
    counterparty: str
    year: int
    pledges: dict[str, bool] = field(default_factory=dict)
    agreements: set[str] = field(default_factory=set)


class _Pair(NamedTuple):
    bearer: str
    counterparty: str
    agreement: str


class _Bond(NamedTuple):
    """Years in which two are bound under one phase, and by what; no pledge: both are members."""

    first: int
    last: int
    phase: int
    pledge: str | None
    is_possible: bool


def dyad_years(store: ox.Store, until: int) -> Iterator[DyadYear]:
    """Give the dyad-years of a world up to a year, in the order of bearer, counterparty, year.

    Args:
        store: Of a world; *possible* is the one to ask for what is only possible.
        until: The last year of what has no end.
    """
    bonds: defaultdict[tuple[str, str], dict[str, list[_Bond]]] = defaultdict(dict)
    for pair, bond in (*_obligations(store, until), *_common_memberships(store, until)):
        bonds[pair.bearer, pair.counterparty].setdefault(pair.agreement, []).append(bond)
    for bearer, counterparty in sorted(bonds):
        years: dict[int, DyadYear] = {}
        for agreement, found in bonds[bearer, counterparty].items():
            for year, bond in _last_phases(found):
                row = years.setdefault(year, DyadYear(bearer, counterparty, year))
                row.agreements.add(agreement)
                if bond.pledge is not None:
                    known = row.pledges.get(bond.pledge, True)
                    row.pledges[bond.pledge] = known and bond.is_possible
        for year in sorted(years):
            yield years[year]


def numbers(store: ox.Store) -> Mapping[str, str]:
    """Give the COW number of each state and the ATOP number of each agreement, by IRI."""
    query = "SELECT ?node ?number WHERE { ?node fd:cowCode|fd:atopNumber ?number }"
    return {row["node"]: row["number"] for row in _rows(store, query)}


def _last_phases(bonds: Iterable[_Bond]) -> Iterator[tuple[int, _Bond]]:
    by_year: defaultdict[int, list[_Bond]] = defaultdict(list)
    for bond in bonds:
        for year in range(bond.first, bond.last + 1):
            by_year[year].append(bond)
    for year, found in by_year.items():
        last = max(bond.phase for bond in found)
        yield from ((year, bond) for bond in found if bond.phase == last)


def _obligations(store: ox.Store, until: int) -> Iterator[tuple[_Pair, _Bond]]:
    for row in _rows(store, _OBLIGATIONS):
        pair = _Pair(row["bearer"], row["counterparty"], row["agreement"])
        phase = int(row.get("phase", 1))
        pledge = row["pledge"].rpartition("/")[2]
        is_possible = row["firmness"].endswith("/possible")
        yield pair, _Bond(_year(row["from"]), _end(row, until), phase, pledge, is_possible)


def _common_memberships(store: ox.Store, until: int) -> Iterator[tuple[_Pair, _Bond]]:
    phases: defaultdict[tuple[str, int], list[Mapping[str, str]]] = defaultdict(list)
    for row in _rows(store, _MEMBERSHIPS):
        phases[row["agreement"], int(row["phase"])].append(row)
    for (agreement, phase), members in phases.items():
        for one in members:
            for other in members:
                first = max(one["from"], other["from"])
                last = min(one.get("until", "9999"), other.get("until", "9999"))
                if one["party"] != other["party"] and first <= last:
                    end = until if last == "9999" else _year(last)
                    bond = _Bond(_year(first), min(end, until), phase, None, False)
                    yield _Pair(one["party"], other["party"], agreement), bond


def _rows(store: ox.Store, query: str) -> Iterator[dict[str, str]]:
    found = store.query(_HEAD + query)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    for solution in found:
        yield {
            name: term.value
            for name, term in zip(names, solution, strict=True)
            if isinstance(term, ox.NamedNode | ox.Literal)
        }


def _end(row: Mapping[str, str], until: int) -> int:
    return min(_year(row["until"]), until) if "until" in row else until


def _year(day: str) -> int:
    return int(day[:4])
