"""What may be said outside propositions, with nobody who says it: a short list for each kind.

Of our own properties the shapes say which class has them; here is which may stand outside at all.
"""

from collections.abc import Iterable, Set
from typing import Final

from foedus.graph.gate.terms import DCTERMS, FD, RDF, RDFS, SKOS, Term

ENTITIES: Final = frozenset({FD.Agent, FD.Conflict, FD.Place})
"""Top classes of what the register may have."""

_NOTES: Final = frozenset({RDF.type, RDFS.comment})
_RECORD: Final = _NOTES | {DCTERMS.source}
_PROPOSITION: Final = _NOTES | {RDFS.seeAlso, SKOS.closeMatch}
_CONCEPT: Final = _NOTES | {RDFS.label, RDFS.seeAlso}
_NAMES: Final = frozenset({SKOS.altLabel, SKOS.hiddenLabel, SKOS.prefLabel})
_MATCHES: Final = frozenset(
    {SKOS.broadMatch, SKOS.closeMatch, SKOS.exactMatch, SKOS.narrowMatch, SKOS.relatedMatch}
)
_SKOS_NOTES: Final = frozenset(
    {
        SKOS.changeNote,
        SKOS.definition,
        SKOS.editorialNote,
        SKOS.example,
        SKOS.historyNote,
        SKOS.note,
        SKOS.scopeNote,
    }
)
_ENTITY: Final = _CONCEPT | _NAMES | _MATCHES | _SKOS_NOTES
_REGISTER: Final = frozenset({FD.cowCode, FD.hasMember, FD.isLocatedIn, FD.isoCode, FD.speaksFor})
_OUTSIDE: Final = _REGISTER | {
    FD[name]
    for name in (
        *("corrects", "cue", "end", "firmness", "hasAuthor", "heldBy", "isFoundIn"),
        "isPublishedBy",
        *("isReportedBy", "isStatedIn", "mode", "notReportedBefore", "number", "onProposition"),
        *("paraphrase", "polarity", "reportDate", "reportDateBasis", "sha256", "start"),
        "yieldsNoClaim",
    )
}
_DERIVED: Final = frozenset(
    {
        FD.drawsOn,
        FD.holdsWithFirmness,
        FD.isAccepted,
        FD.isAttributedTo,
        FD.isHeldOnBehalfOf,
    }
)
"""Shapes refuse these wherever they are."""
_ANYWHERE: Final = _OUTSIDE | _DERIVED
_IN_PROPOSITIONS: Final = frozenset({RDF.type, RDFS.label, FD.isExpertOn, FD.nameAsStated})


def is_bare(predicate: Term, kinds: Set[Term]) -> bool:
    """Tell whether ``predicate`` is one that a node may not have outside propositions.

    Args:
        predicate: What is said of the node.
        kinds: The node's classes with those above them; ``fd:Proposition`` for a proposition.
    """
    if not kinds or predicate in FD:
        return bool(kinds) and predicate not in _ANYWHERE
    if FD.Proposition in kinds:
        return predicate not in _PROPOSITION
    if FD.Document in kinds:
        return not (predicate in _NOTES or predicate in DCTERMS)
    if kinds & {FD.Claim, FD.Report, FD.Sentence}:
        return predicate not in _RECORD
    if kinds & ENTITIES:
        return predicate not in _ENTITY
    return not (predicate in _CONCEPT or predicate in SKOS)


def is_for_the_register(predicate: Term, kinds: Set[Term]) -> bool:
    """Tell whether ``predicate`` is one that an entity may not have inside a proposition."""
    if not kinds & ENTITIES:
        return False
    if predicate in FD:
        return predicate in _REGISTER
    return predicate not in _IN_PROPOSITIONS


def is_shared(kinds: Iterable[Term]) -> bool:
    """Tell whether documents may refer to one node of these classes, so that none may add to it."""
    return not ENTITIES.isdisjoint(kinds) or FD.Report in set(kinds)
