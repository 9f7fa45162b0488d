"""Graphs as bytes; Turtle with the prefixes that it uses, in the order of the one list."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from foedus.ontology.namespaces import PREFIXES
from foedus.service.workers.formats import GRAPHS, WITH_PREFIXES
from foedus.service.workers.tidy import tidy


def serialise(
    triples: Iterable[ox.Triple], format_name: str, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Write a graph in the format of that name in ``negotiate.FORMATS``."""
    rdf_format = GRAPHS[format_name]
    if format_name not in WITH_PREFIXES:
        return ox.serialize(triples, format=rdf_format) or b""
    written = ox.serialize(triples, format=rdf_format, prefixes=dict(prefixes)) or b""
    return tidy(written, prefixes)
