"""What somebody says: affirms, denies, only mentions; and what a publisher passes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from foedus.service.reading.asking import Asker
from foedus.service.reading.naming import names_of
from foedus.service.reading.said import MOST
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import Link, Stance, stances
from foedus.service.reading.visit import Visit


@dataclass(frozen=True)
class Utterance:
    """A claim with the proposition that it is on."""

    proposition: Link
    stance: Stance
    words: str


@dataclass(frozen=True)
class Heard:
    """Claims of one sort."""

    key: str
    heading: str
    utterances: Sequence[Utterance]
    total: int


_HEADINGS = {
    "denied": marked("Denies"),
    "affirmed": marked("Affirms"),
    "mentioned": marked("Only mentions"),
    "passed-on": marked("Passes on from others"),
}


async def voice_of(asker: Asker, visit: Visit, speech: Speech, iri: str) -> list[Heard]:
    """Gather what somebody says, denials first; a sort without claims is left out."""
    rows = await asker.rows("claims-of-agent", language=visit.language, agent=iri)
    if not rows:
        return []
    on = {row["claim"]: row["proposition"] for row in rows}
    sorted_out: dict[str, list[Stance]] = {key: [] for key in _HEADINGS}
    for stance in stances(rows, visit, speech):
        key = "affirmed"
        if stance.holder_iri != iri:
            key = "passed-on"
        elif stance.is_mention:
            key = "mentioned"
        elif stance.is_denied:
            key = "denied"
        sorted_out[key].append(stance)
    shown = {key: found[:MOST] for key, found in sorted_out.items() if found}
    names = await names_of(asker, speech, [on[it.iri] for found in shown.values() for it in found])

    def utterance(stance: Stance) -> Utterance:
        name = names[on[stance.iri]]
        return Utterance(Link(visit.to(on[stance.iri]), name), stance, stance.paraphrase or name)

    return [
        Heard(key, speech.say(_HEADINGS[key]), list(map(utterance, found)), len(sorted_out[key]))
        for key, found in shown.items()
    ]
