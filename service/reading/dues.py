"""What would be owed: the obligations that are due in one world and not in another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from foedus.service.reading.asking import Row
from foedus.service.reading.comparison import Place, firmness_in
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import Link, link_to


@dataclass(frozen=True)
class Due:
    """Who owes whom what under which article.

    Attributes:
        names: What the agreement is called by those who speak of it.
        proofs: For each standing that it has the proof, and how firm it is.
    """

    bearer: Link
    counterparty: Link
    pledge: Link
    agreement: Link
    locator: str
    names: Sequence[str]
    proofs: Sequence[tuple[Link, str, str]]


async def due(here: Place, there: Place, speech: Speech) -> list[Due]:
    """List the obligations that are due here and not there."""
    asked, there_asked = await asyncio.gather(
        here.asker.rows("due-obligations", language=speech.language),
        there.asker.rows("due-obligations", language=speech.language),
    )
    known = {row["proposition"] for row in there_asked}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in asked:
        if row["proposition"] not in known:
            roles = ("bearer", "counterparty", "pledge", "agreement", "locator")
            groups.setdefault(tuple(row[role] for role in roles), []).append(row)
    visit = here.visit

    found = []
    for rows in groups.values():
        # What is in force comes before what is merely promised.
        rows.sort(key=lambda row: not row["standing"].endswith("/in-force"))
        first = rows[0]
        found.append(
            Due(
                link_to(first, "bearer", visit),
                link_to(first, "counterparty", visit),
                link_to(first, "pledge", visit),
                link_to(first, "agreement", visit),
                first["locator"],
                list(dict.fromkeys(row["nameAsStated"] for row in rows if row["nameAsStated"])),
                _proofs(rows, here, speech),
            )
        )
    return found


def _proofs(rows: Sequence[Row], here: Place, speech: Speech) -> list[tuple[Link, str, str]]:
    proofs = {}
    for row in rows:
        iri = row["proposition"]
        link = Link(here.visit.to("/why", {"iri": iri}), row["standingName"])
        proofs[iri] = (link, *firmness_in(here.side.level(iri), speech))
    return list(proofs.values())
