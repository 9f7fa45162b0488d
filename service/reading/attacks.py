"""The form of a supposed attack: what a reader enters, and the hypothesis that it makes."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal

from foedus.graph.hypotheses import read_hypothesis
from foedus.graph.names import FD
from foedus.graph.proofs import Language
from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service.reading.asking import Row
from foedus.service.reading.speech import Speech
from foedus.service.reading.visit import slug

LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")
FIELDS: Final = ("attacker", "party", "on")
"""The form's own parameters; the day may be left open."""


@dataclass(frozen=True)
class Entry:
    """A field as it stands: what was entered, and what is wrong with it."""

    value: str
    fault: str = ""


@dataclass(frozen=True)
class Attack:
    """A supposed attack; without a day it counts as on any day."""

    attacker: str
    party: str
    day: date | None

    def words(self, states: "States", speech: Speech) -> str:
        """Put it into words."""
        names = states.names[speech.language]
        values = {"attacker": names[self.attacker], "party": names[self.party]}
        if self.day is None:
            return speech.say("%(attacker)s attacks %(party)s", **values)
        day = speech.day(self.day.isoformat())
        return speech.say("%(attacker)s attacks %(party)s on %(day)s", day=day, **values)

    def as_trig(self, states: "States") -> str:
        """Write the hypothesis, briefly, since it is a part of addresses.

        The event has a label, so that each page that shows what follows can name it.
        """
        slugs = [iri.rpartition("/")[2] for iri in (self.attacker, self.party)]
        parts = ["supposed", slugs[0], "attacks", slugs[1]]
        slug = "-".join([*parts, *([self.day.isoformat()] if self.day else [])])
        labels = " , ".join(
            str(Literal(self.words(states, Speech(it)), language=it)) for it in LANGUAGES
        )
        event, when, proposition = (
            f"<{PREFIXES[kind].removeprefix(BASE)}{slug}>"
            for kind in ("event", "date", "proposition")
        )
        dated = ""
        if self.day:
            day = f'"{self.day.isoformat()}"'
            dated = f"""  {event} fd:hasDate {when} .
  {when} a fd:Date ; fd:asStated {day} ;
    fd:earliest {day}^^xsd:date ; fd:latest {day}^^xsd:date .
"""
        return f"""@base <{BASE}> .
@prefix fd: <{PREFIXES["fd"]}> .
@prefix rdfs: <{PREFIXES["rdfs"]}> .
@prefix xsd: <{PREFIXES["xsd"]}> .
GRAPH {proposition} {{
  {event} a fd:Attack ; rdfs:label {labels} ;
    fd:hasAttacker <{self.attacker.removeprefix(BASE)}> ;
    fd:hasTarget <{self.party.removeprefix(BASE)}> .
{dated}}}
"""


class States:
    """States by all that they are called, whatever the case."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.names: dict[str, dict[str, str]] = {it: {} for it in LANGUAGES}
        self._called: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row["isLabel"] == "true" and row["language"] in self.names:
                self.names[row["language"]][row["state"]] = row["called"]
            for called in (row["called"], row["state"]):
                self._called[called.casefold()].add(row["state"])
        # One without a name in a language keeps that of another, or what its IRI says.
        known = {iri: slug(iri) for iri in self._iris()}
        for language in reversed(LANGUAGES):
            known |= self.names[language]
        self.names = {language: known | names for language, names in self.names.items()}

    def find(self, entered: str, speech: Speech) -> tuple[str, str]:
        """Give the state that is meant, or what is wrong."""
        wanted = entered.casefold()
        found = sorted(self._called.get(wanted, ()))
        if len(found) == 1:
            return found[0], ""
        if not entered:
            return "", speech.say("Name a state.")
        near = found or self._near(wanted)
        fault = speech.say("No state here is called “%(entered)s”.", entered=entered)
        if found:
            fault = speech.say("Several states are called “%(entered)s”.", entered=entered)
        if near:
            names = ", ".join(sorted({self.names[speech.language][state] for state in near}))
            fault += " " + speech.say("Did you mean: %(names)s?", names=names)
        return "", fault

    def _near(self, wanted: str) -> list[str]:
        called = self._called.keys() - self._iris()
        inside = [name for name in called if len(wanted) > 2 and wanted in name]
        alike = inside or difflib.get_close_matches(wanted, sorted(called), n=3)
        return sorted({state for name in alike for state in self._called[name]})[:5]

    def _iris(self) -> set[str]:
        return {state for states in self._called.values() for state in states}


def read(
    given: Mapping[str, str], states: States, speech: Speech
) -> tuple[Attack | None, dict[str, Entry]]:
    """Read what was entered: an attack, or each field with what is wrong."""
    entered = {name: given.get(name, "").strip() for name in FIELDS}
    attacker, no_attacker = states.find(entered["attacker"], speech)
    party, no_party = states.find(entered["party"], speech)
    if attacker and attacker == party:
        no_party = speech.say("A state does not attack itself: name another one.")
    day, no_day = None, ""
    if entered["on"]:
        try:
            day = date.fromisoformat(entered["on"])
        except ValueError:
            no_day = speech.say(
                "“%(entered)s” is no day: write year, month and day, as in 2025-01-31.",
                entered=entered["on"],
            )
    faults = {"attacker": no_attacker, "party": no_party, "on": no_day}
    entries = {name: Entry(entered[name], faults[name]) for name in FIELDS}
    return (None if any(faults.values()) else Attack(attacker, party, day)), entries


def supposed(
    suppose: str, states: States, speech: Speech
) -> tuple[Attack | None, dict[str, Entry]]:
    """Find the attack of one state on another that a hypothesis supposes; the form shows it."""
    blank = {name: Entry("") for name in FIELDS}
    if not suppose:
        return None, blank
    names = states.names[speech.language]
    for triples in read_hypothesis(suppose).holds.values():
        values = {(s, p): getattr(o, "value", "") for s, p, o in triples}
        nodes = {(s, p): o for s, p, o in triples}
        for subject, predicate in values:
            if predicate != FD.hasAttacker:
                continue
            attacker = values[subject, predicate]
            party = values.get((subject, FD.hasTarget), "")
            when = nodes.get((subject, FD.hasDate))
            first, last = (
                values.get((when, bound), "") if when else "" for bound in (FD.earliest, FD.latest)
            )
            if attacker in names and party in names and first == last:
                day = date.fromisoformat(first) if first else None
                shown = (names[attacker], names[party], first)
                entries = dict(zip(FIELDS, map(Entry, shown), strict=True))
                return Attack(attacker, party, day), entries
    return None, blank


def choices(states: States, speech: Speech) -> Sequence[str]:
    """List the names to choose from."""
    return sorted(set(states.names[speech.language].values()))
