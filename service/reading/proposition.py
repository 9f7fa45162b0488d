"""The page of a proposition: who says so, who denies it, what it follows from, what follows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from foedus.graph.worlds import Firmness
from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service.errors import NotThere
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.lanes import Lanes, Mark
from foedus.service.reading.markup import claim_review
from foedus.service.reading.naming import names_of
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import WORDS, Link, Stance, mark_of, stances
from foedus.service.reading.visit import Visit, slug
from foedus.service.tables import shorten, shown_name

TEMPLATE: Final = "reading/proposition.html"
_FINDINGS: Final = ("tension", "contradiction", "corroboration")


@dataclass(frozen=True)
class Step:
    """An inference: from premises to a conclusion, by a rule."""

    inference: str
    rule: Link
    definition: str
    proposition: Link
    mark: str
    word: str
    others: int
    premises: Sequence[tuple[Link, str, str]] = ()


async def gather(asker: Asker, visit: Visit, speech: Speech, iri: str) -> Mapping[str, Any]:
    """Gather what the page shows.

    Raises:
        NotThere: no proposition has that name.
    """
    asked = {"proposition": iri, "language": visit.language}
    about, claims, inferences, follows, dates, statements = await asker.all(
        ("proposition", asked),
        ("claims-on-proposition", asked),
        ("inferences-of-proposition", asked),
        ("what-follows-from-proposition", asked),
        ("dates-in-proposition", asked),
        ("statements-of-propositions", asked),
    )
    if not about:
        raise NotThere(iri)
    names = await names_of(
        asker,
        speech,
        [
            iri,
            *(row["premise"] for row in inferences if _is_proposition(row["premise"])),
            *(row["conclusion"] for row in follows),
        ],
    )
    said = stances(claims, visit, speech)
    firmness = about[0]["firmness"]
    lanes = _lanes(dates, said, visit, speech)
    verdict = _verdict(said, bool(inferences), bool(firmness), speech)
    findings = [row for row in follows if row["rule"].rpartition("/")[2] in _FINDINGS]
    return {
        "template": TEMPLATE,
        "iri": iri,
        "name": names[iri],
        "kinds": list(dict.fromkeys(row["name"] for row in about if row["name"])),
        "mark_kind": mark_of(firmness) if firmness else "",
        "word": speech.say(WORDS[mark_of(firmness)]) if firmness else "",
        "verdict": verdict,
        "markup": claim_review(iri, names[iri], verdict, said, visit),
        "otherwise": _otherwise(said, visit, speech, iri),
        "affirmed": [it for it in said if not it.is_denied and not it.is_mention],
        "denied": [it for it in said if it.is_denied],
        "mentioned": [it for it in said if it.is_mention],
        "tensions": _steps(findings, names, visit, speech, only="tension"),
        "follows_from": _reasons(inferences, names, visit, speech),
        "follows": _steps(follows, names, visit, speech),
        "lanes": lanes,
        "drawing": lanes.draw(speech, speech.say("When it happened, and when it was said")),
        "statements": [_statement(row, visit) for row in statements],
        "rdf": _rdf(iri, statements),
        "queries": {
            name: asker.open(name, **asked)
            for name in (
                "claims-on-proposition",
                "inferences-of-proposition",
                "what-follows-from-proposition",
                "dates-in-proposition",
                "statements-of-propositions",
            )
        },
        "why": visit.to("/why", {"iri": iri}),
    }


@dataclass(frozen=True)
class Statement:
    """A triple in words, with links to what it speaks of."""

    subject: str
    subject_link: str
    property: str
    value: str
    value_link: str


def _statement(row: Row, visit: Visit) -> Statement:
    def shown(term: str, name: str) -> str:
        return name or (slug(term) if _is_ours(term) else term)

    return Statement(
        shown(row["subject"], row["subjectName"]),
        visit.to(row["subject"]) if _is_ours(row["subject"]) else "",
        row["propertyName"] or shown_name(row["property"]) or row["property"],
        shown(row["value"], row["valueName"]),
        visit.to(row["value"]) if _is_ours(row["value"]) else "",
    )


def _is_ours(term: str) -> bool:
    return term.startswith(BASE)


def _rdf(iri: str, statements: Sequence[Row]) -> str:
    """Write the graph as TriG, with short names."""

    def name(term: str) -> str:
        short = shorten(term)
        if short:
            return short
        is_iri = term.startswith(("http://", "https://", "urn:"))
        return f"<{term}>" if is_iri else json.dumps(term, ensure_ascii=False)

    lines = [f"GRAPH {name(iri)} {{"]
    subject = ""
    for row in statements:
        role = "a" if row["property"] == PREFIXES["rdf"] + "type" else name(row["property"])
        if row["subject"] != subject:
            if subject:
                lines[-1] += " ."
            subject = row["subject"]
            lines.append(f"  {name(subject)} {role} {name(row['value'])}")
        else:
            lines[-1] += " ;"
            lines.append(f"    {role} {name(row['value'])}")
    if subject:
        lines[-1] += " ."
    return "\n".join([*lines, "}"])


def _is_proposition(iri: str) -> bool:
    return iri.startswith(PREFIXES["proposition"])


def _verdict(said: Sequence[Stance], follows: bool, holds: bool, speech: Speech) -> str:
    affirmed = sum(not it.is_denied and not it.is_mention for it in said)
    denied = sum(it.is_denied for it in said)
    parts = []
    if affirmed:
        parts.append(speech.count("affirmed once", "affirmed %(count)s times", affirmed))
    if denied:
        parts.append(speech.count("denied once", "denied %(count)s times", denied))
    if not affirmed and any(it.is_mention for it in said):
        parts.append(speech.say("only mentioned, by nobody affirmed"))
    parts.append(
        speech.say("it follows from others")
        if follows
        else speech.say("it is claimed, not derived")
    )
    if holds and denied:
        parts.append(speech.say("with “undisputed only” it does not hold"))
    return "; ".join(parts)


def _otherwise(said: Sequence[Stance], visit: Visit, speech: Speech, iri: str) -> list[Link]:
    """Offer other worlds in which the same page may look different."""
    links = []
    affirmed = [Firmness[it.mark.upper()] for it in said if not it.is_denied and not it.is_mention]
    if affirmed and max(affirmed) < visit.world.at_least:
        level = max(affirmed).name.lower()
        words = speech.say("what is said to be %(level)s", level=speech.say(WORDS[level]))
        links.append(Link(visit.to(iri, {"at-least": level}), words))
    for stance in said:
        if stance.is_denied:
            holder = stance.holder
            links.append(
                Link(
                    visit.to(iri, {"believe": stance.holder_iri}),
                    speech.say("believe only %(name)s", name=holder.words),
                )
            )
        elif stance.day and not stance.is_bound:
            links.append(
                Link(
                    visit.to(iri, {"as-of": stance.day}),
                    speech.say("as known on %(day)s", day=speech.day(stance.day)),
                )
            )
    if any(it.is_denied for it in said) and not visit.world.is_undisputed:
        links.append(Link(visit.to(iri, {"undisputed": "true"}), speech.say("undisputed only")))
    return list(dict.fromkeys(links))[:4]


def _reasons(
    rows: Sequence[Row], names: Mapping[str, str], visit: Visit, speech: Speech
) -> list[Step]:
    by_inference: dict[str, list[Row]] = {}
    for row in rows:
        by_inference.setdefault(row["inference"], []).append(row)
    steps = []
    for inference, premises in by_inference.items():
        first = premises[0]
        shown = []
        for row in premises:
            premise, held = row["premise"], row["held"]
            if _is_proposition(premise):
                mark = mark_of(held) if held else "not"
                word = speech.say(WORDS[mark]) if held else speech.say("does not hold here")
                shown.append((Link(visit.to(premise), names[premise]), mark, word))
            else:
                words = speech.say("claim %(name)s", name=premise.rpartition("/")[2])
                shown.append((Link(visit.to(premise), words), "", ""))
        weakened = mark_of(first["firmness"]) if first["firmness"] else ""
        steps.append(
            Step(
                inference,
                Link(visit.to(first["rule"]), first["ruleName"]),
                first["definition"],
                Link(visit.to("/why", {"iri": inference}), speech.say("why")),
                weakened,
                speech.say("at most %(level)s", level=speech.say(WORDS[weakened]))
                if weakened
                else "",
                len(premises) - 1,
                shown,
            )
        )
    return steps


def _steps(
    rows: Sequence[Row],
    names: Mapping[str, str],
    visit: Visit,
    speech: Speech,
    only: str | None = None,
) -> list[Step]:
    steps: dict[str, Step] = {}
    for row in rows:
        if only and row["rule"].rpartition("/")[2] != only:
            continue
        held = row["held"]
        mark = mark_of(held) if held else "not"
        steps.setdefault(
            row["conclusion"],
            Step(
                row["inference"],
                Link(visit.to(row["rule"]), row["ruleName"]),
                "",
                Link(visit.to(row["conclusion"]), names[row["conclusion"]]),
                mark,
                speech.say(WORDS[mark]) if held else speech.say("does not hold here"),
                int(row["others"]),
            ),
        )
    return list(steps.values())


def _lanes(dates: Sequence[Row], said: Sequence[Stance], visit: Visit, speech: Speech) -> Lanes:
    happened = []
    for row in dates:
        plain = row["date"] if not row["date"].startswith("http") else ""
        first, last = row["earliest"] or plain, row["latest"] or plain
        words = row["stated"] or speech.day(first or last)
        happened.append(
            Mark(f"{row['propertyName']}: {words}", _day(first), _day(last), "happened", "#days")
        )
    reported = []
    for stance in sorted(said, key=lambda it: it.day):
        day = _day(stance.day)
        words = f"{stance.holder.words}: {stance.word}"
        end = None if stance.is_bound else day
        if day:
            reported.append(Mark(words, day, end, stance.mark, stance.sentence.address))
    return Lanes(happened, reported)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
