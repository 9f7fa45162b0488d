"""The commands ``foedus backup`` and ``foedus restore``."""

import argparse
import sys
from pathlib import Path

from foedus.service import settings


def backup(options: argparse.Namespace) -> int:
    """Back up; says on standard error what."""
    from foedus.graph.backup import backup

    found = backup(_data(options), options.target)
    print(f"backed up: {found.id}", file=sys.stderr)
    return 0


def restore(options: argparse.Namespace) -> int:
    """Restore; says on standard error what is current now."""
    from foedus.graph.backup import restore

    found = restore(options.source, _data(options))
    print(f"restored: {found.id}", file=sys.stderr)
    return 0


def _data(options: argparse.Namespace) -> Path:
    data: Path = options.data or settings.from_environment().data
    return data
