"""The command ``foedus``: what it prints, where, and with which exit code."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from foedus.graph import load
from foedus.graph.questions import questions
from foedus.graph.snapshot import Snapshot, current
from foedus.ontology.lexical import Names
from foedus.service.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = load.FOLDER / "documents" / "soldiers-and-treaty.trig"


@pytest.fixture(scope="session")
def data(built: Snapshot) -> str:
    return str(built.path.parent.parent)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> "Runner":
    return Runner(capsys)


class Runner:
    """Runs a command in this process; keeps what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        """Run one command; returns its exit code."""
        code = main(arguments)
        self.out, self.err = self._capsys.readouterr()
        return code


def test_build_says_what_it_does_on_standard_error_only(run: Runner, tmp_path: Path) -> None:
    assert run("build", "--data", str(tmp_path), "--documents", str(DOCUMENT)) == 0
    assert run.out == ""
    identity = current(tmp_path).id
    assert f"published: {identity}" in run.err
    assert run.err.count("...") == 5
    assert run("build", "--data", str(tmp_path), "--documents", str(DOCUMENT)) == 0
    assert f"up to date: {identity}" in run.err


def test_build_refuses_a_broken_document_with_file_line_and_reason(
    run: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "broken.trig"
    path.write_text(DOCUMENT.read_text(encoding="utf-8") + "}", encoding="utf-8")
    assert run("build", "--data", str(tmp_path), "--documents", str(path)) == 2
    assert re.search(rf"foedus: {re.escape(str(path))}:\d+:\d+: ", run.err)
    assert "Traceback" not in run.err


def test_a_question_is_asked_by_its_name(run: Runner, data: str) -> None:
    assert run("query", "list-denial", "--data", data) == 0
    assert "agent:pyongyang" in run.out
    assert "3 rows" in run.err
    assert max(map(len, run.out.splitlines())) > 100


def test_a_parameter_of_a_question_is_given(run: Runner, data: str) -> None:
    assert run("query", "list-expert", "--data", data, "-p", "x=y") == 2
    assert "no parameter" in run.err
    command = ("query", "list-agreement-in-force-on", "--format", "csv", "--data", data)
    assert run(*command) == 0
    assert len(run.out.splitlines()) == 1
    assert run(*command, "-p", "on=2025-01-01") == 0
    assert len(run.out.splitlines()) == 2


def test_each_format_is_what_it_says(run: Runner, data: str) -> None:
    def printed(form: str) -> str:
        assert run("query", "list-spokesman", "--format", form, "--data", data) == 0
        return run.out

    assert printed("csv").splitlines()[0] == "agent,label,state"
    assert printed("tsv").splitlines()[0] == "?agent\t?label\t?state"
    assert len(json.loads(printed("json"))["results"]["bindings"]) == 4
    parsed = ox.parse_query_results(printed("xml").encode(), format=ox.QueryResultsFormat.XML)
    assert isinstance(parsed, ox.QuerySolutions)
    assert len(list(parsed)) == 4


def test_sparql_comes_as_text_from_a_file_or_from_standard_input(
    run: Runner, data: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "ASK { ?s a <https://w3id.org/foedus/ont/Claim> }"
    path = tmp_path / "ask.rq"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    for query in (text, str(path), "-"):
        assert run("query", query, "--data", data) == 0
        assert run.out == "true\n"


def test_no_is_exit_code_one(run: Runner, data: str) -> None:
    assert run("query", "ASK { <x:a> <x:b> <x:c> }", "--data", data) == 1
    assert run.out == "false\n"


def test_a_graph_is_printed_as_turtle_or_json_ld(run: Runner, data: str) -> None:
    assert run("query", "construct-provenance", "--data", data) == 0
    turtle = rdflib.Graph().parse(data=run.out, format="turtle")
    assert len(turtle) > 0
    assert run("query", "construct-provenance", "--format", "json", "--data", data) == 0
    assert len(json.loads(run.out)) > 0
    assert run("query", "construct-provenance", "--format", "csv", "--data", data) == 2
    assert run.out == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["query", "SELECT * {"], r"query:1:1\d"),
        (["query", "no-such-question"], "no question is called"),
        (["query", "none.rq"], "No such file"),
        (["query", "ASK " + "{" * 3000], "nested"),
        (["query", "ASK { SERVICE <http://127.0.0.1:9/> {} }"], "SERVICE"),
        (["query", "list-claim", "-p", "x"], "NAME=VALUE"),
        (["query", "ASK {}", "-p", "x=y"], "only a named question"),
        (["validate", "none.trig"], "No such file"),
        (["validate", "README.md"], "expected one of"),
        (["encode", "none.txt"], "No such file"),
        (["serve", "--port", "http"], "a port is a number"),
    ],
)
def test_input_that_cannot_be_used_is_exit_code_two_and_a_reason(
    run: Runner, data: str, arguments: list[str], reason: str
) -> None:
    extra = ["--data", data] if arguments[0] in ("query", "serve") else []
    assert run(*arguments, *extra) == 2
    assert run.out == ""
    assert re.search(reason, run.err)


