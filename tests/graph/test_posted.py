"""Changes of what is posted: whole or not at all, wherever they are cut short."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from letters import iri_of, letter

from foedus.graph.build import build
from foedus.graph.gate import DocumentsRefused
from foedus.graph.kept import kept
from foedus.graph.post import Condition, Sent, file_name, put, remove
from foedus.graph.posted import changing, posted_paths, settle
from foedus.graph.snapshot import current


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a graph of one document, and post another."""
    folder = tmp_path_factory.mktemp("beginning")
    path = folder / "first.trig"
    path.write_text(letter("first"), encoding="utf-8")
    build(folder / "data", [path])
    put(folder / "data", sent(letter("second")))
    return folder / "data"


@pytest.fixture
def data(beginning: Path, tmp_path: Path) -> Path:
    return shutil.copytree(beginning, tmp_path / "data", symlinks=True)


def sent(text: str) -> Sent:
    return Sent(text.encode(), ox.RdfFormat.TRIG)


def texts(data: Path) -> dict[str, str]:
    """Give what is posted, by the name of its file."""
    return {path.name: path.read_text(encoding="utf-8") for path in posted_paths(data)}


def posted(*names: str) -> dict[str, str]:
    return {file_name(iri_of(name)): letter(name) for name in names}


def left(data: Path) -> list[str]:
    """List what is hidden: the parts of a change."""
    return sorted(path.name for path in data.rglob(".*") if not path.name.startswith(".current"))


def incoming(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_snapshot_keeps_the_documents_that_it_was_made_of(data: Path) -> None:
    found = kept(current(data))
    assert {iri: it.is_posted for iri, it in found.items()} == {
        iri_of("first"): False,
        iri_of("second"): True,
    }
    for name in ("first", "second"):
        assert found[iri_of(name)].path.read_text(encoding="utf-8") == letter(name)


def test_an_older_snapshot_keeps_what_has_been_replaced(data: Path) -> None:
    older = current(data)
    put(data, sent(letter("second", "ukraine")))
    assert kept(older)[iri_of("second")].path.read_text(encoding="utf-8") == letter("second")
    newer = kept(current(data))[iri_of("second")].path.read_text(encoding="utf-8")
    assert newer == letter("second", "ukraine")


def test_a_change_of_a_comment_is_kept_without_another_snapshot(data: Path) -> None:
    before = current(data).id
    text = "# A comment.\n" + letter("second")
    done = put(data, sent(text))
    assert (done.built.is_new, done.built.snapshot.id) == (False, before)
    assert kept(current(data))[iri_of("second")].path.read_text(encoding="utf-8") == text


def test_what_a_graph_began_with_stays_its_beginning(data: Path) -> None:
    put(data, sent(letter("third")))
    assert kept(current(data)).keys() == {iri_of("first"), iri_of("second"), iri_of("third")}
    remove(data, iri_of("second"), Condition())
    assert kept(current(data)).keys() == {iri_of("first"), iri_of("third")}


def test_what_is_refused_leaves_nothing(data: Path) -> None:
    before = current(data)
    broken = letter("third").replace("fd:firmness firmness:certain ; ", "")
    with pytest.raises(DocumentsRefused):
        put(data, sent(broken))
    assert current(data) == before
    assert texts(data) == posted("second")
    assert left(data) == []


def test_a_change_that_is_published_is_carried_out(data: Path, tmp_path: Path) -> None:
    new = incoming(tmp_path, file_name(iri_of("third")), letter("third"))
    made_of = str(current(data).meta["input"])
    with changing(data, [new], [file_name(iri_of("second"))], made_of):
        assert texts(data) == posted("second")
    assert texts(data) == posted("third")
    assert left(data) == []


def test_a_change_that_is_not_published_is_undone(data: Path, tmp_path: Path) -> None:
    new = incoming(tmp_path, file_name(iri_of("third")), letter("third"))
    with (
        pytest.raises(KeyboardInterrupt),
        changing(data, [new], [file_name(iri_of("second"))], "another input"),
    ):
        raise KeyboardInterrupt
    assert texts(data) == posted("second")
    assert left(data) == []


@pytest.mark.parametrize("is_published", [True, False])
def test_a_change_that_was_cut_short_is_settled_by_what_is_published(
    is_published: bool, data: Path
) -> None:
    change = data / "documents" / ".change"
    change.mkdir()
    incoming(change, file_name(iri_of("third")), letter("third"))
    incoming(change, file_name(iri_of("second")), "")
    made_of = str(current(data).meta["input"]) if is_published else "another input"
    incoming(change, "input", made_of)
    settle(data)
    assert texts(data) == posted("third" if is_published else "second")
    assert left(data) == []


def test_a_change_that_was_hardly_begun_is_undone(data: Path) -> None:
    change = data / "documents" / ".change"
    change.mkdir()
    incoming(change, file_name(iri_of("third")), letter("third"))
    put(data, sent(letter("fourth")))
    assert texts(data) == posted("second", "fourth")
    assert left(data) == []


def test_names_of_files_tell_documents_apart() -> None:
    iris = [
        iri_of("a"),
        iri_of("b"),
        "urn:x",
        "https://example.org/a?b#c",
        "https://x/" + "y" * 999,
    ]
    names = {file_name(iri) for iri in iris}
    assert len(names) == len(iris)
    assert all(name.endswith(".trig") and len(name) < 100 for name in names)
    assert not any(name.startswith(".") or "/" in name for name in names)
