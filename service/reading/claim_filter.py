"""Which claims of a document are shown: by holder, firmness and stance; and on which page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from foedus.graph.names import FIRMNESS, POLARITY
from foedus.service.reading.asking import Row
from foedus.service.reading.frame import Option
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import WORDS, Link
from foedus.service.reading.visit import Visit, slug

FILTERS: Final = ("holder", "firmness", "stance")
"""Parameters by which claims are chosen; empty is any."""

PAGE: Final = 100
"""How many sentences a page has."""

_STANCES: Final = {
    "denied": marked("denials only"),
    "affirmed": marked("affirmations only"),
}


def fits(it: Row, wanted: Mapping[str, str]) -> bool:
    """Tell whether the stance of a row is wanted."""
    return all(
        (
            wanted["holder"] in ("", it["holder"]),
            wanted["firmness"] in ("", it["firmness"].removeprefix(FIRMNESS.base)),
            wanted["stance"] in ("", it["polarity"].removeprefix(POLARITY.base)),
        )
    )


def wanted_of(visit: Visit) -> Mapping[str, str]:
    """Read what a visit wants; empty is any."""
    return {name: visit.one(name) or "" for name in FILTERS}


def numbers(rows: Sequence[Row], wanted: Mapping[str, str]) -> list[int]:
    """List the sentences in which a stance is wanted, in order."""
    return list(dict.fromkeys(int(it["number"]) for it in rows if fits(it, wanted)))


def choices(
    taken: Sequence[Row], wanted: Mapping[str, str], speech: Speech
) -> Mapping[str, Sequence[Option]]:
    """Offer the values of each filter that occur, the most frequent holder first."""
    holders: Counter[tuple[str, str]] = Counter()
    levels: Counter[str] = Counter()
    polarities: Counter[str] = Counter()
    for it in taken:
        number = int(it["claims"])
        name = it["holderName"] or slug(it["holder"])
        holders[it["holder"], name] += number
        levels[it["firmness"].removeprefix(FIRMNESS.base)] += number
        polarities[it["polarity"].removeprefix(POLARITY.base)] += number

    def option(value: str, words: str, number: int, chosen: str) -> Option:
        return Option(value, f"{words} ({speech.number(number)})", value == chosen)

    return {
        "holder": [
            option(iri, name, number, wanted["holder"])
            for (iri, name), number in holders.most_common()
        ],
        "firmness": [
            option(level, speech.say(words), levels[level], wanted["firmness"])
            for level, words in WORDS.items()
            if levels[level]
        ],
        "stance": [
            option(polarity, speech.say(words), polarities[polarity], wanted["stance"])
            for polarity, words in _STANCES.items()
            if polarities[polarity]
        ],
    }


def page_number(visit: Visit, total: int) -> int:
    """Read which page of so many sentences is wanted; the nearest one that there is."""
    text = visit.one("page") or ""
    last = max(1, -(-total // PAGE))
    is_number = text.isascii() and text.isdigit() and len(text) < 9
    return min(max(1, int(text)), last) if is_number else 1


def pages(
    visit: Visit, iri: str, wanted: Mapping[str, str], page: int, total: int
) -> Sequence[tuple[Link, bool]]:
    """List the pages by the place of their first sentence; none where one is enough."""
    last = -(-total // PAGE)
    return [
        (Link(visit.to(iri, {**wanted, "page": str(n)}), f"{(n - 1) * PAGE + 1}"), n == page)
        for n in range(1, last + 1)
        if last > 1
    ]
