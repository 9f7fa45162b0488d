"""Results that do not finish: no client, in no format, takes one for complete."""

import contextlib
import io
import json
import re
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import httpx
import pandas
import pytest
import SPARQLWrapper as sw
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot
from foedus.service.app import create_app
from foedus.service.limits import Limits
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings

ROWS = 20_000
LONG = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {ROWS}"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SILENT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SMALL = "ASK {}"
FORMATS = {"json": "json", "xml": "xml", "csv": "csv", "tsv": "tsv"}
Serving = Callable[[ASGIApp], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def engine(built_wide: Snapshot) -> PoolEngine:
    return PoolEngine(lambda: built_wide, limits=Limits(seconds=3, stall=1, slow=4))


@pytest.fixture(scope="module")
def built_wide(
    tmp_path_factory: pytest.TempPathFactory, building: Callable[..., Snapshot]
) -> Snapshot:
    triples = "".join(f"<urn:s{n}> <urn:p> 'number {n}' .\n" for n in range(2000))
    return building(tmp_path_factory.mktemp("wide"), triples, "wide")


@pytest.fixture(scope="module")
def address(engine: PoolEngine, serving: Serving) -> Iterator[str]:
    with serving(create_app(Settings(log=False, cache=0), engine, [])) as address:
        yield address


@pytest.fixture(scope="module")
def patient(built_wide: Snapshot, serving: Serving) -> Iterator[str]:
    """Give the address of a server with time enough for any machine."""
    engine = PoolEngine(lambda: built_wide, limits=Limits(seconds=300, stall=100))
    with serving(create_app(Settings(log=False), engine, [])) as address:
        yield address


@pytest.fixture(scope="module")
def breaking(built_wide: Snapshot, serving: Serving) -> Iterator[str]:
    """Give the address of a server that breaks off what is longer than eight million bytes."""
    engine = PoolEngine(lambda: built_wide, limits=Limits(result=8_000_000, seconds=300))
    with serving(create_app(Settings(log=False), engine, [])) as address:
        yield address


def url(address: str, query: str, **more: str) -> str:
    return f"{address}/sparql?{urllib.parse.urlencode({'query': query, **more})}"


def curl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["curl", "--silent", *arguments], capture_output=True, check=False)


