"""Obligations as pages show them: what is owed to whom, under which article, since when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from foedus.service.errors import BadRequest
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.said import firmest, marking
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import Link, link_to
from foedus.service.reading.visit import Visit


@dataclass(frozen=True)
class Due:
    """An event that calls a duty in, and how firmly it does.

    Attributes:
        words: That it is due, or that it would be if the promise were in force.
    """

    event: Link
    words: str
    mark: str
    word: str


@dataclass(frozen=True)
class Owed:
    """One duty; what promises it and what puts it into force are apart.

    Attributes:
        mark, word: How firmly it is in force; where it is not, how firmly it is promised.
        promised, in_force: Since when, each day with its derivation.
        due: The events that call it in.
    """

    bearer: Link
    bearer_iri: str
    counterparty: Link
    pledge: Link
    agreement: Link
    locator: str
    mark: str
    word: str
    promised: list[Link] = field(default_factory=list)
    in_force: list[Link] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)


@dataclass(frozen=True)
class Owing:
    """Duties on a day, and how many there are on others."""

    on: str
    duties: Sequence[Owed]
    left_out: int


def day_asked(visit: Visit) -> str:
    """Read the day on which obligations are to be in force; empty for any.

    Raises:
        BadRequest: it is no day.
    """
    text = visit.one("on") or ""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadRequest(f"on: expected a day like 2024-12-04, not {text!r}") from error


def read_duties(rows: Sequence[Row], on: str, visit: Visit, speech: Speech) -> Owing:
    """Put the rows of one duty together; only those that apply on the day."""
    by_duty: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = ("bearer", "counterparty", "pledge", "agreement", "locator")
        by_duty.setdefault(tuple(row[name] for name in key), []).append(row)
    duties = []
    for found in by_duty.values():
        applying = [row for row in found if row["applies"] == "true"]
        if applying:
            duties.append(_owed(applying, visit, speech))
    return Owing(on, duties, len(by_duty) - len(duties))


async def name_agreements(
    asker: Asker, visit: Visit, speech: Speech, iris: Sequence[str]
) -> dict[str, str]:
    """Find what agreements and offices are called, in the language of the visit if they are."""
    found: dict[str, str] = {}
    if not iris:
        return found
    rows = await asker.rows("stated-names", thing=list(dict.fromkeys(iris)))
    for row in sorted(rows, key=lambda row: row["spoken"] != visit.language):
        if row["firmness"]:
            found.setdefault(row["thing"], row["name"])
    for row in rows:
        found.setdefault(row["thing"], row["name"])
    return found


def _owed(rows: Sequence[Row], visit: Visit, speech: Speech) -> Owed:
    first = rows[0]
    standing = [row for row in rows if not row["event"]]
    in_force = [row for row in standing if _is_in_force(row)]
    promised = [row for row in standing if not _is_in_force(row)]
    return Owed(
        link_to(first, "bearer", visit),
        first["bearer"],
        link_to(first, "counterparty", visit),
        link_to(first, "pledge", visit),
        link_to(first, "agreement", visit),
        place_in(first["locator"], speech),
        *marking(firmest(in_force or promised), speech),
        _days(promised, visit, speech),
        _days(in_force, visit, speech),
        _due([row for row in rows if row["event"]], visit, speech),
    )


def _is_in_force(row: Row) -> bool:
    return row["standing"].endswith("/in-force")


def _days(rows: Sequence[Row], visit: Visit, speech: Speech) -> list[Link]:
    links = (Link(visit.to(row["proposition"]), _since(row, speech)) for row in rows)
    return list(dict.fromkeys(links))


def _due(rows: Sequence[Row], visit: Visit, speech: Speech) -> list[Due]:
    by_event: dict[str, list[Row]] = {}
    for row in rows:
        by_event.setdefault(row["event"], []).append(row)
    found = []
    for called in by_event.values():
        binding = [row for row in called if _is_in_force(row)]
        words = speech.say("due") if binding else speech.say("due, but only promised")
        mark, word = marking(firmest(binding or called), speech)
        found.append(Due(link_to(called[0], "event", visit), words, mark, word))
    return found


def place_in(locator: str, speech: Speech) -> str:
    """Name an article in the reader's language; another locator stays as it is stated."""
    kind, _, number = locator.partition(" ")
    return speech.say("article %(number)s", number=number) if kind == "article" else locator


def _since(row: Row, speech: Speech) -> str:
    first = speech.day(row["from"]) if row["from"] else ""
    last = speech.day(row["until"]) if row["until"] else ""
    if first and last:
        return speech.say("%(first)s to %(last)s", first=first, last=last)
    if first:
        return speech.say("since %(day)s", day=first)
    return speech.say("until %(day)s", day=last) if last else speech.say("day unknown")
