"""Worlds that somebody has described here, by key; on a read-only disk, until the server ends."""

import json
import re
from collections import OrderedDict
from errno import EACCES, EPERM, EROFS
from pathlib import Path
from typing import Final

from foedus.graph import descriptions
from foedus.graph.durable import make_folder, not_written, write_file
from foedus.graph.worlds import NAMED, World
from foedus.service.errors import UnknownWorld

KEPT: Final = 1_000
"""How many descriptions are kept; the one that was posted longest ago goes."""

_READ_ONLY: Final = frozenset({EACCES, EPERM, EROFS})
_KEY: Final = re.compile("[0-9a-f]{16}")


class Registry:
    """Descriptions by key, each a small file; the same description always has the same key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unwritten: OrderedDict[str, World] = OrderedDict()

    def add(self, world: World) -> str:
        """Keep a description and give its key; raises ``NotWritten`` where the disk is full."""
        key = descriptions.key_of(world)
        if key in NAMED:
            return key
        content = json.dumps(descriptions.as_json(world)).encode()
        try:
            make_folder(self._folder)
            write_file(self._folder / f"{key}.json", content)
        except OSError as error:
            if error.errno not in _READ_ONLY:
                raise not_written(self._folder, error) from error
            self._unwritten[key] = world
            while len(self._unwritten) > KEPT:
                self._unwritten.popitem(last=False)
            return key
        kept = sorted(self._folder.glob("[!.]*.json"), key=lambda file: file.stat().st_mtime)
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
        if key in self._unwritten:
            return self._unwritten[key]
        path = self._folder / f"{key}.json"
        if not _KEY.fullmatch(key) or not path.is_file():
            raise UnknownWorld(key)
        return descriptions.from_json(json.loads(path.read_text(encoding="utf-8")))
