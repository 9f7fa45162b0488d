"""The page of a thing with a face: a state, an official, a publisher, an event, an agreement.

What is said of it, by whom, is the same for all; what only its kind has comes from a module of
that kind. Whatever is none of these keeps the page of ``thing``.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from foedus.ontology.namespaces import FD, PREFIXES
from foedus.service.reading import agreement, roles, state, thing
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.owing import name_agreements
from foedus.service.reading.said import Said, said_of
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import Link
from foedus.service.reading.visit import Visit, slug
from foedus.service.reading.voice import voice_of
from foedus.service.tables import shorten

TEMPLATE: Final = "reading/portrait.html"

_Gather = Callable[[Asker, Visit, Speech, str, Said], Awaitable[Mapping[str, Any]]]


async def _nothing_more(
    asker: Asker, visit: Visit, speech: Speech, iri: str, said: Said
) -> Mapping[str, Any]:
    return {"template": TEMPLATE, "queries": {}}


_KINDS: Final[Sequence[tuple[str, _Gather, tuple[str, ...]]]] = (
    ("State", state.gather, ("obligations", "transfers")),
    ("Agreement", agreement.gather, ("obligations",)),
    ("Norm", roles.gather, ("verdicts",)),
    ("Attitude", roles.gather, ()),
    ("SpeechAct", roles.gather, ()),
    ("Event", roles.gather, ()),
    ("Agent", _nothing_more, ()),
)
"""By class: what gathers the page, and which groups of lines it shows in a way of its own."""

_KNOWN: Final = PREFIXES["skos"]


async def gather(asker: Asker, visit: Visit, speech: Speech, iri: str) -> Mapping[str, Any]:
    """Gather what the page shows.

    Raises:
        NotThere: the graph says nothing of it.
        BadRequest: the day for obligations is no day.
    """
    about = await asker.rows("portrait", thing=iri, language=visit.language)
    classes = {row["class"] for row in about} | {row["above"] for row in about}
    kind = next((entry for entry in _KINDS if str(FD) + entry[0] in classes), None)
    if kind is None:
        return await thing.gather(asker, visit, speech, iri)
    _, gather_kind, own = kind

    async def said_and_more() -> tuple[Said, Mapping[str, Any]]:
        said = await said_of(asker, visit, speech, iri, own)
        return said, await gather_kind(asker, visit, speech, iri, said)

    (said, more), heard, stated = await asyncio.gather(
        said_and_more(),
        voice_of(asker, visit, speech, iri),
        name_agreements(asker, visit, speech, [iri]),
    )
    opened = {
        "said-of-thing": asker.open("said-of-thing", thing=iri),
        "claims-of-agent": asker.open("claims-of-agent", agent=iri, language=visit.language),
    }
    return {
        "iri": iri,
        "name": _name(about, iri, said, stated.get(iri, "")),
        "kinds": _kinds(about, visit),
        "also": _values(about, _KNOWN + "altLabel"),
        "codes": [
            (shorten(row["property"]) or "", row["value"])
            for row in about
            if row["property"] in (str(FD.isoCode), str(FD.cowCode), str(FD.atopNumber))
        ],
        "matches": [
            Link(it, it.rpartition("/")[2]) for it in _values(about, _KNOWN + "exactMatch")
        ],
        "note": next(iter(_values(about, _KNOWN + "scopeNote")), ""),
        "said": said,
        "heard": heard,
        **more,
        "queries": {**opened, **more["queries"]},
    }


def _name(about: Sequence[Row], iri: str, said: Said, stated: str) -> str:
    label = next((row["name"] for row in about if row["name"]), "")
    if label or stated:
        return label or stated
    # An event has no name: it is called by what most say of it.
    lines = [line for line in said.lines.values() if not line.why]
    lines.sort(key=lambda it: (not it.holds, -len(it.affirmed)))
    return lines[0].link.words.removesuffix(".") if lines else slug(iri)


def _kinds(about: Sequence[Row], visit: Visit) -> list[Link]:
    """Give the classes that have none of the others below them."""
    above = {row["above"] for row in about}
    return list(
        dict.fromkeys(
            Link(visit.to(row["class"]), row["className"])
            for row in about
            if row["class"].startswith(str(FD)) and row["class"] not in above
        )
    )


def _values(about: Sequence[Row], name: str) -> list[str]:
    return list(dict.fromkeys(row["value"] for row in about if row["property"] == name))
