"""What is refused before the parser sees it, and what is not."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from foedus.service import guard
from foedus.service.diagnosis import form_of
from foedus.service.errors import FederationRefused, QueryRefused, TooLarge
from foedus.service.tokens import tokens

SHARED = Path(os.environ.get("FOEDUS_SHARED", "../shared"))
SUITE = SHARED / "conformance" / "rdf-tests" / "sparql"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { service ?s { ?s ?p ?o } }",
        "SELECT*{SERVICEex:a{?s ?p ?o}}",
        "SELECT*{SERVICESILENTex:a{?s ?p ?o}}",
        "SELECT*{?s ?p trueSERVICE<http://x/>{?s ?p ?o}}",
        "SELECT*{?s ?p 1SERVICE<http://x/>{?s ?p ?o}}",
        "SELECT*{?s ?p 1.e5SERVICE<http://x/>{?s ?p ?o}}",
        "SELECT*{?s ?p ?o # comment\rSERVICE <http://x/> {?s ?p ?o} \n}",
        "SELECT*{?s ?p ?o FILTER(?a)SERVICE?s{?s ?p ?o}}",
        "SELECT * { ?s ?p 'a\\'' SERVICE <http://x/> { } }",
        "SELECT * { ?s ?p '''a''' SERVICE <http://x/> { } }",
        "SELECT * { ?s ?p '' SERVICE <http://x/> { } }",
    ],
)
def test_a_service_call_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises((FederationRefused, QueryRefused)):
        guard.admit(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT*{FILTER(?a<?b)SERVICE?s#>\n{?s ?p ?o}}",
        "SELECT*{FILTER(1e5<?b)SERVICE?s#>\n{?s ?p ?o}}",
        "SELECT*{FILTER(?a<'>' ) SERVICE <http://x/> {} FILTER(?a = ' ')}",
        "SELECT*{FILTER(?a<<http://x/#a>) SERVICE <http://x/> {?s ?p ?o}\n}",
        "SELECT*{FILTER(?a<((((1))))&&2>1)}" + " " * guard.MAX_CHAIN,
    ],
)
def test_a_comparison_that_could_hide_something_is_refused(query: str) -> None:
    with pytest.raises((QueryRefused, FederationRefused)):
        guard.admit(query)


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX service: <urn:x:> SELECT * { ?service service:service service:a }",
        "PREFIX ex: <urn:x:> SELECT ?service { GRAPH ex:service { ?s ex:service 'x'@service } }",
        "PREFIX service: <urn:x:> SELECT * { GRAPH service:a { ?s ?p ?o } }",
        "SELECT * { ?s <http://x/SERVICE> 'SERVICE <a> {}' } # SERVICE <b> {}",
        'SELECT * { ?s ?p """a" SERVICE <x> {}""" }',
        "SELECT * { ?s a-service:x _:service }",
        "SELECT * { ?s ?p ?a , ?b FILTER(?a<?b&&?b>1) FILTER(?a<=?b || ?b>=2) }",
        "SELECT * { ?s ?p ?a FILTER(?a IN (<http://x/#service>, <#a>)) }",
        "SELECT * { ?s (<#a>/<#b>)+ <#service> . <#a><#b><#c> }",
    ],
)
def test_the_word_service_elsewhere_and_common_comparisons_pass(query: str) -> None:
    guard.admit(query)


@pytest.mark.parametrize(("opening", "closing"), [("{", "}"), ("(", ")"), ("[", "]")])
def test_nesting_is_limited(opening: str, closing: str) -> None:
    def nested(depth: int) -> str:
        return opening * depth + closing * depth

    guard.admit("ASK " + nested(guard.MAX_DEPTH))
    with pytest.raises(QueryRefused, match="nested deeper"):
        guard.admit("ASK " + nested(guard.MAX_DEPTH + 1))
    guard.admit('ASK { ?s ?p "' + nested(999) + '" } # ' + nested(999))


