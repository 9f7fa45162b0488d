"""Work in another process: its results, its errors, and what is left when it is killed."""

import os
import signal
from pathlib import Path

import pytest

from foedus.graph import build as building
from foedus.graph import load
from foedus.graph.beside import beside
from foedus.graph.build import build
from foedus.graph.gate import DocumentsRefused
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import expand

DOCUMENT = load.document_paths()[0]


def test_little_work_is_done_here_and_much_in_another_process() -> None:
    with beside(False) as here, beside(True) as other:
        assert here.begin(os.getpid)() == os.getpid()
        assert other.begin(os.getpid)() != os.getpid()


def test_an_error_of_the_other_process_is_raised_here() -> None:
    with beside(True) as other, pytest.raises(ZeroDivisionError):
        other.begin(divmod, 1, 0)()


def test_what_a_killed_process_has_left_undone_is_done_here() -> None:
    with beside(True) as other:
        pid = other.begin(os.getpid)()
        os.kill(pid, signal.SIGKILL)
        for name in ("rdf:type", "rdf:nil", "rdf:first"):
            assert other.begin(expand, name)() == expand(name)


def test_a_refusal_by_the_other_process_is_the_gates_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.trig"
    text = DOCUMENT.read_text(encoding="utf-8")
    broken.write_text(text.replace("fd:mode mode:assertion", "fd:mode mode:shouting", 1))
    monkeypatch.setattr(building, "_LARGE", 0)
    with pytest.raises(DocumentsRefused) as caught:
        build(tmp_path / "data", [broken])
    assert any(str(place).startswith(f"{broken}:") for place in caught.value.places)
    assert not caught.value.report.conforms
    assert not isinstance(caught.value, InputRefused)
