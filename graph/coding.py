"""What a build has read and derived, as columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.catalogue import Catalogue
from foedus.graph.closure import Rules
from foedus.graph.closure.columns import Columns, Keys, Numbers, pack, unpack
from foedus.graph.coder import DEFAULT, Coded, Coder
from foedus.graph.deriving import in_propositions, listed
from foedus.graph.inference import Engine
from foedus.graph.lexicon import Lexicon
from foedus.graph.names import ENTITIES, FD, RDF
from foedus.graph.support import LEVELS, Support
from foedus.graph.terms import Term, Triple
from foedus.graph.universe import Universe
from foedus.graph.worlds import CLAIM_PROPERTIES, CONTAINMENT, Claim, Firmness, claims_among

TRUE: Final = ox.Literal(True)
_VALUES: Final = (FD.Date, FD.Quantity)
_WORDS: Final[tuple[Term, ...]] = (
    RDF.type,
    FD.Inference,
    FD.Proposition,
    FD.byRule,
    FD.concludes,
    FD.firmness,
    FD.hasPremise,
    FD.holdsWithFirmness,
    FD.isAbout,
    FD.isAccepted,
    *_VALUES,
    *(level.concept for level in Firmness),
    TRUE,
)


@dataclass(frozen=True)
class Encoded:
    """What is read and derived, as columns."""

    lexicon: Lexicon
    catalogue: Catalogue
    support: Support
    universe: Universe


@dataclass(frozen=True)
class _Inferred:
    """Inferences, by the numbers of a lexicon.

    Attributes:
        names: Their own.
        rules: The rule of each.
        levels: How firm their conclusions are at most.
        concludes: What each concludes.
        counts: How many premises each has.
        premises: The premises of all, those of each in the order of their names.
    """

    names: Numbers
    rules: Numbers
    levels: Numbers
    concludes: Numbers
    counts: Numbers
    premises: Numbers

    def records(self, lexicon: Lexicon) -> list[Keys]:
        """Write them as provenance, like `inference.inference_triples`."""
        type_, byRule, concludes, firmness, premise = (
            lexicon.property_number(it)
            for it in (RDF.type, FD.byRule, FD.concludes, FD.firmness, FD.hasPremise)
        )
        concepts = np.array([lexicon.number(level.concept) for level in Firmness])
        weak = self.levels < Firmness.CERTAIN
        return [
            pack(self.names, type_, lexicon.number(FD.Inference)),
            pack(self.names, concludes, self.concludes),
            pack(self.names, byRule, self.rules),
            pack(np.repeat(self.names, self.counts), premise, self.premises),
            pack(self.names[weak], firmness, concepts[self.levels[weak]]),
        ]


def encode(
    coder: Coder, stated: Coded, vocabulary: Iterable[Triple], rules: Rules, engine: Engine
) -> Encoded:
    """Put what is stated, the closed ontology and what the engine has derived in columns."""
    terms = coder.terms()
    claims = claims_among(listed(stated, terms, CLAIM_PROPERTIES.__contains__))
    own = _first(stated[in_propositions(stated, terms), 3])
    described = coder.triples(vocabulary)
    register = int(coder.numbers([ENTITIES, *_WORDS])[0])
    of_rules = coder.numbers(rules.numbers()[0])
    properties = np.concatenate([stated[:, 1], described[:, 1], of_rules, coder.numbers(_WORDS)])
    lexicon, ranks, derived, inferred = _ranked(coder, properties, engine)
    names = np.array([lexicon.find(str(it.iri)) for it in claims], np.int32)
    on = np.array([lexicon.find(str(it.proposition)) for it in claims], np.int32)
    concluded = np.unique(derived[:, 3])
    bounds = np.array([len(own), len(own) + len(concluded)], np.int32)
    others = inferred.premises[~np.isin(inferred.premises, names)]
    propositions = _first(np.concatenate([ranks[own], concluded, on, inferred.concludes, others]))
    place = np.full(len(lexicon), -1, np.int32)
    place[propositions] = np.arange(len(propositions))
    catalogue = Catalogue(
        propositions,
        names,
        inferred.names,
        inferred.rules,
        np.concatenate([ranks[stated[:, 3]], derived[:, 3]]),
        np.concatenate([_keys(lexicon, ranks[stated]), _keys(lexicon, derived)]),
        np.array([len(stated)], np.int32),
        bounds,
        ranks[[register]],
    )
    support = _support(lexicon, claims, names, place, inferred)
    columns = columns_of(rules, lexicon)
    records = [_keys(lexicon, ranks[described]), *inferred.records(lexicon)]
    universe = _universe(lexicon, catalogue, columns, np.concatenate(records))
    return Encoded(lexicon, catalogue, support, universe)


def _ranked(
    coder: Coder, properties: Numbers, engine: Engine
) -> tuple[Lexicon, Numbers, Coded, _Inferred]:
    """Make the lexicon; give its numbers of the coder's terms, and by them what is derived."""
    graphs, inferences = engine.columns()
    text, term = engine.numbers.text, engine.numbers.term
    derived, found = graphs.columns(), inferences.columns()
    used = np.unique(np.concatenate([derived.ravel(), found.concludes, found.premises]))
    are_names = np.array([text[it].startswith("<") for it in used.tolist()], bool)
    names = [text[it] for it in used[are_names].tolist()]
    literals = coder.numbers(map(term, used[~are_names].tolist()))
    of_derived = coder.numbers(map(term, np.unique(derived[:, 1]).tolist()))
    by = coder.numbers(found.rules)
    terms = coder.terms()
    chosen = (terms[it] for it in np.unique(np.append(properties, of_derived)).tolist())
    lexicon, ranks, further = coder.finish(
        {it for it in chosen if not isinstance(it, ox.Literal)}, [*names, *found.names]
    )
    rank = np.zeros(len(engine.numbers), np.int32)
    rank[used[are_names]], rank[used[~are_names]] = further[: len(names)], ranks[literals]
    premises, owners = rank[found.premises], np.repeat(np.arange(len(found.by)), found.counts)
    weakens = [Firmness.CERTAIN if it is None else it for it in found.weakens]
    inferred = _Inferred(
        further[len(names) :],
        ranks[by][found.by],
        np.array(weakens, np.int32)[found.by],
        rank[found.concludes],
        found.counts,
        premises[np.lexsort((premises, owners))],
    )
    return lexicon, np.append(ranks, np.int32(DEFAULT)), rank[derived], inferred


