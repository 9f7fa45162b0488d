"""An update as a sequence of operations: what it loads, and the dataset that a request names.

The engine would load from anywhere, and follow contexts of JSON-LD to anywhere; it has no way to be
told a dataset. So both are written into the text (SPARQL 1.1 Protocol, section 2.2.3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from foedus.service import guard
from foedus.service.corrections import without_prologues
from foedus.service.edits import Edit, edited
from foedus.service.errors import BadRequest, QueryRefused
from foedus.service.federation import Federation, not_allowed
from foedus.service.prologue import Prologue
from foedus.service.tokens import Token, group_end, place, tokens

NOTHING: Final = "INSERT DATA {}"
"""An operation without effect."""


@dataclass(frozen=True)
class Load:
    """A document to be fetched: an operation ``LOAD`` that is allowed.

    Attributes:
        iri: The address that is meant, which is the base of the document.
        address: The address to call instead.
        graph: The graph that it goes to; none is the default graph.
        is_silent: Whether the update goes on if it fails.
    """

    iri: str
    address: str
    graph: str | None
    is_silent: bool


Parts = tuple[str | Load, ...]


def read_operations(
    update: str,
    federation: Federation,
    using: Sequence[str] = (),
    using_named: Sequence[str] = (),
) -> Parts:
    """Take an update apart, so that joining its parts gives what the engine may run.

    Args:
        update: SPARQL, as the client sent it.
        federation: What ``SERVICE`` and ``LOAD`` may reach.
        using: ``using-graph-uri`` of the request.
        using_named: ``using-named-graph-uri`` of the request.

    Raises:
        FederationRefused: ``LOAD`` or ``SERVICE`` of what may not be reached, not ``SILENT``.
        QueryRefused: a ``LOAD`` that cannot be read without doubt.
        BadRequest: both request and update name a dataset, or a graph is not named by an IRI.
    """
    update = without_prologues(update)
    changes = guard.edits(update, federation)
    if using or using_named:
        changes += _with_dataset(update, _clauses(using, using_named))
    parts: list[str | Load] = []
    position = 0
    for start, end, load in _loads(update, federation):
        parts += [_piece(update, position, start, changes), load or NOTHING]
        position = end
    return (*parts, _piece(update, position, len(update), changes))


def _piece(update: str, start: int, end: int, changes: Sequence[Edit]) -> str:
    inside = (
        Edit(edit.start - start, edit.end - start, edit.text)
        for edit in changes
        if start <= edit.start and edit.end <= end
    )
    return edited(update[start:end], inside)


def _clauses(using: Sequence[str], using_named: Sequence[str]) -> str:
    try:
        default = [f"USING {ox.NamedNode(iri)}" for iri in using]
        named = [f"USING NAMED {ox.NamedNode(iri)}" for iri in using_named]
    except ValueError as error:
        raise BadRequest("a graph of the dataset is not named by an IRI") from error
    return " ".join([*default, *named, ""])


def _with_dataset(update: str, clauses: str) -> Iterator[Edit]:
    """Write the clauses before each WHERE; ``DELETE WHERE`` becomes its long form first."""
    found = list(tokens(update))
    for index, token in enumerate(found):
        word = token.text.upper() if token.kind == "word" and token.depth == 0 else ""
        if word in ("USING", "WITH"):
            line, column = place(update, token.start)
            reason = f"the request names a dataset, so the update may not ({word})"
            raise BadRequest(reason, line=line, column=column)
        if word == "WHERE":
            is_short = index > 0 and found[index - 1].text.upper() == "DELETE"
            end = found[group_end(found, min(index + 1, len(found) - 1))].end
            template = update[token.end : end] + " " if is_short else ""
            yield Edit(token.start, token.start, template + clauses)


def _loads(update: str, federation: Federation) -> Iterator[tuple[int, int, Load | None]]:
    """Find each ``LOAD``; gives where it stands, and what it loads if it may and must."""
    if "load" not in update.lower():
        return
    found = [*tokens(update), _END, _END, _END, _END]
    prologue = Prologue()
    for index, token in enumerate(found):
        prologue.see(token)
        if not _says_load(found, index):
            continue
        is_silent = found[index + 1].text.upper() == "SILENT"
        source = found[index + 1 + is_silent]
        into = found[index + 2 + is_silent :][:3]
        graph = None
        last = source
        if [part.text.upper() for part in into[:2]] == ["INTO", "GRAPH"]:
            graph, last = prologue.resolve(into[2]), into[2]
        iri = prologue.resolve(source)
        if token.text.upper() != "LOAD" or iri is None or (last is not source and graph is None):
            line, column = place(update, token.start)
            reason = "write LOAD, SILENT, the address, INTO, GRAPH and its IRI apart"
            raise QueryRefused(reason, line=line, column=column)
        if federation.allows(iri):
            yield token.start, last.end, Load(iri, federation.mediated(iri), graph, is_silent)
        elif is_silent:
            yield token.start, last.end, None
        else:
            raise not_allowed(update, token, f"{iri} is loaded", federation)


_END: Final = Token("", "", 0, 0)


def _says_load(found: Sequence[Token], index: int) -> bool:
    """Tell whether a token begins a ``LOAD``, perhaps written together with what follows."""
    token = found[index]
    if token.depth or not token.text.lower().startswith("load"):
        return False
    before = found[index - 1] if index else _END
    begins = before.text in ("", ";") or before.kind == "iri"
    return token.kind == "word" or (token.kind == "name" and begins)
