"""Hatch build hook: link the source folders as ``foedus.*`` for editable installs."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = ("ontology", "shapes", "graph", "service")


class FoedusHook(BuildHookInterface):  # type: ignore[type-arg]
    """Prepare the files that git does not hold."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before each build of a wheel, an editable wheel or a source archive."""
        if version == "editable":
            link_packages(Path(self.root))


def link_packages(root: Path) -> None:
    """Make ``.editable/foedus/<name>`` a link to each source folder."""
    home = root / ".editable" / "foedus"
    home.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        link = home / name
        if not link.is_symlink():
            link.symlink_to(Path("..", "..", name), target_is_directory=True)
