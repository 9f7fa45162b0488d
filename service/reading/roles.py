"""The page of an event, a transfer, an attitude or a norm: roles, days, and who says so."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foedus.ontology.namespaces import BASE
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.lanes import Lanes, Mark
from foedus.service.reading.naming import names_of
from foedus.service.reading.said import Line, Said, firmest, lines_of, marking
from foedus.service.reading.spans import day_of, span
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import Link
from foedus.service.reading.visit import Visit, slug

TEMPLATE: Final = "reading/event.html"
_NAMELESS: Final = tuple(f"{BASE}id/{kind}/" for kind in ("event", "attitude"))


@dataclass(frozen=True)
class Role:
    """A role with who or what has it, and the propositions that say so."""

    name: str
    key: str
    value: Link
    when: str
    days: tuple[str, str]
    mark: str
    word: str
    lines: Sequence[Line]

    @property
    def affirmers(self) -> list[Link]:
        """Who says so."""
        return list(dict.fromkeys(it.holder for line in self.lines for it in line.affirmed))

    @property
    def deniers(self) -> list[Link]:
        """Who denies a proposition that says so."""
        return list(dict.fromkeys(it.holder for line in self.lines for it in line.denied))


@dataclass(frozen=True)
class Measured:
    """A deed measured against a norm."""

    deed: Link
    mark: str
    word: str
    verdict: str
    verdict_name: str
    lacks: Sequence[str]
    finding: Link
    holds: bool


async def gather(
    asker: Asker, visit: Visit, speech: Speech, iri: str, said: Said
) -> Mapping[str, Any]:
    """Gather roles and days, and for a norm what was measured against it."""
    roles, measured = await asyncio.gather(
        roles_of(asker, visit, speech, iri, said), measured_by(asker, visit, speech, iri)
    )
    asked = {"thing": iri, "language": visit.language}
    title = speech.say("When it happened, and when it was said")
    lanes = draw_lanes(roles, said, speech)
    return {
        "template": TEMPLATE,
        "roles": roles,
        "measured": measured,
        "lanes": lanes,
        "drawing": lanes.draw(speech, title) if lanes.happened else "",
        "queries": {
            "roles-of-thing": asker.open("roles-of-thing", **asked),
            "measured-by-norm": asker.open("measured-by-norm", norm=iri, language=visit.language),
        },
    }


async def roles_of(asker: Asker, visit: Visit, speech: Speech, iri: str, said: Said) -> list[Role]:
    """Gather the roles of a thing, what holds first."""
    rows = await asker.rows("roles-of-thing", thing=iri, language=visit.language)
    contents = [row["value"] for row in rows if row["value"].startswith(BASE + "proposition/")]
    unnamed = [row["value"] for row in rows if row["value"].startswith(_NAMELESS)]
    names, named = await asyncio.gather(
        names_of(asker, speech, contents), _names_of_things(asker, visit, unnamed)
    )
    names |= named
    by_role: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_role.setdefault((row["property"], row["value"]), []).append(row)
    roles = []
    for (name, value), found in by_role.items():
        first = found[0]
        lines = {row["proposition"]: said.lines.get(row["proposition"]) for row in found}
        is_ours = value.startswith(BASE)
        when = span(first, speech)
        words = names.get(value) or first["valueName"] or _amount(first) or when or slug(value)
        roles.append(
            Role(
                first["propertyName"] or slug(name),
                name.rpartition("/")[2],
                Link(visit.to(value) if is_ours else "", words),
                when if first["earliest"] or first["latest"] else "",
                (first["earliest"], first["latest"]),
                *marking(firmest(found), speech),
                [line for line in lines.values() if line],
            )
        )
    return sorted(roles, key=lambda it: it.mark == "not")


async def measured_by(asker: Asker, visit: Visit, speech: Speech, iri: str) -> list[Measured]:
    """Gather what was measured against a norm; empty for anything else."""
    if not iri.startswith(BASE + "id/norm/"):
        return []
    rows = await asker.rows("measured-by-norm", norm=iri, language=visit.language)
    by_finding: dict[str, list[Row]] = {}
    for row in rows:
        by_finding.setdefault(row["finding"], []).append(row)
    lines = await lines_of(asker, visit, speech, {row["deed"]: row["deedFirmness"] for row in rows})
    return [
        Measured(
            lines[found[0]["deed"]].link,
            *marking(found[0]["firmness"], speech),
            slug(found[0]["verdict"]),
            found[0]["verdictName"],
            [row["lacksName"] for row in found if row["lacksName"]],
            Link(visit.to("/why", {"iri": finding}), speech.say("Why?")),
            bool(found[0]["firmness"]),
        )
        for finding, found in by_finding.items()
    ]


def draw_lanes(roles: Sequence[Role], said: Said, speech: Speech) -> Lanes:
    """Put the days of a thing and the days of the reports on two lanes."""
    happened = []
    for role in roles:
        first, last = map(day_of, role.days)
        if first or last:
            happened.append(Mark(f"{role.name}: {role.when}", first, last, "happened", "#roles"))
    reported = []
    stances = [
        stance
        for line in said.lines.values()
        for stance in (*line.affirmed, *line.denied)
        if day_of(stance.day)
    ]
    seen = set()
    for stance in sorted(stances, key=lambda it: it.day):
        key = (stance.holder_iri, stance.day, stance.mark)
        if key not in seen:
            seen.add(key)
            day = day_of(stance.day)
            end = None if stance.is_bound else day
            words = f"{stance.holder.words}: {stance.word}"
            reported.append(Mark(words, day, end, stance.mark, stance.sentence.address))
    return Lanes(happened, reported[:12])


async def _names_of_things(asker: Asker, visit: Visit, iris: Sequence[str]) -> dict[str, str]:
    """Find what is said of things that have no name; what most say of one is its name."""
    found: dict[str, str] = {}
    if iris:
        rows = await asker.rows(
            "names-of-things", language=visit.language, thing=list(dict.fromkeys(iris))
        )
        claims = Counter(row["proposition"] for row in rows)
        for row in sorted(rows, key=lambda it: (not it["firmness"], -claims[it["proposition"]])):
            found.setdefault(row["thing"], row["name"].removesuffix("."))
    return found


def _amount(row: Row) -> str:
    if not row["unitName"] and not row["amount"]:
        return ""
    return row["stated"] or f"{row['amount']} {row['unitName']}".strip()
