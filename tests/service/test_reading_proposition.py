"""The page of a proposition: stances apart, each at its sentence, and what other worlds say."""

import json
import re

import httpx
import pytest

MISSILES = "/proposition/north-korean-missiles-are-used-in-ukraine.html"


def page(client: httpx.Client, path: str = MISSILES, **chosen: str) -> str:
    response = client.get(path, params=chosen)
    assert response.status_code == 200, response.text
    return response.text


def part(html: str, heading: str) -> str:
    """Give what is beneath a heading, without tags."""
    (found,) = re.findall(rf"<section[^>]*><h2>{heading}.*?</section>", html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found))


def verdict(html: str) -> str:
    (found,) = re.findall(r'<div class="verdict.*?</p>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", found))


def test_who_affirms_and_who_denies_stand_apart(built_client: httpx.Client) -> None:
    html = page(built_client)
    says, denies = part(html, "Who says so"), part(html, "Who denies or doubts it")
    assert "possible" in says
    assert "Moscow" not in says
    assert "Moscow (government)" in denies
    assert "Pyongyang (government)" in denies
    assert denies.count("sentence 5") == 2


@pytest.mark.parametrize(
    ("chosen", "holds"),
    [
        ({}, False),
        ({"at-least": "possible"}, True),
        ({"at-least": "possible", "undisputed": "true"}, False),
        ({"at-least": "possible", "as-of": "2024-10-07"}, False),
    ],
)
def test_the_verdict_is_that_of_the_world(
    built_client: httpx.Client, chosen: dict[str, str], holds: bool
) -> None:
    said = verdict(page(built_client, **chosen))
    assert ("Holds in this world" in said) == holds
    assert ("Does not hold in this world" in said) != holds
    assert "affirmed once; denied 2 times" in said


def test_a_world_in_which_it_holds_is_offered(built_client: httpx.Client) -> None:
    html = page(built_client)
    (address,) = re.findall(r'href="([^"]*at-least=possible[^"]*)"', html)
    response = built_client.get(address.replace("&amp;", "&"), follow_redirects=True)
    assert "Holds in this world" in verdict(response.text)
    assert "at-least=possible" not in verdict(response.text)


def test_the_drawing_has_its_table_and_bounds_are_open(built_client: httpx.Client) -> None:
    html = page(built_client)
    assert "<svg" in html
    (table,) = re.findall(r'<table id="days">.*?</table>', html, re.DOTALL)
    assert table.count("2024-10-08") == 3
    assert "no end" not in table


def test_search_engines_read_the_same(built_client: httpx.Client) -> None:
    html = page(built_client)
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    claim, review = json.loads(found)["@graph"]
    assert claim["@id"].endswith("/north-korean-missiles-are-used-in-ukraine")
    authors = [it["author"]["name"] for it in claim["appearance"]]
    assert authors.count("Moscow (government)") == authors.count("Pyongyang (government)") == 1
    assert len(authors) == 3
    assert not [it for it in claim["appearance"] if "datePublished" in it]  # only bounds are known
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "affirmed once; denied 2 times; it is claimed, not derived",
    }


def test_both_languages_say_the_same(built_client: httpx.Client) -> None:
    english, german = page(built_client), page(built_client, lang="de")
    assert "Moskau (Regierung)" in german
    assert "Wer es bestreitet oder bezweifelt" in german
    assert english.count("<section") == german.count("<section")
    assert english.count('class="who"') == german.count('class="who"')
