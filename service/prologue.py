"""What IRIs mean in a text that is read token by token (SPARQL 1.1 Query, section 4.1.1)."""

import re
from typing import Final
from urllib.parse import urljoin

from foedus.ontology.namespaces import BASE
from foedus.service.tokens import Token

_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")


class Prologue:
    """The prefixes and the base that are in force at the token seen last."""

    def __init__(self) -> None:
        self._base: str = BASE
        self._prefixes: dict[str, str] = {}
        self._last: tuple[str, str] = ("", "")

    def see(self, token: Token) -> None:
        """Go on to ``token``."""
        before, word = self._last
        if token.kind == "iri":
            if word == "BASE":
                self._base = self.resolve(token) or self._base
            elif before == "PREFIX" and word.endswith(":"):
                self._prefixes[word] = self.resolve(token) or ""
        self._last = (word, token.text.upper() if token.kind == "word" else token.text)

    def resolve(self, token: Token) -> str | None:
        """Give the absolute IRI that ``token`` stands for; none if it stands for none."""
        if token.kind == "iri":
            iri = urljoin(self._base, _unescape(token.text[1:-1]))
        else:
            prefix, colon, local = token.text.partition(":")
            namespace = self._prefixes.get(prefix + colon)
            if token.kind != "name" or not namespace:
                return None
            iri = namespace + _unescape(local)
        return iri if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri) else None


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if not code:
            return match[3]
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"

    return _ESCAPED.sub(character, text)