def speak(address: str, text: str) -> bytes:
    """Send a request as it is written, and read until the server closes."""
    parts = urllib.parse.urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(text.encode())
        received = b""
        while piece := connection.recv(1 << 20):
            received += piece
        return received


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_result_that_finishes_is_whole(patient: str, name: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    response = httpx.get(url(patient, LONG, format=name), timeout=100, headers=plain)
    assert response.headers["transfer-encoding"] == "chunked"
    assert response.text.count("number") == 2 * ROWS


@pytest.mark.parametrize("name", FORMATS)
def test_curl_fails_where_a_result_breaks_off(breaking: str, name: str) -> None:
    ran = curl("--fail", url(breaking, ENDLESS, format=name))
    assert ran.returncode == 18
    assert len(ran.stdout) > 256 << 10


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_curl_fails_where_a_compressed_result_breaks_off(breaking: str, coding: str) -> None:
    asked = ["--header", f"Accept-Encoding: {coding}", url(breaking, ENDLESS)]
    broken, refused = 18, 22  # what is short when compressed is refused before it begins
    assert curl("--fail", *asked).returncode in (broken, refused)


def test_httpx_raises_where_a_result_breaks_off(breaking: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url(breaking, ENDLESS), headers={"Accept-Encoding": "identity"})


def test_urllib_and_pandas_raise_where_a_result_breaks_off(breaking: str) -> None:
    with pytest.raises(Exception, match="IncompleteRead"):
        urllib.request.urlopen(url(breaking, ENDLESS)).read()
    with pytest.raises(Exception, match="IncompleteRead"):
        pandas.read_csv(url(breaking, ENDLESS))


@pytest.mark.parametrize("returned", [sw.JSON, sw.XML, sw.CSV])
def test_sparqlwrapper_raises_where_a_result_breaks_off(breaking: str, returned: str) -> None:
    wrapper = sw.SPARQLWrapper(breaking + "/sparql", returnFormat=returned)
    wrapper.setQuery(ENDLESS)
    with pytest.raises(Exception, match="IncompleteRead"):
        wrapper.queryAndConvert()


@pytest.mark.parametrize("returned", ["json", "xml", "csv"])
def test_rdflib_raises_where_a_result_breaks_off(breaking: str, returned: str) -> None:
    store = SPARQLStore(f"{breaking}/sparql", returnFormat=returned)
    with pytest.raises(Exception, match="IncompleteRead"):
        list(store.query(ENDLESS))


def test_an_early_failure_is_a_clean_504_that_names_the_limit(address: str) -> None:
    response = httpx.get(url(address, SILENT, timeout="0.5"))
    assert response.status_code == 504
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["limit"] == "seconds"
    assert response.json()["most"] == 0.5
    assert "LIMIT" in response.json()["detail"]


def test_timeout_only_lowers_the_deadline(address: str) -> None:
    start = time.monotonic()
    response = httpx.get(url(address, SILENT, timeout="1000"), timeout=30)
    assert response.json()["most"] == 3
    assert time.monotonic() - start < 20
    for nonsense in ("soon", "-1", "0", "nan"):
        assert httpx.get(url(address, SMALL, timeout=nonsense)).status_code == 400


def test_a_client_of_http_1_0_gets_all_with_its_length(patient: str) -> None:
    target = url("", LONG, format="csv")
    answer = speak(patient, f"GET {target} HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"transfer-encoding" not in head.lower()
    length = re.search(rb"content-length: (\d+)", head.lower())
    assert length
    assert int(length[1]) == len(body)
    assert body.count(b"number") == 2 * ROWS


def test_a_client_of_http_1_0_gets_an_error_rather_than_a_part(address: str) -> None:
    target = url("", ENDLESS, timeout="1")
    answer = speak(address, f"GET {target} HTTP/1.0\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 504")
    assert json.loads(body)["limit"] == "seconds"


def test_head_of_a_long_result_ends(patient: str) -> None:
    response = httpx.head(url(patient, ENDLESS, format="json"), timeout=100)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert httpx.get(url(patient, SMALL)).status_code == 200


def test_a_result_beyond_the_limit_is_an_error_for_who_knows_no_chunks(breaking: str) -> None:
    old = speak(breaking, f"GET {url('', ENDLESS)} HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 422")
    assert b"8,000,000 bytes" in old


def slow(engine: PoolEngine, number: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    while engine.pool.states()["slow"] != number:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("query", [SILENT, ENDLESS])
def test_the_query_of_a_gone_client_is_stopped(
    address: str, engine: PoolEngine, query: str
) -> None:
    slow(engine, 0, 10)
    parts = urllib.parse.urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"GET {url('', query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        slow(engine, 1, 2)
    slow(engine, 0, 1)


def test_a_posted_query_of_a_gone_client_is_stopped(address: str, engine: PoolEngine) -> None:
    slow(engine, 0, 10)
    with contextlib.suppress(httpx.ReadTimeout):
        httpx.post(f"{address}/sparql", data={"query": SILENT}, timeout=0.5)
    slow(engine, 0, 1)


def test_the_query_of_a_gone_browser_is_stopped(address: str, engine: PoolEngine) -> None:
    slow(engine, 0, 10)
    with contextlib.suppress(httpx.ReadTimeout):
        httpx.get(address, params={"query": SILENT}, timeout=0.5)
    slow(engine, 0, 1)


def test_a_reader_that_takes_nothing_is_cut_off_and_others_are_served(
    address: str, engine: PoolEngine
) -> None:
    slow(engine, 0, 10)
    parts = urllib.parse.urlsplit(address)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            connection = stack.enter_context(socket.create_connection((parts.hostname, parts.port)))
            connection.sendall(f"GET {url('', ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        slow(engine, 3, 5)
        for _ in range(10):
            assert httpx.get(url(address, SMALL)).status_code == 200
        slow(engine, 0, 10)


def test_where_too_many_wait_the_answer_is_503_with_retry_after(
    serving: Serving, built_wide: Snapshot
) -> None:
    engine = PoolEngine(lambda: built_wide, limits=Limits(slow=1, queue=0, workers=1))
    with serving(create_app(Settings(log=False), engine, [])) as address:
        while httpx.get(url(address, SMALL)).status_code == 503:  # until a worker is there
            time.sleep(0.05)
        parts = urllib.parse.urlsplit(address)
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            connection.sendall(f"GET {url('', SILENT)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            slow(engine, 1, 5)
            end = time.monotonic() + 5
            while (refused := httpx.get(url(address, f"{SILENT} #"))).status_code != 503:
                assert time.monotonic() < end
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["content-type"] == "application/problem+json"


def test_pandas_reads_a_whole_compressed_result(patient: str) -> None:
    body = httpx.get(
        url(patient, LONG, format="csv"), timeout=100, headers={"Accept-Encoding": "br"}
    )
    assert body.headers["content-encoding"] == "br"
    assert len(pandas.read_csv(io.BytesIO(body.content))) == ROWS
