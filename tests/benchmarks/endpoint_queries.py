"""Queries for the benchmark of the endpoint, on the data of ``endpoint_data.py``."""

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from endpoint_data import ITEMS, PLEDGES, PROPOSITIONS, SOURCES, STATES

from foedus.ontology.namespaces import BASE, FD

_PREFIXES: Final = f"PREFIX fd: <{FD}>\nPREFIX id: <{BASE}id/>\nPREFIX c: <{BASE}concept/>\n"
_SMALL: Final = (
    "?claim ?firmness WHERE {{ ?claim fd:onProposition <{base}proposition/p{p}> ;"
    " fd:firmness ?firmness }}",
    "?who ?name WHERE {{ ?claim fd:onProposition <{base}proposition/p{p}> ; fd:heldBy ?who ."
    " ?who <http://www.w3.org/2000/01/rdf-schema#label> ?name }}",
    "* WHERE {{ GRAPH <{base}proposition/p{p}> {{ ?s ?p ?o }} }}",
    "?o ?pledge ?from WHERE {{ ?o fd:hasBearer <{base}id/state/s{s}> ;"
    " fd:hasCounterparty <{base}id/state/s{t}> ; fd:hasPledge ?pledge ; fd:inForceFrom ?from }}",
    "?p ?o WHERE {{ <{base}id/event/e{p}> ?p ?o }}",
    "?name WHERE {{ <{base}id/state/s{s}> <http://www.w3.org/2000/01/rdf-schema#label> ?name"
    ' FILTER (lang(?name) = "de") }}',
)
_HEAVY: Final = (
    "?who (COUNT(*) AS ?n) WHERE {{ ?t fd:hasItem ?item . ?p fd:isAbout ?t ."
    " ?claim fd:onProposition ?p ; fd:heldBy ?who"
    " FILTER (?item IN (<{base}concept/item/i{i}>, <{base}concept/item/i{j}>)) }}"
    " GROUP BY ?who ORDER BY DESC(?n) ?who",
    "?from (SUM(?amount) AS ?sum) WHERE {{ ?t fd:hasSupplier ?from ;"
    " fd:hasQuantity/fd:amount ?amount FILTER (?amount > {p}) }}"
    " GROUP BY ?from ORDER BY DESC(?sum) ?from",
    "?mode (COUNT(?claim) AS ?n) WHERE {{ ?claim fd:firmness <{base}concept/firmness/possible> ;"
    " fd:mode ?mode ; fd:start ?start FILTER (?start > {p}) }} GROUP BY ?mode ORDER BY ?mode",
    "?claim ?says WHERE {{ ?claim fd:firmness <{base}concept/firmness/probable> ;"
    ' fd:paraphrase ?says FILTER (CONTAINS(?says, "{s}-1")) }} ORDER BY ?says ?claim',
    "?other (COUNT(?e) AS ?n) WHERE {{ ?o fd:hasBearer ?one ; fd:hasCounterparty ?other ;"
    " fd:hasPledge <{base}concept/pledge/{pledge}> . ?e fd:hasAttacker ?other ; fd:hasTarget ?x"
    " FILTER (?x != <{base}id/state/s{s}>) }} GROUP BY ?other ORDER BY DESC(?n) ?other",
)
RUNAWAYS: Final = tuple(
    _PREFIXES + text
    for text in (
        "SELECT (COUNT(*) AS ?n) WHERE { ?a fd:heldBy ?x . ?b fd:heldBy ?y . ?c fd:heldBy ?z }",
        "SELECT (MAX(CONCAT(STR(?a), STR(?b))) AS ?m) WHERE { ?a a fd:Claim . ?b a fd:Claim"
        ' FILTER (!REGEX(STR(?a), CONCAT("^", STR(?b), ".*x$"))) }',
        "SELECT (COUNT(*) AS ?n) WHERE { ?a (fd:hasActor|^fd:hasActor|fd:hasTarget|^fd:hasTarget)+"
        " ?b . ?c a fd:Claim }",
        "SELECT ?a ?b WHERE { ?a fd:start ?x . ?b fd:end ?y FILTER (?x > ?y) }"
        " ORDER BY DESC(?x * ?y) ?a ?b LIMIT 5",
    )
)
"""None ends within minutes; memory grows slowly if at all."""
ROWS: Final = """SELECT ?s ?p ?o WHERE {
  { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }
}
LIMIT 1000000"""
"""A million rows."""


def small(seed: int) -> Iterator[str]:
    """Give small queries without end, no two of one text."""
    return _made(_SMALL, seed)


def heavy(seed: int) -> Iterator[str]:
    """Give queries of some tens of milliseconds each, no two of one text."""
    return _made(_HEAVY, seed)


def mixed(seed: int, distinct: int = 600) -> Iterator[str]:
    """Draw by Zipf's law (exponent 1) from so many queries, of which each third is heavy."""
    light, weighty = small(seed), heavy(seed)
    queries = [next(weighty if rank % 3 == 1 else light) for rank in range(distinct)]
    return _drawn(queries, random.Random(seed))


def _drawn(queries: Sequence[str], chance: random.Random) -> Iterator[str]:
    weights = list(accumulate(1 / rank for rank in range(1, len(queries) + 1)))
    while True:
        yield from chance.choices(queries, cum_weights=weights, k=1000)


def _made(templates: Sequence[str], seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    number = 1000 + 100_000 * seed
    while True:
        for template in templates:
            number += 1
            text = template.format(
                base=BASE,
                p=chance.randrange(PROPOSITIONS),
                s=chance.randrange(STATES),
                t=chance.randrange(STATES),
                i=chance.randrange(ITEMS),
                j=chance.randrange(ITEMS),
                g=chance.randrange(SOURCES),
                pledge=chance.choice(PLEDGES),
            )
            # No answer is as long as the limit, which makes each text another.
            yield f"{_PREFIXES}SELECT {text} LIMIT {number}"
