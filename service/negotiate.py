"""Content negotiation: what a client takes, and what we therefore send (RFC 9110, section 12.5.1).

One table has every format. A client that names none gets the first one of the form; the order of
the table also decides between equals. A client without any Accept header is most often a reader of
tables (``pandas.read_csv``), so that solutions are CSV for it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from foedus.service.engine import Acceptable, Chosen, Form
from foedus.service.errors import NotAcceptable
from foedus.service.parameters import Parameters, accept_header

_TABLES = frozenset({Form.SOLUTIONS})
_RESULTS = frozenset({Form.SOLUTIONS, Form.BOOLEAN})
_GRAPHS = frozenset({Form.GRAPH})
_W3C_FORMATS = "http://www.w3.org/ns/formats/"


@dataclass(frozen=True)
class Format:
    """A serialisation.

    Attributes:
        name: Its key; also a value of ``format=``.
        content_type: What we send it under.
        forms: The kinds of answer to a query that it can carry.
        aliases: Other media types that mean it; sent back to a client that asked for just them.
        names: Other values of ``format=``.
        iri: Its name in a service description, if the W3C gave it one.
    """

    name: str
    content_type: str
    forms: frozenset[Form]
    aliases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    iri: str | None = None

    @property
    def media_types(self) -> tuple[str, ...]:
        """All media types that ask for it, the proper one first."""
        return (self.content_type.partition(";")[0], *self.aliases)

    @property
    def all_names(self) -> tuple[str, ...]:
        """All values of ``format=`` that ask for it."""
        return (self.name, *self.names, *self.media_types)


FORMATS: Final = (
    Format(
        "json",
        "application/sparql-results+json",
        _RESULTS,
        ("application/json", "text/json", "text/javascript", "application/javascript"),
        ("srj",),
        _W3C_FORMATS + "SPARQL_Results_JSON",
    ),
    Format(
        "xml",
        "application/sparql-results+xml",
        _RESULTS,
        ("application/xml", "text/xml"),
        ("srx",),
        _W3C_FORMATS + "SPARQL_Results_XML",
    ),
    Format("csv", "text/csv; charset=utf-8", _TABLES, iri=_W3C_FORMATS + "SPARQL_Results_CSV"),
    Format(
        "tsv",
        "text/tab-separated-values; charset=utf-8",
        _TABLES,
        iri=_W3C_FORMATS + "SPARQL_Results_TSV",
    ),
    Format(
        "turtle",
        "text/turtle; charset=utf-8",
        _GRAPHS,
        ("application/turtle", "application/x-turtle"),
        ("ttl", "n3"),
        _W3C_FORMATS + "Turtle",
    ),
    Format(
        "ntriples",
        "application/n-triples",
        _GRAPHS,
        ("text/plain",),
        ("nt", "n-triples"),
        _W3C_FORMATS + "N-Triples",
    ),
    Format(
        "rdfxml",
        "application/rdf+xml",
        _GRAPHS,
        ("application/xml", "text/xml"),
        ("rdf", "rdf+xml", "rdf-xml", "xml"),
        _W3C_FORMATS + "RDF_XML",
    ),
    Format(
        "jsonld",
        "application/ld+json",
        _GRAPHS,
        ("application/json", "application/x-json+ld"),
        ("json-ld", "json"),
        _W3C_FORMATS + "JSON-LD",
    ),
    Format("trig", "application/trig", _GRAPHS, iri=_W3C_FORMATS + "TriG"),
    Format("nquads", "application/n-quads", _GRAPHS, names=("nq",), iri=_W3C_FORMATS + "N-Quads"),
)
CODINGS: Final = ("zstd", "br", "gzip")
"""The content codings that there are, the best first."""
OVERRIDES: Final = ("format", "output", "results")
"""Parameters that name a format and win over Accept; SPARQLWrapper sends all three."""

_NAMES: Final = frozenset(name for entry in FORMATS for name in entry.all_names)
_RANGE: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+/[\w!#$%&'*+.^`|~-]+\Z")
_LONG: Final = 2_048
"""Headers longer than this are not remembered."""
_QUALITY: Final = re.compile(r"(?:0(?:\.\d*)?|1(?:\.0*)?)\Z")


@dataclass(frozen=True)
class Range:
    """One element of an Accept header."""

    media_type: str
    quality: float


def parse_accept(header: str) -> list[Range]:
    """Read an Accept header; broken elements and all parameters but ``q`` are passed over."""
    ranges = []
    for element in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', header):
        media_type, *parameters = [part.strip() for part in element.split(";")]
        if media_type == "*":  # as old Java clients send it
            media_type = "*/*"
        if not _RANGE.match(media_type):
            continue
        ranges.append(Range(media_type.lower(), _quality(parameters)))
    return ranges


def _quality(parameters: Iterable[str]) -> float:
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            quality = float(value) if _QUALITY.match(value.strip()) else 0.0
    return quality


def prefer(ranges: Sequence[Range], offers: Iterable[str]) -> str | None:
    """Choose among media types: by quality, then by the client's order, then by ours."""
    best: tuple[float, int, int] | None = None
    chosen = None
    for rank, offer in enumerate(offers):
        matches = [
            (_specificity(entry.media_type), -position, entry.quality)
            for position, entry in enumerate(ranges)
            if _matches(entry.media_type, offer)
        ]
        if not matches:
            continue
        _, position, quality = max(matches)
        score = (quality, position, -rank)
        if quality > 0 and (best is None or score > best):
            best, chosen = score, offer
    return chosen


