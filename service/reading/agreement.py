"""The page of an agreement: article, pledge, members, in force; signed and in force apart."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.owing import Owed, day_asked, place_in, read_duties
from foedus.service.reading.roles import Role, roles_of
from foedus.service.reading.said import Line, Said, firmest, marking
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import Link, Stance
from foedus.service.reading.visit import Visit

TEMPLATE: Final = "reading/agreement.html"
_STEPS: Final = (
    ("signatureDate", marked("Signed")),
    ("entryIntoForceDate", marked("In force")),
    ("terminationDate", marked("Ended")),
)

_SHOWN: Final = ("hasParty", "hasProvision", "promisedFrom")


@dataclass(frozen=True)
class Step:
    """Signature, entry into force or end: the days that are stated, or none."""

    key: str
    heading: str
    days: Sequence[Role]


@dataclass(frozen=True)
class Article:
    """A pledge under an article, with whom it binds towards whom.

    Attributes:
        lines: The propositions that state its provisions.
        duties: What follows from it, promised and in force.
    """

    locator: str
    pledge: Link
    trigger: str
    conditions: Sequence[str]
    stated: str
    mark: str
    word: str
    lines: list[Line] = field(default_factory=list)
    duties: list[Owed] = field(default_factory=list)
    unmet: list[tuple[Link, str]] = field(default_factory=list)

    @property
    def stances(self) -> list[Stance]:
        """Who affirms it; one sentence that states two provisions counts once."""
        found = [it for line in self.lines for it in line.affirmed]
        return list({(it.holder_iri, it.mark, it.sentence): it for it in found}.values())


async def gather(
    asker: Asker, visit: Visit, speech: Speech, iri: str, said: Said
) -> Mapping[str, Any]:
    """Gather what only the page of an agreement shows."""
    on = day_asked(visit)
    asked = {"language": visit.language, "agreement": iri}
    roles, articles, owing = await asyncio.gather(
        roles_of(asker, visit, speech, iri, said),
        asker.rows("articles-of-agreement", **asked),
        asker.rows("obligations-under-agreement", **asked, on=on),
    )
    duties = read_duties(owing, on, visit, speech)
    steps = [
        Step(name, speech.say(heading), [it for it in roles if it.key == name])
        for name, heading in _STEPS
    ]
    return {
        "template": TEMPLATE,
        "on": on,
        "keep": ("on",),
        "owing": duties,
        "steps": steps,
        "parties": [it for it in roles if it.key == "hasParty"],
        "roles": [it for it in roles if it.key not in (*_SHOWN, *dict(_STEPS))],
        "articles": _articles(articles, duties.duties, said, visit, speech),
        "queries": {
            "roles-of-thing": asker.open("roles-of-thing", thing=iri, language=visit.language),
            "articles-of-agreement": asker.open("articles-of-agreement", **asked),
            "obligations-under-agreement": asker.open(
                "obligations-under-agreement", **asked, on=on
            ),
        },
    }


def _articles(
    rows: Sequence[Row], duties: Sequence[Owed], said: Said, visit: Visit, speech: Speech
) -> list[Article]:
    by_article: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row["firmness"]:
            key = (row["locator"], row["pledge"], row["trigger"])
            by_article.setdefault(key, []).append(row)
    articles = []
    for (locator, pledge, _), found in by_article.items():
        first = found[0]
        link = Link(visit.to(pledge), first["pledgeName"])
        place = place_in(locator, speech)
        article = Article(
            place,
            link,
            first["triggerName"],
            list(dict.fromkeys(row["conditionName"] for row in found if row["conditionName"])),
            first["stated"],
            *marking(firmest(found), speech),
        )
        for row in found:
            line = said.lines.get(row["proposition"])
            if line and line not in article.lines:
                article.lines.append(line)
        article.duties.extend(
            it for it in duties if it.locator == place and it.pledge.address == link.address
        )
        # Of a provision from which nothing follows here, say at least whom it binds.
        if not article.duties:
            for row in found:
                bound = Link(visit.to(row["bound"]), row["boundName"])
                pair = (bound, row["beneficiaryName"])
                if row["bound"] and pair not in article.unmet:
                    article.unmet.append(pair)
        articles.append(article)
    return articles
