"""From terms to numbers: what a build has read and derived, as columns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.catalogue import Catalogue
from foedus.graph.closure import Rules
from foedus.graph.closure.columns import MOST_TERMS, Columns, Keys, Numbers, pack, unpack
from foedus.graph.inference import Derivations, inference_triples
from foedus.graph.lexicon import Lexicon
from foedus.graph.names import ENTITIES, FD, RDF, is_proposition
from foedus.graph.support import Support
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.universe import Universe
from foedus.graph.worlds import Claim, Firmness, read_claims
from foedus.ontology.errors import InputRefused

TRUE: Final = ox.Literal(True)
_VALUES: Final = (FD.Date, FD.Quantity)
_WORDS: Final[tuple[Term, ...]] = (
    RDF.type,
    FD.Proposition,
    FD.isAbout,
    FD.isAccepted,
    FD.holdsWithFirmness,
    *_VALUES,
    *(level.concept for level in Firmness),
    TRUE,
)
_PLACE: Final = ox.NamedNode("urn:foedus:here")


@dataclass(frozen=True)
class Coder:
    """Numbers of terms as they come; `finish` gives those of a lexicon."""

    index: defaultdict[Term, int]

    @classmethod
    def new(cls) -> "Coder":
        """Start with nothing."""
        index: defaultdict[Term, int] = defaultdict()
        index.default_factory = index.__len__
        return cls(index)

    def terms(self, terms: Iterable[Term]) -> Numbers:
        """Give terms their numbers."""
        return np.fromiter(map(self.index.__getitem__, terms), np.int32)

    def triples(self, triples: Iterable[Triple]) -> "Coded":
        """Give the terms of triples their numbers, one row each."""
        return self.terms(chain.from_iterable(triples)).reshape(-1, 3)

    def finish(self, properties: Iterable[Term]) -> tuple[Lexicon, Numbers]:
        """Make the lexicon, literals as the store writes them, and give its number of each.

        Raises:
            InputRefused: there are more terms than a key has numbers for.
        """
        terms = list(self.index)
        texts = list(map(str, terms))
        for number, text in _normal_texts(terms):
            texts[number] = text
        ordered = sorted(set(texts))
        if len(ordered) >= MOST_TERMS:
            raise InputRefused(f"more than {MOST_TERMS:,} terms in one graph")
        ranks = dict(zip(ordered, range(len(ordered)), strict=True))
        lexicon = Lexicon.of(ordered, map(str, properties))
        return lexicon, np.fromiter(map(ranks.__getitem__, texts), np.int32, len(texts))


Coded = Numbers
"""Rows of subject, property, object, as a `Coder` numbers them."""


def keys_of(lexicon: Lexicon, ranks: Numbers, rows: Coded) -> Keys:
    """Put rows into keys, once the lexicon is there."""
    by_term = np.zeros(len(lexicon), np.int64)
    by_term[lexicon.properties] = np.arange(len(lexicon.properties))
    return pack(ranks[rows[:, 0]], by_term[ranks[rows[:, 1]]], ranks[rows[:, 2]])


@dataclass(frozen=True)
class Encoded:
    """What is read and derived, as columns."""

    lexicon: Lexicon
    catalogue: Catalogue
    support: Support
    universe: Universe


def encode(
    quads: Sequence[ox.Quad],
    vocabulary: Iterable[Triple],
    rules: Rules,
    found: Derivations,
) -> Encoded:
    """Put documents, register and descriptions, the closed ontology and what follows in columns.

    Raises:
        AxiomRefused: a document has an axiom that the ontology does not have.
    """
    coder = Coder.new()
    claims = read_claims(quads)
    places, bounds = _places(quads, claims, found)
    triples = list(map(triple_of, quads))
    rules.refuse_axioms(triples)
    stated = coder.triples(triples)
    graphs = _graphs(coder, quads)
    sizes = [len(triples) for triples in found.propositions.values()]
    concluded = coder.triples(chain.from_iterable(found.propositions.values()))
    further = np.repeat(coder.terms(found.propositions), sizes)
    records = coder.triples(chain(vocabulary, inference_triples(found.inferences)))
    names, iris = coder.terms(places), coder.terms(it.iri for it in claims)
    inferences = coder.terms(it.iri for it in found.inferences)
    by_rule = coder.terms(it.rule for it in found.inferences)
    register = int(coder.terms([ENTITIES, *_WORDS])[0])
    of_rules = list(rules.numbers()[0])
    coder.terms(of_rules)
    lexicon, ranks = coder.finish(_properties(coder, [stated, concluded, records], of_rules))
    keys = [keys_of(lexicon, ranks, rows) for rows in (stated, concluded)]
    catalogue = Catalogue(
        ranks[names],
        ranks[iris],
        ranks[inferences],
        ranks[by_rule],
        np.concatenate([np.where(graphs < 0, -1, ranks[graphs]), ranks[further]]),
        np.concatenate(keys),
        np.array([len(stated)], np.int32),
        bounds,
        ranks[[register]],
    )
    support = Support.of(claims, found.inferences, places, lambda it: lexicon.find(str(it)))
    columns = columns_of(rules, lexicon)
    universe = _universe(lexicon, catalogue, columns, keys_of(lexicon, ranks, records))
    return Encoded(lexicon, catalogue, support, universe)


def columns_of(rules: Rules, lexicon: Lexicon) -> Columns:
    """Make columns for the numbers of a lexicon."""
    numbers = {term: lexicon.number(term) for term in rules.numbers()[0]}
    properties: dict[Term, int] = {
        term: lexicon.property_number(term) for term in numbers if not isinstance(term, ox.Literal)
    }
    return Columns(rules, numbers, properties, lexicon.are_literals)


def _places(
    quads: Iterable[ox.Quad], claims: Iterable[Claim], found: Derivations
) -> tuple[dict[ox.NamedNode, int], Numbers]:
    """Give propositions their places; tell where those that rules conclude start and end."""
    names = dict.fromkeys(quad.graph_name for quad in quads if is_proposition(quad.graph_name))
    start = len(names)
    names |= dict.fromkeys(found.propositions)
    bounds = np.array([start, len(names)], np.int32)
    known = {claim.iri for claim in claims}
    names |= dict.fromkeys(claim.proposition for claim in claims)
    for it in found.inferences:
        names[it.concludes] = None
        names |= dict.fromkeys(premise for premise in it.premises if premise not in known)
    return {it: n for n, it in enumerate(names) if isinstance(it, ox.NamedNode)}, bounds


def _graphs(coder: Coder, quads: Iterable[ox.Quad]) -> Numbers:
    index = coder.index
    names = (quad.graph_name for quad in quads)
    return np.fromiter(
        (index[it] if isinstance(it, ox.NamedNode) else -1 for it in names), np.int32
    )


def _properties(coder: Coder, parts: Iterable[Coded], of_rules: Iterable[Term]) -> set[Term]:
    terms = list(coder.index)
    used = np.unique(np.concatenate([rows[:, 1] for rows in parts]))
    found = {*(terms[number] for number in used.tolist()), *_WORDS, *of_rules}
    return {term for term in found if not isinstance(term, ox.Literal)}


def _universe(lexicon: Lexicon, catalogue: Catalogue, columns: Columns, records: Keys) -> Universe:
    place = np.full(len(lexicon) + 1, -1, np.int64)
    count = int(catalogue.concluded[1])
    place[catalogue.propositions[:count]] = np.arange(count)
    place[catalogue.register] = -1
    owner = place[catalogue.graphs]
    mine = np.argsort(owner, kind="stable")[np.count_nonzero(owner < 0) :]
    starts = np.searchsorted(owner[mine], np.arange(len(catalogue.propositions) + 1))
    graphs, keys = catalogue.graphs[mine], catalogue.keys[mine]
    given = [records, catalogue.keys[owner < 0]]
    given += about(lexicon, catalogue.propositions[:count], graphs, keys)
    return Universe.of(
        columns,
        np.concatenate(given),
        starts.astype(np.int32),
        keys,
        firm(lexicon, catalogue.propositions),
        pack(
            catalogue.claims,
            lexicon.property_number(FD.isAccepted),
            lexicon.number(TRUE),
        ),
    )


def about(
    lexicon: Lexicon, propositions: Numbers | Keys, graphs: Numbers | Keys, keys: Keys
) -> list[Keys]:
    """Say that propositions are ones, and what each is about: what its graph gives a class.

    Dates and quantities are no subjects.
    """
    type_ = lexicon.property_number(RDF.type)
    subjects, properties, values = unpack(keys)
    plain = [lexicon.number(it) for it in _VALUES]
    chosen = (properties == type_) & ~np.isin(values, plain)
    topic = lexicon.property_number(FD.isAbout)
    return [
        pack(propositions, type_, lexicon.number(FD.Proposition)),
        pack(graphs[chosen], topic, subjects[chosen]),
    ]


def firm(lexicon: Lexicon, propositions: Numbers | Keys) -> Keys:
    """Say of each proposition that it holds with each firmness, the weakest first."""
    levels = np.array([lexicon.number(it.concept) for it in tuple(Firmness)[1:]])
    property_ = lexicon.property_number(FD.holdsWithFirmness)
    return pack(propositions[:, None], property_, levels[None, :])


def _normal_texts(terms: Sequence[Term]) -> list[tuple[int, str]]:
    """Ask the store how it writes typed literals."""
    store = ox.Store()
    plain = (str(ox.Literal("").datatype), str(ox.Literal("", language="en").datatype))
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"x:{number}"), _PLACE, term)
        for number, term in enumerate(terms)
        if isinstance(term, ox.Literal) and str(term.datatype) not in plain
    )
    return [(int(str(quad.subject.value)[2:]), str(quad.object)) for quad in store]