@pytest.mark.parametrize("link", ["! ", "&& ?x ", "UNION {} ", "BIND(1 AS ?x) ", "/<a> ", "| <a> "])
def test_chains_are_limited(link: str) -> None:
    guard.admit("ASK { " + link * 300 + "}")
    with pytest.raises(QueryRefused, match="more than"):
        guard.admit("ASK { " + link * (guard.MAX_CHAIN + 1) + "}")


def test_a_long_list_of_values_is_no_chain() -> None:
    guard.admit(
        "SELECT * { VALUES ?s {" + "<http://example.org/a> 'b' 3.5 ex:c UNDEF true " * 5000 + "} }"
    )


def test_an_overlong_query_is_refused() -> None:
    with pytest.raises(TooLarge):
        guard.admit("ASK {} #" + "x" * guard.MAX_LENGTH)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE " + "{" * 127 + "?s ?p ?o" + "}" * 127,
        "SELECT * { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o " * 126 + "}" * 126 + "}",
        "SELECT * { ?s ?p ?o FILTER(" + "STR(" * 125 + "?s" + ")" * 125 + ") }",
        "SELECT * { FILTER(" + "! " * 990 + "true) }",
        "SELECT * { FILTER(?x" + " && ?x" * 490 + ") }",
        "SELECT * { " + " ".join(f"BIND(1 AS ?b{i})" for i in range(490)) + " }",
        "SELECT * { {}" + " UNION {}" * 490 + " }",
        "SELECT * { ?s <urn:a>" + "|<urn:b>" * 990 + " ?o }",
    ],
)
def test_the_parser_survives_what_the_guard_lets_pass(query: str) -> None:
    guard.admit(query)
    code = (
        "import sys, threading, pyoxigraph as ox\n"
        "ran = []\n"
        "work = lambda: ran.append(list(ox.Store().query(sys.argv[1])))\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start(); thread.join(); sys.exit(not ran)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, query], capture_output=True)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C suite is not at {SUITE}")
def test_every_query_of_the_w3c_suite_passes_unless_it_calls_a_service() -> None:
    paths = sorted(SUITE.rglob("*.rq"))
    assert len(paths) > 500
    refused = []
    for path in paths:
        try:
            guard.admit(path.read_bytes().decode())
        except FederationRefused:
            assert "service" in path.read_text().lower()
        except QueryRefused as error:
            refused.append((path.name, str(error)))
    assert refused == []


def test_tokens_cover_a_query_and_know_its_form() -> None:
    query = "# SELECT\nPREFIX ask: <urn:ask:> BASE <urn:x> construct { ?s ask:b 'x' } where {}"
    assert form_of(query) == "CONSTRUCT"
    joined = "".join(token.text for token in tokens(query))
    assert joined == "PREFIXask:<urn:ask:>BASE<urn:x>construct{?sask:b'x'}where{}"
    assert form_of("") is None


def test_the_guard_is_quick_on_hostile_texts() -> None:
    for piece in ("a.", "'''", "<", '"""x"', "ex:a.", "\\", "<<", "a-", "#\n", "(?a<b "):
        text = piece * (guard.MAX_LENGTH // len(piece))
        code = (
            "import sys, foedus.service.guard as guard\n"
            "from foedus.ontology.errors import FoedusError\n"
            "try: guard.admit(sys.stdin.read())\n"
            "except FoedusError: pass\n"
        )
        subprocess.run([sys.executable, "-c", code], input=text, text=True, check=True, timeout=10)


@pytest.mark.parametrize("piece", ["9", "9.", "a.", "a:.", '\\"', "\\'", "<a", "@a-", "a:%aa%"])
@pytest.mark.parametrize("quote", ["", "'", '"', "'''", '"""'])
def test_the_time_to_read_a_query_grows_with_its_length_only(piece: str, quote: str) -> None:
    begin = time.process_time()
    with suppress(QueryRefused):
        list(tokens(f"SELECT * {{ BIND {quote}" + piece * (100_000 // len(piece))))
    assert time.process_time() - begin < 10  # the square of it is a minute and more
