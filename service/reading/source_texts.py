"""The texts that documents were encoded from, where a reader's server has them.

A text is known by the hash of its bytes alone. It is read and hashed again whenever it is shown, so
that a file that was changed in the meantime is no text of ours.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_LONGEST: Final = 20 * 1024**2
"""A longer file is no text of a document."""


class SourceTexts:
    """The texts in a folder; none where there is no folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._hashes: dict[Path, tuple[int, int, str]] = {}

    def find(self, sha256: str) -> str | None:
        """Give the text with this hash; none unless a file has exactly these bytes, as UTF-8."""
        for path in self._candidates(sha256):
            try:
                content = path.read_bytes()
            except OSError:
                continue
            if hashlib.sha256(content).hexdigest() != sha256:
                continue
            try:
                return content.decode("utf-8")
            except UnicodeDecodeError:
                return None
        return None

    def _candidates(self, sha256: str) -> Iterator[Path]:
        if self._folder is None or not sha256:
            return
        try:
            paths = sorted(self._folder.rglob("*"))
        except OSError:  # a folder that goes away meanwhile
            return
        for path in paths:
            try:
                state = path.stat()
                if not path.is_file() or state.st_size > _LONGEST:
                    continue
                known = self._hashes.get(path)
                if known is None or known[:2] != (state.st_mtime_ns, state.st_size):
                    digest = hashlib.sha256(path.read_bytes()).hexdigest()
                    known = (state.st_mtime_ns, state.st_size, digest)
                    self._hashes[path] = known
            except OSError:
                continue
            if known[2] == sha256:
                yield path
