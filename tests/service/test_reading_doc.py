"""The page of a document: its sentences, their claims, and its text where that is at hand."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from foedus.graph import load
from foedus.graph.passages import Span, sentences
from foedus.graph.snapshot import Snapshot
from foedus.service.app import create_app
from foedus.service.pooled import PoolEngine
from foedus.service.reading.segments import LANES, Line, Passage, segments
from foedus.service.reading.source_texts import SourceTexts
from foedus.service.settings import Settings

SOLDIERS = "/doc/digest/soldiers-and-treaty"
SUPPORT = "/doc/digest/support-for-russia"
SUPPLEMENT = "/doc/supplement/treaties-and-resolutions"
VOID = {"br", "hr", "img", "input", "link", "meta", "wbr"}

TEXT = "Zenda is calm. Orel ships grain, perhaps even guns. Hail fell."
INVENTED = f"""
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix firmness: <https://w3id.org/foedus/concept/firmness/> .
@prefix polarity: <https://w3id.org/foedus/concept/polarity/> .
@prefix d: <https://w3id.org/foedus/doc/gazette/> .
@prefix c: <https://w3id.org/foedus/doc/gazette/1/claim/> .
@prefix s: <https://w3id.org/foedus/doc/gazette/1/sentence/> .
@prefix p: <https://w3id.org/foedus/proposition/> .
@prefix a: <https://w3id.org/foedus/id/agent/> .
d:1 a fd:Document ; fd:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
s:1 a fd:Sentence ; fd:isStatedIn d:1 ; fd:number 1 ; fd:start 0 ; fd:end 14 ;
  fd:yieldsNoClaim "Scenery <only>."@en , "Nur Kulisse."@de .
s:2 a fd:Sentence ; fd:isStatedIn d:1 ; fd:number 2 ; fd:start 15 ; fd:end 51 .
s:3 a fd:Sentence ; fd:isStatedIn d:1 ; fd:number 3 ; fd:start 52 ; fd:end 62 .
c:2a a fd:Claim ; fd:isStatedIn d:1 ; fd:isFoundIn s:2 ; fd:start 15 ; fd:end 50 ;
  fd:heldBy a:orel ; fd:firmness firmness:certain ; fd:polarity polarity:affirmed ;
  fd:onProposition p:orel-ships .
c:2b a fd:Claim ; fd:isStatedIn d:1 ; fd:isFoundIn s:2 ; fd:start 33 ; fd:end 50 ;
  fd:heldBy a:orel ; fd:firmness firmness:possible ; fd:polarity polarity:affirmed ;
  fd:onProposition p:orel-ships-guns .
p:orel-ships fd:holdsWithFirmness firmness:certain .
"""

Serving = Callable[[ASGIApp], AbstractContextManager[str]]


class Rows(HTMLParser):
    """Reads the rows of a page; raises where an element is closed that is not open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; a row or a claim is known by its id."""
        if tag not in VOID:
            self._open.append((tag, dict(attrs).get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Add text to every row that it is in."""
        for _, name in self._open:
            if re.match("[cs]-", name):
                self.rows[name] = re.sub(r"\s+", " ", self.rows.get(name, "") + data)


def rows(client: httpx.Client, path: str, **parameters: str) -> dict[str, str]:
    """Give the text of each row and of each claim by its id."""
    response = client.get(f"{path}.html", params={"lang": "en", **parameters})
    assert response.status_code == 200
    return Rows(response.text).rows


def numbers(found: dict[str, str]) -> list[int]:
    """Give the numbers of the sentences that are shown."""
    return [int(name[2:]) for name in found if name.startswith("s-")]


