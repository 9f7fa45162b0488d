"""Dyad-years of a world: of an invented league, and of ATOP against its publisher's own table."""

import csv
import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from rule_cases import Deriver

from foedus.graph import load
from foedus.graph.dyad_years import PLEDGES, DyadYear, dyad_years, numbers
from foedus.graph.importers.atop import read_members
from foedus.graph.importers.document import Register, document
from foedus.graph.inference import read_rules
from foedus.graph.names import FD, is_proposition
from foedus.graph.terms import Triple, quad_of, triple_of
from foedus.graph.worlds import NAMED, World, holding, read_claims

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
MEMBERS, TABLE = SHARED / "atop5_1m.csv", SHARED / "atop5_1ddyr.csv.gz"
THEIRS = dict(zip(("defense", "offense", "neutral", "nonagg", "consul"), PLEDGES, strict=False))
Key = tuple[int, int, int]


def store_of(quads: Sequence[ox.Quad], run: Deriver, world: World) -> ox.Store:
    """Make a store of what holds, entailments left out."""
    found = run(quads, read_rules())
    held = holding(read_claims(quads), world, found.inferences)
    store = ox.Store()
    graphs: dict[object, list[Triple]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name):
            graphs.setdefault(quad.graph_name, []).append(triple_of(quad))
        else:
            graphs.setdefault(None, []).append(triple_of(quad))
    store.extend(map(quad_of, graphs.pop(None)))
    for name, firmness in held.firmness.items():
        triples = graphs[name] if name in graphs else found.propositions[name]
        store.extend(map(quad_of, triples))
        about = {(name, FD.isAbout, triple[0]) for triple in triples}
        store.extend(map(quad_of, about))
        store.add(ox.Quad(name, FD.holdsWithFirmness, firmness.concept))
    return store


def league(tmp_path: Path, run: Deriver, *rows: str, world: str = "possible") -> list[DyadYear]:
    """Make the dyad-years up to 1935 of an invented file."""
    header = "atopid,member,yrent,moent,dayent,yrexit,moexit,dayexit,phase,defense,offense"
    path = tmp_path / "members.csv"
    path.write_text("\n".join([f"{header},neutral,nonagg,consul,obvary", *rows]), encoding="utf-8")
    register = load.read_register()
    quads = [*register, *document(read_members(path), Register(register))]
    return list(dyad_years(store_of(quads, run, NAMED[world]), 1935))


def written(rows: Iterable[DyadYear]) -> list[str]:
    return [
        f"{row.bearer.rpartition('/')[2]} {row.counterparty.rpartition('/')[2]} {row.year} "
        + " ".join(f"{name}?" if row.pledges[name] else name for name in sorted(row.pledges))
        for row in rows
    ]


def test_pledges_count_while_both_are_members(tmp_path: Path, run: Deriver) -> None:
    found = league(
        tmp_path,
        run,
        "1,365,1930,5,1,1932,1,9,0,1,0,0,0,0,0",
        "1,731,1931,12,31,0,0,0,0,0,0,0,1,0,0",
    )
    assert written(found) == [
        "north-korea russia 1931 non-aggression",
        "north-korea russia 1932 non-aggression",
        "russia north-korea 1931 defence",
        "russia north-korea 1932 defence",
    ]


def test_the_last_phase_of_a_year_counts(tmp_path: Path, run: Deriver) -> None:
    found = league(
        tmp_path,
        run,
        "1,365,1930,5,1,1932,3,31,1,1,0,0,1,0,0",
        "1,731,1930,5,1,1932,3,31,1,0,0,0,0,0,0",
        "1,365,1932,4,1,1932,6,1,2,0,0,0,1,0,0",
        "1,731,1932,4,1,1932,6,1,2,0,0,0,0,0,0",
    )
    assert [it for it in written(found) if it.startswith("russia")] == [
        "russia north-korea 1930 defence non-aggression",
        "russia north-korea 1931 defence non-aggression",
        "russia north-korea 1932 non-aggression",
    ]


@pytest.mark.parametrize(("world", "pledged"), [("possible", "defence?"), ("reported", "")])
def test_what_varies_by_partner_is_marked_possible(
    world: str, pledged: str, tmp_path: Path, run: Deriver
) -> None:
    rows = (
        "1,365,1935,5,1,0,0,0,0,1,0,0,0,0,1",
        "1,731,1935,5,1,0,0,0,0,0,0,0,0,0,0",
    )
    found = written(league(tmp_path, run, *rows, world=world))
    assert found == [
        "north-korea russia 1935 ",
        f"russia north-korea 1935 {pledged}",
    ]


@pytest.fixture(scope="module")
def ours(run: Deriver) -> dict[Key, DyadYear]:
    if not MEMBERS.is_file() or not TABLE.is_file():
        pytest.skip(f"{MEMBERS.name} and {TABLE.name} are not beside the project")
    register = load.read_register()
    quads = [*register, *document(read_members(MEMBERS), Register(register))]
    store = store_of(quads, run, NAMED["possible"])
    codes = numbers(store)
    found = {}
    for row in dyad_years(store, 2018):
        row.agreements = {codes[it] for it in row.agreements}
        found[int(codes[row.bearer]), int(codes[row.counterparty]), row.year] = row
    return found


@pytest.fixture(scope="module")
def theirs() -> dict[Key, dict[str, str]]:
    with gzip.open(TABLE, "rt", encoding="latin-1") as file:
        return {
            (int(row["stateA"]), int(row["stateB"]), int(row["year"])): row
            for row in csv.DictReader(file)
        }


def test_all_dyad_years_of_the_publisher_are_found(
    ours: dict[Key, DyadYear], theirs: dict[Key, dict[str, str]]
) -> None:
    assert len(theirs) == 273_296
    assert theirs.keys() <= ours.keys()
    assert len(ours.keys() - theirs.keys()) <= 28


def test_the_agreements_of_each_dyad_year_are_the_publishers(
    ours: dict[Key, DyadYear], theirs: dict[Key, dict[str, str]]
) -> None:
    for key, row in theirs.items():
        named = {row[f"atopid{place}"].strip() for place in range(1, 10)} - {""}
        assert ours[key].agreements == named, key


def test_a_pledge_differs_from_the_publishers_only_where_it_is_marked_possible(
    ours: dict[Key, DyadYear], theirs: dict[Key, dict[str, str]]
) -> None:
    different, without = set(), 0
    for key, row in theirs.items():
        pledged = {pledge for name, pledge in THEIRS.items() if row[name].strip() == "1"}
        found = ours[key].pledges
        surely = {pledge for pledge, is_possible in found.items() if not is_possible}
        assert surely <= pledged <= found.keys(), key
        without += not pledged
        if pledged != found.keys():
            different.add(key)
    assert without == 170
    assert len(different) == 346
