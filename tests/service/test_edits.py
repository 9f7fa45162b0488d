"""Changes to a query before the engine sees it, and the places of what was there."""

import httpx
import pyoxigraph as ox
import pytest

from foedus.service.corrections import corrections, without_prologues
from foedus.service.edits import Edit, edited, original_place


def test_edits_are_made_in_order_of_place() -> None:
    edits = [Edit(4, 5, "E!"), Edit(0, 0, "<"), Edit(1, 3, "")]
    assert edited("abcde", edits) == "<adE!"


@pytest.mark.parametrize(
    ("changed", "original"),
    [((1, 1), (1, 1)), ((1, 8), (1, 4)), ((1, 6), (1, 2)), ((2, 3), (2, 3))],
)
def test_a_place_is_found_again(changed: tuple[int, int], original: tuple[int, int]) -> None:
    text, edits = "abcde\nfghij", [Edit(1, 2, "BBBBB")]
    assert edited(text, edits) == "aBBBBBcde\nfghij"
    assert original_place(text, edits, *changed) == original


def test_group_concat_is_a_simple_literal_wherever_it_stands() -> None:
    query = (
        "SELECT (group_concat(DISTINCT ?o; separator=')') AS ?g) (STR(GROUP_CONCAT(?o)) AS ?h) "
        "{ VALUES ?o { 'a'@en 'a'@en } } HAVING (GROUP_CONCAT(?o) = 'a a')"
    )
    (row,) = ox.Store().query(edited(query, corrections(query)))  # type: ignore[misc]
    assert (row["g"], row["h"]) == (ox.Literal("a"), ox.Literal("a a"))


def test_an_error_behind_a_correction_has_its_own_place(client: httpx.Client) -> None:
    query = "SELECT (GROUP_CONCAT(?o) AS ?g) { ?s ?p ?o ex:no }"
    document = client.get("/sparql", params={"query": query}).json()
    plain = query.replace("GROUP_CONCAT", "SAMPLE123456")
    expected = client.get(
        "/sparql", params={"query": plain.replace("SAMPLE123456", "SAMPLE      ")}
    )
    assert document["column"] == expected.json()["column"]


def test_an_update_without_later_prologues_stays_as_it_is() -> None:
    update = "PREFIX : <urn:> INSERT DATA { :a :b 1 ; :prefix '; PREFIX' } ; # PREFIX\nCLEAR ALL"
    assert without_prologues(update) == update