def _support(
    lexicon: Lexicon,
    claims: Sequence[Claim],
    names: Numbers,
    place: Numbers,
    inferred: _Inferred,
) -> Support:
    """Put claims and inferences into columns, given the places of propositions."""
    number = {it: lexicon.find(str(it)) for claim in claims for it in claim.sources}
    places = {it: int(place[lexicon.find(str(it))]) for it in {c.proposition for c in claims}}
    support = Support.of(claims, [], places, number.__getitem__)
    nodes = np.where(place >= 0, place + LEVELS + len(claims), -1)
    nodes[names] = np.arange(LEVELS, LEVELS + len(names))
    starts = np.zeros(len(inferred.counts) + 1, np.int32)
    np.cumsum(inferred.counts + 1, out=starts[1:])
    premises = np.empty(starts[-1], np.int32)
    are_levels = np.zeros(len(premises), bool)
    are_levels[starts[:-1]] = True
    premises[are_levels], premises[~are_levels] = inferred.levels, nodes[inferred.premises]
    containing = inferred.rules == lexicon.find(str(CONTAINMENT))
    firsts = premises[starts[:-1] + 1] - LEVELS - len(claims)
    concludes = place[inferred.concludes]
    return replace(
        support,
        propositions=np.array([np.count_nonzero(place >= 0)], np.int32),
        concludes=concludes,
        starts=starts,
        premises=premises,
        containers=firsts[containing],
        contained=concludes[containing],
    )


def _first(numbers: Numbers) -> Numbers:
    """List numbers in the order in which each comes first."""
    _, places = np.unique(numbers, return_index=True)
    found: Numbers = numbers[np.sort(places)]
    return found


def _keys(lexicon: Lexicon, rows: Coded) -> Keys:
    """Put rows of a lexicon's numbers into keys."""
    by_term = np.zeros(len(lexicon), np.int64)
    by_term[lexicon.properties] = np.arange(len(lexicon.properties))
    return pack(rows[:, 0], by_term[rows[:, 1]], rows[:, 2])


def columns_of(rules: Rules, lexicon: Lexicon) -> Columns:
    """Make columns for the numbers of a lexicon."""
    numbers = {term: lexicon.number(term) for term in rules.numbers()[0]}
    properties: dict[Term, int] = {
        term: lexicon.property_number(term) for term in numbers if not isinstance(term, ox.Literal)
    }
    return Columns(rules, numbers, properties, lexicon.are_literals)


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
