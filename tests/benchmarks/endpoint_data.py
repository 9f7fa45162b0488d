"""Invented data for the benchmark of the endpoint, in the shape of our graph.

Propositions are named graphs; the default graph has the triples of those that hold, closed under
the classes of events, and all claims. The same at every run.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus.ontology.namespaces import BASE, FD

STATES: Final = 200
ITEMS: Final = 40
SOURCES: Final = 60
PLEDGES: Final = ("defence", "offence", "neutrality", "non-aggression", "consultation")
PROPOSITIONS: Final = 25_720
"""So many make 1.2 million quads."""
_TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"
_DOCUMENT: Final = BASE + "doc/gazette/events"
_EVENTS: Final = {
    "Transfer": ("hasSupplier", "hasRecipient"),
    "Attack": ("hasAttacker", "hasTarget"),
    "Deployment": ("hasSender", "hasRecipient"),
}
_KINDS: Final = ("Transfer", "Transfer", "Transfer", "Attack", "Deployment", "Obligation")
_FIRMNESS: Final = ("certain", "certain", "probable", "possible")
_MODES: Final = ("assertion", "announcement", "accusation", "hearsay", "presumption")
_Triple = tuple[str, str, str]


def load(folder: Path) -> int:
    """Write the quads into a new Oxigraph store; returns how many."""
    store = ox.Store(str(folder))
    chance = random.Random(1)
    store.bulk_load("".join(_lines(_register())).encode(), format=ox.RdfFormat.N_QUADS)
    numbers = range(PROPOSITIONS)
    for start in numbers[::4000]:
        text = "".join(
            line for n in numbers[start : start + 4000] for line in _described(n, chance)
        )
        store.bulk_load(text.encode(), format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()
    return len(store)


def _described(number: int, chance: random.Random) -> Iterator[str]:
    """Give a proposition's graph, what of it is in the default graph, and its claims."""
    proposition = f"<{BASE}proposition/p{number}>"
    subject, said, closed = _proposition(number, chance)
    yield from _lines(said, proposition)
    firmness = [chance.choice(_FIRMNESS) for _ in range(chance.choice((1, 1, 2, 3)))]
    about: list[_Triple] = [
        (proposition, _TYPE, _fd("Proposition")),
        (proposition, _fd("isAbout"), subject),
    ]
    if set(firmness) != {"possible"}:
        best = "certain" if "certain" in firmness else "probable"
        about.append((proposition, _fd("holdsWithFirmness"), _concept("firmness", best)))
        yield from _lines([*said, *closed])
    yield from _lines(about)
    for count, one in enumerate(firmness):
        yield from _lines(_claim(f"{number}-{count}", proposition, one, chance))


def _proposition(
    number: int, chance: random.Random
) -> tuple[str, Sequence[_Triple], Sequence[_Triple]]:
    """Give what it is about, what it says, and what follows under the ontology."""
    kind = _KINDS[number % len(_KINDS)]
    one, other = (_state(it) for it in chance.sample(range(STATES), 2))
    if kind == "Obligation":
        subject = _id("derived", f"o{number}")
        agreement = _id("agreement", f"a{chance.randrange(2000)}")
        begin = date(1950, 1, 1) + timedelta(chance.randrange(25_000))
        said = [
            (subject, _TYPE, _fd(kind)),
            (subject, _fd("hasBearer"), one),
            (subject, _fd("hasCounterparty"), other),
            (subject, _fd("hasPledge"), _concept("pledge", chance.choice(PLEDGES))),
            (subject, _fd("hasStanding"), _concept("standing", "in-force")),
            (subject, _fd("arisesUnder"), agreement),
            (subject, _fd("inForceFrom"), _typed(str(begin), "date")),
        ]
        return subject, said, [(subject, _fd("isLaidDownIn"), _id("provision", f"v{number}"))]
    subject, day, quantity = (_id(it, f"e{number}") for it in ("event", "date", "quantity"))
    stated = str(date(2014, 1, 1) + timedelta(chance.randrange(4000)))
    actor, target = _EVENTS[kind]
    said = [
        (subject, _TYPE, _fd(kind)),
        (subject, _fd(actor), one),
        (subject, _fd(target), other),
        (subject, _fd("hasDate"), day),
        (day, _TYPE, _fd("Date")),
        (day, _fd("earliest"), _typed(stated, "date")),
        (day, _fd("latest"), _typed(stated, "date")),
        (day, _fd("asStated"), f'"{stated}"'),
    ]
    if kind == "Transfer":
        amount = chance.randrange(1, 100_000)
        said += [
            (subject, _fd("hasItem"), _concept("item", f"i{chance.randrange(ITEMS)}")),
            (subject, _fd("hasQuantity"), quantity),
            (quantity, _TYPE, _fd("Quantity")),
            (quantity, _fd("amount"), _typed(str(amount), "integer")),
            (quantity, _fd("asStated"), f'"{amount:,} pieces"'),
        ]
    closed = [
        (subject, _TYPE, _fd("Event")),
        (subject, _fd("hasActor"), one),
        (subject, _fd("isAttributedTo"), one),
    ]
    return subject, said, closed


def _claim(name: str, proposition: str, firmness: str, chance: random.Random) -> list[_Triple]:
    claim, start = f"<{_DOCUMENT}/claim/{name}>", chance.randrange(1_000_000)
    stated = str(date(2014, 1, 1) + timedelta(chance.randrange(4000)))
    triples = [
        (claim, _TYPE, _fd("Claim")),
        (claim, _fd("onProposition"), proposition),
        (claim, _fd("heldBy"), _id("agent", f"g{chance.randrange(SOURCES)}")),
        (claim, _fd("firmness"), _concept("firmness", firmness)),
        (claim, _fd("polarity"), _concept("polarity", "affirmed")),
        (claim, _fd("mode"), _concept("mode", chance.choice(_MODES))),
        (claim, _fd("isStatedIn"), f"<{_DOCUMENT}>"),
        (claim, _fd("start"), _typed(str(start), "integer")),
        (claim, _fd("end"), _typed(str(start + 80), "integer")),
        (claim, _fd("reportDate"), _typed(stated, "date")),
        (claim, _fd("paraphrase"), f'"What claim {name} says, in our own words"@en'),
        (claim, _fd("paraphrase"), f'"Was Behauptung {name} sagt, in eigenen Worten"@de'),
    ]
    return triples if firmness == "possible" else [*triples, (claim, _fd("isAccepted"), _TRUE)]


def _register() -> Iterator[_Triple]:
    for number in range(STATES):
        yield _state(number), _TYPE, _fd("State")
        yield _state(number), _LABEL, f'"State {number}"@en'
        yield _state(number), _LABEL, f'"Staat {number}"@de'
    for number in range(SOURCES):
        yield _id("agent", f"g{number}"), _TYPE, _fd("Publisher")
        yield _id("agent", f"g{number}"), _LABEL, f'"Source {number}"@en'


def _lines(triples: Sequence[_Triple] | Iterator[_Triple], graph: str = "") -> Iterator[str]:
    return (f"{s} {p} {o} {graph} .\n" for s, p, o in triples)


def _fd(name: str) -> str:
    return f"<{FD}{name}>"


def _id(kind: str, name: str) -> str:
    return f"<{BASE}id/{kind}/{name}>"


def _state(number: int) -> str:
    return _id("state", f"s{number}")


def _concept(scheme: str, name: str) -> str:
    return f"<{BASE}concept/{scheme}/{name}>"


def _typed(lexical: str, datatype: str) -> str:
    return f'"{lexical}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'


_TRUE: Final = _typed("true", "boolean")
