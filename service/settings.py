"""The settings of a server; the only place that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from foedus.ontology.errors import InputRefused


@dataclass(frozen=True)
class Settings:
    """What a server can be told.

    Attributes:
        data: Folder of snapshots and posted documents.
        host: Address to listen on; the default is reached from this machine only.
        port: TCP port; 0 takes any free one.
        max_body: Longest request body in bytes.
    """

    data: Path = Path(".foedus")
    host: str = "127.0.0.1"
    port: int = 8000
    max_body: int = 1_000_000


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``FOEDUS_DATA``, ``FOEDUS_HOST`` and ``FOEDUS_PORT``; an empty one counts as unset.

    Raises:
        InputRefused: a value that cannot be used; names the variable.
    """
    default = Settings()
    return Settings(
        data=Path(environ.get("FOEDUS_DATA") or default.data),
        host=environ.get("FOEDUS_HOST") or default.host,
        port=port(environ.get("FOEDUS_PORT") or str(default.port), "FOEDUS_PORT"),
    )


def port(text: str, source: str) -> int:
    """Read a TCP port; ``source`` is the option or variable that an error names."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise InputRefused(f"a port is a number from 0 to 65535, not {text!r}", source)
    return int(text)
