"""Member files of ATOP: what is read and refused, and what is made of it. Rows are invented."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus import ontology
from foedus.graph import load
from foedus.graph.gate import Context, check
from foedus.graph.importers.atop import MemberFile, Pledge, read_members
from foedus.graph.importers.document import Register, document, document_name
from foedus.graph.names import ENTITIES, FD, is_proposition
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES

COLUMNS = re.findall(
    r"\w+",
    "atopid member yrent moent dayent yrexit moexit dayexit phase defense offense"
    " neutral nonagg consul defcoadv defcoloc defconpr neucoatt concoreq olimob obvary"
    " specthrt statthr1 statthr2 version",
)
Reader = Callable[..., MemberFile]
PLAIN = {name: "0" for name in COLUMNS} | {"version": "5.9"}


def row(**values: object) -> str:
    return ",".join(str(it) for it in (PLAIN | {k: str(v) for k, v in values.items()}).values())


LEAGUE = (
    row(atopid=9001, member=365, yrent=1921, moent=6, dayent=1, defense=1, nonagg=1),
    row(atopid=9001, member=731, yrent=1921, moent=6, yrexit=1931, consul=1, concoreq=1),
)


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def written(*rows: str, header: str = ",".join(COLUMNS), encoding: str = "utf-8") -> MemberFile:
        path = tmp_path / "members.csv"
        path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
        return read_members(path)

    return written


def test_a_row_is_a_membership_with_its_pledges(read: Reader) -> None:
    first, second = read(*LEAGUE).members
    assert (first.alliance, first.state, first.phase, first.until) == (9001, 365, 1, None)
    assert first.pledges == (
        Pledge("defence", are_all_named=False),
        Pledge("non-aggression", are_all_named=False),
    )
    assert second.pledges == (Pledge("consultation", ("request",), are_all_named=False),)


def test_a_date_is_as_precise_as_its_row(read: Reader) -> None:
    first, second = read(*LEAGUE).members
    assert (first.since.earliest, first.since.latest) == (date(1921, 6, 1), date(1921, 6, 1))
    assert (second.since.latest, second.since.stated) == (date(1921, 6, 30), "1921-06")
    assert second.until is not None
    assert (second.until.earliest, second.until.latest) == (date(1931, 1, 1), date(1931, 12, 31))


def test_the_span_of_a_row_is_its_text(read: Reader, tmp_path: Path) -> None:
    found = read(*LEAGUE)
    text = (tmp_path / "members.csv").read_bytes().decode()
    spans = [text[it.span.start : it.span.end] for it in found.members]
    assert spans == list(LEAGUE)


def test_latin_1_is_read(read: Reader) -> None:
    (member,) = read(
        LEAGUE[0] + ',"Österreich\n, ""x"""',
        header=",".join([*COLUMNS, "note"]),
        encoding="latin-1",
    ).members
    assert member.state == 365
    assert member.span.end - member.span.start == len(LEAGUE[0] + ',"Österreich\n, ""x"""')


