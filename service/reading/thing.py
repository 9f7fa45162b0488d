"""The page of anything of ours that has none of its own: what is stated of it, and where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service.errors import NotThere
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.naming import names_of
from foedus.service.reading.speech import Speech
from foedus.service.reading.stances import WORDS, Link, mark_of
from foedus.service.reading.visit import Visit, slug
from foedus.service.tables import shown_name

TEMPLATE: Final = "reading/thing.html"
_TYPE: Final = PREFIXES["rdf"] + "type"
_NAMES: Final = (
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["dcterms"] + "title",
    PREFIXES["fd"] + "paraphrase",
)
_TEXTS: Final = (PREFIXES["skos"] + "definition", PREFIXES["skos"] + "scopeNote")
_MOST: Final = 60
"""How many values of one property are shown."""


@dataclass(frozen=True)
class Said:
    """A property with its values, of which only so many are shown."""

    name: str
    values: Sequence[Link]
    total: int


@dataclass(frozen=True)
class Held:
    """A proposition, and whether it holds."""

    link: Link
    mark: str
    word: str


async def gather(asker: Asker, visit: Visit, speech: Speech, iri: str) -> Mapping[str, Any]:
    """Gather what the page shows.

    Raises:
        NotThere: the graph says nothing of it.
    """
    stated, occurs = await asker.all(
        ("thing", {"thing": iri, "wanted": visit.language}),
        ("propositions-with-thing", {"thing": iri}),
    )
    if not stated and not occurs:
        raise NotThere(iri)
    about = [row for row in stated if row["direction"] == "of"]
    named = {row["other"] for row in stated if row["other"].startswith(PREFIXES["proposition"])} | {
        row["proposition"] for row in occurs
    }
    names = await names_of(asker, speech, sorted(named))
    return {
        "template": TEMPLATE,
        "iri": iri,
        "name": _literal(about, _NAMES, visit.language) or slug(iri),
        "kinds": [
            Link(visit.to(row["other"]), row["otherName"])
            for row in about
            if row["property"] == _TYPE and row["otherName"] and row["other"].startswith(BASE)
        ],
        "definition": _literal(about, _TEXTS, visit.language),
        "stated": _said(
            [row for row in about if row["property"] not in (*_NAMES, *_TEXTS, _TYPE)],
            names,
            visit,
        ),
        "others": _said([row for row in stated if row["direction"] == "to"], names, visit),
        "propositions": [
            Held(
                Link(visit.to(row["proposition"]), names[row["proposition"]]),
                mark_of(row["firmness"]) if row["firmness"] else "not",
                speech.say(WORDS[mark_of(row["firmness"])])
                if row["firmness"]
                else speech.say("does not hold here"),
            )
            for row in occurs
        ],
        "queries": {
            "thing": asker.open("thing", thing=iri, wanted=visit.language),
            "propositions-with-thing": asker.open("propositions-with-thing", thing=iri),
        },
    }


def _literal(rows: Sequence[Row], properties: Sequence[str], language: str) -> str:
    for name in properties:
        values = [row for row in rows if row["property"] == name]
        for wanted in (language, "", "en", "de"):
            for row in values:
                if row["language"] == wanted:
                    return row["other"]
    return ""


def _said(rows: Sequence[Row], names: Mapping[str, str], visit: Visit) -> list[Said]:
    groups: defaultdict[tuple[str, str], dict[str, Link]] = defaultdict(dict)
    for row in rows:
        if row["language"] and row["language"] != visit.language:
            continue
        other = row["other"]
        is_iri = other.startswith(("http://", "https://"))
        words = names.get(other) or row["otherName"] or _shown(other)
        name = row["propertyName"] or _shown(row["property"])
        groups[row["property"], name][other] = Link(visit.to(other) if is_iri else "", words)
    return [
        Said(name, list(values.values())[:_MOST], len(values))
        for (_, name), values in groups.items()
    ]


def _shown(term: str) -> str:
    return shown_name(term) or term
