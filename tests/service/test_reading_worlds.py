"""``/worlds``: two worlds side by side, each line with its cause, and the form of an attack."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from explaining import AMMUNITION, ATTACK, Page

LIM = "https://w3id.org/foedus/id/agent/lim-eul-chul"
DIGEST = "https://w3id.org/foedus/doc/digest/soldiers-and-treaty"
JAPAN = {"attacker": "Japan", "party": "North Korea", "on": "2025-01-01"}
PREFIXES = """PREFIX fd: <https://w3id.org/foedus/ont/>
PREFIX polarity: <https://w3id.org/foedus/concept/polarity/>
PREFIX proposition: <https://w3id.org/foedus/proposition/>
"""
OTHERS = ("undisputed", "sober", "possible", "reported")


@dataclass
class Line:
    """A line of the page: what differs, from what to what, and why."""

    words: str
    there: str
    here: str
    cause: str
    links: list[str] = field(default_factory=list)


def show(client: httpx.Client, status: int = 200, **query: str) -> str:
    answer = client.get("/worlds", params=query, headers={"Accept": "text/html"})
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    return answer.text


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def lines(html: str, key: str) -> list[Line]:
    section = re.search(rf'<section class="part" id="{key}">(.*?)</section>', html, re.DOTALL)
    found = []
    for item in re.findall(r"<li .*?</li>", section[1], re.DOTALL) if section else []:
        who, shift, cause = re.findall(r"<p class=\"[^\"]*\">(.*?)</p>", item, re.DOTALL)
        there, here = re.findall(r'<span class="firm[^"]*">(.*?)</span>', shift)
        reason = re.sub(r'<a class="proof-link".*', "", cause)
        links = [unescape(link) for link in re.findall(r'href="([^"]+)"', item)]
        found.append(Line(plain(who), there, here, plain(reason), links))
    return found


def pairs(found: list[Line]) -> set[tuple[str, str]]:
    return {(line.words, line.cause) for line in found}


def test_nothing_that_is_reported_here_is_disputed(built_client: httpx.Client) -> None:
    html = show(built_client, world="undisputed")
    assert "No difference" in html
    assert not any(lines(html, key) for key in ("gone", "new", "weaker", "stronger"))


def test_what_is_denied_is_gone_from_the_undisputed_and_its_denier_is_linked(
    built_client: httpx.Client,
) -> None:
    query = {"world": "possible", "undisputed": "true", "with": "possible"}
    (line,) = lines(show(built_client, **query), "gone")
    assert line.words == "North Korean missiles may have been fired in Ukraine."
    assert (line.there, line.here) == ("possible", "does not hold")
    denied = "denied by Moscow (government), so not undisputed, and one more cause"
    assert line.cause == denied
    denial = urlsplit(line.links[1])
    assert denial.path.endswith("/north-korean-missiles-are-used-in-ukraine")
    page = built_client.get(line.links[1], headers={"Accept": "text/html"}, follow_redirects=True)
    claim = re.search(rf'<li class="denied" id="{denial.fragment}">.*?</li>', page.text, re.DOTALL)
    assert claim
    assert "Moscow (government)" in claim[0]


def test_the_other_way_round_gone_is_new_for_the_same_cause(built_client: httpx.Client) -> None:
    other = built_client.post("/worlds", json={"world": "possible", "undisputed": True}).json()
    html = show(built_client, world="possible", **{"with": other["key"]})
    (line,) = lines(html, "new")
    assert (line.there, line.here) == ("does not hold", "possible")
    assert line.cause.startswith("denied by Moscow (government)")
    assert f'<option value="{other["key"]}" selected>' in html


def test_without_a_source_goes_what_it_said_and_what_rests_on_that(
    built_client: httpx.Client,
) -> None:
    said = "said by Lim Eul-chul, who is not believed"
    missiles = "North Korea provides Russia with missiles."
    found = lines(show(built_client, disbelieve=LIM), "gone")
    assert pairs(found) == {
        ("Corroboration: “North Korea provides Russia with ammunition.”", said),
        ("That lets North Korean soldiers learn and practise a great deal.", said),
        (
            "North Korea's supply of ammunition and missiles to Russia leads logically towards "
            "deploying troops.",
            said,
        ),
        (missiles, said),
        (
            f"“{missiles}” against ban-on-arms-exports: conflict",
            f"its premise does not hold here: {missiles[:-1]}",
        ),
    }


def test_a_proof_is_offered_in_the_world_that_has_it(built_client: httpx.Client) -> None:
    for line in lines(show(built_client, disbelieve=LIM), "gone"):
        proof = built_client.get(line.links[-1], headers={"Accept": "application/json"})
        assert proof.json()["holds"] is True


def test_what_two_say_is_weaker_without_the_firmer_one(built_client: httpx.Client) -> None:
    (line,) = lines(show(built_client, disbelieve=DIGEST), "weaker")
    assert (line.there, line.here) == ("certain", "probable")
    assert line.words == "Vladimir Putin is Russia's president."
    assert line.cause == (
        "said by author of the digest on soldiers and the June agreement in a document that is "
        "not believed: Digest on North Korean soldiers and the June agreement"
    )


def test_on_a_day_what_was_reported_later_is_gone(built_client: httpx.Client) -> None:
    query = {"as-of": "2024-10-23"}
    html = show(built_client, **query, show="gone.Agreement")
    assert '<a href="#gone">Gone <span class="number">114</span></a>' in html
    causes = {line.words: line.cause for line in lines(html, "gone")}
    article = "Article 4 binds Russia to assist North Korea once an armed attack has put it"
    article += " into a state of war."
    assert causes[article] == "not known before 6 November 2024, said by TASS"
    force = "The treaty has been in force since 4 December 2024."
    assert causes[force] == ("not known before 5 December 2024, said by Korean Central News Agency")
    undated = "The inter-Korean agreement was signed on 13 December 1991."
    assert causes[undated] == ("said by PA-X Peace Agreements Database on a day that is not known")


def test_a_long_kind_is_cut_and_a_query_lists_all_of_it(built_client: httpx.Client) -> None:
    html = show(built_client, **{"as-of": "2024-10-23"})
    group = re.search(r'<h3 id="gone.Agreement">.*?<h3', html, re.DOTALL)
    assert group
    assert group[0].count("<li ") == 8
    assert "Show all 14" in group[0]
    (asked,) = re.findall(r'class="query" href="([^"]+)"', group[0])
    query = dict(parse_qsl(urlsplit(unescape(asked)).query))
    rows = built_client.get("/sparql", params=query, headers={"Accept": "text/csv"}).text
    assert len(rows.split()) == 1 + 14
    more = re.search(r'href="(/worlds[^"]+show=gone.Agreement[^"]*)"', group[0])
    assert more
    whole = built_client.get(unescape(more[1]), headers={"Accept": "text/html"}).text
    whole_group = re.search(r'<h3 id="gone.Agreement">.*?<h3', whole, re.DOTALL)
    assert whole_group
    assert whole_group[0].count("<li ") == 14


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("world", [*OTHERS, "as-of=2024-11-25", f"disbelieve={DIGEST}"])
def test_no_line_is_without_a_cause(built_client: httpx.Client, world: str, other: str) -> None:
    query = dict([world.split("=")]) if "=" in world else {"world": world}
    html = show(built_client, **query, **{"with": other})
    found = [line for key in ("gone", "new", "weaker", "stronger") for line in lines(html, key)]
    assert all(line.cause for line in found)
    assert bool(found) == ("No difference" not in html)


def test_a_supposed_attack_leads_to_its_world_and_shows_who_would_owe_what(
    built_client: httpx.Client,
) -> None:
    lead = built_client.get("/worlds", params=JAPAN)
    assert lead.status_code == 303
    (suppose,) = parse_qs(urlsplit(lead.headers["location"]).query)["suppose"]
    html = built_client.get(lead.headers["location"], headers={"Accept": "text/html"}).text
    assert "Supposed: Japan attacks North Korea on 1 January 2025." in html
    section = re.search(r'<section class="part" id="owed">(.*?)</section>', html, re.DOTALL)
    assert section
    items = re.findall(r"<li .*?</li>", section[1], re.DOTALL)
    assert [plain(item) for item in items] == [
        "Russia owes North Korea defence article 4, military cooperation (called "
        "Militärkooperationsabkommen, Treaty on Comprehensive Strategic Partnership) "
        "certain, in force: proof · certain, promised: proof",
        "Russia owes North Korea assistance military cooperation (called "
        "Militärkooperationsabkommen, Treaty on Comprehensive Strategic Partnership) "
        "certain, in force: proof · certain, promised: proof",
    ]
    for link in re.findall(r'href="(/why[^"]+)"', section[1]):
        proof = built_client.get(unescape(link), headers={"Accept": "application/json"}).json()
        assert proof["holds"] is True
        leaves = {leaf for support in proof["supports"] for leaf in support["leaves"]}
        assert any("supposed-japan-attacks-north-korea" in leaf for leaf in leaves)
    (asked,) = re.findall(r'class="query" href="([^"]+)"', section[1])
    query = dict(parse_qsl(urlsplit(unescape(asked)).query))
    assert query["suppose"] == suppose


def test_what_follows_from_the_hypothesis_says_so(built_client: httpx.Client) -> None:
    answer = built_client.get("/worlds", params=JAPAN, follow_redirects=True)
    attack = "Japan attacks North Korea (2025-01-01)"
    case = "“Japan attacks North Korea on 1 January 2025” is a casus foederis against Japan"
    found = pairs(lines(answer.text, "new"))
    assert (attack, "supposed by the hypothesis") in found
    assert (case, f"follows from the hypothesis: {attack}") in found
    assert (
        "Defence of Russia for North Korea is due (military-cooperation, in force)",
        f"its premise does not hold there: {case}",
    ) in found


@pytest.mark.parametrize(
    ("attacker", "party", "on"),
    [("Japan", "North Korea", "2024-05-31"), ("Russia", "North Korea", "2025-01-01")],
)
def test_before_the_signature_or_from_a_party_nothing_would_be_owed(
    built_client: httpx.Client, attacker: str, party: str, on: str
) -> None:
    query = {"attacker": attacker, "party": party, "on": on}
    html = built_client.get("/worlds", params=query, follow_redirects=True).text
    assert "Nothing that is not owed in the other world as well." in html


def test_the_form_keeps_world_language_and_comparison(built_client: httpx.Client) -> None:
    chosen = {"disbelieve": LIM, "lang": "de", "with": "possible"}
    german = {"attacker": "JPN", "party": "nordkorea", "on": ""}
    lead = built_client.get("/worlds", params={**chosen, **german})
    query = parse_qs(urlsplit(lead.headers["location"]).query)
    suppose = query.pop("suppose")[0]
    assert query == {name: [value] for name, value in chosen.items()}
    assert "hasDate" not in suppose
    html = built_client.get(lead.headers["location"], headers={"Accept": "text/html"}).text
    assert "Angenommen: Japan greift Nordkorea an." in plain(html)
    assert "Russland schuldet Nordkorea Verteidigung" in plain(html)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"attacker": "Japann"}, "No state here is called “Japann”. Did you mean: Japan"),
        ({"party": ""}, "Name a state."),
        ({"party": "Japan"}, "A state does not attack itself: name another one."),
        ({"on": "2025-02-30"}, "“2025-02-30” is no day"),
    ],
)
def test_an_entry_that_cannot_be_used_is_told_at_its_field_and_kept(
    built_client: httpx.Client, changed: dict[str, str], fault: str
) -> None:
    html = show(built_client, 400, **(JAPAN | changed))
    fields = [dict(attributes) for tag, attributes in Page(html).found if tag == "input"]
    shown = {it["name"]: it for it in fields if it.get("name") in JAPAN}
    assert {name: it["value"] for name, it in shown.items()} == JAPAN | changed
    wrong = [name for name, it in shown.items() if it.get("aria-invalid") == "true"]
    assert wrong == list(changed)
    note = re.search(rf'id="{shown[wrong[0]]["aria-describedby"]}">(.*?)</span>', html)
    assert note
    assert plain(note[1]).startswith(fault)
    # A browser shows a malformed day only where the field takes any text.
    assert shown["on"]["type"] == ("text" if "on" in changed else "date")


def test_every_message_has_its_german(built_client: httpx.Client) -> None:
    for query in ({"disbelieve": DIGEST}, {"as-of": "2024-10-23"}, {"world": "sober"}):
        html = show(built_client, lang="de", **query)
        causes = " ".join(line.cause for line in lines(html, "gone"))
        assert not re.search(r"\b(said by|not known before|premise|cause)\b", causes)
        assert "Weggefallen" in html


def test_a_world_that_nobody_described_is_told_at_the_choice(built_client: httpx.Client) -> None:
    html = show(built_client, 400, **{"with": "0123456789abcdef"})
    assert "No world here is called “0123456789abcdef”" in html
    assert '<option value="0123456789abcdef" selected>' in html


def test_who_takes_no_page_gets_a_406_and_worlds_can_still_be_described(
    built_client: httpx.Client,
) -> None:
    answer = built_client.get("/worlds", headers={"Accept": "application/json"})
    assert answer.status_code == 406
    assert built_client.head("/worlds", headers={"Accept": "text/html"}).status_code == 200
    assert built_client.post("/worlds", json={"world": "sober"}).status_code == 201


def test_every_page_in_another_world_leads_to_the_comparison(built_client: httpx.Client) -> None:
    page = built_client.get(
        "/proposition/putin-visits-north-korea.html", params={"disbelieve": LIM}
    )
    (link,) = re.findall(r'<a href="([^"]+)">compare with what is reported</a>', page.text)
    html = built_client.get(unescape(link), headers={"Accept": "text/html"}).text
    assert len(lines(html, "gone")) == 5
    assert '<a href="/worlds?disbelieve=' in page.text.partition("</nav>")[0]


def test_what_only_the_other_world_supposes_is_linked_there(built_client: httpx.Client) -> None:
    key = built_client.post("/worlds", json={"suppose": ATTACK}).json()["key"]
    found = lines(show(built_client, **{"with": key}), "gone")
    (attack,) = [line for line in found if line.words == "Ukraine attacks Russia"]
    assert attack.cause == "supposed by the hypothesis"
    for link in dict.fromkeys(link for line in found for link in line.links):
        page = built_client.get(link, headers={"Accept": "text/html"}, follow_redirects=True)
        assert page.status_code == 200, link


def test_what_a_hypothesis_takes_away_is_gone(built_client: httpx.Client) -> None:
    denial = f"{PREFIXES}<urn:c> fd:onProposition {AMMUNITION} ; fd:polarity polarity:denied ."
    found = lines(show(built_client, suppose=denial), "gone")
    taken = ("North Korea provides Russia with ammunition.", "taken away by the hypothesis")
    assert pairs(found) == {taken}


def test_each_link_of_the_page_leads_somewhere(built_client: httpx.Client) -> None:
    answer = built_client.get("/worlds", params=JAPAN, follow_redirects=True)
    links = [link for link in Page(answer.text).links() if link.startswith("/")]
    assert len(links) > 30
    for link in dict.fromkeys(links):
        found = built_client.get(link, headers={"Accept": "text/html"}, follow_redirects=True)
        assert found.status_code == 200, link
