"""What a query may call, and what the engine sees of it."""

import pyoxigraph as ox
import pytest

from foedus.ontology.errors import InputRefused
from foedus.service.errors import FederationRefused, QueryRefused
from foedus.service.federation import (
    ALONE,
    NOWHERE,
    Federation,
    origin_of,
    read_origin,
)
from foedus.service.guard import admit as mediate

OPEN = Federation(frozenset({read_origin("http://ally.example:8080")}), "http://127.0.0.1:1/t/")
ALLY = "http://127.0.0.1:1/t/http%3A%2F%2Fally.example%3A8080%2Fsparql"


@pytest.mark.parametrize(
    "endpoint",
    [
        "<http://ally.example:8080/sparql>",
        "<HTTP://ally.example:8080/sparql>",
        "a:sparql",
        "</sparql>",
        "<http://ally.example:8080/\\u0073parql>",
    ],
)
def test_an_allowed_endpoint_is_called_through_the_mediator(endpoint: str) -> None:
    prologue = "BASE <http://ally.example:8080/x> PREFIX a: <http://ally.example:8080/> "
    text = mediate(f"{prologue}SELECT * {{ SERVICE {endpoint} {{ ?s ?p ?o }} }}", OPEN)
    assert text.lower() == f"{prologue}SELECT * {{ SERVICE <{ALLY}> {{ ?s ?p ?o }} }}".lower()


@pytest.mark.parametrize(
    "endpoint",
    [
        "<http://ally.example/sparql>",
        "<https://ally.example:8080/sparql>",
        "<http://ally.example:8080@enemy.example/sparql>",
        "<http://user@ally.example:8080/sparql>",
        "<http://enemy.example:8080/#http://ally.example:8080/>",
        "<http://ally.example.enemy.example:8080/>",
        "<http://ally.example:8080.enemy.example/>",
        "<http://ally.example:808080/>",
        "<file:///etc/passwd>",
        "<urn:x>",
    ],
)
def test_another_endpoint_is_refused_with_its_place(endpoint: str) -> None:
    with pytest.raises(FederationRefused) as refused:
        mediate(f"SELECT * {{\n  SERVICE {endpoint} {{ ?s ?p ?o }} }}", OPEN)
    assert (refused.value.line, refused.value.column) == (2, 3)
    assert "http://ally.example:8080" in refused.value.reason


@pytest.mark.parametrize("endpoint", ["<http://127.0.0.1:1/>", "?s", "<file:///etc/passwd>"])
def test_a_silent_call_that_is_not_allowed_gives_one_empty_solution(endpoint: str) -> None:
    text = mediate(f"SELECT * {{ SERVICE SILENT {endpoint} {{ ?s ?p ?o }} }}", ALONE)
    assert f"<{NOWHERE}>" in text
    solutions = ox.Store().query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [list(solution) for solution in solutions] == [[None, None, None]]


def test_a_variable_endpoint_is_bound_to_its_mediated_form_which_nobody_sees() -> None:
    query = (
        "SELECT * { VALUES ?at { <http://ally.example:8080/sparql> } SERVICE ?at { ?s ?p _:o } }"
    )
    text = mediate(query.replace("SERVICE", "SERVICE SILENT"), OPEN)
    solutions = ox.Store().query(text)
    assert isinstance(solutions, ox.QuerySolutions)
    assert sorted(variable.value for variable in solutions.variables) == ["at", "p", "s"]
    with pytest.raises(OSError, match="port 1"):  # which is where the mediator would be
        list(ox.Store().query(mediate(query, OPEN)))  # type: ignore[arg-type]


def test_a_variable_endpoint_is_refused_where_nothing_may_be_called() -> None:
    with pytest.raises(FederationRefused):
        mediate("SELECT * { ?x ?y ?z SERVICE ?z { ?s ?p ?o } }", ALONE)


def test_a_variable_endpoint_within_a_call_is_refused() -> None:
    nested = "SERVICE <http://ally.example:8080/> { ?x ?y ?z SERVICE ?z { ?s ?p ?o } }"
    with pytest.raises(QueryRefused):
        mediate(f"SELECT * {{ {nested} }}", OPEN)


def test_a_message_has_the_address_that_was_meant() -> None:
    assert OPEN.unmediated(f"by {ALLY}: no") == "by http://ally.example:8080/sparql: no"
    assert ALONE.unmediated(ALLY) == ALLY


@pytest.mark.parametrize("text", ["ally.example", "ftp://ally.example", "http://a/b", "http://a?b"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        read_origin(text)


def test_an_origin_has_the_port_of_its_scheme_and_any_spelling_of_its_host() -> None:
    assert origin_of("HTTPS://Ally.Example/a") == read_origin("https://ally.example:443")
    assert str(read_origin("http://[::1]:80/")) == "http://[::1]:80"
