"""Claims as pages show them: who takes which stance, how firmly, when, and where it is said."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from foedus.graph.names import FIRMNESS, POLARITY
from foedus.service.reading.asking import Row
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.visit import Visit, slug

WORDS: Final = {
    "certain": marked("certain"),
    "probable": marked("probable"),
    "possible": marked("possible"),
    "uncommitted": marked("only mentioned"),
    "denied": marked("denied"),
}


@dataclass(frozen=True)
class Link:
    """An address with its words."""

    address: str
    words: str


@dataclass(frozen=True)
class Stance:
    """One claim.

    Attributes:
        mark: Its firmness, or ``denied``; a class of the stylesheet.
        word: The same in words; with ``denied`` how firmly.
        day: When it was reported, ISO; else the earliest day that is known.
        when: The same in words.
        publishers: Through whom it came, the nearest first.
    """

    iri: str
    mark: str
    word: str
    mode: str
    holder: Link
    holder_iri: str
    publishers: list[Link]
    day: str
    is_bound: bool
    when: str
    cue: str
    paraphrase: str
    document: Link
    sentence: Link
    span: tuple[int, int]
    is_accepted: bool

    @property
    def is_denied(self) -> bool:
        """Whether it denies."""
        return self.mark == "denied"

    @property
    def is_mention(self) -> bool:
        """Whether nobody commits himself."""
        return self.mark == "uncommitted"


def link_to(row: Row, name: str, visit: Visit) -> Link:
    """Link to what a variable of a row is bound to, by its name, else by what its IRI says."""
    return Link(visit.to(row[name]), row[f"{name}Name"] or slug(row[name]))


def mark_of(firmness: str, polarity: str = "") -> str:
    """Give the class of the stylesheet for a firmness and a polarity."""
    if polarity == POLARITY.denied.value:
        return "denied"
    return firmness.removeprefix(FIRMNESS.base)


def stances(rows: Iterable[Row], visit: Visit, speech: Speech) -> list[Stance]:
    """Read claims out of rows; a claim has a row for each publisher."""
    found: dict[str, Stance] = {}
    for row in rows:
        stance = found.setdefault(row["claim"], _stance(row, visit, speech))
        if row["publisher"] and row["publisher"] != row["holder"]:
            link = Link(visit.to(row["publisher"]), row["publisherName"])
            if link not in stance.publishers:
                stance.publishers.append(link)
    return list(found.values())


def _stance(row: Row, visit: Visit, speech: Speech) -> Stance:
    mark = mark_of(row["firmness"], row["polarity"])
    level = speech.say(WORDS[mark_of(row["firmness"])])
    word = speech.say(WORDS[mark])
    if mark == "denied" and mark_of(row["firmness"]) != "certain":
        word = f"{word}, {level}"
    number = row["number"]
    return Stance(
        iri=row["claim"],
        mark=mark,
        word=word,
        mode=row["modeName"],
        holder=link_to(row, "holder", visit),
        holder_iri=row["holder"],
        publishers=[],
        day=row["day"] or row["notBefore"],
        is_bound=not row["day"],
        when=_when(row, speech),
        cue=row["cue"],
        paraphrase=row["paraphrase"],
        document=link_to(row, "document", visit),
        sentence=Link(visit.to(row["sentence"]), speech.say("sentence %(number)s", number=number)),
        span=(int(row["start"]), int(row["end"])),
        is_accepted=row["accepted"] == "true",
    )


def _when(row: Row, speech: Speech) -> str:
    if row["day"]:
        day = speech.say("reported on %(day)s", day=speech.day(row["day"]))
        is_inferred = row["basis"].endswith("/inferred")
        return speech.say("%(day)s (inferred)", day=day) if is_inferred else day
    if row["notBefore"]:
        return speech.say("not before %(day)s", day=speech.day(row["notBefore"]))
    return speech.say("day of report unknown")
