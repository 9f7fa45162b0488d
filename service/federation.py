"""Which other servers a query may reach, and how.

The engine calls whatever a query names: any host, loopback included. So every ``SERVICE`` of a
query is written anew before the engine sees it. It then leads to a mediator (``plain/mediator.py``)
that knows where it may go on to, or, where nothing may be called, to an IRI that the engine cannot
call: so ``SERVICE SILENT`` fails in silence, as the standard wants it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from foedus.ontology.errors import InputRefused
from foedus.service.edits import Edit
from foedus.service.errors import FederationRefused, QueryRefused
from foedus.service.prologue import Prologue
from foedus.service.tokens import Token, group_end, place, tokens

NOWHERE: Final = "urn:refused"
"""What the engine cannot call: a name without a host."""
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port (RFC 6454)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def origin_of(iri: str) -> Origin | None:
    """Give the origin of an address; none if it has none, or names a user besides the host."""
    try:
        parts = urlsplit(iri)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port)


def read_origin(text: str) -> Origin:
    """Read an origin as an operator writes it; raises ``InputRefused``."""
    origin = origin_of(text)
    if origin is None or re.search(r"[\s?#]", text) or urlsplit(text).path not in ("", "/"):
        raise InputRefused(f"an origin is http://HOST:PORT, not {text!r}", "--federation")
    return origin


@dataclass(frozen=True)
class Federation:
    """The origins that may be called, and the address of what calls them.

    Attributes:
        mediator: Where the engine finds the mediator; its last part is a secret. Only an address
            that comes through it goes out.
    """

    origins: frozenset[Origin] = frozenset()
    mediator: str | None = None

    def allows(self, iri: str) -> bool:
        """Tell whether an address may be called."""
        return self.mediator is not None and origin_of(iri) in self.origins

    def mediated(self, iri: str) -> str:
        """Give the address that the engine calls instead of ``iri``."""
        return f"{self.mediator}{quote(iri, safe='')}" if self.mediator else NOWHERE

    def unmediated(self, text: str) -> str:
        """Put the addresses that were meant back into a message, which others may read."""
        if self.mediator is None:
            return text
        pattern = re.escape(self.mediator) + r"([A-Za-z0-9_.~%-]*)"
        return re.sub(pattern, lambda match: unquote(match[1]), text)


ALONE: Final = Federation()
"""Nothing may be called."""


def mediate(text: str, federation: Federation) -> Iterator[Edit]:
    """Write the endpoints of all ``SERVICE`` calls anew.

    A variable endpoint is bound to its mediated form first. The engine calls it only inside
    ``LATERAL``, once for each solution (its extension of SPARQL, SEP-0006).

    Raises:
        FederationRefused: one that may not be called and is not ``SILENT``.
        QueryRefused: one that cannot be read without doubt.
    """
    if "service" not in text.lower():
        return
    for number, call in enumerate(_calls(text)):
        endpoint = call.endpoint
        if endpoint.kind != "variable":
            if call.iri is None:
                raise _refused(text, endpoint, "the endpoint of SERVICE is no absolute IRI")
            if not call.is_silent and not federation.allows(call.iri):
                raise not_allowed(text, call.start, f"{call.iri} is called by SERVICE", federation)
            yield Edit(endpoint.start, endpoint.end, f"<{federation.mediated(call.iri)}>")
        elif federation.mediator is None:
            if not call.is_silent:
                raise not_allowed(text, call.start, "SERVICE calls another endpoint", federation)
            yield Edit(endpoint.start, endpoint.end, f"<{NOWHERE}>")
        elif call.is_nested:
            raise _refused(text, endpoint, "a variable SERVICE cannot stand within another")
        else:
            yield from _bound(call, f"?mediated{number}_", federation.mediator)


@dataclass(frozen=True)
class _Call:
    """One ``SERVICE``: its tokens, the IRI, the variables of its group and where that ends."""

    start: Token
    is_silent: bool
    endpoint: Token
    iri: str | None
    is_nested: bool
    variables: tuple[str, ...]
    end: int


def _calls(text: str) -> Iterator[_Call]:
    found = list(tokens(text))
    prologue = Prologue()
    enclosing = 0  # where the outermost call that is open ends
    for index, token in enumerate(found):
        prologue.see(token)
        if not _says_service(found, index):
            continue
        is_silent = found[index + 1 : index + 2] != [] and _is(found[index + 1], "SILENT")
        endpoint, opening = [*found[index + 1 + is_silent : index + 3 + is_silent], _END, _END][:2]
        is_clear = (
            _is(token, "SERVICE")
            and endpoint.kind in ("iri", "name", "variable")
            and opening.text == "{"
        )
        if not is_clear:
            raise _refused(text, token, "write SERVICE, SILENT and the endpoint apart")
        first = index + 2 + is_silent
        last = group_end(found, first)
        inside, end = found[first:last], found[last].end
        variables = dict.fromkeys(f"?{part.text[1:]}" for part in inside if part.kind == "variable")
        yield _Call(
            token,
            is_silent,
            endpoint,
            prologue.resolve(endpoint),
            token.start < enclosing,
            tuple(variables),
            end,
        )
        enclosing = max(enclosing, end)


_END: Final = Token("", "", 0, 0)


def _says_service(found: Sequence[Token], index: int) -> bool:
    """Tell whether a token calls a service, perhaps written together with its neighbours."""
    token = found[index]
    if "service" not in token.text.lower():
        return False
    if token.kind == "word":
        return True
    is_graph_name = index > 0 and _is(found[index - 1], "GRAPH")
    is_endpoint = index > 0 and found[index - 1].text.upper() in ("SERVICE", "SILENT")
    before_group = index + 1 < len(found) and found[index + 1].text == "{"
    deep = before_group and found[index + 1].depth > 1
    return token.kind == "name" and deep and not is_graph_name and not is_endpoint


def _bound(call: _Call, name: str, mediator: str) -> list[Edit]:
    """Bind the mediated form of a variable endpoint where no ``SELECT *`` sees it."""
    variable = "?" + call.endpoint.text[1:]
    seen = " ".join(dict.fromkeys([variable, *call.variables]))
    address = f'IRI(CONCAT("{mediator}", ENCODE_FOR_URI(STR({variable}))))'
    before = f"LATERAL {{ SELECT {seen} {{ BIND({address} AS {name}) LATERAL {{ "
    return [
        Edit(call.start.start, call.start.start, before),
        Edit(call.endpoint.start, call.endpoint.end, name),
        Edit(call.end, call.end, " } } }"),
    ]


def _is(token: Token, word: str) -> bool:
    return token.kind == "word" and token.text.upper() == word


def not_allowed(text: str, token: Token, what: str, federation: Federation) -> FederationRefused:
    """Make the error that says what may not be called, and what may."""
    line, column = place(text, token.start)
    allowed = ", ".join(sorted(map(str, federation.origins)))
    may = f"this endpoint calls only {allowed}" if allowed else "this endpoint calls no other one"
    return FederationRefused(f"{what}: {may}", line=line, column=column)


def _refused(text: str, token: Token, reason: str) -> QueryRefused:
    line, column = place(text, token.start)
    return QueryRefused(reason, line=line, column=column)
