"""Names of propositions: what is claimed by them; of a conclusion, what its graph says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from foedus.ontology.namespaces import FD, PREFIXES
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.visit import slug

_TYPE: Final = PREFIXES["rdf"] + "type"
_SENTENCES: Final[Mapping[str, str]] = {
    "Obligation": marked("%(hasBearer)s owes %(hasCounterparty)s %(hasPledge)s"),
    "DueObligation": marked("%(hasPledge)s of %(hasBearer)s for %(hasCounterparty)s is due"),
    "CasusFoederis": marked("“%(raises)s” is a casus foederis against %(hasAdversary)s"),
    "ConditionTest": marked("Condition %(testsCondition)s: %(outcome)s"),
    "Breach": marked("%(hasBearer)s breaks %(hasPledge)s towards %(hasCounterparty)s"),
    "NormConflict": marked("“%(concerns)s” against %(isMeasuredAgainst)s: %(verdict)s"),
    "Contradiction": marked("Contradiction: “%(concerns)s”"),
    "Corroboration": marked("Corroboration: “%(concerns)s”"),
    "Tension": marked("Tension: “%(concerns)s”"),
    "Attack": marked("%(hasAttacker)s attacks %(hasTarget)s"),
}
"""What a conclusion says, by its class, in terms of the roles in its graph."""

_DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "Obligation": ("arisesUnder", "locator", "hasStanding"),
    "DueObligation": ("arisesUnder", "hasStanding"),
    "Breach": ("arisesUnder",),
    "NormConflict": ("lacks",),
    "Attack": ("asStated",),
}


async def names_of(asker: Asker, speech: Speech, propositions: Iterable[str]) -> dict[str, str]:
    """Find the names of propositions, and of those that they are about."""
    wanted = list(dict.fromkeys(propositions))
    names: dict[str, str] = {}
    statements: dict[str, list[Row]] = {}
    while wanted:
        claimed = await asker.rows(
            "names-of-propositions", language=speech.language, proposition=wanted
        )
        for row in claimed:
            names.setdefault(row["proposition"], row["name"])
        unnamed = [iri for iri in wanted if iri not in names and iri not in statements]
        if not unnamed:
            break
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in await asker.rows(
            "statements-of-propositions", language=speech.language, proposition=unnamed
        ):
            found[row["proposition"]].append(row)
        statements |= {iri: found[iri] for iri in unnamed}
        about = {row["value"] for rows in found.values() for row in rows}
        is_there = names.keys() | statements.keys()
        wanted = [iri for iri in about if iri.startswith(PREFIXES["proposition"])]
        wanted = [iri for iri in wanted if iri not in is_there]
    # Those that others are about come last, and are named first.
    for iri, rows in reversed(statements.items()):
        names[iri] = sentence(rows, names, speech) or iri.rpartition("/")[2]
    return names


def sentence(rows: Iterable[Row], names: Mapping[str, str], speech: Speech) -> str:
    """Put the statements of a conclusion into words; empty where there are none."""
    roles: defaultdict[str, list[str]] = defaultdict(list)
    kinds: dict[str, str] = {}
    for row in rows:
        value = row["value"]
        name = names.get(value) or row["valueName"] or value.rpartition("/")[2]
        if row["property"] == _TYPE:
            kinds[value.removeprefix(str(FD))] = name
            continue
        # An event leads to what it raises or activates; there the event is what matters.
        is_cause = row["property"] in (str(FD.raises), str(FD.activates))
        if is_cause:
            name = names.get(row["subject"]) or row["subjectName"] or slug(row["subject"])
        if name not in roles[row["property"].removeprefix(str(FD))]:
            roles[row["property"].removeprefix(str(FD))].append(name)
    kind = next((kind for kind in _SENTENCES if kind in kinds), None)
    if kind is None:
        said = [f"{role} {', '.join(values)}" for role, values in roles.items()]
        return f"{', '.join(kinds.values())} ({'; '.join(said)})" if kinds else ""
    values = {role: ", ".join(found) for role, found in roles.items()}
    text = speech.say(_SENTENCES[kind]) % _Roles(values, speech)
    details = [values[role] for role in _DETAILS.get(kind, ()) if role in values]
    text = text[:1].upper() + text[1:]
    return f"{text} ({', '.join(details)})" if details else text


class _Roles(dict[str, str]):
    def __init__(self, values: Mapping[str, str], speech: Speech) -> None:
        super().__init__(values)
        self._speech = speech

    def __missing__(self, key: str) -> str:
        return self._speech.say("somebody")
