"""The page of a document: sentence by sentence, each with the claims that rest on it."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from foedus.service.reading import thing
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.claim_filter import (
    FILTERS,
    PAGE,
    choices,
    fits,
    numbers,
    page_number,
    pages,
    wanted_of,
)
from foedus.service.reading.sentence_rows import place, sentences
from foedus.service.reading.source_texts import SourceTexts
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import WORDS, Link
from foedus.service.reading.visit import Visit, slug

TEMPLATE: Final = "reading/document.html"
_MOST_PUBLISHERS: Final = 40
_SENTENCE: Final = re.compile(r"(/doc/.+)/sentence/(\d{1,9})")


def is_sentence(path: str) -> bool:
    """Tell whether a path is that of a document's sentence."""
    return _SENTENCE.fullmatch(path) is not None


def row(path: str, query: str) -> str:
    """Give the address of a sentence's row on the page of its document."""
    found = _SENTENCE.fullmatch(path)
    assert found
    number = int(found[2])
    parts = [query] if query else []
    if number > PAGE:
        parts.append(f"page={(number - 1) // PAGE + 1}")
    return f"{found[1]}.html" + ("?" + "&".join(parts) if parts else "") + f"#s-{number}"


class DocumentPage:
    """Gathers what the page of a document shows; shows its text where that is at hand."""

    def __init__(self, texts: SourceTexts) -> None:
        self._texts = texts

    async def gather(
        self, asker: Asker, visit: Visit, speech: Speech, iri: str
    ) -> Mapping[str, Any]:
        """Gather what the page shows; of what is no document, what any thing's page shows.

        Raises:
            NotThere: the graph says nothing of it.
        """
        asked = {"document": iri, "language": visit.language}
        of_document = {"document": iri}
        about, size, taken, days, documents = await asker.all(
            ("document", asked),
            ("size-of-document", of_document),
            ("stances-in-document", asked),
            ("report-days-in-document", asked),
            ("documents", {"language": visit.language}),
        )
        if not about:
            return await thing.gather(asker, visit, speech, iri)
        first = about[0]
        total, last = int(size[0]["sentences"]), int(size[0]["last"] or 0)
        wanted = wanted_of(visit)
        chosen: Sequence[int] = range(1, total + 1)
        if any(wanted.values()):
            chosen = numbers(await asker.rows("sentences-with-stances", **of_document), wanted)
        page = page_number(visit, len(chosen))
        shown = chosen[(page - 1) * PAGE : page * PAGE]
        here = {"sentence": [f"{iri}/sentence/{number}" for number in shown]}
        spoken = {**here, "language": visit.language}
        (listed, claims), text = await asyncio.gather(
            asker.all(("sentences-of-document", here), ("claims-in-sentences", spoken)),
            asyncio.to_thread(self._texts.find, first["sha256"]),
        )
        if text is not None and last > len(text):
            text = None  # the places are of another text
        placed = await place([it for it in claims if fits(it, wanted)], asker, visit, speech)
        return {
            "template": TEMPLATE,
            "iri": iri,
            "name": first["title"] or slug(iri),
            "is_supplement": first["isSupplement"] == "true",
            "author": Link(visit.to(first["author"]), first["authorName"] or slug(first["author"])),
            "written": first["written"] or None,
            "written_name": _language_name(first["written"], visit.language),
            "sha256": first["sha256"],
            "has_text": text is not None,
            "when": _when(days, speech),
            "publishers": _publishers(days, visit, speech),
            "sentence_count": total,
            "silent_count": int(size[0]["silent"] or 0),
            "claim_count": sum(int(it["claims"]) for it in taken),
            "holder_count": len({it["holder"] for it in taken}),
            "rows": sentences(listed, placed, text, visit.language),
            "is_filtered": any(wanted.values()),
            "found_count": sum(int(it["claims"]) for it in taken if fits(it, wanted)),
            "chosen_count": len(chosen),
            "choices": choices(taken, wanted, speech),
            "hidden": [*visit.chosen, *((n, v) for n, v in visit.pairs if n == "lang" and v)],
            "all": visit.to(iri),
            "legend": [(mark, speech.say(words)) for mark, words in WORDS.items()],
            "pages": pages(visit, iri, wanted, page, len(chosen)),
            "documents": [
                (
                    Link(visit.to(it["document"]), it["title"] or slug(it["document"])),
                    it["document"] == iri,
                )
                for it in documents
            ],
            "keep": FILTERS,
            "queries": {
                **{
                    name: asker.open(name, **asked)
                    for name in ("document", "stances-in-document", "report-days-in-document")
                },
                "size-of-document": asker.open("size-of-document", **of_document),
                "sentences-of-document": asker.open("sentences-of-document", **here),
                "claims-in-sentences": asker.open("claims-in-sentences", **spoken),
                "documents": asker.open("documents", language=visit.language),
            },
        }


def _publishers(days: Sequence[Row], visit: Visit, speech: Speech) -> list[tuple[Link, str]]:
    """List whose reports it passes on, each with their days in words; the most used one first."""
    number: Counter[str] = Counter()
    names: dict[str, str] = {}
    reported: defaultdict[str, set[str]] = defaultdict(set)
    for it in days:
        if it["publisher"]:
            number[it["publisher"]] += int(it["claims"])
            names[it["publisher"]] = it["name"] or it["publisher"].rpartition("/")[2]
            reported[it["publisher"]] |= {it["day"]} if it["day"] else set()
    return [
        (Link(visit.to(iri), names[iri]), " – ".join(_ends(reported[iri], speech)))
        for iri, _ in number.most_common(_MOST_PUBLISHERS)
    ]


def _when(days: Sequence[Row], speech: Speech) -> str:
    """Say when the claims were reported: the days that are stated, and the earliest for others."""
    ends = _ends({it["day"] for it in days if it["day"]}, speech)
    parts = []
    if len(ends) == 1:
        parts.append(speech.say("reported on %(day)s", day=ends[0]))
    elif ends:
        parts.append(speech.say("reported from %(first)s to %(last)s", first=ends[0], last=ends[1]))
    bounds = {it["notBefore"] for it in days if it["notBefore"] and not it["day"]}
    if bounds:
        words = marked("undated ones not before %(day)s") if ends else "not before %(day)s"
        parts.append(speech.say(words, day=speech.day(min(bounds))))
    return ", ".join(parts)


def _ends(days: Collection[str], speech: Speech) -> list[str]:
    return [speech.day(day) for day in sorted({min(days), max(days)})] if days else []


def _language_name(tag: str, language: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_language_name(language) or tag
    except (ValueError, UnknownLocaleError):
        return tag
