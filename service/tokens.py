"""SPARQL as a sequence of tokens: enough to judge a query before a parser sees it.

Oxigraph's parser has no tokens: ``trueSERVICE<x>{}`` calls a service, and whether ``<`` compares or
begins an IRI depends on where it stands. A reader that is only nearly right can therefore be led
past what it looks for. So this one refuses the few texts in which it could be wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from foedus.service.errors import QueryRefused

_TOKEN: Final = re.compile(
    r"""
    (?P<space> \s+ | \#[^\n\r]* )
  | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*> )
  | (?P<string> \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' )
  | (?P<variable> [?$]\w+ )
  | (?P<language> @[A-Za-z]+(?:-[A-Za-z0-9]+)* )
  | (?P<name> (?:[^\W\d](?:[\w.-]{0,256}[\w-])?)?:
      (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])
      (?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])*
      (?:[\w:-]|%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%]))?)? )
  | (?P<word> [^\W\d]\w* )
  | (?P<number> \d+\.?\d*[eE][+-]?\d+ | \d+ )
  | (?P<open> [{(\[] ) | (?P<close> [])}] )
  | (?P<triple> <<|>> )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERAND: Final = frozenset(
    {"iri", "string", "variable", "language", "name", "word", "number", "close"}
)
_WHOLE_IRI: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_HARMLESS: Final = re.compile(r"<(?:(?!service)[^'()\[\]#])*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; ``kind`` is a group of the pattern, ``start`` counts from 0."""

    kind: str
    text: str
    start: int
    depth: int


def tokens(query: str) -> Iterator[Token]:
    """Read ``query`` token by token, without space and comments.

    ``depth`` is the number of brackets open at the token, its own included.

    Raises:
        QueryRefused: a ``<`` between parentheses that may compare or begin an IRI.
    """
    brackets: list[str] = []
    triples = 0
    previous = ""
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        text = match.group()
        if text[0] == "<" and brackets[-1:] == ["("] and previous in _OPERAND:
            _refuse_ambiguous(query, text, match.start())
        if kind == "open":
            brackets.append(text)
        if kind == "triple":
            triples = max(0, triples + (1 if text == "<<" else -1))
        yield Token(kind, text, match.start(), len(brackets) + triples)
        if kind == "close" and brackets:
            brackets.pop()
        previous = kind


def place(query: str, start: int) -> tuple[int, int]:
    """Give line and column of a position, both from 1."""
    before = query[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def _refuse_ambiguous(query: str, text: str, start: int) -> None:
    """Refuse a ``<`` after an operand whose two readings could hide something from us."""
    compares = text in ("<", "<=")
    if compares or _WHOLE_IRI.match(text) or _HARMLESS.fullmatch(text):
        return
    line, column = place(query, start)
    raise QueryRefused(
        "this < may compare or begin an IRI: put a space after it, or write the IRI in full",
        line=line,
        column=column,
    )