def test_without_a_snapshot_one_is_told_to_build(run: Runner, tmp_path: Path) -> None:
    for command in (["query", "list-claim"], ["serve"]):
        assert run(*command, "--data", str(tmp_path)) == 2
        assert "foedus build" in run.err


def test_the_questions_are_listed_with_their_parameters(run: Runner) -> None:
    assert run("query") == 0
    for asked in questions():
        assert asked.name in run.out
        assert asked.title["en"] in run.out
    assert "list-agreement-in-force-on -p on=…" in run.out


@pytest.mark.parametrize(
    ("options", "holds"),
    [
        ([], False),
        (["--world", "possible"], True),
        (["--world", "possible", "--at-least", "probable"], False),
        (["--at-least", "possible", "--disbelieve", "agent:source-of-asset-release"], False),
        (["--at-least", "possible", "--as-of", "2024-02-07"], True),
        (["--at-least", "possible", "--as-of", "2024-02-06"], False),
        (["--at-least", "possible", "--believe", "agent:tass"], False),
        (["--at-least", "possible", "--undisputed"], True),
    ],
)
def test_a_world_is_chosen_by_options(
    run: Runner, data: str, options: list[str], holds: bool
) -> None:
    query = "ASK { ?r a <https://w3id.org/foedus/ont/Release> }"
    assert run("query", query, "--data", data, *options) == (0 if holds else 1)


def test_a_hypothesis_comes_from_a_file(run: Runner, data: str, tmp_path: Path) -> None:
    path = tmp_path / "attack.trig"
    path.write_text(
        "GRAPH <x:p> { <x:e> a <https://w3id.org/foedus/ont/Attack> }", encoding="utf-8"
    )
    query = "ASK { <x:e> a <https://w3id.org/foedus/ont/Event> }"
    assert run("query", query, "--data", data, "--suppose", str(path)) == 0
    assert run("query", query, "--data", data) == 1
    path.write_text("GRAPH {", encoding="utf-8")
    assert run("query", query, "--data", data, "--suppose", str(path)) == 2
    assert "suppose:1:" in run.err


def test_a_world_is_exported_as_rdf(built: Snapshot, data: str) -> None:
    foedus = Path(sys.executable).with_name("foedus")

    def exported(*options: str) -> bytes:
        command = [foedus, "export", "--data", data, *options]
        return subprocess.run(command, capture_output=True, check=True).stdout

    everything = set(ox.parse(exported(), format=ox.RdfFormat.N_QUADS))
    assert len(everything) == built.meta["quads"]
    trig = exported("--format", "trig", "--world", "possible")
    assert len(list(ox.parse(trig, format=ox.RdfFormat.TRIG))) > len(everything)
    turtle = list(ox.parse(exported("--format", "ttl"), format=ox.RdfFormat.TURTLE))
    default = [q for q in everything if isinstance(q.graph_name, ox.DefaultGraph)]
    assert len(turtle) == len(default)


def test_a_document_of_ours_is_valid(run: Runner) -> None:
    assert run("validate", str(DOCUMENT)) == 0
    assert run.out == "conforms\n"


