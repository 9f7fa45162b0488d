"""Portraits: what a state owes and received, what an official denies, how an agreement stands."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

RUSSIA = "/id/state/russia.html"
TREATY = "/id/agreement/military-cooperation.html"


def shown(client: httpx.Client, path: str, **parameters: str) -> str:
    """Get a page, in English unless told otherwise."""
    response = client.get(path, params={"lang": "en", **parameters})
    assert response.status_code == 200, response.text
    return response.text


def section(page: str, name: str) -> str:
    """Cut out the section of an id."""
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def words(html: str) -> str:
    """Take the words out of HTML, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(html: str) -> list[str]:
    """Give the rows of the tables of a piece of HTML, in words, without the heads."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    return [words(row) for row in found if "<td" in row]


def duties(page: str, which: str) -> list[str]:
    """Give the rows of what a state owes, or is owed."""
    owes, is_owed = section(page, "duties").split('id="is-owed"')
    return rows({"owes": owes, "is-owed": is_owed}[which])


def test_a_state_lists_what_it_owes_to_whom_under_which_article(
    built_client: httpx.Client,
) -> None:
    page = shown(built_client, RUSSIA)
    treaty = "Treaty on Comprehensive Strategic Partnership"
    days = "since 1 June 2024 , since 19 June 2024 since 4 December 2024 certain"
    assert duties(page, "owes") == [
        f"defence North Korea {treaty} , article 4 {days}",
        f"assistance North Korea {treaty} {days}",
    ]
    assert duties(page, "is-owed") == [
        f"defence North Korea {treaty} , article 4 {days}",
        f"assistance North Korea {treaty} {days}",
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-04", "since 1 June 2024 , since 19 June 2024 since 4 December 2024 certain"),
        ("2024-12-03", "since 1 June 2024 , since 19 June 2024 not in force certain"),
        ("2024-06-18", "since 1 June 2024 not in force certain"),
    ],
)
def test_a_duty_is_shown_as_it_stands_on_the_day(
    built_client: httpx.Client, day: str, expected: str
) -> None:
    owed = duties(shown(built_client, RUSSIA, on=day), "owes")
    assert [row.rpartition("article 4 ")[2] for row in owed if "article 4" in row] == [expected]


def test_before_the_first_promise_nothing_is_owed(built_client: httpx.Client) -> None:
    page = shown(built_client, RUSSIA, on="2024-05-31")
    assert duties(page, "owes") == duties(page, "is-owed") == []
    assert "4 duties apply on other days only" in page


def test_what_is_in_force_on_a_day_is_another_axis_than_what_was_known(
    built_client: httpx.Client,
) -> None:
    page = shown(built_client, RUSSIA, **{"on": "2024-12-04", "as-of": "2024-11-06"})
    assert all("not in force" in row for row in duties(page, "owes"))
    # Each form keeps what the other one chooses.
    assert '<input type="hidden" name="as-of" value="2024-11-06">' in section(page, "duties")
    assert '<input type="hidden" name="on" value="2024-12-04">' in page.split("<main")[0]


def test_a_day_that_is_none_is_refused(built_client: httpx.Client) -> None:
    response = built_client.get(RUSSIA, params={"on": "2024-13-01"})
    assert response.status_code == 400
    assert "2024-13-01" in response.text


def test_a_state_received_missiles_only_as_one_expert_says(built_client: httpx.Client) -> None:
    received = section(shown(built_client, RUSSIA), "transfers").split('id="received"')[1]
    (missiles,) = [row for row in rows(received) if row.startswith("missiles")]
    assert missiles == (
        "missiles not stated North Korea not stated "
        "Lim Eul-chul certain (not before 8 October 2024, sentence 8 ) no one certain"
    )


def test_a_transfer_whose_supplier_is_open_says_so(built_client: httpx.Client) -> None:
    received = rows(section(shown(built_client, RUSSIA), "transfers"))
    assert any(row.startswith("ammunition, arms not stated not stated") for row in received)
    assert any(row.startswith("arms “Tausende” North Korea") for row in received)


def test_two_propositions_on_one_transfer_count_once(built_client: httpx.Client) -> None:
    page = shown(built_client, RUSSIA)
    assert "Owes 2 duties, is owed 2 duties, received in 5 transfers." in page
    assert len(rows(section(page, "transfers"))) == 6


def test_a_transfer_that_does_not_hold_is_apart(built_client: httpx.Client) -> None:
    page = shown(built_client, RUSSIA)
    sentence = "North Korea sends artillery and cruise missiles to Russia."
    assert sentence in words(section(page, "elsewhere"))
    assert sentence not in words(section(page, "transfers"))
    assert "troops" not in words(section(page, "transfers"))
    possible = section(shown(built_client, RUSSIA, world="possible"), "transfers")
    assert any(row.startswith("troops") and "possible" in row for row in rows(possible))


def test_who_spoke_for_a_state_is_listed_with_denials(built_client: httpx.Client) -> None:
    speakers = rows(section(shown(built_client, RUSSIA), "speakers"))
    assert "Moscow (government) – – 1 , of them one denial 1" in speakers
    assert any(row.startswith("Vladimir Putin “Präsident” certain") for row in speakers)


def test_an_official_page_lists_the_denial_with_its_sentence(built_client: httpx.Client) -> None:
    heard = section(shown(built_client, "/id/agent/moscow.html"), "voice")
    denied = heard.split('id="denied"')[1]
    assert (
        words(denied)
        .partition(">")[2]
        .strip()
        .startswith(
            "Denies 1 It is not true that North Korean missiles were fired in Ukraine. denied"
        )
    )
    assert "/doc/digest/soldiers-and-treaty/sentence/5" in denied
    assert "/proposition/north-korean-missiles-are-used-in-ukraine" in denied
    assert "affirmed" not in heard


def test_a_publisher_page_tells_its_own_claims_from_those_it_passes_on(
    built_client: httpx.Client,
) -> None:
    heard = section(shown(built_client, "/id/agent/interfax.html"), "voice")
    own, passed_on = heard.split('id="passed-on"')
    assert "The treaty was signed on 19 June 2024." in own
    assert "The treaty has been in force since 4 December 2024." in passed_on
    assert "Korean Central News Agency" in passed_on
    assert "in force since" not in own


def test_an_agreement_has_signature_and_entry_into_force_apart(
    built_client: httpx.Client,
) -> None:
    steps = section(shown(built_client, TREATY), "steps")
    signed, in_force = steps.split('id="entryIntoForceDate"')
    in_force, ended = in_force.split('id="terminationDate"')
    assert "19 June 2024" in signed
    assert "“im Juni”: between 1 June 2024 and 30 June 2024" in signed
    assert "December" not in signed.split("Interfax")[0]
    assert re.findall(r"<b>(.*?)</b>", in_force) == ["4 December 2024"]
    assert "Korean Central News Agency" in in_force
    assert "no day is stated" in ended


def test_an_agreement_leads_from_article_to_pledge_to_members_to_force(
    built_client: httpx.Client,
) -> None:
    first, second, *_ = rows(section(shown(built_client, TREATY), "articles"))
    assert first.startswith("article 4 defence certain in case of: state of war after an attack")
    days = "since 1 June 2024 , since 19 June 2024 since 4 December 2024"
    assert f"North Korea → Russia {days} TASS" in first
    assert second == f"Russia → North Korea {days}"


def test_an_agreement_without_entry_into_force_is_only_promised(
    built_client: httpx.Client,
) -> None:
    page = shown(built_client, "/id/agreement/inter-korean-1991.html")
    found = rows(section(page, "articles"))
    assert len(found) == 2
    assert all("since 13 December 1991 not in force" in row for row in found)


def test_an_event_shows_roles_with_who_says_so_and_its_days_as_a_span(
    built_client: httpx.Client,
) -> None:
    page = shown(built_client, "/id/event/putin-visit.html")
    roles = rows(section(page, "roles"))
    assert roles[0] == (
        "has date “im Juni”: between 1 June 2024 and 30 June 2024 certain "
        "author of the digest on soldiers and the June agreement no one"
    )
    assert any(row.startswith("has visitor Vladimir Putin certain") for row in roles)
    assert '<path class="span happened"' in page


def test_a_norm_shows_what_it_forbids_and_each_verdict(built_client: httpx.Client) -> None:
    page = shown(built_client, "/id/norm/ban-on-arms-exports.html")
    roles = [row.partition(" certain")[0] for row in rows(section(page, "roles"))]
    assert "binds North Korea" in roles
    assert "covers item arms" in roles
    measured = rows(section(page, "measured"))
    assert "North Korea provides Russia with missiles. conflict – certain Why?" in measured
    assert [row for row in measured if "undetermined supplier certain" in row]
    assert measured[-1].endswith("does not hold here Why?")


def test_under_a_hypothesis_a_duty_is_due(built_client: httpx.Client) -> None:
    attack = """PREFIX fd: <https://w3id.org/foedus/ont/>