BAD = {
    "too few values": ("9001,365", "2 values, 25 columns"),
    "no number": (row(atopid="x", member=365, yrent=1921), "atopid is 'x', not a whole number"),
    "a fraction": (row(atopid=1, member="36.5", yrent=1921), "member is '36.5'"),
    "no number at all": (row(atopid=1, member=365, yrent="nan"), "yrent is 'nan'"),
    "a number without end": (row(atopid=1, member="9" * 400, yrent=1921), "member is '999"),
    "a year that cannot be": (row(atopid=1, member=365, yrent=99999), "no date"),
    "no member": (row(atopid=1, member="", yrent=1921), "member is missing"),
    "no entry": (row(atopid=1, member=365), "no year of entry"),
    "no such month": (row(atopid=1, member=365, yrent=1921, moent=13), "no date"),
    "no such day": (row(atopid=1, member=365, yrent=1921, moent=2, dayent=30), "no date"),
    "an exit without a year": (row(atopid=1, member=365, yrent=1921, yrexit="."), "yrexit is miss"),
    "an exit before the entry": (row(atopid=1, member=365, yrent=1921, yrexit=1920), "before"),
    "a pledge that is no flag": (row(atopid=1, member=365, yrent=1921, defense=3), "defense is"),
    "twice the same": (LEAGUE[0], "alliance, member, phase and entry as in line 2"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_row_that_cannot_be_used_is_told_with_its_line(name: str, read: Reader) -> None:
    bad, reason = BAD[name]
    found = read(LEAGUE[0], bad, LEAGUE[1])
    assert [it.state for it in found.members] == [365, 731]
    (problem,) = found.problems
    assert problem.line == 3
    assert reason in problem.reason


def test_a_missing_pledge_is_told_and_the_row_is_used(read: Reader) -> None:
    found = read(row(atopid=1, member=365, yrent=1921, defense="", consul=1))
    assert [it.kind for it in found.members[0].pledges] == ["consultation"]
    assert str(found.problems[0]) == "line 2: defense is missing; imported without it"


@pytest.mark.parametrize(
    ("header", "reason"),
    [("", "lacks the columns"), ("a,b,a", "a column twice"), ("atopid,member", "yrent, moent")],
)
def test_what_is_no_member_file_is_refused(header: str, reason: str, read: Reader) -> None:
    with pytest.raises(InputRefused, match=reason):
        read("1,2", header=header)


def test_a_file_without_a_usable_row_is_refused(read: Reader) -> None:
    with pytest.raises(InputRefused, match="no row can be used") as caught:
        read(row(atopid=1))
    assert caught.value.line == 2


def test_conditions_are_those_of_their_pledge(read: Reader) -> None:
    values = {"defense": 1, "neutral": 1, "nonagg": 1, "defcoadv": 1, "defconpr": 1, "olimob": 1}
    more = {"neucoatt": 1, "specthrt": 1, "statthr1": 732}
    (member,) = read(row(atopid=1, member=365, yrent=1921, **values, **more)).members
    defence, neutrality, peace = member.pledges
    assert defence.conditions == ("adversary", "limitation", "provocation")
    assert (defence.adversaries, defence.are_all_named) == ((732,), True)
    assert (neutrality.conditions, neutrality.needs_attack) == (("limitation",), True)
    assert peace.conditions == ()


def quads_of(found: MemberFile, reported: date | None = None) -> list[ox.Quad]:
    return document(found, Register(load.read_register()), reported)


def test_the_gate_lets_the_document_in(read: Reader) -> None:
    stranger = row(atopid=9001, member=8888, yrent=1921, defense=1, obvary=1, olimob=1)
    threat = row(
        atopid=9001, member=732, yrent=1921, defense=1, defcoadv=1, specthrt=4, statthr1=365
    )
    quads = quads_of(read(*LEAGUE, stranger, threat))
    context = Context.of(ontology.merged(), load.read_register())
    assert list(check(quads, context).findings) == []


def test_each_proposition_has_one_claim_at_its_row(read: Reader) -> None:
    quads = quads_of(read(*LEAGUE))
    claimed = [quad.object for quad in quads if quad.predicate == FD.onProposition]
    assert len(claimed) == len(set(claimed)) == 5
    assert set(claimed) == {it.graph_name for it in quads if is_proposition(it.graph_name)}


def test_what_two_rows_say_alike_is_one_proposition(read: Reader) -> None:
    again = row(atopid=9001, member=365, yrent=1931, defense=1)
    quads = quads_of(read(LEAGUE[0], again))
    defence = ox.NamedNode(PREFIXES["pledge"] + "defence")
    graphs = {it.graph_name for it in quads if it.object == defence}
    assert len(graphs) == 1
    assert sum(it.predicate == FD.onProposition and it.object in graphs for it in quads) == 2


def test_states_are_ours_and_others_are_named_by_their_numbers(read: Reader) -> None:
    quads = quads_of(read(*LEAGUE, row(atopid=9001, member=8888, yrent=1921)))
    states = {it.object.value.rpartition("/")[2] for it in quads if it.predicate == FD.hasParty}
    assert states == {"russia", "north-korea", "cow-8888"}
    declared = {it.subject for it in quads if it.graph_name == ENTITIES and it.object == FD.State}
    assert declared == {ox.NamedNode(PREFIXES["state"] + "cow-8888")}


def test_an_agreement_with_the_number_is_the_one_we_have(read: Reader) -> None:
    ours = ox.NamedNode(PREFIXES["agreement"] + "league")
    known = ox.Quad(ours, FD.atopNumber, ox.Literal(9001), ENTITIES)
    quads = document(read(*LEAGUE), Register([*load.read_register(), known]))
    assert {it.subject for it in quads if it.object == FD.Agreement} == {ours}


def test_the_report_date_is_a_bound_unless_it_is_given(read: Reader) -> None:
    found = read(*LEAGUE)
    days = {it.object.value for it in quads_of(found) if it.predicate == FD.notReportedBefore}
    assert days == {"1931-01-01"}
    stated = quads_of(found, date(2022, 7, 1))
    assert {it.object.value for it in stated if it.predicate == FD.reportDate} == {"2022-07-01"}
    assert not any(it.predicate == FD.notReportedBefore for it in stated)


def test_a_file_of_the_same_version_replaces_the_document(read: Reader) -> None:
    one, other = read(LEAGUE[0]), read(*LEAGUE)
    assert one.sha256 != other.sha256
    assert document_name(one) == document_name(other) == "atop-5-9"
    (name,) = {it.subject for it in quads_of(one) if it.object == FD.Document}
    assert name == ox.NamedNode(PREFIXES["dataset"] + "atop-5-9")
