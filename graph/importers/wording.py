"""What a claim from a data set says, in our own words, in English and German."""

from collections.abc import Mapping
from typing import Final

from foedus.graph.importers.atop import Day, Member, Pledge

_PLEDGES: Final[Mapping[str, tuple[str, str]]] = {
    "defence": ("to defend", "Verteidigung"),
    "offence": ("to fight beside in a war that they begin", "Beteiligung an einem Angriff"),
    "neutrality": ("to stay neutral towards", "Neutralität"),
    "non-aggression": ("not to attack", "Nichtangriff"),
    "consultation": ("to consult in a crisis with", "Konsultation in einer Krise"),
}


def membership(member: Member, state: Mapping[str, str]) -> dict[str, str]:
    """Say from when to when a state is a member; ``state`` is its name by language."""
    since = {language: written(member.since, language) for language in ("en", "de")}
    until = {language: written(member.until, language) for language in ("en", "de")}
    phase_en = f" (phase {member.phase})" if member.phase > 1 else ""
    phase_de = f" (Phase {member.phase})" if member.phase > 1 else ""
    end_en = f" until {until['en']}" if until["en"] else ", no end recorded"
    end_de = f" bis {until['de']}" if until["de"] else ", ein Ende ist nicht verzeichnet"
    return {
        "en": f"{state['en']} is a member of alliance {member.alliance}{phase_en}"
        f" from {since['en']}{end_en}.",
        "de": f"{state['de']} gehört dem Bündnis {member.alliance}{phase_de}"
        f" an, ab {since['de']}{end_de}.",
    }


def pledge(member: Member, promised: Pledge, state: Mapping[str, str]) -> dict[str, str]:
    """Say what a state promises the other members, under conditions or not."""
    en, de = _PLEDGES[promised.kind]
    towards_en, towards_de = "the other members", "den übrigen Mitgliedern"
    if member.varies_by_partner:
        towards_en, towards_de = "certain other members", "bestimmten Mitgliedern"
    conditions_en = f" on {len(promised.conditions)} condition(s)" if promised.conditions else ""
    conditions_de = (
        f" unter {len(promised.conditions)} Bedingung(en)" if promised.conditions else ""
    )
    return {
        "en": f"{state['en']} promises {en} {towards_en} of alliance {member.alliance}"
        f"{conditions_en}.",
        "de": f"{state['de']} sagt {towards_de} des Bündnisses {member.alliance}"
        f" {de}{conditions_de} zu.",
    }


_MONTHS_EN = "January February March April May June July August September October November December"
_MONTHS_DE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_MONTHS: Final = {"en": _MONTHS_EN.split(), "de": _MONTHS_DE.split()}


def written(day: Day | None, language: str) -> str:
    """Write a date as precise as it is known; nothing for none."""
    if day is None:
        return ""
    first, is_day = day.earliest, day.earliest == day.latest
    if not is_day and day.latest.month != first.month:
        return str(first.year)
    month = f"{_MONTHS[language][first.month - 1]} {first.year}"
    if not is_day:
        return month
    return f"{first.day}. {month}" if language == "de" else f"{first.day} {month}"
