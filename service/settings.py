"""The settings of a server; the only place that reads the environment.

Each field of `Settings` is the variable ``FOEDUS_`` and its name in capitals, and says how that is
read.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints

from foedus.ontology.errors import InputRefused
from foedus.service.limits import Limits

PREFIX: Final = "FOEDUS_"
_KILO: Final = 1024
_DAY: Final = 86_400.0
_UNITS: Final = {"": 1, "K": _KILO, "M": _KILO**2, "G": _KILO**3}
_SIZE: Final = re.compile(r"(\d{1,15})([KMG]?)(?:I?B)?", re.ASCII | re.IGNORECASE)
_ADDRESS: Final = re.compile(r"\*|[0-9a-fA-F.:]+(/\d{1,3})?", re.ASCII)
_Reader = Callable[[str, str], Any]


def read_port(text: str, source: str) -> int:
    """Read a TCP port; ``source`` is the option or variable that an error names."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise InputRefused(f"a port is a number from 0 to 65535, not {text!r}", source)
    return int(text)


def _text(text: str, source: str) -> str:
    return text


def _path(text: str, source: str) -> Path:
    return Path(text)


def _folder(text: str, source: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise InputRefused(f"not a folder: {text!r}", source)
    return path


def _number(least: int, most: int = 100_000) -> _Reader:
    def read(text: str, source: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise InputRefused(f"expected a number from {least} to {most}, not {text!r}", source)
        return int(text)

    return read


def _size(least: int = 0) -> _Reader:
    def read(text: str, source: str) -> int:
        matched = _SIZE.fullmatch(text.strip())
        if matched is None:
            raise InputRefused(f"expected a size such as 512M or 2G, not {text!r}", source)
        size = int(matched[1]) * _UNITS[matched[2].upper()]
        if size < least:
            raise InputRefused(f"expected at least {show_size(least)}, not {text!r}", source)
        return size

    return read


def _decimal(text: str, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and 0 <= value <= most else None


def _seconds(text: str, source: str) -> float:
    value = _decimal(text, _DAY)
    if not value:
        raise InputRefused(f"expected seconds, more than 0 and at most a day, not {text!r}", source)
    return value


def _rate(text: str, source: str) -> float:
    value = 0.0 if text.lower() == "off" else _decimal(text, 1e6)
    if value is None:
        raise InputRefused(f"expected requests a second, or off; not {text!r}", source)
    return value


def _switch(text: str, source: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise InputRefused(f"expected on or off, not {text!r}", source)
    return text.lower() == "on"


def _token(text: str, source: str) -> str:
    # What fits into a header: visible ASCII. The token itself is never repeated.
    if not re.fullmatch("[!-~]{1,512}", text):
        raise InputRefused("expected at most 512 visible ASCII characters without spaces", source)
    return text


def _proxies(text: str, source: str) -> tuple[str, ...]:
    addresses = tuple(text.replace(",", " ").split())
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise InputRefused(f"expected addresses, networks or *, not {address!r}", source)
    return addresses


def show_size(size: int) -> str:
    """Write a size as it is read: with the largest unit that leaves no rest."""
    for unit in "GMK":
        if size and size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit}"
    return str(size)


@dataclass(frozen=True)
class Settings:
    """What a server can be told; sizes are in bytes, times in seconds.

    Attributes:
        data: Folder of snapshots and posted documents.
        host: Address to listen on; the default is reached from this machine only.
        port: TCP port; 0 takes any free one.
        token: What a request that writes has to bear; without it nobody writes.
        timeout: How long a query may run; a request can lower it.
        memory: How much a query may allocate.
        max_result: Longest answer, before compression.
        workers: Processes for queries, fast lane.
        slow_workers: How many queries may run in the slow lane besides.
        queue: How many queries may wait for a process, in each lane.
        cache: How much memory answers may take that are kept for who asks again; 0 is none.
        max_body: Longest request body, but for documents.
        max_document: Longest document that is posted or judged.
        max_headers: Longest request line and headers.
        header_timeout: How long a connection may take to send its next request's headers.
        body_timeout: How long a request may take to send its body.
        stall: How long a client may take nothing of its answer.
        connections: How many may be open at once.
        rate: Requests a second from one address, on average; 0 is any number.
        proxies: Whose word on the client's address and scheme is taken.
        log: Whether a line is written of each request.
        texts: Folder of the texts that documents were encoded from; without it none is shown.
    """

    data: Annotated[Path, _path] = Path(".foedus")
    host: Annotated[str, _text] = "127.0.0.1"
    port: Annotated[int, read_port] = 8000
    token: Annotated[str | None, _token] = field(default=None, repr=False)
    timeout: Annotated[float, _seconds] = Limits.seconds
    memory: Annotated[int, _size(64 * _KILO**2)] = Limits.memory
    max_result: Annotated[int, _size(_KILO)] = Limits.result
    workers: Annotated[int, _number(1, 256)] = field(default_factory=lambda: Limits().workers)
    slow_workers: Annotated[int, _number(1, 256)] = Limits.slow
    queue: Annotated[int, _number(0)] = Limits.queue
    cache: Annotated[int, _size()] = Limits.cache
    max_body: Annotated[int, _size(_KILO)] = _KILO**2
    max_document: Annotated[int, _size(_KILO)] = 20 * _KILO**2
    max_headers: Annotated[int, _size(_KILO)] = 256 * _KILO
    header_timeout: Annotated[float, _seconds] = 15.0
    body_timeout: Annotated[float, _seconds] = 30.0
    stall: Annotated[float, _seconds] = Limits.stall
    connections: Annotated[int, _number(1)] = 1_000
    rate: Annotated[float, _rate] = 0.0
    proxies: Annotated[tuple[str, ...], _proxies] = ()
    log: Annotated[bool, _switch] = True
    texts: Annotated[Path | None, _folder] = None


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read every setting from its variable; an empty one counts as unset.

    Raises:
        InputRefused: a value that cannot be used; names the variable.
    """
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(Settings, include_extras=True).items():
        (read,) = hint.__metadata__
        variable = PREFIX + name.upper()
        if text := environ.get(variable):
            values[name] = read(text, variable)
    return Settings(**values)


def limits(settings: Settings) -> Limits:
    """Give the limits of the processes that answer queries."""
    return Limits(
        seconds=settings.timeout,
        memory=settings.memory,
        result=settings.max_result,
        workers=settings.workers,
        slow=settings.slow_workers,
        queue=settings.queue,
        cache=settings.cache,
        stall=settings.stall,
    )
