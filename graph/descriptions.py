"""Worlds as people and programs describe them: parameters, JSON, and a key that is always the same.

Parameters are pairs of a name and a text, as a URL or a command line has them: ``world`` names a
preset, and ``as-of``, ``believe``, ``disbelieve``, ``at-least``, ``undisputed`` and ``suppose``
override it. ``believe`` and ``disbelieve`` may be repeated.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pyoxigraph as ox

from foedus.graph.hypotheses import canonical
from foedus.graph.worlds import NAMED, Firmness, World
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import expand

PARAMETERS: Final = (
    "world",
    "as-of",
    "believe",
    "disbelieve",
    "at-least",
    "undisputed",
    "suppose",
)
_REPEATABLE: Final = frozenset({"believe", "disbelieve"})
_LEVELS: Final = {level.name.lower(): level for level in Firmness if level}
_TRUTH: Final = {"": True, "true": True, "1": True, "false": False, "0": False}


def read_parameters(pairs: Iterable[tuple[str, str]]) -> World:
    """Read the world that parameters describe; other parameters are left alone.

    Raises:
        InputRefused: a value that cannot be used, or two where one is expected; names the
            parameter.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name in PARAMETERS:
            given.setdefault(name, []).append(value)
    for name, values in given.items():
        if len(values) > 1 and name not in _REPEATABLE:
            raise InputRefused(f"is given {len(values)} times", name)
    world = _preset(given.pop("world", ["reported"])[0])
    for name, values in given.items():
        world = _override(world, name, values)
    return world


def as_parameters(world: World) -> list[tuple[str, str]]:
    """Give the shortest parameters that describe ``world``, in order; none for *reported*."""
    name = name_of(world)
    if name is not None:
        return [] if name == "reported" else [("world", name)]
    pairs = [("world", "sober")] if world.is_sober else []
    if world.as_of:
        pairs.append(("as-of", world.as_of.isoformat()))
    pairs += [("believe", iri) for iri in sorted(node.value for node in world.believe)]
    pairs += [("disbelieve", iri) for iri in sorted(node.value for node in world.disbelieve)]
    if world.at_least != Firmness.PROBABLE:
        pairs.append(("at-least", world.at_least.name.lower()))
    if world.is_undisputed:
        pairs.append(("undisputed", "true"))
    if world.suppose:
        pairs.append(("suppose", world.suppose))
    return pairs


def name_of(world: World) -> str | None:
    """Give the name of a world that has one."""
    return next((name for name, named in NAMED.items() if named == world), None)


def key_of(world: World) -> str:
    """Give the key of a world: its name, or a hash of what it lets in, accepts and supposes."""
    described = json.dumps(as_parameters(world), ensure_ascii=False)
    return name_of(world) or hashlib.sha256(described.encode()).hexdigest()[:16]


def from_json(document: object) -> World:
    """Read a description with the parameters' names as keys; lists where one may be repeated.

    Raises:
        InputRefused: as `parameters_of`, or a value cannot be used.
    """
    return read_parameters(parameters_of(document))


def parameters_of(document: object) -> list[tuple[str, str]]:
    """Make parameters of a description, without reading their values.

    Raises:
        InputRefused: it is no object, has an unknown key, or a value that is no text.
    """
    if not isinstance(document, Mapping):
        raise InputRefused("a description of a world is a JSON object")
    unknown = sorted(set(document) - set(PARAMETERS))
    if unknown:
        raise InputRefused(f"unknown: {', '.join(unknown)}; known: {', '.join(PARAMETERS)}")
    pairs = []
    for name, value in document.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, bool):
                item = str(item).lower()
            if not isinstance(item, str):
                raise InputRefused(f"expected a text, got {json.dumps(item)}", name)
            pairs.append((name, item))
    return pairs


def as_json(world: World) -> dict[str, Any]:
    """Describe ``world`` so that `from_json` reads it again."""
    document: dict[str, Any] = {}
    for name, value in as_parameters(world):
        if name in _REPEATABLE:
            document.setdefault(name, []).append(value)
        else:
            document[name] = True if name == "undisputed" else value
    return document


def _preset(name: str) -> World:
    if name not in NAMED:
        raise InputRefused(f"no world is called {name!r}; there are {', '.join(NAMED)}", "world")
    return NAMED[name]


def _override(world: World, name: str, values: list[str]) -> World:
    value = values[0]
    if name == "as-of":
        return replace(world, as_of=_day(value))
    if name == "at-least":
        if value not in _LEVELS:
            raise InputRefused(f"expected one of {', '.join(_LEVELS)}, not {value!r}", name)
        return replace(world, at_least=_LEVELS[value])
    if name == "undisputed":
        if value.lower() not in _TRUTH:
            raise InputRefused(f"expected true or false, not {value!r}", name)
        return replace(world, is_undisputed=_TRUTH[value.lower()])
    if name == "suppose":
        return replace(world, suppose=canonical(value))
    sources = frozenset(_source(text, name) for text in values)
    if name == "believe":
        return replace(world, believe=sources)
    return replace(world, disbelieve=sources)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRefused(f"expected a day like 2024-10-08, not {text!r}", "as-of") from error


def _source(text: str, name: str) -> ox.NamedNode:
    iri = expand(text)
    if iri is None:
        raise InputRefused(f"expected the IRI of a holder, publisher or document: {text!r}", name)
    return ox.NamedNode(iri)
