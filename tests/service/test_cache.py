"""Answers that are known already: tags, conditional requests, codings, and what is kept."""

import asyncio
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import brotli
import httpx
import pytest
import zstandard
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.service.app import create_app
from foedus.service.cache import Cache
from foedus.service.engine import REPORTED, Acceptable, Answer, Chosen, Form, Query
from foedus.service.limits import Limits
from foedus.service.negotiate import coding
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings
from foedus.service.tags import is_volatile

STATES = "SELECT ?s { ?s a <https://w3id.org/foedus/ont/State> } ORDER BY ?s"
EVERYTHING = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?s ?p ?o"
JSON = Chosen("json", "application/sparql-results+json")
ACCEPTABLE = Acceptable(JSON, JSON, None)


def get(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/sparql", params={"query": query}, headers=named)


def test_the_same_question_has_the_same_tag_and_another_one_another(client: httpx.Client) -> None:
    first = get(client, STATES)
    assert first.headers["etag"] == get(client, STATES).headers["etag"]
    assert first.headers["etag"].startswith('"')
    assert first.headers["cache-control"] == "no-cache"
    others = [
        get(client, STATES + " "),
        get(client, STATES, Accept="text/csv"),
        get(client, STATES, Accept="application/json"),
        client.get("/sparql", params={"query": STATES, "default-graph-uri": "urn:g"}),
        client.get("/sparql", params={"query": STATES, "named-graph-uri": "urn:g"}),
    ]
    tags = {response.headers["etag"] for response in [first, *others]}
    assert len(tags) == 1 + len(others)


def test_who_has_the_answer_gets_a_304_without_it(client: httpx.Client) -> None:
    tag = get(client, STATES).headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}"):
        unchanged = get(client, STATES, If_None_Match=known)
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert unchanged.headers["etag"] == tag
        assert "Accept-Encoding" in unchanged.headers["vary"]
    assert get(client, STATES, If_None_Match='"other"').status_code == 200
    posted = client.post("/sparql", data={"query": STATES}, headers={"If-None-Match": tag})
    assert posted.status_code == 200


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
def test_a_coded_answer_decodes_to_the_plain_one_and_has_a_tag_of_its_own(
    client: httpx.Client, name: str
) -> None:
    plain = get(client, EVERYTHING, Accept_Encoding="identity")
    coded = get(client, EVERYTHING, Accept_Encoding=name)
    again = get(client, EVERYTHING, Accept_Encoding=name)
    assert coded.headers["content-encoding"] == name
    assert "content-encoding" not in plain.headers
    assert coded.content == plain.content == again.content
    assert coded.headers["etag"] != plain.headers["etag"]
    assert int(coded.headers["content-length"]) < len(plain.content)
    known = coded.headers["etag"]
    assert get(client, EVERYTHING, Accept_Encoding=name, If_None_Match=known).status_code == 304


def test_a_short_answer_is_not_compressed(client: httpx.Client) -> None:
    response = get(client, "ASK {}", Accept_Encoding="gzip, br, zstd")
    assert "content-encoding" not in response.headers
    assert "Accept-Encoding" in response.headers["vary"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("gzip;q=0", None),
        ("identity;q=1, gzip;q=0.5", None),
        ("GZIP ; Q=0.3", "gzip"),
        ("deflate, nonsense", None),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(header: str, expected: str | None) -> None:
    assert coding(header) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (NOW() AS ?now) {}", True),
        ("SELECT (rand() AS ?x) {}", True),
        ("SELECT (UUID() AS ?x) {}", True),
        ("SELECT (STRUUID() AS ?x) {}", True),
        ("SELECT (bnode() AS ?x) {}", True),
        ("CONSTRUCT { [] <urn:p> ?o } { ?s ?p ?o }", True),
        ("CONSTRUCT { _:b <urn:p> ?o } { ?s ?p ?o }", True),
        ("SELECT ?now { ?now ?p 'rand()' } # NOW()", False),
        ("SELECT * { ?s <urn:now> [] }", False),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", False),
    ],
)
def test_what_can_have_another_answer_each_time_is_told_apart(query: str, expected: bool) -> None:
    assert is_volatile(query) is expected


def test_what_can_have_another_answer_has_no_tag_and_is_not_kept(client: httpx.Client) -> None:
    query = "SELECT (UUID() AS ?x) {}"
    first, second = get(client, query), get(client, query)
    assert first.content != second.content
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"
    assert get(client, query, If_None_Match="*").status_code == 200


def test_a_new_snapshot_has_new_answers_with_new_tags(
    publish: Callable[[str, str], Snapshot],
    serving: Callable[[ASGIApp], AbstractContextManager[str]],
) -> None:
    published = [publish("one", "<urn:a> <urn:b> 1 .")]
    app = create_app(Settings(log=False), PoolEngine(lambda: published[-1]), [])
    query = "SELECT * { ?s ?p ?o }"
    with serving(app) as address, httpx.Client(base_url=address) as client:
        before = get(client, query)
        assert get(client, query).content == before.content
        published.append(publish("two", "<urn:a> <urn:b> 2 ."))
        after = get(client, query, If_None_Match=before.headers["etag"])
        assert after.status_code == 200
        assert after.content != before.content
        assert after.headers["etag"] != before.headers["etag"]


def test_who_asks_the_same_at_once_shares_one_answer(snapshot: Snapshot) -> None:
    async def ask() -> None:
        engine = PoolEngine(lambda: snapshot, limits=Limits(queue=1))
        await engine.start()
        try:
            asked = [engine.query(Query(STATES), REPORTED, ACCEPTABLE) for _ in range(50)]
            answers = await asyncio.gather(*asked)
            assert all(answer is answers[0] for answer in answers)
        finally:
            await engine.stop()

    asyncio.run(ask())


def test_an_error_of_who_asked_first_is_nobody_elses(snapshot: Snapshot) -> None:
    async def ask() -> None:
        engine = PoolEngine(lambda: snapshot)
        await engine.start()
        try:
            first = asyncio.create_task(engine.query(Query(STATES), REPORTED, ACCEPTABLE))
            second = asyncio.create_task(engine.query(Query(STATES), REPORTED, ACCEPTABLE))
            await asyncio.sleep(0)
            first.cancel()
            assert (await second).form is Form.SOLUTIONS
        finally:
            await engine.stop()

    asyncio.run(ask())


def test_the_cache_is_bounded_in_bytes_and_the_oldest_goes() -> None:
    cache = Cache(100_000)
    answer = Answer(Form.SOLUTIONS, "text/csv", b"x" * 5_000, "s", None, '"0"')
    for n in range(30):
        cache.keep(replace(answer, tag=f'"{n}"'))
        assert cache.get('"0"') or n >= 16
    assert cache.get('"29"')
    assert not cache.get('"10"')
    cache.keep(replace(answer, tag='"long"', body=b"x" * 50_000))
    assert not cache.get('"long"')
    none = Cache(0)
    none.keep(answer)
    assert not none.get('"0"')


def test_each_coding_can_be_read_by_its_library() -> None:
    from foedus.service.workers.sink import CODINGS

    for name, make in CODINGS.items():
        compressor = make()
        body = compressor.compress(b"abc" * 1_000) + compressor.finish()
        if name == "zstd":
            assert zstandard.ZstdDecompressor().decompressobj().decompress(body) == b"abc" * 1_000
        elif name == "br":
            assert brotli.decompress(body) == b"abc" * 1_000
        else:
            assert zlib.decompress(body, 31) == b"abc" * 1_000
