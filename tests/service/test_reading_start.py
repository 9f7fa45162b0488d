"""The page at ``/``: a search in both languages, what is disputed, and what is due."""

import re

import httpx
import pytest

from tests.support.elements import Elements


def links(html: str) -> dict[str, str]:
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>', html)
    return {words: address for address, words in found}


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("missiles Ukraine", "en", "North Korean missiles may have been fired in Ukraine."),
        ("RAKETEN ukraine", "de", "In der Ukraine wurden vielleicht Raketen aus Nordkorea"),
        ("Raketen Ukraine", "en", "North Korean missiles may have been fired in Ukraine."),
        ("choe", "en", "Choe Son-hui"),
    ],
)
def test_a_search_finds_names_and_paraphrases_in_both_languages(
    built_client: httpx.Client, words: str, language: str, expected: str
) -> None:
    html = built_client.get("/", params={"q": words, "lang": language}).text
    Elements(html)
    found = [it for it in links(html) if it.startswith(expected) and "diplomacy" not in it]
    assert len(found) == 1
    page = built_client.get(links(html)[found[0]].replace("&amp;", "&"), follow_redirects=True)
    assert page.status_code == 200


@pytest.mark.parametrize("words", ["zeppelin", '"><script>', "%", "a:b <c>", "(((", "?x }"])
def test_a_search_for_nonsense_is_answered(built_client: httpx.Client, words: str) -> None:
    response = built_client.get("/", params={"q": words})
    assert response.status_code == 200
    Elements(response.text)
    assert "<script>" not in response.text


def test_what_is_disputed_names_both_sides(built_client: httpx.Client) -> None:
    html = built_client.get("/").text
    (row,) = re.findall(r"<tr><td><a [^>]*>North Korean missiles may.*?</tr>", html, re.DOTALL)
    affirmed, denied = row.split("</td>")[1:3]
    assert "earlier reports" in affirmed
    assert "Moscow (government)" in denied
    assert "Pyongyang (government)" in denied


def test_nothing_is_due_before_there_is_an_event(built_client: httpx.Client) -> None:
    html = built_client.get("/").text
    assert "no event that is held to have happened calls one in" in html


def test_an_address_with_a_query_still_shows_its_answer(built_client: httpx.Client) -> None:
    html = built_client.get("/", params={"query": "SELECT (41 + 1 AS ?n) {}"}).text
    assert ">42<" in html
