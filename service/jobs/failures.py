"""Errors of ours as plain values, by the names of their classes and what they are made of."""

from collections.abc import Sequence
from typing import Any, Final

from foedus.graph.durable import NotWritten
from foedus.graph.post import (
    DocumentChanged,
    DocumentIsOurs,
    DocumentThere,
    NoSuchDocument,
    WrongDocument,
)
from foedus.graph.worlds import DataInconsistent
from foedus.ontology.errors import FoedusError, InputRefused

_MADE_OF: Final[dict[type[FoedusError], tuple[str, ...]]] = {
    DataInconsistent: ("contradictions",),
    DocumentChanged: ("iri",),
    DocumentIsOurs: ("iri",),
    DocumentThere: ("iri",),
    InputRefused: ("reason", "source", "line", "column"),
    NoSuchDocument: ("iri",),
    NotWritten: ("reason", "source", "line", "column"),
    WrongDocument: ("iri", "expected"),
}
_BY_NAME: Final = {kind.__name__: kind for kind in _MADE_OF}


def told(error: FoedusError) -> tuple[str, list[Any]]:
    """Give the name of the nearest class here, and what it is made of; no file is told."""
    for kind in type(error).__mro__:
        if kind in _MADE_OF:
            values = [getattr(error, name) for name in _MADE_OF[kind]]
            if issubclass(kind, InputRefused):
                values[1] = None
            return kind.__name__, values
    return "FoedusError", [str(error)]


def restored(name: str, values: Sequence[Any]) -> FoedusError:
    """Make the error again."""
    return _BY_NAME.get(name, FoedusError)(*values)
