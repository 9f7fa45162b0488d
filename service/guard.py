"""Judge a query before the parser sees it.

Oxigraph's parser and planner recurse: by experiment, on a stack of 8 MB, a process dies of some 600
nested calls or EXISTS, 2,200 nested braces, 3,000 chained BINDs or 5,000 operators in a row. The
limits keep well away from each, and are far above what people write.
"""

from typing import Final

from foedus.service.errors import FederationRefused, QueryRefused, TooLarge
from foedus.service.tokens import Token, place, tokens

MAX_DEPTH: Final = 128
MAX_CHAIN: Final = 1_000
MAX_LENGTH: Final = 262_144
_HARMLESS: Final = frozenset(".;,")
_TERMS: Final = frozenset({"a", "true", "false", "undef"})


def check(query: str) -> None:
    """Let a query pass.

    Raises:
        TooLarge: longer than ``MAX_LENGTH``.
        QueryRefused: more than ``MAX_DEPTH`` brackets within each other, or more than ``MAX_CHAIN``
            words, groups and operators.
        FederationRefused: it says SERVICE.
    """
    if is_harmless(query):
        return
    if len(query) > MAX_LENGTH:
        raise TooLarge("The query", MAX_LENGTH)
    chain = 0
    before, last = _NONE, _NONE
    for token in tokens(query):
        if token.depth > MAX_DEPTH:
            _refuse(query, token, f"brackets are nested deeper than {MAX_DEPTH}")
        is_operator = token.kind == "other" and token.text not in _HARMLESS
        is_word = token.kind == "word" and token.text.lower() not in _TERMS
        chain += is_word or is_operator or token.text == "{"
        if chain > MAX_CHAIN:
            _refuse(query, token, f"more than {MAX_CHAIN:,} words, groups and operators")
        if _calls_service(before, last, token):
            line, column = place(query, last.start)
            raise FederationRefused(
                "SERVICE is refused: this endpoint calls no other one", line=line, column=column
            )
        before, last = last, token


def is_harmless(query: str) -> bool:
    """Tell whether a query is too short for any limit, and does not say SERVICE, at a glance."""
    return (
        len(query) <= MAX_CHAIN
        and sum(map(query.count, _BRACKETS)) <= MAX_DEPTH
        and "service" not in query.lower()
    )


_BRACKETS: Final = ("{", "(", "[", "<<")
_NONE: Final = Token("", "", 0, 0)


def _calls_service(before: Token, last: Token, token: Token) -> bool:
    """Tell whether ``last`` begins a SERVICE call, perhaps written together with its neighbours."""
    if "service" not in last.text.lower():
        return False
    if last.kind == "word":
        return True
    is_graph_name = before.kind == "word" and before.text.upper() == "GRAPH"
    return last.kind == "name" and token.text == "{" and token.depth > 1 and not is_graph_name


def _refuse(query: str, token: Token, reason: str) -> None:
    line, column = place(query, token.start)
    raise QueryRefused(reason, line=line, column=column)
