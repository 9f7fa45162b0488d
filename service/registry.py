"""Worlds that somebody has described here, by key."""

import json
import re
from pathlib import Path
from typing import Final

from foedus.graph import descriptions
from foedus.graph.worlds import NAMED, World
from foedus.service.errors import UnknownWorld

KEPT: Final = 1_000
"""How many descriptions are kept; the one that was posted longest ago goes."""

_KEY: Final = re.compile("[0-9a-f]{16}")


class Registry:
    """Descriptions by key, each a small file; the same description always has the same key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, world: World) -> str:
        """Keep a description and give its key; raises ``OSError`` where nothing can be written."""
        key = descriptions.key_of(world)
        if key in NAMED:
            return key
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{key}.json"
        unfinished = path.with_suffix(".new")
        unfinished.write_text(json.dumps(descriptions.as_json(world)), encoding="utf-8")
        unfinished.replace(path)
        kept = sorted(self._folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink(missing_ok=True)
        return key

    def described(self, key: str) -> World | None:
        """Find a world by a key that stands for a name; none where it does not look like one.

        Raises:
            UnknownWorld: it looks like a key, and nobody described a world of it here.
        """
        return self.find(key) if _KEY.fullmatch(key) else None

    def find(self, key: str) -> World:
        """Find a world by its key; raises ``UnknownWorld``."""
        if key in NAMED:
            return NAMED[key]
        path = self._folder / f"{key}.json"
        if not _KEY.fullmatch(key) or not path.is_file():
            raise UnknownWorld(key)
        return descriptions.from_json(json.loads(path.read_text(encoding="utf-8")))
