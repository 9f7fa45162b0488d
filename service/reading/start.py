"""The page at ``/``: search, three ways in, what is disputed, and what is due."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from foedus.graph.names import POLARITY
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.naming import names_of
from foedus.service.reading.said import marking
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import WORDS, Link, mark_of
from foedus.service.reading.visit import Visit

TEMPLATE: Final = "reading/start.html"
_WORD: Final = re.compile(r"[\w-]+")
_MOST_WORDS: Final = 8
_MOST: Final = 60


@dataclass(frozen=True)
class Found:
    """Something that a search has found; without a mark it is no proposition, or holds not."""

    link: Link
    kind: str
    mark: str
    word: str
    also: str = ""


@dataclass
class Dispute:
    """A proposition with who affirms it and who denies it, each with a mark and its word."""

    link: Link
    affirmed: dict[Link, tuple[str, str]] = field(default_factory=dict)
    denied: dict[Link, tuple[str, str]] = field(default_factory=dict)
    day: str = ""


async def gather(asker: Asker, visit: Visit, speech: Speech) -> Mapping[str, Any]:
    """Gather what the page shows."""
    sought = visit.one("q") or ""
    words = _WORD.findall(sought)[:_MOST_WORDS]
    language = {"language": visit.language}
    documents, disputed, due = await asker.all(
        ("documents-with-claims", language), ("disputed", language), ("due", {})
    )
    rows = await asker.rows("search", word=words) if words else []
    shown = [row["proposition"] for row in (*disputed, *due)]
    shown += [row["thing"] for row in rows if row["kind"] == "proposition"]
    names = await names_of(asker, speech, dict.fromkeys(shown))
    found = _found(rows, names, visit, speech)
    return {
        "template": TEMPLATE,
        "keep": ("q",),
        "sought": sought,
        "has_words": bool(words),
        "found": found[:_MOST],
        "total": len(found),
        "documents": [
            (
                Link(visit.to(row["document"]), row["name"]),
                speech.count("one claim", "%(count)s claims", int(row["claims"])),
            )
            for row in documents
        ],
        "disputes": _disputes(disputed, names, visit, speech),
        "due": [
            Found(
                Link(visit.to(row["proposition"]), names[row["proposition"]]),
                "",
                *marking(row["firmness"], speech),
                visit.to("/why", {"iri": row["proposition"]}),
            )
            for row in due
        ],
        "queries": {
            "documents-with-claims": asker.open("documents-with-claims", **language),
            "disputed": asker.open("disputed", **language),
            "due": asker.open("due"),
            **({"search": asker.open("search", word=words)} if words else {}),
        },
    }


def _found(
    rows: Sequence[Row], names: Mapping[str, str], visit: Visit, speech: Speech
) -> list[Found]:
    """Give each thing once, by its name in the language of the reader, if it has one.

    What is found may be the paraphrase of a denial, which is no name of a proposition.
    """
    best: dict[str, Row] = {}
    for row in rows:
        known = best.get(row["thing"])
        if known is None or (
            row["language"] == visit.language and known["language"] != visit.language
        ):
            best[row["thing"]] = row
    found = []
    for iri, row in best.items():
        mark, word = "", ""
        if row["kind"] == "proposition":
            mark, word = marking(row["firmness"], speech)
        link = Link(visit.to(iri), names.get(iri) or row["text"])
        found.append(Found(link, row["kind"], mark, word))
    return found


def _disputes(
    rows: Sequence[Row], names: Mapping[str, str], visit: Visit, speech: Speech
) -> list[Dispute]:
    disputes: dict[str, Dispute] = {}
    for row in rows:
        iri = row["proposition"]
        dispute = disputes.setdefault(iri, Dispute(Link(visit.to(iri), names[iri])))
        is_denied = row["polarity"] == POLARITY.denied.value
        side = dispute.denied if is_denied else dispute.affirmed
        mark = mark_of(row["firmness"], row["polarity"])
        holder = Link(visit.to(row["holder"]), row["holderName"] or row["holder"])
        side[holder] = (mark, speech.say(WORDS[mark]))
        dispute.day = max(dispute.day, row["day"])
    for dispute in disputes.values():
        dispute.day = speech.day(dispute.day) if dispute.day else ""
    return list(disputes.values())
