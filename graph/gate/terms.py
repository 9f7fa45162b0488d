"""Terms as text, written as in N-Triples: quick to compare, and shapes judge them as they are."""

from typing import Final, TypeAlias

import pyoxigraph as ox

from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES, PROPOSITION

Term: TypeAlias = str
Triple: TypeAlias = tuple[Term, Term, Term]

_BLANK: Final = f"<{PREFIXES['fdsh']}blank/"
_PROPOSITION: Final = f"<{PROPOSITION}"


class Names:
    """A namespace; its attributes and items are terms as text: ``FD.heldBy``, ``FD["heldBy"]``."""

    def __init__(self, prefix: str) -> None:
        self._start = f"<{PREFIXES[prefix]}"

    def __getattr__(self, name: str) -> Term:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{self._start}{name}>"

    def __getitem__(self, name: str) -> Term:
        return f"{self._start}{name}>"

    def __contains__(self, term: Term) -> bool:
        return term.startswith(self._start)


DCTERMS: Final = Names("dcterms")
FD: Final = Names("fd")
RDF: Final = Names("rdf")
RDFS: Final = Names("rdfs")
SHAPE: Final = Names("fdsh")
SKOS: Final = Names("skos")
TRUE: Final = str(ox.Literal(True))


def write(term: object) -> Term:
    """Write a term of the store.

    A blank node gets an IRI for as long as it is judged: the shapes refuse it by a name.

    Raises:
        InputRefused: a triple is used as a term.
    """
    if isinstance(term, ox.BlankNode):
        return f"{_BLANK}{term.value}>"
    if isinstance(term, ox.NamedNode | ox.Literal):
        return str(term)
    raise InputRefused(f"a triple is no term here: {term}")


def iri(term: Term) -> str:
    """Give the IRI that ``term`` writes."""
    return term[1:-1]


def is_iri(term: Term) -> bool:
    """Tell whether ``term`` is an IRI."""
    return term.startswith("<")


def is_blank(term: Term) -> bool:
    """Tell whether ``term`` stands for a blank node."""
    return term.startswith(_BLANK)


def blank_label(term: Term) -> str | None:
    """Give the label of the blank node that ``term`` stands for, if it does."""
    return term[len(_BLANK) : -1] if is_blank(term) else None


def is_proposition(term: Term) -> bool:
    """Tell whether ``term`` is the name of a proposition."""
    return term.startswith(_PROPOSITION)
