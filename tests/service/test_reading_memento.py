"""Pages as of a day: gates, maps and mementos, as RFC 7089 wants them."""

import re

import httpx
import pytest

PAGE = "proposition/putin-visits-north-korea.html"


def relations(response: httpx.Response) -> dict[str, str]:
    found = re.findall(r'<([^>]*)>; rel="([^"]*)"', response.headers["link"])
    return {name: address for address, name in found}


@pytest.mark.parametrize(
    ("wanted", "day"),
    [
        ("Wed, 19 Jun 2024 12:00:00 GMT", "20240619"),
        ("Tue, 18 Jun 2024 00:00:00 GMT", None),
        ("Mon, 01 Jan 1900 00:00:00 GMT", "first"),
        (None, "last"),
    ],
)
def test_a_gate_leads_to_the_last_memento_that_is_not_later(
    built_client: httpx.Client, wanted: str | None, day: str | None
) -> None:
    page = built_client.get(f"/{PAGE}")
    gate = relations(page)["timegate"]
    response = built_client.get(gate, headers={"Accept-Datetime": wanted} if wanted else {})
    assert response.status_code == 302
    assert response.headers["vary"] == "Accept-Datetime"
    assert relations(response)["original"].endswith(PAGE)
    (stamp,) = re.findall(r"/memento/(\d{14})/", response.headers["location"])
    known = re.findall(r"/memento/(\d{14})/", built_client.get(f"/timemap/{PAGE}").text)
    if day == "first":
        assert stamp == known[0]
    elif day == "last":
        assert stamp == known[-1]
    else:
        assert stamp[:8] == day or (day is None and stamp < "20240618000000")
    assert stamp in known


def test_a_memento_shows_what_was_known(built_client: httpx.Client) -> None:
    before = built_client.get(f"/memento/20240618000000/{PAGE}")
    after = built_client.get(f"/memento/20240619000000/{PAGE}")
    assert before.status_code == after.status_code == 200
    assert after.headers["memento-datetime"] == "Wed, 19 Jun 2024 00:00:00 GMT"
    assert {"original", "timegate", "timemap"} <= relations(after).keys()
    assert "Does not hold in this world" in before.text
    assert "Holds in this world" in after.text
    data = built_client.get("/memento/20240618000000/proposition/putin-visits-north-korea.nt")
    assert data.headers["memento-datetime"] == "Tue, 18 Jun 2024 00:00:00 GMT"
    assert "holdsWithFirmness" not in data.text


def test_a_map_lists_every_memento_once_in_order(built_client: httpx.Client) -> None:
    response = built_client.get(f"/timemap/{PAGE}")
    assert response.headers["content-type"].startswith("application/link-format")
    stamps = re.findall(r"/memento/(\d{14})/", response.text)
    assert stamps == sorted(set(stamps))
    assert response.text.count('rel="first memento"') == 1
    assert response.text.count('rel="last memento"') == 1
    for link in response.text.strip().split(",\n"):
        assert re.fullmatch(r'<[^>]+>(; [a-z]+="[^"]*")+', link), link


@pytest.mark.parametrize("stamp", ["2024", "20241301000000", "99999999999999", "x"])
def test_what_is_no_moment_is_not_there(built_client: httpx.Client, stamp: str) -> None:
    assert built_client.get(f"/memento/{stamp}/{PAGE}").status_code == 404


def test_a_date_that_is_none_is_told(built_client: httpx.Client) -> None:
    response = built_client.get(f"/timegate/{PAGE}", headers={"Accept-Datetime": "yesterday"})
    assert response.status_code == 400
    assert "yesterday" in response.json()["detail"]
