"""Tags of answers: the same question on the same snapshot has the same answer, or has no tag."""

import hashlib
from functools import lru_cache
from typing import Final

from foedus.graph.descriptions import key_of
from foedus.graph.worlds import World
from foedus.service.engine import Acceptable, Query
from foedus.service.tokens import tokens

_VOLATILE: Final = ("now", "rand", "uuid", "bnode", "service")
_key_of = lru_cache(1_024)(key_of)


def tag(snapshot: str, query: Query, world: World, acceptable: Acceptable) -> str | None:
    """Make a tag without content coding; none where asking twice can have two answers."""
    if is_volatile(query.text):
        return None
    asked = (
        snapshot,
        _key_of(world),
        query.text,
        query.default_graphs,
        query.named_graphs,
        acceptable.key,
    )
    return f'"{hashlib.sha256(repr(asked).encode()).hexdigest()[:32]}"'


def coded(tag: str, coding: str | None) -> str:
    """Make the tag of the same answer in a content coding (RFC 9110, section 8.8.3.3)."""
    return f'{tag[:-1]}-{coding}"' if coding else tag


def is_volatile(text: str) -> bool:
    """Tell whether a query, which the guard has let pass, may have another answer each time.

    It calls NOW, RAND, UUID, STRUUID or BNODE, asks another endpoint, or makes blank nodes.
    """
    at_a_glance = text.lower()
    if not any(name in at_a_glance for name in (*_VOLATILE, "construct")):
        return False
    found = list(tokens(text))
    words = [token.text.lower() for token in found if token.kind == "word"]
    if any(name in word for word in words for name in _VOLATILE):
        return True
    is_construct = any("construct" in word for word in words)
    return is_construct and any(token.text == "[" or token.text[:2] == "_:" for token in found)
