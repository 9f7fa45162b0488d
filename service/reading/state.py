"""The page of a state: what it owes and is owed, gave and received, and who spoke for it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foedus.ontology.namespaces import FD
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.owing import Owing, day_asked, name_agreements, read_duties
from foedus.service.reading.said import Line, Said, marking
from foedus.service.reading.spans import span
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import Link, link_to
from foedus.service.reading.visit import Visit

TEMPLATE: Final = "reading/state.html"
_OWES: Final = (marked("owes one duty"), marked("owes %(count)s duties"))
_IS_OWED: Final = (marked("is owed one duty"), marked("is owed %(count)s duties"))
_GAVE: Final = (marked("gave in one transfer"), marked("gave in %(count)s transfers"))
_RECEIVED: Final = (marked("received in one transfer"), marked("received in %(count)s transfers"))


@dataclass(frozen=True)
class Delivery:
    """What one proposition says of a transfer; ``others`` are on the other side."""

    event: Link
    quantity: str
    others: Sequence[Link]
    when: str
    line: Line


@dataclass(frozen=True)
class Speaker:
    """Who speaks for a state; ``office`` with its proposition, where he or she fills one."""

    link: Link
    office: Link | None
    mark: str
    word: str
    when: str
    claims: int
    denials: int
    acts: int


async def gather(
    asker: Asker, visit: Visit, speech: Speech, iri: str, said: Said
) -> Mapping[str, Any]:
    """Gather what only the page of a state shows."""
    on = day_asked(visit)
    asked = {"language": visit.language, "state": iri}
    owing, transfers, speakers = await asyncio.gather(
        asker.rows("obligations-of-state", **asked, on=on),
        asker.rows("transfers-of-state", **asked),
        asker.rows("speakers-of-state", **asked),
    )
    names = await name_agreements(asker, visit, speech, [row["agreement"] for row in owing])
    named = [{**row, "agreementName": names.get(row["agreement"], "")} for row in owing]
    duties = read_duties([_Row(row) for row in named], on, visit, speech)
    gave = _deliveries(transfers, str(FD.hasSupplier), said, visit, speech)
    received = _deliveries(transfers, str(FD.hasRecipient), said, visit, speech)
    return {
        "template": TEMPLATE,
        "summary": summary(duties, iri, _transfers(gave), _transfers(received), speech),
        "on": on,
        "keep": ("on",),
        "owing": duties,
        "owes": [it for it in duties.duties if it.bearer_iri == iri],
        "is_owed": [it for it in duties.duties if it.bearer_iri != iri],
        "gave": gave,
        "received": received,
        "speakers": [_speaker(row, visit, speech) for row in speakers if _is_heard(row, iri)],
        "queries": {
            "obligations-of-state": asker.open("obligations-of-state", **asked, on=on),
            "transfers-of-state": asker.open("transfers-of-state", **asked),
            "speakers-of-state": asker.open("speakers-of-state", **asked),
        },
    }


class _Row(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def summary(duties: Owing, iri: str, gave: int, received: int, speech: Speech) -> str:
    """Say in one sentence what a state owes, is owed, gave and received; empty if nothing."""
    owes = sum(it.bearer_iri == iri for it in duties.duties)
    owed = len(duties.duties) - owes
    parts = [
        speech.count(one, many, number)
        for one, many, number in (
            (*_OWES, owes),
            (*_IS_OWED, owed),
            (*_GAVE, gave),
            (*_RECEIVED, received),
        )
        if number
    ]
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if parts else ""


def _deliveries(
    rows: Sequence[Row], role: str, said: Said, visit: Visit, speech: Speech
) -> list[Delivery]:
    other = "recipient" if role == str(FD.hasSupplier) else "supplier"
    by_proposition: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["role"] == role and row["proposition"] in said.lines:
            by_proposition.setdefault((row["event"], row["proposition"]), []).append(row)
    deliveries = []
    for (event, proposition), found in by_proposition.items():
        first = found[0]
        items = dict.fromkeys(row["itemName"] for row in found if row["itemName"])
        deliveries.append(
            Delivery(
                Link(visit.to(event), ", ".join(items) or speech.say("something not stated")),
                first["quantity"],
                list(dict.fromkeys(link_to(row, other, visit) for row in found if row[other])),
                span(first, speech),
                said.lines[proposition],
            )
        )
    return deliveries


def _transfers(deliveries: Sequence[Delivery]) -> int:
    """Count transfers; several propositions may speak of one."""
    return len({it.event.address for it in deliveries})


def _is_heard(row: Row, iri: str) -> bool:
    return row["agent"] != iri or row["claims"] != "0" or row["acts"] != "0"


def _speaker(row: Row, visit: Visit, speech: Speech) -> Speaker:
    proposition = row["proposition"]
    office = row["officeName"] or speech.say("an office")
    mark, word = marking(row["firmness"], speech) if proposition else ("", "")
    return Speaker(
        link_to(row, "agent", visit),
        Link(visit.to(proposition), office) if proposition else None,
        mark,
        word,
        span(row, speech),
        int(row["claims"]),
        int(row["denials"]),
        int(row["acts"]),
    )
