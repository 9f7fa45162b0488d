"""Judge a query or an update before the parser sees it.

Oxigraph's parser and planner recurse: by experiment, on a stack of 8 MB, a process dies of some 600
nested calls or EXISTS, 2,200 nested braces, 3,000 chained BINDs or 5,000 operators in a row. The
limits keep well away from each, and are far above what people write.
"""

import asyncio
from typing import Final

from foedus.service.corrections import corrections
from foedus.service.edits import Edit, edited
from foedus.service.errors import QueryRefused, TooLarge
from foedus.service.federation import ALONE, Federation, mediate
from foedus.service.tokens import Token, outline, place

MAX_DEPTH: Final = 128
MAX_CHAIN: Final = 1_000
MAX_LENGTH: Final = 262_144
_LONG: Final = 16_384
"""From here on judging takes milliseconds, for which a server's other clients should not wait."""
_HARMLESS: Final = frozenset(".;,")
_TERMS: Final = frozenset({"a", "true", "false", "undef"})


def admit(query: str, federation: Federation = ALONE) -> str:
    """Let a query pass; gives the text that the engine may see.

    Raises:
        TooLarge: longer than ``MAX_LENGTH``.
        QueryRefused: more than ``MAX_DEPTH`` brackets within each other, or more than ``MAX_CHAIN``
            words, groups and operators.
        FederationRefused: it calls a service that ``federation`` does not allow.
    """
    if len(query) > MAX_LENGTH:
        raise TooLarge("The query", MAX_LENGTH)
    chain = 0
    for token in () if _is_small(query) else outline(query):
        chain = _judge(query, token, chain)
    return edited(query, edits(query, federation))


def _is_small(query: str) -> bool:
    """Tell at a glance that no limit can be reached, whatever the tokens are."""
    return len(query) <= MAX_CHAIN and sum(map(query.count, _BRACKETS)) <= MAX_DEPTH


_BRACKETS: Final = ("{", "(", "[", "<<")


def edits(text: str, federation: Federation) -> list[Edit]:
    """Give what is changed in a query, or in an update, that is let pass."""
    return [*corrections(text), *mediate(text, federation)]


def admit_update(update: str) -> None:
    """Let an update pass, whose length is that of any body; raises ``QueryRefused``.

    A chain ends with its operation, and data are none.
    """
    chain = 0
    in_data = False
    for token in outline(update):
        if token.depth <= 1 and token.kind == "word":
            in_data = token.text.upper() == "DATA" or (in_data and token.depth == 1)
            chain = 0 if token.depth == 0 and token.text.upper() in _OPERATIONS else chain
        chain = _judge(update, token, 0 if in_data else chain)


_OPERATIONS: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"],
)


async def admitted(query: str, federation: Federation = ALONE) -> str:
    """Do as ``admit``; a long query is judged beside the event loop."""
    if len(query) < _LONG:
        return admit(query, federation)
    return await asyncio.to_thread(admit, query, federation)


def _judge(text: str, token: Token, chain: int) -> int:
    """Give the length of the chain with ``token``."""
    if token.depth > MAX_DEPTH:
        _refuse(text, token, f"brackets are nested deeper than {MAX_DEPTH}")
    is_operator = token.kind == "other" and token.text not in _HARMLESS
    is_word = token.kind == "word" and token.text.lower() not in _TERMS
    chain += is_word or is_operator or token.text == "{"
    if chain > MAX_CHAIN:
        _refuse(text, token, f"more than {MAX_CHAIN:,} words, groups and operators")
    return chain


def _refuse(text: str, token: Token, reason: str) -> None:
    line, column = place(text, token.start)
    raise QueryRefused(reason, line=line, column=column)
