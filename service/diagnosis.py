"""Say what is probably wrong with a query that the parser refused.

The parser says where it gave up, which can be far behind the cause, and lists what it would have
liked instead, which is of little use to a person.
"""

import re
from collections.abc import Sequence
from typing import Final

from foedus.ontology.namespaces import PREFIXES
from foedus.service.edits import Edit, original_place
from foedus.service.errors import QueryRefused, QuerySyntaxError
from foedus.service.tokens import Token, place, tokens

QUERY_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATE_FORMS: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"],
)
_POSITION: Final = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_SENTENCE: Final = re.compile(r"(?:^|, )([A-Z][a-z]+ [^,\[\]\"]+|The [^,\[\]\"]+|IRI [^,\[\]\"]+)")
_LONGEST: Final = 16_384
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}


def syntax_error(query: str, message: str, is_update: bool = False) -> QuerySyntaxError:
    """Turn the parser's ``message`` into an error with its place and a likelier cause."""
    cause = likely_cause(query, is_update)
    position = _POSITION.match(message)
    if position is None:
        return QuerySyntaxError(message, None, None, cause)
    line, column, expected = int(position[1]), int(position[2]), position[3]
    sentences = _SENTENCE.findall(expected)
    reason = sentences[0].strip() if sentences else "it cannot be parsed from here on"
    return QuerySyntaxError(reason, line, column, cause)


def moved(error: QuerySyntaxError, query: str, edits: Sequence[Edit]) -> QuerySyntaxError:
    """Say where an error is in a query that was edited before it was parsed."""
    if error.line is None or error.column is None:
        return error
    line, column = original_place(query, edits, error.line, error.column)
    return QuerySyntaxError(error.reason, line, column, likely_cause(query))


def form_of(query: str) -> str | None:
    """Give the first word behind the prologue, in upper case."""
    token = _head(list(tokens(query)))
    return token.text.upper() if token else None


def likely_cause(query: str, is_update: bool = False) -> str | None:
    """Name the first of the usual mistakes that the query has, unless it is very long."""
    if len(query) > _LONGEST:
        return None
    try:
        found = list(tokens(query))
    except QueryRefused as error:
        return str(error)
    return (
        (None if is_update else _wrong_form(query, found))
        or _undeclared_prefix(query, found)
        or _open_string(query, found)
        or _unmatched_bracket(query, found)
    )


def _head(found: list[Token]) -> Token | None:
    words = (token for token in found if token.kind == "word")
    return next((word for word in words if word.text.upper() not in ("PREFIX", "BASE")), None)


def _wrong_form(query: str, found: list[Token]) -> str | None:
    head = _head(found)
    if head is None:
        return f"A query has one of the words {', '.join(QUERY_FORMS)}."
    if head.text.upper() in UPDATE_FORMS:
        return f"{head.text} belongs to SPARQL Update, which this endpoint does not take."
    if head.text.upper() not in QUERY_FORMS:
        return f"{head.text} ({_at(query, head)}) is none of {', '.join(QUERY_FORMS)}."
    return None


def _undeclared_prefix(query: str, found: list[Token]) -> str | None:
    declared = {"_"}
    previous = ""
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and previous == "PREFIX":
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            known = PREFIXES.get(prefix)
            remedy = f": add PREFIX {prefix}: <{known}>" if known else ""
            return f"The prefix {prefix}: ({_at(query, token)}) is not declared{remedy}."
        previous = token.text.upper()
    return None


def _open_string(query: str, found: list[Token]) -> str | None:
    quote = next(
        (token for token in found if token.kind == "other" and token.text[0] in "'\""), None
    )
    return f"A string is not closed ({_at(query, quote)})." if quote else None


def _unmatched_bracket(query: str, found: list[Token]) -> str | None:
    stack: list[Token] = []
    for token in found:
        if token.kind == "open":
            stack.append(token)
        elif token.kind == "close":
            if not stack or _PAIRS[stack[-1].text] != token.text:
                return f"This {token.text} closes nothing ({_at(query, token)})."
            stack.pop()
    return f"This {stack[-1].text} is never closed ({_at(query, stack[-1])})." if stack else None


def _at(query: str, token: Token) -> str:
    line, column = place(query, token.start)
    return f"line {line}, column {column}"
