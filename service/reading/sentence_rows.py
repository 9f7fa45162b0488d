"""The rows of a document's page: a sentence, and the claims that rest on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foedus.graph.names import POLARITY
from foedus.graph.passages import Span
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.naming import names_of
from foedus.service.reading.segments import Passage, Segment, segments
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import WORDS, Link, Stance, mark_of, stances
from foedus.service.reading.visit import Visit, slug


@dataclass(frozen=True)
class Placed:
    """A claim at its sentence.

    Attributes:
        name: The last part of its IRI.
        proposition: Where it leads; its words are the paraphrase, or else the IRI's last part.
        denies: What a denial denies, in words, where somebody affirms it.
        held: How firmly the proposition holds in this world, a class of the stylesheet.
        holds: The same in words.
        corrections: The claims that correct it.
    """

    name: str
    stance: Stance
    page: str
    proposition: Link
    denies: str
    held: str
    holds: str
    corrections: Sequence[Link]


@dataclass(frozen=True)
class Sentence:
    """A row: a sentence with its claims, or why it yields none; no segments without the text."""

    number: int
    span: Span
    segments: Sequence[Segment]
    claims: Sequence[Placed]
    reason: str
    reason_language: str

    @property
    def depth(self) -> int:
        """How many lines there are under its text where there are most."""
        return max((line.lane + 1 for it in self.segments for line in it.lines), default=0)


async def place(
    rows: Sequence[Row], asker: Asker, visit: Visit, speech: Speech
) -> Mapping[int, Sequence[Placed]]:
    """Read the claims out of rows, by the number of their sentence."""
    of_claim: dict[str, Row] = {}
    corrections: dict[str, dict[str, Link]] = {}
    for it in rows:
        of_claim.setdefault(it["claim"], it)
        if it["correction"]:
            name = it["correction"].rpartition("/")[2]
            corrections.setdefault(it["claim"], {})[it["correction"]] = Link(
                visit.to(it["correction"]), name
            )
    denied = [it["proposition"] for it in rows if it["polarity"] == POLARITY.denied.value]
    names = await names_of(asker, speech, denied) if denied else {}
    found: dict[int, list[Placed]] = {}
    for stance in stances(rows, visit, speech):
        it = of_claim[stance.iri]
        held = mark_of(it["held"]) if it["held"] else "not"
        words = stance.paraphrase or slug(it["proposition"])
        denies = names.get(it["proposition"], "") if stance.is_denied else ""
        found.setdefault(int(it["number"]), []).append(
            Placed(
                stance.iri.rpartition("/")[2],
                stance,
                visit.to(stance.iri),
                Link(visit.to(it["proposition"]), words),
                denies if denies != words else "",
                held,
                speech.say("holds here as %(level)s", level=speech.say(WORDS[held]))
                if it["held"]
                else speech.say("does not hold here"),
                list(corrections.get(stance.iri, {}).values()),
            )
        )
    return found


def sentences(
    listed: Sequence[Row],
    placed: Mapping[int, Sequence[Placed]],
    text: str | None,
    language: str,
) -> list[Sentence]:
    """Make the rows.

    Args:
        listed: Rows of ``sentences-of-document``; a sentence has one for each reason.
        placed: The claims that are shown, by sentence.
        text: The document's text where it is at hand.
        language: In which a reason is wanted.
    """
    by_number: dict[int, list[Row]] = {}
    for it in listed:
        by_number.setdefault(int(it["number"]), []).append(it)
    return [
        _sentence(number, rows, placed.get(number, []), text, language)
        for number, rows in by_number.items()
    ]


def _sentence(
    number: int, rows: Sequence[Row], claims: Sequence[Placed], text: str | None, language: str
) -> Sentence:
    span = Span(int(rows[0]["start"]), int(rows[0]["end"]))
    reasons = {it["reasonLanguage"]: it["reason"] for it in rows if it["reason"]}
    said_in = next((it for it in (language, "", "en", "de", *reasons) if it in reasons), "")
    passages = [Passage(it.name, it.stance.mark, Span(*it.stance.span)) for it in claims]
    return Sentence(
        number,
        span,
        segments(text, span, passages) if text is not None else [],
        claims,
        reasons.get(said_in, ""),
        said_in,
    )