PREFIX event: <https://w3id.org/foedus/id/event/>
PREFIX state: <https://w3id.org/foedus/id/state/>
GRAPH <https://w3id.org/foedus/proposition/supposed> {
  event:supposed-attack a fd:Attack ;
    fd:hasAttacker state:south-korea ;
    fd:hasTarget state:north-korea .
}"""
    owed = duties(shown(built_client, RUSSIA, suppose=attack), "owes")
    assert owed[0].startswith("defence , due ( supposed attack ) certain North Korea")
    assert not any("due" in row for row in duties(shown(built_client, RUSSIA), "owes"))
    # The day before the treaty is in force the same attack calls in no more than a promise.
    before = duties(shown(built_client, RUSSIA, suppose=attack, on="2024-12-03"), "owes")
    assert before[0].startswith("defence , due, but only promised ( supposed attack )")
    assert "not in force" in before[0]


@pytest.mark.parametrize(
    ("path", "least"),
    [(RUSSIA, 5), (TREATY, 4), ("/id/norm/crude-oil-cap.html", 3), ("/id/agent/moscow.html", 2)],
)
def test_each_query_that_a_portrait_opens_runs_and_finds_what_is_shown(
    built_client: httpx.Client, path: str, least: int
) -> None:
    page = shown(built_client, path)
    addresses = re.findall(r'<a class="query" href="([^"]*)"', page)
    queries = {parse_qs(urlsplit(unescape(it)).query)["query"][0] for it in addresses}
    assert len(queries) >= least
    for query in queries:
        answer = built_client.get("/sparql", params={"query": query, "format": "json"})
        assert answer.status_code == 200, query
        assert answer.json()["results"]["bindings"], query


def test_a_portrait_keeps_the_world_in_its_links(built_client: httpx.Client) -> None:
    page = shown(built_client, RUSSIA, **{"as-of": "2024-10-23"})
    links = re.findall(r'href="(/(?:id|proposition|doc)/[^"]*)"', page.split("<main")[1])
    assert links
    assert all("as-of=2024-10-23" in link for link in links)
    # On that day neither the article nor the entry into force had been reported.
    assert [row.split()[0] for row in duties(page, "owes")] == []


def test_a_thing_of_another_kind_keeps_its_page(built_client: httpx.Client) -> None:
    page = shown(built_client, "/id/place/pyongyang.html")
    assert "What the graph states" in page


def test_what_nobody_speaks_of_is_not_there(built_client: httpx.Client) -> None:
    assert built_client.get("/id/state/ruritania.html").status_code == 404


def test_a_portrait_speaks_german(built_client: httpx.Client) -> None:
    page = shown(built_client, RUSSIA, lang="de")
    assert "Schuldet 2 Pflichten, hat 2 zu fordern, erhielt in 5 Transfers." in page
    assert "Militärkooperationsabkommen" in page
    assert "Artikel 4" in page
    assert "seit 4. Dezember 2024" in page
