"""Turtle with the prefixes that it uses, and only these."""

from collections.abc import Mapping
from typing import Final

_DECLARATION: Final = b"@prefix "


def tidy(written: bytes, prefixes: Mapping[str, str]) -> bytes:
    """Drop the declarations that nothing uses, and put the others in the order of ``prefixes``."""
    start = 0
    while written.startswith(_DECLARATION, start):
        start = written.index(b"\n", start) + 1
    body = written[start:]
    header = b"".join(
        b"%b%b: <%b> .\n" % (_DECLARATION, prefix.encode(), iri.encode())
        for prefix, iri in prefixes.items()
        if _uses(body, prefix.encode())
    )
    return header + b"\n" + body if header else body


def _uses(body: bytes, prefix: bytes) -> bool:
    return body.startswith(prefix + b":") or any(
        before + prefix + b":" in body for before in (b" ", b"\n", b"\t", b"^^")
    )
