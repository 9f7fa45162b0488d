"""ATOP's member file: one row for each member of an alliance and each phase of its terms.

Read by the names of its columns, so that any version 5 will do. Source: Leeds, Ritter, Mitchell
and Long 2002, https://doi.org/10.1080/03050620213653, and the code book of version 5.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from foedus.graph.importers.table import Problem, Row, read_table
from foedus.graph.passages import Span
from foedus.ontology.errors import InputRefused

PLEDGES: Final = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "non-aggression",
    "consul": "consultation",
}
"""Our names of ATOP's pledges, by column."""

_DATES: Final = ("yrent", "moent", "dayent", "yrexit", "moexit", "dayexit")
_NEEDED: Final = ("atopid", "member", *_DATES, *PLEDGES)
_KINDS: Final = {
    "adv": "adversary",
    "loc": "location",
    "con": "conflict",
    "num": "number",
    "dem": "demand",
    "pr": "provocation",
    "req": "request",
}
_CONDITIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "defence": {f"defco{name}": kind for name, kind in _KINDS.items()}
    | {"defconpr": "provocation"},
    "offence": {f"offco{name}": kind for name, kind in _KINDS.items()},
    "neutrality": {f"neuco{name}": kind for name, kind in _KINDS.items()}
    | {"neuconpr": "provocation"},
    "consultation": {f"conco{name}": kind for name, kind in _KINDS.items()},
}
_WHOLE: Final = re.compile(r"[0-9]{1,9}(\.0*)?", re.ASCII)
_MISSING: Final = frozenset({"", ".", "-9", "-8", "-7", "na"})


@dataclass(frozen=True)
class Day:
    """A date as precise as it is stated: first and last possible day."""

    earliest: date
    latest: date
    stated: str


@dataclass(frozen=True)
class Pledge:
    """What a member promises.

    Attributes:
        kind: One of our names.
        conditions: Kinds of conditions, sorted.
        adversaries: COW numbers of the adversaries that are named; empty if none are.
        are_all_named: Whether there is no further adversary.
        needs_attack: Neutrality only if the partner is attacked.
    """

    kind: str
    conditions: tuple[str, ...] = ()
    adversaries: tuple[int, ...] = ()
    are_all_named: bool = True
    needs_attack: bool = False


@dataclass(frozen=True)
class Member:
    """What one row says; ``state`` is a COW number, ``until`` is none where the end is open."""

    line: int
    span: Span
    alliance: int
    state: int
    phase: int
    since: Day
    until: Day | None
    pledges: tuple[Pledge, ...]
    varies_by_partner: bool


@dataclass(frozen=True)
class MemberFile:
    """A member file.

    Attributes:
        version: As the file tells it, if it does.
        members: One for each row that can be used.
        problems: Rows that cannot be, and values left out, by line.
    """

    sha256: str
    version: str
    members: Sequence[Member]
    problems: Sequence[Problem]


class _Unusable(Exception):
    """A row cannot be used; the text says why."""


def read_members(path: Path) -> MemberFile:
    """Read a member file; what cannot be used is listed, the rest is read.

    Raises:
        InputRefused: it is no member file, or no row of it can be used.
    """
    table = read_table(path)
    if missing := [name for name in _NEEDED if name not in table.columns]:
        raise InputRefused(
            f"no ATOP member file: it lacks the columns {', '.join(missing)}", str(path)
        )
    members: dict[tuple[int, int, int, date], Member] = {}
    problems = list(table.problems)
    for row in table.rows:
        try:
            member = _member(row, problems)
            key = (member.alliance, member.state, member.phase, member.since.earliest)
            if key in members:
                raise _Unusable(f"alliance, member, phase and entry as in line {members[key].line}")
            members[key] = member
        except _Unusable as error:
            problems.append(Problem(row.line, str(error)))
    if not members:
        raise InputRefused("no row can be used", str(path), problems[0].line if problems else None)
    versions = sorted({row.values["version"] for row in table.rows if row.values.get("version")})
    problems.sort(key=lambda problem: problem.line)
    return MemberFile(table.sha256, ", ".join(versions), tuple(members.values()), problems)


def _member(row: Row, problems: list[Problem]) -> Member:
    values = row.values
    since = _day(values, "yrent", "moent", "dayent")
    if since is None:
        raise _Unusable("no year of entry (yrent)")
    until = _day(values, "yrexit", "moexit", "dayexit")
    if until and until.latest < since.earliest:
        raise _Unusable(f"exit {until.stated} before entry {since.stated}")
    pledges = []
    for column, kind in PLEDGES.items():
        if values[column].lower() in _MISSING:
            problems.append(Problem(row.line, f"{column} is missing; imported without it"))
        elif _flag(values, column):
            pledges.append(_pledge(kind, values))
    return Member(
        line=row.line,
        span=row.span,
        alliance=_number(values, "atopid"),
        state=_number(values, "member"),
        phase=max(1, _number(values, "phase", 0)),
        since=since,
        until=until,
        pledges=tuple(pledges),
        varies_by_partner=_flag(values, "obvary"),
    )


def _pledge(kind: str, values: Mapping[str, str]) -> Pledge:
    columns = _CONDITIONS.get(kind, {})
    conditions = {name for column, name in columns.items() if _flag(values, column)}
    # Other limits (olimob) are coded once a row: they bear on all that is more than restraint.
    if kind != "non-aggression" and _flag(values, "olimob"):
        conditions.add("limitation")
    adversaries: list[int] = []
    if "adversary" in conditions:
        adversaries = list(_threats(values))
    return Pledge(
        kind,
        tuple(sorted(conditions)),
        tuple(adversaries),
        values.get("specthrt") == "1",
        kind == "neutrality" and _flag(values, "neucoatt"),
    )


def _threats(values: Mapping[str, str]) -> Iterator[int]:
    """Give the COW numbers of the states that the alliance names as a threat."""
    for column in ("statthr1", "statthr2"):
        number = _number(values, column, 0)
        if number > 0:
            yield number


def _day(values: Mapping[str, str], year: str, month: str, day: str) -> Day | None:
    """Read a date; a month or day of 0, or none, is not known; a year of 0 is none at all."""
    y = _number(values, year)
    if y == 0:
        return None
    m, d = _number(values, month, 0), _number(values, day, 0)
    try:
        if not m:
            return Day(date(y, 1, 1), date(y, 12, 31), f"{y:04}")
        if not d:
            return Day(date(y, m, 1), date(y, m, monthrange(y, m)[1]), f"{y:04}-{m:02}")
        exact = date(y, m, d)
    except (ValueError, IndexError) as error:
        raise _Unusable(f"no date: {year} {y}, {month} {m}, {day} {d}") from error
    return Day(exact, exact, exact.isoformat())


def _flag(values: Mapping[str, str], column: str) -> bool:
    value = values.get(column, "0").lower()
    if value in _MISSING or value in ("0", "0.0"):
        return False
    if value in ("1", "1.0"):
        return True
    raise _Unusable(f"{column} is {value!r}, not 0 or 1")


def _number(values: Mapping[str, str], column: str, default: int | None = None) -> int:
    value = values.get(column, "")
    if value.lower() in _MISSING:
        if default is None:
            raise _Unusable(f"{column} is missing")
        return default
    if not _WHOLE.fullmatch(value):
        raise _Unusable(f"{column} is {value[:20]!r}, not a whole number")
    return int(value.partition(".")[0])
