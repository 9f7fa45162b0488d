"""The register of states: which state a number, a code and a name lead to."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal
from rdflib.term import Node

from foedus.graph import load
from foedus.ontology.namespaces import BASE, FD

STATE = BASE + "id/state/"


@pytest.fixture(scope="module")
def register() -> Graph:
    """Give the whole register of entities."""
    graph = Graph()
    for path in load.register_paths():
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def slugs(register: Graph) -> Mapping[int, str]:
    """Give the slug of each numbered state by its Correlates of War number."""
    return {
        number.toPython(): str(state).removeprefix(STATE)
        for state, number in register.subject_objects(FD.cowCode)
        if isinstance(number, Literal)
    }


def labels(register: Graph, state: Node, predicate: Node) -> list[tuple[str | None, str]]:
    return [
        (label.language, str(label))
        for label in register.objects(state, predicate)
        if isinstance(label, Literal)
    ]


def test_each_state_has_one_number_and_each_number_one_state(
    register: Graph, slugs: Mapping[int, str]
) -> None:
    states = set(register.subjects(RDF.type, FD.State))
    assert len(states) == len(slugs) == len(list(register.subject_objects(FD.cowCode)))
    assert {STATE + slug for slug in slugs.values()} == {str(state) for state in states}


def test_each_state_has_one_label_in_each_language(register: Graph) -> None:
    for state in register.subjects(RDF.type, FD.State):
        found = labels(register, state, RDFS.label)
        assert sorted(language or "" for language, _ in found) == ["de", "en"], state
        assert all(name == name.strip() != "" for _, name in found), state


def test_a_name_leads_to_one_state_only(register: Graph) -> None:
    bearers: dict[tuple[str | None, str], Node] = {}
    for state in register.subjects(RDF.type, FD.State):
        for predicate in (RDFS.label, SKOS.altLabel):
            for name in labels(register, state, predicate):
                assert bearers.setdefault(name, state) == state, name
                assert predicate == RDFS.label or name not in labels(register, state, RDFS.label)


def test_a_code_is_three_capitals_and_leads_to_one_state(register: Graph) -> None:
    codes = [str(code) for code in register.objects(None, FD.isoCode)]
    assert codes
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch("[A-Z]{3}", code) for code in codes)


def test_a_state_without_a_code_is_historic_or_kosovo(register: Graph) -> None:
    historic = Graph().parse(load.FOLDER / "entities" / "historic-states.ttl", format="turtle")
    coded = set(register.subjects(FD.isoCode))
    uncoded = set(register.subjects(RDF.type, FD.State)) - coded
    kosovo = set(register.subjects(FD.cowCode, Literal(347)))
    assert uncoded == set(historic.subjects(RDF.type, FD.State)) | kosovo


def test_a_link_leads_to_one_state_only(register: Graph) -> None:
    links = [
        link
        for state in register.subjects(RDF.type, FD.State)
        for link in register.objects(state, SKOS.exactMatch)
    ]
    assert links
    assert len(links) == len(set(links))


def test_the_numbers_of_divided_and_united_states_are_told_apart(
    slugs: Mapping[int, str],
) -> None:
    expected = {
        255: "germany",
        260: "west-germany",
        265: "east-germany",
        300: "austria-hungary",
        305: "austria",
        310: "hungary",
        315: "czechoslovakia",
        316: "czechia",
        345: "yugoslavia",
        365: "russia",
        678: "north-yemen",
        679: "yemen",
        680: "south-yemen",
        710: "china",
        713: "taiwan",
        730: "korea",
        731: "north-korea",
        732: "south-korea",
        816: "vietnam",
        817: "south-vietnam",
    }
    assert {number: slugs.get(number) for number in expected} == expected


def test_a_former_name_leads_to_the_state_that_has_the_number_today(
    register: Graph, slugs: Mapping[int, str]
) -> None:
    expected = {
        "Soviet Union": 365,
        "Prussia": 255,
        "Ottoman Empire": 640,
        "Serbia": 345,
        "Burma": 775,
        "Siam": 800,
        "Persia": 630,
        "Zaire": 490,
        "Ceylon": 780,
        "North Vietnam": 816,
    }
    found = {
        name: str(state).removeprefix(STATE)
        for name in expected
        for state in register.subjects(SKOS.altLabel, Literal(name, lang="en"))
    }
    assert found == {name: slugs[number] for name, number in expected.items()}


def test_every_member_of_the_state_system_has_an_entity(
    shared: Path, slugs: Mapping[int, str]
) -> None:
    path = shared / "data" / "cow_states.csv"
    if not path.is_file():
        pytest.skip(f"needs the members of the state system; there is no {path}")
    with path.open(encoding="utf-8", newline="") as file:
        members = {int(row["ccode"]) for row in csv.DictReader(file)}
    assert members
    assert members <= slugs.keys()
