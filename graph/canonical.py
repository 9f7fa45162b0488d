"""Canonical N-Quads of a world, in order: what a snapshot's identity is the hash of.

Only blank nodes need an algorithm to name them, and it looks at no quad without one. The rest is
in order already, because the numbers of terms are.

Source: RDF Dataset Canonicalization, section 4.4.
"""

from collections.abc import Iterator

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure.columns import TERM_BITS, Keys, Numbers, pack, unpack
from foedus.graph.contents import Content
from foedus.graph.lexicon import CHUNK, Lexicon
from foedus.graph.material import Material
from foedus.graph.snapshot import canonical_lines

_ORDER_BITS = 39


def canonical(material: Material, content: Content) -> Iterator[bytes]:
    """Write all of a world without a hypothesis as canonical N-Quads, some lines at a time."""
    lexicon = material.lexicon
    default = default_graph(material, content)
    keys, graphs = material.catalogue.named()
    keys = np.concatenate([default, keys])
    graphs = np.concatenate([np.full(len(default), -1, np.int32), graphs])
    plain = lexicon.are_plain(keys)
    odd = canonical_lines(
        ox.parse(lexicon.lines(keys[~plain], graphs[~plain]), format=ox.RdfFormat.N_QUADS)
    )
    keys, graphs = _ordered(keys[plain], graphs[plain])
    places = np.searchsorted(_reordered(keys), [_place(lexicon, line) for line in odd], "right")
    start = 0
    for line, place in zip([*odd, b""], [*places.tolist(), len(keys)], strict=True):
        for begin in range(start, place, CHUNK):
            end = min(begin + CHUNK, place)
            yield lexicon.lines(keys[begin:end], graphs[begin:end])
        start = place
        yield line


def default_graph(material: Material, content: Content) -> Keys:
    """Give the triples of a world's default graph."""
    universe = material.universe
    keys = np.concatenate([universe.always, universe.sometimes[content.has], content.further])
    triples: Keys = keys[content.lexicon.are_triples(keys)]
    return triples


def _ordered(keys: Keys, graphs: Numbers) -> tuple[Keys, Numbers]:
    order = np.lexsort((graphs, _reordered(keys)))
    keys, graphs = keys[order], graphs[order]
    fresh = np.ones(len(keys), bool)
    fresh[1:] = (keys[1:] != keys[:-1]) | (graphs[1:] != graphs[:-1])
    return keys[fresh], graphs[fresh]


def _reordered(keys: Keys) -> Keys:
    """Put subjects first, as lines do."""
    subjects, properties, values = unpack(keys)
    ordered: Keys = (subjects << _ORDER_BITS) | (properties << TERM_BITS) | values
    return ordered


def _place(lexicon: Lexicon, line: bytes) -> int:
    """Tell after which keys a line with a blank node comes: after all of its beginning."""
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    last = (1 << TERM_BITS) - 1
    if isinstance(quad.subject, ox.BlankNode):
        return (last << _ORDER_BITS) | ((1 << (_ORDER_BITS - TERM_BITS)) - 1 << TERM_BITS) | last
    subject, property_ = lexicon.number(quad.subject), lexicon.property_number(quad.predicate)
    (key,) = _reordered(pack([subject], [property_], [last])).tolist()
    return int(key)
