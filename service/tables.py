"""Answers as a page shows them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from foedus.ontology.namespaces import BASE, PREFIXES

MAX_ROWS: Final = 1_000
MAX_TURTLE: Final = 200_000
_LOCAL_NAME: Final = re.compile(r"[\w](?:[\w.-]*[\w-])?\Z")
_PLAIN: Final = frozenset(PREFIXES["xsd"] + name for name in ("string", "boolean", "date"))
_NUMBERS: Final = frozenset(
    PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")
)
_BY_LENGTH: Final = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


@dataclass(frozen=True)
class Cell:
    """One value.

    Attributes:
        kind: ``iri``, ``literal``, ``number``, ``blank`` or ``unbound``.
        text: What is shown.
        title: The whole IRI, where the text is short for it.
        link: Where it leads: our own IRIs to what the graph says about them.
        note: Language or datatype.
    """

    kind: str
    text: str = ""
    title: str | None = None
    link: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Table:
    """Solutions; ``total`` counts them all, ``rows`` may be cut."""

    columns: list[str]
    rows: list[list[Cell]]
    total: int


def table(results: bytes, language: str) -> Table:
    """Read solutions from SPARQL results JSON."""
    document = json.loads(results)
    columns = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    rows = [
        [_cell(binding.get(name), language) for name in columns] for binding in bindings[:MAX_ROWS]
    ]
    return Table(columns, rows, len(bindings))


def shorten(iri: str) -> str | None:
    """Write an IRI as a prefixed name, if one of our prefixes fits."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and _LOCAL_NAME.match(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return None


def shown_name(iri: str) -> str | None:
    """Write an IRI as a prefixed name to be read: ours may have slashes, which a query escapes."""
    short = shorten(iri)
    if short is None and iri.startswith(BASE):
        for prefix, namespace in _BY_LENGTH:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
    return short


def breakable(text: str) -> Markup:
    """Let a long name break behind its separators."""
    return Markup("<wbr>").join(re.split(r"(?<=[:/#_.-])(?=\w)", text))


def _cell(term: Mapping[str, Any] | None, language: str) -> Cell:
    if term is None:
        return Cell("unbound")
    value = term["value"]
    if term["type"] == "triple":
        parts = (_cell(value[part], language).text for part in ("subject", "predicate", "object"))
        return Cell("literal", f"<<( {' '.join(parts)} )>>")
    if term["type"] == "bnode":
        return Cell("blank", f"_:{value[:6]}")
    if term["type"] == "uri":
        return _iri(value, language)
    datatype = term.get("datatype")
    if "xml:lang" in term:
        return Cell("literal", value, note=term["xml:lang"])
    if datatype in _NUMBERS:
        return Cell("number", value)
    if datatype is None or datatype in _PLAIN:
        return Cell("literal", value)
    return Cell("literal", value, note=shorten(datatype) or datatype)


def _iri(iri: str, language: str) -> Cell:
    short = shown_name(iri)
    if iri.startswith(BASE):
        link = "/query?" + urlencode({"query": f"DESCRIBE <{iri}>", "lang": language})
        return Cell("iri", short or iri, title=iri if short else None, link=link)
    is_web = iri.startswith(("https://", "http://"))
    return Cell("iri", short or iri, title=iri if short else None, link=iri if is_web else None)
