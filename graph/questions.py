"""The competency questions: the ``.rq`` files in ``queries/``, with what their headers say.

A header is the lines that start with ``#+`` at the top of a file: ``title``, ``title-de``,
``group``, ``graphs`` (what the query looks at), ``parameter: name (type): meaning`` for each
parameter, ``position`` where a question is to come early in its group. A parameter is a variable
that the query binds by ``VALUES ?name { default }``; another value takes the default's place as a
term, never as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import rdflib

from foedus.ontology.errors import FoedusError, InputRefused
from foedus.ontology.namespaces import expand

FOLDER: Final = Path(__file__).resolve().parent / "queries"

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "transfers": {"en": "Transfers", "de": "Lieferungen"},
    "sources": {"en": "Who says so", "de": "Wer das sagt"},
    "time": {"en": "Time", "de": "Zeit"},
    "attitudes": {"en": "Plans and purposes", "de": "Pläne und Zwecke"},
    "events": {"en": "Events", "de": "Ereignisse"},
    "speech": {"en": "Statements", "de": "Erklärungen"},
    "agreements": {"en": "Agreements", "de": "Übereinkünfte"},
    "obligations": {"en": "Obligations", "de": "Verpflichtungen"},
    "norms": {"en": "Norms", "de": "Normen"},
    "inferences": {"en": "What follows, and why", "de": "Was folgt, und warum"},
    "people": {"en": "People and places", "de": "Personen und Orte"},
    "open": {"en": "What stays open", "de": "Was offenbleibt"},
    "data": {"en": "The data", "de": "Die Daten"},
}
"""The groups that questions are shown in, in order."""

_PARAMETER = re.compile(r"(?P<name>\w+) \((?P<type>IRI|xsd:date)\): (?P<meaning>.+)")


@dataclass(frozen=True)
class Parameter:
    """A variable that may be given: its ``type`` is ``IRI`` or ``xsd:date``."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """A competency question; ``text`` runs as it is, with the defaults of its parameters."""

    name: str
    title: Mapping[str, str]
    group: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    graphs: str
    text: str

    def bound(self, values: Mapping[str, str]) -> str:
        """Give the query with other values for some parameters.

        An IRI may be written in full or with one of our prefixes, a date as ``2024-10-08``.

        Raises:
            InputRefused: there is no such parameter, or the value is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        text = self.text
        for name, value in values.items():
            if name not in known:
                has = ", ".join(sorted(known)) or "none"
                raise InputRefused(f"no parameter {name!r}; it has: {has}", self.name)
            term = _term(known[name], value).n3()
            text = re.sub(
                rf"VALUES \?{name} \{{[^}}]*\}}",
                lambda _, term=term, name=name: f"VALUES ?{name} {{ {term} }}",  # type: ignore[misc]
                text,
            )
        return text


class UnknownQuestion(FoedusError):
    """There is no question of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no question is called {name!r}; 'foedus query' lists them")
        self.name = name


@cache
def questions() -> tuple[Question, ...]:
    """Read all questions, in the order in which they are shown.

    Raises:
        InputRefused: a header lacks a line or has one that cannot be read.
    """
    found = [_read(path) for path in sorted(FOLDER.glob("*.rq"))]
    order = list(GROUPS)
    return tuple(q for _, q in sorted(found, key=lambda it: (order.index(it[0][0]), *it[0][1:])))


def question(name: str) -> Question:
    """Find one question by its name; raises `UnknownQuestion`."""
    for candidate in questions():
        if candidate.name == name:
            return candidate
    raise UnknownQuestion(name)


def _read(path: Path) -> tuple[tuple[str, int, str], Question]:
    text = path.read_text(encoding="utf-8")
    lines: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#+"):
            break
        key, colon, value = line.removeprefix("#+").partition(":")
        if not colon:
            raise InputRefused("a line of the header is '#+ key: value'", str(path), number)
        lines.setdefault(key.strip(), []).append(value.strip())
    missing = {"title", "title-de", "group", "graphs"} - lines.keys()
    if missing:
        raise InputRefused(f"the header lacks {', '.join(sorted(missing))}", str(path), 1)
    group = lines["group"][0]
    if group not in GROUPS:
        raise InputRefused(f"no group is called {group!r}", str(path), 1)
    position = int(lines.get("position", ["1000"])[0])
    return (group, position, path.stem), Question(
        name=path.stem,
        title=MappingProxyType({"en": lines["title"][0], "de": lines["title-de"][0]}),
        group=GROUPS[group],
        parameters=tuple(_parameter(line, text, path) for line in lines.get("parameter", [])),
        graphs=lines["graphs"][0],
        text=text,
    )


def _parameter(line: str, text: str, path: Path) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if not match:
        raise InputRefused("a parameter is 'name (IRI or xsd:date): meaning'", str(path))
    parameter = Parameter(**match.groupdict())
    if not re.search(rf"VALUES \?{parameter.name} \{{[^}}]*\}}", text):
        raise InputRefused(f"binds no default: VALUES ?{parameter.name} {{ … }}", str(path))
    return parameter


def _term(parameter: Parameter, value: str) -> rdflib.URIRef | rdflib.Literal:
    if parameter.type == "xsd:date":
        try:
            return rdflib.Literal(date.fromisoformat(value))
        except ValueError as error:
            raise InputRefused(f"not a date like 2024-10-08: {value!r}", parameter.name) from error
    iri = expand(value)
    if iri is None:
        raise InputRefused(f"not an IRI like state:russia: {value!r}", parameter.name)
    return rdflib.URIRef(iri)
