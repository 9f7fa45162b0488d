"""The competency questions: their headers, their parameters, their answers."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF

from foedus import ontology
from foedus.graph.questions import FOLDER, GROUPS, Question, UnknownQuestion, question, questions
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import BASE, FD, PREFIXES

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
UNANSWERED = {
    "list-agreement-in-force-on",
    "list-attacker",
    "list-breach",
    "list-casus-foederis",
    "list-due-obligation",
    "list-membership",
    "list-release",
    "list-sentence-without-claim",
    "list-transfer-date",
    "list-transfer-to-ukraine",
}


def answer(store: ox.Store, text: str) -> str:
    """Write an answer as it is kept: TSV (exact terms, one row a line), a word, or N-Triples."""
    result = store.query(text)
    if isinstance(result, ox.QueryBoolean):
        return "true\n" if result else "false\n"
    if isinstance(result, ox.QueryTriples):
        written = result.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        return b"".join(sorted(written.splitlines(keepends=True))).decode()
    return (result.serialize(format=ox.QueryResultsFormat.TSV) or b"").decode()


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
def test_a_question_has_its_expected_answer(
    asked: Question, store: ox.Store, request: pytest.FixtureRequest
) -> None:
    path = GOLDEN / f"{asked.name}.tsv"
    found = answer(store, asked.text)
    if request.config.getoption("--update-golden"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
def test_the_order_of_an_answer_is_total(asked: Question) -> None:
    if re.search(r"^SELECT", asked.text, re.MULTILINE):
        assert "\nORDER BY " in asked.text


def test_each_question_has_an_answer_and_each_answer_a_question() -> None:
    assert {path.stem for path in GOLDEN.glob("*.tsv")} == {asked.name for asked in questions()}


def test_there_are_forty_questions_and_the_first_shows_who_says_so() -> None:
    assert len(questions()) >= 40
    assert questions()[0].name == "list-transfer"


def test_questions_that_the_documents_do_not_answer_have_an_empty_answer() -> None:
    empty = {
        path.stem
        for path in GOLDEN.glob("*.tsv")
        if len(path.read_text(encoding="utf-8").splitlines()) == 1
        and path.read_text(encoding="utf-8").startswith("?")
    }
    assert empty == UNANSWERED


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
def test_a_question_declares_the_prefixes_that_it_uses_and_no_others(asked: Question) -> None:
    declared = re.findall(r"^PREFIX ([\w-]+): <([^>]+)>$", asked.text, re.MULTILINE)
    body = "".join(line for line in asked.text.splitlines(True) if line[0] not in "#P")
    used = set(re.findall(r"(?<![\w?:-])([a-z]+):\w", re.sub(r"\"[^\"]*\"", "", body)))
    assert {prefix for prefix, _ in declared} == used | ({"xsd"} if "^^xsd:" in body else set())
    assert all(PREFIXES[prefix] == iri for prefix, iri in declared)


def test_every_class_and_property_is_used_by_a_question_or_a_test() -> None:
    texts = [asked.text for asked in questions()]
    tests = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests").rglob("*.trig")]
    texts += [path.read_text(encoding="utf-8") for path in tests]
    contract = (ROOT / "tests" / "ontology" / "test_modules.py").read_text(encoding="utf-8")
    used = set(re.findall(r"\b(?:fd:|FD\.)(\w+)", "\n".join(texts)))
    used |= set(re.findall(r"\w+", contract))
    merged = ontology.merged()
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {
        str(term).removeprefix(str(FD))
        for kind in kinds
        for term in merged.subjects(RDF.type, kind)
        if str(term).startswith(str(FD))
    }
    assert terms - used == set()


def test_another_value_takes_the_place_of_a_default(store: ox.Store) -> None:
    asked = question("list-agreement-in-force-on")
    for value in ("2024-12-03", "2024-12-04"):
        found = answer(store, asked.bound({"on": value})).splitlines()[1:]
        assert len(found) == (1 if value == "2024-12-04" else 0)


def test_an_iri_may_be_written_with_a_prefix_or_in_full(store: ox.Store) -> None:
    asked = question("list-transfer-to-state")
    short = asked.bound({"state": "state:russia"})
    full = asked.bound({"state": f"{BASE}id/state/russia"})
    assert short == full == asked.bound({"state": f"<{BASE}id/state/russia>"})
    assert answer(store, short) == answer(store, asked.text)


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        ("list-transfer-to-state", {"planet": "state:russia"}, "no parameter"),
        ("list-transfer-to-state", {"state": "Russia"}, "not an IRI"),
        ("list-transfer-to-state", {"state": "x:y> } DROP ALL #"}, "not an IRI"),
        ("list-agreement-in-force-on", {"on": "tomorrow"}, "not a date"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    name: str, values: dict[str, str], reason: str
) -> None:
    with pytest.raises(InputRefused, match=reason):
        question(name).bound(values)


def test_a_name_that_no_question_has_is_refused() -> None:
    with pytest.raises(UnknownQuestion, match="no-such"):
        question("no-such")


def test_files_are_named_verb_first_and_every_group_has_questions() -> None:
    for path in FOLDER.glob("*.rq"):
        assert re.fullmatch(r"(ask|construct|count|describe|list)(-[a-z0-9]+)+", path.stem)
    assert {asked.group["en"] for asked in questions()} == {g["en"] for g in GROUPS.values()}