def acceptable_of(request: Request, parameters: Parameters) -> Acceptable:
    """Decide the format of each form, and the content coding, for a request."""
    accept, encoding = accept_header(request), request.headers.get("accept-encoding", "")
    overrides = tuple(value for name in OVERRIDES for value in parameters.all(name))
    if len(encoding) + len(accept or "") + sum(map(len, overrides)) > _LONG:
        return acceptable(accept, overrides, encoding)
    return _remembered(accept, overrides, encoding)


def acceptable(accept: str | None, overrides: Iterable[str] = (), encoding: str = "") -> Acceptable:
    """Decide the format of each form, and the content coding.

    Args:
        accept: The Accept header; ``None`` if the request has none.
        overrides: Values of ``format=``, ``output=`` and ``results=``. One that does not fit the
            form leaves the choice to the header.
        encoding: The Accept-Encoding header.

    Raises:
        NotAcceptable: an override that names no format at all.
    """
    wanted = [value.strip().lower().replace(" ", "+") for value in overrides if value.strip()]
    unknown = [value for value in wanted if value not in _NAMES]
    if wanted and len(unknown) == len(wanted):
        raise NotAcceptable("An answer", [entry.name for entry in FORMATS])
    ranges = None if accept is None or not accept.strip() else parse_accept(accept)
    by_form = {form: _choose(form, ranges, wanted) for form in Form}
    return Acceptable(
        solutions=by_form[Form.SOLUTIONS],
        boolean=by_form[Form.BOOLEAN],
        graph=by_form[Form.GRAPH],
        coding=coding(encoding),
    )


_remembered: Final = lru_cache(1_024)(acceptable)


def coding(header: str) -> str | None:
    """Choose a content coding (RFC 9110, section 12.5.3); between equals the first of ours."""
    qualities: dict[str, float] = {}
    for element in header.lower().split(","):
        name, *parameters = [part.strip() for part in element.split(";")]
        qualities[name] = _quality(parameters)
    rest = qualities.get("*", 0.0)
    best = max(CODINGS, key=lambda name: qualities.get(name, rest))
    quality = qualities.get(best, rest)
    return best if quality > 0 and quality >= qualities.get("identity", 0.0) else None


def choose(entries: Sequence[Format], accept: str | None, overrides: Iterable[str] = ()) -> Chosen:
    """Decide among formats other than those of a query; the first one is for who names none.

    Raises:
        NotAcceptable: the client takes none of them.
    """
    wanted = [value.strip().lower().replace(" ", "+") for value in overrides if value.strip()]
    ranges = None if accept is None or not accept.strip() else parse_accept(accept)
    known = [value for value in wanted if any(value in entry.all_names for entry in entries)]
    chosen = None
    if known or not wanted:
        chosen = _among(_by_media_type(entries), ranges, known, entries[0])
    if chosen is None:
        raise NotAcceptable("This", [entry.media_types[0] for entry in entries])
    return chosen


def offered(form: Form) -> Mapping[str, Format]:
    """Give the formats of a form by every media type that asks for one, the preferred first."""
    return _by_media_type([entry for entry in FORMATS if form in entry.forms])


def _by_media_type(entries: Sequence[Format]) -> Mapping[str, Format]:
    offers = {entry.media_types[0]: entry for entry in entries}
    for entry in entries:
        for alias in entry.aliases:
            offers.setdefault(alias, entry)
    return offers


def _choose(form: Form, ranges: Sequence[Range] | None, wanted: Sequence[str]) -> Chosen | None:
    offers = offered(form)
    default = offers["text/csv"] if form is Form.SOLUTIONS else next(iter(offers.values()))
    return _among(offers, ranges, wanted, default)


def _among(
    offers: Mapping[str, Format],
    ranges: Sequence[Range] | None,
    wanted: Sequence[str],
    default: Format,
) -> Chosen | None:
    for value in wanted:
        for entry in offers.values():
            if value in entry.all_names:
                return Chosen(entry.name, entry.content_type)
    if ranges is None:
        return Chosen(default.name, default.content_type)
    media_type = prefer(ranges, offers)
    if media_type is None:
        return None
    entry = offers[media_type]
    if media_type == entry.media_types[0]:
        return Chosen(entry.name, entry.content_type)
    is_text = media_type.startswith("text/")
    return Chosen(entry.name, f"{media_type}; charset=utf-8" if is_text else media_type)


def _matches(media_range: str, offer: str) -> bool:
    if media_range == "*/*":
        return True
    kind, _, subtype = media_range.partition("/")
    return offer.startswith(kind + "/") if subtype == "*" else media_range == offer


def _specificity(media_range: str) -> int:
    return 2 - media_range.count("*")