def test_a_document_that_does_not_conform_is_exit_code_one_with_a_report(
    run: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "bad.trig"
    text = DOCUMENT.read_text(encoding="utf-8")
    path.write_text(text.replace("fd:firmness firmness:certain ;", "", 1), encoding="utf-8")
    assert run("validate", str(path)) == 1
    assert "claim/1a" in run.out
    assert run("validate", str(path), "--lang", "de") == 1
    assert "claim/1a" in run.out
    assert run("validate", str(path), "--format", "json") == 1
    assert json.loads(run.out)["conforms"] is False
    for form, name in (("turtle", "turtle"), ("xml", "xml"), ("nt", "nt"), ("jsonld", "json-ld")):
        assert run("validate", str(path), "--format", form) == 1
        report = rdflib.Graph().parse(data=run.out, format=name)
        conforms = list(report.objects(None, rdflib.SH.conforms))
        assert conforms == [rdflib.Literal(False)]


def test_encode_numbers_the_sentences_of_a_text(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("Er kam. Sie ging.", encoding="utf-8")
    assert run("encode", str(path)) == 0
    assert run.out == "1\t0\t7\tEr kam.\n2\t8\t17\tSie ging.\n"


def test_encode_writes_a_document_that_needs_no_more_than_the_gate(
    run: Runner, tmp_path: Path
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Orel hält einen Einmarsch für wahrscheinlich.", encoding="utf-8")
    readme = (load.FOLDER / "documents" / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```trig\n(.*?)```", readme, re.DOTALL)
    assert example
    prefixes = "".join(
        f"@prefix {line.partition(': ')[0]}: {line.partition(': ')[2]}\n"
        for line in re.findall(r"@prefix (.*)\n", DOCUMENT.read_text(encoding="utf-8"))
    ).replace("digest/soldiers-and-treaty", "digest/lage")
    register = """GRAPH <https://w3id.org/foedus/graph/entities> {
      agent:orel a fd:Person ; rdfs:label "Orel"@en , "Orel"@de .
      agent:author-of-lage a fd:UnnamedAgent ; rdfs:label "author"@en , "Verfasser"@de .
      state:tarland a fd:State ; rdfs:label "Tarland"@en , "Tarland"@de .
    }"""
    draft = tmp_path / "draft.trig"
    shorter = example[1].replace("einen Einmarsch Tarlands", "einen Einmarsch")
    draft.write_text(prefixes + register + shorter, encoding="utf-8")
    assert run("encode", str(text), str(draft)) == 0
    document = tmp_path / "lage.trig"
    document.write_text(run.out, encoding="utf-8")
    assert run("validate", str(document)) == 0, run.out
    wrong = shorter.replace("einen Einmarsch", "einen Rückzug")
    draft.write_text(prefixes + register + wrong, encoding="utf-8")
    assert run("encode", str(text), str(draft)) == 2
    assert "not in the text" in run.err


def test_a_reader_that_stops_early_is_no_error(data: str) -> None:
    foedus = Path(sys.executable).with_name("foedus")
    done = subprocess.run(
        f"'{foedus}' query list-claim --data '{data}' | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_commands_are_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("build", "serve", "query", "export", "why", "validate", "encode"):
        assert re.search(rf"(foedus|make) {command}", readme)


def test_the_readme_shows_the_answer_that_its_query_has(run: Runner, data: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- answer: ([\w-]+) -->\n\n((?:\|.*\n)+)", readme)
    assert shown
    head, _, *lines = (
        [cell.strip(" `") for cell in line.split("|")[1:-1]] for line in shown[2].splitlines()
    )
    assert run("query", shown[1], "--format", "tsv", "--data", data) == 0
    names, *rows = (line.split("\t") for line in run.out.splitlines())
    assert [f"?{name}" for name in head] == names[: len(head)]
    assert lines == [[_short(cell) for cell in row[: len(head)]] for row in rows]


def test_the_hypothesis_of_the_readme_calls_in_what_is_owed(
    run: Runner, data: str, tmp_path: Path
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```trig\n(.*?)```", readme, re.DOTALL)
    assert example
    path = tmp_path / "attack.trig"
    path.write_text(example[1], encoding="utf-8")
    command = ("query", "list-due-obligation", "--format", "csv", "--data", data)
    assert run(*command) == 0
    assert len(run.out.splitlines()) == 1
    assert run(*command, "--suppose", str(path)) == 0
    header, *rows = (line.split(",") for line in run.out.splitlines())
    owed = [dict(zip(header, row, strict=True)) for row in rows]
    assert {(it["bearer"].rpartition("/")[2], it["pledge"].rpartition("/")[2]) for it in owed} == {
        ("north-korea", "assistance"),
        ("north-korea", "defence"),
    }
    assert {it["standing"].rpartition("/")[2] for it in owed} == {"in-force"}
    without = ["--disbelieve", "supplement:treaties-and-resolutions"]
    assert run(*command, "--suppose", str(path), *without) == 0
    assert "standing/promised" in run.out
    assert "standing/in-force" not in run.out


def test_why_shows_what_a_line_rests_on(run: Runner, data: str) -> None:
    name = "proposition:north-korea-supplies-ammunition-to-russia"
    assert run("why", name, "--data", data) == 0
    assert "Support 1 of 2" in run.out
    assert "(Digest on North Korea's support for Russia, sentence 1, 67–151)" in run.out
    assert run("why", name, "--data", data, "--lang", "de", "--at-most", "1") == 0
    assert "Nordkorea versorgt Russland mit Munition." in run.out
    assert run("why", name, "--data", data, "--format", "json") == 0
    assert json.loads(run.out)
    assert run("why", name, "--data", data, "--format", "turtle") == 0
    assert len(rdflib.Graph().parse(data=run.out, format="turtle")) > 5
    assert run("why", name, "--data", data, "--format", "mermaid") == 0
    assert run.out.startswith(("flowchart", "graph"))
    triple = ("event:ammunition-supply", "fd:hasActor", "state:north-korea")
    assert run("why", *triple, "--data", data) == 0
    assert run("why", *triple, "--data", data, "--as-of", "2024-01-01") == 1
    for wrong in (["proposition:none"], ["a", "b"], ["state:russia"], ["no term"]):
        assert run("why", *wrong, "--data", data) == 2
        assert "Traceback" not in run.err


def _short(term: str) -> str:
    return Names().written(rdflib.URIRef(term.strip("<>"))) if term else ""
