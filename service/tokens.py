"""SPARQL as a sequence of tokens: enough to judge a query before a parser sees it.

Oxigraph's parser has no tokens: ``trueSERVICE<x>{}`` calls a service, and whether ``<`` compares or
begins an IRI depends on where it stands. A reader that is only nearly right can therefore be led
past what it looks for. So this one refuses the few texts in which it could be wrong.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from foedus.service.errors import QueryRefused

_ESCAPE: Final = r"""(?:%[0-9A-Fa-f]{2}|\\[-_~.!$&'()*+,;=/?\#@%])"""
_COMMENT: Final = r"\#[^\n\r]*"
_IRI: Final = r"""<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"""
_STRING: Final = r"""
    \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'"""
_UNCLOSED: Final = r"""(?: "(?:[^"\\\n\r]|\\.)*+ | '(?:[^'\\\n\r]|\\.)*+ )"""
"""To the end of its line: no parser goes on behind it, nor does each quote in it begin anew."""
_VARIABLE: Final = r"[?$]\w+"
_LANGUAGE: Final = r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"
_NAME: Final = rf"""
    (?:[^\W\d][\w-]{{0,64}}+)?:
    (?:(?:[\w:]|{_ESCAPE})(?:(?:[\w.:-]|{_ESCAPE})*(?:[\w:-]|{_ESCAPE}))?)?"""
_NUMBER: Final = r"\d++(?:\.\d*+)?+[eE][+-]?\d+ | \d++"
_TOKEN: Final = re.compile(
    rf"""
    (?P<space> \s+ | {_COMMENT} ) | (?P<iri> {_IRI} ) | (?P<string> {_STRING} )
  | (?P<variable> {_VARIABLE} ) | (?P<language> {_LANGUAGE} ) | (?P<name> {_NAME} )
  | (?P<word> [^\W\d]\w* ) | (?P<number> {_NUMBER} )
  | (?P<open> [{{(\[] ) | (?P<close> [])}}] ) | (?P<triple> <<|>> ) | (?P<other> {_UNCLOSED} | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_TERM: Final = rf"""(?: {_VARIABLE} | {_NAME} | {_STRING} | {_LANGUAGE} | {_NUMBER}
    | (?:a|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Uu][Nn][Dd][Ee][Ff])(?!\w) )"""
_REST: Final = rf"""
    (?P<space> (?: \s+ | {_COMMENT} )++ ) | (?P<iri> {_IRI} ) | (?P<word> [^\W\d]\w* )
  | (?P<open> [{{(\[] ) | (?P<close> [])}}] ) | (?P<triple> <<|>> )
  | (?P<other> {_UNCLOSED} | . )"""
_ARGUMENTS: Final = re.compile(
    rf"(?P<name> (?: {_TERM} (?: \s+ | {_COMMENT} )*+ )++ ) | {_REST}", re.VERBOSE | re.DOTALL
)
_PATTERNS: Final = re.compile(
    rf"(?P<name> (?: [\s.;,]++ | {_IRI} | {_TERM} | {_COMMENT} )++ ) | {_REST}",
    re.VERBOSE | re.DOTALL,
)
_OPERAND: Final = frozenset(
    {"iri", "string", "variable", "language", "name", "word", "number", "close"}
)
_WHOLE_IRI: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_HARMLESS: Final = re.compile(r"<(?:(?!service)[^'()\[\]#])*>", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a query; ``kind`` is a group of the pattern, ``start`` counts from 0."""

    kind: str
    text: str
    start: int
    depth: int

    @property
    def end(self) -> int:
        """Where the next one may begin."""
        return self.start + len(self.text)


def tokens(query: str) -> Iterator[Token]:
    """Read ``query`` token by token, without space and comments.

    ``depth`` is the number of brackets open at the token, its own included.

    Raises:
        QueryRefused: a ``<`` between parentheses that may compare or begin an IRI.
    """
    return _read(query, _TOKEN, _TOKEN)


def outline(query: str) -> Iterator[Token]:
    """Read ``query`` as ``tokens`` does, but a row of terms as one ``name``: much faster."""
    return _read(query, _ARGUMENTS, _PATTERNS)


def _read(
    query: str, in_parentheses: re.Pattern[str], elsewhere: re.Pattern[str]
) -> Iterator[Token]:
    brackets: list[str] = []
    triples = 0
    previous = ""
    position = 0
    while position < len(query):
        is_argument = brackets[-1:] == ["("]
        match = (in_parentheses if is_argument else elsewhere).match(query, position)
        assert match, "a pattern takes any character"
        kind, text = match.lastgroup or "", match.group()
        start, position = position, match.end()
        if kind == "space":
            continue
        if is_argument and text[0] == "<" and previous in _OPERAND:
            _refuse_ambiguous(query, text, start)
        if kind == "open":
            brackets.append(text)
        if kind == "triple":
            triples = max(0, triples + (1 if text == "<<" else -1))
        yield Token(kind, text, start, len(brackets) + triples)
        if kind == "close" and brackets:
            brackets.pop()
        previous = kind


def group_end(found: Sequence[Token], opening: int) -> int:
    """Give the index of the token that closes the bracket at ``opening``, or of the last one."""
    depth = found[opening].depth
    for index in range(opening + 1, len(found)):
        if found[index].kind == "close" and found[index].depth == depth:
            return index
    return len(found) - 1


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
