"""The image: what can be known of it without building it."""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = re.sub(r"\\\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8")).splitlines()


def copied() -> list[str]:
    steps = [
        line.split()[1:] for line in STEPS if line.startswith("COPY ") and "--from" not in line
    ]
    return [name for *sources, _ in steps for name in sources]


def test_the_image_copies_what_there_is_and_nothing_is_ignored_that_it_copies() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert "*" in lines
    assert sorted(kept) == sorted(copied())
    assert all((ROOT / name).exists() for name in copied())


def test_what_the_image_copies_is_enough_to_build_it(tmp_path: Path) -> None:
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            left = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(source, tmp_path / name, ignore=left)
        else:
            shutil.copy(source, tmp_path / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for pattern in (
        "foedus/service/edge/__init__.py",
        "foedus/service/templates/*.html",
        "foedus/service/locales/*.po",
        "foedus/service/reading/queries/*.rq",
        "foedus/service/static/assets/style-*.css",
        "foedus/graph/queries/*.rq",
        "foedus/graph/documents/*.trig",
        "foedus/ontology/*.ttl",
        "foedus/shapes/*.ttl",
    ):
        assert fnmatch.filter(names, pattern), pattern


def test_the_image_has_what_runs_and_nothing_that_only_tests_need() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE))

    assert pins("requirements.serve.lock") < pins("requirements.lock")
    assert not any("pytest" in pin for pin in pins("requirements.serve.lock"))


def test_the_image_runs_without_root_and_knows_its_health() -> None:
    last = STEPS[max(n for n, line in enumerate(STEPS) if line.startswith("FROM ")) :]
    (user,) = (line.split()[1] for line in last if line.startswith("USER "))
    assert user not in ("root", "0")
    (check,) = (line for line in last if line.startswith("HEALTHCHECK "))
    command = json.loads(check.partition(" CMD ")[2])
    compile(command[-1], "HEALTHCHECK", "exec")
    (start,) = (line for line in last if line.startswith("CMD "))
    assert "exec foedus serve" in json.loads(start.removeprefix("CMD "))[-1]
