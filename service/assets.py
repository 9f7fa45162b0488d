"""The files of the pages: where Vite has put each source, under a name that changes with it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from foedus.ontology.errors import FoedusError

STATIC: Final = Path(__file__).parent / "static"


class NotBundled(FoedusError):
    """The files of the pages have not been made."""

    def __init__(self) -> None:
        super().__init__("service/static is not there: run python hatch_build.py, or make serve")


@cache
def _manifest() -> Mapping[str, Mapping[str, str]]:
    try:
        text = (STATIC / ".vite" / "manifest.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotBundled from error
    manifest: dict[str, dict[str, str]] = json.loads(text)
    return manifest


def asset(name: str) -> str:
    """Give the path at which a source such as ``query.ts`` is served; raises `NotBundled`."""
    return f"/static/{_manifest()[f'src/{name}']['file']}"