@pytest.fixture(scope="module")
def with_texts(
    built: Snapshot, shared: Path, tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[httpx.Client]:
    """Serve the built graph with the texts of its two documents."""
    settings = Settings(data=tmp_path_factory.mktemp("registry"), texts=shared / "sources")
    with (
        serving(create_app(settings, PoolEngine(lambda: built), [])) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def invented(
    publish: Callable[[str, str], Snapshot], tmp_path: Path, serving: Serving
) -> Iterator[tuple[httpx.Client, Path]]:
    """Serve an invented document; gives the folder of texts too, in which there is none yet."""
    snapshot = publish("gazette", INVENTED)
    folder = tmp_path / "texts"
    folder.mkdir()
    app = create_app(Settings(texts=folder), PoolEngine(lambda: snapshot), [])
    with serving(app) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client, folder


def test_every_sentence_is_a_row_and_every_claim_is_at_its_sentence(
    built_client: httpx.Client,
) -> None:
    for path, total, claims in ((SOLDIERS, 11, 60), (SUPPORT, 22, 73), (SUPPLEMENT, 15, 18)):
        found = rows(built_client, path)
        assert numbers(found) == list(range(1, total + 1))
        assert sum(name.startswith("c-") for name in found) == claims
        page = built_client.get(f"{path}.html?lang=en").text
        assert f"{total} sentences" in page
        assert f"{claims} claims" in page


def test_the_fifth_sentence_has_the_denials_of_missiles_by_moscow_and_by_pyongyang(
    built_client: httpx.Client,
) -> None:
    found = rows(built_client, SOLDIERS, stance="denied")
    assert [name for name in found if name.startswith("c-")] == ["c-5d", "c-5e", "c-11f"]
    assert numbers(found) == [5, 11]
    assert "denied · Moscow (government)" in found["c-5d"]
    assert "denied · Pyongyang (government)" in found["c-5e"]
    assert "denies: “North Korean missiles may have been fired in Ukraine.”" in found["c-5d"]
    assert "does not hold here" in found["c-5d"]
    assert numbers(rows(built_client, SUPPORT, stance="denied")) == []
    assert (
        "No claim of this document is of that kind."
        in built_client.get(f"{SUPPORT}.html?lang=en&stance=denied").text
    )


def test_claims_are_filtered_by_holder_and_by_firmness_at_once(built_client: httpx.Client) -> None:
    minister = "https://w3id.org/foedus/id/agent/south-korean-defence-minister"
    held = rows(built_client, SOLDIERS, holder=minister)
    assert numbers(held) == [1, 3]
    assert all(
        "South Korean minister of defence (October 2024)" in text
        for name, text in held.items()
        if name.startswith("c-")
    )
    assert numbers(rows(built_client, SOLDIERS, firmness="possible")) == [1, 5, 7, 11]
    assert not rows(built_client, SOLDIERS, holder=minister, firmness="certain").keys() & {"c-1a"}


def test_the_bar_and_the_filter_hand_on_what_the_other_one_chose(
    built_client: httpx.Client,
) -> None:
    page = built_client.get(f"{SOLDIERS}.html?lang=en&as-of=2024-10-23&stance=denied").text
    bar, rest = page.split("</aside>")
    assert '<input type="hidden" name="stance" value="denied">' in bar
    form = rest.partition('<form class="filter"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="as-of" value="2024-10-23">' in form
    assert '<option value="denied" selected>denials only (3)</option>' in form


def test_a_claim_says_whether_its_proposition_holds_in_this_world(
    built_client: httpx.Client,
) -> None:
    here = rows(built_client, SOLDIERS)
    assert "holds here as probable" in here["c-1b"]
    assert "does not hold here · not accepted in this world" in here["c-1e"]
    assert (
        "holds here as possible" in rows(built_client, SOLDIERS, **{"at-least": "possible"})["c-1e"]
    )
    assert "corrected by claim 15" in here["c-1g"]


def test_the_head_says_who_when_and_from_whom(built_client: httpx.Client) -> None:
    page = re.sub(r"<[^>]+>|\s+", " ", built_client.get(f"{SUPPORT}.html?lang=en").text)
    page = re.sub(" +", " ", page)
    assert "by author of the digest on support for Russia · German · 22 sentences" in page
    assert "reported from 7 February 2024 to 20 November 2024" in page
    assert "Frankfurter Rundschau (7 February 2024)" in page
    german = built_client.get(f"{SUPPORT}.html?lang=de").text
    assert "Übersicht über Nordkoreas Unterstützung für Russland" in german
    assert "berichtet vom 7. Februar 2024 bis zum 20. November 2024" in german


def test_all_documents_are_reached_from_each(built_client: httpx.Client) -> None:
    page = built_client.get(f"{SOLDIERS}.html?lang=en").text
    foot = page.partition('id="documents"')[2]
    assert re.findall(r'<li><a href="([^"?]+)', foot) == [SUPPORT, SOLDIERS, SUPPLEMENT]


def test_a_sentence_leads_to_its_row_and_keeps_the_world(built_client: httpx.Client) -> None:
    for path in (f"{SOLDIERS}/sentence/5", f"{SOLDIERS}/sentence/5.html"):
        response = built_client.get(
            path, params={"as-of": "2024-10-23"}, headers={"Accept": "text/html"}
        )
        assert response.status_code == 303
        assert response.headers["Location"] == f"{SOLDIERS}.html?as-of=2024-10-23#s-5"
    response = built_client.get(f"{SOLDIERS}/sentence/5", headers={"Accept": "text/turtle"})
    assert response.headers["Location"] == f"{SOLDIERS}/sentence/5.ttl"
    row = built_client.get(f"{SOLDIERS}/sentence/250", headers={"Accept": "text/html"})
    assert row.headers["Location"] == f"{SOLDIERS}.html?page=3#s-250"


def test_a_claim_keeps_the_page_of_any_thing_and_what_is_not_there_is_not_found(
    built_client: httpx.Client,
) -> None:
    page = built_client.get(f"{SOLDIERS}/claim/5d.html?lang=en").text
    assert "What the graph states" in page
    assert built_client.get("/doc/digest/nothing.html").status_code == 404


def test_without_the_setting_no_text_is_served(built_client: httpx.Client) -> None:
    text = (load.FOLDER / "documents" / "treaties-and-resolutions.txt").read_text(encoding="utf-8")
    page = built_client.get(f"{SUPPLEMENT}.html?lang=en").text
    assert "The text is not at hand here" in page
    assert "<mark" not in page
    assert all(text[span.start : span.end] not in page for span in sentences(text))


def test_each_sentence_is_shown_whole_beside_its_claims(
    with_texts: httpx.Client, texts: dict[str, str]
) -> None:
    for path in (SOLDIERS, SUPPORT):
        page = with_texts.get(f"{path}.html?lang=en").text
        Rows(page)
        shown = re.findall(r'<p class="text[^>]*lang="de">(.*?)</p>', page, re.DOTALL)
        said = [re.sub(r"<sup.*?</sup>|<[^>]+>", "", it).strip() for it in shown]
        said = [it.replace("&#34;", '"').replace("&#39;", "'") for it in said]
        text = next(it for it in texts.values() if said[0] in it)
        assert said == [text[span.start : span.end] for span in sentences(text)]


def test_the_denials_share_the_verb_that_they_rest_on(with_texts: httpx.Client) -> None:
    page = with_texts.get(f"{SOLDIERS}.html?lang=en&stance=denied").text
    marks = re.findall(r'<mark data-claims="([^"]*)"[^>]*>(.*?)</mark>', page)
    both = [re.sub("<[^>]+>", "", text) for names, text in marks if names == "5d 5e"]
    assert "".join(both).endswith("diese Behauptungen bestritten")
    assert all("line denied" in text for names, text in marks if names == "5d 5e")


def test_a_text_is_shown_only_while_its_hash_is_that_of_the_document(
    invented: tuple[httpx.Client, Path],
) -> None:
    client, folder = invented
    path = "/doc/gazette/1.html?lang=en"
    assert "Orel ships" not in client.get(path).text
    (folder / "other.txt").write_text(TEXT.replace("grain", "coals"), encoding="utf-8")
    page = client.get(path).text
    assert "Orel ships" not in page
    assert "<mark" not in page
    deep = folder / "1994"
    deep.mkdir()
    (deep / "any-name").write_text(TEXT, encoding="utf-8")
    page = client.get(path).text
    assert "Text at hand" in page
    assert re.findall(r'<mark data-claims="([^"]*)"[^>]*>(.*?)</mark>', page) == [
        ("2a", '<span class="line certain lane-1">Orel ships grain, </span>'),
        (
            "2a 2b",
            '<span class="line certain lane-1"><span class="line possible lane-0">'
            "perhaps even guns</span></span>",
        ),
    ]
    (deep / "any-name").write_text(TEXT + " ", encoding="utf-8")
    assert "Orel ships" not in client.get(path).text


def test_a_sentence_without_a_claim_says_why_or_that_there_is_none(
    invented: tuple[httpx.Client, Path],
) -> None:
    client, _ = invented
    found = rows(client, "/doc/gazette/1")
    assert "No claim: Scenery <only>." in found["s-1"]
    assert "No claim encoded." in found["s-3"]
    assert "(2 without a claim)" in client.get("/doc/gazette/1.html?lang=en").text
    assert "Keine Behauptung: Nur Kulisse." in rows(client, "/doc/gazette/1", lang="de")["s-1"]


def test_passages_that_overlap_are_cut_into_segments_that_name_all_their_claims() -> None:
    found = segments(
        "--0123456789--",
        Span(2, 12),
        [
            Passage("a", "certain", Span(2, 8)),
            Passage("b", "possible", Span(5, 11)),
            Passage("c", "possible", Span(5, 11)),
            Passage("d", "denied", Span(11, 40)),
        ],
    )
    assert [(it.text, it.claims, it.ending) for it in found] == [
        ("012", ("a",), ()),
        ("345", ("a", "b", "c"), ("a",)),
        ("678", ("b", "c"), ("b", "c")),
        ("9", ("d",), ("d",)),
    ]
    assert found[1].lines == (Line(1, "possible"), Line(0, "certain"))
    assert found[2].lines == (Line(1, "possible"),)
    assert found[3].lines == (Line(0, "denied"),)


def test_text_and_lanes_are_kept_however_passages_lie() -> None:
    text = "Wörter 🌾 und Öl"
    passages = [Passage(str(n), "certain", Span(n, len(text) - n)) for n in range(7)]
    found = segments(text, Span(0, len(text)), passages)
    assert "".join(it.text for it in found) == text
    assert {line.lane for it in found for line in it.lines} == set(range(LANES))
    assert segments(text, Span(0, 6), [])[0].text == "Wörter"


def test_a_file_that_cannot_be_read_as_text_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes("Öl".encode("latin-1"))
    digest = hashlib.sha256("Öl".encode("latin-1")).hexdigest()
    assert SourceTexts(tmp_path).find(digest) is None
    assert SourceTexts(None).find(digest) is None
    assert SourceTexts(tmp_path).find("") is None
