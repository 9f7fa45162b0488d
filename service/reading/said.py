"""What is said of a thing: propositions by kind, each with who affirms and who denies it."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from foedus.ontology.namespaces import FD
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.naming import names_of
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import WORDS, Link, Stance, mark_of, stances
from foedus.service.reading.visit import Visit

KINDS: Final[Sequence[tuple[str, str, frozenset[str]]]] = tuple(
    (key, words, frozenset(classes.split()))
    for key, words, classes in (
        (
            "findings",
            marked("Contradictions, tensions, corroborations"),
            "Contradiction Tension Corroboration",
        ),
        ("verdicts", marked("Measured against norms"), "NormConflict"),
        (
            "obligations",
            marked("Obligations"),
            "Obligation DueObligation CasusFoederis Breach ConditionTest",
        ),
        ("transfers", marked("Transfers"), "Transfer"),
        ("meetings", marked("Visits and meetings"), "Visit Talks Session Reception Hearing"),
        ("statements", marked("Statements"), "SpeechAct"),
        ("attitudes", marked("Plans, purposes and expectations"), "Attitude"),
        ("norms", marked("Norms"), "Norm"),
        ("offices", marked("Offices"), "Tenure Office"),
        ("agreements", marked("Agreements and memberships"), "Agreement Provision Membership"),
        ("events", marked("Events and circumstances"), "Event"),
        ("other", marked("Other"), ""),
    )
)
"""Groups of propositions by the classes of what they describe; the first that fits counts."""

MOST: Final = 200
"""Of how many propositions a page says who affirms and who denies them."""


@dataclass(frozen=True)
class Line:
    """A proposition with the stances on it.

    Attributes:
        mark, word: How firmly it holds here.
        holds: Whether it does.
        why: Where a conclusion without claims is explained; else empty.
    """

    iri: str
    link: Link
    mark: str
    word: str
    holds: bool
    why: str
    affirmed: list[Stance] = field(default_factory=list)
    mentioned: list[Stance] = field(default_factory=list)
    denied: list[Stance] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """The lines of one kind."""

    key: str
    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Said:
    """What is said of a thing.

    Attributes:
        groups: What holds, by kind.
        elsewhere: What does not hold here.
        total: How many propositions there are; only so many are shown.
    """

    groups: Sequence[Group]
    elsewhere: Sequence[Line]
    lines: Mapping[str, Line]
    total: int


async def said_of(
    asker: Asker, visit: Visit, speech: Speech, iri: str, leave_out: Iterable[str] = ()
) -> Said:
    """Gather it; ``leave_out`` are groups that the page shows elsewhere when they hold."""
    found = await asker.rows("said-of-thing", thing=iri)
    firmness = {row["proposition"]: row["firmness"] for row in found}
    # What holds comes first, so that nothing of it falls to the limit for what does not.
    order = sorted(firmness.items(), key=lambda item: (not item[1], item[0]))
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for row in found:
        classes[row["proposition"]] |= {_local(row["class"]), _local(row["above"])}
    kinds = {iri: kind_of(it) for iri, it in classes.items()}
    hidden = set(leave_out)
    shown = {iri: firm for iri, firm in order if not _is_elsewhere(kinds[iri], firm, hidden)}
    lines = await lines_of(asker, visit, speech, dict(list(shown.items())[:MOST]))
    grouped: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines.values():
        if line.holds:
            grouped[kinds[line.iri]].append(line)
    return Said(
        [
            Group(key, speech.say(words), sorted(grouped[key], key=lambda it: not it.affirmed))
            for key, words, _ in KINDS
            if grouped[key] and key not in hidden
        ],
        [line for line in lines.values() if not line.holds],
        lines,
        len(shown),
    )


def _is_elsewhere(kind: str, firmness: str, hidden: set[str]) -> bool:
    """Whether a page has no use for the line: its table of conclusions says it all."""
    return kind in hidden and (kind == "verdicts" or (kind == "obligations" and bool(firmness)))


def kind_of(classes: set[str]) -> str:
    """Give the group of a proposition that describes things of these classes."""
    return next((key for key, _, wanted in KINDS if wanted & classes), "other")


async def lines_of(
    asker: Asker, visit: Visit, speech: Speech, firmness: Mapping[str, str]
) -> dict[str, Line]:
    """Make the lines of propositions, given how firmly each holds, in their order."""
    if not firmness:
        return {}
    rows, names = await asyncio.gather(
        asker.rows("claims-on-propositions", language=visit.language, proposition=list(firmness)),
        names_of(asker, speech, firmness),
    )
    on = {row["claim"]: row["proposition"] for row in rows}
    claimed = set(on.values())
    lines = {
        iri: Line(
            iri,
            Link(visit.to(iri), names[iri]),
            *marking(firm, speech),
            bool(firm),
            "" if iri in claimed else visit.to("/why", {"iri": iri}),
        )
        for iri, firm in firmness.items()
    }
    for stance in stances(rows, visit, speech):
        line = lines[on[stance.iri]]
        side = line.denied if stance.is_denied else line.affirmed
        (line.mentioned if stance.is_mention else side).append(stance)
    return lines


def marking(firmness: str, speech: Speech) -> tuple[str, str]:
    """Give the mark and the word of how firmly something holds, or that it does not."""
    if not firmness:
        return "not", speech.say("does not hold here")
    mark = mark_of(firmness)
    return mark, speech.say(WORDS[mark])


def firmest(rows: Iterable[Row]) -> str:
    """Give the firmest of the firmnesses in rows; empty where nothing holds."""
    found = {row["firmness"] for row in rows if row["firmness"]}
    order = list(WORDS)
    return min(found, key=lambda it: order.index(mark_of(it)), default="")


def _local(iri: str) -> str:
    return iri.removeprefix(str(FD))
