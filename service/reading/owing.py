"""Obligations as pages show them: what is owed to whom, under which article, since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from foedus.service.errors import BadRequest
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.said import firmest, marking
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import Link
from foedus.service.reading.visit import Visit


@dataclass(frozen=True)
class Owed:
    """One duty; what promises it and what puts it into force are apart.

    Attributes:
        promised, in_force: Since when, each day with its derivation.
        due: Events that have called it in.
        is_in_force: Whether something puts it into force (on the day that was asked for).
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
    due: list[Link] = field(default_factory=list)

    @property
    def is_in_force(self) -> bool:
        """Whether it binds."""
        return bool(self.in_force)


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
    owed = Owed(
        _link(first, "bearer", visit),
        first["bearer"],
        _link(first, "counterparty", visit),
        _link(first, "pledge", visit),
        _link(first, "agreement", visit),
        place_in(first["locator"], speech),
        *marking(firmest(rows), speech),
    )
    for row in rows:
        is_promise = row["standing"].endswith("/promised")
        days = owed.promised if is_promise else owed.in_force
        if row["event"]:
            link = _link(row, "event", visit)
            days = owed.due
        else:
            link = Link(visit.to(row["proposition"]), _since(row, speech))
        if link not in days:
            days.append(link)
    return owed


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


def _link(row: Mapping[str, str], name: str, visit: Visit) -> Link:
    words = row[f"{name}Name"] or row[name].rpartition("/")[2].replace("-", " ")
    return Link(visit.to(row[name]), words)
